"""Which models are compared."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.compare_state import MOST_BESIDE
from app.views.compare_picker import ComparePicker
from tests.app import stand_ins

MODELS = tuple(stand_ins.package(name, f"Model · {name}") for name in "abcdef")


@pytest.fixture
def picker(qtbot: QtBot) -> ComparePicker:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = ComparePicker(parent)
    made._parent = parent
    return made


def test_the_model_shown_is_ticked_and_cannot_be_taken_away(picker: ComparePicker) -> None:
    picker.show_models(MODELS[:3], MODELS[0], (MODELS[2],))
    actions = picker.menu_of_models().actions()
    assert [action.isChecked() for action in actions] == [True, False, True]
    assert [action.isEnabled() for action in actions] == [False, True, True]


def test_a_tick_adds_a_model_and_another_takes_it_away(picker: ComparePicker, qtbot: QtBot) -> None:
    picker.show_models(MODELS[:3], MODELS[0], (MODELS[2],))
    for number, expected in ((1, [MODELS[2], MODELS[1]]), (2, [])):
        with qtbot.waitSignal(picker.compare_requested) as told:
            picker.menu_of_models().actions()[number].trigger()
        assert list(told.args[0]) == expected


def test_no_more_than_three_others_can_be_ticked(picker: ComparePicker) -> None:
    picker.show_models(MODELS, MODELS[0], MODELS[1 : 1 + MOST_BESIDE])
    enabled = [action.isEnabled() for action in picker.menu_of_models().actions()]
    assert enabled == [False, True, True, True, False, False]


def test_with_one_model_there_is_nothing_to_compare(picker: ComparePicker) -> None:
    picker.show_models(MODELS[:1], MODELS[0], ())
    assert not picker.isEnabled()
    assert "one model only" in picker.toolTip()
