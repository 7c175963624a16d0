"""The lanes as a picture: painted once, copied while only the playhead moves.

Where an edit has changed a lane and nothing has moved, that lane alone is painted anew.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPixmap

from app.lanes.stack import PlacedLane
from app.player import FrameClock
from app.theme import TypeRole, font
from app.timecode import clock_text
from app.timeline_model import Tick, ticks
from app.views.timeline_painting import LanePainter

NS_PER_S = 1_000_000_000
TICK_GAP = 26
"""Pixels between two times on the ruler."""


class LanePicture:
    """Everything on the timeline that stays where it is."""

    def __init__(self) -> None:
        self._picture: QPixmap | None = None
        self._stale: tuple[PlacedLane, ...] = ()

    def forget(self) -> None:
        """All of it is to be painted anew."""
        self._picture, self._stale = None, ()

    def forget_rows(self, rows: Sequence[PlacedLane]) -> None:
        """Some lanes are to be painted anew."""
        self._stale = (*self._stale, *rows)

    def drawn(
        self, lanes: LanePainter, size: QSize, ratio: float, clock: FrameClock | None
    ) -> QPixmap:
        """The picture as it is now.

        Args:
            lanes: Paints them.
            size: Of the timeline, logical pixels.
            ratio: Device pixels a logical one.
            clock: For the ruler; None where there is no recording.
        """
        picture = self._picture
        if picture is None or picture.size() != size * ratio:
            picture = QPixmap(size * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(lanes.palette.window().color())
            painter = QPainter(picture)
            if clock is not None:
                lanes.paint_ruler(painter, _ticks(lanes, clock, painter))
            painter.setClipRect(lanes.areas.lanes)
            _paint(painter, lanes, lanes.areas.rows)
            lanes.paint_scroll_bar(painter)
            painter.end()
        elif self._stale:
            painter = QPainter(picture)
            for row in self._stale:
                band = band_of(lanes, row)
                painter.setClipRect(band)
                painter.fillRect(band, lanes.palette.window())
                _paint(painter, lanes, (row,))
                lanes.paint_scroll_bar(painter)
            painter.end()
        self._picture, self._stale = picture, ()
        return picture


def band_of(lanes: LanePainter, row: PlacedLane) -> QRect:
    """All that belongs to a lane, from the left to the right."""
    rect = lanes.areas.rect(row)
    band = QRect(0, rect.top() - 1, lanes.areas.width, rect.height() + 2)
    return band.intersected(lanes.areas.lanes)


def changed_rows(
    before: tuple[PlacedLane, ...], after: tuple[PlacedLane, ...]
) -> tuple[PlacedLane, ...] | None:
    """Lanes that are not the ones of before, where all lie as they did; None where they do not."""
    if len(before) != len(after):
        return None
    for old, new in zip(before, after, strict=True):
        places = [(each.top, each.height, each.group.person, each.is_open) for each in (old, new)]
        if places[0] != places[1] or (old.lane is None) != (new.lane is None):
            return None
    return tuple(new for old, new in zip(before, after, strict=True) if _shows_else(old, new))


def _shows_else(old: PlacedLane, new: PlacedLane) -> bool:
    """Whether a lane is another one; of folded lanes the heading shows the first answers."""
    if new.lane is not None or new.is_open:
        return new.lane is not old.lane
    return [id(each) for each in old.group.answers[:1]] != [
        id(each) for each in new.group.answers[:1]
    ]


def _paint(painter: QPainter, lanes: LanePainter, rows: Sequence[PlacedLane]) -> None:
    for row in rows:
        if lanes.areas.is_visible(row):
            lanes.paint_row(painter, row)


def _ticks(lanes: LanePainter, clock: FrameClock, painter: QPainter) -> tuple[Tick, ...]:
    painter.setFont(font(TypeRole.TINY))
    widest = clock_text(clock.duration_ns / NS_PER_S)
    room = painter.fontMetrics().horizontalAdvance(widest) + TICK_GAP
    return ticks(
        lanes.span,
        most=lanes.view.width // room,
        time_s=lambda frame: clock.start_of(frame) / NS_PER_S,
        frame_at_s=lambda seconds: clock.frame_at(round(seconds * NS_PER_S)),
    )
