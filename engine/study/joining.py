"""Rows that join a study: recordings known by their content, actions by name, segments in gaps."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from engine.errors import FileFormatError
from engine.formats.reading import plural
from engine.labels import NOTHING, Action, LabelError, Origin, Segment, StudyRecording, Tier, new_id
from engine.recording import Recording
from engine.study.actions import add_action, restore_action
from engine.study.additions import Added, Facts, Span
from engine.study.contents import Change, Edit, StudyContents, added, changed
from engine.study.placing import Place, described, place_of, segments_at
from engine.study.tiers import FIRST_TIER, add_tier, first_tier, restore_tier, tier_named
from engine.study.whereabouts import is_file, named_path, place_of_file

SHARED = 2
"""Frames that two spans of a data set may have in common: labels that count the last frame in often
end where the next one begins. The one that comes later in the data set goes without."""

MOST_OF_A_TITLE = 100_000
LONGEST_NAME = 200
"""Characters of an action's name that a file states."""


class Joining:
    """Collects rows for one edit; what is there and what was taken decides about the next."""

    def __init__(self, contents: StudyContents, study_folder: Path | None) -> None:
        """Have nothing yet.

        Args:
            contents: What is there.
            study_folder: Files below it are named from there; None to name all by full paths.
        """
        self._growing = contents
        """With new actions and tiers; recordings and segments are kept apart, they are many."""
        self._folder = study_folder
        self._rows: dict[str, tuple[StudyRecording | None, StudyRecording]] = {}
        self._ids: dict[str, str] = {}
        for row in sorted(contents.recordings.values(), key=lambda each: not each.is_archived):
            self._ids[row.sha256] = row.id  # one in use before one that is archived
        self._titles = {row.title.casefold() for row in contents.recordings.values()}
        self._tiers: dict[str, str] = {}
        self._actions: dict[str, str] = {}
        self._there: dict[Place, list[Segment]] = {}
        self._changes: list[Change] = []
        self._segments: list[Segment] = []
        self._met: set[str] = set()
        self.refused: list[tuple[Path, str]] = []
        self.known_segments = 0
        self.num_shortened = 0

    def refuse(self, path: Path, reason: str | Exception) -> None:
        """Leave something out."""
        self.refused.append((path, _reason(path, reason)))

    # recordings

    def take(self, recording: Recording, path: Path, facts: Facts) -> StudyRecording:
        """Add a recording, or find the one that there is of its content.

        One that was taken out comes back; who acts and the camera are filled in where they were not
        known; a file that has moved is found again.

        Args:
            recording: As read; not kept.
            path: Of its file.
            facts: What is known besides.

        Raises:
            EngineError: The file's name is no text.
        """
        return self._join(
            recording.source.sha256, path, facts, lambda: self._row_of(recording, path, facts)
        )

    def take_row(self, row: StudyRecording, path: Path) -> StudyRecording:
        """Add a recording of another study, or find the one that there is of its content.

        Args:
            row: Of the other study.
            path: Of its file.

        Raises:
            EngineError: The file's name is no text.
        """
        facts = Facts(title=row.title, actors=row.actors, view=row.view)

        def copied() -> StudyRecording:
            kept, is_inside = place_of_file(self._folder, path)
            title = self._title(facts)
            return replace(row, id=new_id(), title=title, path=kept, is_inside=is_inside)

        return self._join(row.sha256, path, facts, copied)

    def _join(
        self, sha256: str, path: Path, facts: Facts, make: Callable[[], StudyRecording]
    ) -> StudyRecording:
        row_id = self._ids.get(sha256)
        if row_id is None:
            row = make()
            self._ids[sha256] = row.id
            self._rows[row.id] = (None, row)
            return row
        self._met.add(row_id)
        before, row = self._rows.get(row_id) or (self._growing.recordings[row_id],) * 2
        row = self._renewed(row, path, facts)
        if row != before:
            self._rows[row_id] = (before, row)
        return row

    def is_new(self, row: StudyRecording) -> bool:
        """Whether a recording has joined just now."""
        return row.id in self._rows and self._rows[row.id][0] is None

    def _row_of(self, recording: Recording, path: Path, facts: Facts) -> StudyRecording:
        kept, is_inside = place_of_file(self._folder, path)
        return StudyRecording(
            id=new_id(),
            path=kept,
            sha256=recording.source.sha256,
            title=self._title(facts),
            format_id=recording.source.format_id,
            layout_id=recording.layout.id,
            num_frames=recording.num_frames,
            num_people=recording.num_people,
            fps=str(Fraction(recording.shown_fps)),
            actors=facts.actors,
            view=facts.view,
            is_inside=is_inside,
        )

    def _renewed(self, row: StudyRecording, path: Path, facts: Facts) -> StudyRecording:
        kept, is_inside = row.path, row.is_inside
        if self._folder is not None and not is_file(named_path(self._folder, row)):
            kept, is_inside = place_of_file(self._folder, path)
        return replace(
            row,
            path=kept,
            is_inside=is_inside,
            actors=row.actors or facts.actors,
            view=row.view or facts.view,
            is_archived=False,
        )

    def _title(self, facts: Facts) -> str:
        """A title that no other recording has."""
        plain = " ".join(facts.title.split()) or "recording"
        for title in _titles(plain, facts.place):
            if title.casefold() not in self._titles:
                self._titles.add(title.casefold())
                return title
        return plain

    # labels

    def label(self, row: StudyRecording, span: Span, path: Path) -> None:
        """Add a segment on the first tier; refuse it where something is in its way.

        Args:
            row: As :meth:`take` gave it.
            span: What is said of it.
            path: What says so, for the message.
        """
        segment = Segment(
            id=new_id(),
            recording_id=row.id,
            person=span.person,
            tier_id="",
            start=span.start,
            stop=span.stop,
            action_id=None,
            origin=Origin.IMPORT,
            is_doubtful=bool(span.doubt),
            note=span.doubt,
        )
        self.put(segment, span.action, None, path)

    def put(self, segment: Segment, action: str, tier: Tier | None, path: Path) -> None:
        """Add a segment with what is said of it; refuse it where something is in its way.

        Args:
            segment: Of a recording as :meth:`take` gave it; its tier and action do not count.
            action: By name, as a span's.
            tier: Of another study: the one of its name is meant; None for the first one.
            path: What says so, for the message.
        """
        try:
            action_id = self._action_id(action)
        except LabelError as error:
            self.refuse(path, error)
            return
        tier_id = self._tier_id(tier)
        segment = replace(segment, id=new_id(), tier_id=tier_id, action_id=action_id)
        fitted = self._fitted(segment, path)
        if fitted is not None:
            there = self._segments_at(place_of(fitted))
            there.insert(bisect_right(there, fitted.start, key=_start), fitted)
            self._segments.append(fitted)

    def _fitted(self, new: Segment, path: Path) -> Segment | None:
        """A segment without frames at its ends that its neighbours have; None where it must go."""
        start, stop = new.start, new.stop
        for each in self._beneath(new):
            if _is_alike(new, each):
                self.known_segments += 1
                return None
        for each in self._beneath(new):
            shared = min(new.stop, each.stop) - max(new.start, each.start)
            if each.start <= new.start:
                start = each.stop
            else:
                stop = each.start
            if shared > SHARED or start >= stop:
                one, two = (described(self._growing, row) for row in (new, each))
                self.refuse(path, f"{one} of P{new.person + 1}: there is {two}")
                return None
        if (start, stop) == (new.start, new.stop):
            return new
        self.num_shortened += 1
        return replace(new, start=start, stop=stop)

    def _beneath(self, new: Segment) -> list[Segment]:
        """The segments at its place that it overlaps, by start."""
        there = self._segments_at(place_of(new))
        first = max(bisect_right(there, new.start, key=_start) - 1, 0)
        past = bisect_left(there, new.stop, key=_start)
        return [each for each in there[first:past] if each.overlaps(new.start, new.stop)]

    def _segments_at(self, place: Place) -> list[Segment]:
        there = self._there.get(place)
        if there is None:
            there = self._there[place] = list(segments_at(self._growing, place))
        return there

    def _action_id(self, name: str) -> str | None:
        wanted = " ".join(name.encode(errors="replace").decode().split())
        if len(wanted) > LONGEST_NAME:
            raise LabelError(
                f"expected an action's name, found {len(wanted):,} characters: {wanted[:20]}…"
            )
        if not wanted or wanted.casefold() == NOTHING:
            return None
        known = self._actions.get(wanted.casefold())
        if known is None:
            known = self._actions[wanted.casefold()] = self._action(wanted).id
        return known

    def _action(self, name: str) -> Action:
        action = self._growing.action_named(name)
        if action is None:
            action_id = self._done(add_action(self._growing, name))
        elif action.is_archived:
            action_id = self._done(restore_action(self._growing, action.id))
        else:
            return action
        return self._growing.actions[action_id]

    def _tier_id(self, tier: Tier | None) -> str:
        name = "" if tier is None else tier.name.casefold()
        if name not in self._tiers:
            self._tiers[name] = self._first_tier() if tier is None else self._same_tier(tier)
        return self._tiers[name]

    def _first_tier(self) -> str:
        first = first_tier(self._growing)
        return self._done(add_tier(self._growing, FIRST_TIER)) if first is None else first.id

    def _same_tier(self, tier: Tier) -> str:
        same = tier_named(self._growing, tier.name)
        if same is None:
            return self._done(add_tier(self._growing, tier.name, annotator=tier.annotator))
        return self._done(restore_tier(self._growing, same.id)) if same.is_archived else same.id

    def _done(self, edit: Edit) -> str:
        """Make an edit of one row, and give the row's id."""
        self._growing = self._growing.applied(edit)
        self._changes.extend(edit.changes)
        return edit.changes[0].row.id

    # the end

    def added(self, what: str = "", *, notes: tuple[str, ...] = (), stopped: bool = False) -> Added:
        """Everything as one edit.

        Args:
            what: What was added, for the edit's name; empty to name or count the recordings.
            notes: What else there is to know.
            stopped: Whether it was stopped.
        """
        news = [row for before, row in self._rows.values() if before is None]
        olds = [each for each in self._rows.values() if each[0] is not None]
        back = [row for before, row in olds if before is not None and before.is_archived]
        changes = (
            *self._changes,
            *(
                added(row) if before is None else changed(before, row)
                for before, row in self._rows.values()
            ),
            *map(added, self._segments),
        )
        named = what or _named([*news, *back] or [row for _, row in olds])
        return Added(
            edit=Edit(name=f"Add {named}", changes=changes),
            refused=tuple(self.refused),
            known=len(self._met) - len(back),
            num_added=len(news),
            num_restored=len(back),
            num_segments=len(self._segments),
            known_segments=self.known_segments,
            notes=(*notes, *self._notes()),
            stopped=stopped,
        )

    def _notes(self) -> Iterator[str]:
        if self.num_shortened:
            what = plural(self.num_shortened, "segment")
            yield f"{what} cut by a frame or two that the segment before or after has, too."
        doubtful = [each for each in self._segments if each.is_doubtful]
        for doubt in sorted({each.note for each in doubtful}):
            what = plural(sum(each.note == doubt for each in doubtful), "segment")
            yield f"{what} marked doubtful: {doubt}."


def _start(segment: Segment) -> int:
    return segment.start


def _is_alike(one: Segment, two: Segment) -> bool:
    """Whether two segments say the same; frames at the ends may have gone to neighbours."""
    return (
        one.action_id == two.action_id
        and abs(one.start - two.start) <= SHARED
        and abs(one.stop - two.stop) <= SHARED
    )


def _named(rows: list[StudyRecording]) -> str:
    return rows[0].title if len(rows) == 1 else plural(len(rows), "recording")


def _titles(plain: str, place: tuple[str, ...]) -> Iterator[str]:
    """What a recording could be called, the shortest first."""
    title = plain
    yield title
    for folder in reversed(place):
        title = f"{folder}/{title}"
        yield title
    for number in range(2, MOST_OF_A_TITLE):
        yield f"{plain} ({number})"


def _reason(path: Path, reason: str | Exception) -> str:
    """A message without the file's name, which is told beside it."""
    text = str(reason)
    if isinstance(reason, FileFormatError) and reason.line is not None:
        return text.replace(f"{path.name}:{reason.line}: ", f"line {reason.line}: ", 1)
    return text.removeprefix(f"{path.name}: ").removeprefix(f"{path.name} ")
