"""A study's labels as a label file."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from engine.annotations import write_labels
from engine.annotations.base import LabelRow
from engine.annotations.clocks import Clock, TimesOf, even_times
from engine.labels import NOTHING, Origin, StudyRecording
from engine.study.contents import StudyContents
from engine.study.proposals import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written."""

    num_segments: int
    files: tuple[Path, ...]
    left_out: tuple[str, ...]
    """What the format cannot hold, a sentence each."""


def export_labels(
    contents: StudyContents,
    path: Path,
    format_id: str,
    *,
    recordings: Collection[str] | None = None,
    tier_id: str | None = None,
    times_of: TimesOf = even_times,
) -> Exported:
    """Write the labels of recordings and tiers that are shown.

    Args:
        contents: What is there.
        path: The file; the folder of a format with a file for each recording.
        format_id: A row of ``engine.annotations.ANNOTATIONS``.
        recordings: Ids of those wanted; None for all.
        tier_id: Only this tier; None for all.
        times_of: Of recordings whose frames are not evenly apart.

    Raises:
        EngineError: There is no such format, or the disk refuses.
    """
    names = file_names(contents.shown_recordings)
    tiers = {each.id: each.name for each in contents.shown_tiers if tier_id in (None, each.id)}
    order = {tier: place for place, tier in enumerate(tiers)}
    rows: list[LabelRow] = []
    for recording in contents.shown_recordings:
        wanted = recordings is None or recording.id in recordings
        segments = contents.segments_of(recording.id) if wanted else ()
        some = [each for each in segments if each.tier_id in tiers]
        if not some:
            continue
        clock = Clock(recording, times_of(recording))
        some.sort(key=lambda each: (order[each.tier_id], each.person, each.start))
        rows.extend(
            LabelRow(
                recording=names[recording.id],
                action=_action_name(contents, each.action_id),
                start=each.start,
                stop=each.stop,
                start_s=clock.seconds(each.start),
                stop_s=clock.seconds(each.stop),
                person=each.person,
                tier=tiers[each.tier_id],
                annotator=each.annotator,
                origin=each.origin,
                model=each.model_id,
                score=each.score,
                is_doubtful=each.is_doubtful,
                note=each.note,
            )
            for each in some
        )
    return _written(path, format_id, rows, _list_of(contents, rows))


def export_proposals(
    contents: StudyContents,
    path: Path,
    format_id: str,
    proposals: Iterable[tuple[StudyRecording, int, tuple[Proposal, ...]]],
    *,
    times_of: TimesOf = even_times,
) -> Exported:
    """Write what a model proposes as a label file.

    Args:
        contents: What is there.
        path: As of :func:`export_labels`.
        format_id: As of :func:`export_labels`.
        proposals: For recordings and people.
        times_of: As of :func:`export_labels`.

    Raises:
        EngineError: There is no such format, or the disk refuses.
    """
    names = file_names(contents.shown_recordings)
    rows: list[LabelRow] = []
    for recording, person, found in proposals:
        clock = Clock(recording, times_of(recording)) if found else None
        rows.extend(
            LabelRow(
                recording=names[recording.id],
                action=None if each.name == NOTHING else each.name,
                start=each.start,
                stop=each.stop,
                start_s=None if clock is None else clock.seconds(each.start),
                stop_s=None if clock is None else clock.seconds(each.stop),
                person=person,
                origin=Origin.MODEL,
                model=each.model_id,
                score=each.score,
            )
            for each in found
        )
    return _written(path, format_id, rows, _list_of(contents, rows))


def file_names(recordings: Iterable[StudyRecording]) -> dict[str, str]:
    """What recordings are called in label files: their file's name, their digest where two have it.

    Returns:
        Names by id.
    """
    rows = tuple(recordings)
    names = {each.id: base_name(each.path) for each in rows}
    stems = Counter(PurePosixPath(name).stem.casefold() for name in names.values())
    return {
        each.id: names[each.id]
        if stems[PurePosixPath(names[each.id]).stem.casefold()] == 1
        else each.sha256
        for each in rows
    }


def base_name(path: str) -> str:
    """The last part of a path of any system."""
    return PureWindowsPath(path).name if "\\" in path else PurePosixPath(path).name


def _action_name(contents: StudyContents, action_id: str | None) -> str | None:
    return None if action_id is None else contents.actions[action_id].name


def _list_of(contents: StudyContents, rows: Iterable[LabelRow]) -> tuple[str, ...]:
    """Every action's name: the study's list, then those that only the rows have."""
    offered = [each.name for each in contents.offered_actions]
    return tuple(dict.fromkeys([*offered, *(row.action for row in rows if row.action)]))


def _written(
    path: Path, format_id: str, rows: list[LabelRow], actions: tuple[str, ...]
) -> Exported:
    written = write_labels(path, format_id, rows, actions)
    return Exported(
        num_segments=written.num_rows,
        files=tuple(path / name if name else path for name, _ in written.files),
        left_out=written.left_out,
    )
