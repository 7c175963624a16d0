from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSizeF
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from app.camera import CameraState, Viewport
from app.scene_model import build_scene, framed
from app.scene_pick import HitReading, JointHit, LinkHit, SpotHit
from app.scene_theme import SceneTheme
from app.views.scene.captions import (
    CaptionStyle,
    PanelRow,
    joint_names,
    panel_image,
    panel_place,
    panel_text,
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
    readings=(HitReading(name="Focus on wave", weight=0.0123456, share=0.75),),
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


def test_the_panel_tells_each_exact_score_with_its_place_on_the_scale() -> None:
    text = panel_text(HIT, Units.METRES, SceneTheme.dark(), has_company=True)

    assert (text.title, text.who) == ("right hand", "P2")
    assert text.rows[1:] == (
        PanelRow(caption="confidence", value="0.50"),
        PanelRow(caption="focus on wave", value="0.0123", share=0.75),
    )
    plain = panel_text(
        replace(HIT, readings=()), Units.METRES, SceneTheme.dark(), has_company=False
    )
    assert [row.caption for row in plain.rows] == ["position", "confidence"]
    assert plain.who == ""


def test_the_panel_tells_who_looks_at_whom_and_how_strongly() -> None:
    rgb = (1.0, 0.5, 0.25)
    hit = LinkHit(link=3, person=0, asking="head", asked="left foot", weight=-0.25, rgb=rgb)

    text = panel_text(hit, Units.METRES, SceneTheme.dark(), has_company=False)

    assert text.title == "head \N{RIGHTWARDS ARROW} left foot"
    assert text.rows == (PanelRow(caption="weight", value="\N{MINUS SIGN}0.25"),)
    assert text.dot == rgb


def test_the_panel_tells_where_a_voxel_is_and_how_active() -> None:
    hit = SpotHit(spot=0, name="Activation", position=(1.0, 2.0, 3.0), weight=0.5)

    text = panel_text(hit, Units.METRES, SceneTheme.dark(), has_company=True)

    assert text.title == "Activation"
    assert [(row.caption, row.value) for row in text.rows] == [
        ("position", "1.00  2.00  3.00 m"),
        ("magnitude", "0.5"),
    ]


def test_the_panel_is_drawn_in_device_pixels(style: CaptionStyle) -> None:
    fine = CaptionStyle(font=style.font, theme=style.theme, pixel_ratio=2.0)
    text = panel_text(HIT, Units.METRES, style.theme, has_company=True)

    small, large = panel_image(text, style), panel_image(text, fine)

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
