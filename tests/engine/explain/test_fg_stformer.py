import numpy as np

from engine.explain.fg_stformer import FocalOutputs, explain_focal, to_recording_joints
from engine.preprocess.temporal import resample, sample_positions


def outputs(scores: np.ndarray, chosen: np.ndarray) -> FocalOutputs:
    people, steps, kept = chosen.shape
    attention = np.linspace(0, 1, people * steps * kept * 2, dtype=np.float32)
    return FocalOutputs(
        scores=scores.astype(np.float32),
        chosen=chosen,
        part_attention=attention.reshape(people, steps, kept, 2),
    )


def test_a_joint_moving_in_frames_40_to_60_lights_up_in_those_frames():
    """The whole way: 150 recording frames to 52 network frames to 13 steps, and back."""
    moving, frames, network_frames, reduction = 2, 150, 52, 4
    positions = np.zeros((frames, 1, 5, 3), dtype=np.float32)
    positions[40:61, 0, moving, 0] = np.sin(np.linspace(0, 12 * np.pi, 21))
    at = sample_positions(network_frames, 0, frames - 1)
    seen = resample(positions, at)
    # what a step sees: the speed of each joint in the network frames it is centred on
    speed = np.abs(np.gradient(seen[:, 0, :, 0], axis=0))
    steps = speed.reshape(-1, reduction, 5).max(axis=1)
    scores = steps[np.newaxis] / steps.max()
    chosen = np.zeros((1, len(steps), 2), dtype=np.int64)

    explanation = explain_focal(
        outputs(scores, chosen), at[::reduction], model_id="m", start=0, stop=frames
    )

    weights = explanation.joint_weights[:, 0]
    assert weights.shape == (frames, 5)
    lit = np.flatnonzero(weights[:, moving] > 0.5)
    step = (frames - 1) / (network_frames - 1) * reduction
    assert lit.min() >= 40 - step
    assert lit.max() <= 60 + step
    assert set(range(45, 56)) <= set(lit.tolist())
    assert not weights[:, [0, 1, 3, 4]].any()


def test_steps_are_exactly_on_the_frames_they_are_centred_on():
    scores = np.zeros((1, 4, 3))
    scores[0, 2, 1] = 1
    explanation = explain_focal(
        outputs(scores, np.zeros((1, 4, 1), dtype=np.int64)),
        np.array([100.0, 110.0, 120.0, 130.0]),
        model_id="m",
        start=100,
        stop=140,
    )

    track = explanation.joint_weights[:, 0, 1]
    assert track.argmax() == 20
    assert track[20] == 1
    np.testing.assert_allclose(track[[10, 15, 25, 30]], [0, 0.5, 0.5, 0], atol=1e-6)


def test_links_reach_only_the_joints_that_were_chosen_in_that_frame():
    chosen = np.array([[[0, 2], [1, 2]]])
    explanation = explain_focal(
        outputs(np.full((1, 2, 3), 0.5), chosen),
        np.array([0.0, 9.0]),
        model_id="m",
        start=0,
        stop=10,
    )

    links = explanation.links[0].weights
    assert links.shape == (10, 1, 2, 3)
    assert np.isnan(links[0, 0, :, 1]).all()
    assert np.isnan(links[9, 0, :, 0]).all()
    attention = outputs(np.zeros(0), chosen).part_attention
    np.testing.assert_allclose(links[0, 0, :, 2], attention[0, 0, 1])
    assert (explanation.chosen[9, 0] == [1, 2]).all()


def test_people_who_were_not_seen_have_no_weights_and_no_links():
    chosen = np.array([[[0, 1]], [[-1, -1]]])
    scores = np.array([[[0.2, 0.4, 0.6]], [[np.nan] * 3]])
    explanation = explain_focal(
        outputs(scores, chosen), np.array([0.0]), model_id="m", start=0, stop=1
    )

    assert np.isnan(explanation.joint_weights[0, 1]).all()
    assert np.isnan(explanation.links[0].weights[0, 1]).all()
    assert explanation.strongest == np.float32(0.6)


def test_weights_go_to_the_recording_joints_that_the_network_joints_are_made_of():
    scores = np.array([[[0.1, 0.7, 0.4]]])
    explanation = explain_focal(
        outputs(scores, np.array([[[1, 2]]])), np.array([0.0]), model_id="m", start=0, stop=1
    )

    # recording joint 0 serves network joints 0 and 2, joint 1 serves none, joint 2 serves joint 1
    mapped = to_recording_joints(explanation, ((0, 2), (), (1,)))

    np.testing.assert_allclose(mapped.joint_weights[0, 0], [0.4, np.nan, 0.7])
    assert mapped.chosen[0, 0].tolist() == [0, 2]
    assert mapped.links[0].weights.shape == (1, 1, 2, 3)
