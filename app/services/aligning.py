"""Laying a second recording upon the first, in the io threads; the newest wish wins."""

from dataclasses import dataclass
from time import monotonic, sleep

from PySide6.QtCore import QObject, Signal

from app.ghost_model import ghost_of
from app.scene_model import SceneModel, build_scene
from app.second_manner import Manner
from app.second_state import Laid, partners_of, transform_beside
from app.services.task_runner import Task, TaskControl, TaskRunner, Urgency
from engine.alignment.alignment import Alignment, laid
from engine.alignment.pairing import Performer, main_person, pair_of
from engine.alignment.timing import met_frames
from engine.recording import Recording

TOLD_EVERY_S = 0.2
"""So often progress is told: each time the whole window is put together anew."""
TIMED_SHARE = 0.8
"""Of the work, what is told; the rest puts the bodies into one scene."""
BREATH_S = 0.0005
"""The work rests so long every few milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayingWish:
    """What is to be laid upon what, and how."""

    first: Recording
    scene: SceneModel
    """Of the first."""
    first_person: int | None
    """None for the one who moves most."""
    second: Recording
    second_person: int | None
    manner: Manner
    before: Alignment | None = None
    """Found before; what of it still holds is used again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayingReply:
    """What came of a wish."""

    wish: LayingWish
    laid: Laid


@dataclass(frozen=True, slots=True, kw_only=True)
class LayingRefusal:
    """Why nothing came of it."""

    wish: LayingWish
    error: Exception


class AligningService(QObject):
    """Wishes in, alignments ready for drawing out."""

    found = Signal(object)  # LayingReply
    refused = Signal(object)  # LayingRefusal
    progressed = Signal(float)

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._task: Task | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is worked out."""
        return self._task is not None

    def ask(self, wish: LayingWish) -> None:
        """Lay one upon the other; what is worked out now is stopped."""
        self.stop()
        self._task = self._runner.submit(
            lambda control: _reply(wish, control),
            on_result=self._take,
            on_error=lambda error: self._refuse(LayingRefusal(wish=wish, error=error)),
            on_progress=self.progressed.emit,
            urgency=Urgency.SOON,
        )

    def stop(self) -> None:
        """Nothing that was asked before is told after this."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _take(self, reply: LayingReply) -> None:
        self._task = None
        self.found.emit(reply)

    def _refuse(self, refusal: LayingRefusal) -> None:
        self._task = None
        self.refused.emit(refusal)


class _Told:
    """Between many small steps: tells the progress now and then, and lets the window live.

    Steps as small as these hardly ever give up the interpreter by themselves.
    """

    def __init__(self, control: TaskControl) -> None:
        self._control = control
        self._last_s = monotonic()

    def progress(self, fraction: float) -> None:
        now_s = monotonic()
        if now_s - self._last_s >= TOLD_EVERY_S:
            self._last_s = now_s
            self._control.checkpoint(TIMED_SHARE * fraction)

    def should_stop(self) -> bool:
        sleep(BREATH_S)
        return self._control.should_stop()


def _reply(wish: LayingWish, control: TaskControl) -> LayingReply:
    """Worked out in another thread."""
    first, second = (
        Performer(recording=recording, person=main_person(recording) if person is None else person)
        for recording, person in (
            (wish.first, wish.first_person),
            (wish.second, wish.second_person),
        )
    )
    manner, before = wish.manner, wish.before
    if before is None or not _are_same(before, first, second):
        before = None
    pair = pair_of(first, second) if before is None else before.pair
    if before is not None and before.by is manner.by:
        frames = before.frames
    else:
        told = _Told(control)
        frames = met_frames(
            pair, manner.by, on_progress=told.progress, should_stop=told.should_stop
        )
    alignment = laid(pair, manner.by, frames, manner.place, same_size=manner.same_size)
    found = Laid(
        alignment=alignment,
        ghost=ghost_of(alignment, wish.scene),
        beside=build_scene(wish.second, transform_beside(alignment, wish.scene)),
        partners=partners_of(alignment),
    )
    return LayingReply(wish=wish, laid=found)


def _are_same(before: Alignment, first: Performer, second: Performer) -> bool:
    """Whether an alignment is about the very same persons."""
    pairs = ((before.pair.first.performer, first), (before.pair.second.performer, second))
    return all(old.recording is new.recording and old.person == new.person for old, new in pairs)
