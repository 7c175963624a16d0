"""A second recording beside the one on show: how it is laid upon it, and how far that is."""

from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

import numpy as np

from app.document import NOTHING_ASKED, AnswerState
from app.ghost_model import Ghost
from app.scene_contents import SceneContents
from app.scene_model import SceneModel, SceneTransform
from app.second_manner import Manner, SecondView
from app.why_state import NOTHING_HIDDEN
from engine.alignment.alignment import Alignment
from engine.alignment.placing import Place, placement
from engine.arrays import DoubleArray, IntArray
from engine.recording import Recording


class SecondPhase(Enum):
    """How far it is."""

    NOTHING = "nothing"
    """There is none."""
    READING = "reading"
    ALIGNING = "aligning"
    READY = "ready"
    REFUSED = "refused"
    """They cannot be laid upon each other: the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Laid:
    """The second recording laid upon the first, ready for drawing."""

    alignment: Alignment
    ghost: Ghost
    beside: SceneModel
    """The second recording in the first one's scene, for a view of its own."""
    partners: IntArray
    """``(T1,)`` the nearest whole frame of the second; where there is none, of its nearest end."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SecondState:
    """All that is known of the second recording."""

    phase: SecondPhase = SecondPhase.NOTHING
    path: Path | None = None
    recording: Recording | None = None
    scene: SceneModel | None = None
    """The second recording in a scene of its own, for when both change places."""
    person: int | None = None
    """Of the second recording; None for the one who moves most."""
    manner: Manner = field(default_factory=Manner)
    laid: Laid | None = None
    """What was found last; stays while something else is worked out."""
    answer: AnswerState = NOTHING_ASKED
    """Of the model shown, about the second recording."""
    fraction: float | None = None
    """How much of the work is done, where that takes long."""
    left_s: float | None = None
    """Seconds that it will still take, as far as can be told."""
    message: str = ""

    @property
    def is_there(self) -> bool:
        """Whether there is a second recording, or will be."""
        return self.phase is not SecondPhase.NOTHING

    @property
    def name(self) -> str:
        """Of the second recording."""
        return self.path.stem if self.path else ""

    @property
    def shown_person(self) -> int:
        """Of the second recording, who is or will be compared; the first one till that is known."""
        if self.person is not None or self.laid is None:
            return self.person or 0
        return self.laid.alignment.pair.second.performer.person

    @property
    def is_split(self) -> bool:
        """Whether it has a view of its own."""
        return self.laid is not None and self.manner.view is SecondView.SIDE

    @property
    def ghost(self) -> Ghost | None:
        """Drawn upon the body on show."""
        if self.laid is None or self.manner.view is not SecondView.GHOST:
            return None
        return self.laid.ghost


NO_SECOND = SecondState()
MOST_MOVED = 1_000_000
"""Numbers of a recording that are moved in every frame, to keep its person in view; longer ones go
their own way."""
ON_THE_FLOOR: DoubleArray = np.array([1.0, 0.0, 1.0])


def partners_of(alignment: Alignment) -> IntArray:
    """``(T1,)`` the nearest whole frame of the second recording for each of the first."""
    known = np.flatnonzero(np.isfinite(alignment.frames))
    every = np.arange(len(alignment.frames))
    found = np.rint(np.interp(every, known, alignment.frames[known]))
    return np.clip(found, 0, alignment.pair.second.num_frames - 1).astype(np.int64)


def transform_beside(alignment: Alignment, scene: SceneModel) -> SceneTransform:
    """The way of the second recording into the first one's scene, where it goes its own way.

    Args:
        alignment: Says what meets in time.
        scene: Of the first recording.
    """
    pair = alignment.pair
    free = placement(pair, alignment.frames, Place.FREE, same_size=alignment.same_size)
    frame = int(np.flatnonzero(np.isfinite(free.shifts[:, 0]))[0])
    first, second, into = pair.first, pair.second, scene.transform
    back = into.rotation @ first.rotation.T  # from the first body's upright coordinates
    turn = free.turn(frame) / free.scale
    rotation = back @ turn @ second.rotation
    scale = into.scale / first.factor * free.scale * second.factor
    shift = into.scale * (back @ free.shifts[frame] / first.factor - into.rotation @ into.origin)
    return SceneTransform(rotation=rotation, origin=-rotation.T @ shift / scale, scale=scale)


def _moved(model: SceneModel, way: DoubleArray) -> SceneModel:
    """The same scene somewhere else; ``(3,)`` scene units."""
    transform, stage = model.transform, model.stage
    back = transform.rotation.T @ way / transform.scale
    middle = (stage.middle[0] + float(way[0]), stage.middle[1] + float(way[2]))
    return replace(
        model,
        transform=replace(transform, origin=transform.origin - back),
        positions=model.positions + way.astype(np.float32),
        centres=model.centres + way,
        stage=replace(stage, middle=middle),
    )


def contents_beside(contents: SceneContents, state: SecondState, network: int) -> SceneContents:
    """What the view of the second recording shows: its body, and where the model shown looked.

    Args:
        contents: What the first view shows.
        state: With what was found.
        network: Whose explanation is drawn.
    """
    laid = state.laid
    if laid is None or contents.model is None:
        return contents
    ready = state.answer.prepared
    frame = min(contents.frame, len(laid.partners) - 1)
    person = laid.alignment.pair.second.performer.person
    partner = int(laid.partners[frame])
    model = laid.beside
    if state.manner.place is Place.PINNED and model.positions.size <= MOST_MOVED:
        there = contents.model.centre(frame, laid.ghost.person)
        model = _moved(model, (there - model.centre(partner, person)) * ON_THE_FLOOR)
    return replace(
        contents,
        model=model,
        frame=partner,
        explanation=ready[min(network, len(ready) - 1)] if ready else None,
        selected=person if laid.beside.num_people > 1 else None,
        joint=None,
        hidden=NOTHING_HIDDEN,
        contrast=None,
        seen=None,
        lit=(),
        second=None,
    )
