"""The timeline under the mouse."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPalette, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.action_colours import ActionPalette
from app.lanes.agreement import AgreementLane
from app.lanes.answers import AnswerLane
from app.lanes.brush import Brush
from app.lanes.facts import FocusFacts, Kept, LaneFacts, ModelFacts
from app.lanes.stack import PlacedLane, build_stack, in_palette
from app.views.timeline_view import USUAL_THRESHOLD, TimelineView
from tests.app import stand_ins
from tests.app.lanes.made import NAMES, track

FRAMES = 600
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def facts(people: int = 1) -> LaneFacts:
    """Two models that differ in the second of three answers; person 1 is gone for a while."""
    positions = stand_ins.recording(FRAMES, people).positions.copy()
    positions[300:360, -1] = np.nan
    models = tuple(
        ModelFacts(
            model_key=name,
            network_name=name,
            class_names=NAMES,
            answers=tuple(track([0, 200, 400], 200, best) for _ in range(people)),
        )
        for name, best in (("A", [0, 1, 2]), ("B", [0, 0, 2]))
    )
    weights = np.random.default_rng(1).random((FRAMES, 20), dtype=np.float32)
    return LaneFacts(
        recording=stand_ins.figures_of(positions),
        models=models,
        focus=FocusFacts(over_time=(weights,) * people),
    )


@dataclass
class Shown:
    """A timeline with lanes, and what it has asked for."""

    view: TimelineView
    seeks: list[int]
    brushes: list[Brush | None]

    def lane(self, kind: str, person: int = 0) -> PlacedLane:
        rows = self.view.areas().rows
        return next(
            row
            for row in rows
            if row.group.person == person and (row.lane.kind if row.lane else "heading") == kind
        )

    def place(self, row: PlacedLane, frame: float, height: float = 0.5) -> QPoint:
        areas = self.view.areas()
        x = areas.strip_left + self.view.span.x_of(frame, areas.strip_width)
        rect = areas.rect(row)
        return QPoint(round(x), rect.top() + int(height * rect.height()))

    def drag(self, start: QPoint, stop: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
        QTest.mousePress(self.view, LEFT, keys, start)
        QTest.mouseMove(self.view, (start + stop) / 2)
        QTest.mouseMove(self.view, stop)
        QTest.mouseRelease(self.view, LEFT, keys, stop)

    def wheel(self, place: QPoint, notches: int, keys: Qt.KeyboardModifier = NONE) -> None:
        event = QWheelEvent(
            QPointF(place),
            QPointF(place),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.view, event)


def shown(qtbot: QtBot, made: LaneFacts, *, height: int = 400) -> Shown:
    view = TimelineView()
    qtbot.addWidget(view)
    view.resize(1000, height)
    view.set_people_colours((QColor("#4b90f8"), QColor("#f2a93b")))
    view.set_recording(made.recording)
    view.show_stack(build_stack(made, Kept()))
    view.show_person(0)
    found = Shown(view, [], [])
    view.seek_requested.connect(found.seeks.append)
    view.brushed.connect(found.brushes.append)
    view.show()
    qtbot.waitExposed(view)
    return found


@pytest.fixture
def timeline(qtbot: QtBot) -> Shown:
    return shown(qtbot, facts())


@pytest.fixture
def couple(qtbot: QtBot) -> Shown:
    return shown(qtbot, facts(people=2))


def test_a_click_in_a_lane_seeks_and_snaps_to_a_change_nearby(timeline: Shown) -> None:
    row = timeline.lane("answers")
    for frame in (100.5, 203.0):
        QTest.mouseClick(timeline.view, LEFT, NONE, timeline.place(row, frame))
    assert timeline.seeks == [100, 200]


def test_alt_or_the_setting_or_the_ruler_leave_a_click_where_it_is(timeline: Shown) -> None:
    place = timeline.place(timeline.lane("answers"), 203.0)
    QTest.mouseClick(timeline.view, LEFT, Qt.KeyboardModifier.AltModifier, place)
    QTest.mouseClick(timeline.view, LEFT, NONE, QPoint(place.x(), 20))
    timeline.view.set_snapping(False)
    QTest.mouseClick(timeline.view, LEFT, NONE, place)
    assert all(abs(frame - 203) <= 1 for frame in timeline.seeks)
    assert len(timeline.seeks) == 3


def test_clicks_snap_to_the_ends_of_gaps(timeline: Shown) -> None:
    QTest.mouseClick(timeline.view, LEFT, NONE, timeline.place(timeline.lane("speed"), 302.5))
    assert timeline.seeks == [300]


def test_dragging_over_the_heat_marks_frames_and_joints(timeline: Shown) -> None:
    row = timeline.lane("focus")
    timeline.drag(timeline.place(row, 250, 0.31), timeline.place(row, 120, 0.58))
    (brush,) = timeline.brushes
    assert brush is not None
    lane = row.group.focus
    assert lane is not None
    assert brush.joints == lane.rows.joints[6:12]
    assert abs(brush.start - 120) <= 1
    assert abs(brush.stop - 250) <= 1
    assert timeline.seeks == []


def test_a_stroke_over_all_joints_marks_time_alone(timeline: Shown) -> None:
    row = timeline.lane("focus")
    timeline.drag(timeline.place(row, 20, 0.01), timeline.place(row, 90, 0.99))
    timeline.drag(
        timeline.place(timeline.lane("speed"), 20),
        timeline.place(timeline.lane("speed"), 90),
        SHIFT,
    )
    assert [brush.joints if brush else None for brush in timeline.brushes] == [(), ()]


def test_a_click_in_the_heat_forgets_the_mark_and_seeks(timeline: Shown) -> None:
    row = timeline.lane("focus")
    timeline.drag(timeline.place(row, 20, 0.2), timeline.place(row, 90, 0.4))
    QTest.mouseClick(timeline.view, LEFT, NONE, timeline.place(row, 500.5, 0.2))
    assert timeline.brushes[-1] is None
    assert timeline.view.brush is None
    assert timeline.seeks == [500]


def test_the_threshold_is_dragged_by_its_grip_and_told_once(timeline: Shown, qtbot: QtBot) -> None:
    view, areas = timeline.view, timeline.view.areas()
    row = timeline.lane("answers")
    x = areas.strip_left + areas.strip_width + 5
    assert view.threshold == USUAL_THRESHOLD
    start = QPoint(x, areas.threshold_y(row, view.threshold))
    with qtbot.waitSignal(view.threshold_changed) as told:
        timeline.drag(start, QPoint(x, areas.threshold_y(row, 0.75)))
    assert told.args == [view.threshold]
    assert view.threshold == pytest.approx(0.75, abs=0.04)
    assert timeline.seeks == []
    QTest.mouseDClick(view, LEFT, NONE, QPoint(x, areas.threshold_y(row, view.threshold)))
    assert view.threshold == USUAL_THRESHOLD


def test_the_wheel_zooms_with_ctrl_down_to_a_frame_and_pans_without(timeline: Shown) -> None:
    view, place = timeline.view, timeline.place(timeline.lane("speed"), 250.5)
    position = view.position_at(place.x())
    for _ in range(40):
        timeline.wheel(place, 1, CTRL)
    assert view.span.frames == 1
    assert view.position_at(place.x()) == pytest.approx(position, abs=1e-6)
    first = view.span.first
    timeline.wheel(place, -1)
    assert view.span.first == pytest.approx(first + 0.1)
    for _ in range(40):
        timeline.wheel(place, -1, CTRL)
    assert view.span.is_whole


def test_the_middle_button_moves_time_along(timeline: Shown) -> None:
    view = timeline.view
    view.set_span(view.span.on(200, 300))
    width = view.areas().strip_width
    start = timeline.place(timeline.lane("speed"), 250)
    QTest.mousePress(view, Qt.MouseButton.MiddleButton, NONE, start)
    QTest.mouseMove(view, start - QPoint(width // 10, 0))
    QTest.mouseRelease(view, Qt.MouseButton.MiddleButton, NONE, start - QPoint(width // 10, 0))
    assert view.span.first == pytest.approx(210, abs=0.5)
    assert timeline.seeks == []


def test_keys_zoom_to_the_frame_shown_to_all_and_page_by_page(timeline: Shown) -> None:
    view = timeline.view
    view.show_frame(123)
    view.zoom.to_frame()
    assert (view.span.first, view.span.last) == (123, 124)
    view.zoom.to_frame()
    assert view.span.is_whole
    view.set_brush(Brush(person=0, start=100, stop=200))
    view.zoom.whole()
    assert (view.span.first, view.span.last) == (100, 200)
    view.zoom.page(1)
    assert view.span.first == 190
    view.zoom.whole()
    assert view.span.is_whole


def test_a_double_click_looks_at_one_answer(timeline: Shown) -> None:
    place = timeline.place(timeline.lane("answers"), 300)
    QTest.mouseDClick(timeline.view, LEFT, NONE, place)
    assert (timeline.view.span.first, timeline.view.span.last) == (170, 430)
    QTest.mouseDClick(timeline.view, LEFT, NONE, QPoint(place.x(), 10))
    assert timeline.view.span.is_whole


def test_the_note_beside_the_pointer_reads_every_lane(timeline: Shown) -> None:
    view = timeline.view
    for kind, expected in (
        ("answers", "A: clap 0.80 · frames 200 – 399"),
        ("agreement", "differ · A: clap 0.80 · B: wave 0.80"),
        ("focus", "frame 250 · focus 0."),
        ("speed", "frame 250 · 0.00 m/s"),
    ):
        QTest.mouseMove(view, timeline.place(timeline.lane(kind), 250.5))
        assert expected in view.note.text
        assert view.rect().contains(view.note.geometry())
    QTest.mouseMove(view, timeline.place(timeline.lane("speed"), 330))
    assert view.note.text == "P1 is not seen in frames 300 – 359"
    QTest.mouseMove(view, QPoint(5, 300))
    assert view.note.text == ""
    assert not view.note.isVisible()


def test_each_person_has_a_group_and_the_picked_one_is_open(couple: Shown, qtbot: QtBot) -> None:
    view = couple.view
    assert view.open_people == {0}
    heading = couple.lane("heading", 1)
    mark = QPoint(18, view.areas().rect(heading).center().y())
    with qtbot.waitSignal(view.open_people_changed) as told:
        QTest.mouseClick(view, LEFT, NONE, mark)
    assert told.args == [frozenset({0, 1})]
    assert isinstance(couple.lane("agreement", 1).lane, AgreementLane)
    again = view.areas().rect(couple.lane("heading", 1)).center().y()
    QTest.mouseClick(view, LEFT, NONE, QPoint(18, again))
    assert view.open_people == {0}


def test_a_click_on_a_name_picks_the_person_whose_lanes_then_open(
    couple: Shown, qtbot: QtBot
) -> None:
    view = couple.view
    place = QPoint(60, view.areas().rect(couple.lane("heading", 1)).center().y())
    with qtbot.waitSignal(view.person_requested) as told:
        QTest.mouseClick(view, LEFT, NONE, place)
    assert told.args == [1]
    view.show_person(1)
    assert view.open_people == {1}
    assert view.areas().answer == view.areas().rect(couple.lane("answers", 1))


def test_lanes_that_reach_too_far_down_are_scrolled(qtbot: QtBot) -> None:
    low = shown(qtbot, facts(people=2), height=160)
    view = low.view
    assert view.areas().most_scrolled > 0
    top = view.areas().rect(low.lane("heading", 0)).top()
    low.wheel(QPoint(30, 100), -1)
    assert view.areas().rect(low.lane("heading", 0)).top() < top
    low.wheel(QPoint(500, 100), -30, SHIFT)
    assert view.areas().scrolled == view.areas().most_scrolled
    low.wheel(QPoint(500, 100), 30, SHIFT)
    assert view.areas().scrolled == 0


def test_lanes_of_a_recording_that_is_gone_are_not_shown(timeline: Shown) -> None:
    view = timeline.view
    late = build_stack(facts(), Kept())
    view.set_recording(stand_ins.recording(50))
    view.show_stack(late)
    assert view.areas().rows == ()
    assert len(view.cells) == 0
    assert view.brush is None


def test_recoloured_answers_are_painted_at_once_in_lanes_and_in_folded_headings(
    couple: Shown,
) -> None:
    view = couple.view
    palette = ActionPalette(named=tuple((name, "#12fe34") for name in NAMES), offered=("#12fe34",))

    def greens() -> list[int]:
        view.repaint()
        image, ratio = view.grab().toImage(), view.devicePixelRatioF()
        rows = (couple.lane("answers"), couple.lane("heading", 1))
        found = []
        for row in rows:
            rect = view.areas().rect(row)
            y = rect.center().y()
            seen = (
                image.pixelColor(round(x * ratio), round(y * ratio))
                for x in range(rect.left() + 100, rect.right(), 7)
            )
            found.append(sum(each.green() > 2 * each.red() + 60 for each in seen))
        return found

    assert greens() == [0, 0]
    assert view.stack is not None
    view.show_stack(in_palette(view.stack, palette))
    lane, heading = greens()
    assert lane > 20
    assert heading > 20


def test_nothing_happening_is_painted_along_the_foot_alone(qtbot: QtBot) -> None:
    names = ("nothing happens", *NAMES[1:])
    made = facts()
    quiet = ModelFacts(
        model_key="A", network_name="A", class_names=names,
        answers=(track([0, 300], 300, [0, 1], names=names),),
    )  # fmt: skip
    timeline = shown(qtbot, replace(made, models=(quiet,)))
    view, row = timeline.view, timeline.lane("answers")
    view.repaint()
    image, ratio = view.grab().toImage(), view.devicePixelRatioF()
    rect, x = view.areas().rect(row), timeline.place(row, 250).x()

    def at(y: int) -> QColor:
        return image.pixelColor(round(x * ratio), round(y * ratio))

    assert at(rect.top() + 5) == view.palette().color(QPalette.ColorRole.Base)
    grey = at(rect.bottom() - 1)
    assert grey != view.palette().color(QPalette.ColorRole.Base)
    assert grey.hsvSaturationF() < 0.25


def test_the_picture_is_kept_until_something_else_is_to_be_seen(timeline: Shown) -> None:
    view = timeline.view
    view.repaint()
    picture = view._picture._picture
    assert picture is not None
    view.show_frame(100)
    view.show_stack(replace(view._stack))
    view.repaint()
    assert view._picture._picture is picture
    view.zoom.closer()
    view.repaint()
    assert view._picture._picture is not picture


@pytest.mark.parametrize("is_on_dark", [True, False])
def test_differences_are_told_by_shape_and_not_by_colour_alone(
    timeline: Shown, is_on_dark: bool
) -> None:
    view = timeline.view
    view.set_on_dark(is_on_dark)
    image = view.grab().toImage()
    rect = view.areas().rect(timeline.lane("agreement"))
    grey = np.array(
        [
            [image.pixelColor(x, y).lightness() for x in range(rect.left(), rect.right())]
            for y in range(rect.top(), rect.bottom() + 1)
        ],
        dtype=float,
    )
    agree, differ = grey[:, 40:80], grey[:, 300:380]
    assert (agree.std(axis=1) < 3).all(), "a line: every row is of one grey"
    hatched = differ[4:-4].std(axis=1)
    assert (hatched > 8).all(), "hatching: no row is"


def test_lanes_are_painted_for_every_kind_of_recording(timeline: Shown) -> None:
    lane = timeline.lane("answers").lane
    assert isinstance(lane, AnswerLane)
    picture = timeline.view.grab().toImage()
    rect = timeline.view.areas().rect(timeline.lane("answers"))
    clap = picture.pixelColor(rect.center().x() + 20, rect.top() + 4)
    wave = picture.pixelColor(rect.left() + 20, rect.top() + 4)
    assert clap != wave
