"""What every shipped scene owes to physics, measured before unrest and noise are added."""

from functools import cache

import numpy as np
import pytest

from engine.layouts.kinect_v1 import KINECT_V1
from engine.synthesis.body import SIDES, joints_of
from engine.synthesis.capture import Scene, record
from engine.synthesis.scenes import SCENES

FPS = 30
IDS = tuple(scene_id for scene_id, _ in SCENES)
JOINT = {name: index for index, name in enumerate(KINECT_V1.joints)}
FASTEST = {"hand": 6.0, "wrist": 6.0, "elbow": 5.0, "foot": 4.5, "ankle": 4.5, "knee": 4.0}
"""Metres a second; everything else stays below 2.5."""


@cache
def scene_of(scene_id: str) -> Scene:
    return dict(SCENES)[scene_id]()


@cache
def motion_of(scene_id: str) -> np.ndarray:
    """``(T, M, 20, 3)`` in the world frame."""
    scene = scene_of(scene_id)
    people = [joints_of(person.body, person.pose_at(scene.times)) for person in scene.people]
    return np.stack(people, axis=1)


def angle_at(motion: np.ndarray, before: str, joint: str, after: str) -> np.ndarray:
    """``(T, M)`` degrees between two bones; 180 is a straight limb."""
    one = motion[:, :, JOINT[before]] - motion[:, :, JOINT[joint]]
    other = motion[:, :, JOINT[after]] - motion[:, :, JOINT[joint]]
    cosine = (one * other).sum(-1) / np.linalg.norm(one, axis=-1) / np.linalg.norm(other, axis=-1)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


@pytest.mark.parametrize("scene_id", IDS)
def test_bones_keep_their_lengths(scene_id):
    motion = motion_of(scene_id)
    lengths = np.linalg.norm(motion - motion[:, :, KINECT_V1.parents], axis=-1)
    assert np.ptp(lengths, axis=0).max() < 1e-9


@pytest.mark.parametrize("scene_id", IDS)
def test_bones_keep_their_lengths_up_to_noise_in_the_recording(scene_id):
    positions = record(scene_of(scene_id)).positions
    lengths = np.linalg.norm(positions - positions[:, :, KINECT_V1.parents], axis=-1)
    assert np.abs(lengths - np.median(lengths, axis=0)).max() < 0.03


@pytest.mark.parametrize("scene_id", IDS)
def test_a_foot_on_the_floor_does_not_slide(scene_id):
    motion, scene = motion_of(scene_id), scene_of(scene_id)
    for index, person in enumerate(scene.people):
        for side in SIDES:
            ball = motion[:, index, JOINT[f"{side.name} foot"]]
            standing = ball[:, 1] < person.body.sole + 0.005
            slid = np.linalg.norm(np.diff(ball[:, [0, 2]], axis=0), axis=-1)
            assert standing.any()
            assert slid[standing[1:] & standing[:-1]].max() < 0.01


@pytest.mark.parametrize("scene_id", IDS)
def test_a_foot_never_sinks_into_the_floor_and_one_always_stands(scene_id):
    motion, scene = motion_of(scene_id), scene_of(scene_id)
    for index, person in enumerate(scene.people):
        feet = motion[:, index, [JOINT["left foot"], JOINT["right foot"]], 1] - person.body.sole
        assert feet.min() > -2e-3
        assert feet.min(axis=1).max() < 0.02


@pytest.mark.parametrize("scene_id", IDS)
def test_no_joint_is_faster_than_a_person_can_be(scene_id):
    speed = np.linalg.norm(np.diff(motion_of(scene_id), axis=0), axis=-1) * FPS
    for joint, name in enumerate(KINECT_V1.joints):
        assert speed[:, :, joint].max() < FASTEST.get(name.split()[-1], 2.5), name


@pytest.mark.parametrize("scene_id", IDS)
def test_no_joint_jerks(scene_id):
    acceleration = np.linalg.norm(np.diff(motion_of(scene_id), 2, axis=0), axis=-1) * FPS**2
    assert acceleration.max() < 60


@pytest.mark.parametrize("scene_id", IDS)
def test_elbows_and_knees_stay_within_what_a_person_can_bend(scene_id):
    motion = motion_of(scene_id)
    for side in ("left", "right"):
        assert angle_at(motion, f"{side} hip", f"{side} knee", f"{side} ankle").min() > 40
        assert angle_at(motion, f"{side} shoulder", f"{side} elbow", f"{side} wrist").min() > 35


@pytest.mark.parametrize("scene_id", IDS)
def test_knees_bend_forward_and_sides_are_never_swapped(scene_id):
    motion = motion_of(scene_id)
    left = motion[:, :, JOINT["left hip"]] - motion[:, :, JOINT["right hip"]]
    forward = np.cross(left, (0, 1, 0))
    for side in ("left", "right"):
        hip, knee, ankle = (
            motion[:, :, JOINT[f"{side} {part}"]] for part in ("hip", "knee", "ankle")
        )
        assert ((knee - (hip + ankle) / 2) * forward).sum(-1).min() > 0
    shoulders = motion[:, :, JOINT["left shoulder"]] - motion[:, :, JOINT["right shoulder"]]
    feet = motion[:, :, JOINT["left foot"]] - motion[:, :, JOINT["right foot"]]
    assert (left * shoulders).sum(-1).min() > 0
    assert (left * feet).sum(-1).min() > 0


@pytest.mark.parametrize("scene_id", IDS)
def test_everybody_stays_where_a_kinect_sees_them(scene_id):
    positions = record(scene_of(scene_id)).positions
    assert positions[..., 2].min() > 1.4
    assert positions[..., 2].max() < 5.0
    assert (np.abs(positions[..., 0]) < 0.7 * positions[..., 2]).all()


@pytest.mark.parametrize("scene_id", IDS)
def test_nobody_turns_their_back_on_the_camera(scene_id):
    motion = motion_of(scene_id)
    right = motion[:, :, JOINT["right hip"]] - motion[:, :, JOINT["left hip"]]
    facing = np.degrees(np.arctan2(np.abs(right[..., 2]), right[..., 0]))
    assert facing.max() < 100


def test_two_people_keep_clear_of_each_other():
    motion = motion_of("two-people")
    assert motion.shape[1] == 2
    gaps = np.linalg.norm(motion[:, 0, :, None] - motion[:, 1, None, :], axis=-1)
    assert gaps.min() > 0.3


def test_the_errand_is_long_enough_for_sliding_windows():
    assert 30 < len(scene_of("errand").times) / FPS < 60


def test_sitting_down_ends_low_and_standing_up_ends_high():
    hips = JOINT["hip centre"]
    sitting, rising = motion_of("sit-down")[:, 0, hips, 1], motion_of("stand-up")[:, 0, hips, 1]
    assert sitting[0] - sitting[-1] > 0.35
    assert rising[-1] - rising[0] > 0.35


@pytest.mark.parametrize(("scene_id", "hands"), [("pick-up", 2), ("pick-up-one-hand", 1)])
def test_as_many_hands_as_said_reach_towards_the_floor(scene_id, hands):
    motion = motion_of(scene_id)[:, 0]
    lowest = motion[:, [JOINT["left hand"], JOINT["right hand"]], 1].min(axis=0)
    assert (lowest < 0.33).sum() == hands
