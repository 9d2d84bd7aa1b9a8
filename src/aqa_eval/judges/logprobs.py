"""The tokens of an answer with their log-probabilities: the last ones, after any reasoning."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from aqa_eval.vocabulary import Token

KEPT = 24
"""So many tokens are kept of an answer: a verdict stands at its end, and a ledger is no archive."""

_THOUGHT = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_OPEN = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
_SPECIAL = re.compile(r"<\|.*\|>")


def last_tokens(tokens: Sequence[Token], text: str) -> tuple[Token, ...]:
    """The last `KEPT` of `tokens` that belong to what `text` says after its reasoning.

    Servers tell the tokens of the reasoning too, in front of those of the answer, also where they send the
    reasoning apart from the text. So tokens are left out up to the end of the thinking, and those that would
    make more text than there is. No tokens are left of an answer that ended while it was thinking.
    """
    said = _THOUGHT.split(text)[-1]
    if not said.strip() or _OPEN.search(said):
        return ()
    kept = _after_thinking(tokens[-KEPT:])
    lengths = [0 if _SPECIAL.fullmatch(token.text) else len(token.text) for token in kept]
    first, left = 0, sum(lengths)
    while first < len(kept) and left - lengths[first] >= len(said):
        left -= lengths[first]
        first += 1
    return tuple(kept[first:])


def likeliest(
    entries: Sequence[Mapping[str, object]], named: str, clean: Callable[[str], str]
) -> tuple[tuple[str, float], ...]:
    """(text, log-probability) of tokens as a server tells them, the latter under the key `named`; what is
    not told in full is left out.
    """
    read = [(entry.get("token"), entry.get(named)) for entry in entries]
    return tuple(
        (clean(text), float(value))
        for text, value in read
        if isinstance(text, str) and isinstance(value, int | float) and not isinstance(value, bool)
    )


def _after_thinking(tokens: Sequence[Token]) -> Sequence[Token]:
    """What follows the last `</think>`, which may be one token or several."""
    ends, written = [], ""
    for token in tokens:
        written += token.text
        ends.append(len(written))
    found = list(_THOUGHT.finditer(written))
    return [t for t, end in zip(tokens, ends, strict=True) if end > found[-1].end()] if found else tokens
