"""``compare``, as a person types it."""

import csv
import json

import numpy as np
import pytest

from engine.alignment.files import COLUMNS, FILES
from engine.alignment.timing import By
from engine.cli import COMMANDS
from engine.commands.compare import WAYS
from engine.commands.runner import run_command
from engine.places import assets_folder

SAMPLES = assets_folder() / "samples"
WAVE, THROW, TWO = (SAMPLES / f"{name}.npz" for name in ("wave", "throw", "two-people"))


@pytest.fixture
def typed(capsys):
    def run(*words: object) -> tuple[int, str, str]:
        status = run_command(COMMANDS, ["compare", *map(str, words)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_it_says_how_two_movements_differ_and_where(typed):
    status, said, _ = typed(WAVE, THROW)

    assert status == 0
    assert "wave.npz, person 1" in said
    assert "by movement" in said
    assert "of the body's height on average" in said
    assert "left hand" in said
    assert "(frame " in said


def test_a_recording_does_not_differ_from_itself(typed):
    status, said, _ = typed(WAVE, WAVE, "--by", "start", "--json")

    found = json.loads(said)
    assert status == 0
    assert found["mean_difference"] == pytest.approx(0.0, abs=1e-3)
    assert found["frames"] == found["other_frames"] == [0, 85]


def test_everything_is_written_and_reads_back(typed, tmp_path):
    out = tmp_path / "new" / "apart"
    status, said, _ = typed(WAVE, THROW, "--out", out)
    assert status == 0
    assert all(name in said for name in FILES)

    told = json.loads((out / "compare.json").read_text(encoding="utf-8"))
    assert told["by"] == "movement"
    assert told["file"] == str(WAVE)
    for name, columns in COLUMNS.items():
        with (out / name).open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert list(rows[0]) == list(columns)
    with (out / "frames.csv").open(newline="", encoding="utf-8") as file:
        frames = list(csv.DictReader(file))
    others = [float(row["other_frame"]) for row in frames]
    assert others == sorted(others)
    mean = np.mean([float(row["difference"]) for row in frames])
    assert mean == pytest.approx(told["mean_difference"], rel=1e-4)

    with np.load(out / "compare.npz", allow_pickle=False) as arrays:
        assert {name: list(arrays[name].shape) for name in arrays} == told["files"]["compare.npz"]
        apart = np.linalg.norm(arrays["body"] - arrays["placed"], axis=-1)
        np.testing.assert_allclose(apart, arrays["distances"], atol=1e-5)
        known = np.isfinite(arrays["difference"])
        assert known.sum() == len(frames)


def test_nothing_is_replaced_unless_it_is_said(typed, tmp_path):
    assert typed(WAVE, THROW, "--out", tmp_path)[0] == 0

    status, _, complaint = typed(WAVE, THROW, "--out", tmp_path)

    assert status == 2
    assert "frames.csv exists already; give another folder, or --force" in complaint
    assert typed(WAVE, THROW, "--out", tmp_path, "--force")[0] == 0


def test_people_are_counted_from_one(typed):
    status, said, _ = typed(TWO, TWO, "--person", 1, "--other-person", 2, "--json")
    found = json.loads(said)
    assert status == 0
    assert (found["first"]["person"], found["second"]["person"]) == (1, 2)

    status, _, complaint = typed(WAVE, THROW, "--other-person", 2)
    assert status == 2
    assert "throw.npz has people 1 to 1, and no 2" in complaint


def test_bodies_keep_their_own_size_and_way_when_that_is_said(typed):
    found = json.loads(typed(WAVE, THROW, "--free", "--own-size", "--json")[1])

    assert (found["place"], found["same_size"]) == ("free", False)


def test_the_words_for_time_are_those_of_the_engine():
    assert set(WAYS) == {by.value for by in By}
