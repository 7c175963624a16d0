"""What keys and clicks wish of the overlays, and what is remembered."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.document import AnswerPhase, AnswerState, Document
from app.library import Library
from app.overlay_wishes import OverlayWishes, first_overlay, keep_overlay
from app.scene_pick import JointHit
from app.settings import OVERLAYS_CHOSEN, Settings
from engine.recording import Clip
from tests.app import stand_ins
from tests.app.overlays.made import JOINTS, focus_only, link_map, with_links

PAIR = stand_ins.recording(40, people=2)
ATTENTION = with_links(link_map(np.full((1, 1, 2, JOINTS, JOINTS), 0.5, dtype=np.float32)))
ANSWER = replace(stand_ins.answer(Clip.whole(PAIR)), explanations=(ATTENTION, focus_only()))


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    del qtbot
    made = Document(overlay=stand_ins.overlay_state(), library=Library())
    made.set_recording(PAIR)
    return made


@pytest.fixture
def wishes(document: Document) -> OverlayWishes:
    return OverlayWishes(document, document)


def answered(document: Document) -> None:
    document.set_answer_state(AnswerState(phase=AnswerPhase.ANSWERED, answer=ANSWER))


def hit(person: int, joint: int) -> JointHit:
    return JointHit(person=person, joint=joint, name="", position=(), confidence=1.0)


def test_keys_go_through_overlays_heads_and_networks(
    document: Document, wishes: OverlayWishes
) -> None:
    answered(document)
    assert document.overlay.drawn == ("attention",)

    wishes.show_next_head()
    assert document.overlay.settings.head == 0
    wishes.show_next()
    assert document.overlay.drawn == ("focus",)
    wishes.show_next_map()
    assert document.overlay.settings.joint_map == 1
    wishes.show_next_network()
    assert document.explanation is ANSWER.explanations[1]
    assert document.overlay.settings.joint_map == 0
    wishes.show_next_network()
    assert document.explanation is ANSWER.explanations[0]
    wishes.switch(False)
    assert document.overlay.drawn == ()


def test_before_an_answer_keys_change_nothing(document: Document, wishes: OverlayWishes) -> None:
    before = document.overlay

    for wish in (wishes.show_next, wishes.show_next_map, wishes.show_next_head):
        wish()
    wishes.show_next_network()

    assert document.overlay is before


def test_a_joint_that_is_clicked_is_picked_and_let_go_when_clicked_again(
    document: Document, wishes: OverlayWishes
) -> None:
    document.select_person(0)

    wishes.pick_joint(hit(0, 7))
    assert document.joint == 7
    wishes.pick_joint(hit(1, 7))
    assert document.joint == 7, "the same joint of somebody else"
    wishes.pick_joint(hit(0, 7))
    assert document.joint is None


def test_a_choice_is_remembered_and_what_a_paper_draws_is_not(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "s.ini")
    usual = replace(stand_ins.overlay_state(), overlay_ids=("attention",))
    wanted = replace(usual.settings, link_count=20, link_threshold=0.3, opacity=0.5)

    keep_overlay(settings, usual)
    assert first_overlay(settings, focal_joints=9).overlay_ids == ()
    keep_overlay(settings, replace(usual, is_chosen=True, is_on=False, settings=wanted))
    again = first_overlay(settings, focal_joints=9)

    assert again.overlay_ids == ("attention",)
    assert again.is_chosen
    assert not again.is_on
    assert again.settings == replace(wanted, focal_joints=9)


def test_overlays_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "s.ini")
    settings.set(OVERLAYS_CHOSEN, ("aura",))

    first = first_overlay(settings, focal_joints=9)

    assert (first.overlay_ids, first.is_chosen) == ((), False)
