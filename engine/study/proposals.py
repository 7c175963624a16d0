"""Segments that a model proposes, and what people make of them: accept, fix, reject.

How proposals are cut from the answers over sliding windows is in
:func:`engine.study.proposing.proposals_of`; here is what becomes of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.labels import Action, Origin, Rejection, Segment, new_id
from engine.study.actions import add_action, restore_action
from engine.study.contents import Change, Edit, StudyContents, added
from engine.study.placing import Place, check_offered, check_span, gaps, laid, name_of
from engine.study.proposing import Proposal, proposals_of

__all__ = (
    "Proposal",
    "accept",
    "accept_all",
    "next_uncertain",
    "open_proposals",
    "proposals_of",
    "reject",
)

SURE = 0.8
"""From this score on, a proposal is not called uncertain."""
SAME = 0.5
"""Proposals of one action whose intersection over union is at least this are the same one."""
LEFT = 0.5
"""Of a proposal at least this share must be unlabelled to be offered."""


def open_proposals(
    contents: StudyContents, place: Place, proposals: Iterable[Proposal]
) -> tuple[Proposal, ...]:
    """The proposals that wait for somebody: neither rejected nor covered by labels.

    One that labels reach into is offered with the longest part that they leave free, as long as
    that is at least half of it. One that was rejected does not come back from another model.
    """
    found = []
    rejected = [
        each
        for each in contents.rejections.get(place.recording_id, {}).values()
        if each.person == place.person
    ]
    free = gaps(contents, place, 0, _END)
    first = 0
    for proposal in sorted(proposals, key=lambda each: each.start):
        if any(_is_same(proposal, each) for each in rejected):
            continue
        while first < len(free) and free[first][1] <= proposal.start:
            first += 1
        start, stop = proposal.start, proposal.start
        for low, high in free[first:]:
            if low >= proposal.stop:
                break
            low, high = max(low, proposal.start), min(high, proposal.stop)  # noqa: PLW2901
            if high - low > stop - start:
                start, stop = low, high
        if stop - start >= LEFT * (proposal.stop - proposal.start) and stop > start:
            found.append(replace(proposal, start=start, stop=stop))
    return tuple(found)


def accept(
    contents: StudyContents,
    place: Place,
    proposal: Proposal,
    *,
    action_id: str | None = None,
    start: int | None = None,
    stop: int | None = None,
) -> Edit:
    """Make a segment of a proposal, as it is or put right.

    It bears the name of the study's annotator. An action that the study does not have yet is added,
    an archived one restored, in the same step. With another action than the model's, the segment is
    a person's word and has no score.

    Args:
        contents: What is there.
        place: Where it goes.
        proposal: What the model says.
        action_id: The right action; None for the one with the model's name.
        start: The right first frame; None for the model's.
        stop: The frame after the right last one; None for the model's.

    Raises:
        LabelError: A segment is in the way, or the span leaves the recording.
    """
    changes: tuple[Change, ...] = ()
    if action_id is None:
        action, changes = _action_for(contents, proposal.name)
        action_id = action.id
    else:
        check_offered(contents, action_id)
    span = replace(
        proposal,
        start=proposal.start if start is None else start,
        stop=proposal.stop if stop is None else stop,
    )
    check_span(contents, place, span.start, span.stop)
    segment = _segment(place, span, action_id, contents.facts.annotator)
    if not changes and name_of(contents, action_id).casefold() != proposal.name.casefold():
        segment = replace(segment, origin=Origin.HUMAN, model_id="", score=None)
        name = f"Accept {proposal.name} as {name_of(contents, action_id)}"
    else:
        name = f"Accept {proposal.name}"
    made = laid(contents, name, (), (segment,))
    return replace(made, changes=(*changes, *made.changes))


def accept_all(
    contents: StudyContents,
    place: Place,
    proposals: Iterable[Proposal],
    threshold: float,
    *,
    annotator: str = "",
) -> Edit:
    """Make segments of all open proposals from a score on, in one step.

    Actions that the study does not have yet are added. Nothing that is labelled is touched.
    """
    changes: list[Change] = []
    segments: list[Segment] = []
    actions: dict[str, str] = {}
    growing = contents
    for each in open_proposals(contents, place, proposals):
        if each.score < threshold or (segments and each.start < segments[-1].stop):
            continue
        if each.name not in actions:
            action, news = _action_for(growing, each.name)
            growing = growing.applied(Edit(name="", changes=news))
            changes.extend(news)
            actions[each.name] = action.id
        check_span(contents, place, each.start, each.stop)
        who = annotator or contents.facts.annotator
        segments.append(_segment(place, each, actions[each.name], who))
    what = "1 proposal" if len(segments) == 1 else f"{len(segments)} proposals"
    made = laid(contents, f"Accept {what}", (), segments)
    return replace(made, changes=(*changes, *made.changes))


def reject(contents: StudyContents, place: Place, proposal: Proposal) -> Edit:
    """Turn a proposal down: it is not offered again, by no model."""
    name = f"Reject {proposal.name}"
    for each in contents.rejections.get(place.recording_id, {}).values():
        if each.person == place.person and _is_same(proposal, each):
            return Edit(name=name, changes=())
    rejection = Rejection(
        id=new_id(),
        recording_id=place.recording_id,
        person=place.person,
        start=proposal.start,
        stop=proposal.stop,
        name=proposal.name,
        model_id=proposal.model_id,
    )
    return Edit(name=name, changes=(added(rejection),))


def next_uncertain(proposals: Sequence[Proposal], after_frame: int) -> Proposal | None:
    """The next proposal, in time, that the model is not sure of; where it is sure of all, the next.

    After the last one it goes on with the first; None where there are no proposals.
    """
    among = [each for each in proposals if each.score < SURE] or list(proposals)
    among.sort(key=lambda each: each.start)
    later = (each for each in among if each.start > after_frame)
    return next(later, among[0] if among else None)


_END = 1 << 62


def _is_same(proposal: Proposal, rejection: Rejection) -> bool:
    if proposal.name.casefold() != rejection.name.casefold():
        return False
    shared = min(proposal.stop, rejection.stop) - max(proposal.start, rejection.start)
    joined = max(proposal.stop, rejection.stop) - min(proposal.start, rejection.start)
    return shared >= SAME * joined


def _action_for(contents: StudyContents, name: str) -> tuple[Action, tuple[Change, ...]]:
    """The study's action with a model's name, and what has to be done for it to be offered."""
    action = contents.action_named(name)
    if action is None:
        edit = add_action(contents, name)
    elif action.is_archived:
        edit = restore_action(contents, action.id)
    else:
        return action, ()
    row = edit.changes[0].row
    if not isinstance(row, Action):
        raise TypeError(f"{edit.name} is no edit of an action")
    return row, edit.changes


def _segment(place: Place, proposal: Proposal, action_id: str, annotator: str) -> Segment:
    return Segment(
        id=new_id(),
        recording_id=place.recording_id,
        person=place.person,
        tier_id=place.tier_id,
        start=proposal.start,
        stop=proposal.stop,
        action_id=action_id,
        annotator=annotator,
        origin=Origin.MODEL,
        model_id=proposal.model_id,
        score=proposal.score,
    )
