"""Text files that are rows of numbers: fast to parse, exact about the first line that is wrong."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np

from engine.arrays import DoubleArray, FloatArray, IntArray
from engine.errors import FileFormatError

_LONGEST_LINE = 65536
"""Bytes; the longest real rows have 1.5 kB."""
_DECIMALS = range(5, 10)
"""Tried in turn: what the files here have."""
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,4})?|[-+]?(nan|inf|infinity)")


def first_row(head: bytes) -> list[str]:
    """The words of the first line that is not empty; none where it is no row of numbers.

    Args:
        head: The start of a file.
    """
    for line in head.split(b"\n"):
        words = _words(line.decode("ascii", "replace"))
        if words:
            return words if all(_NUMBER.fullmatch(word.lower()) for word in words) else []
    return []


def read_rows(data: bytes, path: Path, columns: int, meaning: str) -> DoubleArray:
    """Parse a whole file of rows, numbers divided by white space or semicolons.

    Empty lines do not count.

    Args:
        data: The file's bytes.
        path: For messages.
        columns: How many numbers each row must have.
        meaning: What they are, for messages, e.g. ``a frame number and 20 joints × 3``.

    Returns:
        ``(R, columns)`` float64; R is at least 1.

    Raises:
        FileFormatError: Names the first line that is wrong.
    """
    if not any(line.strip() for line in _lines(data, path)):
        raise FileFormatError(f"expected rows of {columns} numbers, found none", path=path)
    try:
        values = np.loadtxt(_lines(data, path), comments=None, ndmin=2)
    except ValueError as error:
        raise _first_fault(data, path, columns, meaning) from error
    if values.shape[1] != columns:
        raise _first_fault(data, path, columns, meaning)
    return values


def _lines(data: bytes, path: Path) -> Iterator[str]:
    for number, line in enumerate(BytesIO(data), start=1):
        if len(line) > _LONGEST_LINE:
            raise FileFormatError(
                f"expected a row of numbers, found a line of {len(line):,} bytes; "
                "the file is damaged",
                path=path,
                line=number,
            )
        try:
            yield line.decode("ascii").replace(";", " ")
        except UnicodeDecodeError as error:
            raise FileFormatError(
                f"expected numbers, found byte 0x{line[error.start]:02x}; the file is damaged",
                path=path,
                line=number,
            ) from error


def _first_fault(data: bytes, path: Path, columns: int, meaning: str) -> FileFormatError:
    last = data.rstrip().count(b"\n") + 1
    for number, line in enumerate(_lines(data, path), start=1):
        words = _words(line)
        wrong = next((word for word in words if not _NUMBER.fullmatch(word.lower())), None)
        if wrong is not None:
            return FileFormatError(
                f"expected a number, found {wrong[:20]!r}; the file is damaged",
                path=path,
                line=number,
            )
        if words and len(words) != columns:
            cause = "the file is cut short" if number == last else "the line is damaged"
            return FileFormatError(
                f"expected {columns} numbers ({meaning}), found {len(words)}; {cause}, "
                "copy it again",
                path=path,
                line=number,
            )
    return FileFormatError(f"expected rows of {columns} numbers ({meaning})", path=path)


def _words(line: str) -> list[str]:
    return line.replace(";", " ").split()


def short_numbers(values: FloatArray) -> DoubleArray:
    """Numbers of few decimal digits that read back as the same float32.

    Args:
        values: Any shape.

    Returns:
        float64 of the same shape, to be written with ``repr``.
    """
    exact = values.astype(np.float64)
    short = exact.copy()
    undone = np.ones(values.shape, dtype=np.bool_)
    for decimals in _DECIMALS:
        rounded = exact[undone].round(decimals)
        fits = rounded.astype(np.float32) == values[undone]
        short[undone] = np.where(fits, rounded, exact[undone])
        undone[undone] = ~fits
    # nine digits always do, and leave room for reading through float64
    short[undone] = [float(f"{value:.9g}") for value in exact[undone].tolist()]
    return short


def number_rows(values: FloatArray, first: IntArray | None = None) -> bytes:
    """Rows of numbers as text, divided by one space.

    Args:
        values: ``(R, columns)``.
        first: ``(R,)`` whole numbers to put before each row, such as frame numbers.
    """
    rows = short_numbers(values).tolist()
    lines = [" ".join([repr(number).removesuffix(".0") for number in row]) for row in rows]
    if first is not None:
        lines = [f"{number} {line}" for number, line in zip(first, lines, strict=True)]
    return ("\n".join(lines) + "\n").encode("ascii")
