"""The table of commands."""

from argparse import ArgumentParser

import pytest

from engine.cli import COMMANDS
from engine.commands.base import Command


def test_names_are_unique() -> None:
    names = [command.name for command in COMMANDS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_explains_itself(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    parser = ArgumentParser(prog=command.name)
    command.add_arguments(parser)
    with pytest.raises(SystemExit) as stopped:
        parser.parse_args(["--help"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out
    assert command.summary[0].islower()
    assert not command.summary.endswith(".")
