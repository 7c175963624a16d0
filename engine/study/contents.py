"""All rows of a study as one value, and edits of it: changes of rows with what was there before.

An edit is undone by its inverse. The database and the window apply the same edits to the same
value, each on its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from engine.errors import EngineError
from engine.labels import Action, Rejection, Segment, StudyFacts, StudyRecording, Tier

Row = StudyFacts | Action | Tier | StudyRecording | Segment | Rejection
RowT = TypeVar("RowT", StudyFacts, Action, Tier, StudyRecording, Segment, Rejection)


class StaleEditError(EngineError):
    """An edit of something that is no longer there as the edit knew it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row added (nothing before), changed, or taken away (nothing after)."""

    before: Row | None
    after: Row | None

    def __post_init__(self) -> None:
        rows = [row for row in (self.before, self.after) if row is not None]
        if not rows or len({(type(row), row.id) for row in rows}) != 1:
            raise ValueError("a change is about one row")

    @property
    def row(self) -> Row:
        """The row as it becomes, or as it was."""
        row = self.after if self.after is not None else self.before
        if row is None:
            raise ValueError("a change is about one row")
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A named step of the history: changes that are made together or not at all."""

    name: str
    """For menus and the history, e.g. ``Split segment``."""
    changes: tuple[Change, ...]

    @property
    def inverse(self) -> "Edit":
        """What takes it back."""
        back = (Change(before=each.after, after=each.before) for each in reversed(self.changes))
        return Edit(name=self.name, changes=tuple(back))


def added(row: Row) -> Change:
    """A new row."""
    return Change(before=None, after=row)


def changed(before: RowT, after: RowT) -> Change:
    """A row that becomes another of the same id."""
    return Change(before=before, after=after)


def removed(row: Row) -> Change:
    """A row that goes."""
    return Change(before=row, after=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyContents:
    """Every row of a study; segments and rejections by recording, then by id."""

    facts: StudyFacts = field(default_factory=StudyFacts)
    actions: Mapping[str, Action] = field(default_factory=dict)
    tiers: Mapping[str, Tier] = field(default_factory=dict)
    recordings: Mapping[str, StudyRecording] = field(default_factory=dict)
    segments: Mapping[str, Mapping[str, Segment]] = field(default_factory=dict)
    rejections: Mapping[str, Mapping[str, Rejection]] = field(default_factory=dict)

    # reading

    @property
    def offered_actions(self) -> tuple[Action, ...]:
        """Actions that are not archived, in the order of their list."""
        offered = (each for each in self.actions.values() if not each.is_archived)
        return tuple(sorted(offered, key=lambda each: (each.position, each.name, each.id)))

    @property
    def shown_tiers(self) -> tuple[Tier, ...]:
        """Tiers that are not archived, from the top."""
        shown = (each for each in self.tiers.values() if not each.is_archived)
        return tuple(sorted(shown, key=lambda each: (each.position, each.name, each.id)))

    @property
    def shown_recordings(self) -> tuple[StudyRecording, ...]:
        """Recordings that are not archived, by title."""
        shown = (each for each in self.recordings.values() if not each.is_archived)
        return tuple(sorted(shown, key=lambda each: (each.title, each.id)))

    @property
    def num_segments(self) -> int:
        """Of all recordings, archived ones, too."""
        return sum(len(each) for each in self.segments.values())

    def segments_of(
        self, recording_id: str, *, person: int | None = None, tier_id: str | None = None
    ) -> tuple[Segment, ...]:
        """Segments of a recording by start, of one person or tier only where one is given."""
        found = (
            each
            for each in self.segments.get(recording_id, {}).values()
            if (person is None or each.person == person)
            and (tier_id is None or each.tier_id == tier_id)
        )
        return tuple(sorted(found, key=lambda each: (each.start, each.stop, each.id)))

    def segment(self, segment_id: str) -> Segment | None:
        """The segment with an id."""
        for rows in self.segments.values():
            if segment_id in rows:
                return rows[segment_id]
        return None

    def recording_by_sha256(self, sha256: str) -> StudyRecording | None:
        """The recording with that content; one in use before one that is archived."""
        found = [each for each in self.recordings.values() if each.sha256 == sha256]
        return min(found, key=lambda each: each.is_archived) if found else None

    def action_named(self, name: str) -> Action | None:
        """The action with a name, whatever its case; one in use before one that is archived."""
        wanted = " ".join(name.split()).casefold()
        found = [each for each in self.actions.values() if each.name.casefold() == wanted]
        return min(found, key=lambda each: each.is_archived) if found else None

    # editing

    def applied(self, edit: Edit) -> "StudyContents":
        """What an edit makes of it.

        Raises:
            StaleEditError: A row is not what the edit took it for; nothing is changed then.
        """
        contents = self
        flat: dict[type, dict[str, Row]] = {}
        nested: dict[tuple[type, str], dict[str, Row]] = {}
        for change in edit.changes:
            row = change.row
            if isinstance(row, StudyFacts):
                _check(contents.facts, change, edit)
                if not isinstance(change.after, StudyFacts):
                    raise StaleEditError(f"{edit.name}: a study keeps its facts")
                contents = replace(contents, facts=change.after)
                continue
            if isinstance(row, Segment | Rejection):
                place = (type(row), row.recording_id)
                table = nested.get(place)
                if table is None:
                    table = nested[place] = dict(self._rows_of(row))
            else:
                table = flat.get(type(row))
                if table is None:
                    table = flat[type(row)] = dict(self._table_of(row))
            _check(table.get(row.id), change, edit)
            if change.after is None:
                del table[row.id]
            else:
                table[row.id] = change.after
        return _with_tables(contents, flat, nested)

    def _table_of(self, row: Row) -> Mapping[str, Row]:
        if isinstance(row, Action):
            return self.actions
        return self.tiers if isinstance(row, Tier) else self.recordings

    def _rows_of(self, row: Segment | Rejection) -> Mapping[str, Row]:
        if isinstance(row, Segment):
            return self.segments.get(row.recording_id, {})
        return self.rejections.get(row.recording_id, {})


def _check(found: Row | None, change: Change, edit: Edit) -> None:
    if found != change.before:
        raise StaleEditError(f"{edit.name}: it has been changed meanwhile; look again")


def _with_tables(
    contents: StudyContents,
    flat: dict[type, dict[str, Row]],
    nested: dict[tuple[type, str], dict[str, Row]],
) -> StudyContents:
    """The same with some tables renewed; recordings without rows have no table."""
    tables: dict[str, Mapping[str, object]] = {
        name: flat[kind]
        for kind, name in ((Action, "actions"), (Tier, "tiers"), (StudyRecording, "recordings"))
        if kind in flat
    }
    for of, name in ((Segment, "segments"), (Rejection, "rejections")):
        news = {recording: rows for (kind, recording), rows in nested.items() if kind is of}
        if news:
            olds = getattr(contents, name)
            tables[name] = {key: rows for key, rows in {**olds, **news}.items() if rows}
    return replace(contents, **tables) if tables else contents  # type: ignore[arg-type]
