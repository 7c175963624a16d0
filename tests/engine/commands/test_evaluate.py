"""``evaluate`` as a person types it, on a tiny model and a made data set."""

import json
import shutil

import pytest

from engine.cli import COMMANDS
from engine.commands.runner import run_command
from engine.datasets import dataset_by_id
from engine.datasets.splits import SplitFiles, stored, write_split
from engine.places import assets_folder
from engine.runtime.cards import read_card
from tests.tiny_training import write_tiny_dataset


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    write_tiny_dataset(folder)
    return folder


@pytest.fixture
def typed(capsys, data, tiny_package):
    def run(*words: object, model: object = None) -> tuple[int, str, str]:
        before = ["evaluate", "--data", data, "--format", "nw-ucla"]
        before += ["--model", model or tiny_package]
        status = run_command(COMMANDS, [str(word) for word in (*before, *words)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_the_report_says_the_same_as_the_json(typed, tmp_path):
    status, out, _ = typed("--json", "--report", tmp_path / "report")
    told = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert status == 0
    assert told == json.loads(out)
    assert told["clips"] == 8
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert f"{told['top1']:.1%}" in page
    assert "Northwestern-UCLA" in page


def test_words_for_people_name_what_was_measured(typed, tmp_path):
    status, out, _ = typed("--views", 2, "--report", tmp_path / "report")
    assert status == 0
    assert "all clips; view 2" in out
    for words in ("top-1", "top-5", "calibration error", "none of these below", "report.html"):
        assert words in out


def test_the_test_side_of_a_stored_split_judges(typed, data, tmp_path):
    files = dataset_by_id("nw-ucla").contents(data).files
    split = SplitFiles(
        train=tuple(file for file in files if file.person == 1),
        test=tuple(file for file in files if file.person == 2),
    )
    write_split(stored("nw-ucla", split), tmp_path / "split.toml")
    told = json.loads(typed("--split", tmp_path / "split.toml", "--json")[1])
    assert [row["person"] for row in told["people"]] == [2]
    assert told["measured_on"]["split_digest"] == stored("nw-ucla", split).digest


def test_a_round_of_a_protocol_judges_and_one_without_clips_is_said(typed):
    told = json.loads(typed("--protocol", "leave-one-person-out-2", "--json")[1])
    assert told["clips"] == 4
    assert told["measured_on"]["protocol"] == "leave-one-person-out-2"
    status, out, err = typed("--protocol", "cross-view")
    assert (status, out) == (2, "")
    assert "holds no recording of cross-view" in err


def test_clips_known_to_be_labelled_wrongly_are_left_out_when_asked(typed, data):
    shutil.copy(data / "a01_s01_e00_v02.json", data / "a01_s04_e00_v02.json")
    assert json.loads(typed("--json")[1])["clips"] == 9
    assert json.loads(typed("--leave-out", "--json")[1])["clips"] == 8
    assert json.loads(typed("--leave-out", "a01_*", "--json")[1])["clips"] == 4


def test_a_calibration_is_written_into_the_card_and_changes_no_answer(
    typed, tiny_package, tmp_path
):
    package = tmp_path / "package"
    shutil.copytree(tiny_package, package)
    before = json.loads(typed("--json", model=package)[1])
    status, out, err = typed("--calibrate", "--json", model=package)
    after = json.loads(out)
    calibration = read_card(package).calibration
    assert status == 0
    assert "card.toml" in err
    assert calibration is not None
    assert calibration.clips == 8
    assert after["calibration"]["temperature"] == calibration.temperature
    assert after["calibration"]["fitted_on_these_clips"] is True
    again = json.loads(typed("--json", model=package)[1])
    assert again["confusion"] == after["confusion"] == before["confusion"]
    assert again["none_of_these"]["below"] == calibration.none_below
    assert again["calibration"]["fitted_on_these_clips"] is False
    assert read_card(package).metrics == read_card(tiny_package).metrics


def test_what_was_measured_can_go_into_the_card(typed, tiny_package, tmp_path):
    package = tmp_path / "package"
    shutil.copytree(tiny_package, package)
    status, out, err = typed("--record", "--json", model=package)
    told, metrics = json.loads(out), read_card(package).metrics
    assert status == 0
    assert "card.toml" in err
    assert metrics.top1 == told["top1"]
    assert list(metrics.interval) == told["top1_interval"]
    assert metrics.summary.startswith(f"{metrics.top1:.1%} top-1")
    assert told["measured_on"]["rule"] in metrics.summary
    assert read_card(package).calibration == read_card(tiny_package).calibration
    card = (package / "card.toml").read_text(encoding="utf-8")
    _, _, err = typed("--json", model=package)
    assert "card.toml" not in err
    assert (package / "card.toml").read_text(encoding="utf-8") == card


def test_a_data_set_of_other_actions_says_what_to_do(capsys, tiny_package, tmp_path):
    for name in ("dance", "throw"):
        (tmp_path / "clips" / name).mkdir(parents=True)
    source = assets_folder() / "samples" / "throw.npz"
    for name in ("dance", "throw"):
        shutil.copy(source, tmp_path / "clips" / name)
    before = ["evaluate", "--data", str(tmp_path / "clips"), "--format", "folders"]
    before += ["--model", str(tiny_package), "--json"]

    assert run_command(COMMANDS, before) == 2
    assert "does not know dance" in capsys.readouterr().err
    assert run_command(COMMANDS, [*before, "--only-known"]) == 0
    known = json.loads(capsys.readouterr().out)
    assert (known["clips"], known["none_of_these"]["others"]) == (1, 0)
    assert run_command(COMMANDS, [*before, "--as-others"]) == 0
    others = json.loads(capsys.readouterr().out)
    assert (others["clips"], others["none_of_these"]["others"]) == (1, 1)


def test_disturbed_clips_are_judged_beside_the_others(typed):
    status, out, _ = typed("--disturb", "noise", "mirror", "--json")
    assert status == 0
    told = json.loads(out)["disturbed"]
    assert list(told) == ["noise", "mirror"]
    assert all(each["clips"] == 8 and 0 <= each["top1"] <= 1 for each in told.values())
    _, out, _ = typed("--disturb", "child")
    assert "a child's size: " in out
    status, _, err = typed("--disturb", "fog")
    assert status == 2
    assert "there are noise, joints" in err
