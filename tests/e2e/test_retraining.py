"""Retraining in the real window: run folders as the trainer writes them, models that are there."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.modes import Mode
from app.retrain_questions import RetrainQuestions
from app.retrain_result_model import Side
from app.retrain_state import Judgement, Page
from app.study_desk import StudyDesk
from engine.formats import write_recording
from engine.labels import Action
from engine.places import assets_folder
from engine.study.actions import add_action, archive_action
from engine.study.contents import Edit, StudyContents, added
from engine.study.outcome import write_outcome
from engine.study.segments import relabel
from engine.study.store import Study
from tests.app import retrain_made, stand_ins
from tests.e2e.conftest import LONG, PAIR, SHORT, Desk, providers_of
from tests.e2e.hands import press
from trainer.claim import claimed
from trainer.control import last_asked
from trainer.events import EventLog
from trainer.retraining import Ask, RunPhase

pytestmark = pytest.mark.gl

LONGEST_MS = 20_000
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
PATHS = {"r1": SHORT, "r2": PAIR, "r3": LONG}


@dataclass
class Teaching:
    """The window with a study open."""

    desk: Desk
    folder: Path

    @property
    def questions(self) -> RetrainQuestions:
        return self.desk.workbench.teach.retrain.questions

    @property
    def study(self) -> StudyDesk:
        return self.desk.workbench.teach.desk

    def wait(self, condition: Callable[[], bool]) -> None:
        self.desk.qtbot.waitUntil(condition, timeout=LONGEST_MS)

    def open(self) -> None:
        """Open the study, and wait until all that is known of it is shown."""
        self.desk.workbench.teach.modes.switch(Mode.TEACH)
        self.study.open(self.folder)
        self.wait(lambda: self.study.study is not None)
        self.wait(lambda: self.questions.preparing.forecast is not None)
        self.desk.workbench.teach.retrain.show_panel()

    @property
    def phase(self) -> RunPhase | None:
        shown = self.questions.running.shown
        return None if shown is None else shown.state.phase


def contents_of(paths: dict[str, Path]) -> StudyContents:
    """Labels in recordings that can be opened."""
    made = retrain_made.contents(people=len(paths))
    rows = {key: replace(row, path=str(paths[key])) for key, row in made.recordings.items()}
    return replace(made, recordings=rows)


def create_study(folder: Path, contents: StudyContents) -> None:
    """Write a study with these rows."""
    study = Study.create(folder, "kitchen")
    tables = (contents.actions, contents.tiers, contents.recordings, *contents.segments.values())
    rows = tuple(added(row) for table in tables for row in table.values())
    study.do(Edit(name="Import labels", changes=rows))
    study.close()


def finished_run(study: Path, number: int = 1) -> Path:
    """A run that has come to a model, whose card alone is there."""
    folder = retrain_made.run_folder(study, number)
    card = assets_folder() / "models" / "everyday-fg-stformer" / "card.toml"
    text = re.sub(r'(?m)^id = ".*"$', f'id = "kitchen-{number}"', card.read_text("utf-8"), count=1)
    text = re.sub(r'(?m)^title = ".*"$', f'title = "Kitchen {number}"', text, count=1)
    (folder / "model").mkdir()
    (folder / "model" / "card.toml").write_text(text, encoding="utf-8")
    verdicts = tuple(
        replace(each, recording_id="r2", person=1, start=10, stop=30)
        if each.segment_id == "b"
        else each
        for each in retrain_made.outcome().verdicts
    )
    found = retrain_made.outcome(verdicts=verdicts, new_model=f"kitchen-{number}")
    write_outcome(folder, found)
    EventLog(folder).write("finished", accuracy=0.75)
    return folder


@pytest.fixture
def teaching(open_desk: Callable[..., Desk], tmp_path: Path) -> Teaching:
    """The window on a short recording, beside a study that is not open yet."""
    folder = tmp_path / "study"
    create_study(folder, contents_of(PATHS))
    desk = open_desk(SHORT)
    desk.wait_for(SHORT)
    return Teaching(desk=desk, folder=folder)


@pytest.fixture
def at_work() -> Iterator[ExitStack]:
    """Runs that some process is at work for."""
    with ExitStack() as stack:
        yield stack


def test_what_is_untrained_is_said_in_both_modes(teaching: Teaching) -> None:
    bench = teaching.desk.workbench
    badge, before = bench.window.top_bar.untrained, bench.window.retrain.before
    assert not badge.isVisible()
    teaching.open()
    assert before.untrained.text() == "Untrained changes: 21 segments (21 new)"
    assert "not where they were" in before.why.text(), "these recordings lie in memory alone"
    assert not before.start.isEnabled()
    bench.teach.modes.switch(Mode.INSPECT)
    assert not bench.window.retrain.isVisible()
    assert badge.isVisible()
    assert badge.text() == "Untrained: 21 segments"
    badge.click()
    assert bench.teach.modes.mode is Mode.TEACH
    assert bench.window.retrain.isVisible()


def test_a_run_is_followed_asked_and_ends_with_its_result(
    teaching: Teaching, at_work: ExitStack
) -> None:
    window, questions = teaching.desk.workbench.window, teaching.questions
    folder = retrain_made.run_folder(teaching.folder)
    log = EventLog(folder)
    log.write("queued")
    log.write("started", networks=["joint"], device="cpu")
    at_work.enter_context(claimed(folder))
    teaching.open()
    teaching.wait(lambda: teaching.phase is RunPhase.TRAINING)
    questions.set_page(Page.RUN)
    assert window.top_bar.untrained.text() == "Training"
    log.write("pass", network="joint", number=1, passes=4, loss=1.0, train_accuracy=0.4)
    teaching.wait(window.retrain.run.loss.isVisible)
    window.retrain.run.stop.click()
    teaching.wait(lambda: last_asked(folder, 0.0) is not None)
    asked = last_asked(folder, 0.0)
    assert asked is not None
    assert asked.ask is Ask.STOP
    write_outcome(folder, retrain_made.outcome())
    log.write("finished", accuracy=0.75, stopped=True)
    at_work.close()
    teaching.wait(lambda: questions.page is Page.RESULT and questions.finished is not None)
    after = window.retrain.after
    assert after.figures.cells[1, Side.AFTER].text() == "3 of 4"
    assert not after.switch.isEnabled(), "it has no model"


def test_a_run_outlives_the_window_and_is_found_again(
    teaching: Teaching, open_desk: Callable[..., Desk], at_work: ExitStack
) -> None:
    first, second = (retrain_made.run_folder(teaching.folder, number) for number in (1, 2))
    log, waiting = EventLog(first), EventLog(second)
    log.write("started", networks=["joint"], device="cpu")
    waiting.write("waiting", after=[first.name])
    for folder in (first, second):
        at_work.enter_context(claimed(folder))
    teaching.open()
    teaching.wait(lambda: len(teaching.questions.running.runs) == 2)
    assert last_asked(first, 0.0) is None
    again = Teaching(desk=open_desk(SHORT), folder=teaching.folder)
    again.desk.wait_for(SHORT)
    assert last_asked(first, 0.0) is None, "closing the window asked nothing of it"
    again.open()
    again.wait(lambda: len(again.questions.running.runs) == 2)
    phases = [each.state.phase for each in again.questions.running.runs]
    assert phases == [RunPhase.TRAINING, RunPhase.WAITING]
    again.questions.show_run(second)
    again.questions.set_page(Page.RUN)
    again.desk.workbench.window.retrain.run.cancel.click()
    again.wait(lambda: last_asked(second, 0.0) is not None)
    assert last_asked(first, 0.0) is None


def test_a_clip_whose_answer_turned_opens_and_plays_over_and_over(teaching: Teaching) -> None:
    finished_run(teaching.folder)
    teaching.open()
    bench = teaching.desk.workbench
    teaching.wait(lambda: teaching.questions.finished is not None)
    assert bench.window.retrain.isVisible()
    press(teaching.desk, Qt.Key.Key_J, CTRL)
    teaching.wait(lambda: teaching.desk.shown == PAIR and bench.player.span == (10, 30))
    assert bench.document.person == 1
    assert bench.player.is_playing
    press(teaching.desk, Qt.Key.Key_J, CTRL)
    teaching.wait(lambda: teaching.desk.shown == SHORT)
    teaching.wait(lambda: bench.player.span is not None)
    press(teaching.desk, Qt.Key.Key_Escape)
    assert bench.player.span is None


def test_the_study_turns_to_its_new_model_and_back_and_undoes_it(teaching: Teaching) -> None:
    finished_run(teaching.folder)
    bench = teaching.desk.workbench
    document, study = bench.document, teaching.study
    teaching.open()
    teaching.wait(lambda: "kitchen-1" in [each.card.id for each in document.models])
    teaching.wait(lambda: teaching.questions.finished is not None)
    teaching.questions.set_page(Page.RESULT)

    def model_id() -> str:
        return "" if document.model is None else document.model.card.id

    assert model_id() == "stand-in"
    bench.window.retrain.after.switch.click()
    teaching.wait(lambda: model_id() == "kitchen-1")
    assert study.contents.facts.previous_model == "stand-in"
    assert not bench.window.retrain.after.switch.isVisible()
    press(teaching.desk, Qt.Key.Key_B, CTRL)
    teaching.wait(lambda: model_id() == "stand-in")
    teaching.wait(lambda: study.is_settled)
    names = [step.name for step in study.history.steps]
    assert names[-2:] == ["Switch to Kitchen 1", "Back to Stand-in · FG-STFormer"]
    study.undo()
    teaching.wait(lambda: model_id() == "kitchen-1")
    study.undo()
    teaching.wait(lambda: model_id() == "stand-in" and study.contents.facts.model == "")


def test_a_study_that_uses_its_own_model_opens_with_it(
    teaching: Teaching, open_desk: Callable[..., Desk]
) -> None:
    finished_run(teaching.folder)
    teaching.open()
    document = teaching.desk.workbench.document
    teaching.wait(lambda: "kitchen-1" in [each.card.id for each in document.models])
    teaching.desk.workbench.teach.retrain.switch_to("kitchen-1")
    teaching.wait(lambda: teaching.study.is_settled)
    again = Teaching(desk=open_desk(SHORT), folder=teaching.folder)
    again.desk.wait_for(SHORT)
    again.open()
    document = again.desk.workbench.document
    again.wait(lambda: document.model is not None and document.model.card.id == "kitchen-1")
    again.study.leave()
    again.wait(lambda: again.study.study is None)
    assert [each.card.id for each in document.models] == ["stand-in", "other"]
    again.wait(lambda: document.model is not None and document.model.card.id == "stand-in")


def test_labels_that_a_model_disagrees_with_are_looked_through_with_keys(
    open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    paths = {"r1": tmp_path / "r1.npz"}
    write_recording(stand_ins.recording(700), paths["r1"], "npz")
    contents = contents_of(paths)
    for name in ("wave", "throw"):
        action = Action(id=name, name=name, colour="#f2a93b", position=5)
        contents = contents.applied(Edit(name="Add", changes=(added(action),)))
    for segment_id, name in (("r1-0", "wave"), ("r1-1", "throw"), ("r1-2", "wave")):
        contents = contents.applied(relabel(contents, (segment_id,), name))
    folder = tmp_path / "study"
    create_study(folder, contents)
    desk = open_desk(paths["r1"], providers=providers_of("everyday-fg-stformer"))
    teaching = Teaching(desk=desk, folder=folder)
    teaching.open()
    bench = desk.workbench
    suspects = bench.teach.retrain.suspects
    teaching.wait(lambda: bench.document.model is not None)
    press(desk, Qt.Key.Key_K, CTRL)
    assert teaching.questions.page is Page.CHECK
    teaching.wait(lambda: suspects.checking.num_asked is not None and not suspects.is_asking)
    found = suspects.checking.suspects
    assert len(found) >= 3, "nobody waves or throws"
    press(desk, Qt.Key.Key_N, ALT)
    teaching.wait(lambda: bench.player.span == (found[0].start, found[0].stop))
    for key in (Qt.Key.Key_Y, Qt.Key.Key_K, Qt.Key.Key_Q):
        press(desk, key, ALT)
        QTest.qWait(0)
    judged = suspects.checking.judged
    assert [judged[each.segment_id] for each in found[:3]] == [
        Judgement.ACCEPTED,
        Judgement.KEPT,
        Judgement.DOUBTFUL,
    ]
    first, second, third = (teaching.study.contents.segment(each.segment_id) for each in found[:3])
    assert first is not None
    assert second is not None
    assert third is not None
    now = teaching.study.contents.actions.get(first.action_id or "")
    assert now is not None
    assert now.name == found[0].word
    assert teaching.study.contents.actions[second.action_id or ""].name == found[1].label
    assert third.is_doubtful
    teaching.study.undo()
    teaching.study.undo()
    teaching.wait(lambda: set(suspects.checking.judged) == {found[1].segment_id})
    word = found[0].word
    if teaching.study.contents.action_named(word) is None:
        teaching.study.change(lambda contents: add_action(contents, word))
    teaching.study.change(lambda contents: archive_action(contents, action_id(contents, word)))
    suspects.show(found[0])
    press(desk, Qt.Key.Key_Y, ALT)
    assert set(suspects.checking.judged) == {found[1].segment_id}, "an archived action is refused"


def action_id(contents: StudyContents, name: str) -> str:
    action = contents.action_named(name)
    assert action is not None
    return action.id
