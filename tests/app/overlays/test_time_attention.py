from dataclasses import replace

import numpy as np
import pytest

from app.overlays import OverlaySettings, prepared
from app.overlays.time_attention import TIME_ATTENTION
from engine.arrays import FloatArray
from tests.app.figures import recording_of, standing
from tests.app.overlays.made import FRAMES, JOINTS, focus_only, with_times

WISH = OverlaySettings(focal_joints=5, link_threshold=0.5)
CENTRES = np.array([1, 5, 9], dtype=np.float32)


@pytest.fixture
def weights() -> FloatArray:
    """One person, two heads; all moments of joint 4 look at the last one, the first head only."""
    made = np.full((1, JOINTS, 2, 3, 3), 0.1, dtype=np.float32)
    made[0, 4, 0, :, 2] = 0.8
    return made


@pytest.mark.parametrize(("frame", "received"), [(0, 0.1), (6, 0.1), (8, 0.8), (11, 0.8)])
def test_a_joint_shines_at_the_moment_that_its_other_moments_look_at(
    weights: FloatArray, frame: int, received: float
) -> None:
    drawn = TIME_ATTENTION.draw(
        prepared(with_times(weights, CENTRES)), recording_of(standing(FRAMES)), frame, WISH
    )

    (reading,) = drawn.readings
    assert reading.weights[0, 4] == pytest.approx(received)
    assert reading.full == pytest.approx(0.8)
    assert drawn.joint_weights[0, 4] == pytest.approx(received / 0.8)
    assert drawn.joint_weights[0, 5] == pytest.approx(0.125)


def test_another_head_sees_something_else(weights: FloatArray) -> None:
    explanation = prepared(with_times(weights, CENTRES))
    recording = recording_of(standing(FRAMES))

    first, second = (
        TIME_ATTENTION.draw(explanation, recording, 9, replace(WISH, head=head)).joint_weights[0, 4]
        for head in (0, 1)
    )

    assert first == pytest.approx(1.0)
    assert second == pytest.approx(0.125)


def test_of_a_short_clip_that_was_repeated_only_the_first_time_is_shown(
    weights: FloatArray,
) -> None:
    centres = np.array([1, 9, 1], dtype=np.float32)

    (times,) = prepared(with_times(weights, centres)).times

    assert times.centres.tolist() == [1, 9]
    assert times.weights.shape[-2:] == (2, 2)
    assert times.steps.tolist() == [0] * 6 + [1] * 6


def test_the_legend_has_the_largest_weight_and_others_lack_it(weights: FloatArray) -> None:
    (legend,) = TIME_ATTENTION.legends(prepared(with_times(weights, CENTRES)), WISH)

    assert legend.high == legend.strongest == pytest.approx(0.8)
    assert "T-TR" in TIME_ATTENTION.lacking(focus_only())
    assert TIME_ATTENTION.legends(prepared(focus_only()), WISH) == ()


def test_people_who_are_not_seen_leave_no_number_behind(weights: FloatArray) -> None:
    both = np.concatenate([np.full_like(weights, np.nan), weights])
    places = ((-1.0, 0.0, 3.0), (1.0, 0.0, 3.0))

    drawn = TIME_ATTENTION.draw(
        prepared(with_times(both, CENTRES)), recording_of(standing(FRAMES, places)), 9, WISH
    )

    assert np.isnan(drawn.readings[0].weights[0]).all()
    assert drawn.joint_weights[1, 4] == pytest.approx(1.0)
