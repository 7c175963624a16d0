"""What a model has learnt from, as its run keeps it: what it may be judged on is the rest.

A model of a run knows the clips that the run learnt from, and those of the model that it started
from where that is a run's, too. Published models say in their cards from which data they are made.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.datasets.base import Aspect
from engine.datasets.splits import read_split
from engine.errors import EngineError
from engine.runtime.cards import ModelCard
from engine.study.clips import CLIPS_FILE, StudyClip, read_clips
from engine.study.contents import StudyContents
from engine.study.dividing import Division, possible
from engine.study.models import RECEIPT_FILE

DIVISION_FILE = "division.toml"
"""Which clips of a full run learn and which watch: fixed when the run is prepared."""
ASPECTS = {Division.PERSON: Aspect.PERSON, Division.RECORDING: Aspect.RECORDING}
"""What stands in it for a division; a list for the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """What a receipt says of where its run began."""

    base: str


def learnt_clips(package: Path) -> tuple[StudyClip, ...]:
    """The clips of studies that a model has learnt from; none where no run made it.

    Args:
        package: The model's folder.
    """
    found: list[StudyClip] = []
    seen: set[Path] = set()
    run: Path | None = package.parent
    while run is not None and run not in seen and (run / RECEIPT_FILE).is_file():
        seen.add(run)
        try:
            found += learnt_in(run)
            base = msgspec.json.decode((run / RECEIPT_FILE).read_bytes(), type=_Start).base
        except (OSError, EngineError, msgspec.DecodeError):
            break
        run = package_near(run, base).parent if base else None
    return tuple(found)


def learnt_in(run: Path) -> tuple[StudyClip, ...]:
    """The clips that a run learns from.

    Raises:
        EngineError: Its files cannot be read.
    """
    clips = read_clips(run / CLIPS_FILE).clips
    if not (run / DIVISION_FILE).is_file():
        return clips  # a quick lesson: the model itself learns from everybody
    train = set(read_split(run / DIVISION_FILE).train)
    return tuple(each for each in clips if each.name in train)


def package_near(run: Path, named: str) -> Path:
    """A package that a run's receipt names; beside the run where the study has moved."""
    package = Path(named)
    near = run.parent / package.parent.name / package.name
    return package if package.is_dir() or not near.is_dir() else near


def division_of(run: Path) -> Division:
    """What clips that a run held out have in common with none that it learnt from.

    Raises:
        EngineError: Its files cannot be read.
    """
    if not (run / DIVISION_FILE).is_file():
        return possible(read_clips(run / CLIPS_FILE).clips)[0]
    aspect = read_split(run / DIVISION_FILE).validation_by
    return {aspect: division for division, aspect in ASPECTS.items()}.get(aspect, Division.SEGMENT)


def known_segments(
    segments: Sequence[StudyClip], learnt: Iterable[StudyClip], division: Division
) -> frozenset[str]:
    """Segments that are not new to who has learnt from some clips.

    Those whose frames were seen, and by what divides also all of the same person or recording,
    even where people have been named, or labels drawn anew, since.

    Args:
        segments: As they are labelled now, whole.
        learnt: Clips, perhaps of an earlier time.
        division: How much counts as known.
    """
    spans: dict[tuple[str, int], list[StudyClip]] = defaultdict(list)
    for clip in learnt:
        for recording in {clip.recording_id, clip.path}:
            spans[recording, clip.person].append(clip)
    recordings = {recording for recording, _ in spans}
    actors = {clip.actor for clips in spans.values() for clip in clips}
    actors |= {each.actor for each in segments if _met(each, spans)}

    def is_known(each: StudyClip) -> bool:
        if division is Division.PERSON:
            return each.actor in actors
        if division is Division.RECORDING:
            return not recordings.isdisjoint((each.recording_id, each.path))
        met = _met(each, spans)
        return any(clip.start < each.stop and each.start < clip.stop for clip in met)

    return frozenset(each.segment_id for each in segments if is_known(each))


def known_recordings(contents: StudyContents, package: Path) -> frozenset[str]:
    """Recordings of a study from which a model has learnt, or from people who are in them.

    Args:
        contents: Of the study.
        package: The model's folder.
    """
    learnt = learnt_clips(package)
    recordings = {each.recording_id for each in learnt}
    rows = contents.recordings.values()
    actors = {each.actor for each in learnt if each.has_name}
    actors |= {name for row in rows if row.id in recordings for name in row.actors if name}
    return frozenset(
        row.id for row in rows if row.id in recordings or not actors.isdisjoint(row.actors)
    )


def _met(each: StudyClip, spans: dict[tuple[str, int], list[StudyClip]]) -> list[StudyClip]:
    """Clips of the same person in the same recording."""
    found = spans.get((each.recording_id, each.person))
    return found or spans.get((each.path, each.person), [])


def data_in_common(card: ModelCard, contents: StudyContents) -> tuple[str, ...]:
    """Published data sets that a model is made from, and recordings of the study, too.

    Args:
        card: Of the model.
        contents: Of the study.
    """
    from engine.datasets import DATASETS

    formats = {each.format_id for each in contents.shown_recordings}
    return tuple(
        each.name for each in DATASETS if each.id in formats and each.terms in card.provenance.data
    )


def data_words(cards: Iterable[ModelCard], contents: StudyContents) -> str:
    """What figures are worth where models know the study's recordings; empty where none does.

    Args:
        cards: Of the models that are compared or started from.
        contents: Of the study.
    """
    known = {card.id: data_in_common(card, contents) for card in cards}
    models = tuple(key for key, names in known.items() if names)
    if not models:
        return ""
    data = dict.fromkeys(name for names in known.values() for name in names)
    verb = "was" if len(models) == 1 else "were"
    return (
        f"{' and '.join(models)} {verb} made from {', '.join(data)}, where recordings of this "
        "study are from: figures on them flatter, also those of what starts from there."
    )
