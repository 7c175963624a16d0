import sqlite3

import pytest

from engine.study import schema
from engine.study.rows import TABLES
from engine.study.schema import (
    APPLICATION_ID,
    MIGRATIONS,
    SCHEMA_VERSION,
    migrate,
    strangeness,
    version_of,
)


@pytest.fixture
def connection():
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    yield connection
    connection.close()


def test_a_new_file_has_a_table_for_each_kind_of_row(connection):
    for table in TABLES:
        columns = connection.execute(f"PRAGMA table_info({table.name})").fetchall()
        assert tuple(column[1] for column in columns) == table.columns
    assert version_of(connection) == SCHEMA_VERSION == len(MIGRATIONS)
    assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    assert strangeness(connection) == ""


def test_migrating_once_more_changes_nothing(connection):
    migrate(connection)
    assert strangeness(connection) == ""


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (["DROP INDEX segments_of_tiers"], "index segments_of_tiers is missing"),
        (["DROP TABLE rejections"], "table rejections is missing"),
        (
            ["CREATE TRIGGER evil AFTER INSERT ON segments BEGIN DELETE FROM actions; END"],
            "trigger evil does not belong in a study",
        ),
        (
            ["CREATE UNIQUE INDEX evil ON segments (note)"],
            "index evil does not belong in a study",
        ),
        (["CREATE VIRTUAL TABLE evil USING fts5(x)"], "table evil does not belong in a study"),
        (
            ["DROP TABLE cursor", "CREATE VIEW cursor AS SELECT 1 AS id, 0 AS position"],
            "view cursor is not as it should be",
        ),
        (
            ["ALTER TABLE facts ADD COLUMN extra TEXT GENERATED ALWAYS AS (name) VIRTUAL"],
            "table facts is not as it should be",
        ),
        (
            ["DROP TABLE tiers", "CREATE TABLE tiers (id, name, annotator, position, is_archived)"],
            "table tiers is not as it should be",
        ),
        (["PRAGMA user_version = 0"], "version 0 of the file never was"),
        (["PRAGMA user_version = -5"], "version -5 of the file never was"),
    ],
)
def test_what_does_not_belong_in_a_study_is_named(connection, statements, words):
    connection.execute("PRAGMA foreign_keys = OFF")
    for statement in statements:
        connection.execute(statement)
    assert strangeness(connection) == words


def test_tables_of_others_are_left_alone(connection):
    connection.execute("CREATE TABLE my_table (x)")
    connection.execute("CREATE VIEW my_view AS SELECT note FROM segments")
    connection.execute("ANALYZE")
    assert strangeness(connection) == ""


def test_older_files_become_newer_ones(connection, monkeypatch):
    def second(newer):
        newer.execute("ALTER TABLE tiers ADD COLUMN colour TEXT NOT NULL DEFAULT ''")

    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, second))
    monkeypatch.setattr(schema, "SCHEMA_VERSION", 2)
    schema._schema_of_version.cache_clear()
    try:
        assert strangeness(connection) == ""
        migrate(connection)
        assert version_of(connection) == 2
        assert strangeness(connection) == ""
        connection.execute("PRAGMA user_version = 1")
        assert strangeness(connection) == "table tiers is not as it should be"
    finally:
        schema._schema_of_version.cache_clear()
