"""What a data set on disk is: clips, who acts in them, seen from where, doing what, judged how."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from engine.errors import EngineError
from engine.formats import read_recording
from engine.recording import Clip

UNKNOWN = 0
"""A person, view, repetition or setup that the data set does not state; real ones count from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledFile:
    """One labelled clip of a data set: a whole file, a span of one, or one item of a container."""

    path: Path
    action: int
    """Index into the data set's ``actions``."""
    person: int
    """The actor's number in the data set; ``UNKNOWN`` where it does not say."""
    view: int
    """The camera's number; 1 where there is only one."""
    start: int = 0
    """First frame of the clip, an index into the recording's frames."""
    stop: int | None = None
    """The frame after the last one; None for the end of the recording."""
    item: str | int | None = None
    """Which clip of a file that holds many (a PYSKL pickle, a CTR-GCN npz)."""
    repetition: int = UNKNOWN
    """Which time this person does this."""
    setup: int = UNKNOWN
    """Place and height of the cameras, where the data set numbers them (NTU RGB+D)."""
    lists: tuple[str, ...] = ()
    """The published lists the clip stands in, such as ``xsub_train``."""
    key: str = ""
    """The file's path below the data set's folder, with ``/``; empty for its mere name."""

    @property
    def name(self) -> str:
        """What the clip is called in splits and reports: the same wherever the data set lies."""
        item = "" if self.item is None else f"#{self.item}"
        is_whole = self.start == 0 and self.stop is None
        span = "" if is_whole else f"[{self.start}:{'' if self.stop is None else self.stop}]"
        return f"{self.key or self.path.name}{item}{span}"

    def cut(self, clip: Clip) -> Clip:
        """The labelled span of the whole file's clip; one that ends after it ends with it.

        Raises:
            EngineError: It starts after the recording's end.
        """
        stop = clip.num_frames if self.stop is None else min(self.stop, clip.num_frames)
        if not self.start < stop:
            raise EngineError(
                f"{self.name}: expected the span in a recording of {clip.num_frames:,} frames; "
                "the labels belong to another recording"
            )
        return replace(clip, start=clip.start + self.start, stop=clip.start + stop)


def read_clip(file: LabelledFile) -> Clip:
    """Read a clip of a data set whose files are recordings, in the file's own layout.

    Raises:
        EngineError: The file cannot be read, or has no such frames.
    """
    return file.cut(Clip.whole(read_recording(file.path)))


class Aspect(Enum):
    """By what clips are divided into those to train on and those to judge by."""

    PERSON = "person"
    VIEW = "view"
    SETUP = "setup"
    RECORDING = "recording"
    """The file: spans of one untrimmed recording stay together."""
    LIST = "list"
    """Published lists of names."""

    def values(self, file: LabelledFile) -> tuple[int | str, ...]:
        """What a clip has of it: one value, or the lists it stands in."""
        if self is Aspect.LIST:
            return file.lists
        if self is Aspect.RECORDING:
            return (file.key or file.path.name,)
        return ({Aspect.PERSON: file.person, Aspect.VIEW: file.view}.get(self, file.setup),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """A published way to judge: which clips are trained on and which judge the result.

    With ``leave_one_out`` there is a round for each value; ``folds`` names them.
    """

    id: str
    title: str
    source: str
    """Who published it, and where that matters, what was settled here."""
    by: Aspect
    train: tuple[int | str, ...] = ()
    """Values of the aspect that are trained on."""
    test: tuple[int | str, ...] = ()
    """Values of the aspect that judge."""
    leave_one_out: bool = False

    def is_train(self, file: LabelledFile) -> bool:
        """Whether a clip may be trained on."""
        return any(value in self.train for value in self.by.values(file))

    def is_test(self, file: LabelledFile) -> bool:
        """Whether a clip judges."""
        return any(value in self.test for value in self.by.values(file))

    def folds(self, files: tuple[LabelledFile, ...]) -> tuple["Protocol", ...]:
        """The rounds: one for each value where one is left out in turn, else only this.

        Raises:
            EngineError: There is but one value to leave out, or a clip does not state it.
        """
        if not self.leave_one_out:
            return (self,)
        numbered = self.by in (Aspect.PERSON, Aspect.VIEW, Aspect.SETUP)
        if numbered and any(UNKNOWN in self.by.values(file) for file in files):
            raise EngineError(f"{self.title}: some clips do not state their {self.by.value}")
        values = sorted({value for file in files for value in self.by.values(file)}, key=str)
        values.sort(key=lambda value: value if isinstance(value, int) else 0)
        if len(values) <= 1:
            raise EngineError(f"{self.title}: expected more than one {self.by.value} to leave out")
        return tuple(
            replace(
                self,
                id=f"{self.id}-{value}",
                title=f"{self.title}: {value}",
                train=tuple(other for other in values if other != value),
                test=(value,),
                leave_one_out=False,
            )
            for value in values
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a folder holds of a data set."""

    files: tuple[LabelledFile, ...]
    actions: tuple[str, ...]
    layout_id: str
    """Of most of its clips; others can be mapped to it."""
    protocols: tuple[Protocol, ...] = ()
    notes: tuple[str, ...] = ()
    """What was left out or set right, a plain sentence each."""

    def protocol(self, protocol_id: str) -> Protocol:
        """The protocol with that id.

        Raises:
            EngineError: There is none; the message lists those there are.
        """
        for row in self.protocols:
            if row.id == protocol_id:
                return row
        known = ", ".join(row.id for row in self.protocols) or "none"
        raise EngineError(f"no protocol {protocol_id!r}; there are {known}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The clips that a data set's search came upon, and what else they say."""

    files: tuple[LabelledFile, ...]
    notes: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    """Only where the row cannot know them."""
    layout_id: str = ""
    """Only where the row cannot know it."""
    protocols: tuple[Protocol, ...] = ()
    """Only where the row cannot know them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFormat:
    """How a data set lies on disk. Instances are rows of ``engine.datasets.DATASETS``.

    What a row cannot know before it sees a folder (the actions of folders of clips, say) is empty
    here and stands in ``contents``, which is always complete.
    """

    id: str
    name: str
    terms: str
    """Whose data it is and on what terms, for model cards."""
    pattern: str
    """What its files are called, for messages."""
    search: Callable[[Path], Found]
    """Finds the clips in a folder, in the order of their names; none are no error."""
    layout_id: str = ""
    actions: tuple[str, ...] = ()
    protocols: tuple[Protocol, ...] = ()
    leave_out: tuple[str, ...] = ()
    """File name patterns of recordings known to be labelled wrongly; nothing is left out unasked
    (``engine.datasets.splits.without`` does it)."""
    read_clip: Callable[[LabelledFile], Clip] = read_clip
    """Reads one of ``files``, in the layout of its file. Raises EngineError for what cannot be."""

    def files(self, folder: Path) -> tuple[LabelledFile, ...]:
        """The clips in a folder, in the order of their names.

        Raises:
            EngineError: The folder holds none.
        """
        return self.contents(folder).files

    def contents(self, folder: Path) -> Contents:
        """The clips in a folder with all there is to know about them.

        Args:
            folder: The data set's folder, or the file where all of it is one.

        Raises:
            EngineError: The folder holds none, or its lists and labels are damaged.
        """
        if not folder.exists():
            raise EngineError(f"{folder} does not exist; give the folder of {self.name}")
        found = self.search(folder)
        if not found.files:
            why = " ".join(("", *found.notes))
            raise EngineError(f"{folder} holds no recordings of {self.name} ({self.pattern}).{why}")
        return Contents(
            files=found.files,
            actions=self.actions or found.actions,
            layout_id=self.layout_id or found.layout_id,
            protocols=self.protocols or found.protocols,
            notes=found.notes,
        )
