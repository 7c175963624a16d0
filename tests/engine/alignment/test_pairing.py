from dataclasses import replace

import numpy as np
import pytest

from engine.alignment.pairing import Performer, main_person, pair_of
from engine.errors import EngineError, LayoutError
from engine.layouts.coco_17 import COCO_17
from engine.layouts.kinect_v2 import KINECT_V2
from engine.layouts.maps import map_recording
from engine.layouts.shrec_hand_22 import SHREC_HAND_22
from engine.recording import Units
from tests.app.figures import recording_of, standing
from tests.engine.alignment.made_pairs import moved, pair, sample, with_positions


def test_a_body_is_as_high_as_its_bones_also_while_it_bends() -> None:
    wave, bending = pair(sample("wave"), sample("pick-up")).first, sample("pick-up")

    both = pair(bending, bending).first

    assert 1.3 < wave.height < 1.9
    assert both.height == pytest.approx(wave.height, rel=0.1)


def test_a_smaller_person_is_told_by_the_bones_wherever_they_stand() -> None:
    recording = sample("wave")
    small = with_positions(recording, 0.8 * recording.positions)

    made = pair(recording, moved(small, 70, (1.0, 0.0, 2.0)))

    assert made.ratio == pytest.approx(1.25, rel=1e-3)
    assert made.second.height == pytest.approx(0.8 * made.first.height, rel=1e-3)


def test_only_joints_that_both_layouts_measure_count() -> None:
    first = sample("wave")
    second = map_recording(first, KINECT_V2)

    made = pair(first, second)

    assert "left wrist" in made.joint_names
    assert "spine" not in made.joint_names  # v2 has a mid spine instead
    names = KINECT_V2.joints
    wrist = made.joint_names.index("left wrist")
    raw = second.positions[0, 0, names.index("left wrist")]
    assert made.second.joints[0, wrist] == pytest.approx(made.second.upright(raw))


def test_millimetres_and_metres_are_one_unit() -> None:
    recording = sample("wave")
    fine = replace(recording, positions=recording.positions * 1000, units=Units.MILLIMETRES)

    made = pair(recording, fine)

    assert made.has_one_unit
    assert made.unit == "m"
    assert made.second.height == pytest.approx(made.first.height, rel=1e-4)


def test_a_body_and_a_hand_have_nothing_in_common() -> None:
    hand = recording_of(np.zeros((5, 1, 22, 3)), layout=SHREC_HAND_22)

    with pytest.raises(LayoutError, match="hand layout shrec-hand-22"):
        pair(sample("wave"), hand)


def test_a_picture_and_a_body_in_space_are_not_compared() -> None:
    flat = recording_of(np.zeros((5, 1, 17, 2)), layout=COCO_17, units=Units.PIXELS)

    with pytest.raises(
        LayoutError, match=r"flat \(coco-17\) and the other has depth \(kinect-v1\)"
    ):
        pair(sample("wave"), flat)


def test_a_person_who_is_not_there_is_named() -> None:
    with pytest.raises(EngineError, match="people 1 to 1, and no 3"):
        Performer(recording=sample("wave"), person=2)


def test_a_person_who_is_never_seen_is_named() -> None:
    nobody = recording_of(np.full((5, 1, 20, 3), np.nan))

    with pytest.raises(EngineError, match="person 1 is never seen"):
        pair(sample("wave"), nobody)


def test_short_gaps_of_the_hips_are_bridged_and_long_ones_are_not() -> None:
    positions = sample("wave").positions.copy()
    positions[10:14, :, 0] = np.nan
    positions[30:60, :, 0] = np.nan
    gappy = with_positions(sample("wave"), positions)

    anchors = pair(gappy, gappy).first.anchors

    assert np.isfinite(anchors[10:14]).all()
    assert np.isnan(anchors[45]).all()


def test_somebody_without_hips_is_held_by_the_shoulders() -> None:
    positions = sample("wave").positions.copy()
    hips = [0, 12, 16]
    positions[:, :, hips] = np.nan
    above = with_positions(sample("wave"), positions)

    made = pair(sample("wave"), above)

    shoulders = made.joint_names.index("shoulder centre")
    assert made.first.anchors == pytest.approx(made.first.joints[:, shoulders])


def test_the_person_who_travels_most_is_the_main_one() -> None:
    positions = standing(20, people=((0, 0, 3), (1, 0, 3)))
    positions[:, 1, :, 0] += np.linspace(0, 2, 20)[:, None]

    assert main_person(recording_of(positions)) == 1
    assert main_person(recording_of(positions[:, ::-1])) == 0


def test_two_people_of_one_recording_are_compared_too() -> None:
    two = sample("two-people")

    made = pair_of(Performer(recording=two, person=0), Performer(recording=two, person=1))

    assert not np.allclose(made.first.joints, made.second.joints, equal_nan=True)
