"""The pages of the panel about training, with values made here."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.retrain_result_model import ClipChoice, MatrixCell, Side, Sieve
from app.retrain_rows import ClipRow, row_of_verdict
from app.retrain_state import (
    Checking,
    Finished,
    Judgement,
    Looking,
    Named,
    Page,
    Preparing,
    Running,
    RunTold,
    Suspect,
    Wishes,
)
from app.theme import install_type
from app.views.retrain_clips import MOST_ROWS, ClipList, row_height
from app.views.retrain_panel import RetrainPanel
from engine.runtime.packages import find_model
from engine.study.actions import recolour_action
from engine.study.forecast import RetrainMode, forecast
from engine.study.outcome import ClipVerdict
from tests.app.retrain_made import CARRY, WALK, contents, outcome, run, training, verdict
from trainer.retraining import Ask, RunPhase, RunState, Untrained

STUDY = contents()
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> Iterator[RetrainPanel]:
    font = qapp.font()
    install_type(qapp)
    made = RetrainPanel()
    qtbot.addWidget(made)
    made.resize(300, 900)
    made.show_contents(STUDY)
    made.show()
    yield made
    qapp.setFont(font)


def prepared(mode: RetrainMode = RetrainMode.QUICK) -> Preparing:
    base = find_model("everyday-fg-stformer")
    return Preparing(
        has_study=True,
        wishes=Wishes(mode=mode),
        bases=(Named(id=base.card.id, title=base.card.title), Named(id="other", title="Other")),
        base=0,
        forecast=forecast(STUDY, base=base.card, mode=mode),
        untrained=Untrained(added=("a", "b")),
    )


def told(state: RunState, number: int = 1) -> RunTold:
    return RunTold(run=run(number), state=state)


def visible_text(*buttons: QAbstractButton) -> list[str]:
    return [each.text() for each in buttons if each.isVisible()]


# before


def test_without_a_study_the_page_says_what_to_do(panel: RetrainPanel) -> None:
    panel.show_preparing(Preparing())
    assert "open one, or begin to label" in panel.before.why.text()
    assert not panel.before.start.isVisible()


def test_the_page_says_what_will_be_used_and_how_long_it_takes(panel: RetrainPanel) -> None:
    panel.show_preparing(prepared())
    before = panel.before
    assert before.start.isEnabled()
    assert before.untrained.text().startswith("Untrained changes: 2 segments")
    assert "about" in before.how.text()
    assert before.header.remark.full_text == "28 clips"
    lines = {line.action.name: line.action.clips for line in before.table.lines}
    assert lines[WALK] == lines[CARRY] == 12
    assert before.held_out.text()


def test_another_colour_of_an_action_shows_at_once(panel: RetrainPanel) -> None:
    panel.show_preparing(prepared())
    panel.show_running(Running(runs=(told(training()),), shown=told(training())))
    panel.show_contents(STUDY.applied(recolour_action(STUDY, WALK, "#123456")))
    (walk,) = [line for line in panel.before.table.lines if line.action.name == WALK]
    assert walk.colour == "#123456"
    (bar,) = [each for each in panel.run.recall.lines if each.accessibleName().startswith("walk")]
    assert bar._colour.name() == "#123456"


def test_what_cannot_start_says_why_and_does_not(panel: RetrainPanel, qtbot: QtBot) -> None:
    empty = replace(
        prepared(), forecast=forecast(contents(people=0), base=None, mode=RetrainMode.FULL)
    )
    panel.show_preparing(empty)
    assert "no labels yet" in panel.before.why.text()
    with qtbot.assertNotEmitted(panel.before.start_requested):
        QTest.mouseClick(panel.before.start, LEFT)


def test_clips_are_listed_by_person_and_read_under_the_pointer(
    panel: RetrainPanel, qtbot: QtBot
) -> None:
    panel.show_preparing(replace(prepared(), by_person=True))
    table = panel.before.table
    qtbot.waitUntil(lambda: table.width() > 100)
    read: list[str] = []
    table.read.connect(read.append)
    for x in range(0, table.width(), 4):
        QTest.mouseMove(table, QPoint(x, table.height() // 2))
        if any("3 clips of" in each for each in read):
            break
    assert any(each.startswith("s1: 3 clips of") for each in read)


def test_too_little_is_marked_with_the_reason_and_takes_room(panel: RetrainPanel) -> None:
    panel.show_preparing(prepared())
    height = panel.before.table.height()
    few = contents(people=1, per_action=2)
    panel.show_preparing(
        replace(prepared(), forecast=forecast(few, base=None, mode=RetrainMode.FULL))
    )
    doubts = [line.action.doubt for line in panel.before.table.lines]
    assert any("2 clips only" in each for each in doubts)
    assert panel.before.table.height() > height


def test_ways_and_models_to_start_from_are_wishes(panel: RetrainPanel, qtbot: QtBot) -> None:
    panel.show_preparing(prepared())
    with qtbot.waitSignal(panel.before.wishes_requested) as asked:
        panel.before.modes.buttons[RetrainMode.FULL].click()
    assert asked.args == [Wishes(mode=RetrainMode.FULL)]
    with qtbot.waitSignal(panel.before.wishes_requested) as asked:
        panel.before.bases.picked.emit(1)
    assert asked.args == [Wishes(base_id="other")]


# while it runs


def test_a_run_at_work_shows_its_curves_and_can_be_asked(panel: RetrainPanel, qtbot: QtBot) -> None:
    panel.show_page(Page.RUN)
    panel.show_running(Running(runs=(told(training()),), shown=told(training())))
    page = panel.run
    assert page.doing.text() == "Pass 7 of 10 · about 4 min left"
    assert page.loss.plot is not None
    assert page.accuracy.isVisible()
    assert len(page.recall.lines) == 2
    for button, what in ((page.pause, Ask.PAUSE), (page.stop, Ask.STOP), (page.cancel, Ask.CANCEL)):
        with qtbot.waitSignal(page.asked) as asked:
            button.click()
        assert asked.args == [what]


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        (training(phase=RunPhase.PAUSED), ["Resume", "Stop and keep", "Cancel"]),
        (RunState(phase=RunPhase.WAITING, waits_for=("001",)), ["Cancel"]),
        (RunState(phase=RunPhase.FAILED, can_go_on=True, message="no"), ["Go on"]),
        (RunState(phase=RunPhase.CANCELLED, can_go_on=True), ["Go on"]),
        (RunState(phase=RunPhase.PREPARED, can_go_on=True), ["Start"]),
        (RunState(phase=RunPhase.FINISHED, has_outcome=True), ["See the result"]),
        (RunState(phase=RunPhase.FINISHED), []),
    ],
)
def test_a_run_offers_what_can_be_done_with_it(
    panel: RetrainPanel, state: RunState, buttons: list[str]
) -> None:
    panel.show_page(Page.RUN)
    panel.show_running(Running(runs=(told(state),), shown=told(state)))
    page = panel.run
    said = visible_text(page.pause, page.stop, page.cancel, page.go_on, page.result)
    assert said == buttons


def test_an_error_is_said_in_words(panel: RetrainPanel) -> None:
    failed = RunState(phase=RunPhase.FAILED, message="the disk is full; make room", can_go_on=True)
    panel.show_running(Running(runs=(told(failed),), shown=told(failed)))
    assert panel.run.message.text() == "The disk is full; make room."


def test_all_runs_are_listed_and_one_can_be_picked(panel: RetrainPanel, qtbot: QtBot) -> None:
    panel.show_page(Page.RUN)
    runs = (told(RunState(phase=RunPhase.FINISHED)), told(training(), 2))
    panel.show_running(Running(runs=runs, shown=runs[1]))
    names = [line.accessibleName() for line in panel.run.lines]
    assert names == ["Run 2 · quick: training", "Run 1 · quick: done"]
    with qtbot.waitSignal(panel.run.run_requested) as asked:
        panel.run.lines[1].click()
    assert asked.args == [Path("/nowhere/001")]
    panel.show_running(Running(runs=runs[:1], shown=runs[0]))
    assert len(panel.run.lines) == 1


# afterwards


def finished(**changes: object) -> Finished:
    made = Finished(title="Run 1 · quick · 41 s", outcome=outcome())
    return replace(made, **changes)  # type: ignore[arg-type]


def test_both_models_stand_side_by_side_with_their_counts(panel: RetrainPanel) -> None:
    panel.show_page(Page.RESULT)
    panel.show_finished(finished())
    figures = panel.after.figures
    assert figures.cells[1, Side.BEFORE].text() == "2 of 4"
    assert figures.cells[1, Side.AFTER].text() == "3 of 4"
    assert figures.cells[4, Side.AFTER].text() == "0.72"
    assert figures.basis.full_text == "14 segments in 2 recordings"
    assert panel.after.verdict.text() == "2 better, 1 worse, of 4 clips held out."


def test_clips_that_turned_are_listed_and_open(panel: RetrainPanel, qtbot: QtBot) -> None:
    panel.show_page(Page.RESULT)
    panel.show_finished(finished())
    clips = panel.after.clips
    assert [each.segment_id for each in clips.items] == ["b", "a"]
    line = clips.model().index(0, 0).data()
    assert line == "carry: drink 0.60 → carry 0.90, better, day 1 · frame 100"
    with qtbot.waitSignal(panel.after.clip_requested) as asked:
        place = clips.visualRect(clips.model().index(1, 0)).center()
        QTest.mouseClick(clips.viewport(), LEFT, pos=place)
    assert asked.args[0].segment_id == "a"


def test_other_clips_are_a_wish(panel: RetrainPanel, qtbot: QtBot) -> None:
    panel.show_page(Page.RESULT)
    panel.show_finished(finished())
    with qtbot.waitSignal(panel.after.looking_requested) as asked:
        panel.after.sieves.buttons[Sieve.WORSE].click()
    assert asked.args == [Looking(choice=ClipChoice(sieve=Sieve.WORSE))]
    panel.show_finished(finished(looking=asked.args[0]))
    assert [each.segment_id for each in panel.after.clips.items] == ["c"]


def test_a_cell_of_the_matrix_lists_its_clips(panel: RetrainPanel, qtbot: QtBot) -> None:
    panel.show_page(Page.RESULT)
    panel.show_finished(finished(looking=Looking(is_matrix=True)))
    matrix = panel.after.matrix
    qtbot.waitUntil(lambda: matrix.isVisible() and matrix.width() > 100)
    with qtbot.waitSignal(panel.after.looking_requested) as asked:
        QTest.mouseClick(matrix, LEFT, pos=matrix.rect_of(0, 1).center().toPoint())
    cell = MatrixCell(side=Side.AFTER, label=WALK, said=CARRY)
    assert asked.args[0].choice.cell == cell
    panel.show_finished(finished(looking=asked.args[0]))
    assert [each.segment_id for each in panel.after.clips.items] == ["c"]
    assert "1 clip of “walk” called “carry”" in panel.after.about.text()
    with qtbot.assertNotEmitted(panel.after.looking_requested):
        QTest.mouseClick(matrix, LEFT, pos=matrix.rect_of(0, 2).center().toPoint())


def test_the_matrix_is_gone_through_with_keys(panel: RetrainPanel, qtbot: QtBot) -> None:
    panel.show_page(Page.RESULT)
    panel.show_finished(finished(looking=Looking(is_matrix=True)))
    matrix = panel.after.matrix
    qtbot.waitUntil(lambda: matrix.isVisible() and matrix.width() > 100)
    read: list[str] = []
    matrix.read.connect(read.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(matrix, key)
    assert read[-1] == "1 of 1 clip of “carry” named right"
    with qtbot.waitSignal(matrix.cell_picked) as picked:
        QTest.keyClick(matrix, Qt.Key.Key_Space)
    assert picked.args == [MatrixCell(side=Side.AFTER, label=CARRY, said=CARRY)]


def test_the_new_model_is_switched_to_and_the_old_one_comes_back(
    panel: RetrainPanel, qtbot: QtBot
) -> None:
    panel.show_page(Page.RESULT)
    panel.show_finished(finished())
    with qtbot.waitSignal(panel.after.switch_requested) as asked:
        panel.after.switch.click()
    assert asked.args == ["kitchen-1"]
    panel.show_finished(finished(is_in_use=True, other_title="Stand-in"))
    assert not panel.after.switch.isVisible()
    assert panel.after.back.text() == "Back to Stand-in"
    with qtbot.waitSignal(panel.after.back_requested):
        panel.after.back.click()
    panel.show_finished(finished(can_switch=False, why_not="Its model is no longer there."))
    assert not panel.after.switch.isEnabled()
    assert panel.after.in_use.text() == "Its model is no longer there."


def test_thousands_of_clips_are_described_only_when_they_are_seen(
    panel: RetrainPanel, qtbot: QtBot
) -> None:
    clips: ClipList[ClipVerdict] = ClipList("many")
    qtbot.addWidget(clips)
    many = tuple(verdict(str(number), WALK, (CARRY, WALK)) for number in range(5000))
    described: list[str] = []

    def describe(each: ClipVerdict) -> ClipRow:
        described.append(each.segment_id)
        return row_of_verdict(STUDY, each)

    clips.show_items(many, describe)
    clips.resize(280, clips.height())
    clips.show()
    clips.grab()
    assert 0 < len(set(described)) < 60
    assert clips.height() == MOST_ROWS * row_height()


# checking


def suspects(count: int = 3) -> tuple[Suspect, ...]:
    return tuple(
        Suspect(
            segment_id=f"r1-{number}",
            recording_id="r1",
            person=0,
            start=100 * number,
            stop=100 * number + 80,
            label=WALK,
            word=CARRY,
            said=(("Stand-in", CARRY, 0.9),),
        )
        for number in range(count)
    )


def test_labels_are_asked_about_with_progress_and_can_be_stopped(
    panel: RetrainPanel, qtbot: QtBot
) -> None:
    panel.show_page(Page.CHECK)
    page = panel.check
    panel.show_checking(Checking(num_labels=28, models=("Stand-in",)))
    assert "all 28 labels" in page.about.text()
    with qtbot.waitSignal(page.ask_requested):
        page.ask.click()
    panel.show_checking(Checking(num_labels=28, models=("Stand-in",), fraction=0.5, left_s=12.0))
    assert not page.ask.isVisible()
    assert page.progress.value() == 500
    assert page.left.text() == "about 12 s left"
    with qtbot.waitSignal(page.stop_requested):
        page.stop.click()


def test_a_suspect_is_judged_with_three_words(panel: RetrainPanel, qtbot: QtBot) -> None:
    panel.show_page(Page.CHECK)
    page = panel.check
    checking = Checking(num_asked=28, suspects=suspects(), current=1)
    panel.show_checking(checking)
    assert page.accept.text() == "It is “carry”"
    assert page.keep.text() == "It is “walk”"
    buttons: dict[Judgement, Callable[[], None]] = {
        Judgement.ACCEPTED: page.accept.click,
        Judgement.KEPT: page.keep.click,
        Judgement.DOUBTFUL: page.doubt.click,
    }
    for judgement, press in buttons.items():
        with qtbot.waitSignal(page.judged) as told_of:
            press()
        assert told_of.args == [judgement]
    assert panel.switch.buttons[Page.CHECK].text() == "Check 3"
    judged = replace(checking, judged={"r1-0": Judgement.KEPT})
    panel.show_checking(judged)
    assert "kept" in page.suspects.model().index(0, 0).data()
    assert panel.switch.buttons[Page.CHECK].text() == "Check 2"


def test_one_page_shows_at_a_time(panel: RetrainPanel, qtbot: QtBot) -> None:
    for page in Page:
        panel.show_page(page)
        assert [each for each, widget in panel.pages.items() if widget.isVisible()] == [page]
    with qtbot.waitSignal(panel.page_requested) as asked:
        panel.switch.buttons[Page.RUN].click()
    assert asked.args == [Page.RUN]


def test_pages_fit_the_narrowest_panel(panel: RetrainPanel, qtbot: QtBot) -> None:
    panel.resize(panel.minimumWidth(), 900)
    panel.show_preparing(prepared())
    panel.show_running(Running(runs=(told(training()),), shown=told(training())))
    panel.show_finished(finished())
    panel.show_checking(Checking(num_asked=28, suspects=suspects(), current=1))
    room = panel.scroll_area.viewport().width
    for page in Page:
        panel.show_page(page)
        qtbot.waitUntil(lambda page=page: panel.pages[page].isVisible())
        qtbot.waitUntil(
            lambda page=page: panel.pages[page].geometry().right() < room(), timeout=2000
        )
