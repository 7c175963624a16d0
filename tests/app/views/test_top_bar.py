"""The bar at the top in a narrow window: what is on show is read before the model's name."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from app.actions import ACTIONS
from app.views.action_set import ActionSet
from app.views.top_bar import LEAST_PICKER_WIDTH, PICKER_WIDTH, TopBar
from tests.app import stand_ins


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[TopBar]:
    window = QMainWindow()
    made = TopBar(ActionSet(ACTIONS, window), window)
    window.resize(1400, 300)
    made.resize(1400, 48)
    window.show()
    qtbot.waitExposed(window)
    yield made
    window.close()


def is_whole(bar: TopBar) -> bool:
    return not bar.title.toolTip()  # which says what is cut


def test_the_models_name_makes_way_for_what_is_on_show(qtbot: QtBot, bar: TopBar) -> None:
    bar.picker.show_model(stand_ins.package("m", "Everyday · T-TR + SEM-Net + SST-GCN"))
    bar.show_title("walk")
    bar.untrained.setText("Untrained: 59 segments")
    bar.untrained.show()
    qtbot.waitUntil(lambda: bar.picker.width() == PICKER_WIDTH)
    bar.resize(bar.width() - bar.title.width() + 100, 48)
    bar.show_study("Kitchen", "joints_s04_e01")
    qtbot.waitUntil(lambda: is_whole(bar) and bar.picker.width() < PICKER_WIDTH)
    bar.show_study(
        "Kitchen of the house by the lake", "a recording whose name is longer still " * 3
    )
    qtbot.waitUntil(lambda: bar.picker.width() == LEAST_PICKER_WIDTH)
    assert not is_whole(bar)
    bar.show_study("", "walk")
    bar.untrained.hide()
    qtbot.waitUntil(lambda: bar.picker.width() == PICKER_WIDTH)
