"""Mask and ask again, with a model that is right and recordings that are real."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import EngineError
from engine.inspection.effect import answer_masked, effects, shown_instead
from engine.inspection.masks import Mask, part_mask
from engine.preprocess.temporal import fill_gaps
from engine.recording import Clip
from tests.engine.inspection.planted_model import FOOT, HAND, clip_of, moving, on_torch
from tests.engine.runtime.making import PLAIN, Wanted, make_package
from tests.tiny_training import recording_of, standing, waving


def test_a_wave_is_no_longer_one_without_the_right_arm_and_still_one_without_the_left(usual, wave):
    before = usual.answer(wave, explain=False)
    layout = wave.recording.layout
    arm, *others = (
        effects(before, answer_masked(usual, wave, [part_mask(layout, *names)]))[0]
        for names in (("right arm", "right hand"), ("left arm", "left hand"), ("left foot",))
    )
    assert arm.first.action == "wave"
    assert arm.first.change < -0.5 * arm.first.before
    assert arm.new_answer is not None
    for other in others:
        assert other.new_answer is None
        assert abs(other.first.change) < 0.1 * abs(arm.first.change)


def test_the_planted_hand_is_what_the_answer_hangs_on(planted):
    clip = clip_of(moving(HAND))
    before = planted.answer(clip, explain=False)
    (hand,) = effects(before, answer_masked(planted, clip, [Mask(joints=(HAND,))]))
    (foot,) = effects(before, answer_masked(planted, clip, [Mask(joints=(FOOT,))]))
    assert hand.first.action == "left hand"
    assert hand.first.change < -0.5
    assert hand.new_answer == "nobody"
    assert foot.new_answer is None
    assert abs(foot.first.change) < 0.02
    assert [shift.action for shift in hand.shifts(2)] in (
        ["left hand", "nobody"],
        ["nobody", "left hand"],
    )


def test_hiding_the_span_in_which_it_moves_is_enough(planted):
    clip = clip_of(moving(HAND))
    before = planted.answer(clip, explain=False)
    during, after = (
        effects(before, answer_masked(planted, clip, [Mask(joints=(HAND,), start=a, stop=b)]))[0]
        for a, b in ((4, 12), (13, 16))
    )
    assert during.new_answer == "nobody"
    assert after.new_answer is None


def test_nothing_hidden_changes_nothing(shipped, throw):
    before = shipped.answer(throw, explain=False)
    (effect,) = effects(before, answer_masked(shipped, throw, []))
    np.testing.assert_array_equal(effect.before, effect.after)
    assert effect.new_answer is None


def test_the_masked_answer_explains_itself_in_the_recordings_frames(shipped, throw):
    clip = Clip(recording=throw.recording, start=10, stop=60)
    explanation = answer_masked(shipped, clip, [Mask(joints=(3,))], explain=True).explanation
    assert explanation is not None
    assert (explanation.start, explanation.stop) == (10, 60)
    assert explanation.joint_weights.shape == (50, 1, 20)


def test_a_person_of_whom_nothing_is_shown_is_not_asked_about(shipped):
    clip = Clip.whole(
        recording_of(np.concatenate([waving(40, 7), standing(40) + np.float32(1)], axis=1))
    )
    before = shipped.answer(clip, explain=False)
    after = answer_masked(shipped, clip, [Mask(people=(0,))])
    (effect,) = effects(before, after)
    assert effect.person == 1
    np.testing.assert_allclose(effect.before, effect.after, atol=1e-6)
    with pytest.raises(EngineError, match=r"everybody in frames 0\.\.39 is hidden"):
        answer_masked(shipped, clip, [Mask()])


def test_the_person_to_show_first_stays_the_one_who_moved_most(shipped):
    clip = Clip.whole(
        recording_of(np.concatenate([waving(40, 7), standing(40) + np.float32(1)], axis=1))
    )
    assert shipped.answer(clip, explain=False).main == 0
    # still now, as the other is; ties would go to the first anyway, so let that one move a little
    moving_a_bit = clip.positions.copy()
    moving_a_bit[:, 1, 19, 1] += np.linspace(0, 0.05, 40, dtype=np.float32)
    clip = clip_of(moving_a_bit)
    assert answer_masked(shipped, clip, [Mask(joints=(7,), people=(0,))]).main == 0


def test_a_model_that_is_told_what_was_visible_is_told_that_the_hidden_was_not(pair):
    clip = clip_of(waving(40, 7))
    question = pair.question(clip, shown_instead(pair, clip, [Mask(joints=(7,), stop=20)]))
    visible = question.prepared[0].inputs[0, -1, :, :, 0]  # (T, V)
    expected = np.ones_like(visible)
    expected[np.rint(question.prepared[0].frames) < 20, 7] = 0
    np.testing.assert_array_equal(visible, expected)
    assert not question.prepared[0].inputs[..., 1].any()


def test_each_person_seen_alone_is_told_what_was_hidden_of_them_alone(tmp_path):
    recipe = replace(PLAIN, visibility=True)
    alone = on_torch(make_package(tmp_path, (Wanted(),), preprocessing=recipe))
    clip = clip_of(np.concatenate([waving(16, 7), waving(16, 7) + np.float32(1)], axis=1))
    masks = [Mask(joints=(7,), people=(1,)), Mask(joints=(3,), people=(0,), start=8)]
    first, second = (
        prepared.inputs[0, -1, :, :, 0] == 0
        for prepared in alone.question(clip, shown_instead(alone, clip, masks)).prepared
    )
    np.testing.assert_array_equal(np.argwhere(first), [(frame, 3) for frame in range(8, 16)])
    np.testing.assert_array_equal(np.argwhere(second), [(frame, 7) for frame in range(16)])


def test_a_stand_in_keeps_the_body_a_body_and_the_belly_does_not(shipped, throw):
    """Why the rule is not the one that preprocessing has for joints that are never seen."""
    layout = throw.recording.layout
    mask = part_mask(layout, "right arm", "right hand")
    elbow, wrist = layout.index("right elbow"), layout.index("right wrist")

    def forearm(positions):
        return np.linalg.norm(positions[:, 0, elbow] - positions[:, 0, wrist], axis=-1)

    recorded = forearm(throw.positions)
    held = forearm(shown_instead(shipped, throw, [mask]).positions)
    gone = throw.positions.copy()
    gone[:, :, list(mask.joints)] = np.nan
    np.testing.assert_allclose(held, recorded[0], atol=1e-5)
    assert forearm(fill_gaps(gone)).max() == 0
