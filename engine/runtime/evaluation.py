"""How often a model is right on a labelled data set."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import IntArray
from engine.datasets.base import Contents, DatasetFormat, LabelledFile
from engine.errors import EngineError
from engine.runtime.recognizer import Recognizer


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Counts over a labelled data set."""

    class_names: tuple[str, ...]
    confusion: IntArray
    """``(K, K)``: rows what it was, columns what the model said."""
    wrong: tuple[tuple[LabelledFile, int], ...]
    """Files named wrong, with what the model said."""
    skipped: tuple[str, ...]
    """Files that could not be answered, each with its reason."""

    @property
    def clips(self) -> int:
        """Clips answered."""
        return int(self.confusion.sum())

    @property
    def top1(self) -> float:
        """Share named right; clips that could not be answered count as wrong."""
        return float(np.trace(self.confusion)) / max(self.clips + len(self.skipped), 1)

    @property
    def recalls(self) -> tuple[float | None, ...]:
        """Share named right of each action; None where there is no clip of it."""
        totals = self.confusion.sum(axis=1)
        return tuple(
            float(right / total) if total else None
            for right, total in zip(np.diag(self.confusion), totals, strict=True)
        )


def evaluate(
    recognizer: Recognizer,
    dataset: DatasetFormat,
    contents: Contents,
    on_progress: Callable[[int], None],
) -> Evaluation:
    """Answer every labelled clip of a data set, each as a whole.

    Args:
        recognizer: The opened model.
        dataset: How the data set lies on disk.
        contents: The clips to answer, and the data set's actions.
        on_progress: Called with the number of clips done.

    Raises:
        EngineError: The model does not know one of the data set's actions.
    """
    names = recognizer.card.class_names
    missing = [action for action in contents.actions if action not in names]
    if missing:
        raise EngineError(
            f"model {recognizer.card.id} does not know {', '.join(missing)} of {dataset.name}"
        )
    confusion = np.zeros((len(names), len(names)), dtype=np.int64)
    wrong, skipped = [], []
    for number, file in enumerate(contents.files):
        truth = names.index(contents.actions[file.action])
        try:
            answer = recognizer.answer(dataset.read_clip(file), explain=False)
        except EngineError as error:
            skipped.append(str(error))
            continue
        said = int(answer.predictions[answer.main].probabilities.argmax())
        confusion[truth, said] += 1
        if said != truth:
            wrong.append((file, said))
        on_progress(number + 1)
    return Evaluation(
        class_names=names, confusion=confusion, wrong=tuple(wrong), skipped=tuple(skipped)
    )
