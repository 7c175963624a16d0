"""Labelling in the real window: with the mouse, with keys, while it plays."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest

from app.modes import Mode
from app.views.action_menu import ActionMenu
from engine.labels import Segment
from engine.study import actions, tiers
from tests.app import stand_ins
from tests.e2e.conftest import PAIR, SHORT, Desk
from tests.e2e.hands import NO_KEYS, press

pytestmark = pytest.mark.gl
LEFT = Qt.MouseButton.LeftButton
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def teaching(desk: Desk) -> Desk:
    """A short recording, two actions with the keys 1 and 2, ready to be labelled."""
    teach = desk.workbench.teach
    teach.modes.switch(Mode.TEACH)
    for name in ("walk", "sit down"):
        teach.desk.change(lambda contents, name=name: actions.add_action(contents, name))
    desk.qtbot.waitUntil(lambda: len(teach.desk.contents.actions) == 2)
    desk.qtbot.waitUntil(lambda: teach.label.is_settled and desk.workbench.lanes.is_settled)
    return desk


def labels(desk: Desk) -> list[Segment]:
    contents = desk.workbench.teach.desk.contents
    row = desk.workbench.teach.desk.recording_row
    return list(contents.segments_of(row.id)) if row is not None else []


def said(desk: Desk) -> list[tuple[int, int, str]]:
    known = desk.workbench.teach.desk.contents.actions
    return [
        (each.start, each.stop, known[each.action_id].name if each.action_id else "nothing")
        for each in labels(desk)
    ]


def place(desk: Desk, frame: float, kind: str = "labels") -> QPoint:
    timeline = desk.workbench.window.timeline
    areas = timeline.areas()
    row = next(row for row in areas.rows if row.lane is not None and row.lane.kind == kind)
    x = areas.strip_left + timeline.span.x_of(frame, areas.strip_width)
    return QPoint(round(x), areas.rect(row).center().y())


def drag(desk: Desk, start: QPoint, stop: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
    timeline = desk.workbench.window.timeline
    QTest.mousePress(timeline, LEFT, keys, start)
    QTest.mouseMove(timeline, (start + stop) / 2)
    QTest.mouseMove(timeline, stop)
    QTest.mouseRelease(timeline, LEFT, keys, stop)


def test_marks_and_a_key_make_a_segment(teaching: Desk) -> None:
    teaching.go_to(5)
    press(teaching, Qt.Key.Key_I)
    teaching.go_to(14)
    press(teaching, Qt.Key.Key_O)
    press(teaching, Qt.Key.Key_1)
    assert said(teaching) == [(5, 15, "walk")]


def test_a_stroke_draws_another_moves_it_and_a_third_trims_it(teaching: Desk) -> None:
    press(teaching, Qt.Key.Key_1)
    drag(teaching, place(teaching, 5.2), place(teaching, 14.8))
    assert said(teaching) == [(5, 15, "walk")]
    timeline = teaching.workbench.window.timeline
    timeline.set_snapping(False)
    drag(teaching, place(teaching, 10), place(teaching, 20))
    assert said(teaching) == [(15, 25, "walk")]
    drag(teaching, place(teaching, 24.95), place(teaching, 30))
    assert said(teaching) == [(15, 30, "walk")]
    drag(teaching, place(teaching, 20), place(teaching, 5), CTRL)
    assert said(teaching) == [(0, 15, "walk"), (15, 30, "walk")]


def test_a_stroke_shows_its_frames_and_escape_lets_nothing_come_of_it(teaching: Desk) -> None:
    press(teaching, Qt.Key.Key_2)
    timeline = teaching.workbench.window.timeline
    QTest.mousePress(timeline, LEFT, NO_KEYS, place(teaching, 5.2))
    QTest.mouseMove(timeline, place(teaching, 9))
    QTest.mouseMove(timeline, place(teaching, 14.8))
    ghost = timeline.labels.ghost
    assert ghost is not None
    assert [(each.start, each.stop) for each in ghost.spans] == [(5, 15)]
    assert timeline.note.text == "sit down · frames 5 – 14 · 10 frames · 0.33 s"
    press(teaching, Qt.Key.Key_Escape)
    assert timeline.labels.ghost is None
    QTest.mouseRelease(timeline, LEFT, NO_KEYS, place(teaching, 14.8))
    assert said(teaching) == []


def test_a_stroke_over_another_segment_is_red_says_why_and_does_nothing(teaching: Desk) -> None:
    press(teaching, Qt.Key.Key_1)
    drag(teaching, place(teaching, 10.2), place(teaching, 19.8))
    timeline = teaching.workbench.window.timeline
    QTest.mousePress(timeline, LEFT, NO_KEYS, place(teaching, 2.2))
    QTest.mouseMove(timeline, place(teaching, 9))
    QTest.mouseMove(timeline, place(teaching, 14.5))
    ghost = timeline.labels.ghost
    assert ghost is not None
    assert ghost.problem.startswith("walk (frames 10–19) of P1 is in the way")
    assert timeline.note.text == ghost.problem
    QTest.mouseRelease(timeline, LEFT, NO_KEYS, place(teaching, 14.5))
    assert said(teaching) == [(10, 20, "walk")]


def test_a_stroke_without_an_action_asks_and_takes_its_key_or_a_new_name(teaching: Desk) -> None:
    window = teaching.workbench.window
    drag(teaching, place(teaching, 5.2), place(teaching, 14.8))
    menu = window.timeline.findChild(ActionMenu)
    assert menu is not None
    assert [each.text() for each in menu.actions()[:2]] == ["walk\t1", "sit down\t2"]
    QTest.keyClick(menu, Qt.Key.Key_2)
    assert said(teaching) == [(5, 15, "sit down")]
    press(teaching, Qt.Key.Key_Escape)
    label = teaching.workbench.teach.label
    label.labelling.set_action(None)
    drag(teaching, place(teaching, 20.2), place(teaching, 29.8))
    menu = window.timeline.findChildren(ActionMenu)[-1]
    menu.field.setText("hop")
    menu.field.returnPressed.emit()
    assert said(teaching)[-1] == (20, 30, "hop")


def test_a_stroke_is_given_up_where_what_it_is_about_is_undone_meanwhile(teaching: Desk) -> None:
    press(teaching, Qt.Key.Key_1)
    timeline = teaching.workbench.window.timeline
    timeline.set_snapping(False)
    drag(teaching, place(teaching, 5.2), place(teaching, 10.8))
    drag(teaching, place(teaching, 7.5), place(teaching, 17.5))
    QTest.mousePress(timeline, LEFT, NO_KEYS, place(teaching, 17.5))
    QTest.mouseMove(timeline, place(teaching, 20))
    QTest.mouseMove(timeline, place(teaching, 25.5))
    teaching.workbench.teach.desk.undo()
    teaching.qtbot.waitUntil(lambda: said(teaching) == [(5, 11, "walk")])
    assert not timeline.labels.is_busy
    QTest.mouseRelease(timeline, LEFT, NO_KEYS, place(teaching, 25.5))
    assert said(teaching) == [(5, 11, "walk")]


def test_a_question_for_an_action_goes_with_its_recording(teaching: Desk) -> None:
    drag(teaching, place(teaching, 5.2), place(teaching, 14.8))
    menu = teaching.workbench.window.timeline.findChild(ActionMenu)
    assert menu is not None
    gone = QSignalSpy(menu.aboutToHide)
    teaching.workbench.document.set_recording(stand_ins.recording(30))
    assert gone.count() == 1


def test_another_recording_begins_with_nobody_of_the_last_one(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(PAIR)
    desk.wait_for(PAIR)
    desk.workbench.teach.modes.switch(Mode.TEACH)
    press(desk, Qt.Key.Key_Down, CTRL)
    state = desk.workbench.teach.label.labelling
    assert state.state.person == 1
    desk.workbench.document.set_recording(stand_ins.recording(30))
    assert state.state.person == 0
    assert desk.workbench.document.person is None


def test_keys_change_the_segment_picked(teaching: Desk) -> None:
    press(teaching, Qt.Key.Key_1)
    drag(teaching, place(teaching, 10.2), place(teaching, 29.8))
    teaching.go_to(12)
    press(teaching, Qt.Key.Key_BracketLeft)
    teaching.go_to(25)
    press(teaching, Qt.Key.Key_BracketRight)
    assert said(teaching) == [(12, 26, "walk")]
    press(teaching, Qt.Key.Key_BracketLeft, CTRL)
    press(teaching, Qt.Key.Key_BracketRight, ALT)
    assert said(teaching) == [(11, 25, "walk")]
    press(teaching, Qt.Key.Key_Right, ALT)
    assert said(teaching) == [(12, 26, "walk")]
    press(teaching, Qt.Key.Key_2)
    assert said(teaching) == [(12, 26, "sit down")]
    teaching.go_to(20)
    press(teaching, Qt.Key.Key_S)
    assert said(teaching) == [(12, 20, "sit down"), (20, 26, "sit down")]
    press(teaching, Qt.Key.Key_J)
    press(teaching, Qt.Key.Key_M)
    assert said(teaching) == [(12, 26, "sit down")]
    press(teaching, Qt.Key.Key_Q)
    assert labels(teaching)[0].is_doubtful
    press(teaching, Qt.Key.Key_C, CTRL)
    teaching.go_to(26)
    press(teaching, Qt.Key.Key_V, CTRL)
    assert said(teaching) == [(12, 26, "sit down"), (26, 40, "sit down")]
    press(teaching, Qt.Key.Key_Delete)
    assert said(teaching) == [(12, 26, "sit down")]


def test_nothing_else_happens_here_fills_the_gaps_and_is_one_step(teaching: Desk) -> None:
    press(teaching, Qt.Key.Key_1)
    drag(teaching, place(teaching, 10.2), place(teaching, 19.8))
    before = teaching.workbench.teach.desk.history.position
    press(teaching, Qt.Key.Key_R, SHIFT)
    assert said(teaching) == [(0, 10, "nothing"), (10, 20, "walk"), (20, 40, "nothing")]
    assert teaching.workbench.teach.desk.history.position == before + 1


def test_a_key_labels_what_plays_while_it_is_held(teaching: Desk) -> None:
    player, takes = teaching.workbench.player, teaching.workbench.teach.label.takes
    clock = [0.0]
    takes._now_s = lambda: clock[0]
    player.set_looping(False)
    player.play()
    QTest.keyPress(teaching.workbench.window, Qt.Key.Key_1)
    start = player.frame
    teaching.qtbot.waitUntil(lambda: player.frame >= start + 8)
    assert teaching.workbench.window.timeline.labels.held is not None
    clock[0] = 1.0
    QTest.keyRelease(teaching.workbench.window, Qt.Key.Key_1)
    stop = player.frame + 1
    player.pause()
    assert said(teaching) == [(start, stop, "walk")]
    assert teaching.workbench.window.timeline.labels.held is None


def test_a_key_pressed_shortly_begins_and_the_same_key_ends(teaching: Desk) -> None:
    player = teaching.workbench.player
    player.set_looping(False)
    player.play()
    press(teaching, Qt.Key.Key_2)
    start = player.frame
    teaching.qtbot.waitUntil(lambda: player.frame >= start + 6)
    press(teaching, Qt.Key.Key_2)
    stop = player.frame + 1
    player.pause()
    assert said(teaching) == [(start, stop, "sit down")]


def test_an_action_that_is_undone_while_its_key_is_held_is_forgotten(teaching: Desk) -> None:
    player, desk = teaching.workbench.player, teaching.workbench.teach.desk
    player.set_looping(False)
    player.play()
    press(teaching, Qt.Key.Key_2)
    start = player.frame
    teaching.qtbot.waitUntil(lambda: player.frame >= start + 2)
    desk.undo()
    teaching.qtbot.waitUntil(lambda: len(desk.contents.actions) == 1)
    here = player.frame
    teaching.qtbot.waitUntil(lambda: player.frame >= here + 2)
    player.pause()
    assert teaching.workbench.window.timeline.labels.held is None
    assert said(teaching) == []


def test_proposals_are_accepted_put_right_and_rejected_with_one_key(teaching: Desk) -> None:
    queue = teaching.workbench.teach.label.queue
    (proposed,) = queue.open_of(0)
    press(teaching, Qt.Key.Key_N)
    assert teaching.workbench.teach.label.labelling.state.proposal == proposed
    press(teaching, Qt.Key.Key_2)
    assert said(teaching) == [(proposed.start, proposed.stop, "sit down")]
    assert queue.open_of(0) == ()
    press(teaching, Qt.Key.Key_K)
    press(teaching, Qt.Key.Key_Delete)
    assert queue.open_of(0) == (proposed,)
    press(teaching, Qt.Key.Key_A, SHIFT)
    assert said(teaching) == [(proposed.start, proposed.stop, proposed.name)]
    press(teaching, Qt.Key.Key_K)
    press(teaching, Qt.Key.Key_Delete)
    press(teaching, Qt.Key.Key_N)
    press(teaching, Qt.Key.Key_X)
    assert queue.open_of(0) == ()
    assert said(teaching) == []


def test_dragging_a_proposals_end_accepts_it_with_that_end(teaching: Desk) -> None:
    (proposed,) = teaching.workbench.teach.label.queue.open_of(0)
    teaching.workbench.window.timeline.set_snapping(False)
    end = place(teaching, proposed.stop - 0.05, "proposals")
    drag(teaching, end, place(teaching, proposed.stop - 10, "proposals"))
    assert said(teaching) == [(proposed.start, proposed.stop - 10, proposed.name)]


def test_looping_plays_the_segment_picked_and_stops_with_it(teaching: Desk) -> None:
    press(teaching, Qt.Key.Key_1)
    drag(teaching, place(teaching, 10.2), place(teaching, 19.8))
    press(teaching, Qt.Key.Key_L)
    player = teaching.workbench.player
    assert player.span == (10, 20)
    assert player.is_playing
    press(teaching, Qt.Key.Key_2)
    assert said(teaching) == [(10, 20, "sit down")], "keys are about what is played over and over"
    press(teaching, Qt.Key.Key_Escape)
    assert player.span is None


def test_looking_shows_labels_where_there_are_some_and_changes_nothing(teaching: Desk) -> None:
    timeline = teaching.workbench.window.timeline
    press(teaching, Qt.Key.Key_1)
    drag(teaching, place(teaching, 10.2), place(teaching, 19.8))
    teaching.workbench.teach.modes.switch(Mode.INSPECT)
    group = timeline.group
    assert group is not None
    assert [lane.kind for lane in group.lanes][:2] == ["labels", "answers"]
    drag(teaching, place(teaching, 25.2), place(teaching, 34.8))
    press(teaching, Qt.Key.Key_Delete)
    assert said(teaching) == [(10, 20, "walk")]


def test_the_panel_changes_the_segment_picked(teaching: Desk) -> None:
    press(teaching, Qt.Key.Key_1)
    drag(teaching, place(teaching, 10.2), place(teaching, 19.8))
    label = teaching.workbench.teach.label
    teaching.qtbot.waitUntil(lambda: label.is_settled)
    form = teaching.workbench.window.label.form
    assert form.where.full_text == "" or "P1" in form.where.full_text
    form.last.setText("24")
    form.last.editingFinished.emit()
    assert said(teaching) == [(10, 25, "walk")]
    press(teaching, Qt.Key.Key_F2)
    assert form.note.hasFocus()
    QTest.keyClicks(form.note, "left arm 1 too")
    assert said(teaching) == [(10, 25, "walk")], "a key that is typed is no action's"
    QTest.keyClick(form.note, Qt.Key.Key_Escape)
    assert labels(teaching)[0].note == "left arm 1 too"
    assert teaching.workbench.teach.desk.history.steps[-1].name == "Note on walk"


def test_keys_turn_to_other_tiers_and_people_and_labels_go_there(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(PAIR)
    desk.wait_for(PAIR)
    teach = desk.workbench.teach
    teach.modes.switch(Mode.TEACH)
    teach.desk.change(lambda contents: actions.add_action(contents, "walk"))
    desk.qtbot.waitUntil(lambda: len(teach.desk.contents.actions) == 1)
    if not teach.desk.contents.shown_tiers:
        teach.desk.change(lambda contents: tiers.add_tier(contents, "Labels"))
    teach.desk.change(lambda contents: tiers.add_tier(contents, "Hands"))
    first, second = teach.desk.contents.shown_tiers
    press(desk, Qt.Key.Key_Down)
    press(desk, Qt.Key.Key_Down, CTRL)
    assert desk.workbench.document.person == 1
    press(desk, Qt.Key.Key_I)
    desk.go_to(9)
    press(desk, Qt.Key.Key_O)
    press(desk, Qt.Key.Key_1)
    press(desk, Qt.Key.Key_Up)
    press(desk, Qt.Key.Key_Up, CTRL)
    press(desk, Qt.Key.Key_R, SHIFT)
    found = [(each.person, each.tier_id, each.start, each.stop) for each in labels(desk)]
    assert sorted(found) == sorted([(1, second.id, 0, 10), (0, first.id, 0, 60)])


def test_the_first_label_needs_no_study_and_no_action(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(SHORT)
    desk.wait_for(SHORT)
    teach = desk.workbench.teach
    teach.modes.switch(Mode.TEACH)
    timeline = desk.workbench.window.timeline
    desk.qtbot.waitUntil(lambda: teach.label.is_settled and desk.workbench.lanes.is_settled)
    drag(desk, place(desk, 5.2), place(desk, 14.8))
    menu = timeline.findChildren(ActionMenu)[-1]
    menu.field.setText("hop")
    menu.field.returnPressed.emit()
    desk.qtbot.waitUntil(lambda: said(desk) == [(5, 15, "hop")])
    desk.qtbot.waitUntil(lambda: teach.desk.is_settled)
    state = teach.label.labelling.state
    assert len(state.selection) == 1
    assert teach.desk.contents.actions[state.action_id or ""].name == "hop"
