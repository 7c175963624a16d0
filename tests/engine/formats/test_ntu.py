from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError, FileFormatError
from engine.formats import read_recording
from engine.formats.ntu import MOST_PEOPLE, NtuFormat
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.kinect_v2 import KINECT_V2
from engine.recording import FindingKind
from tests.engine.formats.making import found, kinds, make_recording

FORMAT = NtuFormat()
PATH = Path("S001C002P003R001A010.skeleton")
FIRST, SECOND = "72057594037931115", "72057594037931116"  # equal as doubles


def body(body_id, *, at=1.0, state=2, pixels="0 0 0 0"):
    joints = [
        f"{at + v / 100:.3f} {2 + v / 50:.3f} {3.0} {pixels} 0.5 0.1 0.2 0.3 {state}"
        for v in range(25)
    ]
    return [f"{body_id} 0 1 1 1 1 0 0.1 0.2 2", "25", *joints]


def file_of(*frames):
    """A file of frames, each a list of bodies."""
    lines = [str(len(frames))]
    for bodies in frames:
        lines += [str(len(bodies)), *(line for each in bodies for line in each)]
    return ("\n".join(lines) + "\n").encode()


def read(*frames):
    return FORMAT.read(PATH, file_of(*frames))


def test_a_body_has_positions_turns_and_confidence():
    recording = read([body(FIRST)], [body(FIRST, state=1)], [body(FIRST, state=0)])
    assert recording.layout is KINECT_V2
    assert recording.positions.shape == (3, 1, 25, 3)
    assert recording.positions[0, 0, 2].tolist() == pytest.approx([1.02, 2.04, 3.0])
    assert recording.orientations[0, 0, 0].tolist() == pytest.approx([0.1, 0.2, 0.3, 0.5])
    assert recording.confidence[:, 0, 0].tolist() == [1, 0.5, 0]
    assert recording.label == "clapping"
    assert kinds(recording) == {FindingKind.NO_FRAME_RATE}


def test_people_are_linked_by_ids_that_no_double_can_tell_apart():
    recording = read(
        [body(FIRST, at=1), body(SECOND, at=5)],
        [body(SECOND, at=5), body(FIRST, at=1)],
    )
    assert recording.person_ids == (FIRST, SECOND)
    assert recording.positions[:, 0, 0, 0].tolist() == [1, 1]
    assert recording.positions[:, 1, 0, 0].tolist() == [5, 5]


def test_a_frame_without_bodies_is_missing():
    recording = read([], [body(FIRST)], [])
    assert np.isnan(recording.positions[[0, 2]]).all()
    assert recording.confidence[[0, 2]].sum() == 0
    assert found(recording, FindingKind.MISSING_PERSON).message == (
        "Person 1 is not visible in 2 of 3 frames."
    )


def test_a_file_without_any_body_opens_with_nobody_visible():
    recording = read([], [])
    assert recording.positions.shape == (2, 1, 25, 3)
    assert recording.person_ids == ()
    assert recording.orientations is None
    assert "Nobody is visible" in found(recording, FindingKind.MISSING_PERSON).message


def test_a_joint_at_zero_is_missing():
    lines = body(FIRST)
    lines[4] = "0 0 0 0 0 0 0 0 0 0 0 0"
    recording = read([lines])
    assert np.isnan(recording.positions[0, 0, 2]).all()
    assert np.isnan(recording.orientations[0, 0, 2]).all()
    assert recording.confidence[0, 0, 2] == 0


def test_pixel_places_are_not_read_and_may_be_anything():
    recording = read([body(FIRST, pixels="-∞ NaN x 1e999")])
    assert not np.isnan(recording.positions).any()


def test_more_ids_than_a_kinect_follows_keep_those_seen_longest():
    frames = [[body(n)] for n in range(MOST_PEOPLE + 2)]
    frames += [[body(n) for n in range(2, MOST_PEOPLE + 2)]]
    recording = read(*frames)
    assert recording.person_ids == tuple(str(n) for n in range(2, MOST_PEOPLE + 2))
    finding = found(recording, FindingKind.PEOPLE_LIMIT)
    assert finding.message == "8 body ids; only the 6 seen longest are kept."
    assert finding.count == 2
    assert np.isnan(recording.positions[:2]).all()


def test_one_id_twice_in_a_frame_keeps_the_first_body():
    recording = read([body(FIRST, at=1), body(FIRST, at=9)])
    assert recording.positions[0, 0, 0, 0] == 1
    assert "one body id twice" in found(recording, FindingKind.OTHER).message


def test_a_body_seen_for_a_moment_is_reported_as_a_ghost_and_kept():
    frames = [[body(FIRST)] for _ in range(40)]
    frames[3].append(body(SECOND))
    recording = read(*frames)
    assert recording.num_people == 2
    finding = found(recording, FindingKind.GHOST_BODY)
    assert SECOND in finding.message
    assert "only 1 of 40 frames" in finding.message


def test_lines_after_the_last_frame_are_reported():
    recording = FORMAT.read(PATH, file_of([body(FIRST)]) + b"1\nmore\n\n")
    assert found(recording, FindingKind.OTHER).message == "2 lines after the last frame; left out."


def damaged(change):
    lines = file_of([body(FIRST)], [body(FIRST)]).decode().splitlines()
    change(lines)
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"0\n", ":1: expected 1 to 1,000,000 frames, found 0"),
        (b"999999999\n0\n", ":1: expected 1 to 1,000,000 frames, found 999,999,999"),
        (b"2\n0\n", ":3: expected the number of bodies of frame 2, found the end"),
        (damaged(lambda x: x.__delitem__(slice(40, None))), ":40: expected 25 joints, found 8"),
        (
            damaged(lambda x: x.__setitem__(1, "one")),
            ":2: expected the number of bodies of frame 1",
        ),
        (
            damaged(lambda x: x.__setitem__(2, "7 7")),
            ":3: expected a body's id and 9 values, found 2",
        ),
        (damaged(lambda x: x.__setitem__(3, "20")), ":4: expected 25 joints, found another number"),
        (
            damaged(lambda x: x.__setitem__(9, "1 2 3")),
            ":10: expected a joint of 12 values, found 3",
        ),
        (damaged(lambda x: x.__setitem__(9, "")), ":10: expected a joint of 12 values, found 0"),
        (
            damaged(lambda x: x.__setitem__(9, x[9].replace("1.0", "1,0"))),
            ":10: expected 12 numbers, found '1,0",
        ),
        (
            damaged(lambda x: x.__setitem__(9, x[9][:-1] + "3")),
            ":10: expected a tracking state 0, 1 or 2 at the end, found '3'",
        ),
        (damaged(lambda x: x.__delitem__(9)), ":30: expected the number of bodies of frame 2"),
    ],
)
def test_a_broken_file_names_the_line(data, message):
    with pytest.raises(FileFormatError) as caught:
        FORMAT.read(PATH, data)
    assert str(caught.value).startswith(PATH.name + message)


def test_a_body_of_empty_lines_names_the_first():
    lines = file_of([body(FIRST)]).decode().splitlines()[:4] + [""] * 25
    with pytest.raises(FileFormatError, match=":5: expected a joint of 12 values, found 0"):
        FORMAT.read(PATH, ("\n".join(lines) + "\n").encode())


def test_a_file_of_too_many_frames_and_people_is_refused(monkeypatch):
    monkeypatch.setattr("engine.formats.ntu._MOST_BODIES", 5)
    with pytest.raises(
        FileFormatError, match="expected at most 5 frames times people, found 3 × 2"
    ):
        read([body(FIRST), body(SECOND)], [], [])


def test_it_is_told_from_other_text():
    assert FORMAT.sniff(file_of([body(FIRST)]))
    assert FORMAT.sniff(file_of([], [body(FIRST)]))
    assert FORMAT.sniff(file_of([]))
    assert not FORMAT.sniff(b"12\n")
    assert not FORMAT.sniff(b"12\n1\n2.5 3.5\n")
    assert not FORMAT.sniff(b"1 2 3\n4 5 6\n7 8 9\n")


def test_a_written_file_reads_back_the_same():
    original = read([body(FIRST, at=1), body(SECOND, at=5, state=1)], [], [body(SECOND, at=4)])
    data = FORMAT.write(original)
    assert FORMAT.sniff(data)
    back = FORMAT.read(PATH, data)
    assert np.array_equal(back.positions, original.positions, equal_nan=True)
    assert np.array_equal(back.orientations, original.orientations, equal_nan=True)
    assert np.array_equal(back.confidence, original.confidence)
    assert back.person_ids == original.person_ids


def test_ids_that_are_no_numbers_become_numbers():
    recording = make_recording(KINECT_V2, people=2, person_ids=("s01", "guest"))
    assert FORMAT.read(PATH, FORMAT.write(recording)).person_ids == ("1", "2")


def test_what_the_format_cannot_hold_is_refused():
    with pytest.raises(EngineError, match="holds layout kinect-v2"):
        FORMAT.write(make_recording(KINECT_V1))
    with pytest.raises(EngineError, match="holds 6 people, this recording has 7"):
        FORMAT.write(make_recording(KINECT_V2, people=7))


def test_a_real_file_of_two_people_has_no_ghosts(shared_data):
    recording = read_recording(shared_data / "ntu-raw" / "S001C001P001R001A050.skeleton")
    assert recording.positions.shape == (74, 2, 25, 3)
    assert recording.person_ids == ("72057594037932185", "72057594037932127")
    assert recording.label == "punching/slapping other person"
    assert kinds(recording) == {FindingKind.NO_FRAME_RATE}
    assert int((recording.confidence == 1).sum()) == 2911
    assert int((recording.confidence == 0.5).sum()) == 789
    turns = np.linalg.norm(recording.orientations, axis=-1)
    assert np.nanmedian(turns) == pytest.approx(1, abs=1e-4)
