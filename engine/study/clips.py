"""The clips that a study gives: windows cut from segments, background from reviewed spans.

A segment is a clip as it is. A recogniser looks at long recordings in windows, and a study's clips
are learnt as they will be seen there: a segment much longer than a window is cut into windows, a
much shorter one is also shown in the middle of a whole one, with what is around it. Where people
have reviewed and found nothing, windows of the same length teach what nothing is, at most twice as
many as of the largest action.

Measured on three people of UTKinect, each named by a quick lesson with the two others: segment F1
0.47 with windows as long as the middle action, 0.53 with usual ones, 0.65 with short segments shown
amid what is around them. A run keeps its clips in ``clips.json``: labels edited later do not change
it.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from engine.errors import FileFormatError
from engine.formats import write_bytes_atomically
from engine.labels import NOTHING, StudyRecording
from engine.study.contents import StudyContents
from engine.study.selecting import (
    Choice,
    Labelled,
    LeftOut,
    LeftOutReason,
    Selection,
    fps_of,
    select,
)
from engine.study.whereabouts import named_path

CLIPS_FILE = "clips.json"
VERSION = 1
USUAL_WINDOW_S = 2.5
SHORTEST_WINDOW_S, LONGEST_WINDOW_S = 0.8, 6.0
LONG = 1.75
"""A segment more than so many times as long as the window is cut up."""
STEP = 0.5
"""From one window to the next, in windows."""
MOST_WINDOWS = 8
"""Of one segment; of longer ones they lie farther apart."""
SHORTEST_BACKGROUND = 0.5
"""Of a window: what is left between two actions may be shorter than a window, not much."""
FEWEST_CLIPS = 2
"""Of an action: one to learn from while the other one is held out."""
SURROUNDED = 0.75
"""A segment shorter than this share of a window is also shown in the middle of a whole one."""
BACKGROUND_SHARE = 2.0
"""Background clips for each clip of the largest action, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyClip:
    """One clip: frames of one person of a recording, with what they show."""

    segment_id: str
    """What it was cut from."""
    recording_id: str
    key: str
    """What the recording is called in splits and reports; no other recording is called so."""
    path: str
    """Absolute."""
    person: int
    """Index into the recording's people."""
    start: int
    stop: int
    label: str
    actor: str
    has_name: bool
    """Whether somebody has said who acts; else each recording's people are somebody else."""
    view: int
    """The camera's number, 0 where that is unknown."""

    @property
    def name(self) -> str:
        """What data sets call it."""
        return f"{self.key}#{self.person}[{self.start}:{self.stop}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipList:
    """The clips of a study, or of one of its runs."""

    study: str
    """Its name, for people."""
    layout_id: str
    """Skeleton layout that the clips are turned into."""
    actions: tuple[str, ...]
    """Class names in the order of the study's list, the background last."""
    clips: tuple[StudyClip, ...]
    window_s: float
    """Length of the windows that were cut."""
    whole_up_to_s: float = 8.0
    """Recordings up to this long show one thing."""
    notes: tuple[str, ...] = ()
    """What was left out, a plain sentence each."""
    segments: tuple[StudyClip, ...] = ()
    """All segments in use, whole, with those of people who are held out: what judges a model."""
    num_unseen: int | None = None
    """Clips taken out since because nobody is seen in them; None where nobody has looked yet."""

    @property
    def actors(self) -> tuple[str, ...]:
        """Who acts, in the order of their names."""
        return tuple(sorted({each.actor for each in self.clips}))

    @property
    def segment_ids(self) -> frozenset[str]:
        """What clips were cut from."""
        return frozenset(each.segment_id for each in self.clips)

    def without(self, labels: Iterable[str]) -> "ClipList":
        """The same list without some of the actions."""
        gone = set(labels)
        return replace(
            self,
            actions=tuple(each for each in self.actions if each not in gone),
            clips=tuple(each for each in self.clips if each.label not in gone),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Clips, and segments that gave none."""

    clips: ClipList
    left_out: tuple[LeftOut, ...]
    segments: tuple[Labelled, ...]
    """What clips were cut from."""


def clips_of(
    contents: StudyContents, study_folder: Path, choice: Choice, window_s: float | None = None
) -> Cut:
    """Cut the clips that a study gives as it is now.

    Args:
        contents: Of the study.
        study_folder: Where it lies; paths of takes are below it.
        choice: What of it is wanted.
        window_s: Length of windows; None for what its actions ask for.
    """
    selection = select(contents, choice)
    window = typical_window(selection.actions) if window_s is None else window_s
    keys = recording_keys(contents.shown_recordings)
    cutter = _Cutter(folder=study_folder, keys=keys, window_s=window)
    of_actions = unique(clip for each in selection.actions for clip in cutter.windows(each))
    counts = Counter(clip.label for clip in of_actions)
    few = tuple(label for label, count in counts.items() if count < FEWEST_CLIPS)
    of_actions = tuple(clip for clip in of_actions if clip.label not in few)
    most = max((counts[label] for label in counts if label not in few), default=0)
    background = cutter.background(selection, math.ceil(BACKGROUND_SHARE * most))
    clips = unique((*of_actions, *background))
    named = {each.label for each in clips}
    order = [action.name for action in contents.offered_actions]
    left_out = (*selection.left_out, *_few(selection.actions, few))
    used = {clip.segment_id for clip in clips}
    made = ClipList(
        study=contents.facts.name or study_folder.name,
        layout_id=selection.layout_id,
        actions=tuple(name for name in (*order, NOTHING) if name in named),
        clips=clips,
        window_s=window,
        whole_up_to_s=_whole_up_to(selection.segments, window),
        notes=tuple(f"Left out: {each.text}." for each in left_out),
        segments=tuple(
            cutter.clip(each, each.segment.start, each.segment.stop)
            for each in judging_segments(contents, choice, selection)
        ),
    )
    gave = tuple(each for each in selection.segments if each.segment.id in used)
    return Cut(clips=made, left_out=left_out, segments=gave)


def judging_segments(
    contents: StudyContents, choice: Choice, selection: Selection
) -> tuple[Labelled, ...]:
    """The segments learnt from, and those of people who are held out."""
    if not choice.hold_out:
        return selection.segments
    layout_id = selection.layout_id
    return select(contents, replace(choice, hold_out=(), layout_id=layout_id)).segments


def unique(clips: Iterable[StudyClip]) -> tuple[StudyClip, ...]:
    """Clips without those whose very frames of a person another one has, the first one of each.

    A short segment that fills its recording is no other one with what is around it.
    """
    found: dict[tuple[str, int, int, int], StudyClip] = {}
    for each in clips:
        found.setdefault((each.recording_id, each.person, each.start, each.stop), each)
    return tuple(found.values())


def _few(actions: Sequence[Labelled], few: tuple[str, ...]) -> tuple[LeftOut, ...]:
    ids = tuple(each.segment.id for each in actions if each.label in few)
    return (LeftOut(reason=LeftOutReason.FEW, segment_ids=ids, names=few),) if few else ()


def typical_window(actions: Sequence[Labelled]) -> float:
    """In how many seconds a recogniser best looks at a study's actions.

    The usual ones, but no more than the middle one of its actions takes, and no fewer than the
    shortest quarter of them.

    Args:
        actions: Segments with an action; the usual length without any.
    """
    if not actions:
        return USUAL_WINDOW_S
    lengths: dict[str, list[float]] = defaultdict(list)
    for each in actions:
        lengths[each.label].append(each.seconds)
    middles = sorted(sorted(found)[len(found) // 2] for found in lengths.values())
    short, middle = middles[len(middles) // 4], middles[len(middles) // 2]
    wanted = min(max(USUAL_WINDOW_S, short), middle)
    return round(min(max(wanted, SHORTEST_WINDOW_S), LONGEST_WINDOW_S), 2)


def _whole_up_to(segments: Sequence[Labelled], window_s: float) -> float:
    """Up to which length a recording shows one thing: where people found several, to no length."""
    per_person = Counter((each.recording.id, each.segment.person) for each in segments)
    several = any(count > 1 for count in per_person.values())
    return round(LONG * window_s, 2) if several else 8.0


def recording_keys(recordings: Iterable[StudyRecording]) -> dict[str, str]:
    """A name for each recording by its id: its title where no other one has it, without ``#[]``."""
    rows = tuple(recordings)
    titles = {each.id: "".join(c if c not in "#[]" else "_" for c in each.title) for each in rows}
    counts = Counter(titles.values())
    return {
        key: title if title and counts[title] == 1 else f"{title} ({key[:8]})"
        for key, title in titles.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cutter:
    folder: Path
    keys: dict[str, str]
    window_s: float

    def length(self, recording: StudyRecording) -> int:
        """Frames of a window."""
        return max(round(self.window_s * fps_of(recording)), 1)

    def windows(self, each: Labelled) -> list[StudyClip]:
        """A segment as it is, or cut up where it is much longer than a window."""
        segment, length = each.segment, self.length(each.recording)
        spans = cut(segment.start, segment.stop, length)
        if segment.num_frames < SURROUNDED * length:
            spans += [surrounded(segment.start, segment.stop, length, each.recording.num_frames)]
        return [self.clip(each, start, stop) for start, stop in spans]

    def background(self, selection: Selection, most: int) -> list[StudyClip]:
        """At most so many windows where nothing happens, from everybody in turn."""
        busy: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
        for each in selection.actions:
            busy[each.recording.id, each.segment.person].append(
                (each.segment.start, each.segment.stop)
            )
        done = {place: list(spans) for place, spans in busy.items()}
        found: dict[tuple[str, int], list[StudyClip]] = defaultdict(list)
        for each in selection.background:
            place = (each.recording.id, each.segment.person)
            length = self.length(each.recording)
            for start, stop in free(each.segment.start, each.segment.stop, done.get(place, [])):
                if stop - start >= SHORTEST_BACKGROUND * length:
                    found[place] += [self.clip(each, *span) for span in cut(start, stop, length, 1)]
            done.setdefault(place, []).append((each.segment.start, each.segment.stop))
        return in_turn(list(found.values()), most)

    def clip(self, each: Labelled, start: int, stop: int) -> StudyClip:
        """Frames of a segment as a clip."""
        return StudyClip(
            segment_id=each.segment.id,
            recording_id=each.recording.id,
            key=self.keys[each.recording.id],
            path=str(named_path(self.folder, each.recording)),
            person=each.segment.person,
            start=start,
            stop=stop,
            label=each.label,
            actor=each.actor,
            has_name=each.has_name,
            view=each.recording.view,
        )


def cut(start: int, stop: int, length: int, long: float = LONG) -> list[tuple[int, int]]:
    """Spans of a segment: itself, or windows spread evenly over one that is much longer.

    Args:
        start: First frame.
        stop: The frame after the last one.
        length: Frames of a window.
        long: So many windows are much longer than one.
    """
    total = stop - start
    if total <= long * length:
        return [(start, stop)]
    count = min(math.ceil((total - length) / max(STEP * length, 1)) + 1, MOST_WINDOWS)
    first = [start + round(number * (total - length) / (count - 1)) for number in range(count)]
    return [(each, each + length) for each in dict.fromkeys(first)]


def surrounded(start: int, stop: int, length: int, num_frames: int) -> tuple[int, int]:
    """A window with a short segment in its middle, as it is seen in a long recording."""
    first = (start + stop - length) // 2
    return max(first, 0), min(first + length, num_frames)


def free(start: int, stop: int, busy: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of a span without others."""
    left, at = [], start
    for first, last in sorted(busy):
        if last <= at or first >= stop:
            continue
        if first > at:
            left.append((at, first))
        at = max(at, last)
    if at < stop:
        left.append((at, stop))
    return left


def in_turn(groups: list[list[StudyClip]], most: int) -> list[StudyClip]:
    """At most so many clips: each group gives one after the other, spread over what it has."""
    total = sum(len(each) for each in groups)
    if total <= most:
        return [clip for group in groups for clip in group]
    shares = [0] * len(groups)
    given = 0
    while given < most:
        for number, group in enumerate(groups):
            if shares[number] < len(group) and given < most:
                shares[number] += 1
                given += 1
    return [
        group[(2 * place + 1) * len(group) // (2 * share)]
        for group, share in zip(groups, shares, strict=True)
        for place in range(share)
    ]


def write_clips(clips: ClipList, path: Path) -> None:
    """Write clips: whole or not at all.

    Raises:
        EngineError: The disk refuses.
    """
    content = msgspec.json.encode({"version": VERSION, **msgspec.to_builtins(clips)})
    write_bytes_atomically(path, msgspec.json.format(content, indent=1))


def read_clips(path: Path) -> ClipList:
    """Read clips that a run keeps.

    Raises:
        FileFormatError: They cannot be read, or are of another version of the program.
    """
    try:
        found = msgspec.json.decode(path.read_bytes())
        version = found.pop("version", None) if isinstance(found, dict) else None
        if version != VERSION:
            raise FileFormatError(
                f"expected clips of version {VERSION}, found {version}; it was written by another "
                "version of the program",
                path=path,
            )
        return msgspec.convert(found, ClipList)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FileFormatError(
            f"the clips of a study cannot be read ({error})", path=path
        ) from error
