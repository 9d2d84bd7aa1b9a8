"""An Answer, read: what the judge said, in which of four ways it failed, or that it was never asked.

Nothing is guessed. A text is read only where it states one answer plainly: as a JSON value, inside
`<answer>` tags, after "Answer:", as its first or last words, or as its only number; an option by its
letter, or by its own words. What a word or letter means is taken from `prompts.answer_key` alone. Two
different answers, a hedge or an unknown language are `unparsed`; the note says what was found. Whatever
stands inside `<think>` is reasoning and never an answer. Verdicts are read anew from the ledger at every
report, so that a better reader costs no request. `docs/verdicts.md` has the rules on one screen.
"""

from __future__ import annotations

from dataclasses import replace

from aqa_eval.prompts import answer_key
from aqa_eval.verdicts import confidence
from aqa_eval.verdicts.announced import Weighed, weigh
from aqa_eval.verdicts.evidence import MOST, evidence
from aqa_eval.verdicts.finishes import ENDED, failed
from aqa_eval.verdicts.questions import Question, question
from aqa_eval.verdicts.spans import says_never
from aqa_eval.verdicts.spoken import cleaned, quote, spoken
from aqa_eval.vocabulary import Answer, Condition, Item, Scale, Status, Task, Truth, Verdict

LONGEST = 20_000
"""More characters than any answer has after its thinking; nothing that long is searched."""

STUCK = 20
"""A text of more words than these, of which at most three differ, is a judge that got stuck."""


def read(answer: Answer, item: Item, condition: Condition, coordinates: str = "xy-1000") -> Verdict:
    """The verdict in `answer` to what was asked of `item`.

    Whatever cannot be read is a status with a note; no text makes it raise.

    Args:
        answer: what came back; its manifest gives points in pixels their picture, its tokens a confidence.
        item: what was asked about.
        condition: how; decides what each word or letter means.
        coordinates: how points of evidence are named: xy-1000, yx-1000, pixels or unit.

    Raises:
        ValueError: `coordinates` is none of these, or the criterion has fewer than 2 or more than 26 options.
    """
    text = _said(answer)
    if isinstance(text, Verdict):
        return text
    asked = question(item, condition)
    weighed = weigh(text, asked.reader, ended=answer.finish in ENDED)
    return _judged(weighed, text, asked, item) or _stated(
        weighed, answer, asked, item, condition, coordinates
    )


def unusable(answer: Answer) -> Verdict | None:
    """The verdict on an answer in which nothing can be read, whatever was asked: it failed, was filtered or
    cut off, says nothing, or does not end. None for any other; a description that is none can be built on.
    """
    said = _said(answer)
    return said if isinstance(said, Verdict) else None


def _said(answer: Answer) -> str | Verdict:
    """What an answer says, in plain characters; the verdict where that is nothing."""
    if early := failed(answer):
        return early
    text, open_thinking = spoken(answer.text)
    if open_thinking:
        return Verdict(Status.TRUNCATED, note="the answer ended inside <think>")
    if len(text) > LONGEST:
        return Verdict(Status.UNPARSED, note=f"an answer of {len(text):,} characters: {quote(text)}")
    text = cleaned(text)
    if not text:
        only = ": there is reasoning only" if answer.reasoning.strip() or answer.text.strip() else ""
        return Verdict(Status.UNPARSED, note=f"empty answer{only}")
    words = text.split()
    if len(words) > STUCK and len(set(words)) <= 3:
        return Verdict(Status.UNPARSED, note=f"the same words over and over: {quote(text)}")
    return text


def _judged(weighed: Weighed, text: str, asked: Question, item: Item) -> Verdict | None:
    """The verdict on an answer that states nothing, or not one thing; None where it states one."""
    if weighed.cut:
        return Verdict(Status.TRUNCATED, note=f"the answer ended {weighed.cut}: {quote(text)}")
    if weighed.declined:
        return Verdict(Status.REFUSED, note=f"{weighed.declined}: {quote(text)}")
    if len(weighed.values) == 1 and not weighed.blocked:
        value = next(iter(weighed.values))
        return (
            None
            if item.criterion.scale is None or item.task is not Task.SCORE
            else _off(value, item.criterion.scale, text)
        )
    if item.task is Task.LOCATE and not weighed.values and says_never(text):
        return Verdict(Status.UNPARSED, note=f"says that it does not happen: {quote(text)}")
    if len(weighed.values) > 1:
        what = f"more than one answer (no {asked.reader.missing})"
    else:
        what = (
            f"an answer that does not stand (no {asked.reader.missing})"
            if weighed.values
            else f"no {asked.reader.missing}"
        )
    return Verdict(Status.UNPARSED, note=f"{what} found in: {quote(text)}")


def _off(value: Truth, scale: Scale, text: str) -> Verdict | None:
    if isinstance(value, float) and scale.minimum <= value <= scale.maximum:
        return None
    limits = f"{scale.minimum:g} to {scale.maximum:g}"
    return Verdict(Status.UNPARSED, note=f"{value} lies outside the scale {limits}: {quote(text)}")


def _stated(
    weighed: Weighed, answer: Answer, asked: Question, item: Item, condition: Condition, coordinates: str
) -> Verdict:
    """The verdict that states one thing, with its confidence and its evidence."""
    judgement = next(iter(weighed.values))
    seen, given = evidence(weighed.records, coordinates, answer.manifest)
    verdict = Verdict(
        Status.OK,
        literal=_literal(judgement, item, condition),
        judgement=judgement,
        note=f"the first {MOST} of {given:,} pieces of evidence are kept" if given > MOST else "",
        evidence=seen,
    )
    by_token = (
        confidence.by_token(answer.tokens, answer.text, asked.words, judgement) if asked.words else None
    )
    if by_token is not None:
        return replace(verdict, confidence=by_token, confidence_source="token")
    stated = confidence.stated(weighed.records)
    return verdict if stated is None else replace(verdict, confidence=stated, confidence_source="stated")


def _literal(judgement: Truth, item: Item, condition: Condition) -> Truth:
    """What was said: of a statement, whether it is true (of two side by side, whether the fault's is); of two
    performances, the letter; else the judgement itself.
    """
    if item.task is Task.VERIFY and condition.framing != "neutral":
        return judgement == answer_key(item, replace(condition, answer_key="true-false"))["True"]
    if item.task is Task.COMPARE:
        return next(word for word, meaning in answer_key(item, condition).items() if meaning == judgement)
    return judgement
