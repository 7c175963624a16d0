from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.overlay_state import OverlayState
from app.overlays import prepared
from app.views.choice import Choice
from app.views.looked_at_panel import LookedAtPanel
from engine.prediction import Explanation
from tests.app import stand_ins
from tests.app.overlays.made import JOINTS, focus_only, link_map, with_links, with_times

STATE = replace(stand_ins.overlay_state(), overlay_ids=("attention",))


def two_blocks() -> Explanation:
    weights = np.full((1, 1, 2, JOINTS, JOINTS), 0.5, dtype=np.float32)
    return with_links(link_map(weights, "Block 1"), link_map(weights, "Block 2"))


@pytest.fixture
def panel(qtbot: QtBot) -> LookedAtPanel:
    made = LookedAtPanel(STATE)
    qtbot.addWidget(made)
    made.set_recording(stand_ins.recording(40))
    made.show_explanation(prepared(two_blocks()), ("SEM-Net · joint",))
    made.resize(292, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def asked(panel: LookedAtPanel) -> list[OverlayState]:
    """What the panel has wished for; each wish comes true."""
    wishes: list[OverlayState] = []
    panel.overlay_change_requested.connect(wishes.append)
    panel.overlay_change_requested.connect(panel.show_overlay)
    return wishes


def pick(choice: Choice, number: int) -> None:
    """Open the menu of a choice and take an entry."""
    choice.button.click()
    menu = choice.findChild(QMenu)
    assert menu is not None
    menu.actions()[number].trigger()
    menu.close()


def test_what_an_explanation_has_no_data_for_is_disabled_and_says_why(
    panel: LookedAtPanel,
) -> None:
    state = {name: panel.chips.chip(name) for name in ("focal", "attention", "voxels")}

    assert [chip.isEnabled() for chip in state.values()] == [False, True, False]
    assert "SPA-Net" in state["voxels"].toolTip()
    assert "strongest weights" in state["attention"].toolTip()
    assert state["attention"].isChecked()


def test_before_an_answer_nothing_can_be_pressed(panel: LookedAtPanel) -> None:
    panel.show_explanation(None, ())

    assert not panel.chips.chip("focus").isEnabled()
    assert "answered" in panel.chips.chip("focus").toolTip()
    assert panel.link_count.isVisible(), "the panel keeps its shape"


def test_only_what_belongs_to_the_overlays_drawn_is_offered(
    panel: LookedAtPanel, asked: list[OverlayState]
) -> None:
    def offered() -> list[bool]:
        controls = (panel.link_count, panel.focal_joints, panel.head, *panel.maps)
        return [control.isVisible() for control in controls]

    assert offered() == [True, False, True, False, True, False]
    panel.chips.chip("focus").click()
    assert offered() == [True, False, True, True, True, False]
    panel.chips.chip("attention").click()
    assert offered() == [False, False, False, True, False, False]
    assert [state.drawn for state in asked] == [("attention", "focus"), ("focus",)]


def test_pickers_choose_the_map_and_the_head(
    panel: LookedAtPanel, asked: list[OverlayState]
) -> None:
    pick(panel.maps[1], 1)
    pick(panel.head, 2)

    assert asked[-1].settings.link_map == 1
    assert asked[-1].settings.head == 1
    assert panel.maps[1].name.full_text == "Block 2"
    assert panel.head.name.full_text == "Head 2 of 2"
    assert panel.legend.rows[0].title.full_text == "Block 2"
    pick(panel.head, 0)
    assert asked[-1].settings.head is None


def test_sliders_ask_for_what_they_say(panel: LookedAtPanel, asked: list[OverlayState]) -> None:
    panel.link_count.slider.setValue(7)
    panel.opacity.slider.setValue(40)

    assert asked[-1].settings.link_count == 7
    assert asked[-1].settings.opacity == pytest.approx(0.4)
    assert panel.link_count.value.text() == "7"


def test_a_model_of_two_networks_offers_both(
    panel: LookedAtPanel, asked: list[OverlayState]
) -> None:
    assert not panel.network.isVisible()
    panel.show_explanation(prepared(two_blocks()), ("SEM-Net · joint", "SEM-Net · bone"))

    assert panel.network.isVisible()
    pick(panel.network, 1)
    assert asked[-1].network == 1


def test_one_map_and_one_head_are_nothing_to_pick(panel: LookedAtPanel) -> None:
    weights = np.full((1, 1, 1, JOINTS, JOINTS), 0.5, dtype=np.float32)
    panel.show_explanation(prepared(with_links(link_map(weights))), ("S-TR · joint",))

    assert not panel.maps[1].isVisible()
    assert not panel.head.isVisible()


def test_a_joint_opens_its_map_in_time_where_there_is_one(panel: LookedAtPanel) -> None:
    weights = np.full((1, JOINTS, 2, 3, 3), 0.5, dtype=np.float32)
    moments = with_times(weights, np.array([0, 5, 10], dtype=np.float32))
    opened: list[object] = []
    panel.unfolded.connect(opened.append)
    panel.show_joint(3)
    assert not panel.time_map.isVisible()
    panel.show_explanation(prepared(moments), ("T-TR · joint",))
    panel.show_overlay(replace(STATE, overlay_ids=("focus",)))

    panel.show_joint(4)

    assert panel.time_map.isVisible()
    assert panel.time_map.view.square is not None
    assert opened == [panel.time_map]
    panel.show_overlay(replace(STATE, overlay_ids=("focus",), is_on=False))
    assert not panel.time_map.isVisible()


def test_chips_go_on_in_a_second_row_and_none_is_cut(panel: LookedAtPanel) -> None:
    panel.resize(190, 700)
    QApplication.processEvents()
    chips = [panel.chips.chip(name) for name in ("focal", "focus", "attention", "time", "voxels")]

    assert len({chip.y() for chip in chips}) > 1
    assert max(chip.geometry().right() for chip in chips) < panel.chips.width()
    assert all(chip.width() >= chip.sizeHint().width() for chip in chips)
    assert max(chip.geometry().bottom() for chip in chips) < panel.chips.height()


def test_a_map_that_two_overlays_show_stands_in_the_legend_once(panel: LookedAtPanel) -> None:
    selecting = replace(focus_only(), chosen=np.zeros((12, 1, 5), dtype=np.int64))
    panel.show_explanation(prepared(selecting), ("FG-STFormer · joint",))
    panel.show_overlay(replace(STATE, overlay_ids=("focal", "focus")))

    assert [row.title.full_text for row in panel.legend.rows if row.isVisible()] == [
        "Focus on wave"
    ]


def test_a_network_with_focus_alone_has_two_actions_to_pick(panel: LookedAtPanel) -> None:
    panel.show_explanation(prepared(focus_only()), ("MS-G3D · joint",))
    panel.show_overlay(replace(STATE, overlay_ids=("focus",)))

    assert panel.maps[0].isVisible()
    panel.maps[0].button.setFocus(Qt.FocusReason.TabFocusReason)
    assert panel.maps[0].name.full_text == "Focus on wave"
