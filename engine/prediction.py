"""What a model answers, and where it looked, in the recording's own frames, people and joints."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from engine.arrays import FloatArray, IntArray, read_only
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

    def __post_init__(self) -> None:
        if self.probabilities.shape != (len(self.class_names),):
            raise EngineError(
                f"{len(self.class_names)} classes need as many probabilities, "
                f"got shape {self.probabilities.shape}"
            )
        object.__setattr__(self, "probabilities", read_only(self.probabilities))

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

    def __post_init__(self) -> None:
        windows = (len(self.starts), len(self.class_names))
        if self.probabilities.shape != windows or len(self.stops) != windows[0]:
            raise EngineError(f"a track of {windows} needs probabilities of that shape")
        for name in ("starts", "stops", "probabilities"):
            object.__setattr__(self, name, read_only(getattr(self, name)))


class LinkSource(Enum):
    """What the first end of a link is."""

    JOINT = "joint"
    PART = "part"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMap:
    """Attention paid by joints to other joints or to body parts, frame by frame."""

    name: str
    """For menus, e.g. ``Parts to focal joints``."""
    source: LinkSource
    weights: FloatArray
    """``(T, M, S, V)`` float32: S source joints or parts, V targets; NaN where there is no link."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", read_only(self.weights))


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Where a network looked, mapped back to the frames ``start .. stop`` of the recording."""

    model_id: str
    start: int
    stop: int
    """Half-open span of recording frames; T below is ``stop - start``."""
    joint_weights: FloatArray
    """``(T, M, V)`` float32 in 0..1: informativeness; NaN for people and joints not seen."""
    strongest: float
    """Largest weight before any normalisation, to be shown beside the colour scale."""
    chosen: IntArray
    """``(T, M, k)`` joints the network itself selected, ascending; -1 where nobody is seen."""
    links: tuple[LinkMap, ...]
    network_frames: FloatArray
    """``(S,)`` recording frame (fractional, absolute) each step of the network is centred on."""

    def __post_init__(self) -> None:
        for name in ("joint_weights", "chosen", "network_frames"):
            object.__setattr__(self, name, read_only(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one model says of one span: a prediction a person (or one for all), one explanation."""

    predictions: tuple[Prediction, ...]
    main: int
    """Index of the prediction to show first: the person who moves most."""
    explanation: Explanation | None
    """None when the caller did not ask for it."""
    seconds: float
    """Time spent in preprocessing and the network."""
