import os
from fractions import Fraction
from pathlib import Path
from stat import S_IFREG

import numpy as np
import pytest

from engine.errors import EngineError, FileFormatError
from engine.formats import (
    FORMATS,
    LARGEST_FILE,
    format_by_id,
    read_recording,
    recognise,
    write_bytes_atomically,
    write_recording,
)
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.kinect_v2 import KINECT_V2
from engine.layouts.msr_action3d import MSR_ACTION3D
from tests.engine.formats.making import make_recording

FORMAT_OF_FOLDER = {
    "nw-ucla": "nw-ucla",
    "utd-mhad": "utd-mhad",
    "utkinect": "utkinect",
    "sfinge3d": "sfinge3d",
    "ntu-raw": "ntu",
    "msr-action3d-samples": "msr-action3d",
}
NO_RECORDINGS = {
    "actionLabel.txt",
    "README.md",
    "label_map_ntu60.txt",
    "NTU_RGBD120_samples_with_missing_skeletons.txt",
    "NTU_RGBD_samples_with_missing_skeletons.txt",
}


def test_formats_have_ids_and_names_of_their_own():
    assert len({row.id for row in FORMATS}) == len({row.name for row in FORMATS}) == len(FORMATS)
    for row in FORMATS:
        assert format_by_id(row.id) is row
        assert all(suffix.startswith(".") for suffix in row.suffixes)


def test_an_unknown_format_lists_the_known_ones():
    with pytest.raises(EngineError, match="no file format 'bvh'; there are npz, ntu, "):
        format_by_id("bvh")


def expected_format(path, root):
    folder = path.relative_to(root).parts[0]
    if path.name in NO_RECORDINGS:
        return None
    return FORMAT_OF_FOLDER.get(folder, "pku-mmd" if path.name.startswith("pkummd") else None)


def test_every_real_file_is_recognised_as_itself_and_nothing_else(shared_data):
    seen = 0
    for path in sorted(shared_data.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                head = file.read(65536)
            wanted = expected_format(path, shared_data)
            known = [row.id for row in FORMATS if row.sniff(head)]
            assert known == ([wanted] if wanted else []), path
            seen += 1
    assert seen > 2000


def test_every_real_file_opens(shared_data):
    """One in twenty of the large sets, all of the small ones."""
    for folder, format_id in FORMAT_OF_FOLDER.items():
        paths = [p for p in sorted((shared_data / folder).rglob("*")) if p.is_file()]
        paths = [p for p in paths if p.name not in NO_RECORDINGS]
        for path in paths[:: 20 if len(paths) > 100 else 1]:
            recording = read_recording(path)
            assert recording.source.format_id == format_id
            assert recording.source.path == path
            assert not np.isinf(recording.positions).any()


def test_a_file_is_found_out_by_its_content_whatever_its_name(tmp_path):
    recording = make_recording(KINECT_V1)
    for row, name in (("npz", "a.json"), ("nw-ucla", "b.npz"), ("utkinect", "c")):
        write_recording(recording, tmp_path / name, row)
        assert read_recording(tmp_path / name).source.format_id == row


WRITTEN = {
    "npz": make_recording(KINECT_V1),
    "ntu": make_recording(KINECT_V2),
    "nw-ucla": make_recording(KINECT_V1),
    "utkinect": make_recording(KINECT_V1),
    "msr-action3d": make_recording(MSR_ACTION3D, assumed_fps=Fraction(15)),
    "pku-mmd": make_recording(KINECT_V2),
}


def test_every_format_that_can_write_is_tried_below():
    assert set(WRITTEN) == {row.id for row in FORMATS if row.can_write}


@pytest.mark.parametrize("format_id", WRITTEN)
def test_no_format_takes_the_files_of_another_for_its_own(format_id):
    head = format_by_id(format_id).write(WRITTEN[format_id])
    assert [row.id for row in FORMATS if row.sniff(head)] == [format_id]


@pytest.mark.parametrize(
    "start", [b"", b"\0", b"PK", b"{", b"MATLAB", b"1", b"\n" * 9, b"\xff\xfe"]
)
def test_nothing_is_recognised_in_a_few_bytes(start):
    assert recognise(start) is None


def test_an_unknown_file_says_what_it_starts_with(tmp_path):
    path = tmp_path / "clip.bvh"
    path.write_bytes(b"HIERARCHY\nROOT Hips\n{")
    with pytest.raises(
        FileFormatError, match=r"clip.bvh: expected one of .*; found a text that starts with 'HIER"
    ):
        read_recording(path)


def test_a_picture_is_called_binary_data_and_not_printed(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    with pytest.raises(FileFormatError, match="found binary data of another kind"):
        read_recording(path)


def test_rows_of_another_width_are_counted(tmp_path):
    path = tmp_path / "hand.txt"
    path.write_text(" ".join(["0.5"] * 66))
    with pytest.raises(FileFormatError, match="found rows of 66 numbers; convert it"):
        read_recording(path)


def test_an_empty_file_is_named(tmp_path):
    (tmp_path / "clip.json").touch()
    with pytest.raises(FileFormatError, match=r"^clip\.json: expected a recording, found an empty"):
        read_recording(tmp_path / "clip.json")


def test_what_is_no_file_is_named(tmp_path):
    with pytest.raises(EngineError, match=r"found a folder; open a file in it"):
        read_recording(tmp_path)
    with pytest.raises(EngineError, match=r"^none: cannot be read \(No such file"):
        read_recording(tmp_path / "none")
    with pytest.raises(EngineError, match="cannot be read"):
        read_recording(Path("a\0b"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(EngineError, match="found a device or a pipe"):
        read_recording(tmp_path / "pipe")


def test_a_file_too_large_is_refused_without_reading_it(tmp_path, monkeypatch):
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)  # a hole: no disk is used
    monkeypatch.setattr(Path, "open", None)
    with pytest.raises(EngineError, match=r"^large\.txt: expected at most 256 MiB, found more"):
        read_recording(path)


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "clip.txt"
    path.write_bytes(b"0" * 200)
    monkeypatch.setattr("engine.formats.LARGEST_FILE", 100)
    monkeypatch.setattr(Path, "stat", lambda _: os.stat_result((S_IFREG, *[0] * 9)))
    with pytest.raises(EngineError, match=r"^clip\.txt: expected at most 0 MiB, found more"):
        read_recording(path)


def test_writing_replaces_a_file_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "clip.npz"
    write_bytes_atomically(path, b"old")
    write_bytes_atomically(path, b"new")
    assert path.read_bytes() == b"new"

    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(EngineError, match=r"^clip.npz: cannot be written \(No space left"):
        write_bytes_atomically(path, b"newer")
    assert path.read_bytes() == b"new"
    assert [file.name for file in tmp_path.iterdir()] == ["clip.npz"]


def test_writing_into_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(EngineError, match="cannot be written"):
        write_recording(make_recording(KINECT_V1), tmp_path / "none" / "clip.npz", "npz")


def test_a_format_that_cannot_be_written_says_so(tmp_path):
    with pytest.raises(EngineError, match="UTD-MHAD mat can be read but not written"):
        write_recording(make_recording(KINECT_V1), tmp_path / "clip.mat", "utd-mhad")
    assert not any(tmp_path.iterdir())
