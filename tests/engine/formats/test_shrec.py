import numpy as np
import pytest

from engine.errors import EngineError, FileFormatError
from engine.formats.shrec import ShrecFormat
from engine.layouts.kinect_v1 import KINECT_V1
from tests.engine.formats.making import make_recording, rows_text


def test_a_row_is_a_frame_of_22_joints(tmp_path):
    rows = np.arange(132.0).reshape(2, 66) / 100
    recording = ShrecFormat().read(tmp_path / "skeletons_world.txt", rows_text(rows))
    assert recording.positions.shape == (2, 1, 22, 3)
    assert recording.positions[1, 0, 1].tolist() == pytest.approx([0.69, 0.70, 0.71])
    assert recording.fps == 30


def test_it_is_recognised_by_the_width_of_its_rows():
    assert ShrecFormat().sniff(rows_text(np.ones((1, 66))))
    assert not ShrecFormat().sniff(rows_text(np.ones((1, 60))))
    assert not ShrecFormat().sniff(rows_text(np.ones((1, 66)), ";"))


def test_a_short_row_is_named(tmp_path):
    data = rows_text(np.ones((1, 66))) + b"1 2 3\n"
    with pytest.raises(FileFormatError, match=r"a\.txt:2: expected 66 numbers .*found 3"):
        ShrecFormat().read(tmp_path / "a.txt", data)


def test_it_cannot_be_written():
    with pytest.raises(EngineError, match="can be read but not written"):
        ShrecFormat().write(make_recording(KINECT_V1))
