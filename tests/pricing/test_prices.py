"""The price table that ships, tables of one's own, and which entry holds for a judge."""

from __future__ import annotations

from pathlib import Path

import pytest

from aqa_eval.errors import StudyError
from aqa_eval.judges.prices import OF_JUDGE, Tariff, read_prices, tariff
from aqa_eval.vocabulary import Judge, Price

GEMINI = Judge(
    name="g",
    protocol="gemini",
    model="gemini-3.1-pro-preview",
    base_url="https://generativelanguage.googleapis.com",
)


def test_every_shipped_price_says_where_and_when_it_was_read() -> None:
    table = read_prices()
    assert table
    assert all(entry.source and entry.date and entry.host != "*" for entry in table)


def test_a_long_prompt_is_charged_at_the_higher_rate_altogether() -> None:
    charged = tariff(GEMINI, read_prices())
    assert charged is not None
    assert charged.price(200_000) == Price(2.0, 12.0)
    assert charged.price(200_001) == Price(4.0, 18.0)
    assert charged.dollars(100_000, 1_000) == pytest.approx(0.2 + 0.012)
    assert charged.dollars(300_000, 1_000) == pytest.approx(1.2 + 0.018)


def test_a_model_on_ones_own_machine_has_no_price() -> None:
    own = Judge(name="q", protocol="openai", model=GEMINI.model, base_url="http://127.0.0.1:8000/v1")
    assert tariff(own, read_prices()) is None


def test_the_judges_own_price_comes_first() -> None:
    charged = tariff(Judge(name="q", protocol="openai", model="m", price=Price(1.0, 3.0)), read_prices())
    assert charged is not None
    assert (charged.input, charged.output, charged.source) == (1.0, 3.0, OF_JUDGE)


def test_the_first_entry_of_ones_own_table_that_fits(tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(
        '[[price]]\nmodel = "other*"\ninput = 9\noutput = 9\nsource = "a"\n'
        '[[price]]\nmodel = "GEMINI*"\ninput = 1\noutput = 2\nsource = "b"\n'
        '[[price]]\nmodel = "*"\ninput = 5\noutput = 5\nsource = "c"\n'
    )
    charged = tariff(GEMINI, read_prices(file))
    assert charged is not None
    assert charged.source == "b"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[price]]\nmodel = 'm'\ninput = 1\nsource = 's'\n", r"prices.toml: price.0.output: Field required"),
        ("[[price]]\nmodel = 'm'\ninput = -1\noutput = 1\nsource = 's'\n", r"price.0.input: .* greater than"),
        ("[[price]]\nmodel = 'm'\ninput = 1\noutput = 1\nsource = 's'\nabove = 5\n", r"set together"),
        ("[[prices]]\n", r"prices: Extra inputs"),
        ("[[price]\n", r"prices.toml: not TOML"),
    ],
)
def test_a_faulty_table_is_refused_with_the_key(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(text)
    with pytest.raises(StudyError, match=complaint):
        read_prices(file)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"nowhere\.toml: cannot be read"):
        read_prices(tmp_path / "nowhere.toml")


def test_a_tariff_without_a_tier_has_one_rate() -> None:
    flat = Tariff(model="m", input=1, output=2, source="s")
    assert flat.price(10**9) == Price(1.0, 2.0)
