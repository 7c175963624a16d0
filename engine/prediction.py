"""What a model answers, and where it looked, in the recording's own frames, people and joints."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray, read_only
from engine.errors import EngineError


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """Probabilities of a model's actions for one span of frames."""

    model_id: str
    class_names: tuple[str, ...]
    probabilities: FloatArray
    """``(K,)`` float32, sums to one."""
    start: int
    stop: int
    """Half-open span of recording frames."""
    person: int | None
    """Index of the person it is about; None where the model saw everybody at once."""
    none_below: float = 0.0
    """A largest probability below this means none of these; 0 where something is always named."""

    def __post_init__(self) -> None:
        if self.probabilities.shape != (len(self.class_names),):
            raise EngineError(
                f"{len(self.class_names)} classes need as many probabilities, "
                f"got shape {self.probabilities.shape}"
            )
        object.__setattr__(self, "probabilities", read_only(self.probabilities))

    @property
    def is_none(self) -> bool:
        """Whether the model is too unsure of its best answer to mean any of its actions."""
        return bool(self.probabilities.max() < self.none_below)

    def top(self, count: int) -> tuple[tuple[str, float], ...]:
        """The ``count`` most probable actions, best first, as ``(name, probability)``."""
        order = np.argsort(-self.probabilities, kind="stable")[:count]
        return tuple((self.class_names[k], float(self.probabilities[k])) for k in order)


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionTrack:
    """Answers over sliding windows of a long recording, for one person or for everybody."""

    model_id: str
    class_names: tuple[str, ...]
    starts: IntArray
    """``(W,)`` first frame of each window, ascending."""
    stops: IntArray
    """``(W,)`` frame after the last of each window."""
    probabilities: FloatArray
    """``(W, K)`` float32, each row sums to one."""
    person: int | None
    none_below: float = 0.0
    """A largest probability below this means none of these; 0 where something is always named."""

    def __post_init__(self) -> None:
        windows = (len(self.starts), len(self.class_names))
        if self.probabilities.shape != windows or len(self.stops) != windows[0]:
            raise EngineError(f"a track of {windows} needs probabilities of that shape")
        for name in ("starts", "stops", "probabilities"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @property
    def is_none(self) -> BoolArray:
        """``(W,)`` where the model is too unsure of its best answer to mean any of its actions."""
        unsure: BoolArray = self.probabilities.max(axis=1) < self.none_below
        return unsure


@dataclass(frozen=True, slots=True, kw_only=True)
class JointMap:
    """How much each joint mattered, frame by frame."""

    name: str
    """For menus, e.g. ``Informativeness`` or ``Focus on sit down``."""
    weights: FloatArray
    """``(T, M, V)`` float32 in 0..1; NaN for people and joints not seen."""
    strongest: float
    """Largest weight before any normalisation, to be shown beside the colour scale."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", read_only(self.weights))


class Node(Enum):
    """What an end of a link is."""

    JOINT = "joint"
    PART = "part"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMap:
    """Attention paid by joints or body parts to others, at the network's own steps in time."""

    name: str
    """For menus, e.g. ``Focal joints to parts``."""
    asking: Node
    """What the rows are: who attends."""
    asked: Node
    """What the columns are: who is attended to."""
    weights: FloatArray
    """``(S, M, H, I, J)`` float32: S steps, H heads, I asking, J asked; NaN where there is no link.
    A map that holds for the whole span has one step."""
    centres: FloatArray
    """``(S,)`` recording frame (fractional, absolute) each step is centred on, ascending."""

    def __post_init__(self) -> None:
        for name in ("weights", "centres"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    def at(self, frame: float, head: int | None = None) -> FloatArray:
        """``(M, I, J)`` of the step nearest to a recording frame.

        Args:
            frame: Recording frame, absolute.
            head: Which head; None for each link's strongest: a mean would hide what one head found.
        """
        weights = self.weights[int(np.abs(self.centres - frame).argmin())]
        if head is not None:
            return weights[:, head]
        strongest: FloatArray = np.fmax.reduce(weights, axis=1)
        return strongest


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMap:
    """Attention that each joint pays to its own other moments."""

    name: str
    """For menus, e.g. ``TSA of unit 9``."""
    weights: FloatArray
    """``(M, V, H, S, S)`` float32: rows ask, columns are asked; NaN for people not seen."""
    centres: FloatArray
    """``(S,)`` recording frame (fractional, absolute) each step shows."""

    def __post_init__(self) -> None:
        for name in ("weights", "centres"):
            object.__setattr__(self, name, read_only(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PointMap:
    """Magnitudes at places in space, of a network that looks at places and not at joints."""

    name: str
    """For menus, e.g. ``Activation``."""
    frames: FloatArray
    """``(Q,)`` recording frame (fractional, absolute) of each point, ascending."""
    positions: FloatArray
    """``(Q, 3)`` in the recording's own coordinates and units."""
    magnitudes: FloatArray
    """``(Q,)`` 0 or more."""
    size: float
    """Edge of the place that a point stands for, in the recording's units."""

    def __post_init__(self) -> None:
        for name in ("frames", "positions", "magnitudes"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    def at(self, frame: float) -> tuple[FloatArray, FloatArray]:
        """Positions ``(q, 3)`` and magnitudes ``(q,)`` of the step nearest to a recording frame."""
        if len(self.frames) == 0:
            return self.positions, self.magnitudes
        nearest = self.frames[int(np.abs(self.frames - frame).argmin())]
        there = self.frames == nearest
        return self.positions[there], self.magnitudes[there]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Where a network looked, mapped back to the frames ``start .. stop`` of the recording."""

    model_id: str
    network: str = ""
    """Which network of the model, for people, e.g. ``S-TR · joint``."""
    start: int
    stop: int
    """Half-open span of recording frames; T below is ``stop - start``."""
    joint_maps: tuple[JointMap, ...]
    """At least one; the first is the one to show unasked."""
    chosen: IntArray
    """``(T, M, k)`` joints the network itself selected, ascending; -1 where nobody is seen; k is 0
    for networks that do not select."""
    links: tuple[LinkMap, ...] = ()
    times: tuple[TimeMap, ...] = ()
    points: tuple[PointMap, ...] = ()
    network_frames: FloatArray
    """``(S,)`` recording frame (fractional, absolute) each step of the network is centred on."""

    def __post_init__(self) -> None:
        if not self.joint_maps:
            raise EngineError("an explanation needs at least one joint map")
        for name in ("chosen", "network_frames"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @property
    def joint_weights(self) -> FloatArray:
        """``(T, M, V)`` of the first joint map."""
        return self.joint_maps[0].weights

    @property
    def strongest(self) -> float:
        """Of the first joint map."""
        return self.joint_maps[0].strongest


def none_chosen(frames: int, people: int) -> IntArray:
    """``chosen`` of a network that does not select joints: ``(T, M, 0)``."""
    return np.zeros((frames, people, 0), dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one model says of one span: a prediction a person (or one for all), one explanation."""

    predictions: tuple[Prediction, ...]
    main: int
    """Index of the prediction to show first: the person who moves most."""
    explanations: tuple[Explanation, ...]
    """One for each network of the model; empty when the caller did not ask."""
    seconds: float
    """Time spent in preprocessing and the network."""

    @property
    def explanation(self) -> Explanation | None:
        """Of the first network; None when the caller did not ask."""
        return self.explanations[0] if self.explanations else None
