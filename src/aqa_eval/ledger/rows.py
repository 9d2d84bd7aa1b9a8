"""Parts of an answer as text in a row, and back."""

from __future__ import annotations

import orjson

from aqa_eval.vocabulary import Answer, Frame, Token


def tokens_text(tokens: tuple[Token, ...]) -> str:
    """Tokens with their log-probabilities."""
    return orjson.dumps([[t.text, t.logprob, t.likeliest] for t in tokens]).decode()


def tokens(text: str) -> tuple[Token, ...]:
    """What `tokens_text` wrote."""
    return tuple(
        Token(token, logprob, tuple((word, float(value)) for word, value in likeliest))
        for token, logprob, likeliest in orjson.loads(text)
    )


def sent_text(answer: Answer) -> str:
    """What was done to what was sent, as JSON."""
    return orjson.dumps(answer.sent, option=orjson.OPT_SORT_KEYS).decode()


def frames_text(frames: tuple[Frame, ...]) -> str:
    """A manifest; the clip is named only where it is not the first, so that others keep their digests."""
    rows = [[f.number, f.time, f.digest, f.width, f.height, *((f.clip,) if f.clip else ())] for f in frames]
    return orjson.dumps(rows).decode()


def frames(text: str) -> tuple[Frame, ...]:
    """What `frames_text` wrote."""
    return tuple(Frame(*fields) for fields in orjson.loads(text))
