"""The answer panel on its own: what it says when no action is meant."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

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
