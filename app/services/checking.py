"""Asking models about all labels of a study, in the inference thread, model after model.

Answers about what is on show go first: models make way at every batch. What has been answered when
somebody stops is told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, Signal

from app.retrain_state import Suspect
from app.services.inference import ClipRecognizer, InferenceService
from app.services.task_runner import Task, TaskControl, TaskRunner, Urgency
from engine.errors import EngineError
from engine.runtime.packages import ModelPackage
from engine.study.answering import Opinion, answer_segments, disagreements
from engine.study.clips import StudyClip, clips_of
from engine.study.contents import StudyContents
from engine.study.judging import opinions_of_outcome
from engine.study.outcome import read_outcome
from engine.study.selecting import Choice

Opinions = dict[str, Opinion]
"""Of one model, by segment id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckQuestion:
    """What models are asked about."""

    folder: Path
    """Of the study."""
    contents: StudyContents
    models: tuple[ModelPackage, ...]
    """The one in use first; each once."""
    runs: Mapping[str, Path]
    """Folders of the runs that made some of them, by the model's id: what such a model said of a
    clip before it had learnt from it counts more than what it says by heart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of it."""

    num_asked: int
    suspects: tuple[Suspect, ...]
    """Most suspicious first."""


class CheckingService(QObject):
    """One question at a time."""

    progressed = Signal(float)
    found = Signal(object)  # Checked
    refused = Signal(object)  # Exception

    def __init__(
        self, runner: TaskRunner, inference: InferenceService, parent: QObject | None = None
    ) -> None:
        """Ask through a runner.

        Args:
            runner: The inference thread.
            inference: Has the models.
            parent: Owner.
        """
        super().__init__(parent)
        self._runner = runner
        self._inference = inference
        self._task: Task | None = None
        self._stopped = Event()
        self._question: CheckQuestion | None = None
        self._opinions: dict[str, Opinions] = {}
        """By the folder of the model."""
        self._segments: tuple[StudyClip, ...] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether models are asked."""
        return self._task is not None

    def ask(self, question: CheckQuestion) -> None:
        """Ask; what was asked before is forgotten."""
        self.forget()
        self._question, self._stopped = question, Event()
        self._opinions, self._segments = {}, None
        self._go_on()

    def stop(self) -> None:
        """Ask no more; what has been answered is told."""
        self._stopped.set()

    def forget(self) -> None:
        """Nothing that was asked before is told after this."""
        if self._task is not None:
            self._task.cancel()
            self._stopped.set()
            self._task = None

    def _go_on(self) -> None:
        """Ask the next model; tell what came of it after the last one."""
        question = self._question
        if question is None:
            return
        number = len(self._opinions)
        if number == len(question.models) or self._stopped.is_set():
            self._submit(lambda _: _checked(question, self._opinions))
            return
        model, stopped, segments = question.models[number], self._stopped, self._segments

        def work(
            recognizer: ClipRecognizer, control: TaskControl
        ) -> tuple[tuple[StudyClip, ...], Opinions]:
            from engine.runtime.recognizer import Recognizer

            if not isinstance(recognizer, Recognizer):
                raise EngineError(f"{model.card.title} cannot be asked about segments")
            asked = segments_of(question) if segments is None else segments
            answers = answer_segments(
                recognizer,
                asked,
                window_s=model.card.windows.window_s,
                on_progress=lambda share: control.checkpoint(
                    (number + share) / len(question.models)
                ),
                should_stop=lambda: control.should_stop() or stopped.is_set(),
            )
            opinions = {
                each.segment_id: answers.opinion(each.segment_id, each.label) for each in asked
            }
            found = {key: each for key, each in opinions.items() if each is not None}
            return asked, {**found, **_said_before(question, model, found)}

        self._task = self._runner.submit(
            self._inference.with_model(model, work),
            on_result=lambda answered: self._take(model, answered),
            on_error=self._refuse,
            on_progress=self.progressed.emit,
            urgency=Urgency.BACKGROUND,
        )

    def _take(self, model: ModelPackage, answered: tuple[tuple[StudyClip, ...], Opinions]) -> None:
        self._segments, self._opinions[str(model.folder)] = answered
        self._go_on()

    def _submit(self, work: Callable[[TaskControl], Checked]) -> None:
        self._task = self._runner.submit(
            work, on_result=self._tell, on_error=self._refuse, urgency=Urgency.SOON
        )

    def _tell(self, checked: Checked) -> None:
        self._task = self._question = None
        self.found.emit(checked)

    def _refuse(self, error: Exception) -> None:
        self._task = self._question = None
        self.refused.emit(error)


def segments_of(question: CheckQuestion) -> tuple[StudyClip, ...]:
    """All labelled segments of a study, whole."""
    return clips_of(question.contents, question.folder, Choice(with_doubtful=True)).clips.segments


def _said_before(question: CheckQuestion, model: ModelPackage, found: Opinions) -> Opinions:
    """What a model of the study said of clips that were held out of it.

    Raises:
        FileFormatError: The run's outcome is damaged.
    """
    run = question.runs.get(model.card.id)
    outcome = None if run is None else read_outcome(run)
    if outcome is None:
        return {}
    return {key: each for key, each in opinions_of_outcome(outcome).items() if key in found}


def _checked(question: CheckQuestion, opinions: Mapping[str, Opinions]) -> Checked:
    models = {str(each.folder): each.card.title for each in question.models}
    asked = {key for each in opinions.values() for key in each}
    suspects = tuple(
        Suspect(
            segment_id=each.segment_id,
            recording_id=each.recording_id,
            person=each.person,
            start=each.start,
            stop=each.stop,
            label=each.label,
            word=each.said,
            said=tuple(
                (models[key], found[each.segment_id].name, found[each.segment_id].score)
                for key, found in opinions.items()
                if each.segment_id in found
            ),
        )
        for each in disagreements(question.contents, opinions)
    )
    return Checked(num_asked=len(asked), suspects=suspects)
