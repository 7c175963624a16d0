"""What becomes of a command's errors."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from engine.commands.base import Command
from engine.commands.runner import EXIT_BROKEN_PIPE, EXIT_INTERRUPTED, EXIT_MENDABLE, run_command
from engine.errors import FileFormatError

ROOT = Path(__file__).resolve().parents[3]


def command(run: Callable[[Namespace], int]) -> Command:
    def add_arguments(parser: ArgumentParser) -> None:
        parser.add_argument("--top", type=int, default=5)

    return Command(name="try", summary="try it", add_arguments=add_arguments, run=run)


def test_a_command_gets_its_words_and_gives_the_status() -> None:
    assert run_command((command(lambda options: options.top),), ["try", "--top", "3"]) == 3


def test_an_error_that_can_be_mended_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def run(options: Namespace) -> int:
        raise FileFormatError("expected 75 numbers, got 74", path=Path("walk.csv"), line=118)

    assert run_command((command(run),), ["try"]) == EXIT_MENDABLE
    assert capsys.readouterr().err == "skelarium: walk.csv:118: expected 75 numbers, got 74\n"


def test_ctrl_c_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    def run(options: Namespace) -> int:
        raise KeyboardInterrupt

    assert run_command((command(run),), ["try"]) == EXIT_INTERRUPTED
    assert capsys.readouterr().err == ""


def test_a_defect_passes_through() -> None:
    def run(options: Namespace) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_command((command(run),), ["try"])


def test_an_unknown_word_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run_command((command(lambda options: 0),), ["fly"])
    assert stopped.value.code == 2
    assert "'try'" in capsys.readouterr().err


def test_help_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run_command((command(lambda options: 0),), ["--help"])
    assert stopped.value.code == 0
    assert "try it" in capsys.readouterr().out


def test_a_command_s_help_begins_with_how_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run_command((command(lambda options: 0),), ["try", "--help"])
    assert capsys.readouterr().out.startswith("usage: skelarium try [-h] [--top TOP]\n")


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run_command((), ["--version"])
    assert stopped.value.code in (0, None)
    assert capsys.readouterr().out.startswith("skelarium ")


PRINTER = """
import sys
from argparse import Namespace
from engine.commands.base import Command
from engine.commands.runner import run_command

def run(options):
    for number in range(100_000):
        print(number)
    return 0

row = Command(name="count", summary="", add_arguments=lambda parser: None, run=run)
sys.exit(run_command((row,), ["count"]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break in another way there")
def test_a_reader_that_has_gone_is_no_error() -> None:
    with Popen([sys.executable, "-c", PRINTER], stdout=PIPE, stderr=PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"0\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == EXIT_BROKEN_PIPE
