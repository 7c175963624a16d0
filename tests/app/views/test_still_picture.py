"""What is written over a drawn scene."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor, QFont, QImage
from PySide6.QtWidgets import QApplication

from app.camera import CameraState
from app.overlays import OverlaySettings, prepared
from app.scene_contents import SceneContents
from app.scene_model import build_scene
from app.scene_theme import SceneTheme
from app.views.scene.offscreen import Still
from app.views.still_picture import finished_picture, legends_of
from app.why_state import Hidden
from engine.recording import Clip
from tests.app import stand_ins

RECORDING = stand_ins.recording(6)
WIDTH, HEIGHT = 400, 300


@pytest.fixture
def still(qapp: QApplication) -> Still:
    del qapp
    contents = SceneContents(
        theme=SceneTheme.dark(),
        model=build_scene(RECORDING),
        explanation=prepared(stand_ins.answer(Clip.whole(RECORDING)).explanations[0]),
        overlay_ids=("focal",),
        overlay_settings=OverlaySettings(focal_joints=4, link_threshold=0.2),
    )
    return Still(
        contents=contents, camera=CameraState(), width=WIDTH, height=HEIGHT, pixel_ratio=2.0,
        is_room=False,
    )  # fmt: skip


def finished(still: Still, *, has_legend: bool = False, is_white: bool = False) -> QImage:
    half = np.zeros((HEIGHT, WIDTH, 4), dtype=np.uint8)
    half[:, 200:] = (60, 30, 0, 120)  # 127, 64, 0 seen through, multiplied by its opacity
    return finished_picture(half, still, QFont(), has_legend=has_legend, is_white=is_white)


def test_colours_of_what_is_seen_through_are_whole_again(still: Still) -> None:
    made = finished(still)
    assert made.format() == QImage.Format.Format_ARGB32
    assert made.pixelColor(10, 10).alpha() == 0
    straight = made.pixelColor(300, 100)
    assert straight.alpha() == 120
    assert abs(straight.red() - 127) <= 2
    assert abs(straight.green() - 64) <= 2


def test_on_paper_it_is_opaque(still: Still) -> None:
    made = finished(still, is_white=True)
    assert not made.hasAlphaChannel()
    assert made.pixelColor(10, 10) == QColor("white")
    assert made.pixelColor(300, 100).red() == pytest.approx(60 + 135, abs=2)


def test_a_room_is_opaque(still: Still) -> None:
    assert not finished(replace(still, is_room=True)).hasAlphaChannel()


def test_the_legend_stands_at_the_lower_left(still: Still) -> None:
    plain, legend = finished(still), finished(still, has_legend=True)
    changed = [
        (x, y)
        for x in range(0, WIDTH, 4)
        for y in range(0, HEIGHT, 4)
        if plain.pixel(x, y) != legend.pixel(x, y)
    ]
    assert len(changed) > 500
    assert legend.pixelColor(60, HEIGHT - 60).alpha() > 200
    assert {row.title for row in legends_of(still.contents)} == {
        "Informativeness",
        "Focal joints to parts",
    }


def test_there_is_no_legend_where_no_overlay_is_drawn(still: Still) -> None:
    contents = still.contents
    assert legends_of(replace(contents, overlay_ids=())) == ()
    assert legends_of(replace(contents, explanation=None)) == ()
    assert legends_of(replace(contents, hidden=Hidden(joints=frozenset({(0, 1)})))) == ()


def test_names_of_joints_are_written(still: Still) -> None:
    named = replace(still, contents=replace(still.contents, has_labels=True))
    assert finished(named) != finished(still)


def test_print_knows_how_large_it_is(still: Still) -> None:
    assert finished(still).dotsPerMeterX() == round(192 / 0.0254)
