"""Edits of segments: drawing, moving, trimming, splitting, merging, relabelling, copying.

What they share, :mod:`engine.study.placing` keeps: segments of one person on one tier never
overlap, and reviewed spans give way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.labels import LabelError, Origin, Segment, new_id
from engine.study.contents import Edit, StudyContents
from engine.study.placing import (
    Place,
    check_offered,
    check_span,
    chosen,
    described,
    gaps,
    laid,
    name_of,
    num_frames_of,
    place_of,
    segments_at,
)

__all__ = (
    "Place",
    "copy",
    "draw",
    "merge",
    "move",
    "place_of",
    "relabel",
    "remove",
    "review_rest",
    "set_doubt",
    "set_note",
    "split",
    "trim",
)


def draw(
    contents: StudyContents,
    place: Place,
    start: int,
    stop: int,
    action_id: str | None,
    *,
    annotator: str = "",
) -> Edit:
    """Add a segment.

    Reviewed spans beneath it give way: they are cut short, split, or taken away. Where exactly
    that segment is already, or the span is reviewed already, nothing changes.

    Args:
        contents: What is there.
        place: Whose, in which recording, on which tier.
        start: Its first frame.
        stop: The frame after its last one.
        action_id: None for: reviewed, nothing happens.
        annotator: Whose it is; empty for the study's annotator.

    Raises:
        LabelError: Another segment is in the way, or the span leaves the recording.
    """
    name = f"Draw {name_of(contents, action_id)}" if action_id is not None else "Mark as reviewed"
    check_offered(contents, action_id)
    check_span(contents, place, start, stop)
    for each in segments_at(contents, place):
        is_same = (each.start, each.stop) == (start, stop) or action_id is None
        if each.action_id == action_id and is_same and each.start <= start and stop <= each.stop:
            return Edit(name=name, changes=())
    segment = Segment(
        id=new_id(),
        recording_id=place.recording_id,
        person=place.person,
        tier_id=place.tier_id,
        start=start,
        stop=stop,
        action_id=action_id,
        annotator=annotator or contents.facts.annotator,
    )
    return laid(contents, name, (), (segment,))


def move(
    contents: StudyContents,
    ids: Iterable[str],
    frames: int,
    *,
    num_frames: int | None = None,
    person: int | None = None,
    tier_id: str | None = None,
) -> Edit:
    """Shift segments together, maybe to another lane; they are never in each other's way.

    The first that reaches the recording's first or last frame stops them all. Reviewed spans that
    are not moved with them give way.

    Args:
        contents: What is there.
        ids: Of the segments.
        frames: How far, negative for earlier.
        num_frames: How long the recording is; None for what the study knows.
        person: Whose they become; None for those that they are of.
        tier_id: On which tier; None for their own.

    Raises:
        LabelError: A segment that is not moved is in the way, or the lane is not there.
    """
    olds = chosen(contents, ids)
    room = min(
        (num_frames if num_frames is not None else num_frames_of(contents, each.recording_id))
        - each.stop
        for each in olds
    )
    frames = max(min(frames, room), -min(each.start for each in olds))
    news = []
    for each in olds:
        to = _lane(each, person, tier_id)
        start, stop = each.start + frames, each.stop + frames
        if to != place_of(each):
            check_span(contents, to, start, stop)
        news.append(replace(each, person=to.person, tier_id=to.tier_id, start=start, stop=stop))
    return laid(contents, f"Move {_counted(contents, olds)}", olds, news)


def trim(
    contents: StudyContents, segment_id: str, *, start: int | None = None, stop: int | None = None
) -> Edit:
    """Give a segment other ends; reviewed spans give way to it.

    Args:
        contents: What is there.
        segment_id: Which one.
        start: Its new first frame; None to leave it.
        stop: The frame after its new last one; None to leave it.

    Raises:
        LabelError: Nothing of it would remain, it would leave the recording, or another segment is
            in the way.
    """
    (old,) = chosen(contents, (segment_id,))
    first = old.start if start is None else start
    last = old.stop if stop is None else stop
    if first >= last:
        raise LabelError(f"{described(contents, old)} would have no frames left; remove it instead")
    check_span(contents, place_of(old), first, last)
    new = replace(old, start=first, stop=last)
    return laid(contents, f"Trim {name_of(contents, old.action_id)}", (old,), (new,))


def split(contents: StudyContents, segment_id: str, frame: int) -> Edit:
    """Cut a segment in two before a frame; both halves keep action, note and doubt.

    Raises:
        LabelError: The frame is not inside it.
    """
    (old,) = chosen(contents, (segment_id,))
    if not old.start < frame < old.stop:
        raise LabelError(
            f"{described(contents, old)} cannot be split at frame {frame}; "
            "go to a frame inside it, after its first one"
        )
    halves = (replace(old, stop=frame), replace(old, id=new_id(), start=frame))
    return laid(contents, f"Split {name_of(contents, old.action_id)}", (old,), halves)


def merge(contents: StudyContents, ids: Iterable[str]) -> Edit:
    """Make one segment of neighbours with the same action; what lies between becomes part of it.

    Notes are joined, and one doubt makes the whole doubtful. Where they do not come from the same
    model, the result is a person's.

    Raises:
        LabelError: There are not two, they differ in action, person or tier, or another segment
            lies between.
    """
    olds = sorted(chosen(contents, ids), key=lambda each: each.start)
    if len(olds) < 2:  # noqa: PLR2004
        raise LabelError("choose at least two neighbouring segments to merge")
    first, last = olds[0], olds[-1]
    for each in olds[1:]:
        if place_of(each) != place_of(first):
            raise LabelError("only segments of one person on one tier can be merged")
        if each.action_id != first.action_id:
            raise LabelError(
                f"{described(contents, first)} and {described(contents, each)} are different "
                "actions; relabel one of them first"
            )
    inside = {each.id for each in olds}
    for each in segments_at(contents, place_of(first)):
        if each.id not in inside and each.overlaps(first.stop, last.start):
            raise LabelError(
                f"{described(contents, each)} lies between them; remove it first, or merge those "
                "on one side of it"
            )
    whole = replace(
        _of_one_voice(olds),
        stop=last.stop,
        is_doubtful=any(each.is_doubtful for each in olds),
        note="; ".join(dict.fromkeys(each.note for each in olds if each.note)),
    )
    return laid(contents, f"Merge {_counted(contents, olds)}", olds, (whole,))


def relabel(contents: StudyContents, ids: Iterable[str], action_id: str | None) -> Edit:
    """Give segments another action; None for: reviewed, nothing happens.

    What a model or a file had said becomes a person's word where the action changes.
    """
    check_offered(contents, action_id)
    olds = chosen(contents, ids)
    news = [
        each
        if each.action_id == action_id
        else replace(each, action_id=action_id, origin=Origin.HUMAN, model_id="", score=None)
        for each in olds
    ]
    to = "reviewed" if action_id is None else name_of(contents, action_id)
    return laid(contents, f"Relabel {_counted(contents, olds)} as {to}", olds, news)


def remove(contents: StudyContents, ids: Iterable[str]) -> Edit:
    """Take segments away: their frames are unlabelled then."""
    olds = chosen(contents, ids)
    return laid(contents, f"Remove {_counted(contents, olds)}", olds, ())


def copy(
    contents: StudyContents,
    ids: Iterable[str],
    *,
    to_frame: int,
    person: int | None = None,
    tier_id: str | None = None,
) -> Edit:
    """Put copies of segments elsewhere in their recording, as far apart as they are.

    Args:
        contents: What is there.
        ids: Of the segments.
        to_frame: Where the first of the copies starts.
        person: Whose they become; None for those that they are copied from.
        tier_id: On which tier; None for their own.

    Raises:
        LabelError: A segment is in the way, or the copies would leave the recording.
    """
    olds = chosen(contents, ids)
    shift = to_frame - min(each.start for each in olds)
    news = []
    for each in olds:
        to = _lane(each, person, tier_id)
        check_span(contents, to, each.start + shift, each.stop + shift)
        if _is_at(contents, each, to, shift):
            continue
        news.append(
            replace(
                each,
                id=new_id(),
                person=to.person,
                tier_id=to.tier_id,
                start=each.start + shift,
                stop=each.stop + shift,
                annotator=contents.facts.annotator or each.annotator,
                origin=Origin.HUMAN,
                model_id="",
                score=None,
            )
        )
    return laid(contents, f"Copy {_counted(contents, olds)}", (), news)


def set_doubt(contents: StudyContents, ids: Iterable[str], is_doubtful: bool) -> Edit:
    """Say whether segments are doubtful."""
    olds = chosen(contents, ids)
    news = [replace(each, is_doubtful=is_doubtful) for each in olds]
    what = _counted(contents, olds)
    name = f"Mark {what} as doubtful" if is_doubtful else f"Clear the doubt about {what}"
    return laid(contents, name, olds, news)


def set_note(contents: StudyContents, segment_id: str, note: str) -> Edit:
    """Write a note on a segment; empty for none."""
    (old,) = chosen(contents, (segment_id,))
    name = f"Note on {name_of(contents, old.action_id)}"
    return laid(contents, name, (old,), (replace(old, note=note.strip()),))


def review_rest(
    contents: StudyContents,
    place: Place,
    num_frames: int,
    *,
    within: tuple[int, int] | None = None,
) -> Edit:
    """Say of everything unlabelled that it is reviewed and nothing happens there.

    Args:
        contents: What is there.
        place: Whose frames, on which tier.
        num_frames: How long the recording is.
        within: Half-open span to stay in; None for the whole recording.
    """
    start, stop = within if within is not None else (0, num_frames)
    start, stop = max(start, 0), min(stop, num_frames)
    if start < stop:
        check_span(contents, place, start, stop)
    news = [
        Segment(
            id=new_id(),
            recording_id=place.recording_id,
            person=place.person,
            tier_id=place.tier_id,
            start=first,
            stop=last,
            action_id=None,
            annotator=contents.facts.annotator,
        )
        for first, last in gaps(contents, place, start, stop)
    ]
    return laid(contents, "Mark the rest as reviewed", (), news)


def _lane(segment: Segment, person: int | None, tier_id: str | None) -> Place:
    """A segment's place with another person or tier, where one is given."""
    return Place(
        recording_id=segment.recording_id,
        person=segment.person if person is None else person,
        tier_id=segment.tier_id if tier_id is None else tier_id,
    )


def _is_at(contents: StudyContents, segment: Segment, place: Place, shift: int) -> bool:
    """Whether the copy of a segment would lie upon its like."""
    wanted = (segment.start + shift, segment.stop + shift, segment.action_id)
    return any(
        (each.start, each.stop, each.action_id) == wanted for each in segments_at(contents, place)
    )


def _counted(contents: StudyContents, segments: Sequence[Segment]) -> str:
    """Segments for the name of an edit: the action of a single one, the number of several."""
    if len(segments) > 1:
        return f"{len(segments)} segments"
    return name_of(contents, segments[0].action_id)


def _of_one_voice(segments: Sequence[Segment]) -> Segment:
    """The first one, with the origin, model and score that hold for all of them."""
    first = segments[0]
    voices = {(each.origin, each.model_id) for each in segments}
    if len(voices) > 1:
        return replace(first, origin=Origin.HUMAN, model_id="", score=None)
    scores = [each.score for each in segments if each.score is not None]
    if len(scores) < len(segments):
        return replace(first, score=None)
    frames = [each.num_frames for each in segments]
    mean = sum(s * n for s, n in zip(scores, frames, strict=True)) / sum(frames)
    return replace(first, score=mean)
