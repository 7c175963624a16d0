"""What is asked and shown about training, with a service that only takes notes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.document import Document
from app.library import Library
from app.open_study import OpenStudy
from app.retrain_questions import RetrainQuestions
from app.retrain_result_model import Sieve
from app.retrain_state import Page, RunTold, Wishes
from app.services.training import OutcomeRead, Prospect
from app.study_desk import StudyDesk
from engine.errors import TrainingError
from engine.study.contents import StudyContents
from engine.study.forecast import RetrainMode, forecast
from engine.study.outcome import Outcome
from tests.app import stand_ins
from tests.app.retrain_made import contents, outcome, run, training
from trainer.retraining import Ask, RetrainPlan, RunPhase, RunState, Untrained

FOLDER = Path("/studies/kitchen")
DONE = RunState(phase=RunPhase.FINISHED, has_outcome=True, package=Path("/nowhere/model"))


class NotesService(QObject):
    """Takes notes of what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[tuple[object, ...]] = []
        self.folder: Path | None = None
        self.runs: tuple[RunTold, ...] = ()

    def open(self, folder: Path | None) -> None:
        self.folder = folder
        self.notes.append(("open", folder))

    def foretell(self, _: StudyContents, plan: RetrainPlan, *, with_forecast: bool = True) -> None:
        counts = "foretell" if with_forecast else "untrained"
        self.notes.append((counts, plan.mode, plan.base and plan.base.card.id))

    def start(self, _: StudyContents, plan: RetrainPlan) -> None:
        self.notes.append(("start", plan.mode, plan.base and plan.base.card.id))

    def ask(self, folder: Path, what: Ask) -> None:
        self.notes.append(("ask", folder, what))

    def go_on(self, folder: Path) -> None:
        self.notes.append(("go on", folder))

    def read_outcome(self, folder: Path) -> None:
        self.notes.append(("read", folder))


@dataclass
class Asked:
    """Questions, and what they told."""

    questions: RetrainQuestions
    service: NotesService
    desk: StudyDesk
    pages: list[Page] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, *, is_watched: bool = True) -> None:
        self.questions.set_watched(is_watched)
        study = OpenStudy(folder=FOLDER)
        self.desk._study, self.desk._contents = study, contents()
        self.questions.take_study(study)

    def foretell(self, mode: RetrainMode = RetrainMode.QUICK) -> None:
        now = self.desk.contents
        will = forecast(now, base=stand_ins.package().card, mode=mode)
        self.questions.take_prospect(
            Prospect(contents=now, forecast=will, untrained=Untrained(added=("a",)))
        )

    def tell(self, *states: RunState) -> None:
        told = tuple(RunTold(run=run(n), state=each) for n, each in enumerate(states, start=1))
        self.service.runs = told
        self.questions.take_runs(told)

    def read(self, number: int, found: Outcome | None) -> None:
        self.questions.take_outcome(OutcomeRead(folder=run(number).folder, outcome=found))


@pytest.fixture
def asked(qtbot: QtBot) -> Iterator[Asked]:
    del qtbot
    document = Document(overlay=stand_ins.overlay_state(), library=Library(samples=()))
    document.set_models((stand_ins.package(), stand_ins.package("kitchen-1", "Kitchen 1")))
    desk, service = StudyDesk(), NotesService()
    questions = RetrainQuestions(document, desk, service)  # type: ignore[arg-type]
    made = Asked(questions=questions, service=service, desk=desk)
    questions.page_changed.connect(made.pages.append)
    questions.complained.connect(made.complaints.append)
    yield made
    questions._soon.stop()


def test_opening_a_study_follows_its_runs_and_counts_its_clips(asked: Asked, qtbot: QtBot) -> None:
    asked.open()
    assert asked.service.notes[0] == ("open", FOLDER)
    note = ("foretell", RetrainMode.QUICK, "stand-in")
    qtbot.waitUntil(lambda: note in asked.service.notes)
    preparing = asked.questions.preparing
    assert [each.id for each in preparing.bases] == ["stand-in", "kitchen-1"]
    assert preparing.base == 0, "the first one is in use where the study names none"


def test_a_wish_is_counted_at_once_and_started_as_it_is(asked: Asked) -> None:
    asked.open()
    asked.foretell()
    asked.questions.set_wishes(Wishes(mode=RetrainMode.FULL, base_id="kitchen-1"))
    assert asked.questions.preparing.forecast is None, "it was about another way"
    assert asked.service.notes[-1] == ("foretell", RetrainMode.FULL, "kitchen-1")
    asked.questions.start()
    started = ("start", RetrainMode.FULL, "kitchen-1")
    assert started not in asked.service.notes, "what it is about is not counted yet"
    asked.foretell(RetrainMode.FULL)
    assert asked.service.notes[-1] == started
    assert asked.questions.preparing.is_starting


def test_clips_are_counted_only_while_somebody_looks(asked: Asked, qtbot: QtBot) -> None:
    asked.open(is_watched=False)
    qtbot.waitUntil(lambda: asked.service.notes[-1][0] == "untrained")
    assert asked.questions.is_settled
    asked.questions.set_watched(True)
    assert asked.service.notes[-1][0] == "foretell"
    asked.foretell()
    count = len(asked.service.notes)
    asked.questions.set_watched(False)
    asked.questions.set_watched(True)
    assert len(asked.service.notes) == count, "nothing has changed since"


def test_what_cannot_start_leads_to_the_page_that_says_why(asked: Asked) -> None:
    asked.questions.set_page(Page.RESULT)
    asked.questions.start()
    assert asked.pages[-1] is Page.PREPARE
    assert not any(note[0] == "start" for note in asked.service.notes)


def test_a_run_that_started_is_shown_and_can_be_asked(asked: Asked) -> None:
    asked.open()
    asked.tell(training())
    asked.questions.take_started(run(1).folder)
    assert asked.questions.page is Page.RUN
    asked.questions.ask(Ask.STOP)
    assert asked.service.notes[-1] == ("ask", run(1).folder, Ask.STOP)


def test_a_run_that_ends_before_ones_eyes_shows_its_result(asked: Asked) -> None:
    asked.open()
    asked.tell(training())
    asked.questions.take_started(run(1).folder)
    asked.tell(DONE)
    assert asked.questions.page is Page.RESULT
    assert ("read", run(1).folder) in asked.service.notes
    asked.read(1, outcome())
    assert asked.questions.finished is not None
    assert asked.questions.finished.can_switch


def test_a_run_that_ends_behind_ones_back_leaves_the_page(asked: Asked) -> None:
    asked.open()
    asked.tell(training())
    asked.questions.take_started(run(1).folder)
    asked.questions.set_page(Page.CHECK)
    asked.tell(DONE)
    assert asked.questions.page is Page.CHECK
    asked.read(1, outcome())
    assert asked.questions.finished is not None, "its result is there when wanted"


def test_a_run_that_failed_before_ones_eyes_stays_to_be_read(asked: Asked) -> None:
    asked.open()
    asked.tell(training())
    asked.questions.take_started(run(1).folder)
    asked.tell(RunState(phase=RunPhase.FAILED, message="the disk is full", can_go_on=True))
    assert asked.questions.page is Page.RUN
    asked.questions.go_on()
    assert asked.service.notes[-1] == ("go on", run(1).folder)


def test_a_study_opened_again_shows_the_newest_result(asked: Asked) -> None:
    asked.open()
    asked.tell(DONE, DONE, training())
    assert ("read", run(2).folder) in asked.service.notes
    assert asked.questions.page is Page.PREPARE, "nobody is led anywhere"
    shown = asked.questions.running.shown
    assert shown is not None
    assert shown.run.number == 3, "the one at work"


def test_a_model_that_is_gone_cannot_be_switched_to(asked: Asked) -> None:
    asked.open()
    asked.tell(DONE)
    asked.read(1, outcome(new_model="lost"))
    finished = asked.questions.finished
    assert finished is not None
    assert finished.why_not == "Its model is no longer there."


def test_the_first_list_has_something_in_it(asked: Asked) -> None:
    asked.open()
    asked.tell(DONE)
    verdicts = tuple(each for each in outcome().verdicts if not each.is_better)
    asked.read(1, outcome(verdicts=verdicts))
    finished = asked.questions.finished
    assert finished is not None
    assert finished.looking.choice.sieve is Sieve.WORSE


def test_the_next_clip_is_the_first_one_after_the_last(asked: Asked) -> None:
    asked.open()
    asked.tell(DONE)
    asked.read(1, outcome())
    names = []
    for _ in range(3):
        verdict = asked.questions.next_clip()
        assert verdict is not None
        asked.questions.go_to(verdict)
        names.append(verdict.segment_id)
    assert names == ["b", "a", "b"]


def test_why_something_could_not_be_done_is_said_where_it_was_asked(asked: Asked) -> None:
    asked.open()
    asked.foretell()
    asked.questions.take_refusal(TrainingError("the disk is full"))
    assert asked.questions.preparing.complaint == "the disk is full"
    asked.questions.set_page(Page.RUN)
    asked.questions.take_refusal(TrainingError("nothing runs there"))
    assert asked.complaints == ["nothing runs there"]
    with pytest.raises(ZeroDivisionError):
        asked.questions.take_refusal(ZeroDivisionError())


def test_another_study_forgets_what_was_known_of_the_last_one(asked: Asked) -> None:
    asked.open()
    asked.foretell()
    asked.tell(DONE)
    asked.read(1, outcome())
    asked.questions.take_study(None)
    asked.tell()
    assert asked.questions.finished is None
    assert asked.questions.preparing.forecast is None
    assert asked.questions.preparing.untrained is None
    assert asked.service.folder is None


def test_a_study_that_cannot_be_written_is_not_trained(asked: Asked) -> None:
    asked.open()
    asked.foretell()
    assert asked.questions.preparing.can_start
    asked.questions.take_study(replace(OpenStudy(folder=FOLDER), read_only="it is open elsewhere"))
    assert asked.questions.preparing.why_not == "it is open elsewhere"


def test_the_model_on_show_goes_on_learning_where_the_study_names_none(asked: Asked) -> None:
    asked.open()
    document = asked.questions._document
    document.set_model(document.models[1])
    asked.questions.refresh()
    assert asked.questions.preparing.base == 1
    asked.questions.set_wishes(Wishes(base_id="stand-in"))
    assert asked.questions.preparing.base == 0, "somebody has picked another one"


def test_a_run_that_was_starting_in_another_study_keeps_nobody_from_starting(asked: Asked) -> None:
    asked.open()
    asked.foretell()
    asked.questions.start()
    assert asked.questions.preparing.is_starting
    asked.questions.take_study(OpenStudy(folder=Path("/studies/gait")))
    assert not asked.questions.preparing.is_starting


def test_a_start_that_waits_for_clips_that_cannot_be_counted_is_given_up(asked: Asked) -> None:
    asked.open()
    asked.questions.start()
    asked.questions.take_refusal(TrainingError("walk.npz is damaged"))
    asked.foretell()
    assert not any(note[0] == "start" for note in asked.service.notes)
