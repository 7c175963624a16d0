import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import EngineError, FileFormatError
from engine.formats import read_recording
from engine.formats.nw_ucla import NwUclaFormat
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.kinect_v2 import KINECT_V2
from engine.recording import FindingKind, Units
from engine.skeleton import Axis
from tests.engine.formats.making import found, kinds, make_recording

FORMAT = NwUclaFormat()
PATH = Path("a02_s03_e00_v01.json")


def clip(frames=2, **changes):
    skeletons = (np.arange(frames * 60).reshape(frames, 20, 3) / 100 + 1).tolist()
    return {"file_name": "a02_s03_e00_v01", "skeletons": skeletons, "label": 2} | changes


def read(content):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return FORMAT.read(PATH, data)


def test_a_clip_has_its_positions_label_and_person():
    recording = read(clip())
    assert recording.layout is KINECT_V1
    assert recording.positions.shape == (2, 1, 20, 3)
    assert recording.positions[1, 0, 19].tolist() == pytest.approx([2.17, 2.18, 2.19])
    assert recording.label == "pick up with two hands"
    assert recording.person_ids == ("s03",)
    assert recording.fps is None
    assert recording.shown_fps == 30
    assert (recording.units, recording.up) == (Units.METRES, Axis.PLUS_Y)
    assert kinds(recording) == {FindingKind.NO_FRAME_RATE}


def test_a_clip_of_one_frame_opens():
    assert read(clip(frames=1)).num_frames == 1


def test_zeros_become_missing_joints_and_are_reported():
    content = clip()
    content["skeletons"][1][4] = [0, 0, 0.0]
    recording = read(content)
    assert np.isnan(recording.positions[1, 0, 4]).all()
    assert recording.confidence[1, 0, 4] == 0
    assert recording.confidence.sum() == 39
    assert found(recording, FindingKind.MISSING_JOINTS).count == 1


@pytest.mark.parametrize("label", [0, 11, "two", 1.5])
def test_a_label_out_of_range_is_reported_and_left_out(label):
    recording = read(clip(label=label))
    assert recording.label is None
    assert "not one of the actions 1 to 10" in found(recording, FindingKind.OTHER).message


def test_a_clip_without_label_or_name_opens():
    content = clip()
    del content["label"], content["file_name"]
    recording = read(content)
    assert recording.label is None
    assert recording.person_ids == ("s03",)  # the file's own name says it too


def changed(change):
    content = clip()
    change(content["skeletons"])
    return content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b'{"skeletons": [[[1, 2',
            ":1: broken JSON in column 22 (Expecting ',' delimiter), found its",
        ),
        (b'{"skeletons":\n\n[[[1 2]]]}', ":3: broken JSON in column 6"),
        (b'{"skeletons": "\xff"}', " at byte 15: expected UTF-8 text, found byte 0xff"),
        (b"[1, 2]", ": expected an object with"),
        (b'{"skeletons": ' + b"[" * 100_000, ": expected an object with"),
        ({"skeletons": []}, 'found no frames in "skeletons"'),
        ({"skeletons": 5}, 'found a number in "skeletons"'),
        ({"label": 5}, 'found nothing in "skeletons"'),
        (changed(lambda s: s[1].pop()), ": skeletons[1]: expected 20 joints, found a list of 19"),
        (
            changed(lambda s: s[1][3].pop()),
            ": skeletons[1][3]: expected 3 numbers, found a list of 2",
        ),
        (
            changed(lambda s: s[0][3].__setitem__(0, "1.0")),
            ": skeletons[0][3]: expected a number, found the text '1.0'",
        ),
        (
            changed(lambda s: s[0][3].__setitem__(0, None)),
            ": skeletons[0][3]: expected a number, found nothing",
        ),
        (changed(lambda s: s.append(None)), ": skeletons[2]: expected 20 joints, found nothing"),
        (changed(lambda s: s[0][3].__setitem__(0, 10**400)), "found numbers too large to hold"),
        (
            changed(lambda s: s[1][2].__setitem__(2, float("inf"))),
            ": frame 2, person 1, joint 3: expected a coordinate, found inf",
        ),
    ],
)
def test_a_broken_clip_says_where_and_what(content, message):
    with pytest.raises(FileFormatError) as caught:
        read(content)
    text = str(caught.value)
    assert text.startswith(PATH.name)
    assert message in text
    assert "\n" not in text
    assert len(text) < 250


def test_a_file_too_large_for_json_is_refused(monkeypatch):
    monkeypatch.setattr("engine.formats.nw_ucla._LARGEST_FILE", 2**20)
    with pytest.raises(FileFormatError, match="expected at most 1 MiB of JSON, found 2 MiB"):
        read(b'{"skeletons": ' + b" " * 2**21 + b"}")


def test_nan_counts_as_missing():
    content = clip()
    content["skeletons"][0][0][1] = float("nan")
    assert np.isnan(read(content).positions[0, 0, 0]).all()


def test_a_written_clip_reads_back_the_same():
    recording = make_recording(KINECT_V1, frames=5, label="donning", person_ids=("s07",))
    data = FORMAT.write(recording)
    assert FORMAT.sniff(data)
    back = FORMAT.read(Path("a08_s07_e01_v02.json"), data)
    assert np.array_equal(back.positions, recording.positions, equal_nan=True)
    assert np.array_equal(back.confidence, recording.confidence)
    assert back.label == "donning"


@pytest.mark.parametrize(
    ("recording", "message"),
    [
        (
            make_recording(KINECT_V2),
            "holds layout kinect-v1, this recording has kinect-v2; convert",
        ),
        (make_recording(KINECT_V1, people=2), "holds one person, this recording has 2"),
        (make_recording(KINECT_V1, up=Axis.PLUS_Z), r"holds metres with Y up, .* \+z up"),
        (make_recording(KINECT_V1, units=Units.MILLIMETRES), "this recording has mm"),
    ],
)
def test_what_the_format_cannot_hold_is_refused(recording, message):
    with pytest.raises(EngineError, match=message):
        FORMAT.write(recording)


def test_a_real_clip_keeps_its_bytes_meaning_through_writing(shared_data):
    path = shared_data / "nw-ucla" / "a04_s01_e01_v01.json"
    recording = read_recording(path)
    assert recording.label == "walk around"
    assert found(recording, FindingKind.MISSING_JOINTS).count == 6
    written, original = json.loads(FORMAT.write(recording)), json.loads(path.read_bytes())
    assert written["skeletons"] == original["skeletons"]
    assert written["label"] == original["label"]
