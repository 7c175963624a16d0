"""Numbers of the answer on show, read back."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from app.exporting.numbers import (
    ask_numbers,
    check_numbers,
    dossier_of_answer,
    write_numbers,
)
from app.exporting.orders import NumbersOrder
from app.services.task_runner import TaskControl
from engine.errors import EngineError
from engine.recording import Clip
from tests.app import stand_ins

SHOWN = stand_ins.recording(12, people=2)
ANSWER = stand_ins.answer(Clip.whole(SHOWN))


def test_answers_and_maps_are_written_and_read_back(tmp_path: Path) -> None:
    dossier = dossier_of_answer(ANSWER, SHOWN, 1)
    assert dossier.about == 1
    out = write_numbers(dossier, NumbersOrder(out=tmp_path / "n"), {"model": "stand-in"})

    rows = list(csv.DictReader((out / "answers.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 2 * len(stand_ins.ACTIONS)
    assert {row["action"] for row in rows} == set(stand_ins.ACTIONS)
    with np.load(out / "explain.npz") as arrays:
        assert arrays["probabilities"].shape == (2, 3)
        assert int(arrays["about"]) == 1
        assert (int(arrays["start"]), int(arrays["stop"])) == (0, 12)
    joints = list(csv.DictReader((out / "joints.csv").read_text(encoding="utf-8").splitlines()))
    assert len(joints) == 12 * 2 * 20


def test_nothing_is_written_over_unless_asked(tmp_path: Path) -> None:
    dossier = dossier_of_answer(ANSWER, SHOWN, None)
    write_numbers(dossier, NumbersOrder(out=tmp_path), {})
    with pytest.raises(EngineError, match="exists already"):
        write_numbers(dossier, NumbersOrder(out=tmp_path), {})
    write_numbers(dossier, NumbersOrder(out=tmp_path, replaces=True), {})


def test_a_model_that_only_answers_cannot_be_measured() -> None:
    from threading import Event

    control = TaskControl(Event(), lambda _: None)
    with pytest.raises(EngineError, match="cannot be measured"):
        ask_numbers(stand_ins.StandInRecognizer(), Clip.whole(SHOWN), None, control)


def test_a_long_measurement_is_refused_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "occlusion.csv").touch()
    check_numbers(NumbersOrder(out=tmp_path))
    check_numbers(NumbersOrder(out=tmp_path, is_full=True, replaces=True))
    with pytest.raises(EngineError, match=r"occlusion\.csv exists already; name another folder$"):
        check_numbers(NumbersOrder(out=tmp_path, is_full=True))


def test_a_file_whose_name_is_no_text_is_named_all_the_same(tmp_path: Path) -> None:
    name = "caf\udce9.npz"
    dossier = dossier_of_answer(ANSWER, SHOWN, None)
    out = write_numbers(dossier, NumbersOrder(out=tmp_path), {"file": name})
    assert json.loads((out / "explain.json").read_text(encoding="utf-8"))["file"] == name
