from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError, FileFormatError
from engine.formats import read_recording
from engine.formats.utkinect import UtKinectFormat
from engine.layouts.kinect_v1 import KINECT_V1
from engine.recording import FindingKind
from tests.engine.formats.making import found, kinds, make_recording, rows_text

FORMAT = UtKinectFormat()
PATH = Path("joints_s02_e01.txt")


def file_of(frame_ids):
    rows = np.arange(len(frame_ids) * 61, dtype=float).reshape(-1, 61) / 1000 + 1
    rows[:, 0] = frame_ids
    lines = rows_text(rows).decode().splitlines()
    numbered = [
        f"{i}   {line.split(maxsplit=1)[1]}  " for i, line in zip(frame_ids, lines, strict=True)
    ]
    return "\n".join(numbered).encode()


def test_frame_numbers_become_times_at_thirty_a_second():
    recording = FORMAT.read(PATH, file_of([190, 194, 198, 204]))
    assert recording.positions.shape == (4, 1, 20, 3)
    assert recording.frame_ids.tolist() == [190, 194, 198, 204]
    assert recording.timestamps == pytest.approx([0, 4 / 30, 8 / 30, 14 / 30])
    assert recording.fps is None
    assert recording.assumed_fps == Fraction(15, 2)
    assert recording.person_ids == ("s02",)
    assert recording.positions[0, 0, 0].tolist() == pytest.approx([1.001, 1.002, 1.003])


def test_repeated_frame_numbers_keep_the_first_row():
    recording = FORMAT.read(PATH, file_of([2, 4, 4, 4, 6]))
    assert recording.frame_ids.tolist() == [2, 4, 6]
    assert recording.positions[1, 0, 0, 0] == pytest.approx(1.062)
    assert found(recording, FindingKind.REPEATED_FRAME).count == 2


def test_skipped_frame_numbers_are_reported_and_not_filled_in():
    recording = FORMAT.read(PATH, file_of([10, 12, 14, 100]))
    assert recording.num_frames == 4
    finding = found(recording, FindingKind.SKIPPED_FRAMES)
    assert finding.message == (
        "Frame numbers 10 to 100 have only 4 rows: steps of 2 as a rule, 86 at most; "
        "nothing is filled in."
    )


def test_a_file_without_gaps_has_no_frame_numbers_of_its_own():
    recording = FORMAT.read(PATH, file_of([0, 1, 2]))
    assert recording.frame_ids is None
    assert recording.shown_fps == 30
    assert kinds(recording) == {FindingKind.NO_FRAME_RATE}


def test_frame_numbers_that_go_back_are_reported_and_give_no_times():
    recording = FORMAT.read(PATH, file_of([5, 6, 3]))
    assert recording.timestamps is None
    assert recording.frame_ids.tolist() == [5, 6, 3]
    assert found(recording, FindingKind.OTHER).count == 1


def test_one_row_is_a_recording():
    recording = FORMAT.read(PATH, file_of([77]))
    assert recording.num_frames == 1
    assert recording.shown_fps == 30


def test_a_short_line_is_named():
    data = file_of([1, 2, 3]).replace(b"1.181000", b"", 1)
    with pytest.raises(FileFormatError, match=r"^joints_s02_e01.txt:\d: expected 61 numbers"):
        FORMAT.read(PATH, data)


@pytest.mark.parametrize("number", [b"1.5", b"-3", b"1e300", b"nan"])
def test_a_frame_number_that_is_none_is_named(number):
    data = file_of([1, 2, 3]).replace(b"\n2 ", b"\n" + number + b" ")
    with pytest.raises(
        FileFormatError, match="expected a whole frame number at the start of row 2"
    ):
        FORMAT.read(PATH, data)


def test_rows_of_another_width_are_not_recognised():
    data = file_of([1, 2])
    assert FORMAT.sniff(data)
    assert not FORMAT.sniff(data.split(b" ", 1)[1])
    assert not FORMAT.sniff(b"x" + data)
    assert not FORMAT.sniff(data.replace(b"  ", b";"))


def test_a_written_file_reads_back_the_same():
    original = FORMAT.read(PATH, file_of([190, 194, 198, 204]))
    data = FORMAT.write(original)
    assert FORMAT.sniff(data)
    back = FORMAT.read(PATH, data)
    assert np.array_equal(back.positions, original.positions)
    assert np.array_equal(back.timestamps, original.timestamps)
    assert back.frame_ids.tolist() == original.frame_ids.tolist()


def test_a_recording_of_fifteen_frames_a_second_gets_every_second_number():
    recording = make_recording(KINECT_V1, fps=Fraction(15))
    back = FORMAT.read(PATH, FORMAT.write(recording))
    assert back.frame_ids.tolist() == [0, 2, 4]
    assert back.shown_fps == 15
    assert np.array_equal(back.positions, recording.positions, equal_nan=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"fps": Fraction(25)},
        {"timestamps": np.array([0, 0.5, 0.6])},
        {"frame_ids": np.array([1, 1, 2])},
        {"frame_ids": np.array([-1, 0, 1])},
    ],
)
def test_times_that_are_no_thirtieths_are_refused(changes):
    with pytest.raises(EngineError, match="convert to npz instead"):
        FORMAT.write(make_recording(KINECT_V1, **changes))


def test_a_real_recording_reports_its_repeats_and_gaps(shared_data):
    recording = read_recording(shared_data / "utkinect" / "joints_s04_e02.txt")
    assert recording.num_frames == 1271
    assert found(recording, FindingKind.REPEATED_FRAME).count == 89
    assert recording.time_s(1270) == pytest.approx((4586 - 378) / 30)
    assert np.array_equal(FORMAT.read(PATH, FORMAT.write(recording)).positions, recording.positions)
