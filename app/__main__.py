"""The program: the window, or a command of the command line."""

import sys
from collections.abc import Sequence
from pathlib import Path
from traceback import print_exception
from types import TracebackType


def main(words: Sequence[str] | None = None) -> int:
    """Open the window, or run a command.

    Args:
        words: The command line; None takes the process's own. No words, or nothing but files and
            studies' folders, open the window; a command wins over a file of the same name.

    Returns:
        The exit status.
    """
    if getattr(sys, "frozen", False):
        from multiprocessing import freeze_support

        freeze_support()
    sys.excepthook = report_defect
    words = sys.argv[1:] if words is None else words
    if not words:
        return _open_window(())
    from engine.commands.doctor import DOCTOR
    from engine.commands.runner import EXIT_MENDABLE, run_command

    if words[0] == DOCTOR.name:  # it has to run where the modules of the others do not load
        return run_command((DOCTOR,), words)
    from app.commands import APP_COMMANDS
    from engine.cli import COMMANDS
    from trainer.commands import COMBINE, TRAIN
    from trainer.cross_validation import CROSS_VALIDATE
    from trainer.few_clips_command import REMEMBER, TEACH
    from trainer.import_weights import IMPORT_WEIGHTS
    from trainer.study_command import STUDY

    own = {command.name for command in APP_COMMANDS}  # some add drawings to the engine's rows
    commands = (
        *(command for command in COMMANDS if command.name not in own),
        STUDY,
        TRAIN,
        CROSS_VALIDATE,
        TEACH,
        REMEMBER,
        COMBINE,
        IMPORT_WEIGHTS,
        *APP_COMMANDS,
    )
    if words[0].startswith("-") or words[0] in {command.name for command in commands}:
        return run_command(commands, words)
    for word in words:
        if not Path(word).is_file() and not (Path(word) / "study.db").is_file():
            sys.stderr.write(
                f"skelarium: {word} is neither a file nor a study nor a command; "
                "see skelarium --help\n"
            )
            return EXIT_MENDABLE
    return _open_window(tuple(Path(word) for word in words))


def report_defect(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Show an error that is no user's fault, and what to do with it."""
    print_exception(kind, error, trace)
    sys.stderr.write(
        "\nThis is a defect in Skelarium. Please report it with the lines above and what "
        "`skelarium doctor` prints.\n"
    )


def _open_window(files: tuple[Path, ...]) -> int:
    from app.application import main as open_window

    return open_window(files)


if __name__ == "__main__":
    sys.exit(main())
