"""What an answer states formally: in JSON, in tags, right after "Answer:"; and how it is quoted."""

from __future__ import annotations

import re

import orjson

ANSWER_KEYS = ("answer", "verdict", "result", "score", "rating")

MARKER = re.compile(
    r"\b(?:final\s+)?(?:answer|verdict|score|rating)\b[*_`\s]*(?:is\b\s*:?|[:=])[*_`\s]*(?=([^\n]*))",
    re.IGNORECASE,
)
"""What announces an answer; group 1 is the rest of its line."""
_TAG = re.compile(r"<answer>(.*?)</answer>", re.IGNORECASE | re.DOTALL)


def formally(text: str) -> list[str] | None:
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
    """The answer in the text's JSON object; None where there is none, or several."""
    body = _json_object(text)
    if body is None:
        return None
    named = [body[key] for key in body if key.lower() in ANSWER_KEYS]
    return str(named[0]) if len(named) == 1 and isinstance(named[0], bool | int | float | str) else None


def confidence(text: str) -> float | None:
    """The confidence that the text's JSON object states, 0 to 1; None where it states none."""
    value = (_json_object(text) or {}).get("confidence")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 1 else None


def quote(text: str) -> str:
    """The beginning of a text on one line, in quotation marks."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f'"{line}"' if len(line) <= 120 else f'"{line[:120]}..."'
