"""Lines of lists of clips: what people say, what models say, and where it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from app.retrain_result_model import Side, is_right
from app.retrain_state import Judgement, Suspect
from app.timecode import grouped
from engine.labels import NOTHING
from engine.study.contents import StudyContents
from engine.study.outcome import ClipVerdict

NO_ANSWER = "no answer"


class Turn(Enum):
    """How an answer has turned out."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer with its probability."""

    name: str
    score: float | None = None
    is_right: bool = False

    @property
    def number(self) -> str:
        """How probable, in two digits; empty where nobody knows."""
        return "" if self.score is None else f"{self.score:.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipRow:
    """One line of a list."""

    label: str
    """What people say."""
    colour: str
    """``#rrggbb`` of that action; empty where it has none."""
    place: str
    """Recording, person, moment."""
    said: tuple[Said, ...]
    """By models, in their order."""
    turn: Turn = Turn.SAME
    remark: str = ""
    is_done: bool = False
    """Looked through: it stands back."""
    joins: str = " → "
    """Between two answers."""

    @property
    def text(self) -> str:
        """The whole line, for who listens."""
        said = self.joins.join(f"{each.name} {each.number}".strip() for each in self.said)
        parts = (f"{self.label}: {said}", self.turn.value, self.remark, self.place)
        return ", ".join(part for part in parts if part and part != Turn.SAME.value)


def colour_of(contents: StudyContents, name: str) -> str:
    """The colour of an action by its name; empty where it has none."""
    action = None if name == NOTHING else contents.action_named(name)
    return "" if action is None else action.colour


def place_of(contents: StudyContents, recording_id: str, person: int, start: int) -> str:
    """``walk · P2 · frame 120``: where a segment is; no person where there is only one.

    Times are not told: a study does not know the times of frames that come at no steady rate.
    """
    row = contents.recordings.get(recording_id)
    frame = f"frame {grouped(start)}"
    if row is None:
        return f"P{person + 1} · {frame}"
    who = (f"P{person + 1}",) if row.num_people > 1 else ()
    return " · ".join((row.title, *who, frame))


def row_of_verdict(contents: StudyContents, verdict: ClipVerdict) -> ClipRow:
    """The line of a clip that two models have answered."""
    turn = Turn.BETTER if verdict.is_better else Turn.WORSE if verdict.is_worse else Turn.SAME
    return ClipRow(
        label=verdict.label,
        colour=colour_of(contents, verdict.label),
        place=place_of(contents, verdict.recording_id, verdict.person, verdict.start),
        said=(
            Said(
                name=verdict.before or NO_ANSWER,
                score=verdict.before_score if verdict.before else None,
                is_right=is_right(verdict, Side.BEFORE),
            ),
            Said(
                name=verdict.after or NO_ANSWER,
                score=verdict.after_score if verdict.after else None,
                is_right=is_right(verdict, Side.AFTER),
            ),
        ),
        turn=turn,
        remark=_learnt(verdict),
    )


def _learnt(verdict: ClipVerdict) -> str:
    """Which of the models knew the clip."""
    if verdict.is_trained_on:
        return "learnt from"
    return "old one knew it" if verdict.was_trained_on else ""


def row_of_suspect(
    contents: StudyContents, judged: Mapping[str, Judgement], suspect: Suspect
) -> ClipRow:
    """The line of a label that models disagree with."""
    judgement = judged.get(suspect.segment_id)
    return ClipRow(
        label=suspect.label,
        colour=colour_of(contents, suspect.label),
        place=place_of(contents, suspect.recording_id, suspect.person, suspect.start),
        said=tuple(Said(name=name, score=score) for _, name, score in suspect.said),
        joins=", ",
        remark="" if judgement is None else judgement.value,
        is_done=judgement is not None,
    )
