"""Rows of a study as values and as what the database and the journal hold.

Whatever is read is taken for hostile: every field must have its type and its bounds, and the value
itself refuses what cannot be. What is written passes the same gate first, so that nothing is ever
kept that could not be read again.
"""

import json
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path, PurePosixPath, PureWindowsPath

from engine.errors import EngineError
from engine.labels import Action, Origin, Rejection, Segment, StudyFacts, StudyRecording, Tier
from engine.study.contents import Change, Row

Cell = str | int | float | None
MOST_NUMBER = 2**31 - 1
"""Of frames, people, places in a list."""
MOST_PEOPLE = 4096
MOST_ID = 200
"""Characters."""
SQUEEZED_FROM = 2_000
"""Characters of a step's changes from which on they are compressed."""
MOST_STEP_BYTES = 2**30
"""A compressed step that becomes more than this is no step."""
_RATE = re.compile(r"0*[1-9][0-9]{0,17}(/0*[1-9][0-9]{0,17})?")


class StudyError(EngineError):
    """A study that cannot be opened, read or written; the message says what to do."""

    def __init__(self, message: str, *, what: str = "") -> None:
        """Say it.

        Args:
            message: What is wrong and what to do.
            what: What is wrong alone, for those who offer a way themselves.
        """
        super().__init__(message)
        self.what = what or message


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Where one kind of row is kept."""

    name: str
    kind: type[Row]
    columns: tuple[str, ...]
    """As the value's fields."""
    readers: tuple[Callable[[object], object], ...]
    """What checks the cell of each column."""


def damage(path: Path, what: str) -> StudyError:
    """An error that says what of a study is damaged, and how to go back to a backup.

    Args:
        path: The study's file.
        what: E.g. ``row 12 of segments is damaged (…)``; put on one line.
    """
    words = f"{path}: {' '.join(what.split())}"
    return StudyError(
        f"{words}; see its backups with "
        f"'skelarium study check \"{path.parent}\" --backups' and restore one",
        what=words,
    )


# cells


def _text(cell: object) -> str:
    if not isinstance(cell, str):
        raise TypeError(f"expected text, found {cell!r:.40}")
    return cell


def _id(cell: object) -> str:
    text = _text(cell)
    if not 0 < len(text) <= MOST_ID:
        raise ValueError(f"expected an id of 1 to {MOST_ID} characters, found {len(text)}")
    return text


def _id_or_none(cell: object) -> str | None:
    return None if cell is None else _id(cell)


def _number(cell: object) -> int:
    if isinstance(cell, bool) or not isinstance(cell, int):
        raise TypeError(f"expected a number, found {cell!r:.40}")
    if not 0 <= cell <= MOST_NUMBER:
        raise ValueError(f"expected a number of 0 to {MOST_NUMBER}, found {cell!r:.40}")
    return cell


def _people(cell: object) -> int:
    number = _number(cell)
    if number > MOST_PEOPLE:
        raise ValueError(f"expected at most {MOST_PEOPLE} people, found {number}")
    return number


def _flag(cell: object) -> bool:
    if cell not in (0, 1):
        raise ValueError(f"expected 0 or 1, found {cell!r:.40}")
    return bool(cell)


def _words(cell: object) -> tuple[str, ...]:
    found = json.loads(_text(cell))
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ValueError(f"expected a list of words, found {cell!r:.40}")
    if len(found) > MOST_PEOPLE:
        raise ValueError(f"expected at most {MOST_PEOPLE} names, found {len(found)}")
    return tuple(found)


def _rate(cell: object) -> str:
    text = _text(cell)
    if not _RATE.fullmatch(text):
        raise ValueError(f"expected frames per second, e.g. 30 or 30000/1001, found {text!r:.40}")
    return text


def _path(cell: object) -> str:
    text = _text(cell)
    if not text or "\0" in text:
        raise ValueError(f"expected a path, found {text!r:.40}")
    return text


def _score(cell: object) -> float | None:
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not 0 <= cell <= 1:
        raise ValueError(f"expected a score of 0 to 1, found {cell!r:.40}")
    return float(cell)


def _origin(cell: object) -> Origin:
    return Origin(_text(cell))


_READERS: Mapping[str, Callable[[object], object]] = {
    **dict.fromkeys(("id", "recording_id", "tier_id"), _id),
    **dict.fromkeys(("position", "num_frames", "view", "person", "start", "stop"), _number),
    **dict.fromkeys(("is_archived", "is_inside", "is_doubtful"), _flag),
    "action_id": _id_or_none,
    "actors": _words,
    "fps": _rate,
    "num_people": _people,
    "origin": _origin,
    "path": _path,
    "score": _score,
}


def _table(name: str, kind: type[Row]) -> Table:
    columns = tuple(each.name for each in fields(kind))
    readers = tuple(_READERS.get(column, _text) for column in columns)
    return Table(name=name, kind=kind, columns=columns, readers=readers)


TABLES: tuple[Table, ...] = (
    _table("facts", StudyFacts),
    _table("actions", Action),
    _table("tiers", Tier),
    _table("recordings", StudyRecording),
    _table("segments", Segment),
    _table("rejections", Rejection),
)
_BY_KIND: Mapping[type[Row], Table] = {table.kind: table for table in TABLES}
_BY_NAME: Mapping[str, Table] = {table.name: table for table in TABLES}


# rows


def table_of(row: Row) -> Table:
    """The table that a row belongs to."""
    return _BY_KIND[type(row)]


def cells_of(row: Row) -> tuple[Cell, ...]:
    """A row as the database keeps it, in the order of its table's columns."""
    return tuple(_cell(getattr(row, name)) for name in table_of(row).columns)


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"a row cannot hold {type(value).__name__}")


def cells_to_keep(row: Row) -> tuple[Cell, ...]:
    """A row as the database keeps it, after seeing that it can be read again.

    Raises:
        StudyError: It cannot; the message says what of it.
    """
    table, cells = table_of(row), cells_of(row)
    try:
        for cell in cells:
            if isinstance(cell, str):
                cell.encode()
        is_same = _row(table, cells) == row
    except UnicodeEncodeError as error:
        raise StudyError(
            f"a row of {table.name} cannot be kept: {error.object!a:.60} is no text; "
            "rename the file or what it stands for"
        ) from error
    except (EngineError, TypeError, ValueError) as error:
        raise StudyError(f"a row of {table.name} cannot be kept ({error})") from error
    if not is_same:
        raise StudyError(f"a row of {table.name} cannot be kept: it would be read as another")
    return cells


def row_of(table: Table, cells: Sequence[object], path: Path) -> Row:
    """The value of a row that was read.

    Args:
        table: Where it was.
        cells: In the order of the table's columns.
        path: The study's file, for the message.

    Raises:
        StudyError: It is damaged.
    """
    try:
        return _row(table, cells)
    except (EngineError, TypeError, ValueError, RecursionError) as error:
        name = next(iter(cells), None) if isinstance(cells, list | tuple) else None
        named = f"{name!r:.40}" if isinstance(name, str) else "?"
        raise damage(path, f"row {named} of {table.name} is damaged ({error})") from error


def _row(table: Table, cells: Sequence[object]) -> Row:
    pairs = zip(table.readers, cells, strict=True)
    values = [read(cell) for read, cell in pairs]
    row = table.kind(**dict(zip(table.columns, values, strict=True)))  # type: ignore[arg-type]
    if isinstance(row, StudyRecording) and row.is_inside:
        _refuse_outside(row.path)
    return row


def _refuse_outside(path: str) -> None:
    """A file inside the study is named by a path that cannot lead out of its folder."""
    for pure in (PurePosixPath(path), PureWindowsPath(path)):
        if pure.anchor or pure.drive or ".." in pure.parts or not pure.parts:
            raise ValueError(f"expected a path inside the study's folder, found {path!r:.40}")


# steps of the journal


def changes_cell(changes: tuple[Change, ...]) -> str | bytes:
    """Changes as the journal keeps them: what was, and what became of it; long ones compressed."""
    found = [
        [
            table_of(change.row).name,
            None if change.before is None else cells_of(change.before),
            None if change.after is None else cells_of(change.after),
        ]
        for change in changes
    ]
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) < SQUEEZED_FROM else zlib.compress(text.encode(), level=1)


def changes_of(cell: object, path: Path) -> tuple[Change, ...]:
    """Changes read from the journal.

    Raises:
        StudyError: They are damaged.
    """
    try:
        changes = []
        for name, before, after in json.loads(_unsqueezed(cell)):
            table = _BY_NAME[name]
            rows = [
                None if cells is None else row_of(table, cells, path) for cells in (before, after)
            ]
            changes.append(Change(before=rows[0], after=rows[1]))
    except (ValueError, TypeError, KeyError, RecursionError, zlib.error) as error:
        raise damage(path, f"a step of the history is damaged ({error!s:.80})") from error
    return tuple(changes)


def _unsqueezed(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if not isinstance(cell, bytes):
        raise TypeError(f"expected changes, found {cell!r:.40}")
    stream = zlib.decompressobj()
    data = stream.decompress(cell, MOST_STEP_BYTES)
    if not stream.eof or stream.unused_data:
        raise ValueError("its compressed changes do not end where they should")
    return data.decode()
