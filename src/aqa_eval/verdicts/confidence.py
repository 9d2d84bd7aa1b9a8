"""How sure a judge was: what it states, or how probable the token was by which it answered."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from aqa_eval.verdicts.records import Record, Scalar
from aqa_eval.verdicts.spoken import spoken
from aqa_eval.vocabulary import Token, Truth

_MARKS = " \t\n\r*_`\"'()[]{}<>.,;:!$#|/\\-"
_SPECIAL = re.compile(r"<\|[A-Za-z_0-9]{1,40}\|>|</?s>|<(?:eos|end_of_turn)>")
_ANNOUNCING = re.compile(
    r"(?:<answer>|[\"']answer[\"']\s*:|\b(?:answer|verdict)\b[*_`]*\s*(?:is|[:=]))[\s\"'*_`(\[$]*$", re.I
)


def stated(records: Sequence[Record]) -> float | None:
    """The confidence that an answer's JSON states, as 0 to 1 or in percent; None for none, or two."""
    found = [value for record in records for value in record.values("confidence")]
    if len(found) != 1 or not isinstance(found[0], Scalar):
        return None
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?(?:[eE]-?\d+)?)\s*(%)?\s*", found[0].text)
    if match is None:
        return None
    value = float(match.group(1)) / (100 if match.group(2) else 1)
    return value if 0 <= value <= 1 else None


def by_token(
    tokens: Sequence[Token], text: str, words: Mapping[str, Truth], judgement: Truth
) -> float | None:
    """The probability of an answer among the possible ones, at the token by which it was said.

    With p(t) = exp(log-probability) of each token t in that place::

        confidence = sum of p(t) over t that begin an answer meaning `judgement`
                     / sum of p(t) over t that begin any possible answer

    The place is the first token of the answer's word, so that " True", "True", "TRUE" and "Tr" count
    together; a token that begins two answers of different meaning decides nothing, and the confidence is
    None. So it is where the tokens are not those of the end of `text` (the thinking apart), where the word
    stands in several places and none of them is announced, or where the likeliest are not told.

    Args:
        tokens: the last tokens of the text, after any reasoning.
        text: the answer's text as it came.
        words: every word that may be said -> its meaning on the truth's scale.
        judgement: what was said.
    """
    said, _ = spoken(_SPECIAL.sub("", text))
    pieces = [_plain(token.text) for token in tokens]
    joined = "".join(pieces)
    inside, open_thinking = spoken(joined)
    if open_thinking or not _tight(said).endswith(_tight(inside)) or not _tight(inside):
        return None
    place = _place(said, [word for word, meaning in words.items() if meaning == judgement])
    if place is None:
        return None
    left = len(_tight(said[place:]))
    at = _token_at(pieces, left)
    return None if at is None else _share(tokens[at], words, judgement)


def _plain(piece: str) -> str:
    """A token's text without the marks that tokenizers put for blanks, and without special tokens."""
    return _SPECIAL.sub("", piece.replace("\u2581", " ").replace("\u0120", " ").replace("\u010a", "\n"))


def _tight(text: str) -> str:
    return "".join(text.split())


def _place(said: str, words: Sequence[str]) -> int | None:
    """Where the answer's word begins: its only place, or the only announced one."""
    places = []
    for word in words:
        flags = 0 if len(word) == 1 else re.IGNORECASE
        places += [m.start() for m in re.finditer(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", said, flags)]
    places = sorted(set(places))
    if len(places) > 1:
        places = [place for place in places if _ANNOUNCING.search(said[max(0, place - 40) : place])]
    return places[0] if len(places) == 1 else None


def _token_at(pieces: Sequence[str], left: int) -> int | None:
    """The token that holds the character with so many to go (itself included), blanks not counted."""
    after = 0
    for at in range(len(pieces) - 1, -1, -1):
        after += len(_tight(pieces[at]))
        if after >= left:
            return at
    return None


def _share(token: Token, words: Mapping[str, Truth], judgement: Truth) -> float | None:
    likeliest = dict(token.likeliest)
    if not likeliest:
        return None
    likeliest.setdefault(token.text, token.logprob)
    mine = total = 0.0
    for text, logprob in likeliest.items():
        meanings = _begins(_plain(text).strip(_MARKS), words)
        if not meanings or math.isnan(logprob):
            continue
        if len(meanings) > 1:
            return None
        probability = math.exp(min(logprob, 0.0))
        total += probability
        mine += probability if meanings == {judgement} else 0.0
    return min(mine / total, 1.0) if total > 0 and mine > 0 else None


def _begins(piece: str, words: Mapping[str, Truth]) -> set[Truth]:
    """The meanings of all answers that a token begins."""
    if not piece:
        return set()
    folded = piece.casefold()
    return {
        meaning
        for word, meaning in words.items()
        if (word == piece if len(word) == 1 else word.casefold().startswith(folded))
    }
