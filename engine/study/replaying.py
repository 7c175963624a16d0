"""Holding the rows of a study against its history: each must be what its steps have made of it."""

from collections.abc import Callable, Iterator

from engine.labels import Tier
from engine.study.contents import Change, Edit, Row, StudyContents
from engine.study.history import History

_Rows = dict[tuple[type[Row], str], Row]


def rows_of(contents: StudyContents) -> Iterator[Row]:
    """Every row of a study, one after the other."""
    yield contents.facts
    yield from contents.actions.values()
    yield from contents.tiers.values()
    yield from contents.recordings.values()
    for segments in contents.segments.values():
        yield from segments.values()
    for rejections in contents.rejections.values():
        yield from rejections.values()


def contradiction(
    contents: StudyContents,
    history: History,
    read: Callable[[int], Edit],
    *,
    on_progress: Callable[[float], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> str:
    """Where rows and history contradict each other.

    All steps that hold are taken back, one by one, in memory: each must find what it left behind,
    and in the end nothing may remain but what every study begins with. Then those that were undone
    are made from where the study is.

    Args:
        contents: The rows.
        history: The steps.
        read: What a step did, by its number.
        on_progress: Told the share done.
        should_stop: Where it says so, nothing is said.

    Returns:
        One line without a full stop; empty where all is well.

    Raises:
        StudyError: A step is damaged.
    """
    now: _Rows = {(type(row), row.id): row for row in rows_of(contents)}
    rows = dict(now)
    total = len(history.steps)
    for done, number in enumerate(range(history.position, 0, -1)):
        if should_stop():
            return ""
        on_progress(done / total)
        edit = read(number).inverse
        if not _fits(rows, edit.changes):
            return f"step {number} of the history ({edit.name:.60}) did something else"
    left = sum(not isinstance(row, Tier) for row in rows.values()) - 1
    if left:
        return f"{left} of its rows came from no step of the history"
    rows = now
    for number in range(history.position + 1, total + 1):
        if should_stop():
            return ""
        on_progress((number - 1) / total)
        edit = read(number)
        if not _fits(rows, edit.changes):
            return f"step {number} of the history ({edit.name:.60}) cannot be done again"
    return ""


def _fits(rows: _Rows, changes: tuple[Change, ...]) -> bool:
    """Make changes, if all of them find what they expect."""
    for change in changes:
        key = type(change.row), change.row.id
        if rows.get(key) != change.before:
            return False
        if change.after is None:
            del rows[key]
        else:
            rows[key] = change.after
    return True
