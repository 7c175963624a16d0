"""``skelarium study``: studies from the command line; a row for each of its commands."""

from argparse import ArgumentParser, Namespace

from engine.commands.base import Command
from engine.commands.study_add import ADD
from engine.commands.study_check import CHECK
from engine.commands.study_create import CREATE
from engine.commands.study_export_labels import EXPORT_LABELS
from engine.commands.study_import_labels import IMPORT_LABELS
from engine.commands.study_predict import STUDY_PREDICT
from trainer.study_train import STUDY_TRAIN

STUDY_COMMANDS: tuple[Command, ...] = (
    CREATE,
    ADD,
    IMPORT_LABELS,
    EXPORT_LABELS,
    STUDY_TRAIN,
    STUDY_PREDICT,
    CHECK,
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare a command of its own for each row."""
    rows = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in STUDY_COMMANDS:
        row = rows.add_parser(command.name, help=command.summary, description=command.summary)
        command.add_arguments(row)
        row.set_defaults(study_command=command)


def run(words: Namespace) -> int:
    """Run the command that the words name."""
    command: Command = words.study_command
    return command.run(words)


STUDY = Command(
    name="study",
    summary="label recordings, train on the labels: create, add, train, predict, check …",
    add_arguments=add_arguments,
    run=run,
)
