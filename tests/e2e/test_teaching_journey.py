"""From a new study to a model of one's own and back, in the real window, with real training."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.modes import Mode
from engine.datasets.utkinect import UTKINECT
from engine.labels import Origin
from engine.study.outcome import Outcome
from tests.e2e.conftest import Desk, providers_of
from tests.e2e.hands import press
from trainer.retraining import RetrainMode, RunPhase

pytestmark = pytest.mark.gl

BASE = "everyday-sem-net"
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LONGEST_MS = 240_000
QUICK_SECONDS = 12.0
LABELLED = ("joints_s01_e01.txt", "joints_s01_e02.txt", "joints_s02_e01.txt", "joints_s02_e02.txt")
BY_HAND, UNLABELLED = "joints_s03_e01.txt", "joints_s05_e01.txt"
FEW = 5


class Journey:
    """A window on UTKinect, and what one does with it."""

    def __init__(self, desk: Desk, data: Path) -> None:
        self.desk = desk
        self.data = data
        self.teach = desk.workbench.teach
        self.known = UTKINECT.contents(data)

    def wait(self, condition: Callable[[], bool]) -> None:
        self.desk.qtbot.waitUntil(condition, timeout=LONGEST_MS)

    def settle(self) -> None:
        """Wait until every wish about the study is fulfilled."""
        self.wait(lambda: self.teach.study.is_settled and self.teach.label.is_settled)

    @property
    def num_segments(self) -> int:
        return self.teach.desk.contents.num_segments

    def show(self, name: str) -> None:
        """Open a recording and wait for everything that is said of it."""
        workbench = self.desk.workbench
        workbench.librarian.open_path(self.data / name)
        self.wait(lambda: self.desk.shown == self.data / name and workbench.is_settled)
        self.settle()
        workbench.player.pause()

    def labels_of(self, *names: str) -> list[tuple[str, str, int, int]]:
        """What the data set says: recording, action, first frame, frame after the last."""
        return [
            (each.path.name, self.known.actions[each.action], each.start, each.stop or 0)
            for each in self.known.files
            if each.path.name in names
        ]

    def retrain(self, mode: RetrainMode) -> Outcome:
        """Press Retrain and wait for what comes of it."""
        questions = self.teach.retrain.questions
        runs = len(questions.running.runs)
        self.teach.retrain.show_panel()
        questions.set_wishes(replace(questions.preparing.wishes, mode=mode))
        self.wait(lambda: questions.is_settled and questions.preparing.forecast is not None)
        press(self.desk, Qt.Key.Key_R, CTRL)
        self.wait(lambda: len(questions.running.runs) > runs)
        self.wait(lambda: questions.running.runs[-1].state.phase.is_over)
        assert questions.running.runs[-1].state.phase is RunPhase.FINISHED
        self.wait(lambda: questions.finished is not None and questions.is_settled)
        assert questions.finished is not None
        return questions.finished.outcome


@pytest.fixture
def journey(
    open_desk: Callable[..., Desk], shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> Journey:
    """The window with one small model; lessons and runs are shorter than usual."""
    monkeypatch.setattr("trainer.study_jobs.QUICK_SECONDS", QUICK_SECONDS)
    monkeypatch.setattr("trainer.study_jobs.usual_passes", lambda _: 1)
    data = shared_data / "utkinect"
    return Journey(open_desk(data / BY_HAND, providers=providers_of(BASE)), data)


def test_labels_become_a_model_that_proposes_and_everything_is_undone(
    journey: Journey, tmp_path: Path
) -> None:
    teach, desk = journey.teach, journey.desk
    # a new study with the recordings, labels of some from a file
    teach.modes.switch(Mode.TEACH)
    teach.desk.create(tmp_path / "Kitchen", "Kitchen")
    journey.settle()
    teach.study.adding.add_paths((journey.data,))
    journey.wait(lambda: len(teach.desk.contents.recordings) > len(LABELLED) + 1)
    file = tmp_path / "labels.csv"
    with file.open("w", encoding="utf-8", newline="") as text:
        rows = csv.writer(text)
        rows.writerow(("recording", "action", "start_frame", "stop_frame"))
        rows.writerows(journey.labels_of(*LABELLED))
    teach.study.labels.import_files((file,))
    journey.wait(lambda: journey.num_segments > 0)
    imported = journey.num_segments
    assert imported >= len(LABELLED) * 9  # an action of each, but for what the data set lacks
    # five by hand, with marks and keys
    journey.show(BY_HAND)
    keys = {action.name: action.key for action in teach.desk.contents.offered_actions}
    for _, action, start, stop in journey.labels_of(BY_HAND)[:FEW]:
        for frame, key in ((start, Qt.Key.Key_I), (stop - 1, Qt.Key.Key_O)):
            desk.go_to(frame)
            press(desk, key)
        press(desk, getattr(Qt.Key, f"Key_{keys[action]}"))
    journey.settle()
    assert journey.num_segments == imported + FEW
    press(desk, Qt.Key.Key_R, SHIFT)  # nothing else happens here
    journey.wait(lambda: journey.num_segments > imported + FEW)
    # quick, then its proposals on a recording without labels
    quick = journey.retrain(RetrainMode.QUICK)
    held_out = quick.held_out
    right = sum(each.after == each.label for each in held_out)
    assert right >= 0.7 * len(held_out)
    assert right > sum(each.before == each.label for each in held_out)
    teach.retrain.switch_to(quick.new_model)
    journey.wait(lambda: desk.workbench.document.model is not None)
    journey.show(UNLABELLED)
    row = teach.desk.recording_row
    assert row is not None
    assert teach.desk.contents.segments_of(row.id) == ()
    # some accepted, one fixed, one turned down
    press(desk, Qt.Key.Key_N)
    press(desk, Qt.Key.Key_A)
    press(desk, Qt.Key.Key_N)
    press(desk, getattr(Qt.Key, f"Key_{keys['carry']}"))
    press(desk, Qt.Key.Key_N)
    press(desk, Qt.Key.Key_X)
    journey.settle()
    contents = teach.desk.contents
    taken = contents.segments_of(row.id)
    assert {each.origin for each in taken} == {Origin.MODEL, Origin.HUMAN}  # the fixed one
    accepted = next(each for each in taken if each.origin is Origin.MODEL)
    assert accepted.model_id == quick.new_model
    assert len(contents.rejections[row.id]) == 1
    # full, while it plays; then the other model and back
    desk.workbench.player.play()
    full = journey.retrain(RetrainMode.FULL)
    assert desk.workbench.player.is_playing
    teach.retrain.switch_to(full.new_model)
    journey.settle()
    facts = teach.desk.contents.facts
    assert (facts.model, facts.previous_model) == (full.new_model, quick.new_model)
    press(desk, Qt.Key.Key_B, CTRL)
    journey.settle()
    assert teach.desk.contents.facts.model == quick.new_model
    # everything undone
    while teach.desk.history.position:
        press(desk, Qt.Key.Key_Z, CTRL)
        journey.settle()
    contents = teach.desk.contents
    assert (contents.num_segments, len(contents.recordings), len(contents.actions)) == (0, 0, 0)
    assert contents.facts.model == ""
