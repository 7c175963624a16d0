"""A dossier on disk: tables, arrays and a summary, in a folder of its own."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import EngineError
from engine.formats import write_bytes_atomically
from engine.inspection.dossier import Dossier, Part
from engine.inspection.named_arrays import dossier_arrays
from engine.inspection.summary import summary_of
from engine.inspection.tables import TABLES, Cell, Table

SUMMARY_FILE = "explain.json"
ARRAYS_FILE = "explain.npz"
FIGURES = "%.7g"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written."""

    files: tuple[Path, ...]
    summary: Mapping[str, object]
    """The content of ``explain.json``."""


def tables_for(parts: frozenset[Part]) -> tuple[Table, ...]:
    """Those that some parts are told in."""
    return tuple(table for table in TABLES if table.part in parts)


def check_folder(folder: Path, parts: frozenset[Part], *, replaces: bool) -> None:
    """Refuse to write over anything, before any work is done.

    Raises:
        EngineError: A file is there already, or the folder is a file.
    """
    there = files_there(folder, parts)
    if there and not replaces:
        raise EngineError(
            f"{there[0]} exists already; give another folder, or --force to replace it"
        )


def files_there(folder: Path, parts: frozenset[Part]) -> tuple[Path, ...]:
    """Files in a folder that the files of these parts would replace.

    Raises:
        EngineError: The folder is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise EngineError(f"{folder} is a file; name a folder")
    names = (*(table.file_name for table in tables_for(parts)), ARRAYS_FILE, SUMMARY_FILE)
    return tuple(folder / name for name in names if (folder / name).exists())


def write_dossier(dossier: Dossier, folder: Path, facts: Mapping[str, object]) -> Written:
    """Write the tables, the arrays, and last of all the summary.

    Tables without a row are left out.

    Args:
        dossier: What was found.
        folder: Made where it is not there; files of the same names are replaced.
        facts: For the summary: which recording, which model.

    Raises:
        EngineError: The system refuses; says why.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EngineError(f"{folder} cannot be made ({error.strerror or error})") from error
    files: list[Path] = []
    described: dict[str, object] = {}
    for table in tables_for(dossier.parts):
        content, rows = _csv(table, dossier)
        if rows:
            files.append(folder / table.file_name)
            write_bytes_atomically(files[-1], content)
            described[table.file_name] = {"rows": rows, "columns": table.columns}
        else:
            _remove(folder / table.file_name)
    arrays = dossier_arrays(dossier)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    files.append(folder / ARRAYS_FILE)
    write_bytes_atomically(files[-1], buffer.getvalue())
    described[ARRAYS_FILE] = {name: list(array.shape) for name, array in arrays.items()}
    summary = {**facts, **summary_of(dossier), "files": described}
    files.append(folder / SUMMARY_FILE)
    text = json.dumps(summary, indent=2, ensure_ascii=False)
    # bytes of a file's name that are no letters become escapes, which JSON has, too
    write_bytes_atomically(files[-1], f"{text}\n".encode(errors="backslashreplace"))
    return Written(files=tuple(files), summary=summary)


def _remove(path: Path) -> None:
    """An older table would not be about this dossier."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise EngineError(f"{path} cannot be removed ({error.strerror or error})") from error


def _csv(table: Table, dossier: Dossier) -> tuple[bytes, int]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    count = 0
    for row in table.rows(dossier):
        writer.writerow([_cell(cell) for cell in row])
        count += 1
    return text.getvalue().encode(), count


def _cell(cell: Cell) -> Cell:
    return FIGURES % cell if isinstance(cell, float) else cell
