"""The segments of the recording on show, by person and tier, kept in step with a study.

A study's contents are one value for each edit, and most of it is the same as before: what has
changed is found by comparing rows by identity, and only the tiers concerned are laid out anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

import numpy as np

from engine.arrays import IntArray
from engine.labels import Segment
from engine.study.contents import StudyContents

Spot = tuple[int, str]
"""A person's index and a tier's id."""
_BY_START = attrgetter("start")


@dataclass(frozen=True, kw_only=True)
class LabelRows:
    """The segments of one person and tier, by start; no two of them overlap."""

    segments: tuple[Segment, ...] = ()

    @classmethod
    def of(cls, segments: Iterable[Segment]) -> "LabelRows":
        """In order."""
        return cls(segments=tuple(sorted(segments, key=_BY_START)))

    def __len__(self) -> int:
        """How many."""
        return len(self.segments)

    @cached_property
    def starts(self) -> IntArray:
        """``(S,)`` first frames, ascending."""
        return np.array([each.start for each in self.segments], dtype=np.int64)

    @cached_property
    def stops(self) -> IntArray:
        """``(S,)`` frames after the last ones, ascending."""
        return np.array([each.stop for each in self.segments], dtype=np.int64)

    def at(self, position: float) -> Segment | None:
        """The one at an axis position."""
        index = int(np.searchsorted(self.starts, position, side="right")) - 1
        if index < 0 or position >= self.segments[index].stop:
            return None
        return self.segments[index]

    def between(self, start: float, stop: float) -> tuple[Segment, ...]:
        """Those that have frames in a half-open span."""
        first = int(np.searchsorted(self.stops, start, side="right"))
        last = int(np.searchsorted(self.starts, stop, side="left"))
        return self.segments[first:last]

    def nearest(self, frame: int) -> Segment | None:
        """The one at a frame, else the one whose nearer end is closest."""
        found = self.at(frame + 0.5)
        if found is not None or not self.segments:
            return found
        place = int(np.searchsorted(self.starts, frame))
        around = self.segments[max(place - 1, 0) : place + 1]
        return min(around, key=lambda each: min(abs(each.start - frame), abs(each.stop - frame)))

    def next(self, frame: int, step: int) -> Segment | None:
        """The first that starts after a frame (1), or the last that starts before it (-1)."""
        if step > 0:
            place = int(np.searchsorted(self.starts, frame, side="right"))
            return self.segments[place] if place < len(self) else None
        place = int(np.searchsorted(self.starts, frame, side="left")) - 1
        return self.segments[place] if place >= 0 else None


NO_ROWS = LabelRows()


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelBook:
    """All segments of one recording."""

    recording_id: str | None = None
    """None while the recording on show is not in the study."""
    segments: Mapping[str, Segment] = field(default_factory=dict)
    """By id, as the study has them."""
    rows: Mapping[Spot, LabelRows] = field(default_factory=dict)

    def rows_of(self, person: int, tier_id: str) -> LabelRows:
        """Those of a person on a tier."""
        return self.rows.get((person, tier_id), NO_ROWS)

    def updated(self, contents: StudyContents, recording_id: str | None) -> "LabelBook":
        """What a study says of a recording now.

        Args:
            contents: The study's rows.
            recording_id: Which recording; None for none.

        Returns:
            The same rows wherever nothing has changed.
        """
        now = contents.segments.get(recording_id, {}) if recording_id is not None else {}
        if recording_id != self.recording_id:
            return _made(now, recording_id)
        if now is self.segments:
            return self
        before = self.segments
        gone = [each for key, each in before.items() if now.get(key) is not each]
        new = [each for key, each in now.items() if before.get(key) is not each]
        if len(gone) + len(new) > len(now):
            return _made(now, recording_id)
        rows = dict(self.rows)
        for spot in {_spot(each) for each in (*gone, *new)}:
            left = {each.id for each in gone if _spot(each) == spot}
            kept = [each for each in self.rows_of(*spot).segments if each.id not in left]
            rows[spot] = LabelRows.of((*kept, *(each for each in new if _spot(each) == spot)))
        return LabelBook(recording_id=recording_id, segments=now, rows=rows)


def _spot(segment: Segment) -> Spot:
    return segment.person, segment.tier_id


def _made(segments: Mapping[str, Segment], recording_id: str | None) -> LabelBook:
    parts: dict[Spot, list[Segment]] = {}
    for each in segments.values():
        parts.setdefault(_spot(each), []).append(each)
    rows = {spot: LabelRows.of(part) for spot, part in parts.items()}
    return LabelBook(recording_id=recording_id, segments=segments, rows=rows)
