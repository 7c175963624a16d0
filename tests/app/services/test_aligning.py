"""Laying one recording upon another, in threads."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Event

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.scene_model import build_scene
from app.second_manner import Manner
from app.services import aligning
from app.services.aligning import AligningService, LayingRefusal, LayingReply, LayingWish
from app.services.task_runner import TaskControl, TaskRunner
from engine.alignment.placing import Place
from engine.alignment.timing import By
from engine.errors import LayoutError
from engine.layouts.shrec_hand_22 import SHREC_HAND_22
from tests.app.figures import recording_of
from tests.app.laid_pairs import FRAMES, two


@pytest.fixture
def service(qtbot: QtBot) -> Iterator[AligningService]:
    del qtbot
    runner = TaskRunner("io", threads=2)
    yield AligningService(runner)
    runner.close()


def wish(manner: Manner) -> LayingWish:
    first, second = two()
    return LayingWish(
        first=first,
        scene=build_scene(first),
        first_person=None,
        second=second,
        second_person=None,
        manner=manner,
    )


def reply_to(service: AligningService, qtbot: QtBot, asked: LayingWish) -> LayingReply:
    with qtbot.waitSignal(service.found) as told:
        service.ask(asked)
    (reply,) = told.args
    assert isinstance(reply, LayingReply)
    return reply


def test_what_is_laid_is_ready_for_drawing(service: AligningService, qtbot: QtBot) -> None:
    reply = reply_to(service, qtbot, wish(Manner(by=By.START)))

    assert reply.laid.partners.tolist() == list(range(FRAMES))
    assert np.isfinite(reply.laid.ghost.points(3)).all()
    assert reply.laid.beside.recording is reply.wish.second
    assert not service.is_busy


def test_another_place_uses_what_was_found_in_time(service: AligningService, qtbot: QtBot) -> None:
    first = reply_to(service, qtbot, wish(Manner()))
    before = first.laid.alignment
    moved = replace(first.wish, manner=Manner(place=Place.FREE), before=before)

    after = reply_to(service, qtbot, moved).laid.alignment

    assert after.pair is before.pair
    assert after.frames.base is before.frames.base or after.frames is before.frames
    assert after.place is Place.FREE


def test_another_person_is_paired_anew(service: AligningService, qtbot: QtBot) -> None:
    first = reply_to(service, qtbot, wish(Manner(by=By.START)))
    other = wish(Manner(by=By.START))

    again = reply_to(service, qtbot, replace(other, before=first.laid.alignment))

    assert again.laid.alignment.pair is not first.laid.alignment.pair
    assert again.laid.alignment.pair.first.performer.recording is other.first


def test_what_cannot_be_laid_is_refused_with_the_reason(
    service: AligningService, qtbot: QtBot
) -> None:
    hand = recording_of(np.zeros((5, 1, 22, 3)), layout=SHREC_HAND_22)

    with qtbot.waitSignal(service.refused) as told:
        service.ask(replace(wish(Manner()), second=hand))

    (refusal,) = told.args
    assert isinstance(refusal, LayingRefusal)
    assert isinstance(refusal.error, LayoutError)


def test_only_the_newest_wish_is_answered(service: AligningService, qtbot: QtBot) -> None:
    answered: list[LayingReply] = []
    service.found.connect(answered.append)
    newest = wish(Manner(by=By.STRETCHED))

    service.ask(wish(Manner()))
    reply_to(service, qtbot, newest)

    assert [each.wish for each in answered] == [newest]


def test_progress_is_told_at_most_a_few_times_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter((0.0, 0.1, 0.25, 0.3, 0.5))
    monkeypatch.setattr(aligning, "monotonic", lambda: next(clock))
    told: list[float] = []
    control = TaskControl(Event(), told.append)
    between = aligning._Told(control)

    for share in (0.1, 0.25, 0.5, 1.0):
        between.progress(share)

    assert told == [0.2, 0.8]
