"""Where segments lie, and the rule that they never overlap there.

Segments of one person on one tier never overlap: an edit that would make them do so is refused, and
the message names what is in the way. Spans that are reviewed, with nothing happening, are the
exception: they give way to whatever is put over them, as a person expects who finds an action
there after all. They are cut short, split or taken away in the same step.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.labels import LabelError, Segment, new_id
from engine.study.contents import Change, Edit, StudyContents, added, changed, removed

REVIEWED = "reviewed span"
"""What people call a segment without an action."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where segments must not overlap: a person of a recording, on a tier."""

    recording_id: str
    person: int
    """Index into the recording's people."""
    tier_id: str


# reading


def place_of(segment: Segment) -> Place:
    """Where a segment lies."""
    return Place(recording_id=segment.recording_id, person=segment.person, tier_id=segment.tier_id)


def segments_at(contents: StudyContents, place: Place) -> tuple[Segment, ...]:
    """The segments of a place, by start."""
    return contents.segments_of(place.recording_id, person=place.person, tier_id=place.tier_id)


def name_of(contents: StudyContents, action_id: str | None) -> str:
    """What a segment with that action is called."""
    if action_id is None:
        return REVIEWED
    action = contents.actions.get(action_id)
    return "an unknown action" if action is None else action.name


def described(contents: StudyContents, segment: Segment) -> str:
    """A segment for messages, e.g. ``wave (frames 120–179)``."""
    return f"{name_of(contents, segment.action_id)} ({frames_text(segment.start, segment.stop)})"


def frames_text(start: int, stop: int) -> str:
    """A half-open span of frames for people, who count its last frame in."""
    return f"frame {start}" if stop == start + 1 else f"frames {start}–{stop - 1}"


def gaps(
    contents: StudyContents, place: Place, start: int, stop: int
) -> tuple[tuple[int, int], ...]:
    """The unlabelled spans of a place between two frames, half-open, ascending."""
    found, free = [], start
    for segment in segments_at(contents, place):
        if segment.stop <= free:
            continue
        if segment.start >= stop:
            break
        if segment.start > free:
            found.append((free, segment.start))
        free = segment.stop
    if free < stop:
        found.append((free, stop))
    return tuple(found)


# the rule: no overlaps


def chosen(contents: StudyContents, ids: Iterable[str]) -> tuple[Segment, ...]:
    """The segments with those ids, each once.

    Raises:
        LabelError: There are none, or one is no longer there.
    """
    found = []
    for segment_id in dict.fromkeys(ids):
        segment = contents.segment(segment_id)
        if segment is None:
            raise LabelError("a chosen segment is no longer there; choose again")
        found.append(segment)
    if not found:
        raise LabelError("no segment is chosen; click one on the timeline first")
    return tuple(found)


def laid(
    contents: StudyContents, name: str, olds: Sequence[Segment], news: Sequence[Segment]
) -> Edit:
    """The edit that puts some segments in place of others; reviewed spans beneath give way.

    Args:
        contents: What is there.
        name: Of the edit.
        olds: Rows that are there now.
        news: What they become, by id; without one of an id it is taken away.

    Raises:
        LabelError: Two of the new ones overlap, or one overlaps a segment that stays.
    """
    before = {each.id: each for each in olds}
    after = {each.id: each for each in news}
    changes = [removed(each) for each in olds if each.id not in after]
    for each in news:
        old = before.get(each.id)
        if old is None:
            changes.append(added(each))
        elif old != each:
            changes.append(changed(old, each))
    places: dict[Place, list[Segment]] = {}
    for each in news:
        if before.get(each.id) != each:
            places.setdefault(place_of(each), []).append(each)
    for place, laid_there in places.items():
        stay = [
            after.get(each.id, each)
            for each in segments_at(contents, place)
            if each.id not in before or after.get(each.id) == each
        ]
        changes.extend(_making_room(contents, place, sorted(laid_there, key=_by_start), stay))
    return Edit(name=name, changes=tuple(changes))


def _making_room(
    contents: StudyContents, place: Place, news: list[Segment], stay: Iterable[Segment]
) -> list[Change]:
    """What becomes of the segments that stay, where new ones (by start) are put over them."""
    for one, two in pairwise(news):
        if two.start < one.stop:
            raise LabelError(
                f"{described(contents, one)} and {described(contents, two)} would overlap; "
                "put them on different tiers"
            )
    starts = [each.start for each in news]
    changes: list[Change] = []
    for each in stay:
        first = max(bisect_right(starts, each.start) - 1, 0)
        over = []
        for new in news[first:]:
            if new.start >= each.stop:
                break
            if new.overlaps(each.start, each.stop):
                over.append(new)
        if not over:
            continue
        if each.action_id is not None:
            raise LabelError(_in_the_way(contents, place, each))
        changes.extend(_cut(each, over))
    return changes


def _cut(span: Segment, over: Iterable[Segment]) -> list[Change]:
    """What is left of a reviewed span beneath segments that are put over it."""
    pieces, free = [], span.start
    for each in over:
        if each.start > free:
            pieces.append((free, each.start))
        free = max(free, each.stop)
    if free < span.stop:
        pieces.append((free, span.stop))
    if not pieces:
        return [removed(span)]
    (start, stop), *others = pieces
    first = changed(span, replace(span, start=start, stop=stop))
    return [
        first,
        *(added(replace(span, id=new_id(), start=start, stop=stop)) for start, stop in others),
    ]


def _in_the_way(contents: StudyContents, place: Place, segment: Segment) -> str:
    tier = contents.tiers.get(place.tier_id)
    where = f" on tier {tier.name}" if tier is not None and len(contents.tiers) > 1 else ""
    return (
        f"{described(contents, segment)} of P{place.person + 1}{where} is in the way; "
        "trim or remove it first"
    )


def _by_start(segment: Segment) -> tuple[int, int, str]:
    return segment.start, segment.stop, segment.id


# what must hold


def check_offered(contents: StudyContents, action_id: str | None) -> None:
    """Check that an action can be given.

    Raises:
        LabelError: It is archived, or not there.
    """
    if action_id is None:
        return
    action = contents.actions.get(action_id)
    if action is None:
        raise LabelError("the action is no longer there; choose another")
    if action.is_archived:
        raise LabelError(f"the action {action.name} is archived; restore it first")


def num_frames_of(contents: StudyContents, recording_id: str) -> int:
    """How long a recording of the study is.

    Raises:
        LabelError: The study has no such recording.
    """
    recording = contents.recordings.get(recording_id)
    if recording is None:
        raise LabelError("the recording is not part of the study; add it first")
    return recording.num_frames


def check_span(contents: StudyContents, place: Place, start: int, stop: int) -> None:
    """Check that a place is there and that a span lies within its recording.

    Raises:
        LabelError: It does not; the message says what is there.
    """
    total = num_frames_of(contents, place.recording_id)
    people = contents.recordings[place.recording_id].num_people
    if place.tier_id not in contents.tiers:
        raise LabelError("the tier is no longer there; choose another")
    if not 0 <= place.person < people:
        raise LabelError(f"the recording has no P{place.person + 1}, it shows {people}")
    if start >= stop:
        raise LabelError("a segment needs at least one frame; set its end after its start")
    if start < 0 or stop > total:
        raise LabelError(
            f"{frames_text(start, stop)} leave the recording, whose last frame is {total - 1}"
        )
