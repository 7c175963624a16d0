from fractions import Fraction

import numpy as np
import pytest

from engine.commands.convert import CONVERT, format_for
from engine.commands.runner import EXIT_MENDABLE, run_command
from engine.errors import EngineError
from engine.formats import read_recording, write_recording
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.kinect_v2 import KINECT_V2
from tests.engine.formats.making import make_recording


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "a05_s02_e00_v01.json"
    write_recording(make_recording(KINECT_V1, frames=6, label="sit down"), path, "nw-ucla")
    return path


def convert(*words):
    return run_command((CONVERT,), ("convert", *map(str, words)))


def test_a_lossless_conversion_says_so(clip, tmp_path, capsys):
    target = tmp_path / "clip.npz"
    assert convert(clip, target) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{target}: Skelarium recording, kinect-v1, frames: 6, people: 1, ")
    assert second == "  Nothing is lost or made up."
    before, after = read_recording(clip), read_recording(target)
    assert np.array_equal(before.positions, after.positions, equal_nan=True)
    assert after.label == "sit down"
    assert after.source.origin.path.name == clip.name


def test_what_is_made_up_and_lost_is_told(clip, tmp_path, capsys):
    target = tmp_path / "clip.skeleton"
    assert convert(clip, target, "--layout", "kinect-v2") == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()[1:]]
    assert lines == [
        "From kinect-v1 to kinect-v2, 6 of 25 joints made up from others: mid spine, neck, "
        "left hand tip, left thumb, right hand tip, right thumb.",
        "Person ids s02 will read 1.",
        "The action sit down will be lost.",
    ]
    assert read_recording(target).layout is KINECT_V2


def test_lost_orientations_are_told(tmp_path, capsys):
    turns = np.ones((3, 1, 20, 4), np.float32)
    write_recording(make_recording(KINECT_V1, orientations=turns), tmp_path / "a.npz", "npz")
    convert(tmp_path / "a.npz", tmp_path / "b.npz", "--layout", "utd-mhad")
    assert "Orientations are lost." in capsys.readouterr().out


def test_an_existing_file_is_replaced_only_by_force(clip, tmp_path, capsys):
    target = tmp_path / "clip.npz"
    target.write_bytes(b"precious")
    assert convert(clip, target) == EXIT_MENDABLE
    assert "exists already; give another name, or --force" in capsys.readouterr().err
    assert target.read_bytes() == b"precious"
    assert convert(clip, target, "--force") == 0
    assert read_recording(target).num_frames == 6


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("out.bvh",), "no format has the ending '.bvh'; say which with --to: npz, ntu, "),
        (("out.txt",), "several formats have the ending '.txt'; say which with --to: utkinect, "),
        (("out.npz", "--to", "c3d"), "no file format 'c3d'"),
        (("out.mat", "--to", "utd-mhad"), "can be read but not written"),
        (("out.skeleton",), "holds layout kinect-v2, this recording has kinect-v1; convert it"),
        (("out.npz", "--layout", "octopus"), "no skeleton layout 'octopus'"),
        (("out.npz", "--layout", "shrec-hand-22"), "a hand layout such as shrec-hand-22"),
        ((".",), "is a folder; name the file to write"),
        (("none/out.npz",), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_leaves_no_file(clip, tmp_path, capsys, words, message):
    assert convert(clip, tmp_path / words[0], *words[1:]) == EXIT_MENDABLE
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == [clip.name]


def test_the_format_can_be_named(clip, tmp_path):
    assert convert(clip, tmp_path / "clip.txt", "--to", "utkinect") == 0
    assert read_recording(tmp_path / "clip.txt").source.format_id == "utkinect"


def test_an_ending_of_several_formats_means_that_of_the_source(tmp_path):
    path = tmp_path / "walk.txt"
    write_recording(make_recording(KINECT_V2, fps=Fraction(30)), path, "pku-mmd")
    assert convert(path, tmp_path / "copy.txt") == 0
    assert read_recording(tmp_path / "copy.txt").source.format_id == "pku-mmd"


def test_the_ending_may_be_in_capitals(tmp_path):
    assert format_for(tmp_path / "A.NPZ", "ntu") == "npz"
    with pytest.raises(EngineError, match="no format has the ending ''"):
        format_for(tmp_path / "clip", "ntu")
