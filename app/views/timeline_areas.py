"""Where everything on the timeline lies, in logical pixels."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFontMetrics

from app.lanes.answers import AnswerLane
from app.lanes.focus import FocusLane
from app.lanes.labels import LabelLane
from app.lanes.stack import PlacedLane

LEFT_MARGIN, RIGHT_MARGIN = 14, 46
"""The right one holds the threshold's grip."""
WIDEST_NAMES = "AgreementFG-STFormer small"
GRIP_REACH = 7
"""Pixels above and below the threshold's line that take hold of it."""
FOLD_WIDTH = 20
"""Of the mark that opens and closes a person's lanes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneAreas:
    """The scrub bar, and below it the lanes, which may reach farther down than can be seen."""

    width: int
    height: int
    strip_left: int
    strip_width: int
    ruler: QRect
    rows: tuple[PlacedLane, ...] = ()
    """Laid out from the top of ``lanes``, before they are scrolled."""
    scrolled: int = 0
    """Pixels that the lanes are moved up."""
    person: int = 0
    """Whose answer and focus lane ``answer`` and ``focus`` are."""

    @classmethod
    def fitted(cls, width: int, height: int, metrics: QFontMetrics) -> "LaneAreas":
        """The ruler and an empty field for lanes, in a widget of some size."""
        left = metrics.horizontalAdvance(WIDEST_NAMES) + 2 * LEFT_MARGIN + 16
        strip = max(width - left - RIGHT_MARGIN, 40)
        return cls(
            width=width,
            height=height,
            strip_left=left,
            strip_width=strip,
            ruler=QRect(left, 0, strip, metrics.height() + 18),
        )

    @property
    def lanes(self) -> QRect:
        """The field in which lanes are seen."""
        top = self.ruler.bottom() + 1
        return QRect(0, top, self.width, max(self.height - top, 0))

    @property
    def content_height(self) -> int:
        """Of all lanes."""
        return self.rows[-1].bottom + 8 if self.rows else 0

    @property
    def most_scrolled(self) -> int:
        """How far the lanes can be moved up."""
        return max(self.content_height - self.lanes.height(), 0)

    def rect(self, row: PlacedLane) -> QRect:
        """The strip of a lane."""
        top = self.lanes.top() + row.top - self.scrolled
        return QRect(self.strip_left, top, self.strip_width, row.height)

    def is_visible(self, row: PlacedLane) -> bool:
        """Whether any of a lane can be seen."""
        return self.rect(row).intersects(self.lanes)

    def scrolled_to(self, person: int, tier_id: str) -> int:
        """How far up the lanes are where a person's tier can be seen: as little as it takes."""
        for row in self.rows:
            lane = row.lane
            if isinstance(lane, LabelLane) and (lane.person, lane.tier_id) == (person, tier_id):
                room = self.lanes.height()
                if row.top < self.scrolled:
                    return row.top
                return row.bottom - room + 8 if row.bottom > self.scrolled + room else self.scrolled
        return self.scrolled

    def row_at(self, place: QPoint) -> PlacedLane | None:
        """The lane or heading at some height; None between them and on the ruler."""
        if place.y() <= self.ruler.bottom():
            return None
        for row in self.rows:
            rect = self.rect(row)
            if rect.top() <= place.y() <= rect.bottom():
                return row
        return None

    def share_of_height(self, row: PlacedLane, y: float) -> float:
        """Where a height lies within a lane: 0 at its top, just below 1 at its foot."""
        rect = self.rect(row)
        return min(max((y - rect.top()) / max(rect.height(), 1), 0.0), 1.0 - 1e-9)

    def _first(self, kind: type) -> QRect:
        for row in self.rows:
            if isinstance(row.lane, kind) and row.group.person == self.person:
                return self.rect(row)
        return QRect(self.strip_left, self.lanes.top(), self.strip_width, 0)

    @property
    def answer(self) -> QRect:
        """The first answer lane of the person picked."""
        return self._first(AnswerLane)

    @property
    def focus(self) -> QRect:
        """The focus lane of the person picked."""
        return self._first(FocusLane)

    @property
    def bracket(self) -> QRect:
        """Below the answer: which frames the answer panel is about."""
        answer = self.answer
        return QRect(answer.left(), answer.bottom() + 2, answer.width(), 3)

    def threshold_y(self, row: PlacedLane, threshold: float) -> int:
        """The height of the threshold's line in an answer lane: its foot is 0, its top is 1."""
        rect = self.rect(row).adjusted(0, 2, 0, -2)
        return round(rect.bottom() - threshold * (rect.height() - 1))

    def threshold_at(self, row: PlacedLane, y: float) -> float:
        """The threshold whose line is at some height of an answer lane."""
        rect = self.rect(row).adjusted(0, 2, 0, -2)
        return min(max((rect.bottom() - y) / max(rect.height() - 1, 1), 0.0), 1.0)

    def grip_at(self, place: QPoint, threshold: float) -> PlacedLane | None:
        """The answer lane whose threshold is at a place right of the strip."""
        row = self.row_at(place)
        if row is None or not isinstance(row.lane, AnswerLane) or row.lane.message:
            return None
        if place.x() < self.strip_left + self.strip_width:
            return None
        near = abs(place.y() - self.threshold_y(row, threshold)) <= GRIP_REACH
        return row if near else None


def height_wanted(metrics: QFontMetrics) -> int:
    """Height at which the lanes of one person and one model can be read."""
    line = metrics.height()
    return (line + 18) + (line + 14) + max(6 * line, 84) + round(1.9 * line) + 3 * 5 + 12
