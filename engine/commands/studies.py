"""The words that say which study, and which of its recordings, shared by commands on studies."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.labels import StudyRecording, Tier
    from engine.study.contents import StudyContents
    from engine.study.store import Study


def add_study_argument(parser: ArgumentParser) -> None:
    """Declare which study."""
    parser.add_argument("study", type=Path, metavar="STUDY", help="the study's folder")


@contextmanager
def opened_study(words: Namespace, *, writes: bool) -> "Iterator[Study]":
    """The study that the words name, closed in the end.

    Args:
        words: With ``study``.
        writes: Whether it will be changed; else it is read, whoever has it open.

    Raises:
        EngineError: There is none, it is damaged, or it would be changed and cannot be.
    """
    from engine.study.store import Study

    study = Study.open(words.study, read_only=not writes)
    try:
        if writes and study.read_only:
            raise EngineError(f"{words.study} cannot be changed: {study.read_only}")
        yield study
    finally:
        study.close()


def recordings_named(
    contents: "StudyContents", names: Sequence[str]
) -> "tuple[StudyRecording, ...]":
    """Recordings of a study by their file's name, its stem, their title or id; all without names.

    Raises:
        EngineError: There is none of a name.
    """
    from engine.annotations.exporting import base_name

    if not names:
        return contents.shown_recordings
    wanted = {base_name(name).casefold(): name for name in names}
    found, met = [], set()
    for each in contents.shown_recordings:
        file = base_name(each.path)
        keys = {file.casefold(), Path(file).stem.casefold(), each.title.casefold(), each.id}
        if keys & wanted.keys():
            found.append(each)
            met |= keys
    strangers = [name for key, name in wanted.items() if key not in met]
    if strangers:
        raise EngineError(f"the study has no recording {strangers[0]}; add it first")
    return tuple(found)


def tier_wanted(contents: "StudyContents", name: str | None) -> "Tier | None":
    """The tier with a name; None without one.

    Raises:
        EngineError: There is none; the message lists those there are.
    """
    from engine.study.tiers import tier_named

    if name is None:
        return None
    tier = tier_named(contents, name)
    if tier is None:
        known = ", ".join(each.name for each in contents.shown_tiers)
        raise EngineError(f"the study has no tier {name}; there are {known}")
    return tier
