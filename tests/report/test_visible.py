from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from aqa_eval.report.visible import gist, visible


def test_null_bytes_and_escapes_become_their_pictures():
    assert visible("a\x00b\x1b[31m") == "a␀b␛[31m"


def test_lone_surrogates_become_the_replacement_character():
    assert visible("a\ud800b\udfff") == "a\ufffdb\ufffd"


def test_directional_controls_are_spelled_out():
    assert visible("abc\u202edef\u2066") == "abc[U+202E]def[U+2066]"


def test_text_of_any_language_is_left_alone():
    text = "Knie nach innen; 膝が内側; הברכיים פנימה\n\tχ² 👍🏽"
    assert visible(text) == text


def test_line_ends_become_newlines():
    assert visible("a\r\nb\rc\n") == "a\nb\nc\n"


@given(st.text(alphabet=st.characters(codec=None)))
def test_whatever_comes_can_be_written_and_is_seen(text):
    shown = visible(text)
    shown.encode("utf-8")
    assert all(unicodedata.category(sign) not in ("Cs", "Cc") or sign in "\t\n" for sign in shown)
    assert visible(shown) == shown


def test_a_long_text_gives_its_first_sentence_first():
    assert gist("Short. And done.") == ("Short. And done.", "")
    long = "It is 0.5 here. " + "More, " * 60
    assert gist(long) == ("It is 0.5 here.", long.removeprefix("It is 0.5 here. "))
    endless = "no stop " * 60
    assert gist(endless) == (endless, "")
