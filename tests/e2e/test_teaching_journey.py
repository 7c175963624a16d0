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

    def begin(self, folder: Path) -> None:
        """Begin a study and add every recording there is."""
        self.teach.modes.switch(Mode.TEACH)
        self.teach.desk.create(folder, "Kitchen")
        self.settle()
        self.teach.study.adding.add_paths((self.data,))
        self.wait(lambda: len(self.teach.desk.contents.recordings) > len(LABELLED) + 1)

    def import_labels(self, file: Path) -> None:
        """Write a label file for some recordings, and import it."""
        with file.open("w", encoding="utf-8", newline="") as text:
            rows = csv.writer(text)
            rows.writerow(("recording", "action", "start_frame", "stop_frame"))
            rows.writerows(self.labels_of(*LABELLED))
        self.teach.study.labels.import_files((file,))
        self.wait(lambda: self.num_segments > 0)

    @property
    def keys(self) -> dict[str, Qt.Key]:
        """The key of each action."""
        offered = self.teach.desk.contents.offered_actions
        return {action.name: getattr(Qt.Key, f"Key_{action.key}") for action in offered}

    def label_by_hand(self) -> None:
        """Five segments with marks and keys, and nothing else happens there."""
        self.show(BY_HAND)
        before = self.num_segments
        for _, action, start, stop in self.labels_of(BY_HAND)[:FEW]:
            for frame, key in ((start, Qt.Key.Key_I), (stop - 1, Qt.Key.Key_O)):
                self.desk.go_to(frame)
                press(self.desk, key)
            press(self.desk, self.keys[action])
        self.settle()
        assert self.num_segments == before + FEW
        press(self.desk, Qt.Key.Key_R, SHIFT)
        self.wait(lambda: self.num_segments > before + FEW)

    def judge_proposals(self, model_id: str) -> None:
        """Accept one of a recording without labels, fix another, turn a third down."""
        self.show(UNLABELLED)
        row = self.teach.desk.recording_row
        assert row is not None
        assert self.teach.desk.contents.segments_of(row.id) == ()
        for key in (Qt.Key.Key_A, self.keys["carry"], Qt.Key.Key_X):
            press(self.desk, Qt.Key.Key_N)
            press(self.desk, key)
        self.settle()
        contents = self.teach.desk.contents
        taken = contents.segments_of(row.id)
        assert {each.origin for each in taken} == {Origin.MODEL, Origin.HUMAN}  # the fixed one
        accepted = next(each for each in taken if each.origin is Origin.MODEL)
        assert accepted.model_id == model_id
        assert len(contents.rejections[row.id]) == 1

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
    journey.begin(tmp_path / "Kitchen")
    journey.import_labels(tmp_path / "labels.csv")
    assert journey.num_segments >= len(LABELLED) * 9  # ten actions each, but for what it lacks
    journey.label_by_hand()

    quick = journey.retrain(RetrainMode.QUICK)
    right = sum(each.after == each.label for each in quick.held_out)
    assert right >= 0.7 * len(quick.held_out)
    assert right > sum(each.before == each.label for each in quick.held_out)
    teach.retrain.switch_to(quick.new_model)
    journey.judge_proposals(quick.new_model)

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

    while teach.desk.history.position:
        press(desk, Qt.Key.Key_Z, CTRL)
        journey.settle()
    contents = teach.desk.contents
    assert (contents.num_segments, len(contents.recordings), len(contents.actions)) == (0, 0, 0)
    assert contents.facts.model == ""
