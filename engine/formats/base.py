"""What a skeleton file format has to provide."""

from pathlib import Path
from typing import Protocol

from engine.recording import Recording

SNIFF_BYTES = 65536
"""How much of the start of a file a format may look at to recognise it."""


class SkeletonFormat(Protocol):
    """One skeleton file format. Instances are stateless rows of ``engine.formats.FORMATS``."""

    id: str
    """Stable, for the command line, e.g. ``nw-ucla``."""
    name: str
    """For people, e.g. ``NW-UCLA JSON``."""
    suffixes: tuple[str, ...]
    """Usual file name endings, for file dialogs only: a file is recognised by its content."""
    can_write: bool

    def sniff(self, head: bytes) -> bool:
        """Whether the first ``SNIFF_BYTES`` of a file look like this format (never raises)."""
        ...

    def read(self, path: Path, data: bytes) -> Recording:
        """Read a whole file.

        Args:
            path: For messages, and for facts in the file's name.
            data: The file's bytes.

        Raises:
            FileFormatError: With line or byte, what was expected, what was found, what to do.
        """
        ...

    def write(self, recording: Recording) -> bytes:
        """The file's bytes for a recording.

        Raises:
            EngineError: The format cannot hold this recording; says what is in the way.
        """
        ...
