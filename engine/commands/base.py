"""What a command of the command line is: a row of ``engine.cli.COMMANDS`` or the app's table."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One word of the command line."""

    name: str
    summary: str
    """One line for ``skelarium --help``."""
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]
    """Returns the exit status; raises EngineError for what the user can mend; imports late."""
