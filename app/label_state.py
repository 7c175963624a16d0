"""What is picked while labelling: segments, marks, the action, the tier, the person, a proposal.

A frozen value and pure functions on it; what is labelled is in the study, not here.
"""

from dataclasses import dataclass, replace

from engine.labels import Action, Segment, Tier
from engine.study.contents import StudyContents
from engine.study.proposals import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelState:
    """What keys and strokes act upon."""

    recording_id: str | None = None
    """The row of the recording on show; None while the study does not have it."""
    person: int = 0
    tier_id: str = ""
    """The active one; empty while the study has none."""
    action_id: str | None = None
    """What is drawn; None asks at each segment."""
    selection: tuple[str, ...] = ()
    """Ids of segments in the order in which they were picked."""
    mark_in: int | None = None
    """First frame marked."""
    mark_out: int | None = None
    """The frame after the last one marked."""
    proposal: Proposal | None = None
    """The one that is looked at."""
    is_looping: bool = False
    """Whether what is picked is played over and over."""
    copied: tuple[str, ...] = ()
    """Ids of segments that are put down with the next paste."""

    @property
    def marks(self) -> tuple[int, int] | None:
        """Half-open span between both marks; None without them."""
        if self.mark_in is None or self.mark_out is None:
            return None
        return self.mark_in, self.mark_out


def with_mark_in(state: LabelState, frame: int) -> LabelState:
    """With a first frame, and nothing picked; an end that is not after it is forgotten."""
    out = state.mark_out if state.mark_out is not None and state.mark_out > frame else None
    return replace(picking(state, ()), mark_in=frame, mark_out=out)


def with_mark_out(state: LabelState, frame: int) -> LabelState:
    """With a last frame, and nothing picked; a beginning that is after it is forgotten."""
    start = state.mark_in if state.mark_in is not None and state.mark_in <= frame else None
    return replace(picking(state, ()), mark_in=start, mark_out=frame + 1)


def without_marks(state: LabelState) -> LabelState:
    """With no frames marked."""
    return replace(state, mark_in=None, mark_out=None)


def picking(state: LabelState, ids: tuple[str, ...]) -> LabelState:
    """With other segments picked, and no proposal."""
    return replace(state, selection=tuple(dict.fromkeys(ids)), proposal=None)


def toggling(state: LabelState, segment_id: str) -> LabelState:
    """With one segment more, or one less."""
    if segment_id in state.selection:
        return picking(state, tuple(each for each in state.selection if each != segment_id))
    return picking(state, (*state.selection, segment_id))


def judging(state: LabelState, proposal: Proposal | None) -> LabelState:
    """With a proposal looked at, and no segments picked."""
    return replace(state, proposal=proposal, selection=())


def placed_at(state: LabelState, person: int, tier_id: str) -> LabelState:
    """With another person or tier that keys draw at."""
    if (person, tier_id) == (state.person, state.tier_id):
        return state
    return replace(state, person=person, tier_id=tier_id)


def settled(state: LabelState, contents: StudyContents, recording_id: str | None) -> LabelState:
    """Without what is no longer there.

    Args:
        state: What was picked.
        contents: What the study has now.
        recording_id: The row of the recording on show.
    """
    if recording_id != state.recording_id:
        state = replace(state, recording_id=recording_id, selection=(), copied=())
        state = without_marks(judging(state, None))
    rows = contents.segments.get(recording_id, {}) if recording_id is not None else {}
    selection = tuple(each for each in state.selection if each in rows)
    tiers = contents.shown_tiers
    tier_id = state.tier_id
    if tier_id not in {each.id for each in tiers}:
        tier_id = tiers[0].id if tiers else ""
    action = contents.actions.get(state.action_id) if state.action_id is not None else None
    action_id = None if action is None or action.is_archived else action.id
    return replace(state, selection=selection, tier_id=tier_id, action_id=action_id)


def selected(state: LabelState, contents: StudyContents) -> tuple[Segment, ...]:
    """The segments picked, in the order in which they were."""
    rows = contents.segments.get(state.recording_id or "", {})
    return tuple(rows[each] for each in state.selection if each in rows)


def picked_span(state: LabelState, contents: StudyContents) -> tuple[int, int] | None:
    """From where to where what is picked reaches: segments, a proposal, or the marks."""
    segments = selected(state, contents)
    if segments:
        return min(each.start for each in segments), max(each.stop for each in segments)
    if state.proposal is not None:
        return state.proposal.start, state.proposal.stop
    return state.marks


def stepped_tier(state: LabelState, tiers: tuple[Tier, ...], step: int) -> LabelState:
    """With the tier below (1) or above (-1), as far as there are any."""
    ids = [each.id for each in tiers]
    if not ids:
        return state
    place = ids.index(state.tier_id) if state.tier_id in ids else 0
    return replace(state, tier_id=ids[min(max(place + step, 0), len(ids) - 1)])


def action_of_key(key: str, actions: tuple[Action, ...]) -> Action | None:
    """The action that a key gives."""
    return next((each for each in actions if key and each.key == key), None)
