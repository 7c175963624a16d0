import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSizeF
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from app.camera import CameraState, Viewport
from app.scene_model import build_scene, framed
from app.scene_pick import JointHit
from app.scene_theme import SceneTheme
from app.views.scene.captions import (
    CaptionStyle,
    joint_names,
    panel_image,
    panel_place,
    panel_rows,
    position_text,
)
from engine.recording import Units
from tests.app.figures import RIGHT_HAND, recording_of, standing

VIEW = Viewport(width=800, height=600)
HIT = JointHit(
    person=1,
    joint=RIGHT_HAND,
    name="right hand",
    position=(0.5, -0.25, 2.0),
    confidence=0.5,
    weight=0.75,
)


@pytest.fixture
def style(qapp: QApplication) -> CaptionStyle:
    return CaptionStyle(font=QFont(qapp.font()), theme=SceneTheme.dark(), pixel_ratio=1.0)


@pytest.mark.parametrize(
    ("position", "units", "text"),
    [
        ((0.5, -0.25, 2.0), Units.METRES, "0.50  −0.25  2.00 m"),
        ((500.0, -250.0, 2000.0), Units.MILLIMETRES, "0.50  −0.25  2.00 m"),
        ((320.25, 17.0), Units.PIXELS, "320.2  17.0 px"),
        ((1.0, 2.0, 3.0), Units.UNKNOWN, "1.00  2.00  3.00"),
    ],
)
def test_positions_read_in_metres_where_the_unit_is_a_length(
    position: tuple[float, ...], units: Units, text: str
) -> None:
    assert position_text(position, units) == text


def test_the_panel_tells_the_score_only_where_there_is_one() -> None:
    plain = JointHit(
        person=0, joint=3, name="head", position=(0, 0, 0), confidence=1.0, weight=None
    )

    assert panel_rows(HIT, Units.METRES)[1:] == (("confidence", "0.50"), ("focus", "0.75"))
    assert [caption for caption, _ in panel_rows(plain, Units.METRES)] == ["position", "confidence"]


def test_the_panel_is_drawn_in_device_pixels(style: CaptionStyle) -> None:
    fine = CaptionStyle(font=style.font, theme=style.theme, pixel_ratio=2.0)

    small = panel_image(HIT, Units.METRES, style, has_company=True)
    large = panel_image(HIT, Units.METRES, fine, has_company=True)

    assert large.width() == pytest.approx(2 * small.width(), abs=2)
    assert large.deviceIndependentSize().width() == pytest.approx(small.width(), abs=1)


@pytest.mark.parametrize("anchor", [(400, 300), (795, 300), (2, 2), (400, 598)])
def test_the_panel_stays_in_the_view(anchor: tuple[int, int]) -> None:
    at = panel_place(QPointF(*anchor), QSizeF(200, 90), VIEW)

    assert 0 <= at.x() <= 600
    assert 0 <= at.y() <= 510


def test_every_joint_of_a_large_figure_is_named(style: CaptionStyle) -> None:
    positions = standing(3, ((0, 0, 3), (5, 0, 3)))
    positions[1, 0, RIGHT_HAND] = np.nan
    model = build_scene(recording_of(positions))
    view = Viewport(width=4000, height=3000)
    camera = framed(model, CameraState(), view)

    first = {name.text for name in joint_names(model, 0, camera, view, style, 0)}
    second = {name.text for name in joint_names(model, 1, camera, view, style, 0)}

    assert "right elbow" in first
    assert "head · P1" in first
    assert first - second == {"right hand"}


def test_nobody_has_no_names(style: CaptionStyle) -> None:
    positions = standing(3)
    positions[1] = np.nan
    model = build_scene(recording_of(positions))

    assert joint_names(model, 1, CameraState(), VIEW, style, None) == ()
