import json

import numpy as np
import pytest

from engine.commands.info import INFO
from engine.commands.runner import EXIT_MENDABLE, run_command
from engine.formats import write_recording
from engine.layouts.kinect_v1 import KINECT_V1
from tests.engine.formats.making import full_recording, make_recording

KEYS = {
    "path",
    "format",
    "layout",
    "joints",
    "dimensions",
    "people",
    "person_ids",
    "frames",
    "duration_s",
    "fps",
    "shown_fps",
    "has_timestamps",
    "has_orientations",
    "units",
    "up",
    "label",
    "findings",
    "sha256",
    "origin",
}


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "a05_s02_e00_v01.json"
    write_recording(make_recording(KINECT_V1, frames=6, label="sit down"), path, "nw-ucla")
    return path


def info(*words):
    return run_command((INFO,), ("info", *map(str, words)))


def test_a_report_for_people(clip, capsys):
    assert info(clip) == 0
    out = capsys.readouterr().out
    assert out.startswith("a05_s02_e00_v01.json\n  format      NW-UCLA JSON (nw-ucla)\n")
    assert "  frames      6\n  duration    0.200 s\n" in out
    assert "  frame rate  30 frames a second (assumed)\n" in out
    assert "  units       m, +y is up\n  action      sit down\n" in out
    assert "noticed     1 joint position missing (zero in the file), in 1 frame.\n" in out


def test_json_is_one_object_with_stable_keys(clip, capsys):
    assert info("--json", clip) == 0
    content = json.loads(capsys.readouterr().out)
    assert set(content) == {"recordings", "errors"}
    assert content["errors"] == []
    [recording] = content["recordings"]
    assert set(recording) == KEYS
    assert recording["format"] == "nw-ucla"
    assert recording["layout"] == "kinect-v1"
    assert recording["frames"] == 6
    assert recording["duration_s"] == 0.2
    assert recording["fps"] is None
    assert recording["shown_fps"] == 30
    assert recording["label"] == "sit down"
    assert [finding["kind"] for finding in recording["findings"]] == [
        "no-frame-rate",
        "missing-joints",
    ]
    assert len(recording["sha256"]) == 64


def test_a_broken_file_does_not_hide_the_others(clip, tmp_path, capsys):
    broken = tmp_path / "broken.json"
    broken.write_text('{"skeletons": [[[1]]]}')
    assert info(clip, broken, tmp_path / "none", clip) == EXIT_MENDABLE
    out, err = capsys.readouterr()
    assert out.count("a05_s02_e00_v01.json\n") == 2
    assert err.splitlines() == [
        "skelarium: broken.json: skeletons[0]: expected 20 joints, found a list of 1",
        "skelarium: none: cannot be read (No such file or directory)",
    ]


def test_errors_are_in_the_json_object_too(tmp_path, capsys):
    path = tmp_path / "none"
    assert info("--json", path) == EXIT_MENDABLE
    content = json.loads(capsys.readouterr().out)
    assert content["recordings"] == []
    assert content["errors"] == [
        {"path": str(path), "message": "none: cannot be read (No such file or directory)"}
    ]


def test_the_file_a_recording_was_made_from_is_named(tmp_path, capsys):
    write_recording(full_recording(KINECT_V1), tmp_path / "clip.npz", "npz")
    info(tmp_path / "clip.npz")
    out = capsys.readouterr().out
    assert "made from   clip.txt (test)" in out
    assert "people      2 (72057594037931115, Zoë 2)" in " ".join(out.split()).replace(
        "people ", "people      "
    )
    info("--json", tmp_path / "clip.npz")
    [recording] = json.loads(capsys.readouterr().out)["recordings"]
    assert recording["origin"] == {"name": "clip.txt", "format": "test", "sha256": "0" * 64}
    assert recording["has_timestamps"]


def test_the_duration_reaches_to_the_end_of_the_last_frame(tmp_path, capsys):
    recording = make_recording(KINECT_V1, timestamps=np.array([0, 0.1, 0.5]))
    write_recording(recording, tmp_path / "clip.npz", "npz")
    info("--json", tmp_path / "clip.npz")
    [content] = json.loads(capsys.readouterr().out)["recordings"]
    assert content["duration_s"] == pytest.approx(0.5 + 1 / 30, abs=1e-6)
