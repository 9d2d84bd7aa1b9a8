"""Nothing a pickle asks for is run, and every damage is one clear message."""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aqa_eval.datasets.mtl_aqa import restricted_pickle
from aqa_eval.datasets.mtl_aqa.restricted_pickle import NumberArray
from aqa_eval.errors import DataError


class RunsACommand:
    """Pickles to `os.system("touch <marker>")`, the classic attack."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self):
        return os.system, (f"touch {self.marker}",)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "records.pkl"


def test_plain_values_and_numeric_arrays_come_back(file: Path) -> None:
    content = {
        (1, 2): {"text": "äöü", "number": 2.5, "none": None, "list": [1, True]},
        (3, 4): {"floats": np.array([9.5, 9.0]), "ints": np.arange(6).reshape(2, 3), "one": np.int64(7)},
    }
    for protocol in (3, 4):  # as in the published files
        file.write_bytes(pickle.dumps(content, protocol=protocol))
        got = restricted_pickle.read(file)
        assert isinstance(got, dict)
        assert got[1, 2] == content[1, 2]
        assert got[3, 4]["floats"].values == (9.5, 9.0)
        assert got[3, 4]["ints"].values == (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
        assert got[3, 4]["ints"].shape == (2, 3)
        assert got[3, 4]["one"] == 7


@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<i2", ">i4", "u1", "?"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_any_byte_order_and_layout(file: Path, dtype: str, order: str) -> None:
    array = np.array([[0, 1, 1], [1, 0, 1]], dtype=dtype, order=order)
    file.write_bytes(pickle.dumps(array, protocol=4))
    got = restricted_pickle.read(file)
    assert isinstance(got, NumberArray)
    assert got.values == (0.0, 1.0, 1.0, 1.0, 0.0, 1.0)
    assert got.shape == (2, 3)


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_a_pickle_that_runs_code_is_refused_and_runs_nothing(
    file: Path, tmp_path: Path, protocol: int
) -> None:
    marker = tmp_path / "was_run"
    attack = pickle.dumps({(1, 1): RunsACommand(marker)}, protocol=protocol)
    file.write_bytes(attack)
    with pytest.raises(DataError, match=rf"records\.pkl: refused.*{os.system.__module__}\.system"):
        restricted_pickle.read(file)
    assert not marker.exists()
    pickle.loads(attack)  # the attack is real: the standard loader falls for it
    assert marker.exists()


@pytest.mark.parametrize(
    ("attack", "named"),
    [
        (b"cbuiltins\neval\n(S'1'\ntR.", "builtins.eval"),
        (b"cnumpy\nload\n(S'x'\ntR.", "numpy.load"),
        (b"cnumpy.testing\nassert_\n.", "numpy.testing.assert_"),
        (b"\x80\x04\x8c\x05numpy\x8c\x0edtype.__init__\x93.", "numpy.dtype.__init__"),
        (b"cnumpy\nndarray\n(I1000000000\ntR.", "numpy.ndarray"),
        (b"cnumpy\ndtype\n(S'O'\ntR.", "numpy.dtype('O')"),
        (b"cnumpy\ndtype\n(S'f8,i4'\ntR.", "numpy.dtype('f8,i4')"),
        (b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\ndtype\n(I0\ntS'b'\ntR.", "_reconstruct"),
        (b"cnumpy\ndtype\n(N}S'build'\nNstb.", "a change of a numpy function"),
    ],
)
def test_anything_but_numeric_reconstruction_is_named_and_refused(
    file: Path, attack: bytes, named: str
) -> None:
    file.write_bytes(attack)
    with pytest.raises(DataError) as caught:
        restricted_pickle.read(file)
    assert "refused" in str(caught.value)
    assert named in str(caught.value)


def test_an_array_of_objects_is_refused(file: Path) -> None:
    file.write_bytes(pickle.dumps(np.array([1, "a", None], dtype=object), protocol=4))
    with pytest.raises(DataError, match=r"numpy\.dtype\('O8'\)"):
        restricted_pickle.read(file)


def test_a_truncated_pickle_is_named_with_its_size(file: Path) -> None:
    whole = pickle.dumps({(1, 1): {"difficulty": 3.2}})
    file.write_bytes(whole[:-7])
    with pytest.raises(DataError, match=rf"records\.pkl: not a whole pickle.*{len(whole) - 7} bytes"):
        restricted_pickle.read(file)


def test_an_empty_and_a_missing_file(file: Path) -> None:
    with pytest.raises(DataError, match=r"cannot read .*records\.pkl"):
        restricted_pickle.read(file)
    file.write_bytes(b"")
    with pytest.raises(DataError, match="0 bytes"):
        restricted_pickle.read(file)


def test_a_stream_that_claims_a_huge_array_is_refused(file: Path) -> None:
    """The shape says 10^12 numbers, the bytes hold one."""
    raw = struct.pack("<d", 1.0)
    honest = pickle.dumps(np.array([1.0]), protocol=3)
    assert honest.count(raw) == 1
    lie = honest.replace(b"K\x01\x85", b"\x8a\x06" + (10**12).to_bytes(6, "little") + b"\x85")
    assert lie != honest
    file.write_bytes(lie)
    with pytest.raises(DataError, match="not a whole pickle"):
        restricted_pickle.read(file)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_damage_gives_a_value_or_a_data_error(file: Path, data: st.DataObject) -> None:
    raw = bytearray(pickle.dumps({(1, 1): {"judge_scores": np.array([9.5, 9.0]), "name": "x"}}, protocol=3))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    file.write_bytes(bytes(raw[: data.draw(st.integers(1, len(raw)))]))
    with contextlib.suppress(DataError):
        restricted_pickle.read(file)
