"""Curves ready to be painted: pure numbers. Probabilities run up, from 0 to 1."""

from dataclasses import dataclass

import numpy as np

from app.action_colours import ActionPalette
from app.timeline_model import TICK_STEPS_S
from engine.arrays import DoubleArray, read_only
from engine.inspection.delay import DecisionDelay
from engine.inspection.deletion import DeletionCurve

TOP = 3
MOST_TICKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One line."""

    name: str
    y: DoubleArray
    """``(S,)`` 0..1; NaN where there is none."""
    colour: str = ""
    """``#rrggbb`` of its action; empty for what belongs to none."""
    is_thin: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "y", read_only(self.y))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An upright line with a word."""

    x: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """What is painted."""

    x: DoubleArray
    """``(S,)`` ascending."""
    curves: tuple[Curve, ...]
    """The last one on top."""
    x_title: str
    is_share: bool
    """Whether x is a share 0..1, written as per cent."""
    band: tuple[DoubleArray, DoubleArray] | None = None
    """``(S,)`` each: low and high of the first curve's spread."""
    mark: Mark | None = None

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Round places along x, and what they are."""
        if self.is_share:
            return tuple((share, f"{share:.0%}") for share in (0.0, 0.25, 0.5, 0.75, 1.0))
        low, high = self.span
        fitting = (each for each in TICK_STEPS_S if (high - low) / each <= MOST_TICKS)
        step = next(fitting, TICK_STEPS_S[-1])
        first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)
        return tuple(
            (float(number * step), f"{number * step:g}") for number in np.arange(first, last + 1)
        )

    @property
    def span(self) -> tuple[float, float]:
        """Least and greatest x; never the same."""
        low, high = float(self.x[0]), float(self.x[-1])
        return (low, high) if high > low else (low, low + 1e-3)

    def step_at(self, x: float) -> int:
        """The step nearest to a place."""
        return int(np.abs(self.x - x).argmin())

    def text_at(self, step: int) -> str:
        """What is read at a step."""
        at = f"{self.x[step]:.0%}" if self.is_share else f"{self.x[step]:.2f} s"
        known = (each for each in reversed(self.curves) if not np.isnan(each.y[step]))
        return f"{at}: " + ", ".join(f"{each.name} {each.y[step]:.2f}" for each in known)


def deletion_plot(curve: DeletionCurve, colour: str) -> Plot:
    """The favourites' curve over the mean and spread of the random ones.

    Args:
        curve: What was measured.
        colour: Of the answer.
    """
    mean, spread = curve.random.mean(axis=0), curve.random.std(axis=0)
    return Plot(
        x=curve.shares,
        curves=(
            Curve(name="at random", y=mean, is_thin=True),
            Curve(name="favourites first", y=curve.guided, colour=colour),
        ),
        x_title="joints that stand still",
        is_share=True,
        band=(np.maximum(mean - spread, 0.0), np.minimum(mean + spread, 1.0)),
    )


def delay_plot(delay: DecisionDelay, palette: ActionPalette) -> Plot:
    """The three actions that are most probable in the end, over the seconds seen.

    Args:
        delay: What was measured.
        palette: Which colour an action has.
    """
    colours = palette.colours(delay.class_names)
    order = np.argsort(-delay.probabilities[-1], kind="stable")[:TOP]
    settled = delay.settled
    return Plot(
        x=delay.seconds,
        curves=tuple(
            Curve(
                name=delay.class_names[action],
                y=delay.probabilities[:, action],
                colour=colours[action],
            )
            for action in reversed(order)
        ),
        x_title="seconds seen",
        is_share=False,
        mark=Mark(x=settled.seconds, text=f"settled {settled.seconds:.2f} s"),
    )
