"""Pickles from the internet, read without running anything in them.

A pickle is a program: the standard loader imports and calls whatever it names. The files published
with datasets hold plain containers, numbers, texts and numeric numpy arrays. Here these four numpy
names are rebuilt by code of ours that accepts plain numbers only, and every other name is refused
before it is imported.
"""

from __future__ import annotations

import io
import pickle
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from aqa_eval.errors import DataError, MediaError
from aqa_eval.media import archives

# The document of a numpy pickle: `ndarray.__reduce__` and `dtype.__reduce__` (numpy/_core/src/multiarray).
_NUMBER_CODE = re.compile(r"[<>=|]?([iuf][1248]|b1)")
_BROKEN = (
    pickle.UnpicklingError,
    EOFError,
    ValueError,  # includes texts in the wrong encoding
    TypeError,
    AttributeError,
    IndexError,
    KeyError,
    OverflowError,
    MemoryError,
    RecursionError,
)
"""What the unpickler raises on a damaged stream (its documentation names no closed set)."""


class _RefusedError(Exception):
    """A name that is not numpy reconstruction."""


class _StandIn:
    """What a pickle gets for a numpy name: it can be called, and not be changed by the pickle."""

    __slots__ = ("build",)

    def __init__(self, build: Callable[..., object]) -> None:
        self.build = build

    def __call__(self, *arguments: object) -> object:
        return self.build(*arguments)

    def __setstate__(self, state: object) -> None:
        raise _RefusedError("a change of a numpy function")


class _DType:
    """Stands in for `numpy.dtype` while a pickle is read: a number type and its byte order."""

    def __init__(self, code: str, *_flags: object) -> None:
        if not isinstance(code, str) or not _NUMBER_CODE.fullmatch(code):
            raise _RefusedError(f"numpy.dtype({code!r})")
        self.dtype = np.dtype(code)

    def __setstate__(self, state: tuple[object, ...]) -> None:
        """State is (version, byte order, ...); only the byte order means anything for a plain number."""
        order = state[1]
        if order not in ("<", ">", "|", "="):
            raise ValueError(f"byte order {order!r}")
        self.dtype = np.dtype(f"{order}{self.dtype.kind}{self.dtype.itemsize}")


class NumberArray:
    """A numeric array found in a pickle: `shape`, and `values` in row-major order as floats."""

    shape: tuple[int, ...] = ()
    values: tuple[float, ...] = ()

    def __setstate__(self, state: tuple[object, ...]) -> None:
        """State is (version, shape, dtype, is_fortran, raw bytes)."""
        _version, shape, dtype, fortran, raw = state
        if not isinstance(dtype, _DType) or not isinstance(raw, bytes) or not isinstance(shape, tuple):
            raise TypeError("an array's state is not (version, shape, dtype, order, bytes)")
        array = np.frombuffer(raw, dtype.dtype).reshape(shape, order="F" if fortran else "C")
        self.shape = array.shape
        self.values = tuple(float(value) for value in array.ravel())


def _ndarray(*_arguments: object) -> NumberArray:
    """Refuse: a pickle names the class `numpy.ndarray` as what to reconstruct, and never calls it."""
    raise _RefusedError("numpy.ndarray(...)")


def _reconstruct(subtype: object, _shape: object, _code: object) -> NumberArray:
    if not isinstance(subtype, _StandIn) or subtype.build is not _ndarray:
        raise _RefusedError("numpy's _reconstruct of another type than ndarray")
    return NumberArray()


def _scalar(dtype: object, raw: object) -> float | int | bool:
    if not isinstance(dtype, _DType) or not isinstance(raw, bytes):
        raise TypeError("a number's state is not (dtype, bytes)")
    value: float | int | bool = np.frombuffer(raw, dtype.dtype, count=1)[0].item()
    return value


_ALLOWED = {
    (module, name): _StandIn(build)
    for module in ("numpy", "numpy.core.multiarray", "numpy._core.multiarray")
    for name, build in (
        ("_reconstruct", _reconstruct),
        ("scalar", _scalar),
        ("ndarray", _ndarray),
        ("dtype", _DType),
    )
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str, /) -> object:
        try:
            return _ALLOWED[module_name, global_name]
        except KeyError:
            raise _RefusedError(f"{module_name}.{global_name}") from None


def read(path: Path) -> object:
    """Read a pickle file of plain containers, numbers, texts and numeric arrays (as `NumberArray`).

    Raises DataError where the file is missing, truncated or damaged, or names anything but the
    reconstruction of numeric numpy arrays (nothing is imported or called then).
    """
    try:
        raw = archives.read_bytes(path)
    except MediaError as error:
        raise DataError(str(error)) from error
    try:
        return _Unpickler(io.BytesIO(raw)).load()
    except _RefusedError as refused:
        raise DataError(
            f"{path}: refused, because this pickle asks for {refused}; expected only plain values and "
            "numeric numpy arrays. Nothing in it was run. Take the file from the authors' repository."
        ) from None
    except _BROKEN as error:
        raise DataError(
            f"{path}: not a whole pickle ({type(error).__name__}: {error}); {len(raw)} bytes found. "
            "Download it again."
        ) from error
