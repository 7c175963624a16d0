"""A model's answers to the clips of a labelled data set."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from engine.arrays import DoubleArray
from engine.datasets.base import Contents, DatasetFormat, LabelledFile
from engine.errors import EngineError
from engine.formats.reading import plural
from engine.judging.verdict import OTHER, Skipped, Verdict, verdict_of
from engine.runtime.questions import Question
from engine.runtime.recognizer import Recognizer


class Unknown(Enum):
    """What becomes of clips whose action a model does not know."""

    REFUSE = "refuse"
    """There must be none."""
    LEAVE_OUT = "leave-out"
    AS_OTHERS = "as-others"
    """They are asked about, and the right answer is none of these."""


def evaluate(
    recognizer: Recognizer,
    dataset: DatasetFormat,
    contents: Contents,
    on_progress: Callable[[int], None],
    unknown: Unknown = Unknown.REFUSE,
) -> Verdict:
    """Answer every labelled clip of a data set, each as a whole, several at once.

    In a clip with several people who are answered one by one, the answer is about the person who
    moves most.

    Args:
        recognizer: The opened model.
        dataset: How the data set lies on disk.
        contents: The clips to answer, and the data set's actions.
        on_progress: Called with the number of clips done, now and then and at the end.
        unknown: What becomes of clips whose action the model does not know.

    Raises:
        EngineError: The model does not know an action, or any of them, or there is no clip.
    """
    truths = truths_of(recognizer.card.class_names, contents)
    missing = unknown_actions(recognizer.card.class_names, contents)
    if missing and unknown is Unknown.REFUSE:
        clips = sum(truth == OTHER for truth in truths)
        raise EngineError(
            f"model {recognizer.card.id} does not know {', '.join(missing)} "
            f"({plural(clips, 'clip')} of {len(truths):,} of {dataset.name}); leave them out with "
            "--only-known, or expect 'none of these' for them with --as-others"
        )
    asked = [
        (file, truth)
        for file, truth in zip(contents.files, truths, strict=True)
        if truth != OTHER or unknown is Unknown.AS_OTHERS
    ]
    if all(truth == OTHER for _, truth in asked):
        raise EngineError(
            f"model {recognizer.card.id} knows none of the actions of {dataset.name}'s clips; "
            f"it knows {', '.join(recognizer.card.class_names)}"
        )
    sheet = _Sheet(recognizer)
    for number, (file, truth) in enumerate(asked, start=1):
        sheet.ask(dataset, file, truth)
        if sheet.answer_when(recognizer.batch) or number == len(asked):
            on_progress(number)
    sheet.answer_when(1)
    return sheet.verdict()


def truths_of(class_names: tuple[str, ...], contents: Contents) -> tuple[int, ...]:
    """Of each clip, the model's number of its action, or ``OTHER``."""
    numbers = {name: number for number, name in enumerate(class_names)}
    return tuple(numbers.get(contents.actions[file.action], OTHER) for file in contents.files)


def unknown_actions(class_names: tuple[str, ...], contents: Contents) -> tuple[str, ...]:
    """Actions of the clips that the model does not know, in the data set's order."""
    shown = {contents.actions[file.action] for file in contents.files}
    return tuple(name for name in contents.actions if name in shown and name not in class_names)


@dataclass(slots=True)
class _Sheet:
    """Answers so far, and clips that wait for theirs."""

    recognizer: Recognizer
    waiting: list[tuple[LabelledFile, int, Question]] = field(default_factory=list)
    files: list[LabelledFile] = field(default_factory=list)
    truths: list[int] = field(default_factory=list)
    rows: list[DoubleArray] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def ask(self, dataset: DatasetFormat, file: LabelledFile, truth: int) -> None:
        """Put a clip in line, or note why it cannot be."""
        try:
            question = self.recognizer.question(dataset.read_clip(file))
        except EngineError as error:
            self.skipped.append(Skipped(file=file, truth=truth, reason=str(error)))
        else:
            self.waiting.append((file, truth, question))

    def answer_when(self, enough: int) -> bool:
        """Answer those who wait, once there are so many of them; says whether it did."""
        if len(self.waiting) < enough:
            return False
        questions = [question for _, _, question in self.waiting]
        rows = self.recognizer.log_probabilities(questions)
        starts = np.cumsum([0, *(len(question.prepared) for question in questions[:-1])])
        for (file, truth, question), start in zip(self.waiting, starts, strict=True):
            self.files.append(file)
            self.truths.append(truth)
            self.rows.append(rows[start + question.main])
        self.waiting.clear()
        return True

    def verdict(self) -> Verdict:
        card = self.recognizer.card
        rows = np.array(self.rows, dtype=np.float64).reshape(-1, len(card.class_names))
        truths = np.array(self.truths, dtype=np.int64)
        return verdict_of(card, rows, truths, self.files, self.skipped)
