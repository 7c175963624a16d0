"""The table of label file formats, and how label files are read and written.

A new format is one file here and one row in ``ANNOTATIONS``.
"""

from collections.abc import Sequence
from pathlib import Path

from engine.annotations.base import LabelFile, LabelFormat, LabelRow, Written
from engine.annotations.csv_labels import CsvLabels
from engine.annotations.pku_mmd_labels import ACTIONS_FILE, PkuMmdLabels
from engine.errors import EngineError, FileFormatError
from engine.formats import write_bytes_atomically
from engine.rows import row_by_id

ANNOTATIONS: tuple[LabelFormat, ...] = (CsvLabels(), PkuMmdLabels())

SNIFF_BYTES = 65536
LARGEST_FILE = 512 * 1024 * 1024
"""Bytes; larger files are refused before they are read."""


def annotation_by_id(format_id: str) -> LabelFormat:
    """The label format with that id.

    Raises:
        EngineError: There is none; the message lists those there are.
    """
    return row_by_id(ANNOTATIONS, format_id, "format of label files")


def read_labels(path: Path, *, format_id: str | None = None) -> tuple[LabelFile, ...]:
    """Read a label file, or all those in a folder, of one format with a file for each recording.

    Args:
        path: A file or a folder.
        format_id: Its format; None to find out by its content.

    Raises:
        EngineError: It cannot be read, no format knows it, or a folder holds none.
        FileFormatError: It is broken; with the line.
    """
    wanted = None if format_id is None else annotation_by_id(format_id)
    if not path.is_dir():
        return (_read(path, wanted),)
    try:
        inside = sorted(each for each in path.iterdir() if each.is_file())
    except OSError as error:
        raise EngineError(f"{path.name}: cannot be read ({error.strerror or error})") from error
    found = []
    for each in inside:
        head = _head(each)
        row = next((row for row in ANNOTATIONS if row.is_folder and row.sniff(head)), None)
        if row is not None and wanted in (None, row) and each.name != ACTIONS_FILE:
            found.append(_read(each, row))
    if not found:
        names = ", ".join(row.name for row in ANNOTATIONS if row.is_folder)
        raise EngineError(
            f"{path.name}: expected a folder with a label file for each recording ({names}), found "
            "none; name a single file instead"
        )
    return tuple(found)


def write_labels(
    path: Path, format_id: str, rows: Sequence[LabelRow], actions: tuple[str, ...]
) -> Written:
    """Write labels; each file is there whole or not at all, and replaces what was there.

    Args:
        path: The file, or the folder of a format that has a file for each recording.
        format_id: A row of ``ANNOTATIONS``.
        rows: With frames; those of a recording follow each other, by start.
        actions: Every action's name, in the order of the study's list.

    Raises:
        EngineError: There is no such format, or the disk refuses.
    """
    written = annotation_by_id(format_id).write(rows, actions)
    for name, data in written.files:
        target = path / name if name else path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or error
            raise EngineError(f"{target.parent.name}: cannot be made ({reason})") from error
        write_bytes_atomically(target, data)
    return written


def _read(path: Path, wanted: LabelFormat | None) -> LabelFile:
    head = _head(path)
    if not head.strip():
        raise FileFormatError("expected labels, found an empty file", path=path)
    row = wanted or next((row for row in ANNOTATIONS if row.sniff(head)), None)
    if row is None:
        names = ", ".join(row.name for row in ANNOTATIONS)
        what = "binary data" if b"\0" in head else repr(head[:40].decode(errors="replace"))
        raise FileFormatError(
            f"expected labels ({names}), found {what}; a CSV table needs a first line with the "
            "names of its columns: recording, action, start_frame, stop_frame",
            path=path,
        )
    return row.read(path, _all_bytes(path))


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(SNIFF_BYTES)
    except OSError as error:
        raise EngineError(f"{path.name}: cannot be read ({error.strerror or error})") from error


def _all_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise EngineError(f"{path.name}: cannot be read ({error.strerror or error})") from error
    if len(data) > LARGEST_FILE:
        raise EngineError(
            f"{path.name}: expected at most {LARGEST_FILE // 2**20} MiB, found more; divide it"
        )
    return data
