"""The published lexicon, read from its TOML files and compiled once."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from aqa_eval.errors import TraceError
from aqa_eval.traces.claim import PARTS

FOLDER = files("aqa_eval.traces") / "lexicon"
FILES = ("parts.toml", "relations.toml", "kinds.toml")
KINDS = ("intention", "prior", "blindness", "rule", "guess", "doubt", "seen", "state")


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from error
    return pattern


Word = Annotated[str, AfterValidator(_compiles)]
Words = Mapping[str, tuple[Word, ...]]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    version: int


_Model = TypeVar("_Model", bound=_File)


class _Parts(_File):
    parts: Words
    sides: Words


class Relation(BaseModel):
    """What may be said of a part; the fields are told in `relations.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    words: tuple[Word, ...]
    part: str = ""
    parts: tuple[str, ...] = ()
    instead: str = ""
    opposite: str = Field("", alias="not")


class _Relations(_File):
    relations: Mapping[str, Relation]


class _Kinds(_File):
    kinds: Words
    phrases: Words
    clauses: Words
    denials: Words
    phases: Words


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every expression compiled. A pattern of named alternatives tells by the group's name what matched."""

    version: int
    digest: str
    parts: re.Pattern[str]
    sides: re.Pattern[str]
    relations: re.Pattern[str]
    names: Mapping[str, Relation]
    kinds: Mapping[str, re.Pattern[str]]
    unmeant: re.Pattern[str]
    contrast: re.Pattern[str]
    denial: re.Pattern[str]
    denying: re.Pattern[str]
    phases: re.Pattern[str]


@cache
def lexicon() -> Lexicon:
    """The lexicon that this version publishes. Raises TraceError where one of its files is not sound."""
    texts = {name: FOLDER.joinpath(name).read_text("utf-8") for name in FILES}
    return compiled(texts)


def compiled(texts: Mapping[str, str]) -> Lexicon:
    """A lexicon of the texts of its three files. Raises TraceError for what is not sound in them."""
    parts = _read("parts.toml", texts, _Parts)
    relations = _read("relations.toml", texts, _Relations)
    kinds = _read("kinds.toml", texts, _Kinds)
    if len({parts.version, relations.version, kinds.version}) != 1:
        raise TraceError("traces/lexicon: the files are of different versions; they are raised together")
    _known("parts.toml", parts.parts, PARTS)
    _known("kinds.toml", kinds.kinds, KINDS)
    for name, relation in relations.relations.items():
        _known(f"relations.toml, relation '{name}'", _named(relation), ("", *PARTS))
    joined = "\n".join(texts[name] for name in FILES)
    return Lexicon(
        version=parts.version,
        digest=hashlib.sha256(joined.encode()).hexdigest(),
        parts=_either(parts.parts),
        sides=_either(parts.sides),
        relations=_either({name: relation.words for name, relation in relations.relations.items()}),
        names=relations.relations,
        kinds={name: _any(words) for name, words in kinds.kinds.items()},
        unmeant=_any(kinds.phrases["unmeant"]),
        contrast=re.compile("|".join(f"(?:{word})(?= |$)" for word in kinds.clauses["contrast"])),
        denial=re.compile(
            rf"(?:\b|(?<=[a-z]))(?:{'|'.join(kinds.denials['before'])})\b(?:\W+\w+){{0,4}}\W*$"
        ),
        denying=re.compile(rf"(?:\b|(?<=[a-z]))(?:{'|'.join(kinds.denials['before'])})\b"),
        phases=_either(kinds.phases),
    )


def _named(relation: Relation) -> tuple[str, ...]:
    return (relation.part, relation.instead, *relation.parts)


def _known(where: str, names: Iterable[str], known: tuple[str, ...]) -> None:
    for name in names:
        if name not in known:
            raise TraceError(
                f"traces/lexicon/{where}: '{name}' is not one of {', '.join(filter(None, known))}"
            )


def _read(name: str, texts: Mapping[str, str], kind: type[_Model]) -> _Model:
    try:
        return kind.model_validate(tomllib.loads(texts[name]))
    except tomllib.TOMLDecodeError as error:
        raise TraceError(f"traces/lexicon/{name}: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"])) or "the file"
        raise TraceError(f"traces/lexicon/{name}, key '{key}': {first['msg']}") from error


_START, _END = r"(?<![\w-])", r"(?![\w-])"


def _any(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(f"{_START}(?:{'|'.join(words)}){_END}")


def _either(named: Mapping[str, Iterable[str]]) -> re.Pattern[str]:
    """One pattern for all names; `lastgroup` of a match, its underscores read as hyphens, tells which."""
    groups = (f"(?P<{name.replace('-', '_')}>{'|'.join(words)})" for name, words in named.items())
    return re.compile(f"{_START}(?:{'|'.join(groups)}){_END}")
