from pathlib import Path

import numpy as np
import pytest

from engine.errors import FileFormatError
from engine.formats.reading import (
    check_range,
    mark_missing,
    missing_findings,
    plural,
    reason,
    scale_findings,
)
from engine.recording import FindingKind


def test_a_joint_at_zero_is_missing_and_one_with_a_single_zero_is_not():
    values = np.array([[[[0.0, 0, 0], [0, 1, 0], [np.nan, 1, 1]]]])
    positions, seen = mark_missing(values)
    assert seen.tolist() == [[[False, True, False]]]
    assert np.isnan(positions[0, 0, [0, 2]]).all()
    assert positions[0, 0, 1].tolist() == [0, 1, 0]
    assert positions.dtype == np.float32


def test_a_number_too_small_for_float32_does_not_become_a_joint_at_the_origin():
    _, seen = mark_missing(np.full((1, 1, 1, 3), 1e-60))
    assert not seen.any()


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e30])
def test_absurd_coordinates_name_frame_person_and_joint(value):
    values = np.ones((4, 2, 5, 3))
    values[2, 1, 3, 0] = value
    with pytest.raises(
        FileFormatError, match=r"clip: frame 3, person 2, joint 4: expected a coord"
    ):
        check_range(values, Path("clip"))


def test_nobody_visible_is_one_finding():
    [finding] = missing_findings(np.zeros((38, 1, 20), bool))
    assert finding.kind is FindingKind.MISSING_PERSON
    assert finding.message == "Nobody is visible: every position in 38 frames is missing."
    assert finding.count == 38


def test_people_and_joints_that_are_missing_for_a_while_are_counted():
    seen = np.ones((10, 2, 5), bool)
    seen[4:, 1] = False
    seen[0, 0, :2] = False
    seen[1, 0, 0] = False
    person, joints = missing_findings(seen)
    assert person.message == "Person 2 is not visible in 6 of 10 frames."
    assert joints.message == "3 joint positions missing (zero in the file), in 2 frames."
    assert (person.count, joints.count) == (6, 3)


def test_nothing_is_reported_where_nothing_is_missing():
    assert missing_findings(np.ones((2, 1, 5), bool)) == ()
    assert scale_findings(np.ones((2, 1, 5, 3), np.float32)) == ()
    assert scale_findings(np.full((2, 1, 5, 3), np.nan, np.float32)) == ()


def test_coordinates_larger_than_a_room_are_reported():
    [finding] = scale_findings(np.full((1, 1, 1, 3), 1834.0, np.float32))
    assert finding.kind is FindingKind.UNUSUAL_SCALE
    assert "1,834" in finding.message


def test_counts_have_the_right_noun():
    assert plural(1, "frame") == "1 frame"
    assert plural(1040, "frame") == "1,040 frames"


def test_what_a_library_says_is_cut_short():
    assert reason(ValueError("x" * 1000)) == "ValueError " + "x" * 80
