"""Numeric arrays out of MATLAB 5 files, and nothing else: no objects, no code, bounded memory.

Follows MathWorks' "MAT-File Format" (level 5): a header of 128 bytes, then elements of a type, a
size and their bytes, padded to eight; an array is an element made of elements; any may be packed.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from struct import unpack_from

import numpy as np

from engine.arrays import DoubleArray
from engine.errors import FileFormatError
from engine.formats.reading import reason

HEADER_BYTES = 128
_VERSION = 0x0100
_TAG = 8
_WORD = 4
"""Bytes of a small element's data, and of a dimension."""
_LARGEST_ELEMENT = 64 * 1024 * 1024
"""Bytes an element may have when it is unpacked."""
_COMPRESSED = 15
_MATRIX = 14
_NUMBERS = {
    1: "i1",
    2: "u1",
    3: "i2",
    4: "u2",
    5: "i4",
    6: "u4",
    7: "f4",
    9: "f8",
    12: "i8",
    13: "u8",
}
"""Element type -> numpy type."""
_NUMERIC_CLASSES = range(6, 16)
"""Array classes double, single and the integers."""
_COMPLEX = 0x08
_MOST_DIMENSIONS = 8
_REAL_PART = 3
"""Index of the numbers among an array's parts: flags, dimensions, name, real part."""


def looks_like_mat(head: bytes) -> bool:
    """Whether a file starts as MATLAB 5 (or its successor 7.3) files do."""
    return head.startswith(b"MATLAB ") and head[126:128] in (b"IM", b"MI")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """Bytes out of a file."""

    data: bytes
    byte: int
    """Where they start in the file."""
    is_packed: bool = False
    """They were unpacked: ``byte`` is where their packed form starts."""

    def place(self, index: int) -> int:
        """Where one of the bytes is in the file, for messages."""
        return self.byte if self.is_packed else self.byte + index

    def part(self, start: int, stop: int) -> "_Stretch":
        """Some of the bytes."""
        return _Stretch(
            data=self.data[start:stop], byte=self.place(start), is_packed=self.is_packed
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Element:
    """A type and its bytes."""

    kind: int
    body: _Stretch


def read_array(data: bytes, name: str, path: Path) -> DoubleArray:
    """One real numeric array of a file.

    Args:
        data: The file's bytes.
        name: The variable.
        path: For messages.

    Returns:
        float64, of the shape MATLAB shows.

    Raises:
        FileFormatError: No such array, not numeric, or a damaged file; names the byte.
    """
    order = _byte_order(data, path)
    found: list[str] = []
    for element in _elements(_Stretch(data=data, byte=0), HEADER_BYTES, order, path):
        plain = element
        if element.kind == _COMPRESSED:
            plain = next(_elements(_unpacked(element.body, path), 0, order, path), element)
        if plain.kind != _MATRIX:
            continue
        parts = list(_elements(plain.body, 0, order, path))
        label = "".join(part.body.data.decode("ascii", "replace") for part in parts[2:3])
        if label == name:
            return _numbers(parts, order, plain.body.byte, path)
        found.append(label[:20])
    listed = ", ".join(found[:8]) or "none"
    raise FileFormatError(
        f"expected an array {name!r}, found {listed}; is it a file of another data set?", path=path
    )


def _byte_order(data: bytes, path: Path) -> str:
    order = {b"IM": "<", b"MI": ">"}.get(data[126:HEADER_BYTES])
    if order is None:
        raise FileFormatError(
            "expected a MATLAB header of 128 bytes; the file is cut short, copy it again",
            path=path,
            byte=min(len(data), 126),
        )
    version = unpack_from(f"{order}H", data, 124)[0]
    if version != _VERSION:
        raise FileFormatError(
            f"expected a MATLAB 5 file, found version {version:#06x} (7.3 is another format); "
            "save it in MATLAB with the option -v7",
            path=path,
            byte=124,
        )
    return order


def _elements(stretch: _Stretch, start: int, order: str, path: Path) -> Iterator[_Element]:
    end = len(stretch.data)
    at = start
    while at + _TAG <= end:
        kind, size = unpack_from(f"{order}II", stretch.data, at)
        is_small = kind >> 16 > 0  # type, size and up to four bytes share eight bytes
        body = at + (_WORD if is_small else _TAG)
        if is_small:
            kind, size = kind & 0xFFFF, kind >> 16
        if body + size > end or (is_small and size > _WORD):
            raise FileFormatError(
                f"expected {size:,} bytes of data, found {end - body:,}; "
                "the file is cut short or damaged, copy it again",
                path=path,
                byte=stretch.place(at),
            )
        yield _Element(kind=kind, body=stretch.part(body, body + size))
        padding = 0 if kind == _COMPRESSED else -size % _TAG
        at = at + _TAG if is_small else body + size + padding


def _unpacked(packed: _Stretch, path: Path) -> _Stretch:
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(packed.data, _LARGEST_ELEMENT)
    except zlib.error as error:
        raise FileFormatError(
            f"expected packed data, found {reason(error)}; the file is damaged, copy it again",
            path=path,
            byte=packed.byte,
        ) from error
    if unpacker.eof:
        return _Stretch(data=data, byte=packed.byte, is_packed=True)
    if unpacker.unconsumed_tail:
        problem = f"expected at most {_LARGEST_ELEMENT // 2**20} MiB, found more; cut it into parts"
    else:
        problem = "expected packed data, found its end; the file is cut short, copy it again"
    raise FileFormatError(problem, path=path, byte=packed.byte)


def _numbers(parts: list[_Element], order: str, byte: int, path: Path) -> DoubleArray:
    """The values of an array's parts: flags, dimensions, name, real part."""

    def fault(expected: str, found: str) -> FileFormatError:
        message = f"expected {expected}, found {found}; the file is damaged or of another kind"
        return FileFormatError(message, path=path, byte=byte)

    if len(parts) <= _REAL_PART:
        raise fault("flags, dimensions, a name and numbers", f"{len(parts)} parts")
    flags, dimensions, numbers = (parts[index].body.data for index in (0, 1, _REAL_PART))
    if len(flags) < _WORD or len(dimensions) % _WORD:
        raise fault("flags and dimensions", f"{len(flags)} and {len(dimensions)} bytes")
    bits = unpack_from(f"{order}I", flags)[0]
    if bits & 0xFF not in _NUMERIC_CLASSES or bits >> 8 & _COMPLEX:
        raise fault("real numbers", f"an array of class {bits & 0xFF}")
    shape = unpack_from(f"{order}{len(dimensions) // _WORD}i", dimensions)
    kind = _NUMBERS.get(parts[_REAL_PART].kind)
    if kind is None or any(size < 0 for size in shape):
        raise fault("numbers", f"data of type {parts[_REAL_PART].kind}")
    dtype = np.dtype(order + kind)
    if prod(shape) * dtype.itemsize != len(numbers):
        sizes = " × ".join(str(size) for size in shape[:_MOST_DIMENSIONS])
        raise fault(f"{sizes} numbers", f"{len(numbers):,} bytes")
    if len(shape) > _MOST_DIMENSIONS:
        raise fault("a few dimensions", f"{len(shape)}")
    with np.errstate(invalid="ignore"):  # some NaN are called invalid
        values = np.frombuffer(numbers, dtype=dtype).astype(np.float64)
    return values.reshape(shape, order="F")
