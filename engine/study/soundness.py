"""What must hold between the rows of a study, beyond each row's own fields.

What an edit breaks is refused before it is written. What a file broke that came from elsewhere is
damage where it points into nothing, and else only told by the check: labels that overlap can be
looked at and mended.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.labels import Rejection, Segment
from engine.study.contents import Change, StudyContents

FEW = 8
"""So many changed segments are each held against all others of their recording."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that does not hold."""

    words: str
    """One line, without a full stop."""
    mending: str
    """What to do."""
    is_dangling: bool = False
    """Whether a row belongs to another one that is not there."""


def fault_of_changes(contents: StudyContents, changes: Iterable[Change]) -> Fault | None:
    """The first thing that changed rows break.

    Args:
        contents: With the changes.
        changes: What was changed.
    """
    rows = [change.after for change in changes if isinstance(change.after, Segment | Rejection)]
    for row in rows:
        fault = _fault(contents, row)
        if fault is not None:
            return fault
    segments = [row for row in rows if isinstance(row, Segment)]
    if len(segments) <= FEW:
        each_one = (_overlaps_of(contents, row) for row in segments)
        return next((fault for found in each_one for fault in found), None)
    places = {_place(row) for row in segments}
    return next(_overlaps(contents, places, {row.id for row in segments}), None)


def faults(contents: StudyContents) -> Iterator[Fault]:
    """Everything that does not hold."""
    places = set()
    kinds: tuple[Mapping[str, Mapping[str, Segment | Rejection]], ...] = (
        contents.segments,
        contents.rejections,
    )
    for kind in kinds:
        for rows in kind.values():
            for row in rows.values():
                fault = _fault(contents, row)
                if fault is not None:
                    yield fault
                if isinstance(row, Segment):
                    places.add(_place(row))
    yield from _overlaps(contents, places, None)


def dangling(contents: StudyContents) -> Fault | None:
    """The first row that belongs to one that is not there."""
    recordings, tiers, actions = contents.recordings, contents.tiers, contents.actions
    for segments in contents.segments.values():
        for row in segments.values():
            if (
                row.recording_id not in recordings
                or row.tier_id not in tiers
                or (row.action_id is not None and row.action_id not in actions)
            ):
                return _fault(contents, row)
    for rejections in contents.rejections.values():
        for rejection in rejections.values():
            if rejection.recording_id not in recordings:
                return _fault(contents, rejection)
    return None


_Place = tuple[str, int, str]
"""Recording, person, tier."""


def _place(row: Segment) -> _Place:
    return row.recording_id, row.person, row.tier_id


def _fault(contents: StudyContents, row: Segment | Rejection) -> Fault | None:
    recording = contents.recordings.get(row.recording_id)
    if recording is None:
        return _gone(row, "recording", row.recording_id)
    if isinstance(row, Segment):
        if row.tier_id not in contents.tiers:
            return _gone(row, "tier", row.tier_id)
        if row.action_id is not None and row.action_id not in contents.actions:
            return _gone(row, "action", row.action_id)
    if not 0 <= row.person < recording.num_people:
        return Fault(
            words=f"{_named(contents, row)} is of person {row.person + 1}, the recording has "
            f"{recording.num_people}",
            mending="remove it",
        )
    if not 0 <= row.start < row.stop <= recording.num_frames:
        return Fault(
            words=f"{_named(contents, row)} does not lie in the recording's "
            f"{recording.num_frames} frames",
            mending="trim it, or remove it",
        )
    return None


def _gone(row: Segment | Rejection, kind: str, wanted: str) -> Fault:
    what = "segment" if isinstance(row, Segment) else "rejection"
    return Fault(
        words=f"{what} {row.id:.40} belongs to {kind} {wanted:.40}, which is not there",
        mending="restore a backup",
        is_dangling=True,
    )


def _overlaps_of(contents: StudyContents, new: Segment) -> Iterator[Fault]:
    """What one segment overlaps: with few of them, faster than sorting all."""
    start, stop = new.start, new.stop
    for row in contents.segments.get(new.recording_id, {}).values():
        if (
            row.start < stop
            and start < row.stop
            and row.person == new.person
            and row.tier_id == new.tier_id
            and row.id != new.id
        ):
            yield _overlap(contents, new, row)


def _overlaps(
    contents: StudyContents, places: Iterable[_Place], news: Container[str] | None
) -> Iterator[Fault]:
    """Segments that share frames with another of their place, of which one is new."""
    for rows in _by_place(contents, places).values():
        before: Segment | None = None
        for row in sorted(rows, key=lambda each: (each.start, each.stop, each.id)):
            if (
                before is not None
                and row.start < before.stop
                and (news is None or row.id in news or before.id in news)
            ):
                yield _overlap(contents, row, before)
            if before is None or row.stop > before.stop:
                before = row


def _overlap(contents: StudyContents, row: Segment, other: Segment) -> Fault:
    tier = contents.tiers.get(row.tier_id)
    return Fault(
        words=f"{_named(contents, row)} overlaps {_span(contents, other)} "
        f"on the tier {'?' if tier is None else tier.name}",
        mending="trim or remove one of them",
    )


def _by_place(
    contents: StudyContents, places: Iterable[_Place]
) -> Mapping[_Place, Sequence[Segment]]:
    found: dict[_Place, list[Segment]] = {place: [] for place in places}
    for recording in dict.fromkeys(recording for recording, _, _ in found):
        for row in contents.segments.get(recording, {}).values():
            if (rows := found.get(_place(row))) is not None:
                rows.append(row)
    return found


def _named(contents: StudyContents, row: Segment | Rejection) -> str:
    recording = contents.recordings.get(row.recording_id)
    title = row.recording_id if recording is None else recording.title
    return f"{title}: {_span(contents, row)} of P{row.person + 1}"


def _span(contents: StudyContents, row: Segment | Rejection) -> str:
    if isinstance(row, Rejection):
        return f"the rejected {row.name}, frames {row.start}-{row.stop}"
    action = None if row.action_id is None else contents.actions.get(row.action_id)
    name = "reviewed" if row.action_id is None else "?" if action is None else action.name
    return f"{name}, frames {row.start}-{row.stop},"
