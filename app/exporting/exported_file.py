"""What the window says of something that was exported."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile:
    """Where it is, in words."""

    words: str
    path: Path | None
    """A file or a folder; None for the clipboard."""
