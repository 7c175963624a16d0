import json
import os
from dataclasses import fields
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import numpy as np
import pytest

from engine.errors import FileFormatError
from engine.formats.npz import NpzFormat
from engine.layouts import LAYOUTS
from engine.layouts.kinect_v1 import KINECT_V1
from engine.recording import Source
from tests.engine.formats.making import full_recording, make_recording

FORMAT = NpzFormat()
PATH = Path("clip.npz")


def members(recording):
    with ZipFile(BytesIO(FORMAT.write(recording))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(content, **options):
    stream = BytesIO()
    with ZipFile(stream, "w", **options) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return stream.getvalue()


def with_header(recording, **changes):
    content = members(recording)
    content["recording.json"] = json.dumps(json.loads(content["recording.json"]) | changes)
    return packed(content)


def npy(array, **options):
    stream = BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


def same_bits(first, second):
    if not isinstance(first, np.ndarray):
        return first == second
    return (
        first.dtype == second.dtype
        and first.shape == second.shape
        and bytes(first) == bytes(second)
    )


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
@pytest.mark.parametrize("make", [make_recording, full_recording])
def test_every_field_survives_bit_for_bit(layout, make):
    recording = make(layout)
    data = FORMAT.write(recording)
    assert FORMAT.sniff(data)
    back = FORMAT.read(PATH, data)
    for field in fields(recording):
        if field.name != "source":
            assert same_bits(getattr(recording, field.name), getattr(back, field.name)), field.name


def test_unusual_floats_survive_bit_for_bit():
    bits = np.full((3, 1, 20, 3), 0x7FC0_1234, np.uint32)  # a NaN with a payload
    bits[1] = 0x8000_0000  # minus zero
    bits[2] = 0x0000_0001  # the smallest number
    recording = make_recording(KINECT_V1, positions=bits.view(np.float32))
    back = FORMAT.read(PATH, FORMAT.write(recording))
    assert np.array_equal(back.positions.view(np.uint32), bits)


def test_the_same_recording_gives_the_same_bytes():
    recording = full_recording(KINECT_V1)
    data = FORMAT.write(recording)
    assert FORMAT.write(recording) == data
    assert FORMAT.write(FORMAT.read(PATH, data)) == data


def test_the_file_it_was_converted_from_stays_known():
    first = FORMAT.read(PATH, FORMAT.write(make_recording(KINECT_V1)))
    origin = Source(path=Path("clip.txt"), format_id="test", sha256="0" * 64)
    assert first.source.path == PATH
    assert first.source.format_id == "npz"
    assert first.source.origin == origin
    second = FORMAT.read(Path("copy.npz"), FORMAT.write(first))
    assert second.source.origin == origin


def test_folders_of_the_origin_are_not_written():
    source = Source(path=Path("/home/somebody/clip.txt"), format_id="test", sha256="0" * 64)
    assert b"somebody" not in FORMAT.write(make_recording(KINECT_V1, source=source))


def test_numpy_opens_it_without_pickle():
    recording = full_recording(KINECT_V1)
    with np.load(BytesIO(FORMAT.write(recording)), allow_pickle=False) as content:
        assert np.array_equal(content["positions"], recording.positions, equal_nan=True)
        assert content["frame_ids"].tolist() == recording.frame_ids.tolist()


def test_a_packed_copy_opens_too():
    recording = full_recording(KINECT_V1)
    back = FORMAT.read(PATH, packed(members(recording), compression=ZIP_DEFLATED))
    assert same_bits(back.positions, recording.positions)


def test_other_archives_are_not_recognised():
    assert not FORMAT.sniff(packed({"positions.npy": npy(np.ones(3))}))
    assert not FORMAT.sniff(b"PK\x03\x04")


class Bomb:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder="/nowhere/at/all"):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (self.folder,)


def changed(**arrays):
    content = members(make_recording(KINECT_V1))
    content |= {f"{name}.npy": npy(array, allow_pickle=True) for name, array in arrays.items()}
    return packed(content)


def without(name):
    content = members(make_recording(KINECT_V1))
    del content[name]
    return packed(content)


def twice():
    stream = BytesIO(FORMAT.write(make_recording(KINECT_V1)))
    with ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("positions.npy", npy(np.ones(3)))
    return stream.getvalue()


def huge_shape():
    content = members(make_recording(KINECT_V1))
    whole = content["positions.npy"]
    whole = whole.replace(b" " * 8, b"", 1)  # the padding, so that the length stays right
    content["positions.npy"] = whole.replace(b"(3, 1, 20, 3)", b"(999999999, 1, 20, 3)")
    return packed(content)


GOOD = make_recording(KINECT_V1)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (FORMAT.write(GOOD)[:-30], ": expected a whole zip archive, found BadZipFile"),
        (FORMAT.write(GOOD).replace(b"left wrist", b"left xrist"), "Bad CRC-32"),
        (packed(members(GOOD), compression=ZIP_BZIP2), "expected plain or deflated data"),
        (packed(members(GOOD) | {"../../evil": b""}), "found '../../evil'; it is another kind"),
        (twice(), "found 'positions.npy'"),
        (without("recording.json"), ": expected recording.json in it, found none"),
        (without("positions.npy"), ": expected positions and confidence, found one of them"),
        (packed({"recording.json": b" " * (2**20 + 1)}), "expected at most 1,048,576 bytes"),
        (packed({"recording.json": b"{"}), "header: expected JSON"),
        (packed({"recording.json": b"[" * 99999}), "header: expected JSON, found RecursionError"),
        (packed({"recording.json": b"[]"}), "header: expected the format"),
        (with_header(GOOD, version=2), "expected version 1, found 2; open it with a newer"),
        (
            with_header(GOOD, layout="octopus"),
            ": no skeleton layout 'octopus'; there are kinect-v1",
        ),
        (with_header(GOOD, joints=["a"]), "layout kinect-v1 has other joints in the file"),
        (with_header(GOOD, layout=5), "header: expected the values of a recording"),
        (with_header(GOOD, fps="1/0"), "header: expected the values of a recording"),
        (with_header(GOOD, fps="-30"), "a frame rate of '-30'"),
        (with_header(GOOD, fps=30), "header: expected the values of a recording"),
        (with_header(GOOD, person_ids="ab"), "'ab' where a list is expected"),
        (with_header(GOOD, findings=["x"]), "'x' where an object is expected"),
        (
            with_header(GOOD, findings=[{"kind": "other", "message": "", "count": "3"}]),
            "a count '3'",
        ),
        (with_header(GOOD, units="miles"), "'miles' is not a valid Units"),
        (with_header(GOOD, person_ids=["a", "b"]), ": 1 people need as many ids, got 2"),
        (with_header(GOOD, findings=[{"kind": "other", "message": 3}]), "expected the values"),
        (
            changed(positions=np.array([Bomb()], dtype=object)),
            "positions: expected numbers of type",
        ),
        (changed(positions=np.ones((3, 1, 20, 3))), "positions: expected numbers of type float32"),
        (changed(positions=np.ones((3, 1, 19, 3), np.float32)), "positions must be (T, M, 20, 3)"),
        (changed(positions=np.full((3, 1, 20, 3), np.inf, np.float32)), "expected a coordinate"),
        (
            changed(confidence=np.full((3, 1, 20), np.nan, np.float32)),
            "confidence: expected 0 to 1",
        ),
        (changed(timestamps=np.array([0, np.inf, 2])), "timestamps: expected -1e+12 to 1e+12"),
        (changed(timestamps=np.zeros(2)), "timestamps must be (3,), got (2,)"),
        (changed(frame_ids=np.zeros((3, 1), np.int64)), "frame_ids must be (3,), got (3, 1)"),
        (changed(orientations=np.zeros((3, 1, 20, 3), np.float32)), "orientations must be"),
        (huge_shape(), "positions: expected numbers of shape (999999999, 1, 20, 3)"),
        (packed(members(GOOD) | {"positions.npy": b"\x93NUMPY"}), "expected a plain numpy array"),
    ],
)
def test_damage_and_malice_give_one_line(data, message):
    with pytest.raises(FileFormatError) as caught:
        FORMAT.read(PATH, data)
    text = str(caught.value)
    assert text.startswith("clip.npz")
    assert message in text
    assert "\n" not in text
    assert len(text) < 400


def test_nothing_is_ever_unpickled(tmp_path):
    bomb = np.array([Bomb(str(tmp_path / "made by a pickle"))], dtype=object)
    for name in ("positions", "confidence", "timestamps", "frame_ids", "orientations"):
        with pytest.raises(FileFormatError):
            FORMAT.read(PATH, changed(**{name: bomb}))
    assert not any(tmp_path.iterdir())
    np.load(BytesIO(npy(bomb, allow_pickle=True)), allow_pickle=True)  # the bomb is a real one
    assert any(tmp_path.iterdir())
