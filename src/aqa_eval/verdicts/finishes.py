"""How an endpoint ended an answer, and what may not be read because of it."""

from __future__ import annotations

from aqa_eval.vocabulary import NOBODY, Answer, Status, Verdict

ENDED = frozenset({"stop", "STOP", "eos", "eos_token", "end_turn", "stop_sequence"})
"""The judge ended its answer itself."""
FILTERED = frozenset(
    {
        "CONTENT_FILTER",
        "SAFETY",
        "PROHIBITED_CONTENT",
        "RECITATION",
        "BLOCKLIST",
        "SPII",
        "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION",
        "MODEL_ARMOR",
        "JAILBREAK",
        "REFUSAL",
    }
)
"""A filter of the endpoint ended it: finish and block reasons of OpenAI-style endpoints and of Gemini."""
CUT = frozenset({"LENGTH", "MAX_TOKENS", "MODEL_LENGTH"})
"""It reached a limit of tokens."""


def failed(answer: Answer) -> Verdict | None:
    """The verdict on an answer that failed, was filtered, cut off or ended in some other odd way, and on what
    was never asked; None for one that ended by itself, or of which the endpoint does not say how it ended.
    """
    if answer.failure is not None:
        return Verdict(Status.ERROR, note=f"{answer.failure.kind}: {answer.failure.message}")
    if unprobed := answer.sent.get("unprobed"):
        return Verdict(Status.UNPROBED, note=str(unprobed))
    if answer.finish == NOBODY and not answer.text:
        return Verdict(Status.UNSEEN, note="nobody was found in the frames")
    reason = answer.finish.upper()
    if reason in FILTERED:
        return Verdict(
            Status.REFUSED, note=f"declined: the endpoint's filter stopped the answer ({answer.finish})"
        )
    if reason in CUT:
        return Verdict(Status.TRUNCATED, note="the answer reached the token limit before it ended")
    if answer.finish and answer.finish not in ENDED:
        return Verdict(Status.UNPARSED, note=f'the endpoint ended the answer by "{answer.finish}"')
    return None
