"""Edits of the list of actions: names, colours, keys, order, merging, archiving.

Nothing here erases a segment. Names are unique whatever their case, archived actions included; keys
are unique among the actions that are offered.
"""

from collections import Counter
from dataclasses import replace

from engine.labels import NOTHING, Action, LabelError, new_id
from engine.study.contents import Change, Edit, StudyContents, added, changed

CANDIDATE_KEYS = tuple("1234567890BCDEFGHPTUVWYZ")
"""Keys that an action can have, in the order in which they are given out. The letters that are
missing are what the labelling itself is done with."""
COLOURS: tuple[str, ...] = (
    "#5c8ffa",
    "#f2a93b",
    "#4fc796",
    "#e8627c",
    "#9b7be8",
    "#46b8d6",
    "#d97ac4",
    "#a8bf4a",
    "#ef7f4d",
    "#6fa0a8",
    "#c79a6b",
    "#8d96b8",
)
"""Readable with dark text on them, neighbours told apart without red against green; the
window gives them to the actions of models, too."""
SHADES = ((0, 0.0), (255, 0.4), (0, 0.25))
"""Where the colours are used up: each again, mixed with a grey by so much."""


def add_action(
    contents: StudyContents, name: str, *, colour: str | None = None, key: str | None = None
) -> Edit:
    """Add an action at the end of the list; the edit's only change has the new row.

    Args:
        contents: What is there.
        name: Spare spaces are left out.
        colour: ``#rrggbb``; None for the one that is used least.
        key: Empty for none; None for a free one.

    Raises:
        LabelError: The name or the key is taken or cannot be.
    """
    action = Action(
        id=new_id(),
        name=_free_name(contents, name),
        colour=next_colour(contents) if colour is None else colour.strip().lower(),
        key=free_key(contents) if key is None else _untaken_key(contents, key),
        position=max((each.position for each in contents.actions.values()), default=-1) + 1,
    )
    return Edit(name=f"Add action {action.name}", changes=(added(action),))


def rename_action(contents: StudyContents, action_id: str, name: str) -> Edit:
    """Call an action otherwise; its segments go along.

    Raises:
        LabelError: The name is taken or cannot be.
    """
    action = _action(contents, action_id)
    new = replace(action, name=_free_name(contents, name, but=action))
    return _with(action, new, f"Rename {action.name} to {new.name}")


def recolour_action(contents: StudyContents, action_id: str, colour: str) -> Edit:
    """Give an action another colour, ``#rrggbb``.

    Raises:
        LabelError: It is no colour.
    """
    action = _action(contents, action_id)
    new = replace(action, colour=colour.strip().lower())
    return _with(action, new, f"Recolour {action.name}")


def set_action_key(contents: StudyContents, action_id: str, key: str) -> Edit:
    """Give an action another key; empty for none.

    Raises:
        LabelError: Another action has it, or it cannot be one; the message says which has it.
    """
    action = _action(contents, action_id)
    new = replace(action, key=_untaken_key(contents, key, but=action))
    return _with(action, new, f"Key {new.key or 'none'} for {action.name}")


def move_action(contents: StudyContents, action_id: str, position: int) -> Edit:
    """Put an action elsewhere in the list of those that are offered.

    Args:
        contents: What is there.
        action_id: Which one.
        position: Its new place, 0 for the first.

    Raises:
        LabelError: It is archived.
    """
    action = _action(contents, action_id)
    if action.is_archived:
        raise LabelError(f"the action {action.name} is archived; restore it first")
    others = [each for each in contents.offered_actions if each.id != action_id]
    others.insert(max(position, 0), action)
    news = ((each, replace(each, position=place)) for place, each in enumerate(others))
    changes = tuple(changed(old, new) for old, new in news if old != new)
    return Edit(name=f"Move action {action.name}", changes=changes)


def merge_actions(contents: StudyContents, from_id: str, into_id: str) -> Edit:
    """Make two actions one: all segments of the first get the second, and the first is archived.

    Who said it, with what probability and which note, stays with each segment.

    Raises:
        LabelError: They are the same, or the second is archived.
    """
    old, into = _action(contents, from_id), _action(contents, into_id)
    if old.id == into.id:
        raise LabelError(f"{old.name} cannot be merged with itself; choose another action")
    if into.is_archived:
        raise LabelError(f"the action {into.name} is archived; restore it first")
    changes: list[Change] = [
        changed(each, replace(each, action_id=into.id))
        for rows in contents.segments.values()
        for each in rows.values()
        if each.action_id == old.id
    ]
    if not old.is_archived:
        changes.append(changed(old, replace(old, is_archived=True)))
    return Edit(name=f"Merge {old.name} into {into.name}", changes=tuple(changes))


def archive_action(contents: StudyContents, action_id: str) -> Edit:
    """No longer offer an action; its segments stay as they are."""
    action = _action(contents, action_id)
    return _with(action, replace(action, is_archived=True), f"Archive {action.name}")


def restore_action(contents: StudyContents, action_id: str) -> Edit:
    """Offer an archived action again, with its key, or a free one where that is taken by now."""
    action = _action(contents, action_id)
    key = action.key
    if action.is_archived and _has_key(contents, key) is not None:
        key = free_key(contents)
    return _with(action, replace(action, is_archived=False, key=key), f"Restore {action.name}")


# what is free


def free_key(contents: StudyContents) -> str:
    """The first key that no offered action has; empty where all are taken."""
    taken = {each.key for each in contents.offered_actions}
    return next((key for key in CANDIDATE_KEYS if key not in taken), "")


def next_colour(contents: StudyContents) -> str:
    """The colour that the fewest offered actions have, the first of the table among equals."""
    used = Counter(each.colour for each in contents.offered_actions)
    return min(PALETTE, key=lambda colour: used[colour])


def _mixed(colour: str, grey: int, share: float) -> str:
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(part + (grey - part) * share):02x}" for part in parts)


PALETTE = tuple(_mixed(colour, grey, share) for grey, share in SHADES for colour in COLOURS)
"""The colours, then their shades."""


def _action(contents: StudyContents, action_id: str) -> Action:
    action = contents.actions.get(action_id)
    if action is None:
        raise LabelError("the action is no longer there; choose another")
    return action


def _free_name(contents: StudyContents, name: str, but: Action | None = None) -> str:
    wanted = " ".join(name.split())
    if not wanted:
        raise LabelError("an action needs a name")
    if wanted.casefold() == NOTHING:
        raise LabelError(f"{NOTHING!r} is what reviewed spans say; mark spans as reviewed instead")
    for each in contents.actions.values():
        if each.name.casefold() != wanted.casefold() or (but is not None and each.id == but.id):
            continue
        if each.is_archived:
            raise LabelError(f"there is an archived action {each.name}; restore it instead")
        hint = "choose another name" if but is None else f"merge {but.name} into it instead"
        raise LabelError(f"there is an action {each.name} already; {hint}")
    return wanted


def _untaken_key(contents: StudyContents, key: str, but: Action | None = None) -> str:
    wanted = key.strip().upper()
    if not wanted:
        return ""
    if wanted not in CANDIDATE_KEYS:
        keys = " ".join(CANDIDATE_KEYS)
        raise LabelError(f"{wanted} cannot be the key of an action; take one of {keys}")
    other = _has_key(contents, wanted)
    if other is not None and (but is None or other.id != but.id):
        raise LabelError(f"the key {wanted} is that of {other.name}; take it away there first")
    return wanted


def _has_key(contents: StudyContents, key: str) -> Action | None:
    if not key:
        return None
    return next((each for each in contents.offered_actions if each.key == key), None)


def _with(before: Action, after: Action, name: str) -> Edit:
    return Edit(name=name, changes=() if before == after else (changed(before, after),))
