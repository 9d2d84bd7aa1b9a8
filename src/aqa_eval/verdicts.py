"""An Answer, read: what the judge said, or which of four ways it failed to say anything.

Nothing is guessed. A text is read only where it states one answer plainly: as a JSON value, inside
`<answer>` tags, after "Answer:", as its first or last words, or as its only number; an option by its
letter, or by its own words. Two different
answers, a hedge or an unknown language are `unparsed`; the note says what was found. Whatever stands
inside `<think>` is reasoning and never an answer. Verdicts are read anew from the ledger at every
report, so that a better reader costs no request.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence

import orjson

from aqa_eval.prompts import LETTERS
from aqa_eval.vocabulary import (
    FIRST,
    SECOND,
    Answer,
    Condition,
    Item,
    Scale,
    Status,
    Task,
    Verdict,
)

TRUE_WORDS = frozenset({"true", "yes", "correct"})
FALSE_WORDS = frozenset({"false", "no", "incorrect"})
ANSWER_KEYS = ("answer", "verdict", "result", "score", "rating")

_MARKER = re.compile(
    r"\b(?:final\s+)?(?:answer|verdict|score|rating)\b[*_`\s]*(?:is\b\s*:?|[:=])[*_`\s]*(?=([^\n]*))",
    re.IGNORECASE,
)
_TAG = re.compile(r"<answer>(.*?)</answer>", re.IGNORECASE | re.DOTALL)
_BOX = re.compile(r"\\boxed\{([^{}]*)\}|<\|[a-z_]+\|>")
_REFUSAL = re.compile(
    r"\b(?:I(?:'m| am)? (?:can(?:'t|not)|could(?:n't| not)|won't|unable to|not able to|sorry)"
    r"|(?:cannot|can't|unable to|impossible to) (?:be )?"
    r"(?:tell|judge|determined?|assess(?:ed)?|assist|help|answer|see))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-+\u2212]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
_SCORE = re.compile(
    rf"[\s*_`\"'(]*(?:I(?:'d| would)? (?:give|score|rate)(?: (?:it|this))?(?: an?)? )?"
    rf"({_NUMBER.pattern})(?:\s*(?:/|out of)\s*({_NUMBER.pattern}))?\s*(?:points?|pts)?[\s*_`\"').!]*",
    re.IGNORECASE,
)
_DECORATION = " \t*_`\"'()[].,;:!"
_LETTER = re.compile(
    r"[\s*_`\"'(\[]*(?:(?:option|answer|video|image|performance)\s+)?"
    r"([A-Za-z])[*_`\"']*(?:[)\].:,;]+[*_`\"']*\s*(.*))?",
    re.IGNORECASE | re.ASCII,
)
_OPENING = re.compile(r"[\s*_`\"'(\[]*([A-Z])[*_`\"']*(?:[)\].:,;]+|\s+[\u2014\u2013-])\s+(\S.*)", re.DOTALL)
_LISTED = re.compile(r"[\s*_`\"'(\[]*[A-Z][)\].:]", re.ASCII)
_A_LETTER = re.compile(r"(?<![A-Za-z'])([A-Z])(?![A-Za-z'])", re.ASCII)
_NOUN_AND_LETTER = re.compile(r"\b(?:[Oo]ption|[Vv]ideo|[Ii]mage|[Pp]erformance)\s+([A-Z])\b", re.ASCII)
_TAKEN_BACK = re.compile(r"\b(?:wait|actually|correction|on second thoughts?|no,)\b", re.IGNORECASE)
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
        return Verdict(Status.UNPARSED, note=f"an answer of {len(text):,} characters: {_quote(text)}")
    text = _BOX.sub(lambda match: match.group(1) or "", text)
    if _formal(text) is None and _REFUSAL.search(text.replace("\u2019", "'")):
        return Verdict(Status.REFUSED, note=f"declined: {_quote(text)}")
    return _read_judgement(text, item, condition)


def _read_judgement(text: str, item: Item, condition: Condition) -> Verdict:
    """The verdict in the text of an answer that is neither refused nor cut off."""
    if item.task is Task.VERIFY:
        return _read_truth(text, condition)
    if item.task is Task.COMPARE:
        return _read_choice(text, (FIRST, SECOND))
    scale = item.criterion.scale
    return _read_choice(text, item.criterion.options) if scale is None else _read_score(text, scale)


def spoken(text: str) -> tuple[str, bool]:
    """(the text without its thinking, whether the thinking was left open).

    Templates may open the thinking themselves, so that only `</think>` shows up in the answer.
    """
    after = re.split(r"</think(?:ing)?>", text, flags=re.IGNORECASE)[-1]
    opened = re.search(r"<think(?:ing)?>", after, re.IGNORECASE)
    return (after[: opened.start()] if opened else after).strip(), opened is not None


def _read_truth(text: str, condition: Condition) -> Verdict:
    formal = _formal(text)
    marked = [re.split(r"[.;]", match.group(1), maxsplit=1)[0] for match in _MARKER.finditer(text)]
    parts = marked if formal is None else formal
    found = {said for said in map(_leading_truth, parts) if said is not None}
    if not found and formal is None:
        found = {said for said in (_leading_truth(text), _closing_truth(text)) if said is not None}
    if len(found) == 1:
        literal = found.pop()
        fault = literal if condition.framing == "negative" else not literal
        return Verdict(Status.OK, literal=literal, judgement=fault, confidence=_confidence(text))
    what = "both True and False" if found else "no single True or False"
    return Verdict(Status.UNPARSED, note=f"{what} found in: {_quote(text)}")


def _read_score(text: str, scale: Scale) -> Verdict:
    formal = _formal(text)
    if formal is not None:
        found = {value for value in (_score(part, scale) for part in formal) if value is not None}
    else:
        marked = (_marked_score(match.group(1), scale) for match in _MARKER.finditer(text))
        lines = text.splitlines()
        alone = (_score(line, scale) for line in (lines[0], lines[-1]))
        found = {value for value in (*marked, *alone) if value is not None}
    if len(found) != 1:
        what = "more than one score" if found else "no single number"
        return Verdict(Status.UNPARSED, note=f"{what} found in: {_quote(text)}")
    value = found.pop()
    if not scale.minimum <= value <= scale.maximum:
        limits = f"{scale.minimum:g} to {scale.maximum:g}"
        return Verdict(Status.UNPARSED, note=f"{value:g} lies outside the scale {limits}: {_quote(text)}")
    return Verdict(Status.OK, literal=value, judgement=value, confidence=_confidence(text))


def _read_choice(text: str, options: Sequence[str]) -> Verdict:
    """Which of `options`, shown as A, B, ..., is named by its letter or in its own words.

    What a marker or a tag announces decides alone. Otherwise the first or the last line must be an option
    and nothing else, or the text must speak of one option only; a list of the options is no answer, and an
    answer that is taken back is none.
    """
    found = _announced(text, options) or _alone(text, options) or _only_mentioned(text, options)
    if len(found) == 1:
        chosen = found.pop()
        return Verdict(Status.OK, literal=chosen, judgement=chosen, confidence=_confidence(text))
    what = "more than one option" if found else "no single option"
    return Verdict(Status.UNPARSED, note=f"{what} found in: {_quote(text)}")


def _announced(text: str, options: Sequence[str]) -> set[str]:
    """The options named in JSON, in tags, or right after "Answer:"."""
    parts = _formal(text)
    if parts is None:
        parts = [match.group(1) for match in _MARKER.finditer(text)]
    return {name for part in parts for name in _named(part, options) | _opened(part, options)}


def _alone(text: str, options: Sequence[str]) -> set[str]:
    """The options that the first and the last line consist of, lists of the options left aside."""
    lines = [line for line in text.splitlines() if line.strip()]
    listed = {name for line in lines if _LISTED.match(line) for name in _named(line, options)}
    if len(listed) > 1:
        lines = [line for line in lines if not (_LISTED.match(line) and _named(line, options))]
    if not lines:
        return listed
    first, last = _named(lines[0], options), _named(lines[-1], options)
    if _TAKEN_BACK.search(text) and not last:
        return set()
    return first | last


def _only_mentioned(text: str, options: Sequence[str]) -> set[str]:
    """The one option a text speaks of: "A, because it is deeper", "Performance B comes closer"."""
    letters = set(_A_LETTER.findall(text)) & set(LETTERS[: len(options)])
    if len(letters) != 1 or _TAKEN_BACK.search(text):
        return set()
    spoken_of = {match.group(1) for match in _NOUN_AND_LETTER.finditer(text)} & letters
    return {options[LETTERS.index(letter)] for letter in spoken_of} or _opened(text, options)


def _named(part: str, options: Sequence[str]) -> set[str]:
    """The option that a line consists of: "B", "(B)", "Option B", "B) Not parallel", "not parallel"."""
    words = {option.strip(_DECORATION).casefold(): option for option in options}
    plain = part.strip(_DECORATION).casefold()
    if plain in words:
        return {words[plain]}
    match = _LETTER.fullmatch(part.strip())
    place = LETTERS.find(match.group(1).upper()) if match else -1
    if match is None or not 0 <= place < len(options):
        return set()
    rest = (match.group(2) or "").strip(_DECORATION).casefold()
    return {options[place]} if rest in {"", options[place].strip(_DECORATION).casefold()} else set()


def _opened(part: str, options: Sequence[str]) -> set[str]:
    """The option whose letter opens a part and is explained after it, in other words than an option's."""
    match = _OPENING.match(part)
    place = LETTERS.find(match.group(1).upper()) if match else -1
    if match is None or not 0 <= place < len(options):
        return set()
    rest = match.group(2).strip(_DECORATION).casefold()
    others = {option.strip(_DECORATION).casefold() for option in options} - {options[place].casefold()}
    return set() if rest in others else {options[place]}


def _formal(text: str) -> list[str] | None:
    """What the text states as a JSON value or inside `<answer>` tags; None where it has neither."""
    value = _json_answer(text)
    if value is not None:
        return [value]
    return [_json_answer(part) or part for part in _TAG.findall(text)] or None


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


def _truth_word(word: str) -> bool | None:
    word = word.lower()
    return word in TRUE_WORDS if word in TRUE_WORDS | FALSE_WORDS else None


def _leading_truth(text: str) -> bool | None:
    """A truth value that the text opens with, standing apart from what follows and not taken back."""
    match = re.match(r"[\s*_`\"'(\[#>-]*([A-Za-z]+)[\s*_`\"')\]]*(?:[.,;:!\n\u2014\u2013-]|$)", text)
    said = _truth_word(match.group(1)) if match else None
    return None if said is None or _taken_back(said, text) else said


def _closing_truth(text: str) -> bool | None:
    """A truth value alone on the last line, or a last line that says that it, or the statement, is true."""
    *before, last = text.strip().splitlines()
    match = re.search(
        r"(?:^|\b(?:it|this|the statement) is )[\s*_`\"'(]*"
        r"(true|false|yes|no|correct|incorrect)[\s*_`\"').!]*$",
        last,
        re.IGNORECASE,
    )
    said = _truth_word(match.group(1)) if match else None
    return None if said is None or _taken_back(said, " ".join(before)) else said


def _taken_back(said: bool, text: str) -> bool:
    """Whether the text says the opposite as well, or denies a truth value."""
    words = _words(text)
    denied = any(a == "not" and _truth_word(b) is not None for a, b in itertools.pairwise(words))
    return denied or ("false" if said else "true") in words


def _score(part: str, scale: Scale) -> float | None:
    """The number that `part` consists of; "7/10" and "7 out of 10" count as 7 where 10 is the maximum."""
    match = _SCORE.fullmatch(part)
    if match is None or (match.group(2) and not math.isclose(_number(match.group(2)), scale.maximum)):
        return None
    return _number(match.group(1))


def _marked_score(rest: str, scale: Scale) -> float | None:
    """The number right after "Score:", up to the end of its sentence."""
    return _score(re.split(r"[;,](?!\d)|\.(?!\d)|\s[-\u2013\u2014(]", rest, maxsplit=1)[0], scale)


def _number(text: str) -> float:
    return float(text.replace(",", ".").replace("\u2212", "-"))


def _quote(text: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f'"{line}"' if len(line) <= 120 else f'"{line[:120]}..."'
