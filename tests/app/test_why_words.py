"""Findings in words."""

import numpy as np
import pytest

from app.why_state import Contrast, Measure
from app.why_words import area_text, curve_text, delay_text, favourites_text, measure_text
from engine.inspection.delay import DecisionDelay
from engine.inspection.deletion import DeletionCurve
from engine.inspection.signed import SignedJointMap
from tests.app import stand_ins

SHARES = np.linspace(0, 1, 5)


def curve(guided: float) -> DeletionCurve:
    """Falls at once to a probability; at random it stays about 0.5, in ten orders."""
    random = 0.5 + 0.1 * np.linspace(-1, 1, 10)[:, None] * np.ones(5)
    return DeletionCurve(
        model_id="made",
        map_name="Focus",
        action="wave",
        person=0,
        order=np.array([[0, 11], [0, 3], [0, 0], [0, 1]]),
        shares=SHARES,
        guided=np.full(5, guided),
        random=random,
    )


@pytest.mark.parametrize(
    ("guided", "words"),
    [
        (0.2, "Yes. With the favourites standing still first, “wave” falls sooner than in all 10"),
        (0.5, "Hardly. “wave” falls about as soon as with joints picked at random"),
        (0.9, "No. Joints picked at random matter more to “wave” than these favourites"),
    ],
)
def test_a_curve_says_whether_the_favourites_matter(guided: float, words: str) -> None:
    assert curve_text(curve(guided)).startswith(words)


def test_the_figures_stand_beside_it() -> None:
    assert area_text(curve(0.2)).startswith("Area under the curve 0.20, at random 0.50 ± 0.06")
    layout = stand_ins.recording().layout
    assert favourites_text(curve(0.2), layout) == "Favourites: right hand, head, hip centre"


def delay(*of_wave: float) -> DecisionDelay:
    wave = np.array(of_wave)
    rest = (1 - wave) / 2
    return DecisionDelay(
        model_id="made",
        class_names=stand_ins.ACTIONS,
        person=0,
        start=10,
        stops=np.array([20, 30, 40, 50]),
        seconds=np.array([0.3, 0.6, 1.0, 1.3]),
        probabilities=np.stack([wave, 1.2 * rest, 0.8 * rest], axis=1),
    )


def test_a_delay_tells_when_it_settled_and_when_it_was_right_before() -> None:
    assert delay_text(delay(0.1, 0.6, 0.7, 0.9)) == (
        "Settled on “wave” after 0.60 s, 50% of these frames."
    )
    assert delay_text(delay(0.9, 0.1, 0.7, 0.9)).endswith("on top for the first time after 0.30 s.")


@pytest.mark.parametrize("has_focus", [True, False])
def test_a_contrast_says_when_the_network_cannot_tell_it_itself(has_focus: bool) -> None:
    found = SignedJointMap(
        name="Focus",
        first="wave",
        second="clap",
        weights=np.zeros((4, 1, 20), dtype=np.float32),
        strongest=1.0,
        unit="focus",
    )
    contrast = Contrast(joint_map=found, start=0, measure=Measure.STILL, has_focus=has_focus)
    text = measure_text(contrast)
    assert text.startswith("Orange speaks for “wave”, blue for “clap”.")
    assert ("no focus on single actions" in text) is not has_focus
