"""A study's file: begun, opened, proved to be one, and let go of.

The file is in SQLite's write-ahead mode with ``synchronous`` at FULL: what was told as written
survives the process (``kill -9``) and, where the disk keeps its word, a power cut. The file is only
ever opened through SQLite: closing any other handle on it would give up this process's locks.
"""

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.study.locking import FolderLock
from engine.study.rows import StudyError, damage
from engine.study.schema import (
    APPLICATION_ID,
    SCHEMA_VERSION,
    migrate,
    strangeness,
    version_of,
)

STUDY_FILE = "study.db"
LOCK_FILE = "study.db-lock"
NEW_FILE = "study.db-new"
"""A study on its way to being one."""
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file while it is open, and after a crash."""
BUSY_S = 5.0
"""Another program holds the file for a moment."""
MOST_CELL_BYTES = 2**29
MOST_WAL_BYTES = 2**24
"""What the write-ahead file is cut back to after it has grown in a large step."""
CACHE_KIB = 65_536
"""A large step is written without writing the same pages several times."""
BY_WISH = "it was opened for reading only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A study's open file, and the right to change it."""

    connection: sqlite3.Connection
    lock: FolderLock | None
    read_only: str
    """Why nothing can be changed; empty where it can."""

    def close(self) -> None:
        """Let go of both; what the write-ahead file holds goes into the file."""
        self.connection.close()
        if self.lock is not None:
            self.lock.close()


def open_file(folder: Path, *, read_only: bool = False) -> Opened:
    """Open a study's file, for changing if nobody else does.

    Args:
        folder: Where it lies.
        read_only: Whether nothing is to be changed.

    Raises:
        StudyError: It is no study, it is damaged, or a newer program wrote it.
    """
    path = folder / STUDY_FILE
    lock, why = None, BY_WISH if read_only else ""
    if not read_only and not os.access(path, os.W_OK):
        why = "its file cannot be written; see to its permissions"
    elif not read_only:
        lock, why = FolderLock.taken(folder / LOCK_FILE)
    try:
        connection = connect(path, mode="ro" if why else "rw")
        try:
            if not why:
                _prepare_for_changes(connection)
        except BaseException:
            connection.close()
            raise
    except (sqlite3.Error, StudyError) as error:
        if lock is not None:
            lock.close()
        if isinstance(error, StudyError):
            raise
        raise complaint(path, error) from error
    return Opened(connection=connection, lock=lock, read_only=why)


def is_there(path: Path) -> bool:
    """Whether there is a file.

    Raises:
        StudyError: That cannot be seen: its folder must not be entered, or its drive is gone.
    """
    try:
        return path.is_file()
    except OSError as error:
        raise StudyError(
            f"{path} cannot be read ({error.strerror or error}); see to its drive and permissions"
        ) from error


def connect(path: Path, *, mode: str) -> sqlite3.Connection:
    """Open a file and see that it is a study of this program.

    Args:
        path: The file.
        mode: ``rw`` for changing; ``ro`` for reading, also while another process changes it; or
            ``immutable`` for reading a file that nobody changes.

    Raises:
        sqlite3.Error: It cannot be opened or is damaged.
        StudyError: It is no study, or a newer program wrote it.
    """
    if is_there(path) and not path.stat().st_size:
        raise damage(path, "it is empty")  # SQLite would erase what lies beside it
    try:
        connection = _connection(path, mode)
    except sqlite3.OperationalError as error:
        # a folder that cannot be written: SQLite can read there only what nobody changes
        if mode != "ro" or not _name(error).startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY")):
            raise
        if _is_pending(path):
            raise StudyError(
                f"{path}: its last changes are still in {path.name}-wal, and its folder cannot be "
                "written; copy the folder to where it can be, and open the copy"
            ) from error
        connection = _connection(path, "immutable")
    try:
        _refuse_others(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _connection(path: Path, mode: str) -> sqlite3.Connection:
    how = "mode=ro&immutable=1" if mode == "immutable" else f"mode={mode}"
    place = path.absolute().as_uri().removeprefix("file://")
    if not place.startswith("/"):  # a Windows share; SQLite wants it as a path
        place = f"//{place}"
    connection = sqlite3.connect(
        f"file://{place}?{how}",
        uri=True,
        timeout=BUSY_S,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        _distrust(connection)
        if mode not in ("rw", "rwc"):
            connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except UnicodeDecodeError as error:  # SQLite's complaint quotes what is damaged
        connection.close()
        raise damage(path, "it is damaged") from error
    except BaseException:
        connection.close()
        raise
    return connection


def _distrust(connection: sqlite3.Connection) -> None:
    """Let a file from elsewhere do as little as can be."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA mmap_size = 0")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_CELL_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)


def _is_pending(path: Path) -> bool:
    """Whether a file's last changes lie beside it."""
    beside = path.with_name(f"{path.name}-wal")
    return beside.is_file() and beside.stat().st_size > 0


def _refuse_others(connection: sqlite3.Connection, path: Path) -> None:
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    version = version_of(connection)
    if application != APPLICATION_ID:
        raise StudyError(f"{path} is not a study of Skelarium; open another folder")
    if version > SCHEMA_VERSION:
        raise StudyError(
            f"{path} was written by a newer Skelarium (version {version} of the file, this program "
            f"reads up to {SCHEMA_VERSION}); update the program"
        )
    strange = strangeness(connection)
    if strange:
        raise damage(path, strange)


def _prepare_for_changes(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA checkpoint_fullfsync = ON")
    connection.execute(f"PRAGMA journal_size_limit = {MOST_WAL_BYTES}")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")


def migrate_file(connection: sqlite3.Connection) -> None:
    """Bring an older file up to this version, all or nothing.

    Raises:
        sqlite3.Error: The disk refuses; the file is as it was.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        migrate(connection)
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise


def roll_back(connection: sqlite3.Connection) -> None:
    """Leave a transaction, if SQLite has not left it by itself."""
    with suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def begin_file(folder: Path, fill: Callable[[sqlite3.Connection], None]) -> None:
    """Make a study's file: it is there whole, or not at all.

    Args:
        folder: An existing folder.
        fill: Writes the first rows, in a transaction.

    Raises:
        StudyError: There is a file already, or the folder cannot be written.
    """
    lock, why = FolderLock.taken(folder / LOCK_FILE)
    if lock is None:
        raise StudyError(f"{folder}: no study can be begun there: {why}")
    path, new = folder / STUDY_FILE, folder / NEW_FILE
    try:
        if path.exists():
            raise StudyError(f"{folder} holds a study already; open it, or choose another folder")
        _remove(new)
        connection = _connection(new, "rwc")
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            migrate(connection)
            fill(connection)
            connection.execute("COMMIT")
        finally:
            connection.close()
        flush_file(new)
        new.rename(path)
        flush_folder(folder)
    except sqlite3.Error as error:
        _remove(new)
        raise complaint(path, error) from error
    except OSError as error:
        raise StudyError(f"{path} cannot be written ({error.strerror or error})") from error
    finally:
        lock.close()


def _remove(path: Path) -> None:
    with suppress(OSError):
        for end in ("", *BESIDE):
            path.with_name(f"{path.name}{end}").unlink(missing_ok=True)


def flush_file(path: Path) -> None:
    """Have the disk keep a file that nobody has open.

    Raises:
        OSError: The disk refuses.
    """
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Have the disk keep the names in a folder, where the system can."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _name(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", None) or ""


def complaint(path: Path, error: sqlite3.Error) -> StudyError:
    """What a person can do about an error of the database.

    Args:
        path: The study's file.
        error: What SQLite said.
    """
    name = _name(error)
    if name.startswith("SQLITE_FULL"):
        words = "the disk is full; make room and try again, nothing that was kept is lost"
    elif name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        words = "it cannot be written or read; see to the permissions of its folder"
    elif name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")):
        words = "another program holds the file; close it and try again"
    elif name.startswith("SQLITE_NOTADB"):
        return damage(path, "it is no database, so it is another file or damaged")
    elif name.startswith("SQLITE_CORRUPT") or "decode" in str(error):
        return damage(path, "it is damaged")
    elif name.startswith("SQLITE_IOERR"):
        words = "the disk does not take or give the data; see that there is room and try again"
    elif name.startswith("SQLITE_TOOBIG"):
        words = "that is too much for one step; do it in several"
    elif name.startswith("SQLITE_CONSTRAINT"):
        words = "something else still belongs to what was to go; nothing was changed"
    else:
        words = f"the database complains ({error})"
    return StudyError(f"{path}: {words}")
