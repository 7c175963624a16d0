"""What a run of training led to: the new model's answers beside the old one's, clip by clip.

Written by the trainer's process into ``outcome.json`` of the run's folder, read by the window.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.errors import FileFormatError

OUTCOME_FILE = "outcome.json"
VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipVerdict:
    """One labelled segment, and what two models call it."""

    segment_id: str
    recording_id: str
    person: int
    start: int
    stop: int
    label: str
    """What people say; ``engine.labels.NOTHING`` for a reviewed span without an action."""
    before: str
    """The old model's first answer; empty where there was no old model, or it could not answer."""
    before_score: float
    """Its probability."""
    before_label_score: float
    """The probability that the old model gave to the label; 0 where it does not know it."""
    after: str
    after_score: float
    after_label_score: float
    is_trained_on: bool
    """Whether what answered here has learnt from it, or from others of the same person (or
    recording) where those are what divides a run's clips."""
    was_trained_on: bool = False
    """The same of the old model: its answer may be one that it knows by heart."""

    @property
    def is_better(self) -> bool:
        """Wrong before, right now."""
        return self.before != self.label and self.after == self.label

    @property
    def is_worse(self) -> bool:
        """Right before, wrong now."""
        return self.before == self.label and self.after != self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentScore:
    """How well a model finds segments in whole recordings that it was not trained on."""

    f1: float
    """Segment F1 at an overlap (intersection over union) of one half."""
    precision: float
    recall: float
    num_recordings: int
    num_segments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of a run, beside the model it started from or replaces."""

    old_model: str
    """Id; empty for none."""
    new_model: str
    class_names: tuple[str, ...]
    """Rows and columns of the confusion matrix: the new model's actions."""
    verdicts: tuple[ClipVerdict, ...]
    old_segments: SegmentScore | None = None
    new_segments: SegmentScore | None = None
    seconds: float = 0.0
    """Spent in training."""
    note: str = ""
    """How the answers to clips held out came about, and what they are worth, for people."""

    @property
    def held_out(self) -> tuple[ClipVerdict, ...]:
        """Clips that the new model did not learn from: those that count."""
        return tuple(each for each in self.verdicts if not each.is_trained_on)

    @property
    def comparable(self) -> tuple[ClipVerdict, ...]:
        """Clips that neither model has learnt from: where the two can fairly be compared."""
        return tuple(each for each in self.held_out if not each.was_trained_on)


def write_outcome(folder: Path, outcome: Outcome) -> None:
    """Write a run's outcome as a whole.

    Raises:
        OSError: The folder cannot be written.
    """
    path, partial = folder / OUTCOME_FILE, folder / f"{OUTCOME_FILE}.partial"
    text = json.dumps({"version": VERSION, **asdict(outcome)}, ensure_ascii=False)
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def read_outcome(folder: Path) -> Outcome | None:
    """A run's outcome; None where there is none yet.

    Raises:
        FileFormatError: It is damaged, or of another version of the program.
    """
    path = folder / OUTCOME_FILE
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        version = found.pop("version")
        if version != VERSION:
            raise ValueError(f"version {version}, this program reads {VERSION}")
        found["verdicts"] = tuple(ClipVerdict(**each) for each in found["verdicts"])
        found["class_names"] = tuple(found["class_names"])
        for side in ("old_segments", "new_segments"):
            found[side] = None if found[side] is None else SegmentScore(**found[side])
        return Outcome(**found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FileFormatError(f"the run's outcome cannot be read ({error})", path=path) from error
