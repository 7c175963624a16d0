"""Edits of tiers: the rows of segments under each person."""

from dataclasses import replace

from engine.labels import LabelError, Tier, new_id
from engine.study.contents import Edit, StudyContents, added, changed

FIRST_TIER = "Labels"
"""What the tier of a new study is called."""


def first_tier(contents: StudyContents) -> Tier | None:
    """The topmost tier that is shown; None where there is none yet."""
    shown = contents.shown_tiers
    return shown[0] if shown else None


def tier_named(contents: StudyContents, name: str) -> Tier | None:
    """The tier with a name, whatever its case."""
    wanted = " ".join(name.split()).casefold()
    for each in contents.tiers.values():
        if each.name.casefold() == wanted:
            return each
    return None


def add_tier(contents: StudyContents, name: str, *, annotator: str = "") -> Edit:
    """Add a tier beneath the others; the edit's only change has the new row.

    Args:
        contents: What is there.
        name: For the row's head.
        annotator: Whose it is; empty for everybody's.

    Raises:
        LabelError: It has no name, or there is one of that name.
    """
    tier = Tier(
        id=new_id(),
        name=_free_name(contents, name),
        annotator=annotator.strip(),
        position=max((each.position for each in contents.tiers.values()), default=-1) + 1,
    )
    return Edit(name=f"Add tier {tier.name}", changes=(added(tier),))


def rename_tier(contents: StudyContents, tier_id: str, name: str) -> Edit:
    """Call a tier otherwise.

    Raises:
        LabelError: Without a name, or with one that another tier has.
    """
    tier = _tier(contents, tier_id)
    return _with(tier, replace(tier, name=_free_name(contents, name, but=tier)), "Rename tier")


def archive_tier(contents: StudyContents, tier_id: str) -> Edit:
    """No longer show a tier; its segments stay and come back with it.

    Raises:
        LabelError: It is the last one.
    """
    tier = _tier(contents, tier_id)
    if contents.shown_tiers == (tier,):
        raise LabelError(f"{tier.name} is the only tier; add another one first")
    return _with(tier, replace(tier, is_archived=True), "Archive tier")


def restore_tier(contents: StudyContents, tier_id: str) -> Edit:
    """Show an archived tier again."""
    tier = _tier(contents, tier_id)
    return _with(tier, replace(tier, is_archived=False), "Restore tier")


def move_tier(contents: StudyContents, tier_id: str, position: int) -> Edit:
    """Put a tier elsewhere among those that are shown.

    Args:
        contents: What is there.
        tier_id: Which one.
        position: Its new place, 0 for the top.

    Raises:
        LabelError: It is archived.
    """
    tier = _tier(contents, tier_id)
    if tier.is_archived:
        raise LabelError(f"the tier {tier.name} is archived; restore it first")
    others = [each for each in contents.shown_tiers if each.id != tier_id]
    others.insert(max(position, 0), tier)
    news = ((each, replace(each, position=place)) for place, each in enumerate(others))
    changes = tuple(changed(old, new) for old, new in news if old != new)
    return Edit(name=f"Move tier {tier.name}", changes=changes)


def _tier(contents: StudyContents, tier_id: str) -> Tier:
    tier = contents.tiers.get(tier_id)
    if tier is None:
        raise LabelError("the tier is no longer there; choose another")
    return tier


def _free_name(contents: StudyContents, name: str, but: Tier | None = None) -> str:
    wanted = " ".join(name.split())
    if not wanted:
        raise LabelError("a tier needs a name")
    other = tier_named(contents, wanted)
    if other is not None and (but is None or other.id != but.id):
        archived = ", which is archived; restore it" if other.is_archived else "; choose another"
        raise LabelError(f"there is a tier {other.name} already{archived}")
    return wanted


def _with(before: Tier, after: Tier, what: str) -> Edit:
    changes = () if before == after else (changed(before, after),)
    return Edit(name=f"{what} {before.name}", changes=changes)
