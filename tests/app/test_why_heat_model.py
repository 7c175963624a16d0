"""A contrast as rows."""

import numpy as np

from app.why_heat_model import heat_rows
from app.why_state import Contrast, Measure
from engine.arrays import FloatArray
from engine.inspection.signed import SignedJointMap
from engine.layouts.kinect_v1 import KINECT_V1
from tests.app.figures import HEAD, RIGHT_HAND


def contrast(weights: FloatArray, start: int = 0) -> Contrast:
    found = SignedJointMap(
        name="Focus",
        first="wave",
        second="clap",
        weights=weights,
        strongest=2.0,
        unit="logits",
    )
    return Contrast(joint_map=found, start=start, measure=Measure.SCORE, has_focus=True)


def rising() -> FloatArray:
    """Two people; the second one's weights rise with the frame, and each joint has its own."""
    weights = np.full((10, 2, 20), np.nan, dtype=np.float32)
    weights[:, 1] = np.linspace(-1, 1, 10)[:, None] * np.linspace(0.05, 1, 20)
    return weights


def test_every_joint_has_one_row_among_its_part() -> None:
    rows = heat_rows(contrast(rising()), KINECT_V1, 1, (1,))
    assert rows is not None
    assert sorted(rows.joints.tolist()) == list(range(20))
    names = [name for name, _, _ in rows.parts]
    assert names[:3] == ["head", "torso", "L arm"]
    name, first, last = rows.parts[-3]
    assert name == "L foot"
    assert rows.names[first:last] == ("left ankle", "left foot")


def test_a_place_says_joint_time_weight_and_for_whom() -> None:
    rows = heat_rows(contrast(rising(), start=100), KINECT_V1, 1, (1,))
    assert rows is not None
    row = rows.names.index("right hand")
    down = (row + 0.5) / 20
    assert rows.frame_at(0.999) == 109
    weight = 2.0 * np.linspace(0.05, 1, 20)[RIGHT_HAND]
    assert rows.text_at(0.999, down, "3.6 s") == f"right hand at 3.6 s: {weight:.2g} for wave"
    assert rows.text_at(0.0, down, "3.3 s").endswith(" for clap")


def test_who_is_not_seen_has_no_rows_and_what_is_not_seen_says_so() -> None:
    assert heat_rows(contrast(rising()), KINECT_V1, 0, (1,)) is None
    assert heat_rows(contrast(rising()), KINECT_V1, None, (1,)) is not None
    weights = rising()
    weights[:, 1, HEAD] = np.nan
    rows = heat_rows(contrast(weights), KINECT_V1, 1, (1,))
    assert rows is not None
    down = (rows.names.index("head") + 0.5) / 20
    assert rows.text_at(0.5, down, "1 s") == "head at 1 s: not seen"
