"""What is asked of the answer on show, and when."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from app.document import AnswerPhase, AnswerState, Document
from app.library import Library
from app.scene_model import build_scene
from app.scene_pick import joint_hit
from app.services.asking import (
    ContrastInquiry,
    DelayInquiry,
    FavouritesInquiry,
    Found,
    HideInquiry,
    Inquiry,
    LongInquiry,
    Refused,
    SeenInquiry,
)
from app.why_questions import HIDDEN_ALTOGETHER, WhyQuestions
from app.why_state import NOTHING_HIDDEN, Contrast, Favourites, Hidden, Measure, WhyTool, Work
from engine.errors import EngineError
from engine.inspection.effect import Effect, effects
from engine.inspection.signed import SignedJointMap
from engine.prediction import Answer
from engine.recording import Clip
from tests.app import stand_ins
from tests.app.figures import HEAD, RIGHT_HAND


class Listener(QObject):
    """In place of the service: remembers what it is asked, and answers when told to."""

    found = Signal(object)
    refused = Signal(object)
    progressed = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.hides: list[HideInquiry] = []
        self.longs: list[LongInquiry] = []
        self.is_busy = False
        self.forgotten = 0

    def ask_effect(self, inquiry: HideInquiry) -> None:
        self.hides.append(inquiry)

    def forget_effect(self) -> None:
        self.forgotten += 1

    def ask(self, inquiry: LongInquiry) -> None:
        self.longs.append(inquiry)
        self.is_busy = True

    def stop(self) -> None:
        self.is_busy = False


@dataclass
class Desk:
    """Questions about a document, and what they tell."""

    document: Document
    asking: Listener
    questions: WhyQuestions
    effects: list[Effect | None] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)

    def pick(self, **changes: object) -> None:
        self.questions.change(replace(self.questions.state, **changes))

    def answered(self, inquiry: Inquiry, finding: object) -> None:
        self.questions.take_found(Found(inquiry=inquiry, finding=finding))


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    """Two people in a short recording; each does something else."""
    del qtbot
    document = Document(overlay=stand_ins.overlay_state(), library=Library())
    asking = Listener()
    made = Desk(document, asking, WhyQuestions(document, asking))
    made.questions.effect_changed.connect(made.effects.append)
    made.questions.work_changed.connect(made.work.append)
    document.recording_changed.connect(made.questions.take_recording)
    document.model_changed.connect(made.questions.take_model)
    document.answer_changed.connect(made.questions.ask)
    document.person_changed.connect(made.questions.ask)
    shown = stand_ins.recording(40, people=2)
    document.set_recording(shown, build_scene(shown))
    document.set_model(stand_ins.package())
    give_answer(document, 0, 40)
    return made


def give_answer(document: Document, start: int, stop: int) -> Answer:
    assert document.recording is not None
    answer = stand_ins.answer(Clip(recording=document.recording, start=start, stop=stop))
    document.set_answer_state(AnswerState(phase=AnswerPhase.ANSWERED, answer=answer))
    return answer


def after(answer: Answer, shares: tuple[float, float, float], people: tuple[int, ...]) -> Answer:
    """What is said of some people with something hidden."""
    return replace(
        answer,
        predictions=tuple(
            replace(each, probabilities=np.array(shares, dtype=np.float32))
            for each in answer.predictions
            if each.person in people
        ),
        main=0,
    )


def test_nothing_is_asked_while_nothing_is_open(desk: Desk) -> None:
    give_answer(desk.document, 5, 30)
    assert desk.asking.hides == []
    assert desk.asking.longs == []


def test_hiding_asks_at_once_with_the_masks_of_the_person(desk: Desk) -> None:
    desk.pick(tool=WhyTool.HIDE)
    assert desk.asking.hides == []
    desk.pick(hidden=NOTHING_HIDDEN.toggled(1, HEAD))
    (inquiry,) = desk.asking.hides
    assert inquiry.masks[0].people == (1,)
    assert inquiry.before is desk.document.answer_state.answer
    assert (inquiry.subject.clip.start, inquiry.subject.clip.stop) == (0, 40)


def test_the_effect_shown_is_that_of_the_person_picked(desk: Desk) -> None:
    desk.pick(tool=WhyTool.HIDE, hidden=NOTHING_HIDDEN.toggled(1, HEAD))
    desk.document.select_person(1)
    answer = desk.asking.hides[-1].before
    desk.answered(desk.asking.hides[-1], effects(answer, after(answer, (0.2, 0.5, 0.3), (0, 1))))
    shown = desk.effects[-1]
    assert shown is not None
    assert shown.person == 1
    assert shown.first.before == pytest.approx(0.8)
    assert shown.first.action == "clap"


def test_who_is_hidden_altogether_is_told_in_words(desk: Desk) -> None:
    desk.pick(tool=WhyTool.HIDE, hidden=NOTHING_HIDDEN.toggled(0, HEAD))
    answer = desk.asking.hides[-1].before
    desk.answered(desk.asking.hides[-1], effects(answer, after(answer, (0.2, 0.5, 0.3), (1,))))
    assert desk.effects[-1] is None
    assert desk.work[-1].message == HIDDEN_ALTOGETHER


def test_another_answer_asks_again_and_late_effects_are_dropped(desk: Desk) -> None:
    desk.pick(tool=WhyTool.HIDE, hidden=NOTHING_HIDDEN.toggled(0, HEAD))
    old = desk.asking.hides[-1]
    give_answer(desk.document, 10, 35)
    assert desk.asking.hides[-1].subject.clip.start == 10
    desk.effects.clear()
    desk.answered(old, effects(old.before, after(old.before, (0.1, 0.8, 0.1), (0,))))
    assert desk.effects == []


def test_showing_everything_again_takes_the_effect_away(desk: Desk) -> None:
    desk.pick(tool=WhyTool.HIDE, hidden=NOTHING_HIDDEN.toggled(0, HEAD))
    inquiry = desk.asking.hides[-1]
    desk.answered(inquiry, effects(inquiry.before, after(inquiry.before, (0.1, 0.8, 0.1), (0,))))
    forgotten = desk.asking.forgotten
    assert desk.questions.put_aside()
    assert desk.questions.state.hidden == NOTHING_HIDDEN
    assert desk.effects[-1] is None
    assert desk.asking.forgotten == forgotten + 1
    desk.answered(inquiry, effects(inquiry.before, after(inquiry.before, (0.1, 0.8, 0.1), (0,))))
    assert desk.effects[-1] is None, "too late"


def test_a_clicked_joint_is_hidden_only_while_hiding(desk: Desk) -> None:
    passed: list[object] = []
    desk.questions.joint_passed_on.connect(passed.append)
    assert desk.document.scene is not None
    hit = joint_hit(desk.document.scene, 0, 1, RIGHT_HAND, None)
    desk.questions.click_joint(hit)
    assert passed == [hit]
    desk.pick(tool=WhyTool.HIDE)
    desk.questions.click_joint(hit)
    assert desk.questions.state.hidden.joints == {(1, RIGHT_HAND)}
    assert passed == [hit]


def test_leaving_the_question_shows_everything_again(desk: Desk) -> None:
    desk.pick(tool=WhyTool.HIDE, hidden=Hidden(span=(3, 9)))
    desk.pick(tool=WhyTool.SEES)
    assert desk.questions.state.hidden == NOTHING_HIDDEN


@pytest.mark.parametrize(
    ("tool", "kind"),
    [
        (WhyTool.CONTRAST, ContrastInquiry),
        (WhyTool.SEES, SeenInquiry),
        (WhyTool.DELAY, DelayInquiry),
        (WhyTool.TEST, FavouritesInquiry),
    ],
)
def test_a_question_is_asked_once_until_the_answer_is_another(
    desk: Desk, tool: WhyTool, kind: type
) -> None:
    desk.questions.switch(tool)
    desk.questions.ask()
    assert [type(each) for each in desk.asking.longs] == [kind]
    assert desk.work[-1].fraction == 0.0
    give_answer(desk.document, 10, 35)
    assert desk.asking.longs[-1].subject.clip.start == 10
    desk.questions.switch(tool)
    assert desk.questions.state.tool is None
    assert not desk.asking.is_busy


def test_the_two_most_probable_actions_are_compared_unless_others_are_picked(desk: Desk) -> None:
    desk.document.select_person(1)
    desk.pick(tool=WhyTool.CONTRAST)
    assert desk.asking.longs[-1].pair == (1, 0)
    desk.pick(pair=(2, 1), measure=Measure.SCORE)
    assert desk.asking.longs[-1].pair == (2, 1)
    assert desk.asking.longs[-1].measure is Measure.SCORE
    desk.document.set_model(stand_ins.package("other", "Other · FG-STFormer"))
    assert desk.questions.state.pair is None, "it has other actions"


def test_other_favourites_are_another_question(desk: Desk) -> None:
    desk.pick(tool=WhyTool.TEST)
    desk.pick(favourites=Favourites(number=None))
    assert [each.favourites.number for each in desk.asking.longs] == [0, None]


def test_what_was_asked_before_is_not_told(desk: Desk) -> None:
    told: list[object] = []
    desk.questions.contrast_changed.connect(told.append)
    desk.pick(tool=WhyTool.CONTRAST)
    old = desk.asking.longs[-1]
    desk.pick(pair=(2, 1))
    found = SignedJointMap(
        name="Focus",
        first="wave",
        second="clap",
        weights=np.zeros((40, 2, 20), dtype=np.float32),
        strongest=1.0,
        unit="focus",
    )
    contrast = Contrast(joint_map=found, start=0, measure=Measure.FOCUS, has_focus=True)
    desk.answered(old, contrast)
    assert told == []
    desk.answered(desk.asking.longs[-1], contrast)
    assert told == [contrast]
    assert desk.work[-1] == Work()


def test_stopping_says_so_and_it_can_be_asked_again(desk: Desk) -> None:
    desk.pick(tool=WhyTool.DELAY)
    desk.questions.take_progress(0.4)
    assert desk.work[-1].fraction == 0.4
    assert desk.questions.put_aside(), "Escape stops the work first"
    assert desk.work[-1].is_stopped
    assert desk.questions.state.tool is WhyTool.DELAY
    desk.questions.ask_again()
    assert len(desk.asking.longs) == 2
    desk.asking.is_busy = False
    assert desk.questions.put_aside(), "then it closes the question"
    assert desk.questions.state.tool is None
    assert not desk.questions.put_aside()


def test_a_refusal_is_told_and_a_defect_is_raised(desk: Desk) -> None:
    desk.pick(tool=WhyTool.DELAY)
    inquiry = desk.asking.longs[-1]
    desk.questions.take_refusal(Refused(inquiry=inquiry, error=EngineError("nobody is visible")))
    assert desk.work[-1].message == "Nobody is visible"
    with pytest.raises(KeyError):
        desk.questions.take_refusal(Refused(inquiry=inquiry, error=KeyError("x")))


def test_another_recording_takes_everything_back_but_the_question(desk: Desk) -> None:
    desk.pick(tool=WhyTool.SEES, stage=3)
    stages: list[object] = []
    desk.questions.stages_changed.connect(stages.append)
    other = stand_ins.recording(50)
    desk.document.set_recording(other, build_scene(other))
    assert stages == [()]
    assert desk.questions.state.tool is WhyTool.SEES
    assert desk.questions.state.stage is None
    give_answer(desk.document, 0, 50)
    assert desk.asking.longs[-1].subject.clip.recording is other


def test_without_an_answer_nothing_opens(qtbot: QtBot) -> None:
    del qtbot
    document = Document(overlay=stand_ins.overlay_state(), library=Library())
    questions = WhyQuestions(document, Listener())
    questions.switch(WhyTool.HIDE)
    assert questions.state.tool is None
