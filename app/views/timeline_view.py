"""The timeline: scrub bar and lanes on one time axis.

The lanes are painted once into a picture; a moving playhead only copies it and draws a line.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.document import AnswerPhase, AnswerState, TrackState, prediction_for
from app.player import FrameClock
from app.timecode import clock_text
from app.timeline_model import (
    AnswerCell,
    AnswerLane,
    FocusHeat,
    FocusRows,
    Tick,
    TimeSpan,
    answer_lane,
    cell_at,
    focus_heat,
    focus_rows,
    ticks,
)
from app.views.answer_panel import person_name
from app.views.timeline_painting import LaneAreas, LanePainter, heat_picture
from engine.recording import Recording

if TYPE_CHECKING:
    from engine.arrays import FloatArray
    from engine.prediction import Explanation

NS_PER_S = 1_000_000_000
ZOOM_STEP = 0.8
"""Part of the visible time that stays after one step closer."""
LANE_NOTES = {
    AnswerPhase.ASKED: "Asking the model…",
    AnswerPhase.REFUSED: "No answer for this recording",
}
"""What an empty answer lane says."""
PLAYHEAD_REACH = 12
"""Pixels left and right of the playhead that it paints on."""


class TimelineView(QWidget):
    """Scrub bar, answer lane, focus lane."""

    seek_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recording: Recording | None = None
        self._clock: FrameClock | None = None
        self._span = TimeSpan.whole(1)
        self._frame = 0
        self._person: int | None = None
        self._answer = AnswerState(phase=AnswerPhase.NOTHING_TO_ASK)
        self._track = TrackState()
        self._lane = AnswerLane(source=None)
        self._rows: FocusRows | None = None
        self._heat: FocusHeat | None = None
        self._heat_shown: tuple[Explanation | FloatArray | None, int | None] = (None, None)
        self._heat_picture: QImage | None = None
        self._asked_span: tuple[int, int] | None = None
        self._note = ""
        self._is_on_dark = True
        self._picture: QPixmap | None = None
        self._network_name = ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Timeline")
        self.setMinimumHeight(3 * self.fontMetrics().height() + 76)

    @property
    def span(self) -> TimeSpan:
        """The visible part of the time axis."""
        return self._span

    @property
    def cells(self) -> tuple[AnswerCell, ...]:
        """What the answer lane shows."""
        return self._lane.cells

    def areas(self) -> LaneAreas:
        """Where the lanes lie."""
        return LaneAreas.fitted(self.width(), self.height(), self.fontMetrics())

    def x_of_frame(self, frame: int) -> float:
        """Where a frame lies, in the widget."""
        areas = self.areas()
        return areas.strip_left + self._span.x_of(frame + 0.5, areas.strip_width)

    def sizeHint(self) -> QSize:
        """High enough to read every lane (called by Qt)."""
        return QSize(800, LaneAreas.height_wanted(self.fontMetrics()))

    def set_recording(self, recording: Recording | None) -> None:
        """Lay out another recording's time."""
        self._recording = recording
        self._clock = FrameClock.of(recording) if recording else None
        self._span = TimeSpan.whole(recording.num_frames if recording else 1)
        self._rows = focus_rows(recording.layout) if recording else None
        self._heat_shown = None, None
        self._frame = 0
        self._redraw()
        self._refresh()

    def set_network_name(self, name: str) -> None:
        """Whose answers the lane shows."""
        self._network_name = name
        self._redraw()

    def set_on_dark(self, is_on_dark: bool) -> None:
        """Which way the colour scale runs."""
        self._is_on_dark = is_on_dark
        self._heat_picture = None
        self._redraw()

    @Slot(object)
    def show_answer(self, state: AnswerState) -> None:
        """Show an answer and where the model looked."""
        self._answer = state
        self._refresh()

    @Slot(object)
    def show_track(self, state: TrackState) -> None:
        """Show answers over sliding windows."""
        self._track = state
        self._refresh()

    @Slot(object)
    def show_person(self, person: int | None) -> None:
        """Turn to another person."""
        self._person = person
        self._redraw()
        self._refresh()

    @Slot(int)
    def show_frame(self, frame: int) -> None:
        """Move the playhead, and the visible part with it when it would leave."""
        areas, before = self.areas(), self._frame
        self._frame = frame
        shown = self._span.showing(frame)
        if shown != self._span:
            self._span = shown
            self._redraw()
            return
        # repaint what lies between the two places only: the rail's played part changes there
        old = areas.strip_left + self._span.x_of(before + 0.5, areas.strip_width)
        new = areas.strip_left + self._span.x_of(frame + 0.5, areas.strip_width)
        for x in (old, new):
            left = round(x) - PLAYHEAD_REACH
            self.update(QRect(left, 0, 2 * PLAYHEAD_REACH, self.height()))
        between = QRect(
            round(min(old, new)), 0, round(abs(new - old)) + 1, areas.ruler.bottom() + 1
        )
        self.update(between)

    def zoom(self, factor: float) -> None:
        """Closer or farther around the playhead."""
        self._set_span(self._span.zoomed(factor, self._frame + 0.5))

    def zoom_in(self) -> None:
        """Closer around the playhead."""
        self.zoom(ZOOM_STEP)

    def zoom_out(self) -> None:
        """Farther around the playhead."""
        self.zoom(1 / ZOOM_STEP)

    def _set_span(self, span: TimeSpan) -> None:
        if span != self._span:
            self._span = span
            self._redraw()

    def _refresh(self) -> None:
        """Work out what the lanes show, where it is not what they showed before."""
        answer, track = self._answer.answer, self._track.track
        prediction = prediction_for(answer, self._person) if answer else None
        source = prediction if track is None else track
        note = LANE_NOTES.get(self._answer.phase, "") if source is None else ""
        has_new_heat = self._take_heat()
        asked, self._asked_span = self._asked_span, self._span_asked_about()
        if source is not self._lane.source or note != self._note:
            self._note = note
            self._lane = answer_lane(source)
            self._redraw()
            return
        areas = self.areas()
        if has_new_heat:
            self.update(areas.focus)
        if asked != self._asked_span:
            self.update(areas.bracket)

    def _take_heat(self) -> bool:
        """Take the focus over the whole recording where known, else over the clip answered.

        Returns:
            Whether it is another one than before.
        """
        person, rows, focus = self._person, self._rows, self._track.focus
        answer = self._answer.answer
        explanation = answer.explanation if answer else None
        shown = (explanation if focus is None else focus), person
        if shown[0] is self._heat_shown[0] and shown[1] == self._heat_shown[1]:
            return False
        self._heat, self._heat_picture, self._heat_shown = None, None, shown
        if rows is None or person is None:
            return True
        if focus is not None:
            self._heat = focus_heat(focus, rows, 0)
        elif explanation is not None:
            weights = explanation.joint_weights[:, person]
            self._heat = focus_heat(weights, rows, explanation.start)
        return True

    def _span_asked_about(self) -> tuple[int, int] | None:
        """Which frames the answer panel is about, where that is not the whole lane."""
        answer = self._answer.answer
        if answer is None or self._track.track is None:
            return None
        asked = answer.predictions[answer.main]
        return asked.start, asked.stop

    def _redraw(self) -> None:
        self._picture = None
        self.update()

    def _painter(self) -> LanePainter:
        return LanePainter(
            areas=self.areas(), span=self._span, palette=self.palette(), is_on_dark=self._is_on_dark
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy the lanes and draw the playhead (called by Qt)."""
        lanes = self._painter()
        picture = self._drawn(lanes)
        painter = QPainter(self)
        ratio = picture.devicePixelRatio()
        area = event.rect()
        source = QRect(area.topLeft() * ratio, area.size() * ratio)
        painter.drawPixmap(area, picture, source)
        if self._recording is not None:
            painter.setClipRect(area)
            self._paint_heat(painter, lanes)
            if self._asked_span is not None:
                lanes.paint_asked_span(painter, *self._asked_span)
            lanes.paint_playhead(painter, self._frame)
        painter.end()

    def _drawn(self, lanes: LanePainter) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = self._picture
        if picture is None or picture.size() != self.size() * ratio:
            picture = QPixmap(self.size() * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(lanes.palette.window().color())
            painter = QPainter(picture)
            self._paint_lanes(painter, lanes)
            painter.end()
            self._picture = picture
        return picture

    def _paint_lanes(self, painter: QPainter, lanes: LanePainter) -> None:
        areas = lanes.areas
        who = "Answer" if self._person is None else f"{person_name(self._person)} answer"
        names = [(areas.answer, who, self._network_name)]
        if areas.focus.height() > 0:
            names.append((areas.focus, "Focus", ""))
        lanes.paint_names(painter, tuple(names))
        if self._clock is not None:
            lanes.paint_ruler(painter, self._ticks(self._clock, areas, painter))
        if self._lane.cells:
            lanes.paint_answers(painter, self._lane)
        else:
            lanes.paint_lane_message(painter, areas.answer, self._note)
        if areas.focus.height() > 0:
            lanes.paint_lane(painter, areas.focus)
            if self._rows is not None:
                lanes.paint_group_names(painter, self._rows)

    def _paint_heat(self, painter: QPainter, lanes: LanePainter) -> None:
        if self._heat is None or self._rows is None or lanes.areas.focus.height() <= 0:
            return
        if self._heat_picture is None:
            self._heat_picture = heat_picture(self._heat, is_on_dark=self._is_on_dark)
        lanes.paint_focus(painter, self._heat_picture, self._heat.start, self._rows)

    def _ticks(self, clock: FrameClock, areas: LaneAreas, painter: QPainter) -> tuple[Tick, ...]:
        return ticks(
            self._span,
            most=areas.strip_width // (painter.fontMetrics().horizontalAdvance("00:00") + 36),
            time_s=lambda frame: clock.start_of(frame) / NS_PER_S,
            frame_at_s=lambda seconds: clock.frame_at(round(seconds * NS_PER_S)),
        )

    def _frame_at(self, x: float) -> int:
        areas = self.areas()
        return self._span.frame_at(x - areas.strip_left, areas.strip_width)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Seek (called by Qt)."""
        areas = self.areas()
        is_on_strip = event.position().x() >= areas.strip_left - PLAYHEAD_REACH
        if event.button() is Qt.MouseButton.LeftButton and self._recording and is_on_strip:
            self.seek_requested.emit(self._frame_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub (called by Qt)."""
        if event.buttons() & Qt.MouseButton.LeftButton and self._recording:
            self.seek_requested.emit(self._frame_at(event.position().x()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, move along without (called by Qt)."""
        areas = self.areas()
        turns = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            about = self._span.position_at(
                event.position().x() - areas.strip_left, areas.strip_width
            )
            self._set_span(self._span.zoomed(ZOOM_STEP ** (turns.y() / 120), about))
        else:
            notches = (turns.x() or turns.y()) / 120
            self._set_span(self._span.panned(-notches * self._span.frames * 0.1))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Say what is under the pointer (called by Qt)."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.text_at(event.pos()), self)
            return True
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._redraw()
        return super().event(event)

    def text_at(self, place: QPoint) -> str:
        """What a place on the timeline stands for; empty for nothing."""
        areas = self.areas()
        if self._recording is None or place.x() < areas.strip_left:
            return ""
        position = self._span.position_at(place.x() - areas.strip_left, areas.strip_width)
        if areas.answer.contains(place):
            cell = cell_at(self._lane.cells, position)
            return self._cell_text(cell) if cell else ""
        if areas.focus.contains(place):
            return self._focus_text(place, areas)
        frame = self._frame_at(place.x())
        return f"frame {frame} · {clock_text(self._recording.time_s(frame))}"

    def _cell_text(self, cell: AnswerCell) -> str:
        return (
            f"{self._lane.class_names[cell.action]} {cell.probability:.2f} · "
            f"frames {cell.window_start} – {cell.window_stop - 1}"
        )

    def _focus_text(self, place: QPoint, areas: LaneAreas) -> str:
        frame = self._frame_at(place.x())
        if self._heat is None or self._rows is None or self._recording is None:
            return ""
        column = frame - self._heat.start
        row = (place.y() - areas.focus.top()) * len(self._rows.joints) // areas.focus.height()
        num_rows, num_columns = self._heat.values.shape
        if not (0 <= column < num_columns and 0 <= row < num_rows):
            return ""
        joint = self._recording.layout.joints[self._rows.joints[row]]
        return f"{joint} · frame {frame} · focus {self._heat.values[row, column]:.2f}"
