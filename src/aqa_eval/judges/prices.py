"""Prices of models at endpoints: a table that ships with the program, or one of the user's own."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from aqa_eval.errors import StudyError
from aqa_eval.vocabulary import Judge, Price, Usage

Dollars = Annotated[float, Field(ge=0)]
Name = Annotated[str, Field(min_length=1)]
SHIPPED = "judges/prices.toml"
OF_JUDGE = "the judge's own price"


class Tariff(BaseModel):
    """One entry of a price table: US dollars for a million tokens of which model, at which host.

    With `above`, a request whose prompt has more tokens than that costs `input_above` and `output_above`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    model: Name
    host: Name = "*"
    input: Dollars
    output: Dollars
    above: Annotated[int, Field(ge=1)] | None = None
    input_above: Dollars | None = None
    output_above: Dollars | None = None
    source: Name
    date: dt.date | None = None

    @model_validator(mode="after")
    def _whole_tier(self) -> Self:
        given = [self.above is None, self.input_above is None, self.output_above is None]
        if any(given) and not all(given):
            raise ValueError("'above', 'input_above' and 'output_above' are set together or not at all")
        return self

    def fits(self, judge: Judge) -> bool:
        """Whether the entry is about this judge's model at its address."""
        host = urlsplit(judge.base_url).hostname or ""
        named = fnmatchcase(judge.model.lower(), self.model.lower())
        return named and fnmatchcase(host.lower(), self.host.lower())

    def price(self, prompt_tokens: float) -> Price:
        """What a request with so long a prompt is charged."""
        if self.above is None or prompt_tokens <= self.above:
            return Price(self.input, self.output)
        return Price(self.input_above or 0.0, self.output_above or 0.0)

    def dollars(self, prompt_tokens: float, answer_tokens: float) -> float:
        """What one request costs."""
        return dollars(self.price(prompt_tokens), prompt_tokens, answer_tokens)

    def dollars_of(self, usage: Usage) -> float:
        """What tokens that were counted cost, all taken as one request; those not told count nothing."""
        return self.dollars(usage.prompt or 0, usage.completion or 0)


def dollars(price: Price, prompt_tokens: float, answer_tokens: float) -> float:
    """What so many tokens cost."""
    return (prompt_tokens * price.input + answer_tokens * price.output) / 1e6


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    price: tuple[Tariff, ...] = ()


def read_prices(path: Path | None = None) -> tuple[Tariff, ...]:
    """The entries of a price file, or of the one that ships with the program.

    Raises:
        StudyError: the file cannot be read, or an entry has an unknown or missing key or a wrong value.
    """
    name = str(path) if path else SHIPPED
    try:
        text = (
            path.read_text("utf-8") if path else (files("aqa_eval.judges") / "prices.toml").read_text("utf-8")
        )
        return _Table.model_validate(tomllib.loads(text)).price
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"price file {name}: cannot be read ({error})") from error
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"price file {name}: not TOML ({error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StudyError(f"price file {name}: {where}: {first['msg']}") from error


def tariff(judge: Judge, table: Sequence[Tariff]) -> Tariff | None:
    """What the judge is charged: its own price if the study sets one, else the first entry that fits."""
    if judge.price is not None:
        own = judge.price
        return Tariff(model=judge.model or "*", input=own.input, output=own.output, source=OF_JUDGE)
    return next((entry for entry in table if entry.fits(judge)), None)
