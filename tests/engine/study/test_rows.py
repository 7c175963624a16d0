import json
import zlib
from dataclasses import fields, replace
from pathlib import Path

import pytest

from engine.labels import Action, Origin, Rejection, Segment, StudyFacts, StudyRecording, Tier
from engine.study import rows
from engine.study.contents import added, changed, removed
from engine.study.rows import (
    TABLES,
    StudyError,
    cells_of,
    cells_to_keep,
    changes_cell,
    changes_of,
    row_of,
    table_of,
)

PATH = Path("/studies/mine/study.db")
RECORDING = StudyRecording(
    id="r",
    path="/data/Größe 漢.npz",
    sha256="0" * 64,
    title="a take\nwith a line",
    format_id="npz",
    layout_id="kinect-v1",
    num_frames=300,
    num_people=2,
    fps="30000/1001",
    actors=("Ada", "", 'Bo "B"'),
    view=3,
    is_inside=False,
    is_archived=True,
)
INSIDE = replace(RECORDING, path="recordings/take 12:30.npz", is_inside=True)
SEGMENT = Segment(
    id="s",
    recording_id="r",
    person=1,
    tier_id="t",
    start=0,
    stop=9,
    action_id="a",
    annotator="Ada",
    origin=Origin.MODEL,
    model_id="everyday",
    score=0.1 + 0.2,
    is_doubtful=True,
    note="'; DROP TABLE segments; --\0",
)
EVERY_ROW = (
    StudyFacts(name="n", annotator="Ada", model="m", previous_model="p"),
    Action(id="a", name="big wave", colour="#5c8ffa", key="W", position=3, is_archived=True),
    Tier(id="t", name="Labels", annotator="Ada", position=1, is_archived=True),
    RECORDING,
    INSIDE,
    SEGMENT,
    replace(SEGMENT, action_id=None, score=None, origin=Origin.IMPORT),
    Rejection(id="x", recording_id="r", person=0, start=1, stop=2, name="sit", model_id="m"),
)


@pytest.mark.parametrize("row", EVERY_ROW)
def test_a_row_comes_back_as_it_was(row):
    cells = cells_of(row)
    assert all(isinstance(cell, str | int | float | None) for cell in cells)
    assert not any(isinstance(cell, bool) for cell in cells)
    assert row_of(table_of(row), cells, PATH) == row
    assert cells_to_keep(row) == cells


def test_there_is_a_table_for_each_kind_of_row():
    assert {table.kind for table in TABLES} == {type(row) for row in EVERY_ROW}
    for table in TABLES:
        assert table.columns == tuple(each.name for each in fields(table.kind))


@pytest.mark.parametrize(
    ("row", "field", "cell"),
    [
        (SEGMENT, "id", 7),
        (SEGMENT, "id", ""),
        (SEGMENT, "id", "x" * 201),
        (SEGMENT, "id", None),
        (SEGMENT, "id", b"s"),
        (SEGMENT, "action_id", ""),
        (SEGMENT, "action_id", 3),
        (SEGMENT, "person", -1),
        (SEGMENT, "person", "0"),
        (SEGMENT, "person", 2**31),
        (SEGMENT, "start", 0.5),
        (SEGMENT, "start", True),
        (SEGMENT, "start", 9),
        (SEGMENT, "stop", 2**63 - 1),
        (SEGMENT, "stop", None),
        (SEGMENT, "origin", "robot"),
        (SEGMENT, "score", 1.5),
        (SEGMENT, "score", float("nan")),
        (SEGMENT, "score", float("inf")),
        (SEGMENT, "score", "1"),
        (SEGMENT, "score", True),
        (SEGMENT, "is_doubtful", 2),
        (SEGMENT, "is_doubtful", "yes"),
        (SEGMENT, "note", 5),
        (RECORDING, "num_people", 5_000),
        (RECORDING, "num_frames", -3),
        (RECORDING, "fps", "0"),
        (RECORDING, "fps", "1/0"),
        (RECORDING, "fps", "1e999999999"),
        (RECORDING, "fps", "30 "),
        (RECORDING, "fps", "-30"),
        (RECORDING, "fps", 30.0),
        (RECORDING, "actors", "{}"),
        (RECORDING, "actors", "[1]"),
        (RECORDING, "actors", "[" * 100_000),
        (RECORDING, "actors", "nonsense"),
        (RECORDING, "actors", json.dumps(["x"] * 5_000)),
        (RECORDING, "path", ""),
        (RECORDING, "path", "/data/\0"),
        (INSIDE, "path", "../elsewhere/secret.npz"),
        (INSIDE, "path", "recordings/../../secret.npz"),
        (INSIDE, "path", "..\\secret.npz"),
        (INSIDE, "path", "/etc/passwd"),
        (INSIDE, "path", "C:\\secret.npz"),
        (INSIDE, "path", "."),
        (EVERY_ROW[1], "colour", "url(x)"),
        (EVERY_ROW[1], "name", " "),
        (EVERY_ROW[1], "position", None),
        (EVERY_ROW[0], "model", None),
    ],
)
def test_a_hostile_cell_is_named_and_refused(row, field, cell):
    table = table_of(row)
    cells = list(cells_of(row))
    cells[table.columns.index(field)] = cell
    with pytest.raises(StudyError) as caught:
        row_of(table, cells, PATH)
    message = str(caught.value)
    assert message.startswith(f"{PATH}: row ")
    assert f"of {table.name} is damaged" in message
    assert "--backups" in message
    assert "\n" not in message
    assert len(message) < 500


def test_cells_that_are_too_many_or_too_few_are_refused():
    cells = cells_of(SEGMENT)
    for hostile in (cells[:-1], (*cells, "more"), ()):
        with pytest.raises(StudyError, match="of segments is damaged"):
            row_of(table_of(SEGMENT), hostile, PATH)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (replace(RECORDING, path="/data/\udcff.npz"), "is no text"),
        (replace(SEGMENT, note="\ud800"), "is no text"),
        (replace(SEGMENT, score=float("nan")), "score of 0 to 1"),
        (replace(SEGMENT, stop=2**40), "number of 0 to"),
        (replace(RECORDING, fps="thirty"), "frames per second"),
        (replace(RECORDING, path="../x", is_inside=True), "inside the study's folder"),
        (replace(SEGMENT, person=1.0), "expected a number"),
        (replace(SEGMENT, id=""), "expected an id"),
    ],
)
def test_nothing_is_kept_that_could_not_be_read_again(row, words):
    with pytest.raises(StudyError, match=words):
        cells_to_keep(row)


CHANGES = (
    added(SEGMENT),
    removed(RECORDING),
    changed(EVERY_ROW[1], replace(EVERY_ROW[1], name="clap")),
)


def test_changes_come_back_as_they_were():
    assert changes_of(changes_cell(CHANGES), PATH) == CHANGES
    assert changes_of(changes_cell(()), PATH) == ()


def test_many_changes_are_kept_compressed():
    many = tuple(added(replace(SEGMENT, id=f"s{number}")) for number in range(500))
    cell = changes_cell(many)
    assert isinstance(cell, bytes)
    assert len(cell) < 20 * len(many)
    assert changes_of(cell, PATH) == many


@pytest.mark.parametrize(
    "cell",
    [
        None,
        5,
        "",
        "{",
        "5",
        '"abc"',
        "[5]",
        "[[1,2]]",
        '[["segments",null,null]]',
        '[["nowhere",null,["a"]]]',
        '[["actions",null,5]]',
        '[["actions",null,{"id":1}]]',
        '[["actions",null,"abcdef"]]',
        '[[["actions"],null,[]]]',
        "[" * 100_000,
        '[["facts",["study","a","","",""],["other","a","","",""]]]',
        "9" * 10_000,
        b"",
        b"nonsense",
        zlib.compress(b"[]") + b"more",
        zlib.compress(b"[]")[:-1],
        zlib.compress(b"\xff\xfe"),
    ],
)
def test_a_damaged_step_is_refused(cell):
    with pytest.raises(StudyError, match="is damaged") as caught:
        changes_of(cell, PATH)
    assert len(str(caught.value)) < 500


def test_a_small_step_does_not_become_a_huge_one(monkeypatch):
    monkeypatch.setattr(rows, "MOST_STEP_BYTES", 10_000)
    bomb = zlib.compress(b" " * 1_000_000 + b"[]")
    with pytest.raises(StudyError, match="do not end where they should"):
        changes_of(bomb, PATH)
