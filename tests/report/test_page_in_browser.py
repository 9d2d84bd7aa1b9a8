"""In a real browser: nothing is fetched, nothing complains, it fits a telephone and obeys the keys."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from aqa_eval.report import write
from report.browser import Tab, chromium, tab
from report.example_study import study

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium: apt-get install chromium")

_BACKGROUND = "getComputedStyle(document.body).backgroundColor"
_INK = "getComputedStyle(document.querySelector('figure svg text')).fill"
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True)
class Seen:
    requests: list[str]
    complaints: list[str]
    colours: dict[str, tuple[str, str]]
    overflow: dict[int, int]
    opened_by_key: tuple[bool, bool]
    pictures_decoded: bool
    printed_paper: str
    picture: bytes


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> Seen:
    folder = tmp_path_factory.mktemp("browser")
    write(study(), folder / "report.html")
    return asyncio.run(_visit(folder))


async def _visit(folder: Path) -> Seen:
    async with tab(chromium() or "", folder / "profile") as page:
        await page.look(1120, "light")
        await page.open(folder / "report.html")
        colours, overflow = {}, {}
        for scheme in ("light", "dark"):
            await page.look(1120, scheme)
            colours[scheme] = (await page.evaluate(_BACKGROUND), await page.evaluate(_INK))
        for width in (360, 768, 1120):
            await page.look(width, "light")
            overflow[width] = await page.evaluate(_OVERFLOW)
        picture = await page.picture()
        await page.look(1120, "dark", media="print")
        printed = await page.evaluate(_BACKGROUND)
        await page.look(1120, "light")
        return Seen(
            requests=page.requests,
            complaints=page.complaints,
            colours=colours,
            overflow=overflow,
            opened_by_key=await _by_key(page),
            pictures_decoded=await page.evaluate(
                "[...document.images].every(i => i.complete && i.naturalWidth === 96)"
            ),
            printed_paper=printed,
            picture=picture,
        )


async def _by_key(page: Tab) -> tuple[bool, bool]:
    """Whether the first details is open before and after Enter on its summary."""
    first = "document.querySelector('details')"
    await page.evaluate(f"{first}.querySelector('summary').focus()")
    before = await page.evaluate(f"{first}.open")
    await page.press("Enter", 13, "\r")
    return before, await page.evaluate(f"{first}.open")


def test_nothing_but_the_file_is_asked_for(seen):
    asked = [address for address in seen.requests if not address.startswith("data:")]
    assert len(asked) == 1
    assert re.fullmatch(r"file:///.*/report\.html", asked[0])


def test_a_page_that_misbehaves_would_be_caught(tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text('<img src="http://127.0.0.1:9/x.png"><script>console.error("no"); undefined.x</script>')
    page = asyncio.run(_overheard(bad, tmp_path / "profile"))
    assert "http://127.0.0.1:9/x.png" in page.requests
    assert len(page.complaints) >= 2


async def _overheard(path: Path, profile: Path) -> Tab:
    async with tab(chromium() or "", profile) as page:
        await page.open(path)
        return page


def test_the_console_is_silent(seen):
    assert seen.complaints == []


def test_light_and_dark_follow_the_reader_figures_included(seen):
    light, dark = seen.colours["light"], seen.colours["dark"]
    assert light[0] == "rgb(250, 250, 247)"
    assert dark[0] == "rgb(20, 22, 26)"
    assert light[1] != dark[1]


def test_the_page_never_scrolls_sideways(seen):
    assert seen.overflow == {360: 0, 768: 0, 1120: 0}


def test_details_open_by_key(seen):
    assert seen.opened_by_key == (False, True)


def test_pictures_are_decoded(seen):
    assert seen.pictures_decoded


def test_paper_is_white_even_for_who_reads_in_the_dark(seen):
    assert seen.printed_paper == "rgb(255, 255, 255)"


def test_something_was_drawn(seen):
    assert seen.picture.startswith(b"\x89PNG")
    assert len(seen.picture) > 20_000
