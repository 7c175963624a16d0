"""How long runs take, from measurements; light and pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.runtime.cards import ModelCard

CLIPS_PER_SECOND: Mapping[str, float] = {
    "fg-stformer": 28.0,
    "s-tr": 48.0,
    "t-tr": 48.0,
    "ms-g3d": 20.0,
    "stf": 12.0,
    "sem-net": 75.0,
    "spa-4d": 60.0,
    "spa-3+1d": 60.0,
}
"""Small networks that learn from clips of 48 frames and 20 joints, on one thread of a server's
processor with bfloat16, batch making included; others in proportion [s-tr, ms-g3d, spa-3+1d: not
measured]. A machine's own rates take their place after its first run."""
SLOWEST = 12.0
EXPORT_S = 14.0
"""To write a network's graph and see that it says the same."""
START_S = 8.0
"""Until torch is loaded and clips are read."""
ANSWERS_PER_SECOND = 60.0
"""Segments named by one network, to compare with the old model."""
QUICK_SECONDS = 45.0
CLIPS_WANTED = 4000
"""Seen in a full run, however few there are..."""
FEWEST_PASSES, MOST_PASSES = 10, 60
"""... within these passes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast this machine was in earlier runs."""

    clips_per_second: tuple[tuple[str, float], ...] = ()
    """Learning, by kind of network."""


def usual_passes(num_clips: int) -> int:
    """How often a full run sees every clip: more often where there are few."""
    wanted = round(CLIPS_WANTED / max(num_clips, 1))
    return min(max(wanted, FEWEST_PASSES), MOST_PASSES)


def full_seconds(
    kinds: Sequence[str],
    num_train: int,
    num_clips: int,
    passes: int | None,
    pace: Pace | None,
) -> float:
    """How long a full run takes.

    Args:
        kinds: Of the networks that are trained.
        num_train: Clips learnt from.
        num_clips: All, with those that watch.
        passes: Over the clips; None for the usual.
        pace: Of this machine; None where nothing is known.
    """
    known = {} if pace is None else dict(pace.clips_per_second)
    count = usual_passes(num_train) if passes is None else passes
    seconds = START_S
    for kind in kinds:
        rate = known.get(kind) or CLIPS_PER_SECOND.get(kind, SLOWEST)
        seconds += count * num_train / rate + EXPORT_S + 2 * num_clips / ANSWERS_PER_SECOND
    return seconds


def quick_seconds(
    base: ModelCard | None, num_clips: int, seconds: float | None, pace: Pace | None
) -> float:
    """How long a quick lesson takes: its own time, and that for comparing answers."""
    networks = 1 if base is None else len(base.networks)
    lesson = QUICK_SECONDS if seconds is None else seconds
    return START_S + lesson + 2 * networks * num_clips / ANSWERS_PER_SECOND


def about(seconds: float) -> str:
    """A length of time for people, rounded as a forecast deserves, e.g. ``about 4 min``."""
    if seconds < 90:  # noqa: PLR2004
        return f"about {max(round(seconds / 5) * 5, 5)} s"
    if seconds < 5400:  # noqa: PLR2004
        return f"about {round(seconds / 60)} min"
    return f"about {seconds / 3600:.1f} h"
