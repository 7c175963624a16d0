"""A study's recordings as rows of a list: how much of each is labelled, and what is amiss."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from app.timecode import grouped
from engine.labels import Segment, StudyRecording, Tier
from engine.study.contents import StudyContents

_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """How far a recording is labelled."""

    num_segments: int = 0
    done: float = 0.0
    """Share of its people's frames with an action, 0..1."""
    reviewed: float = 0.0
    """Share in which nothing happens, 0..1."""
    num_doubtful: int = 0


NOT_LABELLED = Labelled()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingLine:
    """One line of the list."""

    row: StudyRecording
    labelled: Labelled
    is_missing: bool
    """Whether its file is not where it was."""

    @property
    def actors(self) -> str:
        """Who acts, where somebody has said it."""
        return ", ".join(dict.fromkeys(name for name in self.row.actors if name))

    @property
    def story(self) -> str:
        """Everything, for pointing at it: a line each."""
        row, labelled = self.row, self.labelled
        people = "person" if row.num_people == 1 else "people"
        facts = [f"{row.num_people} {people}", f"{grouped(row.num_frames)} frames"]
        if self.actors:
            facts.append(self.actors)
        if row.view:
            facts.append(f"view {row.view}")
        lines = [row.title, " · ".join(facts), _labelled_words(labelled)]
        if self.is_missing:
            lines.append("The file is not where it was: right click, “Find the file…”")
        if row.is_archived:
            lines.append("Taken out of the study; its labels are kept")
        return "\n".join((*lines, row.path))


def _labelled_words(labelled: Labelled) -> str:
    if not labelled.num_segments:
        return "nothing labelled yet"
    count = labelled.num_segments
    words = f"{grouped(count)} {'segment' if count == 1 else 'segments'}"
    words += f" · {labelled.done:.0%} with an action"
    if labelled.reviewed:
        words += f", {labelled.reviewed:.0%} reviewed with nothing"
    if labelled.num_doubtful:
        words += f" · {labelled.num_doubtful} doubtful"
    return words


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySummary:
    """A study in a few figures."""

    num_recordings: int
    num_actors: int
    num_segments: int
    num_archived: int

    @property
    def text(self) -> str:
        """``20 recordings · 10 people · 199 segments``; people only where they have names."""
        parts = [_count(self.num_recordings, "recording", "recordings")]
        if self.num_actors:
            parts.append(_count(self.num_actors, "person", "people"))
        parts.append(_count(self.num_segments, "segment", "segments"))
        return " · ".join(parts)


def _count(number: int, one: str, more: str) -> str:
    return f"{grouped(number)} {one if number == 1 else more}"


def summary(contents: StudyContents) -> StudySummary:
    """The figures of a study."""
    shown = contents.shown_recordings
    actors = {name for row in shown for name in row.actors if name}
    return StudySummary(
        num_recordings=len(shown),
        num_actors=len(actors),
        num_segments=sum(len(contents.segments.get(row.id, ())) for row in shown),
        num_archived=len(contents.recordings) - len(shown),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What was counted, and of what; rows are values that are never changed in place."""

    table: Mapping[str, Segment]
    row: StudyRecording
    tiers: Mapping[str, Tier]
    labelled: Labelled

    def is_of(
        self, table: Mapping[str, Segment], row: StudyRecording, tiers: Mapping[str, Tier]
    ) -> bool:
        return self.table is table and self.row is row and self.tiers is tiers


class StudyLines:
    """Lines of a study; what is known of a recording is counted anew only when that has changed."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._asked: tuple[Mapping[str, StudyRecording], str, bool] | None = None
        self._rows: tuple[StudyRecording, ...] = ()

    def lines(
        self,
        contents: StudyContents,
        *,
        missing: Collection[str] = (),
        wanted: str = "",
        with_archived: bool = False,
    ) -> tuple[RecordingLine, ...]:
        """The lines that are shown, in the order of their titles, numbers by size.

        Args:
            contents: The study.
            missing: Ids of recordings whose file is not where it was.
            wanted: Words that must all occur in title, path or actors.
            with_archived: Those taken out of the study, too, at the end.
        """
        key = (contents.recordings, wanted, with_archived)
        if self._asked is None or self._asked[0] is not key[0] or self._asked[1:] != key[1:]:
            self._asked, self._rows = key, _rows(contents, wanted, with_archived)
        return tuple(
            RecordingLine(
                row=row, labelled=self._labelled(contents, row), is_missing=row.id in missing
            )
            for row in self._rows
        )

    def _labelled(self, contents: StudyContents, row: StudyRecording) -> Labelled:
        table = contents.segments.get(row.id)
        if table is None:
            return NOT_LABELLED
        known = self._known.get(row.id)
        if known is not None and known.is_of(table, row, contents.tiers):
            return known.labelled
        labelled = labelled_share(row, table, contents)
        self._known[row.id] = _Known(table=table, row=row, tiers=contents.tiers, labelled=labelled)
        return labelled


def labelled_share(
    row: StudyRecording, table: Mapping[str, Segment], contents: StudyContents
) -> Labelled:
    """How far a recording is labelled on the tiers that are shown."""
    segments = [
        each
        for each in table.values()
        if (tier := contents.tiers.get(each.tier_id)) is None or not tier.is_archived
    ]
    room = max(row.num_frames * row.num_people, 1)
    with_action = _covered(each for each in segments if each.action_id is not None)
    any_label = _covered(segments)
    return Labelled(
        num_segments=len(segments),
        done=min(with_action / room, 1.0),
        reviewed=min((any_label - with_action) / room, 1.0),
        num_doubtful=sum(each.is_doubtful for each in segments),
    )


def _covered(segments: Iterable[Segment]) -> int:
    """Frames of people that at least one of some segments is about."""
    frames, person, reached = 0, -1, 0
    for each in sorted(segments, key=lambda each: (each.person, each.start)):
        if each.person != person:
            person, reached = each.person, 0
        frames += max(each.stop - max(each.start, reached), 0)
        reached = max(reached, each.stop)
    return frames


def _rows(contents: StudyContents, wanted: str, with_archived: bool) -> tuple[StudyRecording, ...]:
    words = wanted.casefold().split()
    rows = [
        row
        for row in contents.recordings.values()
        if (with_archived or not row.is_archived) and _matches(row, words)
    ]
    rows.sort(key=lambda row: (row.is_archived, _natural(row.title), row.id))
    return tuple(rows)


def _matches(row: StudyRecording, words: list[str]) -> bool:
    if not words:
        return True
    text = f"{row.title} {row.path} {' '.join(row.actors)}".casefold()
    return all(word in text for word in words)


def _natural(title: str) -> tuple[tuple[int, str], ...]:
    """Sorts ``walk 2`` before ``walk 10``."""
    return tuple(
        (int(part), "") if part.isdigit() else (-1, part)
        for part in _DIGITS.split(title.casefold())
        if part
    )
