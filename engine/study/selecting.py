"""Which segments of a study are learnt from, and which are left out and why. Light and pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from engine.errors import LayoutError
from engine.formats.reading import plural
from engine.labels import NOTHING, Segment, StudyRecording
from engine.layouts import layout_by_id
from engine.layouts.maps import map_between
from engine.study.contents import StudyContents

SHOWN = 3
"""Names in a sentence before it says how many more there are."""
SAME = 0.5
"""Segments of two tiers that overlap so much (intersection over union) are about the same."""
FALLBACK_FPS = Fraction(30)


class LeftOutReason(Enum):
    """Why a segment is not learnt from; the value ends a sentence."""

    ARCHIVED_ACTION = "whose action is archived"
    ARCHIVED_TIER = "in archived tiers"
    DOUBTFUL = "marked doubtful"
    MISSING_FILE = "of recordings whose files are not where they were"
    LAYOUT = "of recordings whose joints cannot be turned into the model's"
    NO_PERSON = "of people who are not in the recording"
    REPEATED = "said by another tier, too"
    CONTRADICTED = "which another tier calls something else"
    HELD_OUT = "of people who are held out"
    FEW = "of actions with a single clip: two are needed, five are better"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Segments that are not learnt from, for one reason."""

    reason: LeftOutReason
    segment_ids: tuple[str, ...]
    names: tuple[str, ...]
    """Of the actions, or of the recordings where the reason lies with them."""

    @property
    def text(self) -> str:
        """For people, e.g. ``3 segments marked doubtful (wave, clap)``."""
        return (
            f"{plural(len(self.segment_ids), 'segment')} {self.reason.value} ({some(self.names)})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What of a study is wanted."""

    tier_ids: tuple[str, ...] = ()
    """Tiers learnt from; empty for all that are shown."""
    with_doubtful: bool = False
    with_background: bool = True
    """Whether reviewed spans without an action teach what nothing is."""
    hold_out: tuple[str, ...] = ()
    """Actors who are never learnt from: they judge."""
    layout_id: str = ""
    """That recordings have to be turned into; empty for that of most of them."""
    missing: frozenset[str] = frozenset()
    """Ids of recordings whose files are not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A segment that can be learnt from, with what it takes to read it."""

    segment: Segment
    recording: StudyRecording
    label: str
    """The action's name; ``engine.labels.NOTHING`` where nothing happens."""

    @property
    def actor(self) -> str:
        """Who acts."""
        return self.recording.actor(self.segment.person)

    @property
    def has_name(self) -> bool:
        """Whether somebody has said who acts."""
        actors, person = self.recording.actors, self.segment.person
        return person < len(actors) and bool(actors[person])

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return float(self.segment.num_frames / fps_of(self.recording))


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a study gives."""

    layout_id: str
    """Empty where there is no recording."""
    segments: tuple[Labelled, ...]
    """Actions, and with a background the spans where nothing happens."""
    left_out: tuple[LeftOut, ...]

    @property
    def actions(self) -> tuple[Labelled, ...]:
        """Segments with an action."""
        return tuple(each for each in self.segments if each.segment.action_id is not None)

    @property
    def background(self) -> tuple[Labelled, ...]:
        """Spans where nothing happens."""
        return tuple(each for each in self.segments if each.segment.action_id is None)


def fps_of(recording: StudyRecording) -> Fraction:
    """Its frame rate; 30 where none is known."""
    try:
        fps = Fraction(recording.fps)
    except (ValueError, ZeroDivisionError):
        return FALLBACK_FPS
    return fps if fps > 0 else FALLBACK_FPS


def some(names: tuple[str, ...]) -> str:
    """Names in a sentence: the first ones, and how many more there are."""
    listed = tuple(dict.fromkeys(names))
    rest = len(listed) - SHOWN
    return ", ".join(listed[:SHOWN]) + (f" and {rest:,} more" if rest > 0 else "")


def select(contents: StudyContents, choice: Choice) -> Selection:
    """Decide which segments of recordings in use are learnt from.

    Args:
        contents: Of the study.
        choice: What of it is wanted.
    """
    layout_id = choice.layout_id or usual_layout(contents)
    fits = fitting_layouts(contents, layout_id)
    kept: list[Labelled] = []
    sorter = _Sorter(contents=contents, choice=choice, fits=fits)
    out: dict[LeftOutReason, list[tuple[str, str]]] = {}
    for recording in contents.shown_recordings:
        rows: list[Labelled] = []
        for segment in contents.segments_of(recording.id):
            if choice.tier_ids and segment.tier_id not in choice.tier_ids:
                continue
            each = _labelled(contents, recording, segment)
            if each.segment.action_id is None and not choice.with_background:
                continue
            reason = sorter.reason(each)
            if reason is None:
                rows.append(each)
            else:
                out.setdefault(reason, []).append((segment.id, _name(reason, each)))
        kept += without_repeats(rows, out)
    left_out = tuple(
        LeftOut(
            reason=reason,
            segment_ids=tuple(key for key, _ in out[reason]),
            names=tuple(dict.fromkeys(name for _, name in out[reason])),
        )
        for reason in LeftOutReason
        if reason in out
    )
    return Selection(layout_id=layout_id, segments=tuple(kept), left_out=left_out)


def _labelled(contents: StudyContents, recording: StudyRecording, segment: Segment) -> Labelled:
    action = None if segment.action_id is None else contents.actions.get(segment.action_id)
    return Labelled(
        segment=segment, recording=recording, label=NOTHING if action is None else action.name
    )


def _name(reason: LeftOutReason, each: Labelled) -> str:
    of_recording = (LeftOutReason.MISSING_FILE, LeftOutReason.LAYOUT, LeftOutReason.NO_PERSON)
    if reason is LeftOutReason.HELD_OUT:
        return each.actor
    return each.recording.title if reason in of_recording else each.label


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorter:
    contents: StudyContents
    choice: Choice
    fits: Mapping[str, bool]

    def reason(self, each: Labelled) -> LeftOutReason | None:
        """Why a segment is left out, looked at alone; None where it is not."""
        segment, recording = each.segment, each.recording
        tier = self.contents.tiers.get(segment.tier_id)
        action = self.contents.actions.get(segment.action_id or "")
        reasons = {
            LeftOutReason.ARCHIVED_TIER: tier is not None and tier.is_archived,
            LeftOutReason.ARCHIVED_ACTION: action is not None and action.is_archived,
            LeftOutReason.DOUBTFUL: segment.is_doubtful and not self.choice.with_doubtful,
            LeftOutReason.MISSING_FILE: recording.id in self.choice.missing,
            LeftOutReason.LAYOUT: not self.fits.get(recording.layout_id, False),
            LeftOutReason.NO_PERSON: segment.person >= recording.num_people,
            LeftOutReason.HELD_OUT: each.actor in self.choice.hold_out,
        }
        return next((reason for reason, holds in reasons.items() if holds), None)


def without_repeats(
    rows: list[Labelled], out: dict[LeftOutReason, list[tuple[str, str]]]
) -> list[Labelled]:
    """Segments of a recording without those that several tiers give for the same frames.

    The same action counts once; of different ones nobody knows which is right, and neither is
    learnt from. Reviewed spans without an action may overlap: they are cut up later.

    Args:
        rows: By start.
        out: Gets those that are left out.
    """
    actions = [each for each in rows if each.segment.action_id is not None]
    if len({each.segment.tier_id for each in actions}) <= 1:
        return rows
    lost: dict[str, LeftOutReason] = {}
    for number, first in enumerate(actions):
        for second in actions[number + 1 :]:
            if second.segment.start >= first.segment.stop:
                break
            if not _is_same_place(first.segment, second.segment):
                continue
            if first.label != second.label:
                lost[first.segment.id] = lost[second.segment.id] = LeftOutReason.CONTRADICTED
            elif first.segment.id not in lost:
                lost.setdefault(second.segment.id, LeftOutReason.REPEATED)
    for each in actions:
        if each.segment.id in lost:
            out.setdefault(lost[each.segment.id], []).append((each.segment.id, each.label))
    return [each for each in rows if each.segment.id not in lost]


def _is_same_place(first: Segment, second: Segment) -> bool:
    if first.person != second.person:
        return False
    common = min(first.stop, second.stop) - max(first.start, second.start)
    united = max(first.stop, second.stop) - min(first.start, second.start)
    return common >= SAME * united


def usual_layout(contents: StudyContents) -> str:
    """The layout of most recordings in use; empty where there is none."""
    layouts = [each.layout_id for each in contents.shown_recordings]
    return max(sorted(set(layouts)), key=layouts.count) if layouts else ""


def fitting_layouts(contents: StudyContents, layout_id: str) -> dict[str, bool]:
    """Of each layout in use, whether its joints can be turned into those of a layout."""
    return {
        each: can_be_mapped(each, layout_id)
        for each in {row.layout_id for row in contents.recordings.values()}
    }


def can_be_mapped(source_id: str, target_id: str) -> bool:
    """Whether joints of a layout can be turned into those of another."""
    if source_id == target_id:
        return True
    try:
        map_between(layout_by_id(source_id), layout_by_id(target_id))
    except LayoutError:
        return False
    return True
