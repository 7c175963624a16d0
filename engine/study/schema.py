"""The tables of ``study.db``, and how older ones become these.

One table for each kind of row, with typed columns; segments and rejections belong to recordings,
segments to tiers and actions. ``journal`` holds each step with what it changed, ``cursor`` how many
of them hold.

A file from elsewhere may hold anything: its tables must be these, word for word, and nothing may
hang on them. Tables and views of other names are left alone.
"""

import sqlite3
from collections.abc import Callable
from functools import lru_cache

SCHEMA_VERSION = 1
"""``user_version`` of the file; a larger one was written by a newer program."""
APPLICATION_ID = 0x534B454C
"""``SKEL``: tells a study from other databases."""

_TABLES = """
CREATE TABLE facts (
    id TEXT PRIMARY KEY CHECK (id = 'study'),
    name TEXT NOT NULL, annotator TEXT NOT NULL, model TEXT NOT NULL, previous_model TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE actions (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, colour TEXT NOT NULL, key TEXT NOT NULL,
    position INTEGER NOT NULL, is_archived INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE tiers (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, annotator TEXT NOT NULL, position INTEGER NOT NULL,
    is_archived INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE recordings (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, sha256 TEXT NOT NULL, title TEXT NOT NULL,
    format_id TEXT NOT NULL, layout_id TEXT NOT NULL, num_frames INTEGER NOT NULL,
    num_people INTEGER NOT NULL, fps TEXT NOT NULL, actors TEXT NOT NULL, view INTEGER NOT NULL,
    is_inside INTEGER NOT NULL, is_archived INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE segments (
    id TEXT PRIMARY KEY,
    recording_id TEXT NOT NULL REFERENCES recordings (id) DEFERRABLE INITIALLY DEFERRED,
    person INTEGER NOT NULL,
    tier_id TEXT NOT NULL REFERENCES tiers (id) DEFERRABLE INITIALLY DEFERRED,
    start INTEGER NOT NULL, stop INTEGER NOT NULL,
    action_id TEXT REFERENCES actions (id) DEFERRABLE INITIALLY DEFERRED,
    annotator TEXT NOT NULL, origin TEXT NOT NULL, model_id TEXT NOT NULL, score REAL,
    is_doubtful INTEGER NOT NULL, note TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX segments_of_recordings ON segments (recording_id);
CREATE INDEX segments_of_actions ON segments (action_id);
CREATE INDEX segments_of_tiers ON segments (tier_id);
CREATE TABLE rejections (
    id TEXT PRIMARY KEY,
    recording_id TEXT NOT NULL REFERENCES recordings (id) DEFERRABLE INITIALLY DEFERRED,
    person INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, name TEXT NOT NULL,
    model_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX rejections_of_recordings ON rejections (recording_id);
CREATE TABLE journal (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, time REAL NOT NULL, changes TEXT NOT NULL
);
CREATE TABLE cursor (
    id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL
);
INSERT INTO cursor (id, position) VALUES (1, 0);
"""


def _first(connection: sqlite3.Connection) -> None:
    for statement in _TABLES.split(";"):
        if statement.strip():
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first,)
"""What brings a file from each version to the next, from version 0, an empty file, on."""


def version_of(connection: sqlite3.Connection) -> int:
    """Which version a file has."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a file up to this version, in one transaction that the caller has begun.

    Raises:
        sqlite3.Error: The disk refuses.
    """
    for step in MIGRATIONS[version_of(connection) :]:
        step(connection)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def strangeness(connection: sqlite3.Connection) -> str:
    """What of a file's tables is not as a study of its version has it; empty where all is.

    Raises:
        sqlite3.Error: The file is damaged.
    """
    version = version_of(connection)
    if not 0 < version <= len(MIGRATIONS):
        return f"version {version} of the file never was"
    wanted, found = _schema_of_version(version), _schema(connection)
    for name, what in wanted.items():
        if name not in found:
            return f"{what[0]} {name} is missing"
        if found[name] != what:
            return f"{found[name][0]} {name} is not as it should be"
    for name, (kind, on, text) in found.items():
        if name not in wanted and (
            kind == "trigger" or on.casefold() in wanted or text.startswith("create virtual")
        ):
            return f"{kind} {name:.40} does not belong in a study"
    return ""


_Schema = dict[str, tuple[str, str, str]]
"""Of each table, index, trigger and view its kind, the table it is on, and how it was made."""


def _schema(connection: sqlite3.Connection) -> _Schema:
    found: _Schema = {}
    for kind, name, on, text in connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master"
    ):
        is_of_sqlite = kind in ("table", "index") and str(name).startswith("sqlite_")
        if not is_of_sqlite:
            plain = " ".join(str(text).replace('"', " ").casefold().split())
            found[str(name)] = (str(kind), str(on), plain)
    return found


@lru_cache(maxsize=4)
def _schema_of_version(version: int) -> _Schema:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for step in MIGRATIONS[:version]:
            step(connection)
        return _schema(connection)
    finally:
        connection.close()
