"""Exports under way: a picture part by part, a film frame by frame, and what takes other threads.

Drawing needs the main thread, which has the OpenGL context; it is done in small steps. Everything
else, from writing on pictures to packing films, is done by other threads.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from math import pi, radians
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont, QImage

from app.document import prediction_for
from app.exporting.clip_answers import ClipAnswers, Explained
from app.exporting.film_times import film_fps, film_frames
from app.exporting.orders import FilmOrder, Ground, PictureOrder, checked_span
from app.exporting.saving import save_image
from app.exporting.stepper import Step, Stepper
from app.exporting.view_state import ViewState
from app.player import FrameClock
from app.services.filming import Film, FilmInbox, FilmPlan, write_film
from app.services.task_runner import Task, TaskControl, TaskRunner, Urgency
from app.views.film_frame import FilmComposer, FilmShot
from app.views.scene.offscreen import OffscreenScene, Still
from app.views.still_picture import finished_picture
from engine.arrays import IntArray
from engine.prediction import Prediction
from engine.recording import Recording

LARGEST_SHARE = 0.95
"""Of the progress of a picture, when it is drawn and not yet saved."""


class Drawer:
    """The one who draws what no window shows; begins when it is first asked."""

    def __init__(self) -> None:
        self._scene: OffscreenScene | None = None

    @property
    def scene(self) -> OffscreenScene:
        """Raises EngineError where there is no OpenGL."""
        if self._scene is None:
            self._scene = OffscreenScene()
        return self._scene

    def release(self) -> None:
        """Delete what it has."""
        if self._scene is not None:
            self._scene.release()
            self._scene = None


def still_of(view: ViewState, order: PictureOrder) -> Still:
    """The picture that an order asks for."""
    view = view.in_theme(is_dark=order.is_dark)
    width, height = order.pixels
    return Still(
        contents=view.contents,
        camera=view.camera_for(width, height),
        width=width,
        height=height,
        pixel_ratio=order.scale,
        is_room=order.ground is Ground.WINDOW,
        has_grid=order.has_grid,
        has_shadows=order.has_shadows,
    )


class Work(QObject):
    """One export under way. Told in the main thread, exactly one of finished and failed."""

    progressed = Signal(float)
    finished = Signal(object)  # Path, QImage or Film
    failed = Signal(object)  # Exception

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._task: Task | None = None
        self._stepper = Stepper(self)
        self._stepper.failed.connect(self._fail)

    def stop(self) -> None:
        """Do no more of it; nothing is told, and nothing is kept."""
        self._stepper.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _fail(self, error: Exception) -> None:
        self.stop()
        self.failed.emit(error)


class PictureWork(Work):
    """Draws a picture, then writes on it and saves it."""

    def start(self, drawer: Drawer, view: ViewState, order: PictureOrder, font: QFont) -> None:
        """Begin.

        Args:
            drawer: Draws.
            view: What is shown.
            order: What is wanted; without a path the picture itself is told.
            font: Of joint names.
        """
        still = still_of(view, order)
        canvas = still.canvas()
        self._stepper.finished.connect(lambda: self._save(canvas, still, order, font))
        self._stepper.start(self._steps(drawer, still, canvas))

    def _steps(self, drawer: Drawer, still: Still, canvas: NDArray[np.uint8]) -> Iterator[Step]:
        for part in drawer.scene.parts(still):
            part.put(canvas)
            self.progressed.emit(LARGEST_SHARE * part.done)
            yield Step.DONE

    def _save(
        self, canvas: NDArray[np.uint8], still: Still, order: PictureOrder, font: QFont
    ) -> None:
        def work(_: TaskControl) -> QImage | Path:
            image = finished_picture(
                canvas,
                still,
                font,
                has_legend=order.has_legend,
                is_white=order.ground is Ground.WHITE,
            )
            return image if order.out is None else save_image(image, order.out)

        self._task = self._runner.submit(work, on_result=self._finish, on_error=self._fail)

    def _finish(self, made: QImage | Path) -> None:
        self._task = None
        self.finished.emit(made)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmScene:
    """What a film is made of."""

    view: ViewState
    recording: Recording
    answers: ClipAnswers
    network: int
    person: int | None
    composer: FilmComposer

    def prediction(self, explained: Explained) -> Prediction | None:
        """The answer for the person it is about."""
        answer = explained.answer
        return None if answer is None else prediction_for(answer, self.person)


def film_still(scene: FilmScene, frame: int, explained: Explained, turned: float = 0.0) -> Still:
    """The view of one frame.

    Args:
        scene: What the film is made of.
        frame: Of the recording.
        explained: What the model says around it.
        turned: Radians that the camera has gone around.
    """
    width, height = scene.composer.view_size
    view = replace(scene.view, camera=scene.view.camera_for(width, height))
    found = explained.prepared
    shown = found[min(scene.network, len(found) - 1)] if found else None
    contents, camera = view.at_frame(frame, shown)
    azimuth = (camera.azimuth + turned + pi) % (2 * pi) - pi if turned else camera.azimuth
    return Still(
        contents=contents,
        camera=replace(camera, azimuth=azimuth),
        width=width,
        height=height,
        pixel_ratio=scene.composer.pixel_ratio,
        is_room=not scene.composer.is_white,
        has_grid=False,
    )


def shot_steps(
    drawer: Drawer, scene: FilmScene, frame: int, turned: float = 0.0
) -> Generator[Step, None, FilmShot]:
    """Wait for what the model says around a frame, then draw it: the steps of one shot.

    Args:
        drawer: Draws.
        scene: What the film is made of.
        frame: Of the recording.
        turned: Radians that the camera has gone around.
    """
    while (explained := scene.answers.at(frame)) is None:
        yield Step.WAITING
    still = film_still(scene, frame, explained, turned)
    pixels = still.canvas()
    for part in drawer.scene.bands(still):
        part.put(pixels)
        yield Step.DONE
    return FilmShot(still=still, pixels=pixels, frame=frame, prediction=scene.prediction(explained))


class FilmWork(Work):
    """Draws frame after frame, and has them packed in another thread."""

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(runner, parent)
        self._answers: ClipAnswers | None = None

    def start(self, drawer: Drawer, scene: FilmScene, order: FilmOrder) -> None:
        """Begin.

        Args:
            drawer: Draws.
            scene: What is shown.
            order: What is wanted.

        Raises:
            EngineError: The recording has no such frames, or too many.
        """
        recording = scene.recording
        span = checked_span(order.span, recording.num_frames)
        fps = film_fps(order.fps, recording.shown_fps)
        frames = film_frames(FrameClock.of(recording), span, fps=fps, speed=order.speed)
        plan = FilmPlan(
            out=order.out,
            width=order.width,
            height=order.height,
            fps=float(fps),
            count=len(frames),
            codec=order.codec,
        )
        inbox: FilmInbox[FilmShot] = FilmInbox()
        self._answers = scene.answers
        self._task = self._runner.submit(
            lambda control: write_film(plan, inbox, scene.composer, control.should_stop),
            on_result=self._finish,
            on_error=self._fail,
        )
        turn = radians(order.turn) / float(fps)
        self._stepper.start(self._steps(drawer, scene, frames, inbox, turn))

    def stop(self) -> None:
        """Do no more of it; nothing is told, and nothing is kept."""
        super().stop()
        if self._answers is not None:
            self._answers.stop()

    def _steps(
        self,
        drawer: Drawer,
        scene: FilmScene,
        frames: IntArray,
        inbox: FilmInbox[FilmShot],
        turn: float,
    ) -> Iterator[Step]:
        for number, frame in enumerate(frames.tolist()):
            while inbox.is_full:
                yield Step.WAITING
            inbox.put((yield from shot_steps(drawer, scene, frame, number * turn)))
            self.progressed.emit((number + 1) / len(frames))

    def _finish(self, film: Film | None) -> None:
        self._task = None
        if self._answers is not None:
            self._answers.stop()
        if film is not None:
            self.finished.emit(film)


class ThreadWork(Work):
    """Something that needs no drawing."""

    def start(
        self, work: Callable[[TaskControl], Path | QImage], urgency: Urgency = Urgency.ANSWER
    ) -> None:
        """Begin."""
        self._task = self._runner.submit(
            work,
            on_result=self._finish,
            on_error=self._fail,
            on_progress=self.progressed.emit,
            urgency=urgency,
        )

    def _finish(self, made: Path | QImage) -> None:
        self._task = None
        self.finished.emit(made)
