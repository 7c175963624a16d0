"""Lanes of labels on the timeline under the mouse, without a study behind them."""

from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.label_model import AcceptWish, CopyWish, DrawWish, LabelPick, LabelWish, MoveWish, TrimWish
from app.lanes.base import Lane
from app.lanes.facts import Kept, LaneFacts
from app.lanes.label_rows import LabelRows
from app.lanes.labels import LabelLane
from app.lanes.proposals import ProposalLane
from app.lanes.stack import build_stack, with_labels
from app.views.label_layer import LabelMarks
from app.views.timeline_view import TimelineView
from engine.study.proposals import Proposal
from tests.app import stand_ins
from tests.app.labels_made import ACTIONS, segment

FRAMES = 400
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
KNOWN = {each.id: each for each in ACTIONS}
PROPOSAL = Proposal(start=200, stop=300, name="wave", score=0.7, model_id="m")


def label_lane(rows: LabelRows, tier_id: str = "t") -> LabelLane:
    return LabelLane(person=0, tier_id=tier_id, tier_name=tier_id, rows=rows, actions=KNOWN)


@dataclass
class Table:
    """A timeline with two tiers and a lane of proposals, and what it asked for."""

    view: TimelineView
    facts: LaneFacts
    wishes: list[LabelWish]
    picks: list[LabelPick]

    def show(self, *lanes: Lane) -> None:
        self.view.show_stack(with_labels(self.view.stack or build_stack(self.facts, Kept()), lanes))

    def place(self, frame: float, lane: int = 0) -> QPoint:
        areas = self.view.areas()
        rows = [row for row in areas.rows if row.lane and row.lane.kind in ("labels", "proposals")]
        x = areas.strip_left + self.view.span.x_of(frame, areas.strip_width)
        return QPoint(round(x), areas.rect(rows[lane]).center().y())

    def point_at(self, frame: float) -> None:
        """Without the display's own pointer, which may lie over the window, too."""
        at = QPointF(self.place(frame))
        kind, free = QEvent.Type.MouseMove, Qt.MouseButton.NoButton
        event = QMouseEvent(kind, at, self.view.mapToGlobal(at), free, free, NONE)
        QApplication.sendEvent(self.view, event)

    def drag(
        self, start: float, stop: float, keys: Qt.KeyboardModifier = NONE, *, lane: int = 0,
        to_lane: int | None = None,
    ) -> None:  # fmt: skip
        begin = self.place(start, lane)
        end = self.place(stop, lane if to_lane is None else to_lane)
        QTest.mousePress(self.view, LEFT, keys, begin)
        QTest.mouseMove(self.view, (begin + end) / 2)
        QTest.mouseMove(self.view, end)
        QTest.mouseRelease(self.view, LEFT, keys, end)


@pytest.fixture
def table(qtbot: QtBot) -> Table:
    view = TimelineView()
    qtbot.addWidget(view)
    view.resize(1000, 300)
    view.set_people_colours((QColor("#4b90f8"),))
    facts = LaneFacts(recording=stand_ins.recording(FRAMES))
    view.set_recording(facts.recording)
    made = Table(view, facts, [], [])
    made.show(
        label_lane(LabelRows.of((segment("a", 40, 80), segment("b", 80, 120, "sit")))),
        label_lane(LabelRows(), "u"),
        ProposalLane(person=0, proposals=(PROPOSAL,), message=""),
    )
    view.labels.is_editable = True
    view.labels.wished.connect(made.wishes.append)
    view.labels.picked.connect(made.picks.append)
    view.set_snapping(False)
    view.show()
    qtbot.waitExposed(view)
    return made


def test_an_empty_part_is_drawn_on_and_the_body_of_a_segment_is_moved(table: Table) -> None:
    table.drag(150.2, 189.5)
    table.drag(60, 70)
    assert table.wishes == [
        DrawWish(person=0, tier_id="t", start=150, stop=190),
        MoveWish(ids=("a",), frames=10),
    ]


def test_ends_are_trimmed_and_between_two_segments_the_one_under_the_pointer(table: Table) -> None:
    table.drag(40.3, 50)
    table.drag(79.7, 70)
    table.drag(80.3, 90)
    assert table.wishes == [
        TrimWish(segment_id="a", start=50),
        TrimWish(segment_id="a", stop=70),
        TrimWish(segment_id="b", start=90),
    ]


def test_with_control_a_copy_goes_elsewhere_and_to_another_tier(table: Table) -> None:
    table.drag(60, 160, CTRL)
    table.drag(60, 160, CTRL, to_lane=1)
    assert table.wishes == [
        CopyWish(ids=("a",), to_frame=140),
        CopyWish(ids=("a",), to_frame=140, person=0, tier_id="u"),
    ]


def test_a_segment_is_moved_to_another_tier_where_its_ghost_is_already(table: Table) -> None:
    table.drag(60, 70, to_lane=1)
    table.drag(60, 70, to_lane=2)
    assert table.wishes == [
        MoveWish(ids=("a",), frames=10, person=0, tier_id="u"),
        MoveWish(ids=("a",), frames=10),
    ]
    QTest.mousePress(table.view, LEFT, NONE, table.place(60))
    QTest.mouseMove(table.view, table.place(62))
    QTest.mouseMove(table.view, table.place(70, 1))
    ghost = table.view.labels.ghost
    assert ghost is not None
    assert (ghost.tier_id, ghost.spans[0].start, ghost.spans[0].stop) == ("u", 50, 90)
    QTest.mouseRelease(table.view, LEFT, NONE, table.place(70, 1))


def test_segments_of_several_tiers_stay_on_theirs(table: Table) -> None:
    other = segment("c", 200, 210, tier_id="u")
    table.show(
        label_lane(LabelRows.of((segment("a", 40, 80),))), label_lane(LabelRows.of((other,)), "u")
    )
    table.view.labels.show_marks(LabelMarks(selection=frozenset({"a", "c"})))
    table.drag(60, 70, to_lane=1)
    assert table.wishes == [MoveWish(ids=("a", "c"), frames=10)]


def test_a_reviewed_span_is_drawn_on_until_it_is_picked(table: Table) -> None:
    table.show(label_lane(LabelRows.of((segment("r", 100, 300, None),))))
    table.point_at(200)
    assert table.view.cursor().shape() is Qt.CursorShape.CrossCursor
    table.drag(200.2, 249.5)
    table.drag(100.3, 110)
    QTest.mouseClick(table.view, LEFT, NONE, table.place(200))
    assert [each.segment.id for each in table.picks if each.segment] == ["r"]
    table.view.labels.show_marks(LabelMarks(selection=frozenset({"r"})))
    table.drag(200, 210)
    assert table.wishes == [
        DrawWish(person=0, tier_id="t", start=200, stop=250),
        TrimWish(segment_id="r", start=110),
        MoveWish(ids=("r",), frames=10),
    ]


def test_another_button_gives_a_stroke_up(table: Table) -> None:
    menus: list[LabelPick] = []
    table.view.labels.menu_wanted.connect(menus.append)
    QTest.mousePress(table.view, LEFT, NONE, table.place(150))
    QTest.mouseMove(table.view, table.place(170))
    QTest.mousePress(table.view, Qt.MouseButton.RightButton, NONE, table.place(190))
    assert not table.view.labels.is_busy
    QTest.mouseRelease(table.view, Qt.MouseButton.RightButton, NONE, table.place(190))
    QTest.mouseRelease(table.view, LEFT, NONE, table.place(190))
    assert (table.wishes, menus) == ([], [])


def test_all_that_is_picked_is_moved_together(table: Table) -> None:
    table.view.labels.show_marks(LabelMarks(selection=frozenset({"a", "b"})))
    table.drag(60, 75)
    assert table.wishes == [MoveWish(ids=("a", "b"), frames=15)]


def test_ends_snap_to_segments_playhead_and_rests_and_not_with_alt(table: Table) -> None:
    table.view.set_snapping(True)
    table.view.show_frame(180)
    table.drag(123.2, 179)
    table.drag(150.5, 178.4, ALT)
    assert table.wishes[0] == DrawWish(person=0, tier_id="t", start=120, stop=180)
    assert table.wishes[1] == DrawWish(person=0, tier_id="t", start=150, stop=179)


def test_a_rest_attracts_an_end(table: Table) -> None:
    table.view.set_snapping(True)
    table.view.labels.set_minima(0, np.array([250]))
    table.drag(150, 251, lane=1)
    assert table.wishes == [DrawWish(person=0, tier_id="u", start=150, stop=250)]


def test_a_proposals_end_is_dragged_and_its_body_is_only_picked(table: Table) -> None:
    table.drag(299.7, 260, lane=2)
    table.drag(250, 280, lane=2)
    assert table.wishes == [AcceptWish(person=0, proposal=PROPOSAL, start=200, stop=260)]
    QTest.mouseClick(table.view, LEFT, NONE, table.place(250, 2))
    assert table.picks[-1].proposal == PROPOSAL


def test_clicks_pick_segments_and_more_with_shift_and_an_empty_part_seeks(table: Table) -> None:
    seeks: list[int] = []
    table.view.seek_requested.connect(seeks.append)
    QTest.mouseClick(table.view, LEFT, NONE, table.place(60))
    QTest.mouseClick(table.view, LEFT, SHIFT, table.place(100))
    QTest.mouseClick(table.view, LEFT, NONE, table.place(150.5))
    found = [(each.segment.id if each.segment else None, each.is_more) for each in table.picks]
    assert found == [("a", False), ("b", True), (None, False)]
    assert seeks == [150]


def test_a_stroke_that_cannot_be_is_refused_with_the_reason(table: Table) -> None:
    table.view.labels.judge = lambda _: "in the way"
    start, stop = table.place(150), table.place(190)
    QTest.mousePress(table.view, LEFT, NONE, start)
    QTest.mouseMove(table.view, table.place(170))
    QTest.mouseMove(table.view, stop)
    assert table.view.note.text == "in the way"
    QTest.mouseRelease(table.view, LEFT, NONE, stop)
    assert table.wishes == []
    assert table.view.labels.ghost is None


def test_pointing_shows_what_a_press_would_do(table: Table) -> None:
    shapes = []
    for frame in (60, 40.2, 150):
        table.point_at(frame)
        shapes.append(table.view.cursor().shape())
    assert shapes == [
        Qt.CursorShape.ArrowCursor,
        Qt.CursorShape.SizeHorCursor,
        Qt.CursorShape.CrossCursor,
    ]
    table.point_at(60)
    assert table.view.note.text == "walk · frames 40 – 79 · 40 frames · 1.33 s"


def test_a_double_click_looks_at_a_segment_closely(table: Table) -> None:
    QTest.mouseDClick(table.view, LEFT, NONE, table.place(60))
    assert (table.view.span.first, table.view.span.last) == (34.0, 86.0)


def test_nothing_can_be_changed_while_one_only_looks(table: Table) -> None:
    table.view.labels.is_editable = False
    table.drag(150, 190)
    table.drag(60, 75)
    assert table.wishes == []


def picture(table: Table) -> QImage:
    return table.view.grab().toImage()


def test_an_edit_paints_its_lane_anew_and_all_is_as_if_painted_from_scratch(table: Table) -> None:
    picture(table)
    lanes = (
        label_lane(LabelRows.of((segment("a", 40, 70), segment("b", 80, 120, "sit")))),
        label_lane(LabelRows(), "u"),
        ProposalLane(person=0, proposals=(PROPOSAL,), message=""),
    )
    table.show(*lanes)
    in_part = picture(table)
    table.view.set_on_dark(False)
    table.view.set_on_dark(True)
    assert in_part == picture(table)


def test_what_is_picked_is_outlined_however_short_it_is(table: Table) -> None:
    plain = picture(table)
    table.view.labels.show_marks(LabelMarks(selection=frozenset({"b"})))
    outlined = picture(table)
    at = table.place(80)
    ratio = round(outlined.devicePixelRatio())
    assert outlined.pixel(at.x() * ratio, at.y() * ratio) != plain.pixel(
        at.x() * ratio, at.y() * ratio
    )
