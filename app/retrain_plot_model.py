"""The curves of a run of training, ready to be painted: pure numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np

from engine.arrays import DoubleArray, read_only
from trainer.retraining import NetworkCurve

MOST_X_TICKS, MOST_Y_TICKS = 5, 4
HEADROOM = 1.05
ROUND_STEPS = (1.0, 2.0, 5.0, 10.0)
"""Times a power of ten: distances between ticks that are easily read."""


class LineRole(Enum):
    """What a line is of; the window gives each its colour and its stroke."""

    LOSS = "loss"
    TRAINED = "clips trained on"
    HELD_OUT = "clips held out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a plot, from left to right."""

    role: LineRole
    x: DoubleArray
    """``(S,)`` numbers of passes, ascending."""
    y: DoubleArray
    """``(S,)`` finite."""
    network: str = ""
    is_quiet: bool = False
    """Of a network that is done, while another one is trained."""

    def __post_init__(self) -> None:
        for name in ("x", "y"):
            object.__setattr__(self, name, read_only(getattr(self, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlot:
    """What is painted; it always has a span, also before there is anything to see."""

    title: str
    lines: tuple[Line, ...]
    """The last one on top."""
    x_span: tuple[float, float]
    y_span: tuple[float, float]
    is_share: bool
    """Whether y is a share of clips, 0..1."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see yet."""
        return not any(len(line.x) for line in self.lines)

    @property
    def shown_roles(self) -> tuple[LineRole, ...]:
        """What its lines are of, each once."""
        return tuple(dict.fromkeys(line.role for line in self.lines if len(line.x)))

    def x_ticks(self) -> tuple[tuple[float, str], ...]:
        """Whole passes, and how they are written."""
        low, high = self.x_span
        step = max(round_step((high - low) / MOST_X_TICKS), 1.0)
        places = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
        return tuple((float(place), f"{place:.0f}") for place in places)

    def y_ticks(self) -> tuple[tuple[float, str], ...]:
        """Round places along y, and how they are written."""
        low, high = self.y_span
        if self.is_share:
            return tuple((share, f"{share:g}") for share in (0.0, 0.5, 1.0))
        step = round_step((high - low) / MOST_Y_TICKS)
        places = np.arange(np.ceil(low / step), np.floor(high / step + 1e-9) + 1) * step
        return tuple((float(place), f"{place:.3g}") for place in places)

    def text_at(self, x: float) -> str:
        """What is read at a place along x; empty where nothing is."""
        there = [line for line in self.lines if len(line.x) and not line.is_quiet]
        if not there:
            return ""
        places = np.concatenate([line.x for line in there])
        at = float(places[np.abs(places - x).argmin()])
        said = [f"pass {at:.3g}"]
        for line in there:
            step = int(np.abs(line.x - at).argmin())
            if line.role is LineRole.LOSS or line.x[step] == at:
                said.append(f"{line.role.value} {line.y[step]:.3g}")
        return "  ·  ".join(said)


def round_step(least: float) -> float:
    """The least round number that is no less than ``least``."""
    if least <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(least))
    return float(next(power * each for each in ROUND_STEPS if power * each >= least * (1 - 1e-9)))


def loss_plot(curves: tuple[NetworkCurve, ...]) -> RunPlot:
    """The loss, pass by pass.

    Args:
        curves: Of networks that have begun, in the order of training.
    """
    lines = [
        _line(LineRole.LOSS, {each.number: each.loss for each in curve.points}, curve, curves)
        for curve in curves
    ]
    highest = max((float(line.y.max()) for line in lines if len(line.y)), default=1.0)
    return RunPlot(
        title="Loss",
        lines=tuple(lines),
        x_span=_x_span(curves),
        y_span=(0.0, highest * HEADROOM or 1.0),
        is_share=False,
    )


def accuracy_plot(curves: tuple[NetworkCurve, ...]) -> RunPlot:
    """The share of clips named right: of those trained on, and of those that watch.

    Args:
        curves: Of networks that have begun, in the order of training.
    """
    lines = []
    for curve in curves:
        trained = {each.number: each.train_accuracy for each in curve.points}
        judged = {each.number: each.accuracy for each in curve.points if each.accuracy is not None}
        lines.append(_line(LineRole.TRAINED, trained, curve, curves))
        lines.append(_line(LineRole.HELD_OUT, judged, curve, curves))
    return RunPlot(
        title="Accuracy",
        lines=tuple(lines),
        x_span=_x_span(curves),
        y_span=(0.0, 1.0),
        is_share=True,
    )


def _line(
    role: LineRole,
    points: Mapping[int, float],
    curve: NetworkCurve,
    curves: tuple[NetworkCurve, ...],
) -> Line:
    finite = {x: y for x, y in sorted(points.items()) if np.isfinite(y)}
    return Line(
        role=role,
        x=np.array(list(finite), dtype=np.float64),
        y=np.array(list(finite.values()), dtype=np.float64),
        network=curve.name,
        is_quiet=curve is not curves[-1],
    )


def _x_span(curves: tuple[NetworkCurve, ...]) -> tuple[float, float]:
    """From the first pass to the last one planned."""
    last = max((max(each.passes, len(each.points)) for each in curves), default=0)
    return 1.0, float(max(last, 2))
