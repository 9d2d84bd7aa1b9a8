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
from aqa_eval.traces.claim import KINDS, PARTS
from aqa_eval.traces.cues import Cues

FOLDER = files("aqa_eval.traces") / "lexicon"
FILES = ("parts.toml", "relations.toml", "phrases.toml", "cues.toml", "weights.toml")
NONE = "none"
CLASSES = (*KINDS, NONE)
"""What a sentence may be read as: a claim of one of the kinds, or none."""
GROUPS = ("unseen", "rule", "usual", "talk", "seen")
"""The groups that cues are gathered in; a sentence without one of the first four is unmarked."""


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
    fixed: bool = False
    loose: bool = False
    opposite: str = Field("", alias="not")


class _Relations(_File):
    relations: Mapping[str, Relation]


class _Phrases(_File):
    phrases: Words
    clauses: Words
    denials: Words
    phases: Words


class _Cues(_File):
    groups: Mapping[str, tuple[str, ...]]
    cues: Mapping[str, tuple[str, ...]]


class _Weights(_File):
    bias: Mapping[str, float]
    weights: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every expression compiled. A pattern of named alternatives tells by the group's name what matched.
    `bias` and `weights` have a number for each of `CLASSES`.
    """

    version: int
    digest: str
    parts: re.Pattern[str]
    bodily: re.Pattern[str]
    sides: re.Pattern[str]
    relations: re.Pattern[str]
    names: Mapping[str, Relation]
    cues: Cues
    groups: Mapping[str, frozenset[str]]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]
    unmeant: re.Pattern[str]
    contrast: re.Pattern[str]
    turn: frozenset[str]
    concession: re.Pattern[str]
    denial: re.Pattern[str]
    denying: re.Pattern[str]
    phases: re.Pattern[str]


@cache
def lexicon() -> Lexicon:
    """The lexicon that this version publishes. Raises TraceError where one of its files is not sound."""
    texts = {name: FOLDER.joinpath(name).read_text("utf-8") for name in FILES}
    return compiled(texts)


def compiled(texts: Mapping[str, str]) -> Lexicon:
    """A lexicon of the texts of its files. Raises TraceError for what is not sound in them."""
    parts = _read("parts.toml", texts, _Parts)
    relations = _read("relations.toml", texts, _Relations)
    phrases = _read("phrases.toml", texts, _Phrases)
    cues = _read("cues.toml", texts, _Cues)
    weights = _read("weights.toml", texts, _Weights)
    if len({one.version for one in (parts, relations, phrases, cues, weights)}) != 1:
        raise TraceError("traces/lexicon: the files are of different versions; they are raised together")
    _known("parts.toml", parts.parts, PARTS)
    for name, row in {"bias": weights.bias, **weights.weights}.items():
        _known(f"weights.toml, '{name}'", row, CLASSES)
    for name, relation in relations.relations.items():
        _known(f"relations.toml, relation '{name}'", _named(relation), ("", *PARTS))
    joined = "\n".join(texts[name] for name in FILES)
    return Lexicon(
        version=parts.version,
        digest=hashlib.sha256(joined.encode()).hexdigest(),
        parts=_either(parts.parts),
        bodily=_any(word for name, some in parts.parts.items() if name != "body" for word in some),
        sides=_either(parts.sides),
        relations=_either({name: relation.words for name, relation in relations.relations.items()}),
        names=relations.relations,
        cues=_cues(cues.cues),
        groups=_groups(cues),
        bias=_row(weights.bias),
        weights={name: _row(row) for name, row in weights.weights.items()},
        unmeant=_any(phrases.phrases["unmeant"]),
        contrast=re.compile("|".join(f"(?:{word})(?= |$)" for word in phrases.clauses["contrast"])),
        turn=frozenset(phrases.clauses["turn"]),
        concession=re.compile(rf"(?:{'|'.join(phrases.clauses['concession'])}) [^,;]+(,)"),
        denial=re.compile(
            rf"(?:\b|(?<=[a-z]))(?:{'|'.join(phrases.denials['before'])})\b(?:\W+\w+){{0,4}}\W*$"
        ),
        denying=re.compile(rf"(?:\b|(?<=[a-z]))(?:{'|'.join(phrases.denials['before'])})\b"),
        phases=_either(phrases.phases),
    )


def _cues(named: Mapping[str, tuple[str, ...]]) -> Cues:
    try:
        return Cues(named)
    except ValueError as error:
        raise TraceError(f"traces/lexicon/cues.toml: {error}") from error


def _groups(cues: _Cues) -> dict[str, frozenset[str]]:
    for name, group in cues.groups.items():
        _known(f"cues.toml, group '{name}'", group, tuple(cues.cues))
    for name in GROUPS:
        if name not in cues.groups:
            raise TraceError(f"traces/lexicon/cues.toml: the group '{name}' is missing")
    return {name: frozenset(group) for name, group in cues.groups.items()}


def _row(weights: Mapping[str, float]) -> tuple[float, ...]:
    return tuple(weights.get(name, 0.0) for name in CLASSES)


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
