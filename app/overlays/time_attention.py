"""Attention between moments, as T-TR pays it: how much this moment gets, on each joint.

The whole map of one joint, time by time, opens beside the view when the joint is clicked.
"""

import numpy as np

from app.overlays.base import (
    JointReading,
    Legend,
    LegendMark,
    Overlay,
    OverlayFrame,
    OverlaySettings,
    everybody,
)
from app.overlays.focus import heat
from app.overlays.prepared import PreparedExplanation, head_row
from engine.prediction import Explanation
from engine.recording import Recording

RECEIVED = "time attention"
"""What the reading at a joint is called."""


def draw_time_attention(
    explanation: PreparedExplanation, recording: Recording, frame: int, settings: OverlaySettings
) -> OverlayFrame:
    """Joints coloured by the mean attention that their other moments pay to this frame.

    Args:
        explanation: Where the network looked.
        recording: The recording it looked at.
        frame: Recording frame; outside the explanation's span nothing is drawn.
        settings: Which head, opacity, whose joints.
    """
    nothing = OverlayFrame.nothing(recording.num_people, recording.layout.num_joints)
    step, times = explanation.step(frame), explanation.time_map()
    if step is None or times is None or settings.opacity <= 0:
        return nothing
    row = head_row(settings.head, times.num_heads)
    received = everybody(times.received[row, times.steps[step]], recording.num_people)
    full = max(times.strongest, float(np.finfo(np.float32).tiny))
    reading = JointReading(name=RECEIVED, weights=received, full=full)
    return heat(nothing, received / np.float32(full), reading, settings)


def _lacking(explanation: Explanation) -> str:
    return "" if explanation.times else "This network has no attention in time; T-TR does."


def _legends(explanation: PreparedExplanation, settings: OverlaySettings) -> tuple[Legend, ...]:
    del settings
    times = explanation.time_map()
    if times is None:
        return ()
    return (
        Legend(
            title=f"{times.name}, received",
            mark=LegendMark.SCALE,
            low=0.0,
            high=times.strongest,
            strongest=times.strongest,
        ),
    )


TIME_ATTENTION = Overlay(
    id="time",
    name="Time",
    hint="How much attention this moment gets from others; click a joint for its whole map",
    lacking=_lacking,
    legends=_legends,
    draw=draw_time_attention,
)
