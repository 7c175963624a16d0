"""Label: connected with the rest."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.teach_parts import TeachParts


class LabelBench(QObject):
    """Connects its part of teaching; ``connect_all`` once everything is there."""

    def connect_all(self, parts: TeachParts) -> None:
        """Connect everything.

        Args:
            parts: What it reads, shows and acts upon.
        """

    def work_of_actions(self) -> dict[str, Callable[..., object]]:
        """What its rows of the table of actions do."""
        return {}

    def put_aside(self) -> bool:
        """Take back one thing; whether there was one."""
        return False

    def close(self, *, longest_ms: int | None = None) -> bool:
        """End its threads, within some time where one is given; whether all have ended."""
        return longest_ms is None or longest_ms >= 0
