"""A frame of a film: the view, below it the answer, the time and the lanes. Works in any thread."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QImage, QPainter, QPalette

from app.action_colours import NO_STUDY_PALETTE, ActionPalette, is_nothing
from app.lanes.base import LaneView
from app.lanes.stack import LaneStack, PlacedLane, placed
from app.player import NS_PER_S, FrameClock
from app.theme import TypeRole, font
from app.timecode import clock_text, frame_text
from app.timeline_model import TimeSpan, ticks
from app.views.scene.offscreen import Still
from app.views.still_picture import image_of_scene, on_white, write_over
from app.views.timeline_areas import LaneAreas
from app.views.timeline_moving import paint_playhead
from app.views.timeline_painting import LanePainter
from engine.prediction import Prediction

USUAL_SIDE = 720
"""The shorter side of a film whose words are as large as the window's."""
CAPTION = 58
"""Logical pixels."""
LANES_SHARE = 0.34
"""Of the height, at most."""
TOP = 3
"""Actions named."""
MARGIN, BAR, BAR_GAP = 18.0, 6.0, 22.0
WIDEST_ACTION = 210.0
CLOCK_ROOM = 190.0
FADED = 0.4
"""Of a bar, where the answer is none of these."""
FEWEST_LANES_PX = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """What stands below the view."""

    stack: LaneStack | None
    """None while no lanes are known."""
    person: int
    span: TimeSpan
    clock: FrameClock
    threshold: float
    title: str
    """Of the model."""
    palette: QPalette
    people: tuple[QColor, ...]
    is_on_dark: bool
    action_palette: ActionPalette = NO_STUDY_PALETTE


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmShot:
    """One frame on its way into a film."""

    still: Still
    pixels: NDArray[np.uint8]
    """``(h, w, 4)`` of the view."""
    frame: int
    """Of the recording."""
    prediction: Prediction | None
    """The answer that is about it."""


@dataclass(frozen=True, kw_only=True)
class FilmComposer:
    """Puts frames together. Made in the main thread, used in one other."""

    width: int
    """Device pixels."""
    height: int
    font: QFont
    """Of joint names."""
    is_white: bool = False
    below: Below | None = None

    @property
    def pixel_ratio(self) -> float:
        """Device pixels in a logical one: words grow with the film."""
        return max(min(self.width, self.height) / USUAL_SIDE, 0.5)

    @property
    def view_size(self) -> tuple[int, int]:
        """Width and height of the view, device pixels."""
        if self.below is None:
            return self.width, self.height
        used = round((CAPTION + self.lanes_height) * self.pixel_ratio)
        return self.width, max(self.height - used, 2)

    @cached_property
    def rows(self) -> tuple[PlacedLane, ...]:
        """The lanes that there is room for."""
        below = self.below
        if below is None or below.stack is None:
            return ()
        most = self.height / self.pixel_ratio * LANES_SHARE
        empty = self._areas(())
        line = QFontMetrics(font(TypeRole.TEXT)).height()
        room = int(most) - empty.ruler.height()
        wanted = placed(below.stack, line=line, room=room, open_people=frozenset({below.person}))
        return tuple(row for row in wanted if row.bottom <= max(room, FEWEST_LANES_PX))

    @cached_property
    def lanes_height(self) -> int:
        """Logical pixels of axis and lanes."""
        areas = self._areas(())
        return areas.ruler.height() + (self.rows[-1].bottom if self.rows else 0) + 14

    def _areas(self, rows: tuple[PlacedLane, ...]) -> LaneAreas:
        width = round(self.width / self.pixel_ratio)
        metrics = QFontMetrics(font(TypeRole.TEXT))
        areas = LaneAreas.fitted(width, 10_000, metrics)
        return replace(areas, rows=rows, person=0 if self.below is None else self.below.person)

    @cached_property
    def _lanes(self) -> tuple[QImage, LanePainter] | None:
        """The lanes without a playhead, and what paints one."""
        below = self.below
        if below is None:
            return None
        areas = replace(self._areas(self.rows), height=self.lanes_height)
        painting = LanePainter(
            areas=areas,
            view=LaneView(
                span=below.span,
                width=areas.strip_width,
                is_on_dark=below.is_on_dark,
                threshold=below.threshold,
            ),
            palette=below.palette,
            people=below.people,
        )
        picture = self._blank(self.lanes_height)
        painter = QPainter(picture)
        painter.setFont(font(TypeRole.TINY))
        widest = clock_text(below.clock.duration_ns / NS_PER_S)
        room = painter.fontMetrics().horizontalAdvance(widest) + 26
        marks = ticks(
            below.span,
            most=areas.strip_width // room,
            time_s=lambda frame: below.clock.start_of(frame) / NS_PER_S,
            frame_at_s=lambda seconds: below.clock.frame_at(round(seconds * NS_PER_S)),
        )
        painting.paint_ruler(painter, marks)
        for row in self.rows:
            painting.paint_row(painter, row)
        painter.end()
        return picture, painting

    def _blank(self, height: float) -> QImage:
        ratio = self.pixel_ratio
        size = QSize(self.width, round(height * ratio))
        image = QImage(size, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(self._ground)
        return image

    @property
    def _ground(self) -> QColor:
        if self.is_white or self.below is None:
            return QColor(Qt.GlobalColor.white)
        return self.below.palette.color(QPalette.ColorRole.Window)

    def __call__(self, shot: FilmShot) -> NDArray[np.uint8]:
        """``(h, w, 3)`` blue, green, red."""
        canvas = self.image(shot)
        bits = np.frombuffer(canvas.constBits(), dtype=np.uint8)
        rows = bits.reshape(canvas.height(), canvas.bytesPerLine())[:, : 4 * canvas.width()]
        return np.ascontiguousarray(rows.reshape(canvas.height(), canvas.width(), 4)[..., :3])

    def image(self, shot: FilmShot) -> QImage:
        """The frame as a picture."""
        view = image_of_scene(shot.pixels, shot.still.pixel_ratio)
        if self.is_white:
            view = on_white(view)
        write_over(view, shot.still, self.font, has_legend=False)
        canvas = self._blank(self.height / self.pixel_ratio)
        painter = QPainter(canvas)
        painter.drawImage(QPointF(0, 0), view)
        if self.below is not None and self._lanes is not None:
            picture, painting = self._lanes
            top = self.height / self.pixel_ratio - self.lanes_height
            self._paint_caption(painter, self.below, shot, top - CAPTION)
            painter.drawImage(QPointF(0, top), picture)
            painter.translate(0, top)
            paint_playhead(painting, painter, shot.frame)
        painter.end()
        return canvas

    def _paint_caption(self, painter: QPainter, below: Below, shot: FilmShot, top: float) -> None:
        """Actions with their bars at the left, the time at the right."""
        width = self.width / self.pixel_ratio
        role = QPalette.ColorRole
        text, quiet = (below.palette.color(each) for each in (role.Text, role.PlaceholderText))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(below.palette.color(role.Mid))
        painter.drawLine(QPointF(0, top + 0.5), QPointF(width, top + 0.5))
        right = QRectF(width - MARGIN - CLOCK_ROOM, top, CLOCK_ROOM, CAPTION)
        seconds = below.clock.start_of(shot.frame) / NS_PER_S
        painter.setFont(font(TypeRole.CLOCK))
        painter.setPen(text)
        side = Qt.AlignmentFlag.AlignRight
        painter.drawText(
            right.adjusted(0, 10, 0, 0), side | Qt.AlignmentFlag.AlignTop, clock_text(seconds)
        )
        painter.setFont(font(TypeRole.TINY))
        painter.setPen(quiet)
        words = frame_text(shot.frame, below.clock.num_frames)
        painter.drawText(right.adjusted(0, 0, 0, -9), side | Qt.AlignmentFlag.AlignBottom, words)
        if shot.prediction is not None:
            self._paint_answer(painter, below, shot.prediction, top)

    def _paint_answer(
        self, painter: QPainter, below: Below, prediction: Prediction, top: float
    ) -> None:
        room = self.width / self.pixel_ratio - 2 * MARGIN - CLOCK_ROOM - BAR_GAP
        wide = min(room / TOP - BAR_GAP, WIDEST_ACTION)
        order = prediction.probabilities.argsort(kind="stable")[::-1][:TOP].tolist()
        role = QPalette.ColorRole
        colours = below.action_palette.colours(prediction.class_names)
        for place, action in enumerate(order):
            left = MARGIN + place * (wide + BAR_GAP)
            share = float(prediction.probabilities[action])
            face = font(TypeRole.STRONG if place == 0 else TypeRole.TEXT)
            metrics = QFontMetricsF(face)
            number = f"{share:.2f}"
            painter.setFont(face)
            is_loud = place == 0 and not is_nothing(prediction.class_names[action])
            painter.setPen(below.palette.color(role.Text if is_loud else role.PlaceholderText))
            base = top + 14 + metrics.ascent()
            free = wide - metrics.horizontalAdvance(number) - 8
            name = metrics.elidedText(
                prediction.class_names[action], Qt.TextElideMode.ElideRight, free
            )
            painter.drawText(QPointF(left, base), name)
            painter.drawText(QPointF(left + wide - metrics.horizontalAdvance(number), base), number)
            painter.setPen(Qt.PenStyle.NoPen)
            bar = QRectF(left, top + 20 + metrics.height(), wide, BAR)
            painter.setBrush(below.palette.color(role.Base))
            painter.drawRoundedRect(bar, BAR / 2, BAR / 2)
            colour = QColor(colours[action])
            colour.setAlphaF(FADED if prediction.is_none else 1.0)
            painter.setBrush(colour)
            bar.setWidth(max(share * wide, BAR))
            painter.drawRoundedRect(bar, BAR / 2, BAR / 2)
