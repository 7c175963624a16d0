"""Running a command of the command line, and what becomes of its errors."""

import os
import sys
from argparse import Action, ArgumentParser, Namespace
from collections.abc import Sequence

from engine.commands.base import Command
from engine.errors import EngineError
from engine.version import program_version

EXIT_MENDABLE = 2
"""For what the user can mend; argparse uses the same for wrong words."""
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141


def run_command(commands: Sequence[Command], words: Sequence[str]) -> int:
    """Run the command that the words name.

    Args:
        commands: The rows to choose from.
        words: The command line after the program's name.

    Returns:
        The exit status. An :class:`EngineError` becomes one line on stderr; Ctrl-C and a reader
        that has gone are no errors; anything else is a defect and passes through.
    """
    try:
        options = _parser(commands).parse_args(words)
        command: Command = options.command
        status = command.run(options)
        sys.stdout.flush()
    except EngineError as error:
        sys.stderr.write(f"skelarium: {error}\n")
        return EXIT_MENDABLE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # what is still buffered must not meet the closed pipe again when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    return status


class _ShowVersion(Action):
    """Looks the version up only when it is asked for."""

    def __call__(
        self,
        parser: ArgumentParser,
        namespace: Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        """Print it and stop."""
        sys.stdout.write(f"skelarium {program_version()}\n")
        parser.exit()


def _parser(commands: Sequence[Command]) -> ArgumentParser:
    parser = ArgumentParser(
        prog="skelarium",
        usage="skelarium [FILE ...] | skelarium COMMAND [--help] ...",
        description="Open skeleton recordings, see the body move, read what a network says about "
        "it and where it looked. Without words, or with recordings only, the window opens.",
    )
    parser.add_argument(
        "--version", action=_ShowVersion, nargs=0, help="print the version and stop"
    )
    rows = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, prog="skelarium"
    )
    for command in commands:
        row = rows.add_parser(command.name, help=command.summary, description=command.summary)
        command.add_arguments(row)
        row.set_defaults(command=command)
    return parser
