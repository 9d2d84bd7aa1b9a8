"""What a sentence does, by a sum of weights: each cue speaks for or against each class, and the largest sum
is what it is. The weights are data of the lexicon, so that of every sentence it can be said which cues
decided (`why`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aqa_eval.traces.cues import tokens
from aqa_eval.traces.lexicon_files import CLASSES, GROUPS, NONE, Lexicon

BUILD = (
    *("part", "body-alone", "relation", "timed", "angle", "question", "opens", "short", "long", "label"),
    *("blank-premise", "bodily-premise", "bodily-conclusion", "concludes", "unmarked", "turned"),
    *(f"{much}-{group}" for much in ("any", "twice") for group in GROUPS),
)
"""Cues that are no words: how a sentence is built, and what it holds."""
_TELLING = frozenset({"part", "relation", "timed", "any-unseen", "any-seen"})
_SHORT, _LONG, _NEAR = 4, 18, 2  # words


@dataclass(frozen=True, slots=True)
class Held:
    """What was found in a text: a part other than the body, the body, a relation, a time, an angle."""

    part: bool
    body: bool
    relation: bool
    timed: bool
    angle: bool


def features(text: str, held: Held, words: Lexicon) -> list[str]:
    """The cues of a sentence in lower case, or of a clause, in alphabetical order."""
    row = tokens(text)
    found = words.cues.find(row)
    if "out-of-sight" in found:  # "not visible" is not seen
        found.pop("seen", None)
    if 0 < found.get("norm", 0) - found.get("intention", len(row)) <= _NEAR:  # "I need to look"
        found.pop("norm")
    premise = _premise(row, found, words)
    if "bodily-premise" in premise:  # what is concluded from what was seen is not the sentence's own
        said = words.groups["rule"] | words.groups["talk"]
        late = [cue for cue in found if cue in said and found[cue] > found.get("inference", len(row))]
        for cue in late:
            found.pop(cue)
        premise += ["concludes"] if late else []
    names = {*found, *_holding(held)}
    count = sum(token[0].isalpha() for token in row)
    if row and row[-1] == "?":
        names.add("question")
    if row and row[-1] == ":":
        names.add("opens")
    if count <= _SHORT:
        names.add("short")
    if count >= _LONG:
        names.add("long")
    if ":" in row[1:5] and words.parts.search(" ".join(row[: row.index(":", 1)])):
        names.add("label")
    names.update(_gathered(found, words))
    names.update(premise)
    return sorted(names)


def speaks(names: Sequence[str]) -> bool:
    """Whether a clause after a "but" says something of the body, or that it cannot be told."""
    return "any-talk" not in names and not _TELLING.isdisjoint(names)


def decide(names: Sequence[str], words: Lexicon) -> str:
    """The class with the largest sum; the first of `CLASSES` among equals. A question claims nothing."""
    if "question" in names:
        return NONE
    sums = list(words.bias)
    for name in names:
        for place, weight in enumerate(words.weights.get(name, ())):
            sums[place] += weight
    return CLASSES[sums.index(max(sums))]


def why(names: Sequence[str], words: Lexicon) -> list[tuple[str, float]]:
    """Each cue with how much more it says for the class that was decided on than for the next best, the
    strongest first.
    """
    sums = {
        name: bias + sum(words.weights[cue][place] for cue in names if cue in words.weights)
        for place, (name, bias) in enumerate(zip(CLASSES, words.bias, strict=True))
    }
    first = decide(names, words)
    second = max((name for name in CLASSES if name != first), key=lambda name: sums[name])
    a, b = CLASSES.index(first), CLASSES.index(second)
    shares = [
        (cue, round(words.weights[cue][a] - words.weights[cue][b], 3))
        for cue in names
        if cue in words.weights
    ]
    return sorted(shares, key=lambda share: (-share[1], share[0]))


def _holding(held: Held) -> list[str]:
    both = {
        "part": held.part,
        "body-alone": held.body and not held.part,
        "relation": held.relation,
        "timed": held.timed,
        "angle": held.angle,
    }
    return [name for name, so in both.items() if so]


def _gathered(found: dict[str, int], words: Lexicon) -> list[str]:
    """How many cues of each group there are: any, two or more."""
    counts = {group: len(words.groups[group] & found.keys()) for group in GROUPS}
    names = [f"any-{group}" for group, count in counts.items() if count]
    names += [f"twice-{group}" for group, count in counts.items() if count > 1]
    if not any(counts[group] for group in GROUPS[:4]):
        names.append("unmarked")
    return names


def _premise(row: Sequence[str], found: dict[str, int], words: Lexicon) -> list[str]:
    """Whether something is concluded, and whether from a thing of the body or from something else."""
    if "inference-first" in found and "," in row:
        cut, start = row.index(","), 1
        premise, conclusion = row[start:cut], row[cut:]
    elif found.get("inference", 0) > 0:
        cut = found["inference"]
        premise, conclusion = row[:cut], row[cut:]
        if row[cut] in {"because", "since", "given", "as", "due", "considering"}:
            premise, conclusion = conclusion, premise
    else:
        return []
    if len(premise) < 2:
        return []
    names = ["bodily-premise" if words.bodily.search(" ".join(premise)) else "blank-premise"]
    if words.bodily.search(" ".join(conclusion)):
        names.append("bodily-conclusion")
    return names
