"""Numbers of the answer on show, read back."""

import csv
from pathlib import Path

import numpy as np
import pytest

from app.exporting.numbers import ask_numbers, dossier_of_answer, write_numbers
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
