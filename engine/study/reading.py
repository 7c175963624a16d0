"""All of a study read from its file at one moment, every row checked."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.labels import Rejection, Segment, StudyFacts
from engine.study.contents import Edit, StudyContents
from engine.study.database import complaint, roll_back
from engine.study.history import History, Step
from engine.study.rows import TABLES, changes_of, damage, row_of
from engine.study.soundness import dangling

LATEST = 253_402_300_799.0
"""The last second of the year 9999."""


@contextmanager
def one_moment(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Within it, what is read is all of one moment, whatever others write.

    Raises:
        StudyError: SQLite refuses; says why.
    """
    is_outer = not connection.in_transaction
    try:
        if is_outer:
            connection.execute("BEGIN")
        yield
    except sqlite3.Error as error:
        raise complaint(path, error) from error
    finally:
        if is_outer:
            roll_back(connection)


def read_all(connection: sqlite3.Connection, path: Path) -> tuple[StudyContents, History]:
    """All rows, and what has been done.

    Raises:
        StudyError: The file is damaged.
    """
    with one_moment(connection, path):
        return _read_contents(connection, path), _read_history(connection, path)


def _read_contents(connection: sqlite3.Connection, path: Path) -> StudyContents:
    found: dict[str, dict[str, object]] = {table.name: {} for table in TABLES}
    facts = StudyFacts()
    for table in TABLES:
        names, into = ", ".join(table.columns), found[table.name]
        for cells in connection.execute(f"SELECT {names} FROM {table.name}"):
            row = row_of(table, cells, path)
            if isinstance(row, StudyFacts):
                facts = row
            elif isinstance(row, Segment | Rejection):
                rows = into.setdefault(row.recording_id, {})
                rows[row.id] = row  # type: ignore[index]
            else:
                into[row.id] = row
    found.pop("facts")
    contents = StudyContents(facts=facts, **found)  # type: ignore[arg-type]
    fault = dangling(contents)
    if fault is not None:
        raise damage(path, fault.words)
    return contents


def _read_history(connection: sqlite3.Connection, path: Path) -> History:
    """Steps without what they changed: that is read when one is taken back."""
    steps = []
    for expected, (number, name, when) in enumerate(
        connection.execute("SELECT number, name, time FROM journal ORDER BY number"), start=1
    ):
        is_time = isinstance(when, int | float) and 0 <= when <= LATEST
        if number != expected or not isinstance(name, str) or not is_time:
            raise damage(path, f"step {expected} of the history is missing or damaged")
        steps.append(Step(number=expected, name=name, time=float(when)))
    rows = connection.execute("SELECT position FROM cursor").fetchmany(2)
    position = rows[0][0] if len(rows) == 1 else None
    if not isinstance(position, int) or not 0 <= position <= len(steps):
        raise damage(path, "how much of the history holds is not known")
    return History(steps=tuple(steps), position=position)


def read_step(connection: sqlite3.Connection, number: int, path: Path) -> Edit:
    """What a step of the history did.

    Raises:
        StudyError: There is no such step, or it is damaged.
    """
    try:
        found = connection.execute(
            "SELECT name, changes FROM journal WHERE number = ?", (number,)
        ).fetchone()
    except sqlite3.Error as error:
        raise complaint(path, error) from error
    if found is None or not isinstance(found[0], str):
        raise damage(path, f"step {number} of the history is missing")
    return Edit(name=found[0], changes=changes_of(found[1], path))


def num_rows(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many segments and steps a file has; the rows themselves are not read.

    Raises:
        sqlite3.Error: The file is damaged.
    """
    segments = int(connection.execute("SELECT count(*) FROM segments").fetchone()[0])
    steps = int(connection.execute("SELECT count(*) FROM journal").fetchone()[0])
    return segments, steps
