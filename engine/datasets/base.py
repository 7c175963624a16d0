"""What a data set on disk is: files, who acts in them, seen from where, doing what."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledFile:
    """One trimmed recording of a data set."""

    path: Path
    action: int
    """Index into the data set's ``actions``."""
    person: int
    """The actor's number in the data set."""
    view: int
    """The camera's number; 1 where there is only one."""


class DatasetFormat(Protocol):
    """How a data set lies on disk. Instances are rows of ``engine.datasets.DATASETS``."""

    id: str
    name: str
    layout_id: str
    actions: tuple[str, ...]
    terms: str
    """Whose data it is and on what terms, for model cards."""

    def files(self, folder: Path) -> tuple[LabelledFile, ...]:
        """The recordings in a folder, in the order of their names.

        Raises:
            EngineError: The folder holds none.
        """
        ...
