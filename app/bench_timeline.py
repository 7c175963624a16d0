"""How fast the timeline is on this machine: ten hours at 30 frames a second, four models.

No model is asked: answers, focus and motion are made in memory, as irregular as real ones.
"""

import json
import sys
from collections.abc import Callable
from fractions import Fraction
from time import perf_counter, thread_time
from typing import TypedDict

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from app.lanes.facts import FocusFacts, Kept, LaneFacts, ModelFacts
from app.lanes.stack import build_stack
from app.theme import install_type
from app.views.timeline_view import TimelineView
from engine.arrays import FloatArray, IntArray
from engine.layouts.kinect_v1 import KINECT_V1
from engine.prediction import PredictionTrack
from engine.recording import Recording, Source, Units
from engine.skeleton import Axis

HOURS = 10.0
FPS = 30
WINDOW_FRAMES, STRIDE_FRAMES = 75, 7.5
MODELS = ("FG-STFormer", "SEM-Net", "T-TR", "S-TR")
ACTIONS = tuple(f"action {number}" for number in range(10))
ANSWER_FRAMES = 90
WIDTH, HEIGHT = 1600, 420
FRAME_MS = 16.0
"""What a paint may take."""
REPEATS = 12
ROUNDS = 3
SEED = 5


class TimelineBench(TypedDict):
    """What was measured."""

    frames: int
    windows: int
    """Answers of each model."""
    lanes: int
    width: int
    height: int
    build_ms: float
    """All lanes with their levels of detail, in another thread."""
    rebuild_ms: float
    """The same when one model's answers are new."""
    worst_ms: float
    """Of the main thread's own time, the slowest of all paints."""
    budget_share: float
    """Of the 16 ms that a paint may take."""
    paints_ms: dict[str, float]
    """The slowest paint of each kind."""


def ten_hours(hours: float = HOURS) -> tuple[LaneFacts, LaneFacts]:
    """One person who comes and goes, before and after the last model has answered."""
    frames = max(round(hours * 3600 * FPS), 2 * WINDOW_FRAMES)
    random = np.random.default_rng(SEED)
    recording = Recording(
        layout=KINECT_V1,
        positions=_motion(frames, random),
        confidence=np.ones((frames, 1, KINECT_V1.num_joints), dtype=np.float32),
        fps=Fraction(FPS),
        units=Units.METRES,
        source=Source(path=None, format_id="made", sha256=""),
        up=Axis.PLUS_Y,
    )
    lasting = random.integers(0, len(ACTIONS), size=frames // ANSWER_FRAMES + 1)
    models = tuple(
        ModelFacts(
            model_key=name,
            network_name=name,
            class_names=ACTIONS,
            answers=(_track(name, frames, lasting, random),),
        )
        for name in MODELS
    )
    weights = random.random((frames, KINECT_V1.num_joints), dtype=np.float32)
    focus = FocusFacts(over_time=(weights,))
    before = LaneFacts(recording=recording, models=models[:-1], focus=focus)
    return before, LaneFacts(recording=recording, models=models, focus=focus)


def _motion(frames: int, random: np.random.Generator) -> FloatArray:
    """``(T, 1, V, 3)`` noise around a swing, with gaps of a second now and then."""
    positions = random.standard_normal((frames, 1, KINECT_V1.num_joints, 3), dtype=np.float32)
    positions *= np.float32(0.01)
    swing = np.sin(np.arange(frames, dtype=np.float32) * np.float32(0.2))
    positions[:, 0, 11, 0] += swing
    for start in random.integers(0, frames, size=max(frames // 3000, 1)):
        positions[start : start + FPS] = np.nan
    return positions


def _track(
    name: str, frames: int, lasting: IntArray, random: np.random.Generator
) -> PredictionTrack:
    """Answers that last some seconds, then change; each model is wrong now and then."""
    starts = np.arange(0, frames - WINDOW_FRAMES, STRIDE_FRAMES).astype(np.int64)
    logits = random.standard_normal((len(starts), len(ACTIONS)), dtype=np.float32)
    logits[np.arange(len(starts)), lasting[starts // ANSWER_FRAMES]] += 3.0
    shares = np.exp(logits)
    return PredictionTrack(
        model_id=name,
        class_names=ACTIONS,
        starts=starts,
        stops=starts + WINDOW_FRAMES,
        probabilities=(shares / shares.sum(axis=1, keepdims=True)).astype(np.float32),
        person=0,
    )


def measure_timeline(hours: float = HOURS) -> TimelineBench:
    """Build the lanes, then zoom, pan, play and point, and time every paint.

    Makes an application if there is none.

    Args:
        hours: Length of the recording.
    """
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(["skelarium"])
        install_type(app)
    before, facts = ten_hours(hours)
    began = perf_counter()
    kept = Kept()
    build_stack(before, kept)
    built = perf_counter()
    stack = build_stack(facts, kept.for_next_time())
    rebuilt = perf_counter()
    view = TimelineView()
    view.resize(WIDTH, HEIGHT)
    view.set_people_colours((QColor("#4b90f8"),))
    view.set_recording(facts.recording)
    view.show_stack(stack)
    view.show()
    try:
        paints = {name: _slowest(view, acts) for name, acts in _acts(view).items()}
    finally:
        view.close()
        view.deleteLater()
    worst = max(paints.values())
    return TimelineBench(
        frames=facts.recording.num_frames,
        windows=len(view.cells),
        lanes=sum(len(group.lanes) for group in stack.groups),
        width=WIDTH,
        height=HEIGHT,
        build_ms=round((built - began) * 1000, 1),
        rebuild_ms=round((rebuilt - built) * 1000, 1),
        worst_ms=round(worst, 2),
        budget_share=round(worst / FRAME_MS, 3),
        paints_ms={name: round(slowest, 2) for name, slowest in paints.items()},
    )


def _acts(view: TimelineView) -> dict[str, tuple[Callable[[], object], ...]]:
    """What is done to the timeline, by kind."""
    middle = view.span.num_frames // 2
    view.show_frame(middle)
    zooms = (view.zoom.closer,) * (3 * REPEATS) + (view.zoom.to_frame,)
    pans = tuple(lambda step=step: view.zoom.page(step) for step in (1, -1) * REPEATS)
    closer = (view.zoom.whole, *(view.zoom.closer,) * REPEATS)
    return {
        "whole": (view.zoom.whole, *(lambda: view.set_on_dark(True),) * REPEATS),
        "zoom": zooms,
        "pan a frame": pans,
        "pan closer": (*closer, *pans),
        "pan": (view.zoom.whole, view.zoom.closer, *pans),
        "threshold": tuple(
            lambda share=share: view.set_threshold(share)  # type: ignore[misc]  # bound each turn
            for share in np.linspace(0.1, 0.9, REPEATS)
        ),
        "play": tuple(
            lambda frame=frame: view.show_frame(frame)  # type: ignore[misc]  # bound each turn
            for frame in range(middle, middle + REPEATS)
        ),
        "point": tuple(
            lambda x=x: view.read_at(QPoint(x, 200))  # type: ignore[misc]  # bound each turn
            for x in range(400, 400 + 40 * REPEATS, 40)
        ),
    }


def _slowest(view: TimelineView, acts: tuple[Callable[[], object], ...]) -> float:
    """Milliseconds of the main thread's own time that the slowest act takes with its paint.

    All acts are done several times over, and of each the quickest time counts: what else goes on
    on the machine does not repeat itself. The first act only warms up.
    """
    rounds = [[_timed(view, act) for act in acts] for _ in range(ROUNDS)]
    return max(min(times) for times in list(zip(*rounds, strict=True))[1:])


def _timed(view: TimelineView, act: Callable[[], object]) -> float:
    began = thread_time()
    act()
    view.repaint()
    spent_ms = (thread_time() - began) * 1000
    QApplication.processEvents()
    return spent_ms


if __name__ == "__main__":
    wanted = float(sys.argv[1]) if len(sys.argv) > 1 else HOURS
    sys.stdout.write(json.dumps(measure_timeline(wanted)) + "\n")
