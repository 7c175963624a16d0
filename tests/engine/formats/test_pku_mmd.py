from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError, FileFormatError
from engine.formats import read_recording
from engine.formats.pku_mmd import PkuMmdFormat
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.kinect_v2 import KINECT_V2
from engine.recording import FindingKind
from tests.engine.formats.making import found, kinds, make_recording, rows_text

FORMAT = PkuMmdFormat()
PATH = Path("A10N08-L.txt")


def rows(frames=4):
    return np.arange(frames * 150, dtype=float).reshape(frames, 150) / 1000 + 1


def test_a_row_is_two_people():
    recording = FORMAT.read(PATH, rows_text(rows()))
    assert recording.layout is KINECT_V2
    assert recording.positions.shape == (4, 2, 25, 3)
    assert recording.positions[0, 1, 0].tolist() == pytest.approx([1.075, 1.076, 1.077])
    assert recording.fps == Fraction(30)
    assert kinds(recording) == {FindingKind.NO_FRAME_RATE}


def test_a_second_person_who_is_never_there_is_left_out():
    values = rows()
    values[:, 75:] = 0
    recording = FORMAT.read(PATH, rows_text(values))
    assert recording.num_people == 1
    assert kinds(recording) == {FindingKind.NO_FRAME_RATE}


def test_a_second_person_who_comes_late_is_missing_before():
    values = rows()
    values[:3, 75:] = 0
    recording = FORMAT.read(PATH, rows_text(values))
    assert np.isnan(recording.positions[:3, 1]).all()
    assert not np.isnan(recording.positions[3]).any()
    assert found(recording, FindingKind.MISSING_PERSON).message == (
        "Person 2 is not visible in 3 of 4 frames."
    )


def test_a_file_of_zeros_opens_with_nobody_visible():
    recording = FORMAT.read(PATH, rows_text(np.zeros((3, 150))))
    assert recording.positions.shape == (3, 1, 25, 3)
    assert "Nobody is visible" in found(recording, FindingKind.MISSING_PERSON).message


def test_a_short_line_is_named():
    data = rows_text(rows()) + b"1 2 3\n"
    with pytest.raises(FileFormatError, match=r"^A10N08-L.txt:5: expected 150 numbers \(2 people"):
        FORMAT.read(PATH, data)


@pytest.mark.parametrize("people", [1, 2])
def test_a_written_file_reads_back_the_same(people):
    recording = make_recording(KINECT_V2, people=people, fps=Fraction(30))
    data = FORMAT.write(recording)
    assert FORMAT.sniff(data)
    back = FORMAT.read(PATH, data)
    assert np.array_equal(back.positions, recording.positions, equal_nan=True)
    assert back.fps == recording.fps


@pytest.mark.parametrize(
    ("recording", "message"),
    [
        (make_recording(KINECT_V1), "holds layout kinect-v2"),
        (make_recording(KINECT_V2, people=3), "holds 2 people, this recording has 3"),
        (make_recording(KINECT_V2, fps=Fraction(25)), "30 even frames a second"),
        (make_recording(KINECT_V2, timestamps=np.array([0, 1.0, 3])), "times of its own"),
    ],
)
def test_what_the_format_cannot_hold_is_refused(recording, message):
    with pytest.raises(EngineError, match=message):
        FORMAT.write(recording)


def test_the_real_file_is_read_whole(shared_data):
    recording = read_recording(shared_data / "formats" / "pkummd_A10N08-L.txt")
    assert recording.positions.shape == (1040, 2, 25, 3)
    assert found(recording, FindingKind.MISSING_PERSON).count == 312
    assert float(recording.positions[0, 0, 0, 0]) == pytest.approx(-0.304560)
