"""What a quick run of a study is: one ``lesson.toml`` in its folder; torch-free, for the app."""

from dataclasses import dataclass
from pathlib import Path

from engine.errors import TrainingError
from engine.tables import read_table

LESSON_FILE = "lesson.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickLesson:
    """Everything that decides the result of a quick run, beside its clips.

    Raises:
        TrainingError: A number is out of its range.
    """

    name: str
    """Of the model."""
    base: str
    """Folder of the package that it starts from."""
    kept: tuple[str, ...] = ()
    """Actions of the base that it goes on knowing."""
    seconds: float = 45.0
    """For looking, learning and writing."""
    threads: int = 1
    seed: int = 1
    thaws: bool = True
    """Whether later layers may move, too."""

    def __post_init__(self) -> None:
        if self.threads < 1 or not self.seconds > 0:
            raise TrainingError("a lesson needs at least one thread, and more than no time")


def load_lesson(folder: Path) -> QuickLesson:
    """The lesson described in a folder.

    Raises:
        FileFormatError: It is none; the message names the key.
    """
    return read_table(folder / LESSON_FILE, QuickLesson)
