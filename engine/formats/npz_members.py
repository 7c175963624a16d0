"""Arrays of a numpy ``.npz`` without loading it: plain members are mapped, not read.

Data sets of many gigabytes come as one npz. ``numpy.savez`` stores its members as they are, so they
can be mapped from the disk; those of ``numpy.savez_compressed`` are unpacked, up to a limit.
"""

import math
import re
import zlib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from engine.errors import FileFormatError
from engine.formats.reading import reason

LARGEST_UNPACKED = 2 * 1024**3
"""Bytes a packed member may have when it is unpacked."""
_LOCAL_HEADER = 30
"""Bytes of a zip's entry before its name (APPNOTE 4.3.7)."""
_LONGEST_NPY_HEADER = 4096
_NPY = re.compile(
    rb"\x93NUMPY(?:\x01\x00..|[\x02\x03]\x00....)"
    rb"\{'descr': '(?P<dtype>[<>|][biuf]\d)', 'fortran_order': False, "
    rb"'shape': \((?P<shape>(?:\d{1,12}, ?){0,6}\d{0,12})\), \} *\n",
    re.DOTALL,
)

Array = NDArray[np.generic]


def member_names(path: Path) -> tuple[str, ...]:
    """Names of the arrays of an npz, without ``.npy``; none where it is no zip.

    Raises:
        FileFormatError: The system refuses to open it.
    """
    try:
        with ZipFile(path) as archive:
            return tuple(info.filename.removesuffix(".npy") for info in archive.infolist())
    except (BadZipFile, ValueError, NotImplementedError):
        return ()
    except OSError as error:
        raise FileFormatError(f"cannot be read ({error.strerror or error})", path=path) from error


def open_member(path: Path, name: str) -> Array:
    """One array of numbers of an npz, read only; mapped where it is stored plainly.

    Raises:
        FileFormatError: There is no such array, it holds objects, or the file is damaged.
    """
    try:
        with ZipFile(path) as archive:
            info = archive.getinfo(f"{name}.npy")
            if info.compress_type == ZIP_STORED:
                return _mapped(path, info)
            if info.compress_type != ZIP_DEFLATED or info.file_size > LARGEST_UNPACKED:
                raise FileFormatError(
                    f"{name}: expected a plain array, or at most {LARGEST_UNPACKED // 2**30} GiB "
                    f"packed, found {info.file_size:,} bytes; save it with numpy.savez",
                    path=path,
                )
            return _array(archive.read(info), path, name)
    except KeyError as error:
        raise FileFormatError(f"expected an array {name!r}, found none", path=path) from error
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise FileFormatError(
            f"expected a whole npz, found {reason(error)}; copy it again", path=path
        ) from error


def _mapped(path: Path, info: ZipInfo) -> Array:
    with path.open("rb") as file:
        file.seek(info.header_offset)
        local = file.read(_LOCAL_HEADER)
        names = int.from_bytes(local[26:28], "little") + int.from_bytes(local[28:30], "little")
        start = info.header_offset + _LOCAL_HEADER + names
        file.seek(start)
        head = file.read(_LONGEST_NPY_HEADER)
    dtype, shape, body = _header(head, path, info.filename)
    if math.prod(shape) * dtype.itemsize != info.file_size - body:
        raise FileFormatError(
            f"{info.filename}: expected numbers of shape {shape}, found "
            f"{info.file_size - body:,} bytes; copy it again",
            path=path,
        )
    if not math.prod(shape):
        return np.zeros(shape, dtype=dtype)
    return np.memmap(path, dtype=dtype, mode="r", offset=start + body, shape=shape)


def _array(data: bytes, path: Path, name: str) -> Array:
    dtype, shape, body = _header(data[:_LONGEST_NPY_HEADER], path, name)
    if math.prod(shape) * dtype.itemsize != len(data) - body:
        raise FileFormatError(
            f"{name}: expected numbers of shape {shape}, found {len(data) - body:,} bytes",
            path=path,
        )
    return np.frombuffer(data, dtype=dtype, offset=body).reshape(shape)


def _header(
    head: bytes, path: Path, name: str
) -> tuple[np.dtype[np.generic], tuple[int, ...], int]:
    """Type, shape and where the numbers start.

    Read by ourselves: numpy's own reader takes the header for Python.
    """
    match = _NPY.match(head)
    if match is None:
        raise FileFormatError(
            f"{name}: expected a plain array of numbers, found {head[:40]!r}", path=path
        )
    shape = tuple(int(size) for size in match["shape"].split(b",") if size.strip())
    return np.dtype(match["dtype"].decode()), shape, match.end()
