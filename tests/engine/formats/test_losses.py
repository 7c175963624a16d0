from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from engine.formats.losses import losses
from engine.layouts.kinect_v1 import KINECT_V1
from tests.engine.formats.making import full_recording, make_recording

FULL = full_recording(KINECT_V1)
PLAIN = make_recording(KINECT_V1)


def test_nothing_is_lost_where_nothing_changed():
    assert losses(FULL, replace(FULL, findings=())) == ()
    assert losses(PLAIN, PLAIN) == ()


@pytest.mark.parametrize(
    ("before", "changes", "expected"),
    [
        (FULL, {"label": None}, "The action wave “hello” will be lost."),
        (PLAIN, {"label": "x"}, "The action will read x, where the recording says nothing."),
        (FULL, {"person_ids": ("1", "2")}, "Person ids 72057594037931115, Zoë 2 will read 1, 2."),
        (FULL, {"orientations": None}, "Orientations are lost."),
        (FULL, {"orientations": -FULL.orientations}, "Orientations change."),
        (FULL, {"timestamps": None}, "The times of single frames are lost."),
        (FULL, {"timestamps": FULL.timestamps + 1e-9}, "The times of single frames change."),
        (PLAIN, {"timestamps": np.arange(3.0)}, "The frame numbers will be taken for times"),
        (FULL, {"frame_ids": None}, "The source's frame numbers are lost."),
        (PLAIN, {"assumed_fps": Fraction(15)}, "Shown at 15 frames a second instead of 30."),
        (PLAIN, {"fps": Fraction(30)}, "The frame rate will read 30, where the recording says"),
        (PLAIN, {"confidence": PLAIN.confidence / 2}, "Confidence is lost or changed for 59 joint"),
        (PLAIN, {"positions": PLAIN.positions * 2}, "59 joint positions will differ."),
        (
            PLAIN,
            {"positions": np.where(np.arange(20)[:, None] == 3, np.nan, PLAIN.positions)},
            "3 joint positions at the origin will read as missing.",
        ),
    ],
)
def test_each_loss_is_named(before, changes, expected):
    found = losses(before, replace(before, **changes))
    assert any(" ".join(line.split()).startswith(expected) for line in found), found


def test_another_size_is_named():
    assert losses(PLAIN, make_recording(KINECT_V1, frames=2)) == (
        "Frames, people, joints 3 × 1 × 20 will read 2 × 1 × 20.",
    )
