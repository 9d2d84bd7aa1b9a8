from __future__ import annotations

import json
import math
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aqa_eval.datasets.json_files import read_json
from aqa_eval.errors import DataError


@pytest.fixture
def wrote(tmp_path: Path):
    def write(data: bytes) -> Path:
        path = tmp_path / "labels.json"
        path.write_bytes(data)
        return path

    return write


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(JSON)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_json_is_read_as_it_is(tmp_path: Path, value: object) -> None:
    path = tmp_path / "any.json"
    path.write_text(json.dumps(value))
    read = read_json(path)
    assert (read.content, read.problems) == (value, ())


def test_a_byte_order_mark_is_allowed_and_archives_are_read(wrote, tmp_path: Path) -> None:
    assert read_json(wrote(b"\xef\xbb\xbf[1]")).content == [1]
    with ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("Labels/a.json", '{"a": 1}')
    assert read_json(tmp_path / "x.zip" / "Labels/a.json").content == {"a": 1}


def test_keys_that_occur_twice_are_named(wrote) -> None:
    read = read_json(wrote(b'{"33053_1": [], "x": {"a": 1, "a": 2, "a": 3}, "33053_1": [[1, 2]]}'))
    assert read.content == {"33053_1": [[1, 2]], "x": {"a": 3}}
    assert [problem.split(": ", 1)[1] for problem in read.problems] == [
        "the key 'a' occurs 3 times in one object; the last value is used",
        "the key '33053_1' occurs 2 times in one object; the last value is used",
    ]


def test_stray_nul_bytes_are_left_out_and_told(wrote) -> None:
    read = read_json(wrote(b'{"a": 1\0}\n\0\0'))
    assert read.content == {"a": 1}
    assert read.problems[0].endswith("labels.json: 3 NUL bytes in a text file; left out")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'{"a": [1,\n 2', r"line 2, column 3: expecting ',' delimiter; the file ends here: it is cut short"),
        (b'{"a": "unterm', r"line 1, column 7: unterminated string"),
        (b"", r"line 1, column 1: expecting value; the file ends here"),
        (b"{'a': 1}", r"line 1, column 2: expecting property name .* found \"'a': 1\}\""),
        (b"[1] [2]", r"line 1, column 5: extra data; found '\[2\]'"),
        (b'["ok",\n"\xff\xfe"]', r"line 2, column 2: byte 0xff is not UTF-8"),
        ('{"ä": NaN}'.encode(), r"line 1, column 7: found NaN, which is not JSON"),
        (b'{"NaN":\n [1, -Infinity]}', r"line 2, column 6: found -Infinity"),
        (b"[1e999]", r"the number 1e999 is too large"),
        (b"[" * 100_000, r"cannot be read as JSON"),
        (b"[" + b"1" * 5000 + b"]", r"cannot be read as JSON"),
    ],
)
def test_what_is_no_json_names_file_place_and_what_was_found(data: bytes, told: str, wrote) -> None:
    with pytest.raises(DataError, match=told) as error:
        read_json(wrote(data))
    assert "labels.json: " in str(error.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot read .*absent\.json"):
        read_json(tmp_path / "absent.json")


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_numbers_keep_every_digit(tmp_path: Path, value: float) -> None:
    path = tmp_path / "number.json"
    path.write_text(repr(value))
    read = read_json(path).content
    assert isinstance(read, float)
    assert math.copysign(1, read) == math.copysign(1, value)
    assert read == value
