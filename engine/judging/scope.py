"""Which clips of a data set judge, and what to call that choice."""

import json
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path

from engine.datasets.base import UNKNOWN, Contents, DatasetFormat, LabelledFile, Protocol
from engine.datasets.splits import read_split, without
from engine.errors import EngineError
from engine.formats.reading import plural

Files = tuple[LabelledFile, ...]


class Side(Enum):
    """Side of a stored split."""

    TEST = "test"
    VALIDATION = "validation"
    TRAIN = "train"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which clips are wanted; what is left empty does not choose.

    Raises:
        EngineError: A protocol and a stored split are both named.
    """

    protocol: str = ""
    """A published one's test side; of those with rounds, a round's."""
    split: Path | None = None
    """A stored one."""
    side: Side = Side.TEST
    """Of the stored split."""
    views: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    leave_out: tuple[str, ...] = ()
    """Patterns of clips to do without."""

    def __post_init__(self) -> None:
        if self.protocol and self.split is not None:
            raise EngineError("name a protocol or a stored split, not both")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What was measured on, for reports."""

    dataset_id: str
    dataset: str
    """The data set's name."""
    folder: str
    rule: str
    """How the clips were chosen, for people."""
    protocol: str = ""
    split_digest: str = ""
    """Of the stored split; empty where there is none."""
    clips_digest: str = ""
    """SHA-256 of the clips' names and actions: equal where the very same clips judged."""
    notes: tuple[str, ...] = ()
    """What was left out or set right, a sentence each."""


def choose(
    dataset: DatasetFormat, folder: Path, contents: Contents, wanted: Selection
) -> tuple[Contents, Scope]:
    """The clips wanted, with the words for them.

    Args:
        dataset: How the data set lies on disk.
        folder: Where it lies.
        contents: All of it.
        wanted: Which clips.

    Raises:
        EngineError: No clip is left, or there is no such protocol, or the split is of others.
    """
    files, words, digest = contents.files, ["all clips"], ""
    if wanted.split is not None:
        stored = read_split(wanted.split)
        if stored.dataset != dataset.id:
            raise EngineError(
                f"{wanted.split} divides {stored.dataset}, not {dataset.id}; name the format with "
                f"--format {stored.dataset}"
            )
        sides = stored.files(files)
        files = {
            Side.TEST: sides.test,
            Side.VALIDATION: sides.validation,
            Side.TRAIN: sides.train,
        }[wanted.side]
        words, digest = [f"{wanted.side.value} side of {stored.rule or 'a split'}"], stored.digest
    elif wanted.protocol:
        protocol = protocol_or_round(contents, wanted.protocol)
        files = tuple(file for file in files if protocol.is_test(file))
        words = [f"{protocol.id}, test side: {protocol.title}"]
    for numbers, what in ((wanted.views, "view"), (wanted.people, "person")):
        if numbers:
            files = tuple(file for file in files if getattr(file, what) in numbers)
            words.append(f"{what} {', '.join(map(str, numbers))}")
    kept = without(files, wanted.leave_out)
    if len(kept) < len(files):
        words.append(f"{plural(len(files) - len(kept), 'clip')} left out by name")
    if not kept:
        raise EngineError(f"{folder} holds no recording of {'; '.join(words)}")
    return (
        Contents(
            files=kept,
            actions=contents.actions,
            layout_id=contents.layout_id,
            protocols=contents.protocols,
            notes=contents.notes,
        ),
        Scope(
            dataset_id=dataset.id,
            dataset=dataset.name,
            folder=str(folder),
            rule="; ".join(words),
            protocol=wanted.protocol,
            split_digest=digest,
            clips_digest=clips_digest(kept, contents.actions),
            notes=contents.notes,
        ),
    )


def protocol_or_round(contents: Contents, protocol_id: str) -> Protocol:
    """The protocol with that id, or the round of one that leaves one out, e.g. ``…-out-3``.

    Raises:
        EngineError: There is none, or it has rounds and none is named.
    """
    for row in contents.protocols:
        if row.leave_one_out and protocol_id.startswith(f"{row.id}-"):
            for fold in row.folds(contents.files):
                if fold.id == protocol_id:
                    return fold
    protocol = contents.protocol(protocol_id)
    if protocol.leave_one_out:
        folds = ", ".join(fold.id for fold in protocol.folds(contents.files))
        raise EngineError(
            f"{protocol.id} has a round for each {protocol.by.value}, each for a model of its own; "
            f"name one: {folds}"
        )
    return protocol


def clips_digest(files: Files, actions: tuple[str, ...]) -> str:
    """SHA-256 of which clips these are and what they show, in any order."""
    content = sorted((file.name, actions[file.action]) for file in files)
    return sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def number_text(number: int) -> str:
    """A person, view or setup as people read it."""
    return "not stated" if number == UNKNOWN else str(number)
