"""Small pictures of what an export will be, made between other things."""

from collections.abc import Generator
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from app.exporting.exporter import Exporter, ExportParts
from app.exporting.lanes_svg import lanes_svg
from app.exporting.orders import FilmOrder, LanesOrder, Order, PictureOrder
from app.exporting.stepper import Step
from app.exporting.work import Drawer, FilmScene, PictureWork, ThreadWork, Work, shot_steps
from app.views.film_frame import FilmShot
from engine.errors import EngineError

WorkT = TypeVar("WorkT", bound=Work)
SIZE = QSize(600, 400)
"""Twice as large as it is shown: for displays with fine pixels."""


class FilmGlance(Work):
    """One frame of a film, drawn in steps as those of the film are."""

    def start(self, drawer: Drawer, scene: FilmScene, frame: int) -> None:
        """Begin.

        Args:
            drawer: Draws.
            scene: What the film is made of.
            frame: Of the recording.
        """
        self._answers = scene.answers
        self._stepper.start(self._steps(drawer, scene, frame))

    def stop(self) -> None:
        """Do no more of it; nothing is told."""
        super().stop()
        self._answers.stop()

    def _steps(self, drawer: Drawer, scene: FilmScene, frame: int) -> Generator[Step, None, None]:
        shot = yield from shot_steps(drawer, scene, frame)
        self._answers.stop()
        self._task = self._runner.submit(
            lambda _: glance(scene, shot), on_result=self.finished.emit, on_error=self._fail
        )


class ExportPreview(QObject):
    """One at a time; a newer one takes the place of one that is not finished."""

    drawn = Signal(object)  # QImage | None

    def __init__(
        self, exporter: Exporter, parts: ExportParts, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._exporter = exporter
        self._parts = parts
        self._work: Work | None = None

    def stop(self) -> None:
        """Draw no more."""
        work, self._work = self._work, None
        if work is not None:
            work.stop()
            work.deleteLater()

    @Slot(object)
    def show(self, order: Order) -> None:
        """Draw what an order will look like; nothing while something is being exported."""
        self.stop()
        if self._exporter.is_busy:
            return
        try:
            self._begin(order)
        except EngineError as error:
            self._fail(error)

    def _begin(self, order: Order) -> None:
        parts, exporter = self._parts, self._exporter
        if isinstance(order, PictureOrder):
            scale = min(SIZE.width() / order.width, SIZE.height() / order.height)
            small, view = replace(order, out=None, scale=scale), exporter.view()
            picture = self._started(PictureWork(parts.io, self))
            picture.start(exporter.drawer, view, small, parts.scene.font())
        elif isinstance(order, LanesOrder):
            sheet = exporter.sheet(order)
            self._started(ThreadWork(parts.io, self)).start(lambda _: svg_image(lanes_svg(sheet)))
        elif isinstance(order, FilmOrder):
            scene = exporter.film_scene(order)
            film = self._started(FilmGlance(parts.io, self))
            film.start(exporter.drawer, scene, parts.player.frame)
        else:
            self.drawn.emit(None)

    def _started(self, work: WorkT) -> WorkT:
        self._work = work
        work.finished.connect(self.drawn)
        work.failed.connect(self._fail)
        return work

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        """Show nothing: what a user can mend is said when it is exported.

        Raises:
            Exception: The same, when it is a defect.
        """
        self.drawn.emit(None)
        if not isinstance(error, EngineError):
            raise error


def glance(scene: FilmScene, shot: FilmShot) -> QImage:
    """A frame of a film as a small picture."""
    how = Qt.TransformationMode.SmoothTransformation
    return scene.composer.image(shot).scaled(SIZE, Qt.AspectRatioMode.KeepAspectRatio, how)


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
