from dataclasses import replace

import numpy as np
import pytest

from engine.errors import EngineError, LayoutError
from engine.layouts import layout_by_id
from engine.recording import Clip, Recording
from engine.runtime.packages import find_model
from engine.runtime.recognizer import Recognizer, open_recognizer
from engine.runtime.windows import window_spans
from engine.skeleton import Axis
from tests.tiny_training import recording_of, standing, waving


@pytest.fixture(scope="module")
def recognizer(tiny_package) -> Recognizer:
    return open_recognizer(find_model(str(tiny_package)))


def test_an_answer_covers_the_clip_and_sums_to_one(recognizer):
    clip = Clip(recording=recording_of(waving(60, 7)), start=10, stop=50)

    answer = recognizer.answer(clip)

    (prediction,) = answer.predictions
    assert (prediction.start, prediction.stop, prediction.person) == (10, 50, 0)
    assert prediction.probabilities.sum() == pytest.approx(1)
    explanation = answer.explanation
    assert explanation is not None
    assert explanation.joint_weights.shape == (40, 1, 20)
    assert explanation.chosen.shape == (40, 1, recognizer.card.focal_joints)
    assert explanation.links[0].weights.shape == (40, 1, 10, 20)
    assert explanation.network_frames[0] == 10
    assert np.nanmax(explanation.joint_weights) <= explanation.strongest <= 1


def test_each_person_gets_an_answer_and_the_one_who_moves_most_is_first(recognizer):
    positions = np.concatenate([standing(40), waving(40, 7), np.full((40, 1, 20, 3), np.nan)], 1)

    answer = recognizer.answer(Clip.whole(recording_of(positions.astype(np.float32))))

    assert [prediction.person for prediction in answer.predictions] == [0, 1]
    assert answer.main == 1
    assert answer.explanation is not None
    assert np.isnan(answer.explanation.joint_weights[:, 2]).all()
    assert np.isfinite(answer.explanation.joint_weights[:, :2]).all()
    assert (answer.explanation.chosen[:, 2] == -1).all()


def test_other_people_do_not_change_a_persons_answer(recognizer):
    alone = recognizer.answer(Clip.whole(recording_of(waving(40, 7))))
    both = recognizer.answer(
        Clip.whole(recording_of(np.concatenate([waving(40, 7), standing(40)], axis=1)))
    )
    np.testing.assert_allclose(
        alone.predictions[0].probabilities, both.predictions[0].probabilities, atol=1e-5
    )


def test_nobody_visible_is_said_in_words(recognizer):
    empty = recording_of(np.full((5, 1, 20, 3), np.nan, dtype=np.float32))
    with pytest.raises(EngineError, match=r"nobody is visible in frames 0\.\.4"):
        recognizer.answer(Clip.whole(empty))


def test_one_frame_is_enough_for_an_answer(recognizer):
    answer = recognizer.answer(Clip.whole(recording_of(standing(1))))
    assert answer.explanation is not None
    assert answer.explanation.joint_weights.shape == (1, 1, 20)


def test_which_way_is_up_does_not_matter(recognizer):
    upright = recording_of(waving(40, 7))
    lying = replace(
        upright,
        positions=upright.positions[..., [0, 2, 1]] * np.float32([1, -1, 1]),
        up=Axis.PLUS_Z,
    )
    np.testing.assert_allclose(
        recognizer.answer(Clip.whole(upright)).predictions[0].probabilities,
        recognizer.answer(Clip.whole(lying)).predictions[0].probabilities,
        atol=1e-5,
    )


def in_layout(layout_id: str, joints: int, channels: int = 3) -> Recording:
    positions = np.random.default_rng(0).normal(size=(30, 1, joints, channels)).astype(np.float32)
    return replace(
        recording_of(standing(30)),
        layout=layout_by_id(layout_id),
        positions=positions,
        confidence=np.ones((30, 1, joints), dtype=np.float32),
    )


def test_another_body_layout_is_mapped_and_explained_on_its_own_joints(recognizer):
    answer = recognizer.answer(Clip.whole(in_layout("kinect-v2", 25)))

    assert answer.explanation is not None
    weights = answer.explanation.joint_weights
    assert weights.shape == (30, 1, 25)
    wrist = layout_by_id("kinect-v2").index("left wrist")
    tip = layout_by_id("kinect-v2").index("left hand tip")
    assert np.isfinite(weights[:, 0, wrist]).all()
    assert np.isnan(weights[:, 0, tip]).all()


@pytest.mark.parametrize(
    ("layout_id", "joints", "channels"), [("sfinge-hand-20", 20, 3), ("coco-17", 17, 2)]
)
def test_a_layout_that_cannot_be_mapped_is_refused_in_words(
    recognizer, layout_id, joints, channels
):
    with pytest.raises(LayoutError, match=layout_id):
        recognizer.answer(Clip.whole(in_layout(layout_id, joints, channels)))


def test_a_track_has_a_row_for_every_window_and_ends_with_the_recording(recognizer):
    recording = recording_of(waving(400, 7))
    shares = []

    track = recognizer.track(
        recording, person=0, on_progress=shares.append, should_stop=lambda: False
    )

    spans = list(window_spans(recording, recognizer.card.windows))
    assert track.starts.tolist() == [span.start for span in spans]
    assert track.stops.tolist() == [span.stop for span in spans]
    np.testing.assert_allclose(track.probabilities.sum(axis=1), 1, atol=1e-5)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    clip = Clip(recording=recording, start=spans[3].start, stop=spans[3].stop)
    alone = recognizer.answer(clip, explain=False).predictions[0].probabilities
    np.testing.assert_allclose(track.probabilities[3], alone, atol=1e-5)


def test_a_track_stops_when_asked_and_leaves_out_windows_without_the_person(recognizer):
    positions = waving(400, 7)
    positions[:200] = np.nan
    recording = recording_of(positions)

    stopped = recognizer.track(
        recording, person=0, on_progress=lambda share: None, should_stop=lambda: True
    )
    whole = recognizer.track(
        recording, person=0, on_progress=lambda share: None, should_stop=lambda: False
    )

    assert len(stopped.starts) == 0
    assert whole.stops.min() > 200
