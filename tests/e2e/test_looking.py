"""Looking at the body and at where the model looked."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from app.scene_contents import overlay_frame
from app.theme import Theme
from tests.e2e.conftest import HAND, PAIR, SHORT, Desk
from tests.e2e.hands import drop, press

pytestmark = pytest.mark.gl


def test_letters_switch_what_is_drawn(desk: Desk) -> None:
    contents = lambda: desk.workbench.scene._contents  # noqa: E731
    press(desk, Qt.Key.Key_T)
    press(desk, Qt.Key.Key_N)
    press(desk, Qt.Key.Key_O)
    assert contents().has_trails
    assert contents().has_labels
    assert contents().overlay_ids == ()
    assert not desk.workbench.window.looked_at.opacity.isEnabled()
    press(desk, Qt.Key.Key_O)
    assert contents().overlay_ids == ("focal",)
    press(desk, Qt.Key.Key_L)
    assert not desk.workbench.player.is_looping


def test_numbers_turn_the_camera(desk: Desk) -> None:
    before = desk.workbench.scene.camera
    press(desk, Qt.Key.Key_3)
    desk.qtbot.waitUntil(lambda: desk.workbench.scene.camera.elevation > before.elevation + 1)


def test_sliders_change_what_the_view_is_told(desk: Desk) -> None:
    panel = desk.workbench.window.looked_at
    told = lambda: desk.workbench.scene._contents.overlay_settings  # noqa: E731
    assert told().focal_joints == 12
    assert panel.focal_joints.value.text() == "12 of 20"
    panel.focal_joints.slider.setValue(3)
    panel.link_threshold.slider.setValue(35)
    panel.opacity.slider.setValue(40)
    assert told().focal_joints == 3
    assert told().link_threshold == pytest.approx(0.35)
    assert told().opacity == pytest.approx(0.4)
    assert panel.focal_joints.value.text() == "3 of 20"


def test_both_looks_reach_the_view(desk: Desk) -> None:
    for theme in (Theme.LIGHT, Theme.DARK):
        desk.workbench.set_theme(theme)
        assert desk.workbench.scene._contents.theme.is_dark is (theme is Theme.DARK)


def test_the_camera_goes_with_hands_and_stands_still_for_bodies(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(HAND)
    desk.wait_for(HAND)
    follow = desk.workbench.actions["view.follow"]
    assert follow.isChecked()
    drop(desk, SHORT)
    desk.wait_for(SHORT)
    assert not follow.isChecked()
    press(desk, Qt.Key.Key_F)
    assert follow.isChecked()
    assert desk.workbench.scene._is_following


def test_only_the_person_in_the_answer_panel_is_lit(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(PAIR)
    desk.wait_for(PAIR)
    for person in (0, 1):
        desk.workbench.document.select_person(person)
        overlay = overlay_frame(desk.workbench.scene._contents)
        assert overlay is not None
        assert overlay.focal.any(axis=1).tolist() == [person == 0, person == 1]
