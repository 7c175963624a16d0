"""What a label file format has to provide, and what the formats share: rows of labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engine.errors import FileFormatError
from engine.labels import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRow:
    """A segment as a label file has it: with names in place of ids."""

    recording: str
    """As the file calls it: a file's name with or without its ending, an id, or a digest."""
    action: str | None
    """None for: reviewed, nothing happens."""
    start: int | None = None
    stop: int | None = None
    """Half-open span of frames, counted from 0; None where the file has seconds only."""
    start_s: float | None = None
    stop_s: float | None = None
    """Seconds from the recording's first frame; the second one is when the span is over."""
    person: int = 0
    """Index into the recording's people."""
    tier: str = ""
    """Empty where the file does not say."""
    annotator: str = ""
    origin: Origin = Origin.IMPORT
    model: str = ""
    score: float | None = None
    is_doubtful: bool = False
    note: str = ""
    file: str = ""
    line: int = 0
    """Where it stands, for messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFile:
    """What a file with labels holds."""

    path: Path
    format_id: str
    rows: tuple[LabelRow, ...]
    notes: tuple[str, ...] = ()
    """What was not understood or left out on reading, a sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A label file as bytes."""

    files: tuple[tuple[str, bytes], ...]
    """Names and contents; a single one without a name is the file itself, others go into a
    folder."""
    num_rows: int
    left_out: tuple[str, ...] = ()
    """What the format cannot hold, a sentence each."""


class LabelFormat(Protocol):
    """One format of label files: a stateless row of ``engine.annotations.ANNOTATIONS``."""

    id: str
    """Stable, for the command line."""
    name: str
    """For people."""
    suffixes: tuple[str, ...]
    """Usual file name endings."""
    is_folder: bool
    """Whether there is a file for each recording, in a folder."""

    def sniff(self, head: bytes) -> bool:
        """Whether the start of a file looks like this format; never raises."""
        ...

    def read(self, path: Path, data: bytes) -> LabelFile:
        """Read a whole file.

        Args:
            path: For messages; of some formats also the recording's name.
            data: The file's bytes.

        Raises:
            FileFormatError: With the line, what was expected, what was found.
        """
        ...

    def write(self, rows: Sequence[LabelRow], actions: tuple[str, ...]) -> Written:
        """The bytes for labels.

        Args:
            rows: With frames; those of a recording follow each other, by start.
            actions: Every action's name, in the order of the study's list.
        """
        ...


def text_of(path: Path, data: bytes) -> str:
    """The text of a label file, in UTF-8 or, with its mark, UTF-16.

    Raises:
        FileFormatError: It is none.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\0" in data:
        raise FileFormatError(
            "expected a text with labels, found binary data", path=path, byte=data.index(b"\0")
        )
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileFormatError(
            "expected a text in UTF-8, found other bytes; save it as UTF-8",
            path=path,
            byte=error.start,
        ) from error
