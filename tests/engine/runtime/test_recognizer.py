"""Clips in, answers out, in the recording's own frames, people and joints."""

from dataclasses import replace

import numpy as np
import pytest

from engine.architectures import ARCHITECTURES
from engine.architectures.base import NetworkWish
from engine.errors import EngineError, LayoutError
from engine.formats import read_recording
from engine.layouts import layout_by_id
from engine.layouts.kinect_v1 import KINECT_V1
from engine.preprocess.recipe import Length, Scaling
from engine.preprocess.streams import Stream
from engine.recording import Clip, Recording
from engine.runtime import recognizer as module
from engine.runtime.backends import Backend, Device
from engine.runtime.cards import Calibration, Fusion
from engine.runtime.packages import ModelPackage
from engine.runtime.recognizer import Recognizer, batches, movement, open_recognizer
from engine.runtime.windows import window_spans
from engine.samples import SAMPLES
from engine.skeleton import Axis
from tests.engine.runtime.making import ACTIONS, FRAMES, PLAIN, Wanted, make_package, package_of
from tests.tiny_training import recording_of, standing, waving


@pytest.fixture(scope="module")
def recognizer(single_package) -> Recognizer:
    return open_recognizer(single_package)


def on_torch(package: ModelPackage) -> Recognizer:
    return open_recognizer(package, backend=Backend.TORCH, device=Device.CPU)


@pytest.fixture(scope="module")
def pair(pair_package) -> Recognizer:
    """Sees two people at once, with two networks."""
    return on_torch(pair_package)


def beside(*people: np.ndarray) -> np.ndarray:
    """Each person a metre from the last."""
    shifted = [
        person + np.float32([number, 0, 0]) for number, person in enumerate(people, start=-1)
    ]
    return np.concatenate(shifted, axis=1).astype(np.float32)


def nobody(frames: int) -> np.ndarray:
    return np.full((frames, 1, 20, 3), np.nan, dtype=np.float32)


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
    assert explanation.links[0].weights.shape == (FRAMES // 2, 1, 3, 20, 10)
    assert explanation.network_frames[0] == 10
    assert explanation.network_frames[-1] < 50
    assert np.nanmax(explanation.joint_weights) <= explanation.strongest <= 1


def test_it_says_what_runs_it_and_why(recognizer):
    assert recognizer.choice.backend is Backend.ONNXRUNTIME
    assert "processor" in recognizer.choice.reason or "GPU" in recognizer.choice.reason


def test_each_person_gets_an_answer_and_the_one_who_moves_most_is_first(recognizer):
    positions = np.concatenate([standing(40), waving(40, 7), nobody(40)], 1)

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


@pytest.mark.parametrize("which", ["recognizer", "pair"])
def test_nobody_visible_is_said_in_words(which, request):
    empty = recording_of(np.full((5, 1, 20, 3), np.nan, dtype=np.float32))
    with pytest.raises(EngineError, match=r"nobody is visible in frames 0\.\.4"):
        request.getfixturevalue(which).answer(Clip.whole(empty))


@pytest.mark.parametrize("which", ["recognizer", "pair"])
def test_one_frame_is_enough_for_an_answer(which, request):
    answer = request.getfixturevalue(which).answer(Clip.whole(recording_of(standing(1))))
    assert answer.explanation is not None
    assert answer.explanation.joint_weights.shape == (1, 1, 20)
    assert np.isfinite(answer.explanation.joint_weights).all()


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
    assert answer.explanation.links[0].weights.shape[-2:] == (25, 10)


@pytest.mark.parametrize(
    ("layout_id", "joints", "channels"), [("sfinge-hand-20", 20, 3), ("coco-17", 17, 2)]
)
def test_a_layout_that_cannot_be_mapped_is_refused_in_words(
    recognizer, layout_id, joints, channels
):
    with pytest.raises(LayoutError, match=layout_id):
        recognizer.answer(Clip.whole(in_layout(layout_id, joints, channels)))


def test_who_is_only_seen_on_joints_that_the_model_does_not_know_is_not_answered(recognizer):
    recording = in_layout("kinect-v2", 25)
    positions = np.repeat(recording.positions, 2, axis=1)
    others = [joint for joint in range(25) if "hand tip" not in recording.layout.joints[joint]]
    positions[:, 1, others] = np.nan
    both = replace(recording, positions=positions, confidence=np.ones((30, 2, 25), np.float32))

    answer = recognizer.answer(Clip.whole(both))

    assert [prediction.person for prediction in answer.predictions] == [0]


def progress_of(recognizer: Recognizer, recording: Recording, **words: object):
    shares: list[float] = []
    track = recognizer.track(
        recording, person=0, on_progress=shares.append, should_stop=lambda: False, **words
    )
    return track, shares


def test_a_track_has_a_row_for_every_window_and_ends_with_the_recording(recognizer):
    recording = recording_of(waving(400, 7))

    track, shares = progress_of(recognizer, recording)

    spans = list(window_spans(recording, recognizer.card.windows))
    assert track.starts.tolist() == [span.start for span in spans]
    assert track.stops.tolist() == [span.stop for span in spans]
    np.testing.assert_allclose(track.probabilities.sum(axis=1), 1, atol=1e-5)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    clip = Clip(recording=recording, start=spans[3].start, stop=spans[3].stop)
    alone = recognizer.answer(clip, explain=False).predictions[0].probabilities
    np.testing.assert_allclose(track.probabilities[3], alone, atol=1e-5)


def test_a_track_does_not_depend_on_how_many_windows_go_together(recognizer, monkeypatch):
    errand = read_recording(next(sample.path for sample in SAMPLES if sample.id == "errand"))
    tracks = []
    for size in (1, 32):
        monkeypatch.setattr(module, "WINDOW_BATCH", dict.fromkeys(Device, size))
        tracks.append(progress_of(recognizer, errand)[0])
    assert len(tracks[0].starts) > 100
    np.testing.assert_allclose(tracks[0].probabilities, tracks[1].probabilities, atol=1e-5)


def test_a_track_stops_when_asked_and_leaves_out_windows_without_the_person(recognizer):
    positions = waving(400, 7)
    positions[:200] = np.nan
    recording = recording_of(positions)

    stopped = recognizer.track(
        recording, person=0, on_progress=lambda share: None, should_stop=lambda: True
    )
    whole, _ = progress_of(recognizer, recording)

    assert len(stopped.starts) == 0
    assert whole.stops.min() > 200


def test_a_track_of_somebody_never_seen_is_empty(recognizer):
    track, shares = progress_of(recognizer, recording_of(nobody(400)))
    assert track.probabilities.shape == (0, 10)
    assert shares == []


def test_people_seen_together_get_one_answer_about_nobody_in_particular(pair):
    answer = pair.answer(Clip.whole(recording_of(beside(standing(40), waving(40, 7)))))

    (prediction,) = answer.predictions
    assert (prediction.person, answer.main) == (None, 0)
    assert prediction.probabilities.sum() == pytest.approx(1)


def test_the_order_of_people_in_the_recording_does_not_matter(pair):
    still, moving = standing(40), waving(40, 7)
    apart = moving + np.float32([1, 0, 0])
    answers = [
        pair.answer(Clip.whole(recording_of(np.concatenate(order, axis=1))))
        for order in ((still, apart), (apart, still))
    ]

    first, second = (answer.predictions[0].probabilities for answer in answers)
    np.testing.assert_allclose(first, second, atol=1e-6)
    maps = [answer.explanations[0].joint_weights for answer in answers]
    np.testing.assert_allclose(maps[0], maps[1][:, ::-1], atol=1e-6)
    assert np.abs(maps[0][:, 0] - maps[0][:, 1]).max() > 1e-4


def test_the_third_who_moves_least_is_left_out_and_shown_nothing(pair):
    trio = beside(waving(40, 7), standing(40), waving(40, 19))
    duo = trio[:, [0, 2]]

    with_third = pair.answer(Clip.whole(recording_of(trio)))
    without = pair.answer(Clip.whole(recording_of(duo)))

    np.testing.assert_allclose(
        with_third.predictions[0].probabilities, without.predictions[0].probabilities, atol=1e-6
    )
    for explanation in with_third.explanations:
        assert np.isnan(explanation.joint_weights[:, 1]).all()
        assert (explanation.chosen[:, 1] == -1).all()
        assert np.isfinite(explanation.joint_weights[:, [0, 2]]).all()


def test_one_person_alone_leaves_the_other_place_empty(pair):
    alone = pair.answer(Clip.whole(recording_of(waving(40, 7))))
    beside_nobody = np.concatenate([nobody(40), waving(40, 7)], axis=1)
    second = pair.answer(Clip.whole(recording_of(beside_nobody)))

    np.testing.assert_allclose(
        alone.predictions[0].probabilities, second.predictions[0].probabilities, atol=1e-6
    )
    assert second.explanation is not None
    assert np.isnan(second.explanation.joint_weights[:, 0]).all()
    assert np.isfinite(second.explanation.joint_weights[:, 1]).all()


def test_where_people_are_seen_together_a_track_is_about_all_of_them(pair):
    positions = beside(waving(300, 7), standing(300))
    positions[:100] = np.nan
    recording = recording_of(positions)

    track, _ = progress_of(pair, recording)

    assert track.person is None
    assert track.stops.min() > 100
    clip = Clip(recording=recording, start=int(track.starts[-1]), stop=int(track.stops[-1]))
    answer = pair.answer(clip, explain=False).predictions[0].probabilities
    np.testing.assert_allclose(track.probabilities[-1], answer, atol=1e-5)


def test_both_backends_answer_and_explain_alike(pair, pair_package):
    clip = Clip.whole(recording_of(beside(waving(40, 7), standing(40))))

    on_onnx = open_recognizer(pair_package, device=Device.CPU).answer(clip)

    here = pair.answer(clip)
    np.testing.assert_allclose(
        here.predictions[0].probabilities, on_onnx.predictions[0].probabilities, atol=1e-5
    )
    for first, second in zip(here.explanations, on_onnx.explanations, strict=True):
        assert first.network == second.network
        np.testing.assert_allclose(first.joint_weights, second.joint_weights, atol=1e-4)
        np.testing.assert_array_equal(first.chosen, second.chosen)


@pytest.mark.parametrize("fusion", Fusion)
def test_networks_of_several_streams_are_fused_with_their_weights(tmp_path, fusion):
    wanted = (
        Wanted(weight=2.0, seed=1),
        Wanted(stream=Stream.JOINT_AND_BONE, weight=1.0, seed=2),
        Wanted(stream=Stream.BONE_MOTION, weight=0.5, seed=3),
    )
    package = make_package(tmp_path, wanted, fusion=fusion)
    clip = Clip.whole(recording_of(waving(40, 7)))
    alone = []
    for part in package.card.networks:
        card = replace(package.card, networks=(part,))
        single = on_torch(replace(package, card=card))
        alone.append(single.answer(clip).predictions[0].probabilities.astype(np.float64))

    answer = on_torch(package).answer(clip)

    shares = np.array([2.0, 1.0, 0.5])
    if fusion is Fusion.SOFTMAX:
        expected = shares @ np.array(alone) / shares.sum()
    else:  # logits are known up to a constant, which the softmax forgets
        powers = np.exp(shares @ np.log(alone) / shares.sum())
        expected = powers / powers.sum()
    np.testing.assert_allclose(answer.predictions[0].probabilities, expected, atol=1e-5)
    assert np.ptp(alone, axis=0).max() > 0.01
    assert [explanation.network for explanation in answer.explanations] == [
        "FG-STFormer · joint",
        "FG-STFormer · joint-and-bone",
        "FG-STFormer · bone-motion",
    ]


def test_a_short_clip_that_is_repeated_is_explained_on_its_own_frames(tmp_path):
    looped = replace(PLAIN, length=Length.LOOP, scaling=Scaling.NONE)
    recording = recording_of(waving(60, 7))

    answer = on_torch(make_package(tmp_path, (Wanted(),), preprocessing=looped)).answer(
        Clip(recording=recording, start=20, stop=26)
    )

    explanation = answer.explanation
    assert explanation is not None
    assert explanation.joint_weights.shape == (6, 1, 20)
    assert explanation.network_frames.min() == 20
    assert explanation.network_frames.max() <= 25
    assert len(explanation.network_frames) == 8
    assert [prediction.class_names for prediction in answer.predictions] == [ACTIONS]


def short_clips(count: int) -> list[Clip]:
    """Of several lengths, with one or two people."""
    clips = []
    for number in range(count):
        moving = waving(12 + 5 * number, (7, 11, 19)[number % 3])
        people = (moving, standing(len(moving)))[: 1 + number % 2]
        clips.append(Clip.whole(recording_of(beside(*people))))
    return clips


@pytest.mark.parametrize("which", ["recognizer", "pair"])
def test_many_clips_are_answered_as_each_alone(which, request):
    answering = request.getfixturevalue(which)
    clips = short_clips(7)

    together = answering.answer_many(clips)

    assert answering.answer_many([]) == ()
    for clip, found in zip(clips, together, strict=True):
        alone = answering.answer(clip, explain=False)
        assert (found.main, found.explanations) == (alone.main, ())
        for one, other in zip(found.predictions, alone.predictions, strict=True):
            assert (one.person, one.start, one.stop) == (other.person, other.start, other.stop)
            np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-5)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda row: row.id)
def test_every_network_answers_many_clips_as_each_alone(tmp_path, architecture):
    config = architecture.configure(
        NetworkWish(layout=KINECT_V1, classes=len(ACTIONS), frames=FRAMES, people=1, size="tiny")
    )
    answering = on_torch(package_of(tmp_path, config))
    clips = short_clips(3)
    for clip, found in zip(clips, answering.answer_many(clips), strict=True):
        for one, other in zip(
            found.predictions, answering.answer(clip, explain=False).predictions, strict=True
        ):
            np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-5)


def test_a_calibrated_model_is_as_sure_as_its_card_says_and_can_say_none_of_these(recognizer):
    limits = Calibration(temperature=3.0, none_below=0.5, ece_before=0.2, ece_after=0.1, clips=100)
    calibrated = replace(recognizer, card=replace(recognizer.card, calibration=limits))
    recording = recording_of(waving(400, 7))
    clip = Clip(recording=recording, start=0, stop=60)

    plain = recognizer.answer(clip, explain=False).predictions[0]
    found = calibrated.answer(clip).predictions[0]
    track, _ = progress_of(calibrated, recording)

    powers = plain.probabilities.astype(np.float64) ** (1 / 3)
    np.testing.assert_allclose(found.probabilities, powers / powers.sum(), atol=1e-6)
    assert found.top(10)[0][0] == plain.top(10)[0][0]
    assert (plain.is_none, plain.none_below) == (False, 0)
    assert found.is_none == (found.probabilities.max() < 0.5)
    np.testing.assert_array_equal(track.is_none, track.probabilities.max(axis=1) < 0.5)
    many = calibrated.answer_many([clip])[0].predictions[0]
    np.testing.assert_allclose(many.probabilities, found.probabilities, atol=1e-5)
    assert many.is_none == found.is_none


def test_batches_cover_everything_once():
    assert [range(10)[part] for part in batches(10, 4)] == [range(4), range(4, 8), range(8, 10)]
    assert list(batches(0, 4)) == []


def test_movement_is_of_the_joints_that_are_always_seen():
    assert movement(standing(10)[:, 0]) == pytest.approx(0, abs=1e-6)
    assert movement(nobody(10)[:, 0]) == 0
    gap = waving(10, 7)[:, 0]
    whole = movement(gap)
    gap[3, 7] = np.nan
    assert movement(gap) < 1e-6 < whole


@pytest.mark.parametrize("people", [1, 2])
@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda row: row.id)
def test_every_network_answers_and_explains_people_and_frames_of_the_recording(
    tmp_path, architecture, people
):
    config = architecture.configure(
        NetworkWish(
            layout=KINECT_V1, classes=len(ACTIONS), frames=FRAMES, people=people, size="tiny"
        )
    )
    package = package_of(tmp_path, config)
    positions = beside(standing(40), waving(40, 7))
    clip = Clip(
        recording=recording_of(np.concatenate([nobody(40), positions], 1)), start=4, stop=36
    )

    answer = on_torch(package).answer(clip)

    assert len(answer.predictions) == (1 if people == 2 else 2)
    (explanation,) = answer.explanations
    assert explanation.network.startswith(architecture.title)
    assert explanation.joint_weights.shape == (32, 3, 20)
    assert np.isnan(explanation.joint_weights[:, 0]).all()
    assert np.isfinite(explanation.joint_weights[:, 1:]).all()
    assert 4 <= explanation.network_frames.min() <= explanation.network_frames.max() <= 35
