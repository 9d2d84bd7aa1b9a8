"""Numbers as the page writes them: a true minus sign, a fixed number of decimals, a dash for nothing."""

from __future__ import annotations

import math

ABSENT = "–"


def number(value: float | None, decimals: int = 3) -> str:
    """`value` with `decimals` decimals; an en dash for None and for what is not a number."""
    if value is None or math.isnan(value):
        return ABSENT
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def count(value: int | None) -> str:
    """A whole number with thin spaces between thousands, as 12 345; an en dash for None."""
    return (
        ABSENT if value is None else f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}").replace("-", "−")
    )


def interval(low: float | None, high: float | None, decimals: int = 3) -> str:
    """A closed interval as [low, high]; empty where neither end is known."""
    if low is None and high is None:
        return ""
    return f"[{number(low, decimals)}, {number(high, decimals)}]"


def percent(share: float) -> str:
    """A share between 0 and 1 as a percentage; never 0% for a thing that happened, nor 100% for one that not
    always did.
    """
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 < share < 1:
        return ">99%"
    return f"{100 * share:.0f}%"


def dollars(value: float | None) -> str:
    """A sum of US dollars; an en dash where no price is known."""
    if value is None:
        return ABSENT
    return f"${value:,.4f}" if 0 < value < 0.01 else f"${value:,.2f}"


def plural(amount: int, one: str, many: str = "") -> str:
    """`amount` and its noun: 1 clip, 2 clips."""
    return f"{count(amount)} {one if amount == 1 else many or one + 's'}"
