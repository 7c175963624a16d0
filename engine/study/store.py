"""A study on disk: every edit is one transaction that also writes what it changed into the journal.

An edit costs one flush of the disk, a few milliseconds, in a thread that nobody waits for. What
:attr:`Study.contents` has is what the disk has, whatever went wrong in between.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from engine.labels import StudyFacts, Tier, new_id
from engine.study.backup_keeping import BackupKeeper
from engine.study.backups import make_backup
from engine.study.contents import Change, Edit, Row, StudyContents
from engine.study.database import (
    STUDY_FILE,
    Opened,
    begin_file,
    complaint,
    is_there,
    migrate_file,
    open_file,
    roll_back,
)
from engine.study.history import History, Step
from engine.study.reading import read_all, read_step
from engine.study.rows import (
    TABLES,
    Cell,
    StudyError,
    Table,
    cells_to_keep,
    changes_cell,
    table_of,
)
from engine.study.schema import SCHEMA_VERSION, version_of
from engine.study.soundness import fault_of_changes
from engine.study.tiers import FIRST_TIER

__all__ = ("STUDY_FILE", "Study", "StudyError")


class Study:
    """One study's file, open; used from one thread at a time."""

    def __init__(self, folder: Path, opened: Opened) -> None:
        """Read everything; :meth:`create` and :meth:`open` are the ways in."""
        self._folder = folder
        self._opened = opened
        self._connection = opened.connection
        self._foreign_version = self._read_foreign_version()
        self._contents, self._history = read_all(self._connection, self.path)
        self._backups = None if opened.read_only else BackupKeeper(folder)

    @classmethod
    def create(cls, folder: Path, name: str) -> Self:
        """Begin a study in a folder that has none.

        Raises:
            StudyError: There is one, or the folder cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StudyError(f"{folder} cannot be made ({error.strerror or error})") from error
        rows = (StudyFacts(name=name), Tier(id=new_id(), name=FIRST_TIER))

        def fill(connection: sqlite3.Connection) -> None:
            _write(connection, {_key(row): row for row in rows})

        begin_file(folder, fill)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path, *, read_only: bool = False) -> Self:
        """Open a study.

        Args:
            folder: Where it lies.
            read_only: Whether nothing is to be changed. It is so anyway while another process has
                the study open, and where the folder cannot be written; ``read_only`` of the study
                says why.

        Raises:
            StudyError: There is none, it is damaged, or a newer program wrote it.
        """
        path = folder / STUDY_FILE
        if not is_there(path):
            raise StudyError(f"{folder} holds no {STUDY_FILE}; give the folder of a study")
        opened = open_file(folder, read_only=read_only)
        try:
            if version_of(opened.connection) < SCHEMA_VERSION:
                opened = _brought_up(folder, opened)
            study = cls(folder, opened)
        except BaseException as error:
            opened.close()
            if isinstance(error, sqlite3.Error):
                raise complaint(path, error) from error
            raise
        if study._backups is not None:
            study._backups.opened(study._history)
        return study

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self._folder

    @property
    def path(self) -> Path:
        """Its file."""
        return self._folder / STUDY_FILE

    @property
    def read_only(self) -> str:
        """Why nothing can be changed; empty where it can."""
        return self._opened.read_only

    @property
    def contents(self) -> StudyContents:
        """All rows, as they are on the disk."""
        return self._contents

    @property
    def history(self) -> History:
        """What has been done."""
        return self._history

    # changing

    def do(self, edit: Edit) -> None:
        """Make an edit; steps that were undone can no longer be redone.

        Raises:
            StudyError: It cannot be written, or labels would overlap or lie where nothing is;
                nothing has changed.
            StaleEditError: Something is not what the edit took it for; nothing has changed.
        """
        if not edit.changes:
            return
        contents = self._contents.applied(edit)
        fault = fault_of_changes(contents, edit.changes)
        if fault is not None:
            raise StudyError(f"{edit.name}: {fault.words}; nothing was changed")
        position = self._history.position
        step = Step(number=position + 1, name=_line(edit.name), time=max(time.time(), 0.0))
        with self._transaction() as connection:
            _write(connection, _net(edit.changes))
            connection.execute("DELETE FROM journal WHERE number > ?", (position,))
            connection.execute(
                "INSERT INTO journal (number, name, time, changes) VALUES (?, ?, ?, ?)",
                (step.number, step.name, step.time, changes_cell(edit.changes)),
            )
            connection.execute("UPDATE cursor SET position = ?", (step.number,))
        kept = self._history.steps[:position]
        self._take(contents, History(steps=(*kept, step), position=step.number))

    def undo(self) -> Edit | None:
        """Take the last step back.

        Returns:
            The edit that did it; None where there is nothing to take back.

        Raises:
            StudyError: It cannot be written; nothing has changed.
        """
        return next(iter(self.go_to(max(self._history.position - 1, 0))), None)

    def redo(self) -> Edit | None:
        """Make the step again that was taken back last; None where there is none.

        Raises:
            StudyError: It cannot be written; nothing has changed.
        """
        last = len(self._history.steps)
        return next(iter(self.go_to(min(self._history.position + 1, last))), None)

    def go_to(self, position: int) -> tuple[Edit, ...]:
        """Undo or redo until so many steps hold: all of them, or none.

        Returns:
            The edits that did it, in order.

        Raises:
            StudyError: There are not so many, one is damaged, or it cannot be written; nothing has
                changed.
        """
        now = self._history.position
        if not 0 <= position <= len(self._history.steps):
            raise StudyError(f"the history has {len(self._history.steps)} steps, not {position}")
        if position == now:
            return ()
        if position < now:
            edits = tuple(self.step_edit(number).inverse for number in range(now, position, -1))
        else:
            edits = tuple(self.step_edit(number) for number in range(now + 1, position + 1))
        changes = tuple(change for edit in edits for change in edit.changes)
        contents = self._contents.applied(Edit(name=edits[-1].name, changes=changes))
        with self._transaction() as connection:
            _write(connection, _net(changes))
            connection.execute("UPDATE cursor SET position = ?", (position,))
        self._take(contents, History(steps=self._history.steps, position=position))
        return edits

    def step_edit(self, number: int) -> Edit:
        """What a step of the history did.

        Raises:
            StudyError: There is no such step, or it is damaged.
        """
        return read_step(self._connection, number, self.path)

    def refresh(self) -> None:
        """Read again what another process has written meanwhile.

        Raises:
            StudyError: The file is damaged; what was read before stays.
        """
        if self.read_only:
            # opened anew: a file that could only be read as unchanging may have changed
            opened = open_file(self._folder, read_only=True)
            try:
                self._contents, self._history = read_all(opened.connection, self.path)
            finally:
                opened.close()
        else:
            self._contents, self._history = read_all(self._connection, self.path)

    def close(self) -> None:
        """Let go of the file, after a backup that is being made."""
        if self._backups is not None:
            self._backups.close()
        self._opened.close()

    def __enter__(self) -> Self:
        """Have it closed at the end of a block."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close it."""
        self.close()

    # the file

    def _take(self, contents: StudyContents, history: History) -> None:
        """What the disk has from now on."""
        self._contents, self._history = contents, history
        if self._backups is not None:
            self._backups.edited()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        if self.read_only:
            raise StudyError(f"the study cannot be changed: {self.read_only}")
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            self._refuse_if_changed()
            yield connection
            connection.execute("COMMIT")
        except BaseException as error:
            roll_back(connection)
            if isinstance(error, sqlite3.Error):
                raise complaint(self.path, error) from error
            raise

    def _refuse_if_changed(self) -> None:
        """Programs that know nothing of the lock may write, too: what they wrote is read first."""
        version = self._read_foreign_version()
        if version == self._foreign_version:
            return
        contents, history = read_all(self._connection, self.path)
        self._foreign_version = version
        if (contents, history) == (self._contents, self._history):
            return
        self._contents, self._history = contents, history
        raise StudyError(
            f"{self.path}: another program has changed it; that has been read now, so look again"
        )

    def _read_foreign_version(self) -> int:
        """A number that changes when another connection writes."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])


def _brought_up(folder: Path, opened: Opened) -> Opened:
    """A file of an older version, backed up and brought up to this one.

    Raises:
        StudyError: It may not be changed.
    """
    if opened.read_only:
        raise StudyError(
            f"{folder} was written by an older Skelarium, and cannot be brought up to date: "
            f"{opened.read_only}; open it for changing once"
        )
    with suppress(StudyError):
        make_backup(folder)
    migrate_file(opened.connection)
    return opened


# rows

_Key = tuple[str, str]
"""Of a row: its table's name and its id."""


def _key(row: Row) -> _Key:
    return table_of(row).name, row.id


def _net(changes: Iterable[Change]) -> dict[_Key, Row | None]:
    """What becomes of each row in the end."""
    return {_key(change.row): change.after for change in changes}


def _write(connection: sqlite3.Connection, rows: Mapping[_Key, Row | None]) -> None:
    gone: dict[str, list[tuple[str]]] = {table.name: [] for table in TABLES}
    put: dict[str, list[tuple[Cell, ...]]] = {table.name: [] for table in TABLES}
    for (name, row_id), row in rows.items():
        if row is None:
            gone[name].append((row_id,))
        else:
            put[name].append(cells_to_keep(row))
    for table in reversed(TABLES):  # what belongs to others goes before them
        if gone[table.name]:
            connection.executemany(f"DELETE FROM {table.name} WHERE id = ?", gone[table.name])
    for table in TABLES:
        if put[table.name]:
            connection.executemany(_put_words(table), put[table.name])


def _put_words(table: Table) -> str:
    names, marks = ", ".join(table.columns), ", ".join("?" * len(table.columns))
    news = ", ".join(f"{name} = excluded.{name}" for name in table.columns[1:])
    return (
        f"INSERT INTO {table.name} ({names}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {news}"
    )


def _line(name: str) -> str:
    """A step's name on one line, of characters that can be kept."""
    return " ".join(name.encode("utf-8", "replace").decode().split())
