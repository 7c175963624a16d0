"""Decides what is asked and shown about training; the service asks, the panel shows."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.document import Document
from app.open_study import OpenStudy
from app.retrain_result_model import ClipChoice, Sieve, chosen_clips, num_flipped
from app.retrain_state import Finished, Looking, Named, Page, Preparing, Running, RunTold, Wishes
from app.retrain_switch import in_use, model_with_id
from app.retrain_words import finished_title
from app.services.training import OutcomeRead, Prospect, TrainingService
from app.study_desk import StudyDesk
from engine.errors import EngineError
from engine.runtime.packages import ModelPackage
from engine.study.forecast import RetrainWish
from engine.study.outcome import ClipVerdict, Outcome
from engine.study.selecting import Choice
from trainer.retraining import Ask, RetrainPlan, RunPhase

COUNT_AFTER_MS = 250
"""Clips are counted once nothing was changed for so long."""


class RetrainQuestions(QObject):
    """What is picked and known of training, in the main thread."""

    preparing_changed = Signal(object)  # Preparing
    running_changed = Signal(object)  # Running
    finished_changed = Signal(object)  # Finished | None
    page_changed = Signal(object)  # Page
    complained = Signal(str)

    def __init__(
        self,
        document: Document,
        desk: StudyDesk,
        service: TrainingService,
        parent: QObject | None = None,
    ) -> None:
        """Know nothing yet.

        Args:
            document: Has the models.
            desk: Has the study.
            service: Starts and follows runs.
            parent: Owner.
        """
        super().__init__(parent)
        self._document = document
        self._desk = desk
        self._service = service
        self.page = Page.PREPARE
        self.preparing = Preparing()
        self.running = Running()
        self.finished: Finished | None = None
        self._shown: Path | None = None
        self._result: Path | None = None
        """Of which run the result is shown."""
        self._is_watched = False
        """Whether somebody sees the panel: only then are clips counted."""
        self._is_stale = True
        """Whether something has changed since they were counted."""
        self._wants_to_start = False
        self._outcomes: dict[Path, Outcome | None] = {}
        self._looking: dict[Path, Looking] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(COUNT_AFTER_MS)
        self._soon.timeout.connect(self._count)

    @property
    def is_settled(self) -> bool:
        """Whether everything is counted."""
        is_counted = not self._is_stale or not self._is_watched
        return not self._soon.isActive() and (not self.preparing.has_study or is_counted)

    # what is told

    @Slot(object)
    def take_study(self, study: OpenStudy | None) -> None:
        """Turn to another study."""
        is_other = study is None or study.folder != self._service.folder
        if is_other:
            self._shown = self._result = None
            self._wants_to_start = False
            self._outcomes, self._looking = {}, {}
            self._prepare(is_starting=False)  # that was in the other one
            self._service.open(None if study is None else study.folder)
            self._set_page(Page.PREPARE)
        self._prepare(
            has_study=study is not None,
            read_only="" if study is None else study.read_only,
            forecast=None if is_other else self.preparing.forecast,
            untrained=None if is_other else self.preparing.untrained,
            complaint="",
        )
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Something has changed that is counted or named: labels, models, the one in use."""
        models = self._document.models
        base = self._base()
        self._prepare(
            bases=tuple(Named(id=each.card.id, title=each.card.title) for each in models),
            base=-1 if base is None else models.index(base),
        )
        self._is_stale = True
        if self.preparing.has_study:
            self._soon.start()
        self._show_result()

    @Slot(bool)
    def set_watched(self, is_watched: bool) -> None:
        """Somebody sees the panel, or nobody does."""
        self._is_watched = is_watched
        if is_watched and self._is_stale:
            self._count()

    @Slot(object)
    def take_runs(self, runs: tuple[RunTold, ...]) -> None:
        """Take over where the runs stand."""
        before = {each.run.folder: each for each in self.running.runs}
        ended = [each for each in runs if _has_just_ended(before.get(each.run.folder), each)]
        was_shown = self.running.shown
        self._show_runs(runs)
        ahead = sum(not each.is_over for each in runs)
        self._prepare(num_ahead=ahead)
        for each in ended:
            self._outcomes.pop(each.run.folder, None)
        if any(each.has_model for each in ended):
            self._soon.start()
        is_watched = was_shown is not None and any(
            each.run.folder == was_shown.run.folder for each in ended
        )
        if is_watched and self.page is Page.RUN and self.running.shown is not None:
            if self.running.shown.has_result:
                self.show_result(self.running.shown.run.folder)
        elif self._result is None or (ended and self.page is not Page.RESULT):
            newest = next((each for each in reversed(runs) if each.has_result), None)
            if newest is not None:
                self._pick_result(newest.run.folder)

    @Slot(object)
    def take_prospect(self, prospect: Prospect) -> None:
        """Take over what a run would use."""
        self._prepare(untrained=prospect.untrained)
        if prospect.forecast is not None:
            self._is_stale = self._is_stale and prospect.contents is not self._desk.contents
            self._prepare(forecast=prospect.forecast)
            if self._wants_to_start and not self._is_stale:
                self.start()

    @Slot(object)
    def take_started(self, folder: Path) -> None:
        """A run is on its way."""
        self._shown = folder
        self._prepare(is_starting=False, complaint="")
        self._show_runs(self._service.runs)
        self._set_page(Page.RUN)

    @Slot(object)
    def take_refusal(self, error: Exception) -> None:
        """Say why something could not be done.

        Raises:
            Exception: It is a defect of the program.
        """
        self._wants_to_start = False
        self._prepare(is_starting=False)
        if not isinstance(error, EngineError | OSError):
            raise error
        if self.page is Page.PREPARE:
            self._prepare(complaint=str(error))
        else:
            self.complained.emit(str(error))

    @Slot(object)
    def take_outcome(self, read: OutcomeRead) -> None:
        """Take over what came of a run."""
        self._outcomes[read.folder] = read.outcome
        self._show_result()

    # wishes

    @Slot(object)
    def set_page(self, page: Page) -> None:
        """Turn to a page."""
        self._set_page(page)

    @Slot(object)
    def set_wishes(self, wishes: Wishes) -> None:
        """Train in another way."""
        is_other = wishes.mode is not self.preparing.wishes.mode
        forecast = None if is_other else self.preparing.forecast
        self._wants_to_start = False
        self._prepare(wishes=wishes, forecast=forecast, complaint="")
        self.refresh()
        self._count()

    @Slot(bool)
    def set_by_person(self, is_on: bool) -> None:
        """List clips by person, or together."""
        self._prepare(by_person=is_on)

    @Slot()
    def start(self) -> None:
        """Retrain, once the clips are counted."""
        self._wants_to_start = self.preparing.has_study and self._is_stale
        if self._wants_to_start:
            self._is_watched = True
            self._count()
            return
        if not self.preparing.can_start:
            self._set_page(Page.PREPARE)
            return
        self._prepare(is_starting=True, complaint="")
        self._service.start(self._desk.contents, self._plan())

    @Slot(object)
    def ask(self, what: Ask) -> None:
        """Ask something of the run that is shown."""
        if self._shown is not None:
            self._service.ask(self._shown, what)

    @Slot()
    def go_on(self) -> None:
        """Start the run that is shown again."""
        if self._shown is not None:
            self._service.go_on(self._shown)

    @Slot(object)
    def show_run(self, folder: Path) -> None:
        """Turn to a run."""
        self._shown = folder
        self._show_runs(self.running.runs)

    @Slot()
    def show_result_of_run(self) -> None:
        """Turn to what came of the run that is shown."""
        if self._shown is not None:
            self.show_result(self._shown)

    def show_result(self, folder: Path) -> None:
        """Turn to what came of a run."""
        self._pick_result(folder)
        self._set_page(Page.RESULT)

    @Slot(object)
    def look(self, looking: Looking) -> None:
        """Look at the result in another way."""
        if self._result is not None:
            self._looking[self._result] = looking
            self._show_result()

    def go_to(self, verdict: ClipVerdict) -> None:
        """Note which clip is on show."""
        finished = self.finished
        if finished is not None:
            clips = chosen_clips(finished.outcome, finished.looking.choice)
            if verdict in clips:
                self.look(replace(finished.looking, current=clips.index(verdict)))

    def next_clip(self) -> ClipVerdict | None:
        """The clip after the one on show in the list, the first one at its end."""
        finished = self.finished
        if finished is None:
            return None
        clips = chosen_clips(finished.outcome, finished.looking.choice)
        return clips[(finished.looking.current + 1) % len(clips)] if clips else None

    # what follows

    def _base(self) -> ModelPackage | None:
        models = self._document.models
        picked = model_with_id(models, self.preparing.wishes.base_id)
        return picked or in_use(self._desk.contents, models, self._document.model)

    def _plan(self) -> RetrainPlan:
        wishes = self.preparing.wishes
        wish = RetrainWish(
            choice=Choice(with_doubtful=wishes.with_doubtful),
            keep_base_actions=wishes.keep_base_actions,
        )
        return RetrainPlan(mode=wishes.mode, base=self._base(), wish=wish)

    @Slot()
    def _count(self) -> None:
        self._soon.stop()
        if self.preparing.has_study:
            self._service.foretell(
                self._desk.contents, self._plan(), with_forecast=self._is_watched
            )

    def _prepare(self, **changes: object) -> None:
        after = replace(self.preparing, **changes)  # type: ignore[arg-type]
        if after != self.preparing:
            self.preparing = after
            self.preparing_changed.emit(after)

    def _set_page(self, page: Page) -> None:
        if page is not self.page:
            self.page = page
            self.page_changed.emit(page)

    def _show_runs(self, runs: tuple[RunTold, ...]) -> None:
        shown = next((each for each in runs if each.run.folder == self._shown), None)
        if shown is None and runs:
            at_work = [each for each in runs if not each.is_over]
            shown = at_work[0] if at_work else runs[-1]
        if shown is not None and self._shown is None:
            self._shown = shown.run.folder
        running = Running(runs=runs, shown=shown)
        if running != self.running:
            self.running = running
            self.running_changed.emit(running)

    def _pick_result(self, folder: Path) -> None:
        self._result = folder
        if folder not in self._outcomes:
            self._service.read_outcome(folder)
        self._show_result()

    def _show_result(self) -> None:
        finished = self._finished()
        if finished != self.finished:
            self.finished = finished
            self.finished_changed.emit(finished)

    def _finished(self) -> Finished | None:
        folder = self._result
        outcome = None if folder is None else self._outcomes.get(folder)
        told = next((each for each in self.running.runs if each.run.folder == folder), None)
        if folder is None or outcome is None or told is None:
            return None
        facts, models = self._desk.contents.facts, self._document.models
        is_there = model_with_id(models, outcome.new_model) is not None
        is_in_use = facts.model == outcome.new_model
        other = model_with_id(models, facts.previous_model) if is_in_use else None
        why_not = self.preparing.read_only
        if not is_there:
            why_not = "Its model is no longer there."
        return Finished(
            title=finished_title(told.run, outcome),
            outcome=outcome,
            looking=self._looking.setdefault(folder, first_look(outcome)),
            is_in_use=is_in_use,
            can_switch=not why_not,
            why_not=why_not,
            other_title="" if other is None else other.card.title,
        )


def first_look(outcome: Outcome) -> Looking:
    """What is listed at first: what got better, else what got worse, else what is wrong."""
    better, worse = num_flipped(outcome)
    sieve = Sieve.BETTER if better else Sieve.WORSE if worse else Sieve.WRONG
    return Looking(choice=ClipChoice(sieve=sieve))


def _has_just_ended(before: RunTold | None, now: RunTold) -> bool:
    was_at_work = before is not None and not before.is_over
    return was_at_work and now.is_over and now.state.phase is not RunPhase.PREPARED
