"""An Answer, read: what the judge said, or which of four ways it failed to say anything.

Nothing is guessed. A text is read only where it states one answer plainly: as a JSON value, inside
`<answer>` tags, after "Answer:", as its first or last words, or as its only number; an option by its
letter, or by its own words. Two different answers, a hedge or an unknown language are `unparsed`; the note
says what was found. Whatever stands inside `<think>` is reasoning and never an answer. Verdicts are read
anew from the ledger at every report, so that a better reader costs no request.
"""

from __future__ import annotations

import re

from aqa_eval.verdicts.announced import formally, quote
from aqa_eval.verdicts.choices import read_choice
from aqa_eval.verdicts.scores import read_score
from aqa_eval.verdicts.truths import read_truth
from aqa_eval.vocabulary import FIRST, SECOND, Answer, Condition, Item, Status, Task, Verdict

_BOX = re.compile(r"\\boxed\{([^{}]*)\}|<\|[a-z_]+\|>")
_REFUSAL = re.compile(
    r"\b(?:I(?:'m| am)? (?:can(?:'t|not)|could(?:n't| not)|won't|unable to|not able to|sorry)"
    r"|(?:cannot|can't|unable to|impossible to) (?:be )?"
    r"(?:tell|judge|determined?|assess(?:ed)?|assist|help|answer|see))",
    re.IGNORECASE,
)
LONGEST = 20_000
"""More characters than any answer has after its thinking; nothing that long is searched."""


def read(answer: Answer, item: Item, condition: Condition) -> Verdict:
    """The verdict in `answer` to what was asked of `item`.

    Never raises; whatever cannot be read is a status with a note.
    """
    if answer.failure is not None:
        return Verdict(Status.ERROR, note=f"{answer.failure.kind}: {answer.failure.message}")
    if answer.finish == "content_filter":
        return Verdict(Status.REFUSED, note="the endpoint's content filter stopped the answer")
    if answer.finish == "length":
        return Verdict(Status.TRUNCATED, note="the answer reached the token limit before it ended")
    text, open_thinking = spoken(answer.text)
    if open_thinking:
        return Verdict(Status.TRUNCATED, note="the answer ended inside <think>")
    if not text:
        return Verdict(Status.UNPARSED, note="empty answer")
    if len(text) > LONGEST:
        return Verdict(Status.UNPARSED, note=f"an answer of {len(text):,} characters: {quote(text)}")
    text = _BOX.sub(lambda match: match.group(1) or "", text)
    if formally(text) is None and _REFUSAL.search(text.replace("\u2019", "'")):
        return Verdict(Status.REFUSED, note=f"declined: {quote(text)}")
    return _read_judgement(text, item, condition)


def _read_judgement(text: str, item: Item, condition: Condition) -> Verdict:
    """The verdict in the text of an answer that is neither refused nor cut off."""
    if item.task is Task.VERIFY:
        return read_truth(text, condition)
    if item.task is Task.COMPARE:
        return read_choice(text, (FIRST, SECOND))
    scale = item.criterion.scale
    return read_choice(text, item.criterion.options) if scale is None else read_score(text, scale)


def spoken(text: str) -> tuple[str, bool]:
    """(the text without its thinking, whether the thinking was left open).

    Templates may open the thinking themselves, so that only `</think>` shows up in the answer.
    """
    after = re.split(r"</think(?:ing)?>", text, flags=re.IGNORECASE)[-1]
    opened = re.search(r"<think(?:ing)?>", after, re.IGNORECASE)
    return (after[: opened.start()] if opened else after).strip(), opened is not None
