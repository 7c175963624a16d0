"""The timeline: scrub bar and lanes on one time axis.

The lanes are painted once into a picture; a moving playhead only copies it and draws a line. What
they hold is worked out elsewhere and comes as a :class:`~app.lanes.stack.LaneStack`.
"""

from dataclasses import replace
from math import ceil

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.document import AnswerState
from app.lanes.answers import AnswerCells, answer_cells
from app.lanes.base import LaneView
from app.lanes.brush import Brush
from app.lanes.edges import snapped
from app.lanes.focus import FocusLane
from app.lanes.stack import LaneGroup, LaneStack, has_same_lanes, placed
from app.player import FrameClock
from app.timeline_model import TimeSpan
from app.views.compare_picker import ComparePicker
from app.views.label_layer import LabelLayer
from app.views.timeline_areas import LEFT_MARGIN, LaneAreas, height_wanted
from app.views.timeline_mouse import PLAYHEAD_REACH, TimelineMouse
from app.views.timeline_moving import paint_asked_span, paint_brush, paint_playhead
from app.views.timeline_note import PointerNote
from app.views.timeline_painting import LanePainter
from app.views.timeline_picture import LanePicture, changed_rows
from app.views.timeline_reading import name_text, place_text
from app.views.timeline_zoom import TimelineZoom
from engine.prediction import PredictionTrack
from engine.recording import Recording

SNAP_PX = 6
USUAL_THRESHOLD = 0.4


class TimelineView(QWidget):
    """Scrub bar and lanes, person by person."""

    seek_requested = Signal(int)
    threshold_changed = Signal(float)
    brushed = Signal(object)  # Brush | None
    person_requested = Signal(int)
    open_people_changed = Signal(object)  # frozenset[int]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recording: Recording | None = None
        self._clock: FrameClock | None = None
        self._stack: LaneStack | None = None
        self._view = LaneView(span=TimeSpan.whole(1), width=1, threshold=USUAL_THRESHOLD)
        self._frame = 0
        self._person: int | None = None
        self._folded: dict[int, bool] = {}
        self._asked_span: tuple[int, int] | None = None
        self._picture = LanePicture()
        self._known_areas: LaneAreas | None = None
        self._scrolled = 0
        self._people: tuple[QColor, ...] = ()
        self._is_snapping = True
        self._brush: Brush | None = None
        self.compare = ComparePicker(self)
        self.note = PointerNote(self)
        self.zoom = TimelineZoom(self)
        self._mouse = TimelineMouse(self)
        self.labels = LabelLayer(self)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Timeline")
        self.setMinimumHeight(3 * self.fontMetrics().height() + 76)

    # what is shown

    @property
    def span(self) -> TimeSpan:
        """The visible part of the time axis."""
        return self._view.span

    @property
    def threshold(self) -> float:
        """An answer less probable than this counts as none of these."""
        return self._view.threshold

    @property
    def brush(self) -> Brush | None:
        """What is marked."""
        return self._brush

    @property
    def is_snapping(self) -> bool:
        """Whether clicks in the lanes find edges near them."""
        return self._is_snapping

    @property
    def has_recording(self) -> bool:
        """Whether there is anything to point at."""
        return self._recording is not None

    @property
    def cells(self) -> AnswerCells:
        """What the first answer lane of the person picked shows."""
        group = self.group
        return group.answers[0].cells if group and group.answers else answer_cells(None)

    @property
    def frame(self) -> int:
        """Where the playhead is."""
        return self._frame

    @property
    def stack(self) -> LaneStack | None:
        """The lanes of all people."""
        return self._stack

    @property
    def group(self) -> LaneGroup | None:
        """The lanes of the person picked."""
        return self._stack.group(self._person) if self._stack else None

    @property
    def open_people(self) -> frozenset[int]:
        """Whose lanes are to be seen: the picked person's, unless folded, and those unfolded."""
        people = range(self._recording.num_people if self._recording else 0)
        picked = self._person or 0
        return frozenset(each for each in people if not self._folded.get(each, each != picked))

    def areas(self) -> LaneAreas:
        """Where the lanes lie."""
        if self._known_areas is None:
            areas = LaneAreas.fitted(self.width(), self.height(), self.fontMetrics())
            if self._stack is not None:
                rows = placed(
                    self._stack,
                    line=self.fontMetrics().height(),
                    room=areas.lanes.height(),
                    open_people=self.open_people,
                )
                areas = replace(areas, rows=rows, person=self._person or 0)
            self._scrolled = min(self._scrolled, areas.most_scrolled)
            self._known_areas = replace(areas, scrolled=self._scrolled)
            self._view = replace(self._view, width=areas.strip_width)
        return self._known_areas

    def x_of_frame(self, frame: int) -> float:
        """Where a frame lies, in the widget."""
        areas = self.areas()
        return areas.strip_left + self.span.x_of(frame + 0.5, areas.strip_width)

    def sizeHint(self) -> QSize:
        """High enough to read the lanes of one person (called by Qt)."""
        return QSize(800, height_wanted(self.fontMetrics()))

    def set_recording(self, recording: Recording | None) -> None:
        """Lay out another recording's time; its lanes come when they are ready."""
        self._recording = recording
        self._clock = FrameClock.of(recording) if recording else None
        self._view = replace(
            self._view, span=TimeSpan.whole(recording.num_frames if recording else 1)
        )
        self._stack, self._brush = None, None
        self._folded, self._scrolled, self._frame = {}, 0, 0
        self._mouse.let_go()
        self.labels.let_go()
        self.read_at(None)
        self._lay_out()

    @Slot(object)
    def show_stack(self, stack: LaneStack) -> None:
        """Show lanes; those of a recording that is no longer there are ignored."""
        if stack.recording is not self._recording:
            return
        before, self._stack = self._stack, stack
        if before is not None and has_same_lanes(before, stack):
            return
        rows = self._known_areas.rows if self._known_areas is not None else ()
        self._known_areas = None
        changed = changed_rows(rows, self.areas().rows)
        if changed is None:
            self._redraw()
        else:
            self._picture.forget_rows(changed)
            self.update()

    def set_on_dark(self, is_on_dark: bool) -> None:
        """Which way the colour scale runs."""
        self._view = replace(self._view, is_on_dark=is_on_dark)
        self._redraw()

    def set_people_colours(self, colours: tuple[QColor, ...]) -> None:
        """Colours of people, as in the 3D view."""
        self._people = colours
        self._redraw()

    @Slot(object)
    def show_answer(self, state: AnswerState) -> None:
        """Mark the frames that the answer panel is about, where that is not the whole lane."""
        answer = state.answer
        before, self._asked_span = self._asked_span, None
        if answer is not None and self._is_long:
            asked = answer.predictions[answer.main]
            self._asked_span = asked.start, asked.stop
        if self._asked_span != before:
            self.update(self.areas().bracket)

    @property
    def _is_long(self) -> bool:
        group = self.group
        lanes = group.answers if group else ()
        return any(isinstance(lane.source, PredictionTrack) for lane in lanes)

    @Slot(object)
    def show_person(self, person: int | None) -> None:
        """Turn to another person."""
        if person != self._person:
            before = self.open_people
            self._person = person
            self._tell_open_people(before)
            self._lay_out()

    @Slot(int)
    def show_frame(self, frame: int) -> None:
        """Move the playhead, and the visible part with it when it would leave."""
        areas, before = self.areas(), self._frame
        self._frame = frame
        shown = self.span.showing(frame)
        is_held = self._mouse.stroke is not None or self.labels.is_busy
        if shown != self.span and not is_held:
            self.set_span(shown)
            return
        # repaint what lies between the two places only: the rail's played part changes there
        old = areas.strip_left + self.span.x_of(before + 0.5, areas.strip_width)
        new = areas.strip_left + self.span.x_of(frame + 0.5, areas.strip_width)
        for x in (old, new):
            left = round(x) - PLAYHEAD_REACH
            self.update(QRect(left, 0, 2 * PLAYHEAD_REACH, self.height()))
        between = QRect(
            round(min(old, new)), 0, round(abs(new - old)) + 1, areas.ruler.bottom() + 1
        )
        self.update(between)

    # wishes

    def set_snapping(self, on: bool) -> None:
        """Let clicks in the lanes find edges near them."""
        self._is_snapping = on

    def set_threshold(self, threshold: float) -> None:
        """Move the threshold's line."""
        self._view = replace(self._view, threshold=min(max(threshold, 0.0), 1.0))
        self._redraw()

    def set_brush(self, brush: Brush | None) -> None:
        """Mark something, or nothing."""
        if brush != self._brush:
            self.mark(brush)
            self.brushed.emit(brush)

    def mark(self, brush: Brush | None) -> None:
        """Mark something while a stroke goes on."""
        self._brush = brush
        self.update()

    def reset_threshold(self) -> None:
        """Put the threshold's line where it is at first."""
        self.set_threshold(USUAL_THRESHOLD)
        self.threshold_changed.emit(self.threshold)

    def set_span(self, span: TimeSpan) -> None:
        """Show another part of the axis."""
        if span != self.span:
            self._view = replace(self._view, span=span)
            self._redraw()

    def reveal(self, person: int, tier_id: str) -> None:
        """Scroll so that a person's tier can be seen."""
        self.scroll_to(self.areas().scrolled_to(person, tier_id))

    def scroll_to(self, scrolled: int) -> None:
        """Move the lanes up, as far as they reach."""
        wanted = min(max(scrolled, 0), self.areas().most_scrolled)
        if wanted != self._scrolled:
            self._scrolled = wanted
            self._lay_out()

    def _tell_open_people(self, before: frozenset[int]) -> None:
        if self.open_people != before:
            self.open_people_changed.emit(self.open_people)

    def _lay_out(self) -> None:
        self._known_areas = None
        self._redraw()

    def _redraw(self) -> None:
        self._picture.forget()
        self.update()

    # painting

    def _painter(self) -> LanePainter:
        areas = self.areas()
        return LanePainter(
            areas=areas, view=self._view, palette=self.palette(), people=self._people
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy the lanes and draw what moves (called by Qt)."""
        lanes = self._painter()
        ratio = self.devicePixelRatioF()
        picture = self._picture.drawn(lanes, self.size(), ratio, self._clock)
        painter = QPainter(self)
        area = event.rect()
        source = QRect(area.topLeft() * ratio, area.size() * ratio)
        painter.drawPixmap(area, picture, source)
        if self._recording is not None:
            painter.setClipRect(area)
            if self._asked_span is not None:
                paint_asked_span(lanes, painter, *self._asked_span)
            if self._brush is not None:
                paint_brush(lanes, painter, self._brush)
            self.labels.paint(painter, lanes)
            paint_playhead(lanes, painter, self._frame)
        painter.end()

    # the axis under the pointer

    def position_at(self, x: float) -> float:
        """The axis position at a place of the widget, the nearest there is."""
        areas = self.areas()
        position = self.span.position_at(x - areas.strip_left, areas.strip_width)
        return min(max(position, 0.0), float(self.span.num_frames))

    def snapped(self, position: float, group: LaneGroup | None) -> float:
        """An axis position, or an edge near it in a person's lanes."""
        if group is None:
            return position
        scale = self.span.frames / self.areas().strip_width
        return snapped(
            group.edges, group.fine_edges, position, reach=SNAP_PX * scale, frames_a_pixel=scale
        )

    def seek_to(self, x: float, *, is_snapping: bool) -> None:
        """Ask for the frame at a place; for the first one after an edge nearby, when snapping."""
        position = self.position_at(x)
        edge = self.snapped(position, self.group) if is_snapping else position
        frame = int(position) if edge == position else ceil(edge)
        self.seek_requested.emit(min(max(frame, 0), self.span.num_frames - 1))

    def press_heading(self, person: int, *, is_fold: bool) -> None:
        """Fold or unfold a person's lanes, or turn to that person."""
        if not is_fold:
            self._folded.pop(person, None)
            self.person_requested.emit(person)
            return
        before = self.open_people
        self._folded[person] = person in before
        self._tell_open_people(before)
        self._lay_out()

    # reading

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the lanes out anew (called by Qt)."""
        super().resizeEvent(event)
        self.compare.adjustSize()
        self.compare.move(LEFT_MARGIN - 8, 4)
        self._lay_out()

    def read_at(self, at: QPoint | None) -> None:
        """Say beside the pointer what is under it; None for nothing."""
        text = self.text_at(at) if at is not None else ""
        if at is None or not text:
            self.note.say("", QPoint(), 0)
            return
        row = self.areas().row_at(at)
        is_high = row is not None and isinstance(row.lane, FocusLane)
        above = at.y() - 10 if row is None or is_high else self.areas().rect(row).top()
        self.note.say(text, at, above)

    def event(self, event: QEvent) -> bool:
        """Explain the names at the left; follow theme and font (called by Qt)."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), name_text(self.areas(), event.pos()), self)
            return True
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._lay_out()
        return super().event(event)

    def text_at(self, place: QPoint) -> str:
        """What a place on the timeline stands for; empty for nothing."""
        if self._recording is None:
            return ""
        return place_text(self.areas(), self._view, self._recording, place)
