"""Runs of training, followed from the io threads: started, asked, watched; they outlive the window.

Everything that is known of a run stands in its folder. While one is at work its events are read
twice a second, else the study's folder is looked at now and then: a run that the command line has
started shows up, too. Nothing here computes anything that the trainer's own process does not tell.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import Popen
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.retrain_state import RunTold
from app.services.task_runner import Task, TaskControl, TaskRunner, Urgency
from engine.runtime.packages import ModelPackage
from engine.study.contents import StudyContents
from engine.study.forecast import Forecast
from engine.study.models import RUNS_FOLDER, study_models
from engine.study.outcome import Outcome, read_outcome
from engine.study.whereabouts import path_of
from trainer.retraining import (
    Ask,
    RetrainPlan,
    Run,
    RunState,
    RunWatch,
    Untrained,
    ask_run,
    forecast_of,
    prepare_run,
    runs_of,
    start_run,
    untrained_changes,
)

ResultT = TypeVar("ResultT")
BUSY_MS, IDLE_MS = 500, 3000
"""Between two looks, while a run is at work and while none is."""
LOOKS_AT_ALL = 6
"""One look in so many is also at runs that are over: somebody may have started them again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What a run would use, and what has not been trained yet."""

    contents: StudyContents
    """What it was counted from."""
    forecast: Forecast | None
    """None where nobody looks at it."""
    untrained: Untrained


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRead:
    """What came of a run."""

    folder: Path
    outcome: Outcome | None
    """None where it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What one look found."""

    folder: Path
    told: tuple[RunTold, ...]
    stamp: int
    models: tuple[ModelPackage, ...] | None
    """None where they were not looked for."""


class _Watches:
    """The runs of a study. Used in one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._runs: dict[Path, Run] = {}
        self._watches: dict[Path, RunWatch] = {}
        self._states: dict[Path, RunState] = {}
        self._stamp = -1
        self._looks = 0

    def look(self, *, again: bool) -> _Looked:
        """Where all runs stand.

        Args:
            again: Whether to read what runs there are also where the folder has not changed.

        Raises:
            OSError: The study's folder cannot be read.
        """
        jobs = self.folder / RUNS_FOLDER
        stamp = jobs.stat().st_mtime_ns if jobs.is_dir() else 0
        if again or stamp != self._stamp:
            self._runs = {run.folder: run for run in runs_of(self.folder)}
        self._stamp, before = stamp, dict(self._states)
        looks_at_all = self._looks % LOOKS_AT_ALL == 0 or again
        self._looks += 1
        for folder in self._runs:
            if looks_at_all or folder not in before or not before[folder].phase.is_over:
                watch = self._watches.setdefault(folder, RunWatch(folder))
                self._states[folder] = watch.poll()
        told = tuple(
            RunTold(run=run, state=self._states[folder]) for folder, run in self._runs.items()
        )
        packages = {each.state.package for each in told}
        is_new = packages != {before[each].package for each in before} or not before
        models = study_models(self.folder) if is_new else None
        return _Looked(folder=self.folder, told=told, stamp=stamp, models=models)


class TrainingService(QObject):
    """Wishes in, where runs stand out. Used in the main thread; the work is done in others."""

    runs_changed = Signal(object)  # tuple[RunTold, ...], the first run first
    models_changed = Signal(object)  # tuple[ModelPackage, ...], of the study's runs
    foretold = Signal(object)  # Prospect
    started = Signal(object)  # Path, of the run's folder
    outcome_found = Signal(object)  # OutcomeRead
    refused = Signal(object)  # Exception

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        """Follow nothing yet.

        Args:
            runner: The io threads.
            parent: Owner.
        """
        super().__init__(parent)
        self._runner = runner
        self._watches: _Watches | None = None
        self._told: tuple[RunTold, ...] = ()
        self._looking: Task | None = None
        self._has_to_look_again = False
        self._foretelling: Task | None = None
        self._starting: Task | None = None
        self._children: list[Popen[bytes]] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)

    @property
    def folder(self) -> Path | None:
        """The study whose runs are followed."""
        return None if self._watches is None else self._watches.folder

    @property
    def runs(self) -> tuple[RunTold, ...]:
        """Where all of them stand, the first one first."""
        return self._told

    @property
    def is_starting(self) -> bool:
        """Whether a run is being prepared."""
        return self._starting is not None

    def open(self, folder: Path | None) -> None:
        """Follow the runs of another study, of none for None; those of the last one go on."""
        if folder == self.folder:
            return
        for task in (self._looking, self._foretelling, self._starting):
            if task is not None:
                task.cancel()
        self._looking = self._foretelling = self._starting = None
        self._timer.stop()
        self._watches = None if folder is None else _Watches(folder)
        if self._told:
            self._told = ()
            self.runs_changed.emit(())
        self.models_changed.emit(())
        if folder is not None:
            self._look()

    def close(self) -> None:
        """Follow nothing any more; what was started goes on."""
        self._timer.stop()
        self._watches = None
        for child in self._children:
            child.returncode = child.poll() or 0  # it is not ours to wait for
        self._children.clear()

    # wishes

    def foretell(
        self, contents: StudyContents, plan: RetrainPlan, *, with_forecast: bool = True
    ) -> None:
        """Count what a run would use; the newest wish wins.

        Args:
            contents: Of the study.
            plan: How it would be trained.
            with_forecast: Whether to count clips, and not only what is untrained.
        """
        watches = self._watches
        if watches is None:
            return
        if self._foretelling is not None:
            self._foretelling.cancel()
        trained = self._newest_trained()

        def work(_: TaskControl) -> Prospect:
            forecast = None
            if with_forecast:
                given = with_missing(watches.folder, contents, plan)
                forecast = forecast_of(watches.folder, contents, given)
            untrained = untrained_changes(contents, trained)
            return Prospect(contents=contents, forecast=forecast, untrained=untrained)

        self._foretelling = self._runner.submit(
            work,
            on_result=self._take_prospect,
            on_error=self.refused.emit,
            urgency=Urgency.SOON,
        )

    def _newest_trained(self) -> Run | None:
        """The last run that has come to a model: what it was given is trained."""
        return next((each.run for each in reversed(self._told) if each.has_model), None)

    def _take_prospect(self, prospect: Prospect) -> None:
        self._foretelling = None
        self.foretold.emit(prospect)

    def start(self, contents: StudyContents, plan: RetrainPlan) -> None:
        """Prepare a run and start it; it waits for those before it."""
        watches = self._watches
        if watches is None or self._starting is not None:
            return

        def work(_: TaskControl) -> tuple[Path, Popen[bytes]]:
            given = with_missing(watches.folder, contents, plan)
            folder = prepare_run(watches.folder, contents, given)
            return folder, start_run(folder)

        self._starting = self._runner.submit(
            work, on_result=self._take_started, on_error=self._take_refusal
        )

    def go_on(self, folder: Path) -> None:
        """Start a run again that was broken off."""
        if self._starting is None:
            self._starting = self._runner.submit(
                lambda _: (folder, start_run(folder)),
                on_result=self._take_started,
                on_error=self._take_refusal,
            )

    def _take_started(self, begun: tuple[Path, "Popen[bytes]"]) -> None:
        folder, child = begun
        self._starting = None
        self._children.append(child)
        self.started.emit(folder)
        self.look_again()

    def _take_refusal(self, error: Exception) -> None:
        self._starting = None
        self.refused.emit(error)

    def ask(self, folder: Path, what: Ask) -> None:
        """Ask something of a run: to stop and keep, to be cancelled, to pause, to resume."""
        self._submit(lambda: ask_run(folder, what), lambda _: self.look_again())

    def read_outcome(self, folder: Path) -> None:
        """Read what came of a run."""
        self._submit(
            lambda: OutcomeRead(folder=folder, outcome=read_outcome(folder)),
            self.outcome_found.emit,
        )

    def _submit(self, work: Callable[[], ResultT], then: Callable[[ResultT], object]) -> None:
        self._runner.submit(
            lambda _: work(),
            on_result=lambda found: _ignore(then(found)),
            on_error=self.refused.emit,
        )

    # following

    def look_again(self) -> None:
        """Look now, also for runs that were not there."""
        self._has_to_look_again = True
        self._look()

    @Slot()
    def _look(self) -> None:
        watches = self._watches
        if watches is None or self._looking is not None:
            return
        again, self._has_to_look_again = self._has_to_look_again, False
        self._looking = self._runner.submit(
            lambda _: watches.look(again=again),
            on_result=self._take_look,
            on_error=self._take_look_error,
            urgency=Urgency.SOON,
        )

    def _take_look(self, looked: _Looked) -> None:
        self._looking = None
        self._children = [child for child in self._children if child.poll() is None]
        is_busy = any(not each.is_over for each in looked.told)
        self._timer.start(BUSY_MS if is_busy or self._has_to_look_again else IDLE_MS)
        if self._has_to_look_again:
            self._look()
        if looked.models is not None:
            self.models_changed.emit(looked.models)
        if looked.told != self._told:
            self._told = looked.told
            self.runs_changed.emit(looked.told)

    def _take_look_error(self, error: Exception) -> None:
        """A study whose folder is gone for a moment comes back.

        Raises:
            Exception: It is a defect of the program.
        """
        self._looking = None
        self._timer.start(IDLE_MS)
        if not isinstance(error, OSError):
            raise error


def with_missing(study_folder: Path, contents: StudyContents, plan: RetrainPlan) -> RetrainPlan:
    """The same plan without recordings whose files are not there. Looks at the disk."""
    missing = frozenset(
        row.id for row in contents.shown_recordings if not path_of(study_folder, row).is_file()
    )
    choice = replace(plan.wish.choice, missing=missing)
    return replace(plan, wish=replace(plan.wish, choice=choice))


def _ignore(_: object) -> None:
    """What a listener returns does not matter."""
