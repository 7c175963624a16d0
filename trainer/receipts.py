"""What a run of a study was given, kept beside it; light, for the app.

``receipt.json`` says which model, how, and from which segments: what people said at that time, so
that later one sees what has not been trained yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.errors import FileFormatError
from engine.formats import write_bytes_atomically
from engine.formats.reading import plural
from engine.study.contents import StudyContents
from engine.study.forecast import RetrainMode
from engine.study.models import RECEIPT_FILE, RUNS_FOLDER
from engine.study.selecting import Choice, select

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenSegment:
    """A segment as it was when a run began."""

    id: str
    recording_id: str
    person: int
    start: int
    stop: int
    action_id: str | None
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a run was given."""

    number: int
    """Of the run in its study, from 1."""
    title: str
    """For people, e.g. ``Run 3 · quick``."""
    model_id: str
    """Of the model that it makes."""
    mode: RetrainMode
    base: str
    """Folder of the package it starts from; empty for none."""
    base_id: str
    base_title: str
    old_model: str
    """Folder of the package that the study used when it began; empty for none."""
    old_model_id: str
    choice: Choice
    class_names: tuple[str, ...]
    num_clips: int
    division: str
    """Who is held out, a sentence for people."""
    left_out: tuple[str, ...]
    doubts: tuple[str, ...]
    seconds: float
    """That it was said to take."""
    segments: tuple[GivenSegment, ...]
    """All that could be learnt from."""
    time: float
    """When it was prepared, in seconds since 1970."""
    program: str
    """Version of the program."""
    caution: str = ""
    """Which of the models knew the recordings before any run; empty where none did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run of a study: its folder and what it was given."""

    folder: Path
    receipt: Receipt

    @property
    def number(self) -> int:
        """From 1."""
        return self.receipt.number

    @property
    def mode(self) -> RetrainMode:
        """Quick or full."""
        return self.receipt.mode

    @property
    def title(self) -> str:
        """For people."""
        return self.receipt.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Untrained:
    """What has changed since a run was prepared."""

    added: tuple[str, ...] = ()
    """Ids of segments."""
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    """Actions that were called something else, with what they are called now."""

    @property
    def count(self) -> int:
        """How many segments."""
        return len(self.added) + len(self.changed) + len(self.removed)

    @property
    def text(self) -> str:
        """For people, e.g. ``Untrained changes: 14 segments (14 new)``; empty for none."""
        if not self.count:
            return ""
        parts = (
            (self.added, "new"),
            (self.changed, "changed"),
            (self.removed, "removed"),
        )
        said = ", ".join(f"{len(ids):,} {word}" for ids, word in parts if ids)
        return f"Untrained changes: {plural(self.count, 'segment')} ({said})"


def write_receipt(folder: Path, receipt: Receipt) -> None:
    """Write a run's receipt as a whole.

    Raises:
        EngineError: The disk refuses.
    """
    content = msgspec.json.encode({"version": VERSION, **msgspec.to_builtins(receipt)})
    write_bytes_atomically(folder / RECEIPT_FILE, msgspec.json.format(content, indent=1))


def read_receipt(folder: Path) -> Receipt:
    """A run's receipt.

    Raises:
        FileFormatError: It is damaged, or of another version of the program.
    """
    path = folder / RECEIPT_FILE
    try:
        found = msgspec.json.decode(path.read_bytes())
        if not isinstance(found, dict) or found.pop("version", None) != VERSION:
            raise FileFormatError("was written by another version of the program", path=path)
        return msgspec.convert(found, Receipt)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FileFormatError(f"a run's receipt cannot be read ({error})", path=path) from error


def runs_of(study_folder: Path) -> tuple[Run, ...]:
    """The runs of a study, the first one first; a folder without a whole receipt is no run."""
    return tuple(sorted(_runs(study_folder), key=lambda run: (run.number, run.folder.name)))


def _runs(study_folder: Path) -> Iterator[Run]:
    for path in (study_folder / RUNS_FOLDER).glob(f"*/{RECEIPT_FILE}"):
        try:
            yield Run(folder=path.parent, receipt=read_receipt(path.parent))
        except FileFormatError:
            continue


def given_segments(contents: StudyContents, choice: Choice) -> tuple[GivenSegment, ...]:
    """The segments of a study that can be learnt from, as they are now."""
    return tuple(
        GivenSegment(
            id=each.segment.id,
            recording_id=each.recording.id,
            person=each.segment.person,
            start=each.segment.start,
            stop=each.segment.stop,
            action_id=each.segment.action_id,
            label=each.label,
        )
        for each in select(contents, choice).segments
    )


def untrained_changes(contents: StudyContents, run: Run | None) -> Untrained:
    """What people have changed since a run was prepared.

    Args:
        contents: Of the study now.
        run: The one whose model is in use; None where no model has learnt from the study.
    """
    choice = Choice() if run is None else run.receipt.choice
    now = {each.id: each for each in given_segments(contents, choice)}
    then = {} if run is None else {each.id: each for each in run.receipt.segments}
    names = {each.action_id: each.label for each in then.values() if each.action_id is not None}
    renamed = tuple(
        (old, contents.actions[key].name)
        for key, old in names.items()
        if key in contents.actions and contents.actions[key].name != old
    )
    return Untrained(
        added=tuple(key for key in now if key not in then),
        changed=tuple(
            key for key, row in now.items() if key in then and _place(row) != _place(then[key])
        ),
        removed=tuple(key for key in then if key not in now),
        renamed=renamed,
    )


def _place(row: GivenSegment) -> tuple[str, int, int, int, str | None]:
    return (row.recording_id, row.person, row.start, row.stop, row.action_id)
