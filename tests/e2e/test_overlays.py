"""Looking at where networks looked: overlays of all kinds in the real window."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from app.scene_contents import overlay_frame
from app.scene_pick import LinkHit
from engine.prediction import Answer, Explanation
from engine.recording import Clip
from tests.app import stand_ins
from tests.app.figures import HEAD, LEFT_FOOT, RIGHT_HAND
from tests.app.overlays.made import FRAMES, JOINTS, link_map, with_links, with_times
from tests.e2e.conftest import SHORT, Desk, recordings
from tests.e2e.hands import press

pytestmark = pytest.mark.gl

SHIFT = Qt.KeyboardModifier.ShiftModifier


def looking() -> Explanation:
    """As of SEM-Net: two heads; the head looks at the left foot, weakly at the right hand."""
    weights = np.zeros((1, 1, 2, JOINTS, JOINTS), dtype=np.float32)
    weights[0, 0, 0, HEAD, LEFT_FOOT] = 0.5
    weights[0, 0, 1, HEAD, RIGHT_HAND] = 0.25
    return with_links(link_map(weights))


def remembering() -> Explanation:
    """As of T-TR: the right hand's third moment is looked at."""
    weights = np.full((1, JOINTS, 1, 3, 3), 0.125, dtype=np.float32)
    weights[0, RIGHT_HAND, 0, :, 2] = 0.75
    centres = np.array([0, 5, 10], dtype=np.float32)
    return with_times(weights, centres)


@dataclass
class TwoNetworks(stand_ins.StandInRecognizer):
    """A model of two networks, each with something to show of its own."""

    def answer(self, clip: Clip, *, explain: bool = True) -> Answer:
        plain = super().answer(clip, explain=explain)
        return replace(plain, explanations=(looking(), remembering()))


@pytest.fixture
def pair_desk(open_desk: Callable[..., Desk]) -> Desk:
    """The window on a short recording that two networks have looked at."""
    models = (stand_ins.package(), stand_ins.package("other", "Other · FG-STFormer"))
    desk = open_desk(
        SHORT, providers=stand_ins.providers(recordings(), TwoNetworks(), models=models)
    )
    desk.wait_for(SHORT)
    return desk


def drawn(desk: Desk):
    """What the overlays add to the frame in view."""
    return overlay_frame(desk.workbench.scene._contents)


def point_at(desk: Desk, place: QPointF) -> None:
    """Move the pointer to a place in the 3D view."""
    scene = desk.workbench.scene
    QTest.mouseMove(scene, place.toPoint() - QPoint(40, 40))
    QTest.mouseMove(scene, place.toPoint())


def test_the_window_opens_with_what_the_paper_draws_and_keys_go_on_from_there(
    pair_desk: Desk,
) -> None:
    document = pair_desk.workbench.document
    panel = pair_desk.workbench.window.looked_at
    assert document.overlay.drawn == ("attention",)
    assert panel.chips.chip("attention").isChecked()
    assert not panel.chips.chip("time").isEnabled()
    press(pair_desk, Qt.Key.Key_W)
    assert document.overlay.drawn == ("time",)
    assert panel.network.name.full_text == "T-TR · joint"
    assert panel.chips.chip("time").isEnabled()
    press(pair_desk, Qt.Key.Key_O, SHIFT)
    assert document.overlay.drawn == ("focus",)
    press(pair_desk, Qt.Key.Key_B)
    assert panel.maps[0].name.full_text == "Focus on clap"
    press(pair_desk, Qt.Key.Key_O)
    assert drawn(pair_desk) is None


def test_several_overlays_are_drawn_at_once_and_their_numbers_stand_in_the_legend(
    pair_desk: Desk,
) -> None:
    panel = pair_desk.workbench.window.looked_at
    panel.chips.chip("focus").click()
    frame = drawn(pair_desk)
    assert frame is not None
    assert len(frame.links) == 2
    assert frame.joint_colours[..., 3].all()
    assert [row.title.full_text for row in panel.legend.rows] == ["Focus on wave", "Block 1"]
    assert [row.high.text() for row in panel.legend.rows] == ["1", "0.5"]
    press(pair_desk, Qt.Key.Key_H)
    frame = drawn(pair_desk)
    assert frame is not None
    assert frame.links.names == (("head", "left foot"),)


def test_the_pointer_on_a_line_reads_its_weight(pair_desk: Desk) -> None:
    scene = pair_desk.workbench.scene
    start, end = scene.joint_place(0, HEAD), scene.joint_place(0, LEFT_FOOT)
    assert start is not None
    assert end is not None
    point_at(pair_desk, start + 0.81 * (end - start))
    pair_desk.qtbot.waitUntil(lambda: isinstance(scene._hit, LinkHit))
    assert isinstance(scene._hit, LinkHit)
    assert (scene._hit.asking, scene._hit.asked, scene._hit.weight) == ("head", "left foot", 0.5)
    without = scene.grabFramebuffer()
    point_at(pair_desk, QPointF(20, scene.height() - 20))
    assert scene._hit is None
    assert scene.grabFramebuffer() != without, "the panel with the weight is gone"


def test_a_clicked_joint_opens_its_map_and_a_click_there_goes_to_the_moment(
    pair_desk: Desk,
) -> None:
    bench = pair_desk.workbench
    press(pair_desk, Qt.Key.Key_W)
    place = bench.scene.joint_place(0, RIGHT_HAND)
    assert place is not None
    QTest.mouseClick(bench.scene, Qt.MouseButton.LeftButton, pos=place.toPoint())
    view = bench.window.looked_at.time_map.view
    pair_desk.qtbot.waitUntil(lambda: view.square is not None and view.isVisible())
    assert bench.document.joint == RIGHT_HAND
    assert view.square is not None
    assert view.square.strongest == 0.75
    pair_desk.qtbot.waitUntil(lambda: not view.visibleRegion().isEmpty())
    area = view.area()
    at = QPoint(round(area.left() + 5 / 6 * area.width()), round(area.center().y()))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    pair_desk.wait_for_frame(10)
    QTest.mouseClick(bench.scene, Qt.MouseButton.LeftButton, pos=place.toPoint())
    pair_desk.qtbot.waitUntil(lambda: bench.document.joint is None)


def test_a_choice_comes_back_in_the_next_run(open_desk: Callable[..., Desk]) -> None:
    def opened() -> Desk:
        models = (stand_ins.package(),)
        desk = open_desk(
            SHORT, providers=stand_ins.providers(recordings(), TwoNetworks(), models=models)
        )
        desk.wait_for(SHORT)
        return desk

    panel = opened().workbench.window.looked_at
    panel.chips.chip("focus").click()
    panel.chips.chip("attention").click()
    panel.link_count.slider.setValue(30)

    again = opened().workbench.document.overlay

    assert again.drawn == ("focus",)
    assert again.settings.link_count == 30


def test_every_overlay_goes_along_while_it_plays(pair_desk: Desk) -> None:
    bench = pair_desk.workbench
    bench.player.play()
    for _ in range(2):
        for _ in range(3):
            press(pair_desk, Qt.Key.Key_O, SHIFT)
            before = pair_desk.frame_in_view
            pair_desk.qtbot.waitUntil(lambda before=before: pair_desk.frame_in_view != before)
        press(pair_desk, Qt.Key.Key_W)
    bench.player.pause()
    pair_desk.go_to(FRAMES - 1)
    assert drawn(pair_desk) is not None
