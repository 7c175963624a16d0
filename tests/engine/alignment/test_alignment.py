import numpy as np
import pytest

from engine.alignment.alignment import align
from engine.alignment.placing import Place
from engine.alignment.timing import By
from engine.recording import Recording
from tests.engine.alignment.made_pairs import moved, pair, sample, with_positions

LEFT_HAND, LEFT_ELBOW = "left hand", "left elbow"


def lifted_hand(recording: Recording, metres: float) -> Recording:
    """The left hand that much higher in every frame."""
    positions = recording.positions.copy()
    positions[:, :, recording.layout.index(LEFT_HAND), 1] += metres
    return with_positions(recording, positions)


@pytest.mark.parametrize("place", list(Place))
def test_a_copy_somewhere_else_in_the_room_lies_upon_the_body(place: Place) -> None:
    recording = sample("throw")

    found = align(pair(recording, moved(recording, 75, (1.0, 0.0, -2.0))), By.START, place)

    assert found.differences.overall == pytest.approx(0.0, abs=2e-3)


def test_a_smaller_copy_lies_upon_the_body_when_it_is_brought_to_size() -> None:
    recording = sample("throw")
    small = with_positions(recording, 0.8 * recording.positions)

    same = align(pair(recording, small), By.START)
    own = align(pair(recording, small), By.START, same_size=False)

    assert same.mean == pytest.approx(0.0, abs=2e-3)
    assert own.mean > 0.05
    feet = own.placement.place_all(own.pair.second.joints)[..., 1].min(axis=1)
    assert np.median(feet) == pytest.approx(
        np.median(own.pair.first.joints[..., 1].min(axis=1)), abs=0.02
    )  # both stand on one floor


def test_a_hand_held_higher_is_the_joint_that_differs_most() -> None:
    recording = sample("throw")

    found = align(pair(recording, lifted_hand(recording, 0.2)), By.START)

    (joint, metres), *_ = found.worst_joints(40, 3)
    assert found.pair.joint_names[joint] == LEFT_HAND
    assert metres == pytest.approx(0.2, abs=0.02)
    assert found.joint_means[joint] == pytest.approx(0.2, abs=0.02)
    others = np.delete(found.joint_means, joint)
    assert others.max() < 0.03


def test_the_bend_of_a_joint_is_compared_in_degrees() -> None:
    recording = sample("wave")
    layout = recording.layout
    shoulder, elbow, wrist = (
        recording.positions[:, 0, layout.index(f"left {name}")]
        for name in ("shoulder", "elbow", "wrist")
    )
    positions = recording.positions.copy()
    arm = (elbow - shoulder) / np.linalg.norm(elbow - shoulder, axis=-1, keepdims=True)
    length = np.linalg.norm(wrist - elbow, axis=-1, keepdims=True)
    positions[:, 0, layout.index("left wrist")] = elbow + arm * length  # straight

    found = align(pair(recording, with_positions(recording, positions)), By.START)

    number = found.differences.angle_names.index(LEFT_ELBOW)
    cosine = np.sum((shoulder - elbow) * (wrist - elbow), axis=-1) / (
        np.linalg.norm(shoulder - elbow, axis=-1) * length[:, 0]
    )
    assert found.differences.angles[:, number] == pytest.approx(
        180 - np.degrees(np.arccos(cosine)), abs=0.5
    )


def test_a_free_body_goes_its_own_way_and_a_pinned_one_does_not() -> None:
    recording = sample("throw")
    drift = np.zeros_like(recording.positions)
    drift[..., 0] = np.linspace(0.0, 1.0, recording.num_frames)[:, None, None]
    walks = with_positions(recording, recording.positions + drift)

    pinned = align(pair(recording, walks), By.START, Place.PINNED)
    free = align(pair(recording, walks), By.START, Place.FREE)

    assert pinned.greatest[1] < 0.01
    assert free.differences.joints[-1].mean() == pytest.approx(1.0, abs=0.12)
    assert free.greatest[0] > recording.num_frames * 0.8


def test_frames_without_a_partner_have_no_difference() -> None:
    recording = sample("throw")
    short = with_positions(recording, recording.positions[:40])

    found = align(pair(recording, short), By.START)

    assert found.aligned.tolist() == [True] * 40 + [False] * (recording.num_frames - 40)
    assert found.worst_joints(60, 3) == ()
    assert np.isnan(found.placement.place(np.zeros((2, 3), np.float32), 60)).all()


def test_missing_joints_are_left_out_of_the_difference() -> None:
    recording = lifted_hand(sample("throw"), 0.5)
    positions = recording.positions.copy()
    positions[20:, :, recording.layout.index(LEFT_HAND)] = np.nan

    found = align(pair(sample("throw"), with_positions(recording, positions)), By.START)

    hand = found.pair.joint_names.index(LEFT_HAND)
    assert np.isnan(found.differences.joints[20:, hand]).all()
    assert np.nanmax(found.differences.overall[20:]) < 0.005
    assert found.differences.overall[:20].min() > 0.01
