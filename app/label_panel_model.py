"""What the panel of labels shows, as values: actions and their counts, tiers, what is picked."""

from dataclasses import dataclass, field
from heapq import nlargest

from app.label_clock import USUAL_CLOCK, LabelClock
from app.label_state import LabelState, selected
from app.label_words import origin_words, span_words
from app.timecode import grouped
from engine.labels import Action, Segment, Tier
from engine.study.contents import StudyContents
from engine.study.counts import Counts

MOST_ACTORS = 13
"""That are named on hovering; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLine:
    """One row of the list of actions."""

    action: Action
    count: str = ""
    """Of its segments; empty for none."""
    story: str = ""
    """Who does it how often, for hovering."""
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TierLine:
    """One row of the list of tiers."""

    tier: Tier
    count: str = ""
    is_active: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentForm:
    """The segments picked."""

    segments: tuple[Segment, ...] = ()
    where: str = ""
    """Person and tier, e.g. ``P1 · Labels``."""
    summary: str = ""
    """How many and how long, where there are several."""
    origin: str = ""
    other: str = ""
    """What they are where it is none of the actions offered: an archived one, or several."""
    clock: LabelClock = USUAL_CLOCK

    @property
    def single(self) -> Segment | None:
        """The one, where it is one."""
        return self.segments[0] if len(self.segments) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelState:
    """All of the panel."""

    actions: tuple[ActionLine, ...] = ()
    archived: tuple[ActionLine, ...] = ()
    tiers: tuple[TierLine, ...] = ()
    archived_tiers: tuple[Tier, ...] = ()
    form: SegmentForm = field(default_factory=SegmentForm)
    annotator: str = ""
    open_proposals: int = 0
    has_proposals: bool = False
    """Whether a model has proposed anything."""
    threshold: float = 0.0
    read_only: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelFacts:
    """What it is made from."""

    contents: StudyContents
    state: LabelState
    counts: Counts
    """May be a moment old."""
    clock: LabelClock = USUAL_CLOCK
    open_proposals: int = 0
    has_proposals: bool = False
    threshold: float = 0.0
    read_only: str = ""


def panel_state(facts: PanelFacts) -> PanelState:
    """What the panel shows."""
    contents, state = facts.contents, facts.state
    hidden = [each for each in contents.actions.values() if each.is_archived]
    archived = sorted(hidden, key=lambda each: each.name.casefold())
    stored = [each for each in contents.tiers.values() if each.is_archived]
    return PanelState(
        actions=tuple(_action_line(each, facts) for each in contents.offered_actions),
        archived=tuple(_action_line(each, facts) for each in archived),
        tiers=tuple(
            TierLine(tier=each, is_active=each.id == state.tier_id) for each in contents.shown_tiers
        ),
        archived_tiers=tuple(sorted(stored, key=lambda each: each.name.casefold())),
        form=_form(facts, selected(state, contents)),
        annotator=contents.facts.annotator,
        open_proposals=facts.open_proposals,
        has_proposals=facts.has_proposals,
        threshold=facts.threshold,
        read_only=facts.read_only,
    )


def _action_line(action: Action, facts: PanelFacts) -> ActionLine:
    count = facts.counts.action(action.id)
    return ActionLine(
        action=action,
        count=grouped(count.segments) if count.segments else "",
        story=_story(action, facts) if count.segments else "no segments yet",
        is_current=action.id == facts.state.action_id,
    )


def _story(action: Action, facts: PanelFacts) -> str:
    """Segments, seconds, and who: a line for each actor."""
    by_actor = facts.counts.actors(action.id)
    total = facts.counts.action(action.id)
    lines = [f"{_segments(total.segments)} · {grouped(total.frames)} frames"]
    most = nlargest(MOST_ACTORS, by_actor.items(), key=lambda each: each[1].segments)
    for actor, count in most:
        lines.append(f"{_actor_name(facts.contents, actor)}: {grouped(count.segments)}")
    if len(by_actor) > len(most):
        lines.append(f"and {len(by_actor) - len(most)} more people")
    return "\n".join(lines)


def _actor_name(contents: StudyContents, actor: str) -> str:
    """Who it is; a person of a recording where nobody has named them."""
    recording_id, _, person = actor.rpartition("/")
    recording = contents.recordings.get(recording_id)
    if recording is None or not person.isdecimal():
        return actor
    return f"{recording.title} P{int(person) + 1}"


def _segments(count: int) -> str:
    return "1 segment" if count == 1 else f"{grouped(count)} segments"


def _other(contents: StudyContents, segments: tuple[Segment, ...]) -> str:
    said = {each.action_id for each in segments}
    if len(said) > 1:
        return "several"
    action = contents.actions.get(next(iter(said)) or "")
    return f"{action.name} (archived)" if action is not None and action.is_archived else ""


def _form(facts: PanelFacts, segments: tuple[Segment, ...]) -> SegmentForm:
    if not segments:
        return SegmentForm(clock=facts.clock)
    tiers = facts.contents.tiers
    places = dict.fromkeys((each.person, each.tier_id) for each in segments)
    where = ", ".join(
        f"P{person + 1} · {tiers[tier_id].name}" for person, tier_id in places if tier_id in tiers
    )
    frames = sum(each.num_frames for each in segments)
    single = segments[0] if len(segments) == 1 else None
    origin = origin_words(single) if single is not None else ""
    annotator = single.annotator if single is not None else ""
    seconds = sum(facts.clock.length(each.start, each.stop) for each in segments)
    summary = f"{_segments(len(segments))} · {grouped(frames)} frames · {seconds:.2f} s"
    if single is not None:
        summary = span_words(single.start, single.stop, facts.clock)
    return SegmentForm(
        segments=segments,
        where=where,
        summary=summary,
        origin=" · ".join(part for part in (annotator, origin) if part),
        other=_other(facts.contents, segments),
        clock=facts.clock,
    )
