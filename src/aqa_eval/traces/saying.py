"""What a clause says of which part: the parts that it names, and each relation with its bearer."""

from __future__ import annotations

import re

from aqa_eval.traces.lexicon_files import Lexicon, Relation

_SUBJECT = 16
"""So many letters before a relation its subject begins at most, where it is otherwise of the whole body."""

Named = tuple[str, str, int]
"""A part that is named, its side, and where in the text."""


def named_parts(text: str, words: Lexicon) -> list[Named]:
    """(part, side, where it stands) of every part that is named, in order."""
    sides = [(match.start(), match.lastgroup or "") for match in words.sides.finditer(text)]
    found = []
    for match in words.parts.finditer(text):
        before = [side for place, side in sides if 0 <= match.start() - place <= 25]
        found.append((match.lastgroup or "", before[-1] if before else "", match.start()))
    return found


def relations_of(text: str, parts: list[Named], words: Lexicon) -> list[tuple[str, str, str, bool]]:
    """What is said of which part: each relation with the nearest part before it that it can be said of, or
    else after it, or else the part that is meant where none is named.
    """
    found: list[tuple[str, str, str, bool]] = []
    loose: list[str] = []
    for match in words.relations.finditer(text):
        name = (match.lastgroup or "").replace("_", "-")
        relation = words.names[name]
        part, side = _bearer(match, parts, relation)
        if not part:
            continue
        if relation.instead and part in relation.parts:
            part = relation.instead
        if relation.loose:
            loose.append(name)
        said = (part, side, name, _denied(text, match, words))
        if said not in found:
            found.append(said)
    strong = [one for one in found if one[2] not in loose]
    if strong:
        return strong
    named = [(part, side) for part, side, _ in parts if part != "body"]
    found = [one for one in found if one[2] != "movement"] or found
    if found and not named:
        return found
    # A part without a relation, or one that merely moves.
    relation_name = found[0][2] if found else ""
    return [(part, side, relation_name, False) for part, side in dict.fromkeys(named[:1])]


def _denied(text: str, match: re.Match[str], words: Lexicon) -> bool:
    """Whether a relation is denied, before its words or among them; "not deep enough" denies nothing."""
    inside = words.denying.search(match.group())
    if inside is not None:
        return inside.start() > 0 and not match.group().startswith(("doesn", "didn", "fail"))
    return words.denial.search(text[: match.start()]) is not None


def _bearer(match: re.Match[str], parts: list[Named], relation: Relation) -> tuple[str, str]:
    """(part, side) of what a relation is said of: a part that it can be said of; else, where it is not of
    one part alone, whatever part is named; else the part that is meant.
    """
    allowed, default = relation.parts, relation.part
    named = [p for p in parts if p[0] != "body"]
    fitting = [p for p in parts if p[0] in allowed] if allowed else named
    if not allowed and default == "body":  # "the elbow stays tucked": what stands right before it
        fitting = [p for p in named if 0 <= match.start() - p[2] <= _SUBJECT]
    if all(p[0] == "body" for p in fitting) and allowed and not relation.fixed and default != "body":
        fitting = named or fitting
    before = [p for p in fitting if p[2] < match.end()]
    after = [p for p in fitting if p[2] >= match.end()]
    chosen = before[-1] if before else after[0] if after else None
    if chosen is not None and (chosen[0] != "body" or default in {"", "body"}):
        return chosen[0], chosen[1]
    if default:
        return default, chosen[1] if chosen else ""
    return (named[0][0], named[0][1]) if named else ("", "")
