"""Asking why in the inference thread, with real networks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.scene_model import build_scene
from app.seen_model import SeenScene
from app.services.asking import (
    AskingService,
    ContrastInquiry,
    DelayInquiry,
    FavouritesInquiry,
    Found,
    HideInquiry,
    LongInquiry,
    Refused,
    SeenInquiry,
    Subject,
)
from app.services.inference import ClipRecognizer, InferenceService
from app.services.task_runner import TaskRunner
from app.why_state import Contrast, Favourites, Measure
from engine.architectures import ARCHITECTURES
from engine.architectures.base import Architecture, NetworkWish
from engine.errors import EngineError
from engine.formats import read_recording
from engine.inspection.delay import DecisionDelay
from engine.inspection.deletion import DeletionCurve
from engine.inspection.effect import Effect
from engine.inspection.masks import part_mask
from engine.inspection.seen import Station
from engine.layouts.kinect_v1 import KINECT_V1
from engine.places import assets_folder
from engine.recording import Clip
from engine.runtime.cards import read_card
from engine.runtime.packages import ModelPackage
from engine.runtime.recognizer import Recognizer, open_recognizer
from tests.app import stand_ins
from tests.engine.inspection.planted_model import on_torch
from tests.engine.runtime.making import FRAMES, package_of

LONGEST_MS = 30_000
SHORT = Clip.whole(stand_ins.recording(24, people=2))


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    del qtbot
    made = TaskRunner("inference")
    yield made
    made.close()


@dataclass
class Asked:
    """A service, and all it told."""

    service: AskingService
    model: ModelPackage
    qtbot: QtBot
    found: list[Found] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    progress: list[float] = field(default_factory=list)

    def tell(self, inquiry: LongInquiry) -> object:
        """Ask, and wait for the finding."""
        told = len(self.found)
        self.service.ask(inquiry)
        self.qtbot.waitUntil(
            lambda: len(self.found) > told or bool(self.refused), timeout=LONGEST_MS
        )
        assert not self.refused, self.refused
        return self.found[-1].finding


def asked(
    runner: TaskRunner, model: ModelPackage, recognizer: ClipRecognizer, qtbot: QtBot
) -> Asked:
    inference = InferenceService(runner, lambda _: recognizer)
    made = Asked(AskingService(runner, inference), model, qtbot)
    made.service.found.connect(made.found.append)
    made.service.refused.connect(made.refused.append)
    made.service.progressed.connect(made.progress.append)
    return made


@pytest.fixture(scope="module")
def shipped() -> tuple[ModelPackage, Recognizer]:
    folder = assets_folder() / "models" / "everyday-fg-stformer"
    package = ModelPackage(folder=folder, card=read_card(folder))
    return package, open_recognizer(package)


@pytest.fixture(scope="module")
def throw() -> Clip:
    return Clip.whole(read_recording(assets_folder() / "samples" / "throw.npz"))


@pytest.fixture
def desk(runner: TaskRunner, shipped: tuple[ModelPackage, Recognizer], qtbot: QtBot) -> Asked:
    return asked(runner, *shipped, qtbot)


def subject(desk: Asked, clip: Clip) -> Subject:
    return Subject(model=desk.model, clip=clip, person=0)


def test_of_hiding_the_running_question_and_the_newest_are_answered(
    desk: Asked, shipped: tuple[ModelPackage, Recognizer], throw: Clip
) -> None:
    before = shipped[1].answer(throw, explain=False)
    parts = ("left arm", "right arm", "left leg", "right leg", "right hand")
    inquiries = [
        HideInquiry(
            subject=subject(desk, throw),
            masks=(part_mask(throw.recording.layout, part),),
            before=before,
        )
        for part in parts
    ]
    for inquiry in inquiries:
        desk.service.ask_effect(inquiry)
    desk.qtbot.waitUntil(lambda: len(desk.found) == 2, timeout=LONGEST_MS)
    assert [found.inquiry for found in desk.found] == [inquiries[0], inquiries[-1]]
    (effect,) = desk.found[-1].finding
    assert isinstance(effect, Effect)
    assert effect.first.action == "throw"


def test_what_was_asked_of_hiding_is_forgotten_when_everything_is_shown(
    desk: Asked, shipped: tuple[ModelPackage, Recognizer], throw: Clip
) -> None:
    inquiry = HideInquiry(
        subject=subject(desk, throw),
        masks=(part_mask(throw.recording.layout, "right arm"),),
        before=shipped[1].answer(throw, explain=False),
    )
    desk.service.ask_effect(inquiry)
    desk.service.ask_effect(inquiry)
    desk.service.forget_effect()
    desk.tell(DelayInquiry(subject=subject(desk, throw)))
    assert [type(found.inquiry) for found in desk.found] == [DelayInquiry]


def test_a_finding_is_kept_for_its_clip_model_and_person(desk: Asked, throw: Clip) -> None:
    first = desk.tell(DelayInquiry(subject=subject(desk, throw)))
    desk.progress.clear()
    again = DelayInquiry(subject=subject(desk, throw))
    desk.service.ask(again)
    assert desk.found[-1].finding is first, "told at once"
    assert desk.found[-1].inquiry is again
    assert not desk.service.is_busy
    part = Clip(recording=throw.recording, start=0, stop=60)
    assert desk.tell(DelayInquiry(subject=subject(desk, part))) is not first


def test_a_contrast_of_a_network_without_focus_is_told_by_standing_still(
    desk: Asked, throw: Clip
) -> None:
    contrast = desk.tell(
        ContrastInquiry(subject=subject(desk, throw), network=0, measure=Measure.FOCUS, pair=(3, 8))
    )
    assert isinstance(contrast, Contrast)
    assert contrast.measure is Measure.STILL
    assert not contrast.has_focus
    assert desk.progress, "it takes a while"
    desk.progress.clear()
    other = desk.tell(
        ContrastInquiry(subject=subject(desk, throw), network=0, measure=Measure.STILL, pair=(8, 3))
    )
    assert isinstance(other, Contrast)
    np.testing.assert_allclose(other.joint_map.weights, -contrast.joint_map.weights, atol=1e-5)
    assert not desk.progress, "other actions come from the same runs"


def test_what_is_stopped_is_not_told_and_leaves_the_thread_to_others(
    desk: Asked, throw: Clip, shipped: tuple[ModelPackage, Recognizer]
) -> None:
    answer = shipped[1].answer(throw)
    long = FavouritesInquiry(
        subject=subject(desk, throw), network=0, favourites=Favourites(), answer=answer
    )
    desk.service.ask(long)
    desk.qtbot.waitUntil(lambda: bool(desk.progress), timeout=LONGEST_MS)
    assert desk.progress[-1] < 1
    desk.service.stop()
    desk.tell(DelayInquiry(subject=subject(desk, throw)))
    assert [type(found.inquiry) for found in desk.found] == [DelayInquiry]


def test_hiding_is_answered_while_something_long_runs(
    desk: Asked, throw: Clip, shipped: tuple[ModelPackage, Recognizer]
) -> None:
    answer = shipped[1].answer(throw)
    desk.service.ask(
        FavouritesInquiry(
            subject=subject(desk, throw), network=0, favourites=Favourites(), answer=answer
        )
    )
    mask = part_mask(throw.recording.layout, "left arm")
    desk.service.ask_effect(HideInquiry(subject=subject(desk, throw), masks=(mask,), before=answer))
    desk.qtbot.waitUntil(lambda: bool(desk.found), timeout=LONGEST_MS)
    assert isinstance(desk.found[0].inquiry, HideInquiry), "it does not wait for the curve"
    assert desk.service.is_busy
    desk.service.stop()


def test_a_person_who_is_not_there_is_a_refusal_in_words(desk: Asked, throw: Clip) -> None:
    nobody = Subject(model=desk.model, clip=throw, person=3)
    desk.service.ask(DelayInquiry(subject=nobody))
    desk.qtbot.waitUntil(lambda: bool(desk.refused), timeout=LONGEST_MS)
    assert isinstance(desk.refused[0].error, EngineError)
    assert "P4 is not seen" in str(desk.refused[0].error)


def test_a_model_that_only_answers_says_so(runner: TaskRunner, qtbot: QtBot) -> None:
    made = asked(runner, stand_ins.package(), stand_ins.StandInRecognizer(), qtbot)
    made.service.ask(DelayInquiry(subject=subject(made, SHORT)))
    qtbot.waitUntil(lambda: bool(made.refused))
    assert "cannot be asked why" in str(made.refused[0].error)


def _network(folder: Path, row: Architecture) -> ModelPackage:
    wish = NetworkWish(layout=KINECT_V1, classes=3, frames=FRAMES, size="tiny")
    return package_of(folder, row.configure(wish))


@pytest.mark.parametrize("row", ARCHITECTURES, ids=lambda row: row.id)
def test_every_network_can_be_asked_everything_about_either_of_two_people(
    row: Architecture, runner: TaskRunner, qtbot: QtBot, tmp_path: Path
) -> None:
    package = _network(tmp_path, row)
    recognizer = on_torch(package)
    made = asked(runner, package, recognizer, qtbot)
    about = Subject(model=package, clip=SHORT, person=1)
    answer = recognizer.answer(SHORT)
    mask = part_mask(SHORT.recording.layout, "right arm")
    made.service.ask_effect(HideInquiry(subject=about, masks=(mask,), before=answer))
    qtbot.waitUntil(lambda: bool(made.found or made.refused), timeout=LONGEST_MS)
    assert [effect.person for effect in made.found[0].finding] == [0, 1]
    contrast = made.tell(
        ContrastInquiry(subject=about, network=0, measure=Measure.SCORE, pair=(0, 2))
    )
    assert isinstance(contrast, Contrast)
    assert contrast.joint_map.weights.shape == SHORT.positions.shape[:3]
    assert contrast.has_focus is (row.id != "fg-stformer")
    curve = made.tell(
        FavouritesInquiry(subject=about, network=0, favourites=Favourites(), answer=answer)
    )
    assert isinstance(curve, DeletionCurve)
    assert curve.person == 1
    stages = made.tell(SeenInquiry(subject=about, scene=build_scene(SHORT.recording)))
    assert isinstance(stages, tuple)
    assert all(isinstance(seen, SeenScene) and seen.person(1) == 0 for seen in stages)
    stations = {seen.stage.station for seen in stages}
    assert (Station.VOXELS in stations) is row.id.startswith("spa")
    for seen in stages:
        seen.segments(5)
    assert isinstance(made.tell(DelayInquiry(subject=about)), DecisionDelay)
