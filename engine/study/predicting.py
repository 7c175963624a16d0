"""Asking a model about whole recordings of a study, and comparing that with what people say."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from engine.formats.reading import plural
from engine.judging.segment_f1 import NamedSpan, SegmentF1, segment_f1
from engine.labels import NOTHING, Segment, StudyRecording
from engine.recording import Clip, Recording
from engine.runtime.recognizer import Recognizer
from engine.runtime.windows import is_answered_whole
from engine.study.acting import main_person
from engine.study.clips import StudyClip
from engine.study.contents import Change, Edit, StudyContents
from engine.study.placing import Place
from engine.study.proposals import accept_all
from engine.study.proposing import Proposal, proposals_of

LOOKED_AT = 0.5
"""Of a proposal's frames at least this share must be labelled or reviewed for people to know
whether it is right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a model says of one recording."""

    recording: StudyRecording
    proposals: Mapping[int, tuple[Proposal, ...]] = field(default_factory=dict)
    """By person."""
    error: str = ""
    """Why it says nothing; empty where it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Proposals compared with the labels that are there."""

    looked_at: SegmentF1
    """What the model sees where nobody has looked does not count."""
    everywhere: SegmentF1
    """It counts as invented."""
    num_known: int = 0
    """Recordings that count and that the model has learnt from, or from the people in them."""
    new: SegmentF1 | None = None
    """Where people have looked in the others; None where all or none are new to the model."""
    caution: str = ""
    """What the figures are worth where the model is made from the same published data."""


def propose(
    recognizer: Recognizer,
    recording: Recording,
    *,
    threshold: float,
    on_progress: Callable[[float], None],
    should_stop: Callable[[], bool],
) -> dict[int, tuple[Proposal, ...]]:
    """What a model sees in a recording; a short one is answered as a whole.

    Where the model sees everybody at once, its proposals are those of the person who moves most.

    Args:
        recognizer: The opened model.
        recording: Any length.
        threshold: Least mean probability, 0..1.
        on_progress: Called with the share done, 0..1.
        should_stop: Asked between batches; what has been answered by then is proposed.

    Returns:
        Proposals by person.

    Raises:
        LayoutError: The recording's joints cannot be turned into the model's.
        EngineError: Nobody is visible in a short recording.
    """
    if is_answered_whole(recording, recognizer.card.windows):
        answer = recognizer.answer(Clip.whole(recording), explain=False)
        on_progress(1.0)
        people = (
            main_person(recording) if each.person is None else each.person
            for each in answer.predictions
        )
        return {
            person: proposals_of(each, recording, person, threshold=threshold)
            for person, each in zip(people, answer.predictions, strict=True)
        }
    asked = list(range(recording.num_people))
    if recognizer.sees_everybody:
        asked = [main_person(recording)]
    found = {}
    for number, person in enumerate(asked):
        if should_stop():
            break

        def tell(share: float, done: int = number) -> None:
            on_progress((done + share) / len(asked))

        track = recognizer.track(
            recording, person=person, on_progress=tell, should_stop=should_stop
        )
        found[person] = proposals_of(track, recording, person, threshold=threshold)
    return found


def renamed(said: Said, names: Mapping[str, str]) -> Said:
    """The same in the study's words.

    Args:
        said: What the model says.
        names: The study's names by the model's; others stay.
    """
    people = {
        person: tuple(replace(each, name=names.get(each.name, each.name)) for each in some)
        for person, some in said.proposals.items()
    }
    return replace(said, proposals=people)


def compare(
    contents: StudyContents,
    tier_id: str,
    said: Iterable[Said],
    known: Collection[str] = (),
) -> Scores:
    """Segment F1 of a model against the labels on a tier, in the recordings it was asked about.

    Args:
        contents: Of the study.
        tier_id: Whose labels count.
        said: What the model says.
        known: Ids of recordings that are not new to the model.
    """
    answered = tuple(each for each in said if not each.error)
    of_new = tuple(each for each in answered if each.recording.id not in known)
    scores = _compared(contents, tier_id, answered)
    num_known = len(answered) - len(of_new)
    if not num_known or not of_new:
        return replace(scores, num_known=num_known)
    new = _compared(contents, tier_id, of_new).looked_at
    return replace(scores, num_known=num_known, new=new)


def _compared(contents: StudyContents, tier_id: str, said: Iterable[Said]) -> Scores:
    truth: list[NamedSpan] = []
    found: list[NamedSpan] = []
    judged: list[NamedSpan] = []
    for each in said:
        segments = contents.segments_of(each.recording.id, tier_id=tier_id)
        truth.extend(
            _span(each.recording, one.person, _name(contents, one), one) for one in segments
        )
        for person, proposals in each.proposals.items():
            own = [segment for segment in segments if segment.person == person]
            for proposal in proposals:
                span = _span(each.recording, person, proposal.name, proposal)
                found.append(span)
                if is_looked_at(proposal, own):
                    judged.append(span)
    return Scores(looked_at=segment_f1(truth, judged), everywhere=segment_f1(truth, found))


def is_looked_at(proposal: Proposal, segments: Iterable[Segment | StudyClip]) -> bool:
    """Whether people know if it is right: most of its frames are labelled or reviewed.

    Args:
        proposal: For one person.
        segments: Of that person, on one tier or of those that count.
    """
    frames = sum(
        max(min(proposal.stop, each.stop) - max(proposal.start, each.start), 0) for each in segments
    )
    return frames >= LOOKED_AT * (proposal.stop - proposal.start)


def accept_everywhere(
    contents: StudyContents, tier_id: str, said: Iterable[Said], threshold: float
) -> Edit:
    """Make segments of all open proposals from a score on, in all recordings, in one step."""
    changes: list[Change] = []
    growing = contents
    for each in said:
        for person, proposals in each.proposals.items():
            place = Place(recording_id=each.recording.id, person=person, tier_id=tier_id)
            edit = accept_all(growing, place, proposals, threshold)
            growing = growing.applied(edit)
            changes.extend(edit.changes)
    count = sum(isinstance(change.after, Segment) for change in changes)
    return Edit(name=f"Accept {plural(count, 'proposal')}", changes=tuple(changes))


def _span(recording: StudyRecording, person: int, name: str, span: Segment | Proposal) -> NamedSpan:
    where = f"{recording.id}/{person}"
    return NamedSpan(where=where, name=name, start=span.start, stop=span.stop)


def _name(contents: StudyContents, segment: Segment) -> str:
    return NOTHING if segment.action_id is None else contents.actions[segment.action_id].name
