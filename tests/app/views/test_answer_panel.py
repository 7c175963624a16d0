"""The answer panel on its own: what it says when no action is meant."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.action_colours import NOTHING_COLOUR, ActionPalette
from app.document import AnswerPhase, AnswerState
from app.views.answer_panel import AnswerPanel
from engine.recording import Clip
from tests.app.stand_ins import answer, recording

pytestmark = pytest.mark.gl


def shown(panel: AnswerPanel, none_below: float) -> QWidget:
    made = answer(Clip.whole(recording()))
    (prediction,) = made.predictions
    made = replace(made, predictions=(replace(prediction, none_below=none_below),))
    panel.show_answer(AnswerState(phase=AnswerPhase.ANSWERED, answer=made))
    return panel.unsure


def test_an_answer_below_the_model_s_threshold_is_none_of_these(qtbot: QtBot) -> None:
    panel = AnswerPanel()
    qtbot.addWidget(panel)
    panel.show_person(0)
    panel.show()

    assert not shown(panel, 0.0).isVisible()
    assert shown(panel, 0.9).isVisible()
    assert panel.unsure.full_text == "None of these: below 0.90"
    assert panel.rows[0].name.full_text == "wave", "what comes nearest is still listed"
    assert not shown(panel, 0.5).isVisible()


def test_nothing_happening_stands_like_none_of_these(qtbot: QtBot) -> None:
    panel = AnswerPanel()
    qtbot.addWidget(panel)
    panel.show_person(0)
    panel.show()
    made = answer(Clip.whole(recording()))
    (prediction,) = made.predictions
    names = tuple("nothing happens" if each == "wave" else each for each in prediction.class_names)
    quiet = replace(made, predictions=(replace(prediction, class_names=names),))
    panel.show_answer(AnswerState(phase=AnswerPhase.ANSWERED, answer=quiet))
    assert panel.unsure.isVisible()
    assert panel.unsure.full_text == "Nothing happens"
    assert panel.rows[0].name.full_text == "nothing happens"
    assert panel.rows[0].name.property("tone") == "muted"
    assert panel.rows[0].bar.colour.name() == NOTHING_COLOUR
    assert panel.rows[1].bar.colour.alphaF() < 0.5, "what comes nearest is told faintly"
    panel.show_answer(AnswerState(phase=AnswerPhase.ANSWERED, answer=made))
    assert not panel.unsure.isVisible()
    assert panel.rows[0].name.property("tone") == ""


def test_bars_have_the_study_s_colours_as_soon_as_it_has_them(qtbot: QtBot) -> None:
    panel = AnswerPanel()
    qtbot.addWidget(panel)
    panel.show_person(0)
    shown(panel, 0.0)
    before = panel.rows[0].bar.colour.name()
    panel.set_action_palette(ActionPalette(named=(("wave", "#112233"),), offered=("#112233",)))
    assert panel.rows[0].bar.colour.name() == "#112233"
    panel.set_action_palette(ActionPalette())
    assert panel.rows[0].bar.colour.name() == before
