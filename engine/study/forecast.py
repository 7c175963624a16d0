"""What Retrain will use, said beforehand; light and pure.

Clips, what is too little and why, what is left out, how long it takes, and whether it can start.
The words are those that people read.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from engine.formats.reading import plural
from engine.labels import NOTHING
from engine.runtime.cards import ModelCard
from engine.study.bases import networks_for
from engine.study.clips import FEWEST_CLIPS, ClipList, Cut, StudyClip, clips_of
from engine.study.contents import StudyContents
from engine.study.dividing import Divided, Division, divide
from engine.study.durations import Pace, full_seconds, quick_seconds
from engine.study.learning import data_words
from engine.study.selecting import Choice, LeftOut, some

ENOUGH_CLIPS = 5
"""Of an action; with fewer it is learnt, but not well."""
QUICK_CLIPS = 24
"""Of an action in a quick lesson, people in turn, and twice as many of the background: more would
not be looked at in time."""
FEWEST_CLASSES = 2
FROM_CHANCE = "fg-stformer"
"""The network of a full run that starts from no model."""


class RetrainMode(Enum):
    """How a study's labels become a model."""

    QUICK = "quick"
    """The last layers of a model that is there, within seconds."""
    FULL = "full"
    """All of its layers, in the background."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrainWish:
    """What of a study is wanted, and how it is trained."""

    choice: Choice = field(default_factory=Choice)
    """The layout in it does not count: the base has one."""
    keep_base_actions: bool | None = None
    """Whether the new model also knows the base's other actions; None where the study's own are
    too few to tell apart. Quick runs only."""
    seconds: float | None = None
    """Of a quick lesson; None for the usual."""
    passes: int | None = None
    """Of a full run; None for as many as the number of clips asks for."""
    networks: tuple[str, ...] = ()
    """Kinds of the base's networks that a full run trains; empty for all but those that a processor
    is slow with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionForecast:
    """What there is of one action."""

    name: str
    """``engine.labels.NOTHING`` for the background, which comes last."""
    segments: int
    clips: int
    by_actor: tuple[tuple[str, int], ...]
    """Clips of each actor, by name."""
    is_known: bool
    """Whether the base has an action of that name."""
    doubt: str = ""
    """Why this is little; empty where it is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a run would use now."""

    mode: RetrainMode
    wish: RetrainWish
    base_id: str
    """Empty where there is none."""
    base_title: str
    actions: tuple[ActionForecast, ...]
    actors: tuple[str, ...]
    """Columns of a table of clips."""
    cut: Cut
    divided: Divided
    class_names: tuple[str, ...]
    """What the new model will know."""
    left_out: tuple[LeftOut, ...]
    networks: tuple[str, ...]
    """Kinds of networks that are trained."""
    doubts: tuple[str, ...]
    """What is too little, and why; a sentence each."""
    seconds: float
    """It takes about so long."""
    refusal: str
    """Why it cannot start; empty where it can."""

    @property
    def can_start(self) -> bool:
        """Whether Retrain can be pressed."""
        return not self.refusal

    @property
    def num_clips(self) -> int:
        """How many are used."""
        return len(self.cut.clips.clips)

    @property
    def summary(self) -> str:
        """In one line, e.g. ``84 clips of 10 actions by 5 people``."""
        actions = sum(each.name != NOTHING and each.clips > 0 for each in self.actions)
        text = f"{plural(self.num_clips, 'clip')} of {plural(actions, 'action')}"
        people = len(self.actors)
        text += f" by {people:,} {'person' if people == 1 else 'people'}"
        return text + (", with background" if self.has_background else "")

    @property
    def has_background(self) -> bool:
        """Whether reviewed spans teach what nothing is."""
        return NOTHING in self.class_names

    @property
    def held_out_text(self) -> str:
        """Who is held out, and what that is worth."""
        if self.mode is RetrainMode.QUICK and self.divided.by is not Division.NOTHING:
            by = {
                Division.PERSON: "person",
                Division.RECORDING: "recording",
                Division.SEGMENT: "segment",
            }[self.divided.by]
            return (
                f"Each {by} in turn is named by last layers fitted without it: those are the "
                "figures. The model itself learns from everybody."
            )
        return self.divided.text


def forecast(
    contents: StudyContents,
    *,
    base: ModelCard | None,
    mode: RetrainMode,
    wish: RetrainWish | None = None,
    study_folder: Path = Path(),
    pace: Pace | None = None,
) -> Forecast:
    """Say what a run would use, as the study is now.

    Args:
        contents: Of the study.
        base: The model it starts from; None for none.
        mode: Quick or full.
        wish: What of the study is wanted; recordings that are missing stand in its choice.
        study_folder: Where the study lies.
        pace: How fast this machine was in earlier runs; None where there was none.
    """
    wish = wish or RetrainWish()
    cut = cut_of(contents, study_folder, wish.choice, base)
    if mode is RetrainMode.QUICK:
        cut = limited(cut)
    clips = cut.clips
    split = divide(clips)
    names = class_names(clips, base, mode, wish)
    actions = _actions(cut, contents, base)
    kinds: tuple[str, ...] = (FROM_CHANCE,)
    if base is not None:
        kinds = tuple(each.kind for each in networks_for(base, wish.networks))
    seconds = (
        quick_seconds(base, len(clips.clips), wish.seconds, pace)
        if mode is RetrainMode.QUICK
        else full_seconds(kinds, len(split.train), len(clips.clips), wish.passes, pace)
    )
    return Forecast(
        mode=mode,
        wish=wish,
        base_id="" if base is None else base.id,
        base_title="" if base is None else base.title,
        actions=actions,
        actors=tuple(dict.fromkeys(_actor(each) for each in sorted_by_actor(clips.clips))),
        cut=cut,
        divided=split,
        class_names=names,
        left_out=cut.left_out,
        networks=kinds if mode is RetrainMode.FULL else _kinds(base),
        doubts=(
            *_doubts(actions, split, names, wish),
            *filter(None, [data_words([] if base is None else [base], contents)]),
        ),
        seconds=seconds,
        refusal=refusal_of(contents, cut, base, mode, names) or _unlike(base, mode, kinds),
    )


def _kinds(base: ModelCard | None) -> tuple[str, ...]:
    return () if base is None else tuple(part.network.kind for part in base.networks)


def cut_of(
    contents: StudyContents, study_folder: Path, choice: Choice, base: ModelCard | None
) -> Cut:
    """The clips of a study in the joints of a model."""
    from dataclasses import replace

    layout_id = "" if base is None else base.layout_id
    return clips_of(contents, study_folder, replace(choice, layout_id=layout_id))


def limited(cut: Cut) -> Cut:
    """The same with so few clips of an action that a quick lesson can look at them."""
    from dataclasses import replace

    from engine.study.clips import in_turn

    kept: list[StudyClip] = []
    for label in cut.clips.actions:
        groups: dict[str, list[StudyClip]] = defaultdict(list)
        for each in cut.clips.clips:
            if each.label == label:
                groups[each.actor].append(each)
        most = 2 * QUICK_CLIPS if label == NOTHING else QUICK_CLIPS
        kept += in_turn([groups[actor] for actor in sorted(groups)], most)
    return replace(cut, clips=replace(cut.clips, clips=tuple(kept)))


def class_names(
    clips: ClipList, base: ModelCard | None, mode: RetrainMode, wish: RetrainWish
) -> tuple[str, ...]:
    """What a new model will know."""
    own = clips.actions
    if mode is RetrainMode.FULL or base is None:
        return own
    keeps = wish.keep_base_actions
    if keeps is None:
        keeps = len(own) < FEWEST_CLASSES
    if not keeps:
        return tuple(name for name in base.class_names if name in own) + tuple(
            name for name in own if name not in base.class_names
        )
    return base.class_names + tuple(name for name in own if name not in base.class_names)


def sorted_by_actor(clips: Sequence[StudyClip]) -> list[StudyClip]:
    """By who acts, those with a name first."""
    return sorted(clips, key=lambda each: (not each.has_name, _actor(each)))


def _actor(clip: StudyClip) -> str:
    return clip.actor if clip.has_name else f"P{clip.person + 1} of {clip.key}"


def _actions(
    cut: Cut, contents: StudyContents, base: ModelCard | None
) -> tuple[ActionForecast, ...]:
    by_actor: dict[str, Counter[str]] = defaultdict(Counter)
    segments: dict[str, set[str]] = defaultdict(set)
    for clip in cut.clips.clips:
        by_actor[clip.label][_actor(clip)] += 1
        segments[clip.label].add(clip.segment_id)
    people = {actor for counts in by_actor.values() for actor in counts}
    rows = []
    for name in (*(each.name for each in contents.offered_actions), NOTHING):
        counts = by_actor.get(name, Counter())
        rows.append(
            ActionForecast(
                name=name,
                segments=len(segments.get(name, ())),
                clips=counts.total(),
                by_actor=tuple(sorted(counts.items())),
                is_known=base is not None and name in base.class_names,
                doubt=_doubt(name, counts, len(people)),
            )
        )
    return tuple(rows)


def _doubt(name: str, counts: Counter[str], people: int) -> str:
    total = counts.total()
    if name == NOTHING:
        if total:
            return ""
        return (
            "nothing is reviewed, so the model cannot learn what is no action and will name one "
            "everywhere: review what lies between"
        )
    if not total:
        return f"no clips to learn from; {FEWEST_CLIPS} at least, better {ENOUGH_CLIPS}"
    if total < ENOUGH_CLIPS:
        return f"{plural(total, 'clip')} only; better {ENOUGH_CLIPS}"
    if len(counts) == 1 and people > 1:
        return f"all by {next(iter(counts))}: it may learn the person instead"
    return ""


def _doubts(
    actions: tuple[ActionForecast, ...],
    split: Divided,
    names: tuple[str, ...],
    wish: RetrainWish,
) -> tuple[str, ...]:
    said = [
        f"{each.name}: {each.doubt}."
        for each in actions
        if each.doubt and (each.name != NOTHING or wish.choice.with_background)
    ]
    actors = {actor for each in actions for actor, _ in each.by_actor}
    if len(actors) == 1 and names:
        said.append(f"One person alone ({next(iter(actors))}): others may not be recognised.")
    if split.by is Division.NOTHING and names:
        said.append(split.text)
    if split.by is Division.SEGMENT:
        said.append(split.text)
    return tuple(said)


def _unlike(base: ModelCard | None, mode: RetrainMode, kinds: tuple[str, ...]) -> str:
    if base is None or kinds or mode is RetrainMode.QUICK:
        return ""
    return f"{base.id} has no such network that can be trained on: choose another model."


def refusal_of(
    contents: StudyContents,
    cut: Cut,
    base: ModelCard | None,
    mode: RetrainMode,
    names: tuple[str, ...],
) -> str:
    """Why a run cannot start; empty where it can."""
    clips = cut.clips
    if not contents.num_segments:
        return "There are no labels yet: mark what happens, then retrain."
    if not any(clip.label != NOTHING for clip in clips.clips):
        why = some(tuple(each.text for each in cut.left_out))
        return f"No labelled segment can be learnt from{f': {why}' if why else ''}."
    if len(names) < FEWEST_CLASSES:
        return (
            "A model tells actions apart, and there is one alone: label a second one, or review "
            "spans in which nothing happens."
        )
    if base is None and mode is RetrainMode.QUICK:
        return "A quick lesson needs a model to start from: choose one, or train in full."
    return ""
