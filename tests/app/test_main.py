"""Which words open the window and which run a command."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from app.__main__ import main, report_defect
from engine.commands.base import Command


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, ...]]:
    """What the window was opened with; the window itself stays away."""
    calls: list[tuple[Path, ...]] = []

    def open_window(paths: tuple[Path, ...]) -> int:
        calls.append(paths)
        return 0

    application = ModuleType("app.application")
    application.main = open_window
    monkeypatch.setitem(sys.modules, "app.application", application)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    return calls


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the commands that ran: `look` is all there is."""
    calls: list[str] = []

    def run(options: object) -> int:
        calls.append("look")
        return 3

    row = Command(name="look", summary="look", add_arguments=lambda parser: None, run=run)
    commands = ModuleType("app.commands")
    commands.APP_COMMANDS = (row,)
    monkeypatch.setitem(sys.modules, "app.commands", commands)
    monkeypatch.setattr("engine.cli.COMMANDS", ())
    return calls


def test_no_words_open_the_window(opened: list[tuple[Path, ...]]) -> None:
    assert main([]) == 0
    assert opened == [()]


def test_recordings_open_in_the_window(
    opened: list[tuple[Path, ...]], ran: list[str], tmp_path: Path
) -> None:
    clips = (tmp_path / "a.npz", tmp_path / "b.npz")
    for clip in clips:
        clip.touch()
    assert main([str(clip) for clip in clips]) == 0
    assert (opened, ran) == ([clips], [])


def test_a_command_wins_over_a_file_of_the_same_name(
    opened: list[tuple[Path, ...]],
    ran: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "look").touch()
    monkeypatch.chdir(tmp_path)
    assert main(["look"]) == 3
    assert (opened, ran) == ([], ["look"])


def test_a_file_that_is_not_there_is_an_error(
    opened: list[tuple[Path, ...]], ran: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gone.npz"]) == 2
    assert (opened, ran) == ([], [])
    assert capsys.readouterr().err.startswith("skelarium: gone.npz is neither a file nor a study")


def test_a_defect_is_shown_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    report_defect(ZeroDivisionError, ZeroDivisionError("by zero"), None)
    shown = capsys.readouterr().err
    assert "ZeroDivisionError: by zero" in shown
    assert "skelarium doctor" in shown


def test_the_doctor_needs_no_other_command(
    opened: list[tuple[Path, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "engine.cli", None)  # importing it now fails
    with pytest.raises(SystemExit) as stopped:
        main(["doctor", "--help"])
    assert stopped.value.code == 0


def test_a_study_is_opened_by_its_folder(opened: list[tuple[Path, ...]], tmp_path: Path) -> None:
    (tmp_path / "study.db").touch()
    assert main([str(tmp_path)]) == 0
    assert opened == [(tmp_path,)]
