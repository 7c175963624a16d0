"""The table of skeleton file formats, and how files are opened and saved.

A new format is one file here and one row in ``FORMATS``.
"""

import os
from contextlib import suppress
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from tempfile import NamedTemporaryFile

from engine.errors import EngineError, FileFormatError
from engine.formats.base import SNIFF_BYTES, SkeletonFormat
from engine.formats.msr_action3d import MsrAction3dFormat
from engine.formats.npz import NpzFormat
from engine.formats.ntu import NtuFormat
from engine.formats.nw_ucla import NwUclaFormat
from engine.formats.pku_mmd import PkuMmdFormat
from engine.formats.reading import plural
from engine.formats.rows import first_row
from engine.formats.sfinge3d import Sfinge3dFormat
from engine.formats.utd_mhad import UtdMhadFormat
from engine.formats.utkinect import UtKinectFormat
from engine.formats.writing import cannot_write
from engine.recording import Recording
from engine.rows import row_by_id

FORMATS: tuple[SkeletonFormat, ...] = (
    NpzFormat(),
    NtuFormat(),
    NwUclaFormat(),
    UtdMhadFormat(),
    UtKinectFormat(),
    MsrAction3dFormat(),
    Sfinge3dFormat(),
    PkuMmdFormat(),
)

UNDECODABLE = "\N{REPLACEMENT CHARACTER}"
LARGEST_FILE = 256 * 1024 * 1024
"""Bytes; larger files are refused before they are read."""


def format_by_id(format_id: str) -> SkeletonFormat:
    """The format with that id.

    Raises:
        EngineError: There is none; the message lists those there are.
    """
    return row_by_id(FORMATS, format_id, "file format")


def recognise(data: bytes) -> SkeletonFormat | None:
    """The format whose signs the start of a file carries; None where no format knows it."""
    head = data[:SNIFF_BYTES]
    return next((row for row in FORMATS if row.sniff(head)), None)


def read_recording(path: Path) -> Recording:
    """Open a recording of any known format, found out by its content.

    Raises:
        EngineError: The file cannot be read or no format knows it.
        FileFormatError: It is broken.
    """
    data = _read_bytes(path)
    if not data:
        raise FileFormatError("expected a recording, found an empty file; copy it again", path=path)
    found = recognise(data)
    if found is None:
        known = ", ".join(row.name for row in FORMATS)
        raise FileFormatError(
            f"expected one of {known}; found {_described(data)}; convert it to one of these",
            path=path,
        )
    return found.read(path, data)


def write_recording(recording: Recording, path: Path, format_id: str) -> None:
    """Save a recording: the file is there whole or not at all, and replaces what was there.

    Raises:
        EngineError: No such format, it cannot hold the recording, or the disk refuses.
    """
    row = format_by_id(format_id)
    if not row.can_write:
        raise cannot_write(row.name)
    write_bytes_atomically(path, row.write(recording))


def write_bytes_atomically(path: Path, data: bytes) -> None:
    """Write beside the target, flush to the disk, then rename over it.

    Raises:
        EngineError: The system refuses; says why.
    """
    temporary: Path | None = None
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
        raise EngineError(f"{path.name}: cannot be written ({error.strerror or error})") from error


def _described(data: bytes) -> str:
    """The start of an unknown file in a few words, for messages."""
    row = first_row(data[:SNIFF_BYTES])
    if row:
        return f"rows of {plural(len(row), 'number')}"
    start = " ".join(data[:24].decode("utf-8", errors="replace").split())
    if start.isprintable() and UNDECODABLE not in start:
        return f"a text that starts with {start!r}"
    return "binary data of another kind, such as a picture or an archive"


def _read_bytes(path: Path) -> bytes:
    try:
        status = path.stat()
        if S_ISDIR(status.st_mode):
            raise EngineError(f"{path.name}: expected a file, found a folder; open a file in it")
        if not S_ISREG(status.st_mode):
            raise EngineError(f"{path.name}: expected a file, found a device or a pipe")
        if status.st_size > LARGEST_FILE:
            raise _too_large(path)
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise EngineError(f"{path.name}: cannot be read ({reason or error})") from error
    if len(data) > LARGEST_FILE:  # it grew meanwhile
        raise _too_large(path)
    return data


def _too_large(path: Path) -> EngineError:
    return EngineError(
        f"{path.name}: expected at most {LARGEST_FILE // 2**20} MiB, found more; "
        "cut the recording into parts"
    )
