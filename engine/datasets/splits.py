"""Dividing clips into those that train, those that watch the training, and those that judge.

A split is made once, refused if somebody stands on two sides of it, stored by the clips' names
beside the run that uses it, and read back from there: a run that is taken up again, or judged
elsewhere, has the same clips on the same sides, or an error that says what is different.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

import numpy as np

from engine.datasets.base import UNKNOWN, Aspect, LabelledFile, Protocol
from engine.errors import EngineError
from engine.formats import write_bytes_atomically
from engine.formats.reading import plural
from engine.tables import read_table, table_text

_TRIES = 64
_SHOWN = 3

Files = tuple[LabelledFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitFiles:
    """Clips on three sides.

    Raises:
        EngineError: A clip, or somebody (or a view) who must not be, is on two of them; nothing is
            left to train on.
    """

    train: Files
    validation: Files = ()
    """Watches the training: early stop, thresholds, calibration."""
    test: Files = ()
    """Judges the result, once."""
    by: Aspect = Aspect.PERSON
    """What the test side shares with no other."""
    validation_by: Aspect = Aspect.PERSON
    """What the validation side does not share with the training side."""
    rule: str = ""
    """How it was made, for people."""

    def __post_init__(self) -> None:
        if not self.train:
            raise EngineError("no clip is left to train on; hold out less")
        sides = {"training": self.train, "validation": self.validation, "test": self.test}
        names = list(sides)
        for first, second in ((0, 1), (0, 2), (1, 2)):
            aspect = self.validation_by if (first, second) == (0, 1) else self.by
            refuse_leak(
                (names[first], sides[names[first]]), (names[second], sides[names[second]]), aspect
            )


def refuse_leak(first: tuple[str, Files], second: tuple[str, Files], by: Aspect) -> None:
    """Raise where two sides have something in common.

    Args:
        first: What the side is called, and its clips.
        second: The other.
        by: What they may not share. Lists and recordings forbid common clips, people, views and
            setups also every clip of the same one.

    Raises:
        EngineError: They share frames, or a value of the aspect, or do not state it.
    """
    common = _overlaps(first[1], second[1])
    if common:
        raise EngineError(
            f"{plural(len(common), 'clip')} would be on the {first[0]} and on the {second[0]} "
            f"side: {_some(common)}; a model judged by what it has seen is judged wrongly"
        )
    if by is Aspect.LIST or not (first[1] and second[1]):
        return
    values = [{value for file in side for value in by.values(file)} for _, side in (first, second)]
    if by is not Aspect.RECORDING and UNKNOWN in values[0] | values[1]:
        raise EngineError(
            f"some clips do not state their {by.value}, so they cannot be divided by it; "
            "divide by recording, or by a published list"
        )
    shared = sorted(map(str, values[0] & values[1]), key=lambda text: (len(text), text))
    if shared:
        raise EngineError(
            f"{by.value} {_some(shared)} would be on the {first[0]} and on the {second[0]} side; "
            f"divide so that each {by.value} is on one side"
        )


def _overlaps(first: Files, second: Files) -> list[str]:
    """Names of clips of the second side that have frames in common with the first."""
    spans: dict[tuple[Path, str | int | None], list[LabelledFile]] = {}
    for file in first:
        spans.setdefault((file.path, file.item), []).append(file)
    return [
        file.name
        for file in second
        if any(_meet(file, other) for other in spans.get((file.path, file.item), ()))
    ]


def _meet(one: LabelledFile, other: LabelledFile) -> bool:
    starts_before = other.stop is None or one.start < other.stop
    return starts_before and (one.stop is None or other.start < one.stop)


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    rest = len(listed) - _SHOWN
    return ", ".join(listed[:_SHOWN]) + (f" and {rest:,} more" if rest > 0 else "")


def without(files: Files, patterns: tuple[str, ...]) -> Files:
    """The clips that none of the patterns is about.

    Args:
        files: Any clips.
        patterns: Of paths, from the right as ``Path.match`` (``*_s04_*_v02.json``), or of whole
            names, for one clip of a container (``*#train/17``).
    """
    return tuple(
        file
        for file in files
        if not any(file.path.match(p) or fnmatchcase(file.name, p) for p in patterns)
    )


def hold_out(files: Files, by: Aspect, share: float, seed: int) -> tuple[Files, Files]:
    """Divide clips by drawing values of an aspect, so that every action stays on the first side.

    Args:
        files: At least two values of the aspect.
        by: Whose clips stay together.
        share: Of the values, rounded, that go to the second side; at least one does and one stays.
        seed: The same seed draws the same values.

    Returns:
        The clips kept and the clips held out, in their order.

    Raises:
        EngineError: The clips do not state it, there is only one, or every draw would leave some
            action with nothing to train on.
    """
    if not 0.0 < share < 1.0:
        raise EngineError(f"expected a share between 0 and 1 to hold out, found {share:g}")
    keys = [by.values(file) for file in files]
    values = sorted({value for found in keys for value in found}, key=lambda v: (str(type(v)), v))
    if by not in (Aspect.RECORDING, Aspect.LIST) and UNKNOWN in values:
        unknown = sum(UNKNOWN in found for found in keys)
        raise EngineError(
            f"{plural(unknown, 'clip')} of {len(files):,} do not state their {by.value}, so they "
            "cannot be divided by it; divide by recording, or name the people"
        )
    if len(values) <= 1:
        raise EngineError(f"expected more than one {by.value} to divide by, found {len(values)}")
    count = min(max(round(share * len(values)), 1), len(values) - 1)
    random = np.random.default_rng(seed)
    actions = {file.action for file in files}
    for _ in range(_TRIES):
        drawn = {values[index] for index in random.permutation(len(values))[:count]}
        held = [bool(drawn.intersection(found)) for found in keys]
        kept = tuple(file for file, out in zip(files, held, strict=True) if not out)
        if {file.action for file in kept} == actions:
            return kept, tuple(file for file, out in zip(files, held, strict=True) if out)
    raise EngineError(
        f"with {count} of {len(values)} held out by {by.value}, some action has nothing left to "
        "train on; hold out less, or record it with more people"
    )


def split_by_person(files: Files, share: float, seed: int) -> tuple[Files, Files]:
    """The usual way: nobody is on both sides; see :func:`hold_out`."""
    return hold_out(files, Aspect.PERSON, share, seed)


def split_by_view(files: Files, share: float, seed: int) -> tuple[Files, Files]:
    """No camera is on both sides; see :func:`hold_out`."""
    return hold_out(files, Aspect.VIEW, share, seed)


def split_by_protocol(
    files: Files,
    protocol: Protocol,
    *,
    validation: float = 0.0,
    validation_by: Aspect = Aspect.PERSON,
    seed: int = 1,
) -> SplitFiles:
    """Divide as a protocol says, with a share of the training side to watch by.

    Args:
        files: All clips; those on neither side are left out.
        protocol: One round; of those that leave one out, one of the ``folds``.
        validation: Share of the training side's people (say) to watch by; 0 for none.
        validation_by: What training and validation may not share.
        seed: Of the draw.

    Raises:
        EngineError: The protocol has several rounds, or one side is empty.
    """
    if protocol.leave_one_out:
        raise EngineError(f"{protocol.id} has a round for each {protocol.by.value}; choose a fold")
    train = tuple(file for file in files if protocol.is_train(file))
    test = tuple(file for file in files if protocol.is_test(file))
    for side, words in ((train, "train on"), (test, "judge by")):
        if not side:
            raise EngineError(
                f"{protocol.id}: no clip is there to {words} "
                f"({protocol.title}); the data set is not whole"
            )
    watch: Files = ()
    rule = f"{protocol.id}: {protocol.title}"
    if validation:
        train, watch = hold_out(train, validation_by, validation, seed)
        rule += f"; {validation:.0%} of training held out by {validation_by.value}, seed {seed}"
    return SplitFiles(
        train=train,
        validation=watch,
        test=test,
        by=protocol.by,
        validation_by=validation_by,
        rule=rule,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSplit:
    """A split by names, as it is stored beside a run.

    Raises:
        EngineError: It was changed after it was made, or a name stands on two sides.
    """

    dataset: str
    """Row of ``engine.datasets.DATASETS``."""
    by: Aspect
    validation_by: Aspect
    rule: str
    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]
    digest: str
    """SHA-256 of all the rest."""

    def __post_init__(self) -> None:
        names = (*self.train, *self.validation, *self.test)
        if len(set(names)) < len(names):
            raise EngineError("a clip stands twice in the split")
        words = (self.dataset, self.by.value, self.validation_by.value, self.rule)
        if self.digest != _digest(words, (self.train, self.validation, self.test)):
            raise EngineError(
                "the split was changed after it was made (its digest is another); make a new one"
            )

    def files(self, files: Files) -> SplitFiles:
        """The clips of a folder on the sides the split puts them.

        Args:
            files: As the data set finds them now; those the split does not name are left out.

        Raises:
            EngineError: Some of its clips are not there, or two are called the same.
        """
        found = {file.name: file for file in files}
        if len(found) < len(files):
            raise EngineError(f"{len(files) - len(found):,} clips of the folder share their names")
        missing = [n for n in (*self.train, *self.validation, *self.test) if n not in found]
        if missing:
            raise EngineError(
                f"{plural(len(missing), 'clip')} of the split are not in the folder: "
                f"{_some(missing)}; use the folder it was made with"
            )
        return SplitFiles(
            train=tuple(found[name] for name in self.train),
            validation=tuple(found[name] for name in self.validation),
            test=tuple(found[name] for name in self.test),
            by=self.by,
            validation_by=self.validation_by,
            rule=self.rule,
        )


def stored(dataset_id: str, split: SplitFiles) -> StoredSplit:
    """A split by the names of its clips."""
    train, validation, test = (
        tuple(file.name for file in side) for side in (split.train, split.validation, split.test)
    )
    words = (dataset_id, split.by.value, split.validation_by.value, split.rule)
    return StoredSplit(
        dataset=dataset_id,
        by=split.by,
        validation_by=split.validation_by,
        rule=split.rule,
        train=train,
        validation=validation,
        test=test,
        digest=_digest(words, (train, validation, test)),
    )


def _digest(words: tuple[str, ...], sides: tuple[tuple[str, ...], ...]) -> str:
    content = json.dumps([words, sides], ensure_ascii=False)
    return sha256(content.encode()).hexdigest()


def read_split(path: Path) -> StoredSplit:
    """Read a split from TOML.

    Raises:
        FileFormatError: It is none, or was changed after it was made.
    """
    return read_table(path, StoredSplit)


def write_split(split: StoredSplit, path: Path) -> None:
    """Write a split as TOML: whole or not at all.

    Raises:
        EngineError: The disk refuses.
    """
    write_bytes_atomically(path, table_text(split).encode())
