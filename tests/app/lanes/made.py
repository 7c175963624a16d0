"""Lanes made of a few windows."""

import numpy as np

from app.lanes.base import LaneView
from app.timeline_model import TimeSpan
from engine.prediction import PredictionTrack

NAMES = ("wave", "clap", "sit down")


def track(
    starts: list[int],
    window: int,
    best: list[int],
    shares: list[float] | None = None,
    names: tuple[str, ...] = NAMES,
) -> PredictionTrack:
    """Windows that say one action each, with some probability (0.8)."""
    rows = np.zeros((len(starts), len(names)), dtype=np.float32)
    for place, (action, share) in enumerate(zip(best, shares or [0.8] * len(best), strict=True)):
        rows[place] = (1 - share) / (len(names) - 1)
        rows[place, action] = share
    return PredictionTrack(
        model_id="m",
        class_names=names,
        starts=np.array(starts, dtype=np.int64),
        stops=np.array(starts, dtype=np.int64) + window,
        probabilities=rows,
        person=0,
    )


def view(num_frames: int, width: int, *, threshold: float = 0.0) -> LaneView:
    """All of the time, on a strip of some width."""
    return LaneView(span=TimeSpan.whole(num_frames), width=width, threshold=threshold)


def close_view(num_frames: int, width: int, first: float, last: float) -> LaneView:
    """A part of the time."""
    return LaneView(span=TimeSpan.whole(num_frames).on(first, last), width=width)
