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

HEADER_BYTES = 128
_VERSION = 0x0100
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
_REAL_PART = 3
"""Index of the numbers among an array's parts: flags, dimensions, name, real part."""


def looks_like_mat(head: bytes) -> bool:
    """Whether a file starts as MATLAB 5 (or its successor 7.3) files do."""
    return head.startswith(b"MATLAB ") and head[126:128] in (b"IM", b"MI")


@dataclass(frozen=True, slots=True)
class _Element:
    kind: int
    data: bytes
    byte: int
    """Where it starts in the file (for a compressed one: where the packed bytes start)."""


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
    for element in _elements(data, HEADER_BYTES, order, path):
        plain = element
        if element.kind == _COMPRESSED:
            plain = next(_elements(_unpacked(element, path), 0, order, path), element)
        if plain.kind != _MATRIX:
            continue
        parts = list(_elements(plain.data, 0, order, path))
        label = "".join(part.data.decode("ascii", "replace") for part in parts[2:3])
        if label == name:
            return _numbers(parts, order, element.byte, path)
        found.append(label)
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


def _elements(data: bytes, start: int, order: str, path: Path) -> Iterator[_Element]:
    byte = start
    while byte + 8 <= len(data):
        kind, size = unpack_from(f"{order}II", data, byte)
        body = byte + 8
        if kind >> 16:  # small: type, size and up to four bytes share eight bytes
            kind, size, body = kind & 0xFFFF, kind >> 16, byte + _WORD
        if body + size > len(data) or (body == byte + _WORD and size > _WORD):
            raise FileFormatError(
                f"expected {size:,} bytes of data, found {len(data) - body:,}; "
                "the file is cut short, copy it again",
                path=path,
                byte=byte,
            )
        yield _Element(kind, data[body : body + size], byte)
        if body == byte + _WORD:
            byte += 8
        else:
            byte = body + size if kind == _COMPRESSED else body + (size + 7) // 8 * 8


def _unpacked(element: _Element, path: Path) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(element.data, _LARGEST_ELEMENT)
    except zlib.error as error:
        raise FileFormatError(
            f"expected packed data, found {error}; the file is damaged, copy it again",
            path=path,
            byte=element.byte,
        ) from error
    if unpacker.eof:
        return data
    if unpacker.unconsumed_tail:
        raise FileFormatError(
            f"expected an array of at most {_LARGEST_ELEMENT // 2**20} MiB, found more; "
            "cut the recording into parts",
            path=path,
            byte=element.byte,
        )
    raise FileFormatError(
        "expected packed data, found its end; the file is cut short, copy it again",
        path=path,
        byte=element.byte,
    )


def _numbers(parts: list[_Element], order: str, byte: int, path: Path) -> DoubleArray:
    """The values of an array's parts: flags, dimensions, name, real part."""

    def fault(expected: str, found: str) -> FileFormatError:
        message = f"expected {expected}, found {found}; the file is damaged or of another kind"
        return FileFormatError(message, path=path, byte=byte)

    complete = len(parts) > _REAL_PART and len(parts[0].data) >= _WORD
    if not complete or len(parts[1].data) % _WORD:
        raise fault("flags, dimensions, a name and numbers", f"{len(parts)} parts")
    flags = unpack_from(f"{order}I", parts[0].data)[0]
    if flags & 0xFF not in _NUMERIC_CLASSES or flags >> 8 & _COMPLEX:
        raise fault("real numbers", f"an array of class {flags & 0xFF}")
    shape = unpack_from(f"{order}{len(parts[1].data) // _WORD}i", parts[1].data)
    kind = _NUMBERS.get(parts[_REAL_PART].kind)
    if kind is None or any(size < 0 for size in shape):
        raise fault("numbers", f"data of type {parts[_REAL_PART].kind}")
    dtype = np.dtype(order + kind)
    if prod(shape) * dtype.itemsize != len(parts[_REAL_PART].data):
        size = " × ".join(str(size) for size in shape)
        raise fault(f"{size} numbers", f"{len(parts[_REAL_PART].data):,} bytes")
    values = np.frombuffer(parts[_REAL_PART].data, dtype=dtype)
    return values.reshape(shape, order="F").astype(np.float64)
