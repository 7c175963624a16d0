"""``study import-labels``, ``export-labels`` and ``predict``, as a person types them."""

import json
from dataclasses import replace

import pytest

from engine.commands.runner import run_command
from engine.commands.study_export_labels import EXPORT_LABELS
from engine.commands.study_import_labels import IMPORT_LABELS
from engine.commands.study_predict import STUDY_PREDICT
from engine.labels import Origin
from engine.samples import SAMPLES
from engine.study.contents import Edit, changed
from engine.study.importing import add_recordings
from engine.study.store import Study

ROWS = (IMPORT_LABELS, EXPORT_LABELS, STUDY_PREDICT)
HEAD = "recording,action,reviewed,start_frame,stop_frame\n"
WHOLE = next(each.path for each in SAMPLES if each.id == "wave")
LONG = next(each.path for each in SAMPLES if each.id == "errand")


@pytest.fixture
def typed(capsys):
    def run(*words: object) -> tuple[int, str, str]:
        status = run_command(ROWS, [str(word) for word in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def folder(tmp_path):
    study = Study.create(tmp_path / "study", "study")
    added = add_recordings(study.contents, study.folder, [WHOLE, LONG], with_labels=False)
    study.do(added.edit)
    study.close()
    return tmp_path / "study"


def contents_of(folder):
    study = Study.open(folder, read_only=True)
    study.close()
    return study.contents


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text(f"{HEAD}wave.npz,wave,,5,40\nerrand,walk,,10,100\nerrand,,yes,100,1000\n")
    return path


def test_labels_are_merged_and_written_again(typed, folder, table, tmp_path):
    status, out, _ = typed("import-labels", folder, table, "--json")
    told = json.loads(out)
    assert status == 0
    assert (told["segments"], told["known"], told["left_out"]) == (3, 0, [])
    assert told["actions"] == ["wave", "walk"]
    assert contents_of(folder).num_segments == 3

    assert json.loads(typed("import-labels", folder, table, "--json")[1])["known"] == 3

    target = tmp_path / "out.csv"
    told = json.loads(typed("export-labels", folder, target, "--json")[1])
    assert (told["segments"], told["files"]) == (3, [str(target)])
    assert "errand.npz,1,Labels,walk,no,10,100," in target.read_text()


def test_an_import_is_one_step_of_the_history_and_can_be_tried_first(typed, folder, table):
    status, out, _ = typed("import-labels", folder, table, "--dry-run")
    assert status == 0
    assert "3 segments would be added" in out
    assert contents_of(folder).num_segments == 0
    assert "3 segments added" in typed("import-labels", folder, table)[1]
    study = Study.open(folder)
    steps = len(study.history.steps)
    assert study.history.steps[-1].name == "Import 3 segments from labels.csv"
    study.undo()
    assert (study.contents.num_segments, len(study.contents.actions)) == (0, 0)
    assert steps == 2
    study.close()


def test_what_is_left_out_is_printed_with_its_line(typed, folder, table):
    typed("import-labels", folder, table)
    table.write_text(f"{HEAD}wave,clap,,0,10\nrun,clap,,0,10\n")
    out = typed("import-labels", folder, table)[1]
    assert "left out: labels.csv:3: the study has no recording run" in out
    assert "left out: labels.csv:2: clap (frames 0–9) of P1" in out
    assert "0 segments added" in out


def test_a_broken_file_changes_nothing_and_names_its_line(typed, folder, table):
    table.write_text(f"{HEAD}wave,wave,,5,40\nwave,wave,,50,nan\n")
    status, out, err = typed("import-labels", folder, table)
    assert (status, out) == (2, "")
    assert err.startswith("skelarium: labels.csv:3: expected a number from 0 in stop_frame")
    assert contents_of(folder).num_segments == 0


def test_no_file_is_replaced_unasked(typed, folder, table):
    before = table.read_text()
    status, _, err = typed("export-labels", folder, table)
    assert status == 2
    assert "--force" in err
    assert table.read_text() == before
    assert typed("export-labels", folder, table, "--force")[0] == 0


def test_names_that_the_study_does_not_have_are_refused(typed, folder, tmp_path):
    assert "no recording run" in typed("predict", folder, "run")[2]
    out = tmp_path / "out.csv"
    assert "no recording run" in typed("export-labels", folder, out, "--recordings", "run")[2]
    assert (
        "no tier Hands; there are Labels"
        in typed("export-labels", folder, out, "--tier", "Hands")[2]
    )
    assert "holds no study.db" in typed("export-labels", tmp_path / "none", out)[2]
    assert not out.exists()


def test_a_study_that_is_open_elsewhere_is_read_but_not_changed(typed, folder, table, tmp_path):
    study = Study.open(folder)
    try:
        status, _, err = typed("import-labels", folder, table)
        assert status == 2
        assert "cannot be changed" in err
        assert typed("export-labels", folder, tmp_path / "out.csv")[0] == 0
    finally:
        study.close()


def test_predictions_become_labels_from_a_score_on_and_a_file(
    typed, folder, tiny_package, tmp_path
):
    target = tmp_path / "proposed.csv"
    words = ("--model", tiny_package, "--threshold", "0.1", "--json")
    status, out, _ = typed(
        "predict", folder, *words, "--out", target, "--accept-above", "0.2", "--score"
    )
    assert status == 2  # nothing is labelled, so there is nothing to compare with
    status, out, _ = typed("predict", folder, *words, "--out", target, "--accept-above", "0.2")
    told = json.loads(out)
    assert status == 0
    assert [each["recording"] for each in told["recordings"]] == ["errand", "wave"]
    proposals = [one for each in told["recordings"] for one in each["proposals"]]
    sure = [one for one in proposals if one["score"] >= 0.2]
    assert len(proposals) >= 2
    assert told["accepted"] == len(sure)
    contents = contents_of(folder)
    made = [row for rows in contents.segments.values() for row in rows.values()]
    assert {row.origin for row in made} == {Origin.MODEL}
    assert sorted((row.start, row.stop) for row in made) == sorted(
        (one["start"], one["stop"]) for one in sure
    )
    assert len(target.read_text().splitlines()) == 1 + len(proposals)

    # accepted as they are, the proposals are perfect
    told = json.loads(typed("predict", folder, *words, "--score")[1])
    assert told["score"]["looked_at"]["recall"] == 1
    assert told["score"]["everywhere"]["f1"] <= told["score"]["looked_at"]["f1"] == 1
    assert "segment F1@0.5  1.000" in typed("predict", folder, *words[:-1], "--score")[1]


def test_a_recording_that_is_gone_is_named_and_the_others_are_answered(
    typed, folder, tiny_package, tmp_path
):
    copy = tmp_path / "gone.npz"
    copy.write_bytes(WHOLE.read_bytes() + b"\0")
    study = Study.open(folder)
    rows = study.contents.shown_recordings
    lost = replace(rows[0], path=str(copy.with_name("nowhere.npz")), sha256="0" * 64)
    study.do(Edit(name="Lose it", changes=(changed(rows[0], lost),)))
    study.close()
    status, out, err = typed("predict", folder, "--model", tiny_package, "--json")
    told = json.loads(out)
    assert status == 2
    assert "errand: nowhere.npz" in err
    assert [bool(each["error"]) for each in told["recordings"]] == [True, False]


def test_shares_that_are_none_are_refused(typed, folder):
    assert "--threshold must be from 0 to 1" in typed("predict", folder, "--threshold", "7")[2]
    assert "--accept-above must be" in typed("predict", folder, "--accept-above", "-1")[2]
