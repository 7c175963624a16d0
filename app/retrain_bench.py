"""Retraining, connected: what is asked, its panel, the models of the study, the clips visited."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app.clip_visit import ClipPlace, ClipVisit
from app.modes import Mode
from app.open_study import OpenStudy
from app.retrain_actions import (
    ACCEPT,
    CHECK,
    DOUBT,
    KEEP,
    NEXT,
    NEXT_FLIP,
    OTHER_MODEL,
    PANEL,
    RETRAIN,
    RETRAIN_ACTIONS,
)
from app.retrain_models import StudyModels
from app.retrain_questions import RetrainQuestions
from app.retrain_state import Judgement, Page, RunTold
from app.retrain_switch import model_with_id, switched, switched_back
from app.services.training import TrainingService
from app.suspects import Suspects
from app.teach_parts import TeachParts
from app.views.action_set import key_text, tooltip
from engine.study.contents import StudyContents
from engine.study.outcome import ClipVerdict


class RetrainBench(QObject):
    """Connects its part of teaching; ``connect_all`` once everything is there."""

    def connect_all(self, parts: TeachParts) -> None:
        """Connect everything.

        Args:
            parts: What it reads, shows and acts upon.
        """
        self._parts = parts
        document, desk, window = parts.document, parts.desk, parts.window
        self.service = TrainingService(parts.io, self)
        self.questions = RetrainQuestions(document, desk, self.service, self)
        self.models = StudyModels(document, desk, parts.pick_model, self)
        self.visit = ClipVisit(document, parts.player, parts.librarian, parts.io, self)
        self.suspects = Suspects(parts, self)
        self._connect_state()
        self._connect_panel()
        window.retrain.show_contents(desk.contents)
        window.retrain.show_preparing(self.questions.preparing)
        window.retrain.show_running(self.questions.running)
        self.suspects.refresh()
        self._take_study(desk.study)
        self.questions.set_watched(window.retrain.isVisible())
        self._enable()

    def _connect_state(self) -> None:
        document, desk = self._parts.document, self._parts.desk
        service, questions, models = self.service, self.questions, self.models
        window, panel = self._parts.window, self._parts.window.retrain
        desk.study_changed.connect(self._take_study)
        desk.contents_changed.connect(self._take_contents)
        document.models_changed.connect(models.take_all)
        document.models_changed.connect(questions.refresh)
        document.models_changed.connect(self.suspects.refresh)
        document.model_changed.connect(questions.refresh)
        document.model_changed.connect(self.suspects.refresh)
        self._parts.lanes.compared_changed.connect(self.suspects.refresh)
        service.models_changed.connect(models.take_study_models)
        service.runs_changed.connect(self._take_runs)
        service.foretold.connect(questions.take_prospect)
        service.started.connect(questions.take_started)
        service.outcome_found.connect(questions.take_outcome)
        service.refused.connect(questions.take_refusal)
        questions.preparing_changed.connect(panel.show_preparing)
        questions.preparing_changed.connect(window.top_bar.untrained.show_preparing)
        questions.preparing_changed.connect(self._enable)
        questions.running_changed.connect(panel.show_running)
        questions.running_changed.connect(window.top_bar.untrained.show_running)
        questions.finished_changed.connect(panel.show_finished)
        questions.finished_changed.connect(self._enable)
        questions.page_changed.connect(panel.show_page)
        questions.complained.connect(self._complain)
        self.suspects.changed.connect(panel.show_checking)
        self.suspects.changed.connect(self._enable)
        self.suspects.visited.connect(self._go)

    def _connect_panel(self) -> None:
        panel, questions, suspects = self._parts.window.retrain, self.questions, self.suspects
        panel.page_requested.connect(questions.set_page)
        panel.watched.connect(questions.set_watched)
        before, run, after, check = panel.before, panel.run, panel.after, panel.check
        before.start_requested.connect(questions.start)
        before.wishes_requested.connect(questions.set_wishes)
        before.by_person_requested.connect(questions.set_by_person)
        run.asked.connect(questions.ask)
        run.go_on_requested.connect(questions.go_on)
        run.run_requested.connect(questions.show_run)
        run.result_requested.connect(questions.show_result_of_run)
        after.switch_requested.connect(self.switch_to)
        after.back_requested.connect(self.switch_back)
        after.looking_requested.connect(questions.look)
        after.clip_requested.connect(self._visit)
        after.next_requested.connect(self._next_clip)
        check.ask_requested.connect(suspects.ask)
        check.stop_requested.connect(suspects.stop)
        check.suspect_requested.connect(suspects.show)
        check.judged.connect(suspects.judge)
        check.next_requested.connect(suspects.show_next)
        self._parts.window.top_bar.untrained.panel_requested.connect(self.show_panel)
        self._parts.window.action_set.keys_changed.connect(self._show_keys)
        self._show_keys()

    def work_of_actions(self) -> dict[str, Callable[..., object]]:
        """What its rows of the table of actions do."""
        suspects = self.suspects
        return {
            RETRAIN: self._start,
            PANEL: self.show_panel,
            OTHER_MODEL: self.switch_back,
            NEXT_FLIP: self._next_clip,
            CHECK: self._check,
            ACCEPT: lambda: suspects.judge(Judgement.ACCEPTED),
            KEEP: lambda: suspects.judge(Judgement.KEPT),
            DOUBT: lambda: suspects.judge(Judgement.DOUBTFUL),
            NEXT: suspects.show_next,
        }

    @property
    def is_settled(self) -> bool:
        """Whether everything that is going to be shown is shown, runs at work aside."""
        return self.questions.is_settled and not self.suspects.is_asking

    def put_aside(self) -> bool:
        """Take back one thing; whether there was one."""
        if self.suspects.is_asking:
            self.suspects.stop()
            return True
        return self.visit.leave()

    def close(self, *, longest_ms: int | None = None) -> bool:
        """Follow runs no longer, which go on; there are no threads of its own to end."""
        self.service.close()
        return longest_ms is None or longest_ms >= 0

    # what is told

    @Slot(object)
    def _take_study(self, study: OpenStudy | None) -> None:
        self.models.take_study(study)
        self.questions.take_study(study)
        self.suspects.take_study(study)

    @Slot(object)
    def _take_contents(self, contents: StudyContents) -> None:
        self._parts.window.retrain.show_contents(contents)
        self.models.follow(contents)
        self.questions.refresh()
        self.suspects.refresh()

    @Slot(object)
    def _take_runs(self, runs: tuple[RunTold, ...]) -> None:
        self.suspects.runs = {
            each.run.receipt.model_id: each.run.folder for each in runs if each.has_result
        }
        self.questions.take_runs(runs)

    @Slot()
    def _show_keys(self) -> None:
        actions = self._parts.window.action_set
        held = {spec.id: actions.keys_of(spec.id) for spec in RETRAIN_ACTIONS}
        self._parts.window.retrain.show_keys(
            {row: tooltip(actions[row].text(), keys) for row, keys in held.items()},
            {row: key_text(keys[0]) if keys else "" for row, keys in held.items()},
        )

    @Slot()
    def _enable(self) -> None:
        """Keys do something only where there is something to do."""
        actions, questions = self._parts.window.action_set, self.questions
        checking = self.suspects.checking
        facts = self._parts.desk.contents.facts
        actions[NEXT_FLIP].setEnabled(questions.finished is not None)
        actions[OTHER_MODEL].setEnabled(bool(facts.previous_model))
        actions[CHECK].setEnabled(not checking.why_not)
        for action_id in (ACCEPT, KEEP, DOUBT):
            actions[action_id].setEnabled(checking.suspect is not None)
        actions[NEXT].setEnabled(bool(checking.suspects))

    @Slot(str)
    def _complain(self, reason: str) -> None:
        self._parts.desk.refused.emit(reason)

    # wishes

    @Slot()
    def show_panel(self) -> None:
        """Bring training to the front."""
        self._parts.modes.switch(Mode.TEACH)
        dock = self._parts.window.docks.retrain
        dock.show()
        dock.raise_()

    @Slot()
    def _start(self) -> None:
        self.show_panel()
        self.questions.start()

    @Slot()
    def _check(self) -> None:
        self.show_panel()
        self.questions.set_page(Page.CHECK)
        self.suspects.ask()

    @Slot(str)
    def switch_to(self, model_id: str) -> None:
        """Use another model from now on."""
        document = self._parts.document
        model = model_with_id(document.models, model_id)
        if model is not None:
            shown_id = "" if document.model is None else document.model.card.id
            self._parts.desk.change(lambda contents: switched(contents, model, shown_id=shown_id))

    @Slot()
    def switch_back(self) -> None:
        """Use the model before again."""
        models = self._parts.document.models
        self._parts.desk.change(lambda contents: switched_back(contents, models))

    @Slot(object)
    def _visit(self, verdict: ClipVerdict) -> None:
        self.questions.go_to(verdict)
        self._go(
            ClipPlace(
                recording_id=verdict.recording_id,
                person=verdict.person,
                start=verdict.start,
                stop=verdict.stop,
            )
        )

    @Slot()
    def _next_clip(self) -> None:
        verdict = self.questions.next_clip()
        if verdict is not None:
            self._visit(verdict)

    @Slot(object)
    def _go(self, place: ClipPlace) -> None:
        desk = self._parts.desk
        if desk.study is not None and not self.visit.go(place, desk.contents, desk.study.folder):
            self._complain("the recording of this clip is no longer in the study")
