"""An Answer, read: what the judge said, or which of four ways it failed to say anything.

Nothing is guessed. A text is read only where it states one answer plainly: as a JSON value, inside
`<answer>` tags, after "Answer:", as its first or last words, or as its only number. Two different
answers, a hedge or an unknown language are `unparsed`; the note says what was found. Whatever stands
inside `<think>` is reasoning and never an answer. Verdicts are read anew from the ledger at every
report, so that a better reader costs no request.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import orjson

from aqa_eval.vocabulary import Answer, Condition, Criterion, Scale, Status, Verdict

TRUE_WORDS = frozenset({"true", "yes", "correct"})
FALSE_WORDS = frozenset({"false", "no", "incorrect"})
ANSWER_KEYS = ("answer", "verdict", "result", "score", "rating")

_MARKER = re.compile(
    r"\b(?:final\s+)?(?:answer|verdict|score|rating)\b[*_`\s]*(?:is\b|[:=])[*_`\s]*([^\n]*)", re.IGNORECASE
)
_TAG = re.compile(r"<answer>(.*?)</answer>", re.IGNORECASE | re.DOTALL)
_REFUSAL = re.compile(
    r"\b(?:I(?:'m| am)? (?:can(?:'t|not)|could(?:n't| not)|won't|unable to|not able to|sorry)"
    r"|(?:cannot|can't|unable to|impossible to) (?:be )?"
    r"(?:tell|judge|determined?|assess(?:ed)?|assist|help|answer|see))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.,])[-+\u2212]?\d+(?:[.,]\d+)?(?![\w]|[.,]\d)")
_FRACTION = re.compile(rf"({_NUMBER.pattern})\s*(?:/|out of)\s*({_NUMBER.pattern})", re.IGNORECASE)


def read(answer: Answer, criterion: Criterion, condition: Condition) -> Verdict:
    """The verdict in `answer`. Never raises; whatever cannot be read is a status with a note."""
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
    verdict = _read_score(text, criterion.scale) if criterion.scale else _read_truth(text, condition)
    if verdict.status is Status.UNPARSED and _REFUSAL.search(text.replace("\u2019", "'")):
        return Verdict(Status.REFUSED, note=f"declined: {_quote(text)}")
    return verdict


def spoken(text: str) -> tuple[str, bool]:
    """(the text without its thinking, whether the thinking was left open).

    Templates may open the thinking themselves, so that only `</think>` shows up in the answer.
    """
    after = re.split(r"</think(?:ing)?>", text, flags=re.IGNORECASE)[-1]
    opened = re.search(r"<think(?:ing)?>", after, re.IGNORECASE)
    return (after[: opened.start()] if opened else after).strip(), opened is not None


def _read_truth(text: str, condition: Condition) -> Verdict:
    found = {said for said in (_truth_word(part) for part in _stated(text)) if said is not None}
    if not found:
        found = {said for said in (_leading_truth(text), _closing_truth(text)) if said is not None}
    if len(found) == 1:
        literal = found.pop()
        fault = literal if condition.framing == "negative" else not literal
        return Verdict(Status.OK, literal=literal, judgement=fault, confidence=_confidence(text))
    what = "both True and False" if found else "no single True or False"
    return Verdict(Status.UNPARSED, note=f"{what} found in: {_quote(text)}")


def _read_score(text: str, scale: Scale) -> Verdict:
    stated = [value for value in (_lone_number(part, scale) for part in _stated(text)) if value is not None]
    found = set(stated) or {value for value in (_lone_number(text, scale),) if value is not None}
    if len(found) != 1:
        what = "more than one score" if found else "no single number"
        return Verdict(Status.UNPARSED, note=f"{what} found in: {_quote(text)}")
    value = found.pop()
    if not scale.minimum <= value <= scale.maximum:
        limits = f"{scale.minimum:g} to {scale.maximum:g}"
        return Verdict(Status.UNPARSED, note=f"{value:g} lies outside the scale {limits}: {_quote(text)}")
    return Verdict(Status.OK, literal=value, judgement=value, confidence=_confidence(text))


def _stated(text: str) -> Iterator[str]:
    """Every place where the text says explicitly what its answer is, most formal kind first."""
    value = _json_answer(text)
    if value is not None:
        yield value
        return
    tagged = _TAG.findall(text)
    if tagged:
        yield from (_stated_inside(part) for part in tagged)
        return
    yield from (match.group(1) for match in _MARKER.finditer(text))


def _stated_inside(part: str) -> str:
    return _json_answer(part) or part


def _json_object(text: str) -> dict[str, object] | None:
    """The one JSON object in the text, fenced or bare; None if there is none or more than one."""
    outermost = _loaded(text[text.find("{") : text.rfind("}") + 1])
    if outermost is not None:
        return outermost
    objects = [found for found in map(_loaded, re.findall(r"\{[^{}]*\}", text)) if found is not None]
    return objects[0] if len(objects) == 1 else None


def _loaded(text: str) -> dict[str, object] | None:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _json_answer(text: str) -> str | None:
    body = _json_object(text)
    if body is None:
        return None
    named = [body[key] for key in body if key.lower() in ANSWER_KEYS]
    return str(named[0]) if len(named) == 1 and isinstance(named[0], bool | int | float | str) else None


def _confidence(text: str) -> float | None:
    value = (_json_object(text) or {}).get("confidence")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 1 else None


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower().replace("n't", " not").replace("n\u2019t", " not"))


def _truth_word(part: str) -> bool | None:
    """The truth value that `part` begins with, as in "True", "**False**", "true, because ..."."""
    words = _words(part)
    if not words or words[0] not in TRUE_WORDS | FALSE_WORDS:
        return None
    either = {word in TRUE_WORDS for word in words if word in {"true", "false"}}
    return words[0] in TRUE_WORDS if len(either) < 2 else None


def _leading_truth(text: str) -> bool | None:
    """A truth value that the whole text opens with, standing apart from what follows and not taken back."""
    match = re.match(r"[\s*_`\"'(\[#>-]*([A-Za-z]+)[\s*_`\"')\]]*(?:[.,;:!\n\u2014\u2013-]|$)", text)
    said = _truth_word(match.group(1)) if match else None
    opposite = {True: "false", False: "true"}
    return None if said is None or opposite[said] in _words(text) else said


def _closing_truth(text: str) -> bool | None:
    """A truth value alone on the last line, or "the statement is true" without a negation nearby."""
    last = text.strip().splitlines()[-1]
    words = _words(last)
    if len(words) == 1:
        return _truth_word(words[0])
    verdicts = set()
    for match in re.finditer(r"\bstatement\s+is\s+(\w+)(?:\s+(\w+))?", text, re.IGNORECASE):
        word = match.group(1).lower()
        if word in {"true", "false", "correct", "incorrect"}:
            verdicts.add(word in TRUE_WORDS)
        else:
            return None
    return verdicts.pop() if len(verdicts) == 1 else None


def _lone_number(part: str, scale: Scale) -> float | None:
    """The only number in `part`; "7/10" and "7 out of 10" count as 7 where 10 is the scale's maximum."""
    for fraction in _FRACTION.finditer(part):
        if math.isclose(_number(fraction.group(2)), scale.maximum):
            part = part.replace(fraction.group(), fraction.group(1))
    numbers = {_number(match) for match in _NUMBER.findall(part)}
    return numbers.pop() if len(numbers) == 1 else None


def _number(text: str) -> float:
    return float(text.replace(",", ".").replace("\u2212", "-"))


def _quote(text: str) -> str:
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= 120 else f'"{line[:120]}..."'
