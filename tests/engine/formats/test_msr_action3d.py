from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError, FileFormatError
from engine.formats import read_recording
from engine.formats.msr_action3d import MsrAction3dFormat
from engine.layouts.msr_action3d import MSR_ACTION3D
from engine.recording import FindingKind
from tests.engine.formats.making import found, make_recording, rows_text

FORMAT = MsrAction3dFormat()
PATH = Path("a05_s02_e01_skeleton3D.txt")


def lines(frames=2):
    values = np.arange(frames * 80, dtype=float).reshape(-1, 4) / 1000 + 1
    values[:, 3] = np.linspace(0, 1, len(values))
    return values


def test_twenty_lines_are_a_frame():
    recording = FORMAT.read(PATH, rows_text(lines()))
    assert recording.layout is MSR_ACTION3D
    assert recording.positions.shape == (2, 1, 20, 3)
    assert recording.positions[1, 0, 0].tolist() == pytest.approx([1.080, 1.081, 1.082])
    assert recording.label == "forward punch"
    assert recording.person_ids == ("s02",)
    assert recording.shown_fps == 15


def test_confidence_is_the_files_own_also_for_guessed_joints():
    recording = FORMAT.read(PATH, rows_text(lines()))
    assert recording.confidence.ravel() == pytest.approx(np.linspace(0, 1, 40), abs=1e-5)
    assert not np.isnan(recording.positions).any()


def test_a_file_of_zeros_opens_with_nobody_visible():
    recording = FORMAT.read(PATH, rows_text(np.zeros((40, 4))))
    assert np.isnan(recording.positions).all()
    assert not recording.confidence.any()
    assert "Nobody is visible" in found(recording, FindingKind.MISSING_PERSON).message


def test_a_file_of_one_frame_opens():
    assert FORMAT.read(PATH, rows_text(lines(1))).num_frames == 1


def test_a_frame_that_is_not_whole_is_named():
    data = rows_text(lines()[:-1])
    with pytest.raises(FileFormatError, match=r":39: expected 20 lines a frame, found 19"):
        FORMAT.read(PATH, data)


def test_a_confidence_out_of_range_is_named():
    values = lines()
    values[6, 3] = 7
    with pytest.raises(FileFormatError, match=r":7: expected a confidence from 0 to 1"):
        FORMAT.read(PATH, rows_text(values))


def test_a_name_that_says_nothing_gives_no_label():
    recording = FORMAT.read(Path("clip.txt"), rows_text(lines()))
    assert recording.label is None
    assert recording.person_ids == ()


def test_only_rows_of_four_with_a_confidence_are_recognised():
    assert FORMAT.sniff(b"1.0 2.0 3.0 0.5\n")
    assert not FORMAT.sniff(b"1.0 2.0 3.0 4.5\n")
    assert not FORMAT.sniff(b"1.0 2.0 3.0\n")
    assert not FORMAT.sniff(b"1.0;2.0;3.0;0.5\n")


def test_a_written_file_reads_back_the_same():
    recording = make_recording(MSR_ACTION3D, assumed_fps=Fraction(15))
    data = FORMAT.write(recording)
    assert FORMAT.sniff(data)
    back = FORMAT.read(PATH, data)
    assert np.array_equal(back.positions, recording.positions, equal_nan=True)
    assert np.array_equal(back.confidence, recording.confidence)


def test_another_frame_rate_is_refused():
    with pytest.raises(EngineError, match="15 even frames a second, this recording has 30"):
        FORMAT.write(make_recording(MSR_ACTION3D))


def test_the_real_file_of_zeros_opens(shared_data):
    recording = read_recording(shared_data / "msr-action3d-samples/a13_s09_e02_skeleton3D.txt")
    assert recording.positions.shape == (38, 1, 20, 3)
    assert found(recording, FindingKind.MISSING_PERSON).count == 38
    assert recording.label == "bend"
