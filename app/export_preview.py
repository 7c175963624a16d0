"""Small pictures of what an export will be, made between other things."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from app.exporting.exporter import Exporter, ExportParts
from app.exporting.lanes_svg import lanes_svg
from app.exporting.orders import FilmOrder, LanesOrder, Order, PictureOrder
from app.exporting.work import PictureWork, film_still
from app.views.film_frame import FilmShot
from engine.errors import EngineError

if TYPE_CHECKING:
    from app.services.task_runner import Task

SIZE = QSize(600, 400)
"""Twice as large as it is shown: for displays with fine pixels."""


class ExportPreview(QObject):
    """One at a time; a newer one takes the place of one that is not finished."""

    drawn = Signal(object)  # QImage | None

    def __init__(
        self, exporter: Exporter, parts: ExportParts, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._exporter = exporter
        self._parts = parts
        self._picture: PictureWork | None = None
        self._task: Task | None = None

    def stop(self) -> None:
        """Draw no more."""
        if self._picture is not None:
            self._picture.stop()
            self._picture.deleteLater()
            self._picture = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    @Slot(object)
    def show(self, order: Order) -> None:
        """Draw what an order will look like; nothing while something is being exported."""
        self.stop()
        if self._exporter.is_busy:
            return
        try:
            self._draw(order)
        except EngineError:  # said when it is exported
            self.drawn.emit(None)

    def _draw(self, order: Order) -> None:
        if isinstance(order, PictureOrder):
            self._draw_picture(order)
        elif isinstance(order, LanesOrder):
            sheet = self._exporter.sheet(order)
            self._task = self._parts.io.submit(
                lambda _: svg_image(lanes_svg(sheet)),
                on_result=self.drawn.emit,
                on_error=_raise,
            )
        elif isinstance(order, FilmOrder):
            self._draw_film(order)
        else:
            self.drawn.emit(None)

    def _draw_picture(self, order: PictureOrder) -> None:
        scale = min(SIZE.width() / order.width, SIZE.height() / order.height)
        work = PictureWork(self._parts.io, self)
        self._picture = work
        work.finished.connect(self.drawn)
        small = replace(order, out=None, scale=scale)
        work.start(self._exporter.drawer, self._exporter.view(), small, self._parts.scene.font())

    def _draw_film(self, order: FilmOrder) -> None:
        scene = self._exporter.film_scene(order)
        frame = self._parts.player.frame
        explained = scene.answers.at(frame)
        scene.answers.stop()
        if explained is None:
            return
        still = film_still(scene, frame, explained)
        shot = FilmShot(
            still=still,
            pixels=self._exporter.drawer.scene.whole(still),
            frame=frame,
            prediction=scene.prediction(explained),
        )
        self._task = self._parts.io.submit(
            lambda _: scene.composer.image(shot).scaled(
                SIZE,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            ),
            on_result=self.drawn.emit,
            on_error=_raise,
        )


def svg_image(drawing: str) -> QImage:
    """An SVG drawing as a small picture."""
    renderer = QSvgRenderer(drawing.encode())
    size = renderer.defaultSize().scaled(SIZE, Qt.AspectRatioMode.KeepAspectRatio)
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    return image


def _raise(error: Exception) -> None:
    raise error
