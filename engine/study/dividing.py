"""Who is held out of a study's training: people where there are several, else recordings.

The draw is by name, not by chance: who was held out of one run is held out of the next one, so
that two models of a study can be compared on people whom neither has learnt from.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from engine.formats.reading import plural
from engine.labels import NOTHING
from engine.study.clips import ClipList, StudyClip
from engine.study.selecting import some

SHARE = 0.2
"""Of the people, say, who watch."""
FEWEST_LEFT = 2
"""Clips of an action that have to stay on the training side."""
KEPT_SHARE = 0.5
"""Of an action's clips that have to stay there."""


class Division(Enum):
    """What clips held out have in common with none that is learnt from; the strictest first."""

    PERSON = "person"
    RECORDING = "recording"
    SEGMENT = "segment"
    NOTHING = "nothing"
    """There is too little to hold anything out."""


def is_as_strict(division: Division, other: Division) -> bool:
    """Whether who is new by a division is new by another one, too."""
    order = tuple(Division)
    return order.index(division) <= order.index(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Divided:
    """Clips learnt from, and clips that watch."""

    by: Division
    train: tuple[StudyClip, ...]
    watch: tuple[StudyClip, ...]
    groups: tuple[str, ...]
    """Who or what watches, for people."""

    @property
    def text(self) -> str:
        """How they were divided, a sentence for people."""
        if self.by is Division.NOTHING:
            return "Nothing can be held out: there are too few clips, so no figures are honest."
        if self.by is Division.PERSON:
            trains = f"{len(self.train):,} clips of others train"
            return f"By person: {some(self.groups)} only to watch, {trains}."
        if self.by is Division.RECORDING:
            return f"By recording, for nobody has said who acts: {some(self.groups)} only to watch."
        return (
            f"By segment, for there is one recording alone: {plural(len(self.groups), 'segment')} "
            "of the same person watch, which flatters."
        )


def divide(clips: ClipList) -> Divided:
    """Hold a fifth out of a study's clips: by person, else by recording, else by segment.

    Args:
        clips: All that may be learnt from.
    """
    for division in possible(clips.clips):
        found = divided(clips, division, held_out(clips.clips, group_by(division)))
        if any(each.label != NOTHING for each in found.watch):
            return found
    return Divided(by=Division.NOTHING, train=clips.clips, watch=(), groups=())


def divided(clips: ClipList, division: Division, groups: frozenset[str]) -> Divided:
    """The clips on the side where their groups stand.

    No frame is on both sides: divided by segment, clips that show what is around them do not watch,
    and those that show one that watches are not learnt from.
    """
    key = group_by(division)
    titles = {key(each): title_by(division)(each) for each in clips.clips}
    train = tuple(each for each in clips.clips if key(each) not in groups)
    watch = tuple(each for each in clips.clips if key(each) in groups)
    if division is Division.SEGMENT:
        spans = {each.segment_id: (each.start, each.stop) for each in clips.segments}
        watch = tuple(each for each in watch if _lies_in(each, spans.get(each.segment_id)))
        train = tuple(each for each in train if not any(_shares(each, other) for other in watch))
    return Divided(
        by=division,
        train=train,
        watch=watch,
        groups=tuple(sorted(titles[group] for group in groups)),
    )


def _lies_in(clip: StudyClip, span: tuple[int, int] | None) -> bool:
    return span is None or (span[0] <= clip.start and clip.stop <= span[1])


def _shares(one: StudyClip, other: StudyClip) -> bool:
    """Whether two clips have frames of one person in common."""
    is_same = (one.recording_id, one.person) == (other.recording_id, other.person)
    return is_same and one.start < other.stop and other.start < one.stop


def possible(clips: Sequence[StudyClip]) -> tuple[Division, ...]:
    """Ways to divide clips, the strictest first."""
    ways = []
    if len({each.actor for each in clips if each.has_name}) > 1:
        ways.append(Division.PERSON)
    if len({each.recording_id for each in clips}) > 1:
        ways.append(Division.RECORDING)
    return (*ways, Division.SEGMENT)


def group_by(division: Division) -> Callable[[StudyClip], str]:
    """What clips that stay together have in common."""
    if division is Division.PERSON:
        return lambda each: each.actor
    if division is Division.RECORDING:
        return lambda each: each.recording_id
    return lambda each: each.segment_id


def title_by(division: Division) -> Callable[[StudyClip], str]:
    """The same for people."""
    if division is Division.PERSON:
        return lambda each: each.actor if each.has_name else f"P{each.person + 1} of {each.key}"
    return lambda each: each.key if division is Division.RECORDING else each.name


def held_out(clips: Sequence[StudyClip], key: Callable[[StudyClip], str]) -> frozenset[str]:
    """Groups of clips without which every action still has enough to learn from.

    Args:
        clips: All.
        key: Of a clip's group.

    Returns:
        About a fifth of the groups; none where there is none to spare.
    """
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for each in clips:
        groups[key(each)][each.label] += 1
    wanted = max(round(SHARE * len(groups)), 1)
    total = Counter(each.label for each in clips)
    left = Counter(total)
    chosen: list[str] = []
    for name in sorted(groups, key=lambda each: sha256(each.encode()).digest()):
        if len(chosen) == wanted:
            break
        rest = left - groups[name]
        if all(
            rest[label] >= max(FEWEST_LEFT, KEPT_SHARE * total[label]) for label in groups[name]
        ):
            left = rest
            chosen.append(name)
    return frozenset(chosen)


def folds(clips: Sequence[StudyClip], count: int) -> tuple[int, ...]:
    """In which fold each clip is held out, those of the same person or recording together.

    Args:
        clips: All.
        count: Of folds at most.
    """
    division = possible(clips)[0]
    key = group_by(division)
    sizes = Counter(key(each) for each in clips)
    load = [0] * min(count, len(sizes))
    fold = {}
    for name in sorted(sizes, key=lambda each: (-sizes[each], each)):
        place = load.index(min(load))
        fold[name] = place
        load[place] += sizes[name]
    return tuple(fold[key(each)] for each in clips)
