"""``explain``, as a person types it: everything in a folder, and nothing lost on the way."""

import csv
import json

import numpy as np
import pytest

from engine.architectures.base import NetworkWish
from engine.architectures.st_tr import T_TR
from engine.cli import COMMANDS
from engine.commands.explain import PARTS
from engine.commands.runner import run_command
from engine.formats import read_recording
from engine.inspection.dossier import Part
from engine.inspection.tables import TABLES
from engine.layouts.kinect_v1 import KINECT_V1
from engine.places import assets_folder
from engine.recording import Clip
from engine.runtime.packages import find_model
from engine.runtime.recognizer import open_recognizer
from engine.tables import table_text
from tests.engine.runtime.making import ACTIONS, FRAMES, package_of

THROW = assets_folder() / "samples" / "throw.npz"
TWO = assets_folder() / "samples" / "two-people.npz"


@pytest.fixture
def typed(capsys):
    def run(*words: object) -> tuple[int, str, str]:
        status = run_command(COMMANDS, ["explain", *map(str, words)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def rows_of(path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_everything_is_written_and_reads_back_as_it_was_said(typed, tiny_package, tmp_path):
    out = tmp_path / "new" / "why"
    words = (THROW, "--model", tiny_package, "--out", out, "--frames", "5:85", "--device", "cpu")
    status, said, _ = typed(*words, "--orders", 2, "--prefixes", 4)
    clip = Clip(recording=read_recording(THROW), start=5, stop=85)
    answer = open_recognizer(find_model(str(tiny_package))).answer(clip)
    named = answer.predictions[0].top(1)[0][0]
    assert (status, named in said, "settled after" in said) == (0, True, True)

    told = json.loads((out / "explain.json").read_text(encoding="utf-8"))
    assert (told["start"], told["stop"], told["model"]) == (5, 85, "tiny-fg-stformer")
    assert told["people"][0]["top"][0]["action"] == named
    assert told["delay"]["answer"] == named
    assert "no focus on single actions" in told["notes"][0]
    assert told["seen"][2] == {
        "name": "Resampled to 16 frames",
        "frames": 16,
        "dropped": 64,
        "repeated": 0,
        "networks": [],
    }

    written = {path.name for path in out.iterdir()}
    assert written == {*told["files"], "explain.json"}
    # this network has neither attention over time nor places
    assert {table.file_name for table in TABLES} - written == {"times.csv", "points.csv"}
    for table in TABLES:
        if table.file_name in written:
            rows = rows_of(out / table.file_name)
            assert len(rows) == told["files"][table.file_name]["rows"]
            assert list(rows[0]) == list(told["files"][table.file_name]["columns"])

    with np.load(out / "explain.npz", allow_pickle=False) as arrays:
        assert {*arrays} | {"explain.json"} > {*told["files"]["explain.npz"]}
        np.testing.assert_allclose(
            arrays["probabilities"][0], answer.predictions[0].probabilities, atol=1e-6
        )
        weights = arrays["joint_weights"]
        np.testing.assert_allclose(weights, answer.explanation.joint_weights, atol=1e-5)
        joints = arrays["joints"].tolist()
        joint_rows = rows_of(out / "joints.csv")
        assert len(joint_rows) == weights.size
        for row in joint_rows[:: len(joint_rows) // 50]:
            at = int(row["frame"]) - 5, int(row["person"]), joints.index(row["joint"])
            assert float(row["weight"]) == pytest.approx(weights[at], abs=1e-5)
        assert arrays["links_0"].size >= told["files"]["links.csv"]["rows"] / 4 > 0
        assert arrays["deletion_guided"].shape == (2, 21)
        assert arrays["deletion_random"].shape == (2, 21)
        deletion = rows_of(out / "deletion.csv")
        assert {row["order"] for row in deletion} == {
            *arrays["deletion_maps"],
            "random 1",
            "random 2",
        }
        assert told["deletion"][0]["advantage"] == pytest.approx(
            arrays["deletion_advantage"][0], abs=1e-5
        )
        area = np.trapezoid(arrays["deletion_guided"][0], arrays["deletion_shares"])
        assert told["deletion"][0]["area"] == pytest.approx(area, abs=1e-5)
        assert arrays["delay_probabilities"].shape == (4, 10)
        np.testing.assert_array_equal(arrays["delay_stops"], [25, 45, 65, 85])
        lost = {
            (row["joint"], row["action"]): float(row["after"])
            for row in rows_of(out / "occlusion.csv")
        }
        after = arrays["occlusion_after"]
        assert after.shape == (1, 1, 20, 10)
        at = joints.index("right hand"), arrays["class_names"].tolist().index(named)
        assert lost["right hand", named] == pytest.approx(after[0, 0, *at], abs=1e-6)
        assert arrays["contrast_names"][0].startswith("Occlusion: ")
        assert arrays["contrast_weights"].shape == (1, 80, 1, 20)
        assert arrays["seen_0_positions"].shape == (80, 1, 20, 3)
        np.testing.assert_array_equal(arrays["seen_0_positions"], clip.positions)


def test_only_what_was_asked_for_is_written(typed, tiny_package, tmp_path):
    words = (THROW, "--model", tiny_package, "--out", tmp_path, "--only", "answers", "delay")
    status, said, _ = typed(*words, "--json")
    assert status == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        "answers.csv",
        "delay.csv",
        "explain.npz",
        "explain.json",
    }
    told = json.loads(said)
    assert told == json.loads((tmp_path / "explain.json").read_text(encoding="utf-8"))
    assert "deletion" not in told
    with np.load(tmp_path / "explain.npz", allow_pickle=False) as arrays:
        assert "joint_weights" not in arrays
        assert "delay_probabilities" in arrays


def test_a_network_that_says_it_itself_is_contrasted_in_its_own_words(typed, tmp_path):
    wish = NetworkWish(layout=KINECT_V1, classes=len(ACTIONS), frames=FRAMES, size="tiny")
    package = package_of(tmp_path, T_TR.configure(wish))
    (tmp_path / "card.toml").write_text(table_text(package.card), encoding="utf-8")
    out = tmp_path / "why"
    words = ("--model", tmp_path, "--backend", "torch", "--device", "cpu", "--frames", ":20")
    status, _, _ = typed(THROW, *words, "--out", out, "--only", "times", "contrast")
    assert status == 0
    names = {row["map"].split(": ")[0] for row in rows_of(out / "contrast.csv")}
    assert names == {"T-TR · joint", "Occlusion"}
    times = rows_of(out / "times.csv")
    with np.load(out / "explain.npz", allow_pickle=False) as arrays:
        assert len(times) == arrays["times_0"].size
        first = times[0]
        joint = arrays["joints"].tolist().index(first["joint"])
        assert float(first["weight"]) == pytest.approx(
            arrays["times_0"][int(first["person"]), joint, int(first["head"]), 0, 0], rel=1e-5
        )


def test_it_writes_over_nothing_unless_it_is_told_to(typed, tiny_package, tmp_path):
    (tmp_path / "delay.csv").write_text("mine")
    (tmp_path / "notes.txt").write_text("mine too")
    words = (THROW, "--model", tiny_package, "--out", tmp_path, "--only", "delay", "points")
    status, said, error = typed(*words)
    assert (status, said) == (2, "")
    assert "delay.csv exists already" in error
    assert (tmp_path / "delay.csv").read_text() == "mine"
    (tmp_path / "points.csv").write_text("of another model")
    assert typed(*words, "--force")[0] == 0
    assert rows_of(tmp_path / "delay.csv")
    assert not (tmp_path / "points.csv").exists()
    assert (tmp_path / "notes.txt").read_text() == "mine too"


def test_people_are_counted_from_one_as_in_the_window(typed, tiny_package, tmp_path):
    words = ("--model", tiny_package, "--only", "answers", "delay", "--json")
    told = json.loads(typed(TWO, "--out", tmp_path / "2", "--person", 2, *words)[1])
    assert told["about"] == told["delay"]["person"] == 1
    told = json.loads(typed(TWO, "--out", tmp_path / "1", "--person", 1, *words)[1])
    assert told["about"] == 0
    for person in (0, 3):
        status, _, error = typed(TWO, "--out", tmp_path / "3", "--person", person, *words)
        assert status == 2
        assert f"has people 1 to 2, and no {person}" in error
    assert not (tmp_path / "3").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--frames", "80:500"), "does not lie in a recording of 87 frames"),
        (("--orders", "0"), "random orders must be at least 1, got 0"),
        (("--blocks", "1000"), "has no 1000 blocks"),
        (("--prefixes", "0"), "prefixes must be at least 1, got 0"),
        (("--model", "nothing"), "no model nothing"),
    ],
)
def test_what_cannot_be_is_one_line_on_stderr(typed, tiny_package, tmp_path, words, message):
    given = (THROW, "--out", tmp_path / "why", "--model", tiny_package, *words)
    status, said, error = typed(*given)
    assert (status, said) == (2, "")
    assert message in error
    assert not (tmp_path / "why").exists()


def test_a_file_in_the_folders_place_is_said_before_any_work(typed, tmp_path):
    (tmp_path / "why").write_text("")
    status, _, error = typed(THROW, "--out", tmp_path / "why")
    assert status == 2
    assert "is a file; name a folder" in error


def test_words_that_are_no_span_are_refused_with_an_example(typed, tmp_path, capsys):
    for words in ("12", "a:b"):
        with pytest.raises(SystemExit):
            typed(THROW, "--out", tmp_path, "--frames", words)
        assert "expected FIRST:STOP such as 30:120" in capsys.readouterr().err


def test_the_words_for_the_parts_are_the_parts():
    assert tuple(part.value for part in Part) == PARTS
    assert {table.part for table in TABLES} == {*Part} - {Part.SEEN}
