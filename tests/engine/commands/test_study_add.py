import json

import pytest

from engine.commands.runner import EXIT_MENDABLE, run_command
from engine.commands.study_add import ADD
from engine.commands.study_create import CREATE
from engine.study.store import Study
from tests.engine.study.making_files import labels, write_clip


def run(*words):
    return run_command((CREATE, ADD), tuple(map(str, words)))


@pytest.fixture
def folder(tmp_path, capsys):
    assert run("create", tmp_path / "study", "--name", "Gait", "--annotator", "Ada") == 0
    capsys.readouterr()
    return tmp_path / "study"


def contents_of(folder):
    study = Study.open(folder, read_only=True)
    try:
        return study.contents
    finally:
        study.close()


def test_a_new_study_has_its_name_and_annotator(tmp_path, capsys):
    assert run("create", tmp_path / "new", "--name", "Gait  2026", "--annotator", "Ada") == 0
    assert capsys.readouterr().out == f"{tmp_path / 'new'}: study Gait 2026 created\n"
    facts = contents_of(tmp_path / "new").facts
    assert (facts.name, facts.annotator) == ("Gait 2026", "Ada")


def test_a_study_without_a_name_is_called_as_its_folder(tmp_path, capsys):
    assert run("create", tmp_path / "sit to stand", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "study": str(tmp_path / "sit to stand"),
        "name": "sit to stand",
        "annotator": "",
    }


def test_a_second_study_in_the_same_folder_is_refused(folder, capsys):
    assert run("create", folder) == EXIT_MENDABLE
    assert "holds a study already" in capsys.readouterr().err


def test_recordings_are_added_and_what_came_of_it_is_told(folder, tmp_path, capsys):
    write_clip(
        tmp_path / "data/a01_s03_e00_v02.json", seed=1, format_id="nw-ucla", label="walk around"
    )
    write_clip(tmp_path / "data/b.npz", seed=2, label="wave")
    (tmp_path / "data/notes.txt").write_text("none")
    assert run("add", folder, tmp_path / "data") == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{folder}: 2 recordings added",
        "  2 segments added",
        f"  left out: {tmp_path / 'data'}: 1 file of no known format: notes.txt",
    ]
    assert [label[-1] for label in labels(contents_of(folder))] == ["walk around", "wave"]
    assert run("add", folder, tmp_path / "data/b.npz") == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["  1 recording there already"]


def test_labels_stay_away_on_request(folder, tmp_path):
    write_clip(tmp_path / "b.npz", label="wave")
    assert run("add", folder, tmp_path / "b.npz", "--without-labels") == 0
    assert labels(contents_of(folder)) == []


def test_a_data_set_is_added_with_its_labels_as_json(folder, tmp_path, capsys):
    for number in range(3):
        write_clip(tmp_path / f"data/wave/p{number + 1}/{number}.npz", seed=number)
    words = (tmp_path / "data", "--dataset", "folders", "--only", "0", "1.npz", "--json")
    assert run("add", folder, *words) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["added"], told["segments"], told["known"], told["refused"]) == (2, 2, 0, [])
    assert told["actions"] == ["wave"]
    first = told["recordings"][0]
    assert (first["title"], first["actors"], first["layout"]) == ("0", ["s01"], "kinect-v1")
    assert first["path"] == str(tmp_path / "data/wave/p1/0.npz")
    assert run("add", folder, *words) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["added"], told["known"], told["known_segments"]) == (0, 2, 2)
    assert told["recordings"] == []


def test_each_data_set_is_a_step_of_its_own_in_the_history(folder, tmp_path):
    write_clip(tmp_path / "one/wave/a.npz", seed=1)
    write_clip(tmp_path / "two/clap/b.npz", seed=2)
    assert run("add", folder, tmp_path / "one", tmp_path / "two", "--dataset", "folders") == 0
    study = Study.open(folder)
    names = [step.name for step in study.history.steps]
    study.undo()
    assert labels(study.contents) == [("a", 0, 0, 6, "wave")]
    study.close()
    assert names[-2:] == ["Add folders of clips by action"] * 2


def test_a_file_that_is_named_and_not_taken_fails_and_the_others_are_added(
    folder, tmp_path, capsys
):
    write_clip(tmp_path / "a.npz")
    assert run("add", folder, tmp_path / "a.npz", tmp_path / "gone.npz") == EXIT_MENDABLE
    assert "left out: " in capsys.readouterr().out
    assert len(contents_of(folder).recordings) == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--only", "a"), "--only is about data sets"),
        (("--dataset", "x"), "no data set format 'x'"),
        (("--dataset", "folders", "--without-labels"), "a data set comes with its labels"),
        (("--dataset", "utkinect"), "holds no recordings of UTKinect"),
    ],
)
def test_words_that_make_no_sense_are_refused_and_nothing_is_added(
    folder, tmp_path, capsys, words, why
):
    write_clip(tmp_path / "data/a.npz")
    assert run("add", folder, tmp_path / "data", *words) == EXIT_MENDABLE
    assert why in capsys.readouterr().err
    assert contents_of(folder).recordings == {}


def test_a_study_that_is_open_elsewhere_is_left_alone(folder, tmp_path, capsys):
    write_clip(tmp_path / "a.npz")
    study = Study.open(folder)
    assert run("add", folder, tmp_path / "a.npz") == EXIT_MENDABLE
    study.close()
    assert "cannot be changed: " in capsys.readouterr().err
