from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError, FileFormatError
from engine.formats import read_recording
from engine.formats.sfinge3d import Sfinge3dFormat
from engine.layouts.sfinge_hand_20 import SFINGE_HAND_20
from engine.recording import FindingKind
from tests.engine.formats.making import found, make_recording, rows_text

FORMAT = Sfinge3dFormat()
PATH = Path("data/Dictionary/12/3.txt")


def rows(frames=2):
    return np.arange(frames * 140, dtype=float).reshape(frames, 140) / 1000 + 1


def test_a_joint_is_a_position_and_a_quaternion():
    recording = FORMAT.read(PATH, rows_text(rows(), ";"))
    assert recording.layout is SFINGE_HAND_20
    assert recording.positions.shape == (2, 1, 20, 3)
    assert recording.orientations.shape == (2, 1, 20, 4)
    assert recording.positions[0, 0, 1].tolist() == pytest.approx([1.007, 1.008, 1.009])
    assert recording.orientations[0, 0, 1].tolist() == pytest.approx([1.010, 1.011, 1.012, 1.013])
    assert recording.fps == Fraction(20)
    assert recording.label == "swipe V"


def test_semicolons_at_line_ends_do_not_count():
    data = rows_text(rows(), ";").replace(b"\n", b";\n")
    assert FORMAT.sniff(data)
    assert FORMAT.read(PATH, data).num_frames == 2


@pytest.mark.parametrize("path", ["3.txt", "12/3.txt", "Dictionary/99/3.txt", "Dictionary/x/3.txt"])
def test_only_the_data_sets_own_folders_name_the_gesture(path):
    assert FORMAT.read(Path(path), rows_text(rows(), ";")).label is None


def test_a_joint_of_zeros_is_missing():
    values = rows()
    values[1, 7:14] = 0
    recording = FORMAT.read(PATH, rows_text(values, ";"))
    assert np.isnan(recording.positions[1, 0, 1]).all()
    assert np.isnan(recording.orientations[1, 0, 1]).all()
    assert found(recording, FindingKind.MISSING_JOINTS).count == 1


def test_a_missing_number_is_named():
    data = rows_text(rows(), ";").replace(b"1.200000;", b";")
    with pytest.raises(FileFormatError, match=r"^3.txt:2: expected 140 numbers .* found 139"):
        FORMAT.read(PATH, data)


def test_rows_divided_by_spaces_are_another_format():
    assert FORMAT.sniff(rows_text(rows(), ";"))
    assert not FORMAT.sniff(rows_text(rows(), " "))


def test_it_cannot_be_written():
    with pytest.raises(EngineError, match="can be read but not written"):
        FORMAT.write(make_recording(SFINGE_HAND_20))


def test_real_quaternions_have_length_one(shared_data):
    recording = read_recording(shared_data / "sfinge3d" / "Dictionary" / "7" / "2.txt")
    assert recording.label == "grab"
    assert np.linalg.norm(recording.orientations, axis=-1) == pytest.approx(1, abs=1e-5)
