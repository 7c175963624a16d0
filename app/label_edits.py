"""What wishes come to: edits of the study, made of what is there when their turn has come.

Pure: contents and a wish in, an edit out; a LabelError says why it cannot be.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile

from app.label_model import AcceptWish, CopyWish, DrawWish, LabelWish, MoveWish, TrimWish
from engine.labels import LabelError, Segment, StudyRecording
from engine.study import actions, proposals, segments
from engine.study.contents import Edit, StudyContents
from engine.study.placing import Place
from engine.study.tiers import first_tier

NO_ACTION = "no action is picked; press the key of one, or add one in the Labels panel"


def place_in(contents: StudyContents, row: StudyRecording, person: int, tier_id: str) -> Place:
    """A place of a recording; on the first tier where none is named.

    Raises:
        LabelError: The study has no tier.
    """
    if not tier_id:
        tier = first_tier(contents)
        if tier is None:
            raise LabelError("the study has no tier; add one in the Labels panel")
        tier_id = tier.id
    return Place(recording_id=row.id, person=min(person, row.num_people - 1), tier_id=tier_id)


def edit_of(
    contents: StudyContents,
    row: StudyRecording,
    wish: LabelWish,
    *,
    action_id: str | None,
    tier_id: str,
) -> Edit:
    """What a stroke comes to.

    Args:
        contents: What is there.
        row: The recording on show.
        wish: What the stroke asks for.
        action_id: What is drawn.
        tier_id: Where proposals go.

    Raises:
        LabelError: It cannot be; says why.
    """
    if isinstance(wish, DrawWish):
        place = place_in(contents, row, wish.person, wish.tier_id)
        return segments.draw(contents, place, wish.start, wish.stop, action_id)
    if isinstance(wish, MoveWish):
        return segments.move(
            contents, wish.ids, wish.frames, person=wish.person, tier_id=wish.tier_id
        )
    if isinstance(wish, CopyWish):
        return segments.copy(
            contents, wish.ids, to_frame=wish.to_frame, person=wish.person, tier_id=wish.tier_id
        )
    if isinstance(wish, TrimWish):
        return segments.trim(contents, wish.segment_id, start=wish.start, stop=wish.stop)
    return _adopted(contents, row, wish, tier_id)


def _adopted(contents: StudyContents, row: StudyRecording, wish: AcceptWish, tier_id: str) -> Edit:
    place = place_in(contents, row, wish.person, tier_id)
    return proposals.accept(contents, place, wish.proposal, start=wish.start, stop=wish.stop)


def with_new_action(
    contents: StudyContents, name: str, make: Callable[[StudyContents, str], Edit]
) -> Edit:
    """One step that adds an action, if there is none of that name, and uses it.

    Args:
        contents: What is there.
        name: Of the action.
        make: From contents that have it, and its id, to the edit.
    """
    known = contents.action_named(name)
    if known is not None and not known.is_archived:
        return make(contents, known.id)
    if known is not None:
        before = actions.restore_action(contents, known.id)
    else:
        before = actions.add_action(contents, name)
    growing = contents.applied(before)
    edit = make(growing, before.changes[0].row.id)
    return replace(edit, changes=(*before.changes, *edit.changes))


def made_by(edit: Edit) -> tuple[str, ...]:
    """Ids of the segments that an edit makes: what one wants picked after it.

    They come first in an edit; after them comes what gives way to them: reviewed spans are cut.
    """
    about = (each for each in edit.changes if isinstance(each.row, Segment))
    return tuple(each.row.id for each in takewhile(lambda each: each.before is None, about))


def picked_after(wish: LabelWish, edit: Edit) -> tuple[str, ...]:
    """Ids of what one wants picked after a stroke: what was in hand, or what came of it."""
    if isinstance(wish, MoveWish):
        return wish.ids
    return (wish.segment_id,) if isinstance(wish, TrimWish) else made_by(edit)


def joined(
    name: str, contents: StudyContents, parts: tuple[Callable[[StudyContents], Edit], ...]
) -> Edit:
    """Several edits as one step, each made of what the ones before it leave.

    Args:
        name: Of the step.
        contents: What is there.
        parts: Make the edits.
    """
    changes = []
    for part in parts:
        edit = part(contents)
        contents = contents.applied(edit)
        changes += list(edit.changes)
    return Edit(name=name, changes=tuple(changes))
