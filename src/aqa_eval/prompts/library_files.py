"""How the files in `prompts/library` are read: TOML that a non-programmer edits, checked before it is used.

Each kind of file has a model of its own. A wrong key, a missing text or a placeholder that nothing fills in
is told with the file and the key, when the file is first needed and never later.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Set
from importlib.resources import files
from string import Template
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from aqa_eval.errors import StudyError

LIBRARY = files("aqa_eval.prompts") / "library"

Text = Annotated[str, AfterValidator(str.strip)]
"""A text of the library: white space around it does not count."""


class LibraryFile(BaseModel):
    """What every kind of file has in common: no unknown key, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Kind = TypeVar("Kind", bound=LibraryFile)


def names_in(folder: str) -> tuple[str, ...]:
    """The names of the files in a folder of the library, without their ending, in alphabetical order."""
    found = (entry.name for entry in (LIBRARY / folder).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def read(name: str, kind: type[Kind]) -> Kind:
    """The file `prompts/library/<name>`.

    Raises:
        StudyError: there is no such file, it is not TOML, or a key is missing, unknown or of the wrong kind.
    """
    source = LIBRARY.joinpath(*name.split("/"))
    if not source.is_file():
        raise StudyError(f"prompts/library/{name}: there is no such file")
    return parsed(name, source.read_text("utf-8"), kind)


def parsed(name: str, text: str, kind: type[Kind]) -> Kind:
    """`text` read as a file of the given kind; `name` is what errors call it. Raises StudyError as `read`."""
    try:
        return kind.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"prompts/library/{name}: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"])) or "the file"
        raise StudyError(f"prompts/library/{name}, key '{key}': {first['msg']}") from error


def filled(text: str, words: Mapping[str, str]) -> str:
    """A text with some of its placeholders filled in; the others stay open, and $$ stays as it is."""

    def word(match: re.Match[str]) -> str:
        name = match.group(1) or match.group(2)
        return words.get(name, match.group()) if name else match.group()

    return re.sub(r"\$(?:\$|([A-Za-z_]+)|\{([A-Za-z_]+)\})", word, text)


def check_placeholders(
    name: str, texts: Mapping[str, str], allowed: Iterable[str], needed: Set[str] = frozenset()
) -> None:
    """Check that each text (key -> text) has no placeholder but the allowed ones, and all the needed ones.

    Raises:
        StudyError: naming the file, the key and the placeholder.
    """
    known = set(allowed)
    for key, text in texts.items():
        template = Template(text)
        if not template.is_valid():
            raise StudyError(
                f"prompts/library/{name}, key '{key}': a $ that begins no placeholder; write $$ for the sign"
            )
        found = set(template.get_identifiers())
        if unknown := found - known:
            raise StudyError(
                f"prompts/library/{name}, key '{key}': unknown placeholder ${min(unknown)}; "
                f"allowed: {', '.join('$' + word for word in sorted(known)) or 'none'}"
            )
        if missing := set(needed) - found:
            raise StudyError(
                f"prompts/library/{name}, key '{key}': the placeholder ${min(missing)} is missing"
            )
