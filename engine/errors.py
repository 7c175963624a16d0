"""Errors that the person at the keyboard can do something about.

An :class:`EngineError` is shown as its message alone; any other exception is a defect of ours and
is shown with its traceback.
"""

from pathlib import Path


class EngineError(Exception):
    """Something the user can mend: the message says what was expected, found, and what to do."""


class FileFormatError(EngineError):
    """A file that is not what it claims to be.

    Args:
        message: What was expected, what was found and, where it helps, what to do.
        path: The file at fault.
        line: 1-based line number, for text files.
        byte: 0-based byte offset, for binary files.
    """

    def __init__(
        self, message: str, *, path: Path, line: int | None = None, byte: int | None = None
    ) -> None:
        place = f":{line}" if line is not None else f" at byte {byte}" if byte is not None else ""
        # one line always: messages may quote a file's own text
        super().__init__(f"{path.name}{place}: {' '.join(message.split())}")
        self.path = path
        self.line = line
        self.byte = byte


class LayoutError(EngineError):
    """Two skeletons that do not fit together, or a joint that a layout does not have."""


class ModelPackageError(EngineError):
    """A model package that cannot be used: a file is missing, altered or of another version."""


class TrainingError(EngineError):
    """A training job that cannot start or cannot go on."""
