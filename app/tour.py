"""What the program can do where there is nobody to click: answers for the samples, a picture."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.lanes.answers import answer_cells, answer_runs
from engine.prediction import Prediction, PredictionTrack
from engine.recording import Clip, Recording
from engine.samples import Sample

if TYPE_CHECKING:
    from engine.runtime.recognizer import Recognizer

HEADINGS = ("sample", "action made", "answer", "probability", "right?")
SHORTEST_RUN = 6
"""Windows in a row that count as an answer in a long recording."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TourRow:
    """One line of the table: a person of a sample."""

    sample: str
    made: str
    answer: str
    probability: float

    @property
    def is_right(self) -> bool:
        """Whether the model named the action that was made."""
        return self.made == self.answer

    @property
    def cells(self) -> tuple[str, ...]:
        """The line's texts."""
        right = "yes" if self.is_right else "no"
        return (self.sample, self.made, self.answer, f"{self.probability:.2f}", right)


def rows_of(sample: Sample, predictions: tuple[Prediction, ...]) -> tuple[TourRow, ...]:
    """The lines for a sample whose people each do one thing."""
    rows = []
    for prediction in predictions:
        (name, probability), *_ = prediction.top(1)
        person = prediction.person or 0
        who = f", P{person + 1}" if len(predictions) > 1 else ""
        rows.append(
            TourRow(
                sample=f"{sample.id}{who}",
                made=sample.expected[person],
                answer=name,
                probability=probability,
            )
        )
    return tuple(rows)


def table_text(rows: tuple[TourRow, ...]) -> str:
    """The lines as a table whose columns line up."""
    cells = [HEADINGS, *(row.cells for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def story_text(track: PredictionTrack) -> str:
    """The answers over a long recording, one after the other."""
    stride = float(track.starts[1] - track.starts[0]) if len(track.starts) > 1 else 1.0
    runs = answer_runs(answer_cells(track))
    is_steady = runs.stops - runs.starts >= SHORTEST_RUN * stride
    names = [track.class_names[action] for action in runs.actions[is_steady]]
    kept = [name for place, name in enumerate(names) if place == 0 or names[place - 1] != name]
    return ", then ".join(kept)


def whole_answer(recognizer: "Recognizer", recording: Recording) -> tuple[Prediction, ...]:
    """What the model says of a short recording, person by person."""
    return recognizer.answer(Clip.whole(recording), explain=False).predictions


def whole_track(recognizer: "Recognizer", recording: Recording) -> PredictionTrack:
    """What the model says over a long recording."""
    return recognizer.track(
        recording, person=0, on_progress=lambda _: None, should_stop=lambda: False
    )
