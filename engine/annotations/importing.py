"""Labels from a file into a study: merged with what is there, of which nothing is erased."""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.annotations import read_labels
from engine.annotations.base import LabelFile, LabelRow
from engine.annotations.clocks import Clock, TimesOf, even_times
from engine.annotations.exporting import base_name
from engine.errors import EngineError, FileFormatError
from engine.formats.reading import plural
from engine.labels import NOTHING, Action, Segment, StudyRecording, Tier, new_id
from engine.study.actions import add_action, restore_action
from engine.study.contents import Change, Edit, StudyContents, added
from engine.study.placing import Place, described, place_of, segments_at
from engine.study.tiers import FIRST_TIER, add_tier, first_tier, restore_tier, tier_named

ONE_FRAME = 1
"""Seconds that are rounded may end so much after the last frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import would do to a study."""

    edit: Edit
    num_segments: int
    """New ones."""
    known: int
    """Segments of the file that the study has already."""
    left_out: tuple[str, ...]
    """What is not taken over, each with file and line, and why."""
    notes: tuple[str, ...] = ()
    """What else was noticed on reading, a sentence each."""


def import_labels(
    contents: StudyContents,
    path: Path,
    *,
    format_id: str | None = None,
    tier: str = "",
    adds_actions: bool = True,
    times_of: TimesOf = even_times,
) -> Imported:
    """Merge a label file with a study.

    Nothing that is labelled is changed: a segment that would overlap one on its tier is left out
    and listed, and one that is there already is not doubled. Recordings are found by their file's
    name, with or without its ending, by id, or by digest; those that the study does not have are
    listed.

    Args:
        contents: What is there.
        path: A file, or a folder with one for each recording.
        format_id: A row of ``engine.annotations.ANNOTATIONS``; None to find out.
        tier: The name of the tier that everything goes to, made where there is none; empty for
            those that the file names, or the first one.
        adds_actions: Whether actions that the study does not have are added, and archived ones
            restored; otherwise their segments are left out.
        times_of: Of recordings whose frames are not evenly apart.

    Raises:
        EngineError: The file cannot be read, or none of its recordings is in the study.
        FileFormatError: The file is broken, or a segment leaves its recording; with the line.
    """
    files = read_labels(path, format_id=format_id)
    merging = _Merging(contents, tier=tier, adds_actions=adds_actions, times_of=times_of)
    for file in files:
        for row in file.rows:
            merging.take(row, file)
    merging.check(path, files)
    num = len(merging.segments)
    return Imported(
        edit=Edit(
            name=f"Import {plural(num, 'segment')} from {path.name}",
            changes=(*merging.changes, *map(added, merging.segments)),
        ),
        num_segments=num,
        known=merging.known,
        left_out=merging.left_out,
        notes=tuple(note for file in files for note in file.notes),
    )


class _Merging:
    """Takes rows one by one; what is in the way of the next is what is there and what was taken."""

    def __init__(
        self, contents: StudyContents, *, tier: str, adds_actions: bool, times_of: TimesOf
    ) -> None:
        self._growing = contents
        self._tier = tier
        self._adds_actions = adds_actions
        self._times_of = times_of
        self._recordings = _by_name(contents)
        self._clocks: dict[str, Clock] = {}
        self._tiers: dict[str, Tier] = {}
        self._actions: dict[str, Action | None] = {}
        self._there: dict[Place, list[Segment]] = {}
        self._unknown: dict[str, list[str]] = defaultdict(list)
        self._overlaps: list[str] = []
        self.changes: list[Change] = []
        self.segments: list[Segment] = []
        self.known = 0

    @property
    def left_out(self) -> tuple[str, ...]:
        """What was not taken, and why."""
        grouped = (
            f"{where[0]}: {why}" + (f" ({len(where)} segments)" if len(where) > 1 else "")
            for why, where in self._unknown.items()
        )
        return (*grouped, *self._overlaps)

    def take(self, row: LabelRow, file: LabelFile) -> None:
        """Make a segment of a row, or say why not."""
        recording = self._recording(row)
        if recording is None:
            return
        if row.person >= recording.num_people:
            raise FileFormatError(
                f"expected a person up to P{recording.num_people}, as {recording.title} has, "
                f"found P{row.person + 1}",
                path=file.path,
                line=row.line,
            )
        start, stop = self._frames(row, recording, file)
        action_id = None
        if row.action is not None and row.action.casefold() != NOTHING:
            action = self._action(row, row.action)
            if action is None:
                return
            action_id = action.id
        segment = Segment(
            id=new_id(),
            recording_id=recording.id,
            person=row.person,
            tier_id=self._tier_for(row.tier).id,
            start=start,
            stop=stop,
            action_id=action_id,
            annotator=row.annotator,
            origin=row.origin,
            model_id=row.model,
            score=row.score,
            is_doubtful=row.is_doubtful,
            note=row.note,
        )
        self._put(segment, row)

    def check(self, path: Path, files: tuple[LabelFile, ...]) -> None:
        """Refuse a file of whose recordings the study has none."""
        rows = sum(len(file.rows) for file in files)
        if rows and self._unknown and not (self.segments or self.known or self._overlaps):
            raise EngineError(
                f"{path.name}: none of its {rows:,} segments fits; {self.left_out[0]}"
            )

    def _recording(self, row: LabelRow) -> StudyRecording | None:
        name = row.recording.casefold()
        found = self._recordings.get(name)
        if found is None:
            last = base_name(row.recording).casefold()
            found = self._recordings.get(last) or self._recordings.get(PurePosixPath(last).stem)
        if found is not None and len(found) == 1:
            return found[0]
        why = (
            f"the study has no recording {row.recording}; add it first"
            if not found
            else f"the study has {len(found)} recordings {row.recording}; name its SHA-256 instead"
        )
        self._unknown[why].append(f"{row.file}:{row.line}")
        return None

    def _frames(self, row: LabelRow, recording: StudyRecording, file: LabelFile) -> tuple[int, int]:
        total = recording.num_frames
        if row.start is not None and row.stop is not None:
            start, stop = row.start, row.stop
        else:
            clock = self._clocks.get(recording.id)
            if clock is None:
                clock = Clock(recording, self._times_of(recording))
                self._clocks[recording.id] = clock
            start = clock.frame(row.start_s or 0.0)
            stop = max(clock.frame(row.stop_s or 0.0), start + 1)
            if stop <= total + ONE_FRAME:
                stop = min(stop, total)
                start = min(start, stop - 1)
        if stop > total:
            raise FileFormatError(
                f"expected a segment within the {total:,} frames of {recording.title}, found "
                f"frames {start}–{stop - 1}; is it the right recording, and at the same rate?",
                path=file.path,
                line=row.line,
            )
        return start, stop

    def _action(self, row: LabelRow, name: str) -> Action | None:
        key = name.casefold()
        if key not in self._actions:
            self._actions[key] = self._found_action(name)
        action = self._actions[key]
        if action is None:
            why = f"the study offers no action {name}"
            self._unknown[why].append(f"{row.file}:{row.line}")
        return action

    def _found_action(self, name: str) -> Action | None:
        action = self._growing.action_named(name)
        if action is not None and not action.is_archived:
            return action
        if not self._adds_actions:
            return None
        wish = (
            add_action(self._growing, name)
            if action is None
            else restore_action(self._growing, action.id)
        )
        made = self._done(wish)
        return self._growing.actions[made]

    def _tier_for(self, named: str) -> Tier:
        name = self._tier or named
        tier = self._tiers.get(name)
        if tier is None:
            tier = tier_named(self._growing, name) if name else first_tier(self._growing)
            if tier is None:
                made = self._done(add_tier(self._growing, name or FIRST_TIER))
                tier = self._growing.tiers[made]
            elif tier.is_archived:
                self._done(restore_tier(self._growing, tier.id))
            self._tiers[name] = tier
        return tier

    def _done(self, edit: Edit) -> str:
        """Make an edit of one row, and give the row's id."""
        self._growing = self._growing.applied(edit)
        self.changes.extend(edit.changes)
        return edit.changes[0].row.id

    def _put(self, segment: Segment, row: LabelRow) -> None:
        """Take a segment, unless it is there already or something is in its way."""
        place = place_of(segment)
        there = self._there.get(place)
        if there is None:
            there = self._there[place] = list(segments_at(self._growing, place))
        after = bisect_right(there, segment.start, key=lambda each: each.start)
        for each in there[max(after - 1, 0) : after + 1]:
            if not each.overlaps(segment.start, segment.stop):
                continue
            if _saying(each) == _saying(segment):
                self.known += 1
                return
            title = self._growing.recordings[segment.recording_id].title
            new, old = (described(self._growing, one) for one in (segment, each))
            self._overlaps.append(
                f"{row.file}:{row.line}: {new} of P{segment.person + 1} in {title}: there is {old}"
            )
            return
        there.insert(after, segment)
        self.segments.append(segment)


def _saying(segment: Segment) -> tuple[int, int, str | None]:
    return segment.start, segment.stop, segment.action_id


def _by_name(contents: StudyContents) -> dict[str, tuple[StudyRecording, ...]]:
    """Recordings by everything that a file may call them, in lower case; by their titles last."""
    found: dict[str, tuple[StudyRecording, ...]] = {}
    for each in contents.shown_recordings:
        name = base_name(each.path)
        for key in {name.casefold(), PurePosixPath(name).stem.casefold(), each.id, each.sha256}:
            found[key] = (*found.get(key, ()), each)
    titles: dict[str, tuple[StudyRecording, ...]] = {}
    for each in contents.shown_recordings:
        titles[each.title.casefold()] = (*titles.get(each.title.casefold(), ()), each)
    return titles | found
