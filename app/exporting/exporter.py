"""Carries out orders: what the window shows becomes pictures, drawings, films and numbers.

The command line uses it too, on a window of its own: what it makes is what the window makes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QImage

from app.camera import CameraState
from app.document import Document
from app.exporting.clip_answers import ClipAnswers, Explained
from app.exporting.command_words import Showing
from app.exporting.lanes_svg import LanesSheet, lanes_svg
from app.exporting.numbers import ask_numbers, check_numbers, dossier_of_answer, write_numbers
from app.exporting.orders import (
    FilmOrder,
    LanesOrder,
    NumbersOrder,
    Order,
    PictureOrder,
    checked_span,
)
from app.exporting.saving import save_bytes
from app.exporting.view_state import ViewState
from app.exporting.work import Drawer, FilmScene, FilmWork, PictureWork, ThreadWork, Work
from app.following import Following
from app.lane_keeper import LaneKeeper
from app.overlays import drawable
from app.player import NS_PER_S, FrameClock, Player
from app.scene_theme import SceneTheme
from app.services.filming import Film
from app.services.inference import InferenceService
from app.services.task_runner import TaskRunner, Urgency
from app.settings import FOLLOWING, FOLLOWING_HANDS
from app.theme import Theme, colours_of, palette
from app.timeline_model import TimeSpan
from app.views.film_frame import Below, FilmComposer
from app.views.main_window import MainWindow
from app.views.scene.scene_view import SceneView
from engine.errors import EngineError
from engine.recording import Recording
from engine.runtime.windows import is_answered_whole
from engine.skeleton import LayoutKind

NO_RECORDING = "there is nothing to export: open a recording first"
NO_ANSWER = "there are no numbers to export: no model has answered yet"
FOLLOWED_USUALLY = {LayoutKind.BODY: FOLLOWING.default, LayoutKind.HAND: FOLLOWING_HANDS.default}
UNFINISHED = "not everything is answered yet"
"""Of lanes: what is not known is empty in them."""
NO_LANES = "the lanes are not there yet; wait until they are"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportParts:
    """What is exported from."""

    window: MainWindow
    scene: SceneView
    player: Player
    following: Following
    lanes: LaneKeeper
    inference: InferenceService
    inference_thread: TaskRunner
    io: TaskRunner


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """Something that is there now."""

    order: Order
    path: Path | None
    """A file, or a folder with numbers; None for the clipboard."""
    remark: str = ""
    """Something worth knowing of it."""


class Exporter(QObject):
    """Carries out one order after the other, one at a time."""

    begun = Signal(object)  # Order
    progressed = Signal(float)
    exported = Signal(object)  # Exported
    failed = Signal(object)  # Exception

    def __init__(
        self, document: Document, parts: ExportParts, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._parts = parts
        self._drawer = Drawer()
        self._films = TaskRunner("film", parent=self)
        self._work: Work | None = None
        self._order: Order | None = None
        self._remark = ""
        self.keeps_camera = False
        """Whether narrow pictures are taken from where the camera stands, and not from farther
        away: it was placed for them."""

    @property
    def is_busy(self) -> bool:
        """Whether an order is being carried out."""
        return self._work is not None

    @property
    def drawer(self) -> Drawer:
        """Draws pictures; of use for thumbnails, too."""
        return self._drawer

    def close(self, *, longest_ms: int | None = None) -> bool:
        """Stop, and end the thread.

        Returns:
            Whether it has ended.
        """
        self.stop()
        self._drawer.release()
        return self._films.close(longest_ms=longest_ms)

    def stop(self) -> bool:
        """Give up what is being made; nothing of it is kept.

        Returns:
            Whether there was anything.
        """
        work, self._work = self._work, None
        if work is None:
            return False
        work.stop()
        work.deleteLater()
        return True

    def perform(self, order: Order) -> None:
        """Carry out an order; what is being made is given up for it."""
        self.stop()
        self._order = order
        self._remark = UNFINISHED if self._is_unfinished(order) else ""
        try:
            work, start = self._prepared(order)
            self._work = work
            work.progressed.connect(self.progressed)
            work.finished.connect(self._finish)
            work.failed.connect(self._fail)
            self.begun.emit(order)
            start()
        except EngineError as error:
            self._fail(error)

    def _prepared(self, order: Order) -> tuple[Work, Callable[[], None]]:
        io = self._parts.io
        self._spare(order.out)
        if isinstance(order, PictureOrder):
            picture, view = PictureWork(io, self), self.view()
            font = self._parts.scene.font()
            return picture, lambda: picture.start(self._drawer, view, order, font)
        if isinstance(order, FilmOrder):
            film, scene = FilmWork(self._films, self), self.film_scene(order)
            return film, lambda: film.start(self._drawer, scene, order)
        if isinstance(order, LanesOrder):
            lanes, sheet, out = ThreadWork(io, self), self.sheet(order), order.out
            return lanes, lambda: lanes.start(lambda _: save_bytes(lanes_svg(sheet).encode(), out))
        return self._prepared_numbers(order)

    def _is_unfinished(self, order: Order) -> bool:
        """Whether lanes in it lack answers that are on their way, or were stopped."""
        has_lanes = isinstance(order, LanesOrder) or (
            isinstance(order, FilmOrder) and order.has_lanes
        )
        state = self._document.track_state
        return has_lanes and (state.progress is not None or state.is_stopped)

    def _spare(self, out: Path | None) -> None:
        """Write nothing over the recording itself.

        Raises:
            EngineError: That would be done.
        """
        path = self.recording().source.path
        if out is not None and path is not None and out.resolve() == path.resolve():
            raise EngineError(f"{out} is the recording itself; name another file")

    # what is exported from

    def recording(self) -> Recording:
        """The one on show.

        Raises:
            EngineError: There is none.
        """
        if self._document.recording is None:
            raise EngineError(NO_RECORDING)
        return self._document.recording

    def view(self) -> ViewState:
        """The 3D view as it stands.

        Raises:
            EngineError: Nothing is on show.
        """
        recording, scene = self.recording(), self._parts.scene
        contents = replace(scene.contents, hovered=None, hovered_link=None)
        return ViewState(
            contents=contents,
            camera=scene.camera,
            aspect=0.0 if self.keeps_camera else scene.width() / max(scene.height(), 1),
            is_following=self._parts.following.is_on(recording.layout.kind),
        )

    def sheet(self, order: LanesOrder) -> LanesSheet:
        """The lanes as a drawing of them wants them.

        Raises:
            EngineError: There are none yet, or not those frames.
        """
        recording, stack = self.recording(), self._parts.lanes.stack
        if stack is None:
            raise EngineError(NO_LANES)
        timeline, clock = self._parts.window.timeline, FrameClock.of(recording)
        start, stop = checked_span(order.span, recording.num_frames)
        model, path = self._document.model, recording.source.path
        names = (path.stem if path else "", model.card.title if model else "")
        theme = SceneTheme.dark() if order.is_dark else SceneTheme.light()
        groups = stack.groups
        if not order.has_everybody:
            open_people = timeline.open_people
            groups = tuple(each for each in groups if each.person in open_people) or groups[:1]
        return LanesSheet(
            stack=replace(stack, groups=groups),
            span=TimeSpan.whole(recording.num_frames).on(start, stop),
            threshold=timeline.threshold,
            title=" · ".join(name for name in names if name),
            people=tuple(QColor.fromRgbF(*colour).name() for colour in theme.people),
            time_s=lambda frame: clock.start_of(frame) / NS_PER_S,
            frame_at_s=lambda seconds: clock.frame_at(round(seconds * NS_PER_S)),
            width=order.width,
            is_dark=order.is_dark,
            person=groups[0].name if len(stack.groups) > len(groups) == 1 else "",
        )

    def film_scene(self, order: FilmOrder) -> FilmScene:
        """What a film of the window is made of.

        Raises:
            EngineError: Nothing is on show, or not those frames.
        """
        recording, document = self.recording(), self._document
        view = self.view().in_theme(is_dark=order.is_dark)
        parts = self._parts
        answers = ClipAnswers(parts.inference, parts.inference_thread, document.model, recording)
        state = document.answer_state
        answers.learn(Explained(answer=state.answer, prepared=state.prepared))
        return FilmScene(
            view=view,
            recording=recording,
            answers=answers,
            network=document.overlay.network,
            person=document.person,
            composer=FilmComposer(
                width=order.width,
                height=order.height,
                font=parts.scene.font(),
                is_white=order.is_white,
                below=self._below(order, recording) if order.has_lanes else None,
            ),
        )

    def _below(self, order: FilmOrder, recording: Recording) -> Below:
        document, theme = self._document, Theme.DARK if order.is_dark else Theme.LIGHT
        colours = SceneTheme.dark() if order.is_dark else SceneTheme.light()
        start, stop = checked_span(order.span, recording.num_frames)
        return Below(
            stack=self._parts.lanes.stack,
            person=document.person or 0,
            span=TimeSpan.whole(recording.num_frames).on(start, stop),
            clock=FrameClock.of(recording),
            threshold=self._parts.window.timeline.threshold,
            title=document.model.card.title if document.model else "",
            palette=palette(colours_of(theme)),
            people=tuple(QColor.fromRgbF(*colour) for colour in colours.people),
            is_on_dark=order.is_dark,
            action_palette=document.action_palette,
        )

    def _prepared_numbers(self, order: NumbersOrder) -> tuple[Work, Callable[[], None]]:
        recording, document = self.recording(), self._document
        answer, model, person = document.answer_state.answer, document.model, document.person
        if answer is None or model is None:
            raise EngineError(document.answer_state.message or NO_ANSWER)
        dossier = dossier_of_answer(answer, recording, person)
        facts = {
            "file": str(recording.source.path or ""),
            "model": model.card.id,
            "title": model.card.title,
        }
        if not order.is_full:
            quick = ThreadWork(self._parts.io, self)
            return quick, lambda: quick.start(lambda _: write_numbers(dossier, order, facts))
        check_numbers(order)
        slow, clip = ThreadWork(self._parts.inference_thread, self), dossier.clip
        ask = self._parts.inference.with_model(
            model,
            lambda recognizer, control: write_numbers(
                ask_numbers(recognizer, clip, person, control), order, facts
            ),
        )
        return slow, lambda: slow.start(ask, Urgency.SOON)

    def showing(self, order: Order | None = None) -> Showing:
        """What the window shows, as far as the command line can say it.

        Args:
            order: What is made of it: the camera stands as for that; None for the window.

        Raises:
            EngineError: It shows a recording that is no file, or none.
        """
        recording, document, parts = self.recording(), self._document, self._parts
        path = recording.source.path
        if path is None:
            raise EngineError("this recording is no file: there is no command that opens it")
        model, overlay, explanation = document.model, document.overlay, document.explanation
        names = recording.layout.joints
        kind = recording.layout.kind
        drawn = None
        if explanation is not None:
            drawn = tuple(each.id for each in drawable(overlay.drawn, explanation))
        contents = parts.scene.contents
        people = recording.num_people
        return Showing(
            recording=path.absolute(),
            frame=parts.player.frame,
            camera=self._camera_for(order),
            settings=overlay.settings,
            threshold=parts.window.timeline.threshold,
            size=(parts.window.width(), parts.window.height()),
            is_dark=contents.theme.is_dark,
            model=None if model is None else model.card.id,
            compared=tuple(each.card.id for each in parts.lanes.compared),
            is_side_by_side=parts.window.action_set["compare.side-by-side"].isChecked(),
            span=self._asked_span(recording),
            person=document.person,
            joint=None if document.joint is None else names[document.joint],
            overlays=drawn,
            network=overlay.network,
            usual_focal_joints=None if model is None else model.card.focal_joints,
            is_following=parts.following.is_on(kind),
            follows_usually=FOLLOWED_USUALLY[kind],
            has_trails=contents.has_trails,
            has_names=contents.has_labels,
            open_everybody=people > 1 and len(parts.window.timeline.open_people) == people,
            is_asking_why=not contents.hidden.is_empty
            or contents.contrast is not None
            or contents.seen is not None,
            has_second=not parts.window.second.isHidden(),
        )

    def _camera_for(self, order: Order | None) -> CameraState:
        view = self.view()
        if isinstance(order, PictureOrder):
            return view.camera_for(*order.pixels)
        if isinstance(order, FilmOrder):
            return view.camera_for(*self.film_scene(order).composer.view_size)
        return view.camera

    def _asked_span(self, recording: Recording) -> tuple[int, int] | None:
        """What the answer is about, where that is not everything."""
        model, answer = self._document.model, self._document.answer_state.answer
        if model is None or answer is None or is_answered_whole(recording, model.card.windows):
            return None
        about = answer.predictions[answer.main]
        return about.start, about.stop

    # what comes of it

    @Slot(object)
    def _finish(self, made: object) -> None:
        order = self._order
        self._end()
        if order is None:
            return
        if isinstance(made, QImage):
            QGuiApplication.clipboard().setImage(made)
            self.exported.emit(Exported(order=order, path=None))
        elif isinstance(made, Film):
            facts = f"{made.count} frames, {made.codec.value}"
            remark = f"{facts}; {self._remark}" if self._remark else facts
            self.exported.emit(Exported(order=order, path=made.path, remark=remark))
        elif isinstance(made, Path):
            self.exported.emit(Exported(order=order, path=made, remark=self._remark))

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        """Tell of it.

        Raises:
            Exception: The same, when it is a defect and not something to mend.
        """
        self._end()
        self.failed.emit(error)
        if not isinstance(error, EngineError):
            raise error

    def _end(self) -> None:
        work, self._work = self._work, None
        if work is not None:
            work.deleteLater()
