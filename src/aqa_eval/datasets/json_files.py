"""JSON files as they come in downloads: read whole, or refused with file, line and what was found."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from aqa_eval.errors import DataError, MediaError
from aqa_eval.media import archives

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|-?(?:NaN|Infinity)')


@dataclass(frozen=True, slots=True)
class JsonFile:
    """A JSON file's content, and in words what was wrong with it and yet could be read."""

    content: object
    problems: Sequence[str] = ()


def read_json(path: Path) -> JsonFile:
    """Read a JSON file (RFC 8259), on disk or in an archive; a byte order mark is allowed.

    A key that occurs twice in one object is a problem and its last value is used; stray NUL bytes are
    left out and are a problem too. Raises DataError for a file that cannot be read, is not UTF-8, is
    cut short, or holds NaN, an infinity or a number beyond 64-bit floating point.
    """
    try:
        data = archives.read_bytes(path)
    except MediaError as error:
        raise DataError(str(error)) from error
    problems: list[str] = []
    text = _text(data, path)
    if stray := text.count("\0"):
        problems.append(f"{path}: {stray} NUL bytes in a text file; left out")
        text = text.replace("\0", "")
    return JsonFile(_parse(text, path, problems), tuple(problems))


def _text(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _place(data[: error.start].decode("utf-8", "replace"))
        raise DataError(
            f"{path}: line {line}, column {column}: byte 0x{data[error.start]:02x} is not UTF-8. "
            "Expected a JSON file in UTF-8: download it again or convert it."
        ) from error


def _parse(text: str, path: Path, problems: list[str]) -> object:
    def members(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            problems.extend(
                f"{path}: the key {name!r} occurs {times} times in one object; the last value is used"
                for name, times in counts.items()
                if times > 1
            )
        return found

    def constant(token: str) -> NoReturn:
        at = next(m.start() for m in _TOKEN.finditer(text) if not m[0].startswith('"'))
        line, column = _place(text[:at])
        raise DataError(
            f"{path}: line {line}, column {column}: found {token}, which is not JSON; expected a number."
        )

    def number(token: str) -> float:
        value = float(token)
        if math.isinf(value):
            raise DataError(f"{path}: the number {token} is too large; expected at most 1.8e308.")
        return value

    try:
        content: object = json.loads(
            text, object_pairs_hook=members, parse_constant=constant, parse_float=number
        )
    except json.JSONDecodeError as error:
        raise DataError(_told(error, path)) from error
    except (RecursionError, ValueError) as error:
        raise DataError(f"{path}: cannot be read as JSON: {error}.") from error
    return content


def _told(error: json.JSONDecodeError, path: Path) -> str:
    rest = error.doc[error.pos : error.pos + 20]
    found = f"found {rest!r}" if rest else "the file ends here: it is cut short"
    return (
        f"{path}: line {error.lineno}, column {error.colno}: {error.msg.lower()}; {found}. "
        "Expected a whole JSON file: download it again."
    )


def _place(before: str) -> tuple[int, int]:
    """Line and column, both from 1, of what follows `before`."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")
