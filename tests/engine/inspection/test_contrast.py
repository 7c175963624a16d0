"""Why one action and not another: of networks that say it themselves, and of those that cannot."""

import numpy as np
import pytest
import torch

from engine.architectures import ARCHITECTURES
from engine.architectures.base import NetworkWish
from engine.architectures.fg_stformer import FGSTFormerConfig
from engine.errors import EngineError
from engine.inspection.contrast import (
    activation_contrast,
    focus_contrast_of,
    focus_on,
    has_focus,
)
from engine.layouts.kinect_v2 import KINECT_V2
from engine.layouts.maps import map_recording
from engine.recording import Clip
from engine.runtime.recognizer import Recognizer
from tests.engine.inspection.planted_model import (
    FRAMES,
    HAND,
    MOVES,
    clip_of,
    moving,
    recognizer_of,
)
from tests.planted import LAYOUT


def examined(recognizer: Recognizer, clip: Clip):
    return recognizer.examine(recognizer.question(clip))


@pytest.mark.parametrize("row", ARCHITECTURES, ids=lambda row: row.id)
def test_the_focus_on_the_first_answer_is_the_one_that_the_network_shows(tmp_path, row):
    config = row.configure(NetworkWish(layout=LAYOUT, classes=3, frames=FRAMES, size="tiny"))
    torch.manual_seed(0)
    recognizer = recognizer_of(tmp_path, config, config.build().eval())
    examination = examined(recognizer, clip_of(moving(HAND)))
    order = np.argsort(-examination.answer.predictions[0].probabilities)
    if isinstance(config, FGSTFormerConfig):
        assert not has_focus(examination, 0)
        with pytest.raises(EngineError, match="has no focus on single actions"):
            focus_on(examination, 0, 0)
        return
    shown = examination.answer.explanations[0].joint_maps
    for rank in range(2):
        found = focus_on(examination, 0, int(order[rank]))
        assert found.name == shown[rank].name
        np.testing.assert_allclose(found.weights, shown[rank].weights, atol=1e-6)
    # the third is shown nowhere else
    assert focus_on(examination, 0, int(order[2])).name.startswith("Focus on ")
    signed = activation_contrast(examination, 0, 0, 1)
    assert signed.weights.shape == (16, 1, 20)
    assert np.abs(signed.weights).max() <= 1


def test_the_difference_is_the_one_focus_less_the_other_and_turns_round(planted):
    examination = examined(planted, clip_of(moving(HAND)))
    first, second = (focus_on(examination, 0, action).weights for action in (0, 2))
    found = focus_contrast_of(examination, 0, 0, 2)
    assert found.name == "Focus: left hand less nobody"
    assert (found.first, found.second, found.unit) == ("left hand", "nobody", "focus")
    np.testing.assert_allclose(found.weights, first - second, atol=1e-6)
    assert found.strongest == pytest.approx(np.abs(found.weights).max(), abs=0.05)
    back = focus_contrast_of(examination, 0, 2, 0)
    np.testing.assert_allclose(back.weights, -found.weights, atol=1e-6)


def test_activations_speak_for_the_hand_where_and_when_it_moves(planted):
    found = activation_contrast(examined(planted, clip_of(moving(HAND))), 0, 0, 1)
    during = found.weights[slice(*MOVES), 0]
    # the tiny network mixes joints, so the hand is among the first and need not be the very first
    assert HAND in np.argsort(-during.mean(axis=0))[:5]
    assert during.mean() > 0
    assert found.unit == "logits"


def test_the_mean_activation_is_the_difference_of_the_logits_without_the_biases(planted):
    examination = examined(planted, clip_of(moving(HAND)))
    found = activation_contrast(examination, 0, 0, 1)
    evidence = examination.evidences[0]
    activations = np.asarray(evidence.outputs["class_activations"])[0]  # (1, S, V, K)
    by_step = (activations[..., 0] - activations[..., 1]) / found.strongest
    assert np.abs(by_step).max() == pytest.approx(1)
    logits = evidence.logits()[0]
    still = examined(planted, clip_of(moving(3))).evidences[0]
    other = np.asarray(still.outputs["class_activations"])[0]
    # what is left of a difference of logits, the biases, is the same in every clip
    left = [
        (rows[0] - rows[1]) - (each[..., 0] - each[..., 1]).mean()
        for rows, each in ((logits, activations), (still.logits()[0], other))
    ]
    assert left[0] == pytest.approx(left[1], abs=1e-4)


def test_a_recording_of_other_joints_gets_its_own_joints_back(planted):
    recording = map_recording(clip_of(moving(HAND)).recording, KINECT_V2)
    examination = examined(planted, Clip.whole(recording))
    found = activation_contrast(examination, 0, 0, 1)
    assert found.weights.shape == (16, 1, 25)
    plain = activation_contrast(examined(planted, clip_of(moving(HAND))), 0, 0, 1)
    for name in ("left elbow", "right knee"):  # both layouts have it at the same place
        np.testing.assert_allclose(
            found.weights[..., KINECT_V2.index(name)],
            plain.weights[..., LAYOUT.index(name)],
            atol=0.1,
        )
    shown = examination.answer.explanations[0].joint_maps[0]
    again = focus_on(examination, 0, 0)
    np.testing.assert_array_equal(np.isnan(again.weights), np.isnan(shown.weights))


def test_an_action_that_is_not_there_is_refused(planted):
    examination = examined(planted, clip_of(moving(HAND)))
    for action in (-1, 3):
        with pytest.raises(EngineError, match="has 3 actions"):
            focus_contrast_of(examination, 0, 0, action)
