"""Looking a row up in one of the program's tables: layouts, formats, data sets, overlays."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from engine.errors import EngineError


class Row(Protocol):
    """Anything with a stable id."""

    @property
    def id(self) -> str:
        """Stable, lower case, for files and the command line."""
        ...


RowT = TypeVar("RowT", bound=Row)


def row_by_id(
    rows: Sequence[RowT], row_id: str, what: str, error: type[EngineError] = EngineError
) -> RowT:
    """The row with that id.

    Args:
        rows: The table.
        row_id: The id looked for.
        what: What the rows are, for the message, e.g. ``file format``.
        error: Raised where there is none; the message lists those there are.
    """
    for row in rows:
        if row.id == row_id:
            return row
    known = ", ".join(row.id for row in rows)
    raise error(f"no {what} {row_id!r}; there are {known}")
