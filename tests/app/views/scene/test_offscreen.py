"""Pictures that no window shows."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from app.camera import CameraState, Preset, Viewport, turned_to
from app.overlays import OverlaySettings, prepared
from app.scene_contents import SceneContents
from app.scene_model import build_scene, framed
from app.scene_theme import SceneTheme
from app.views.scene.offscreen import BAND_AREA, PART_PX, OffscreenScene, Part, Still
from engine.errors import EngineError
from engine.recording import Clip
from tests.app import stand_ins

pytestmark = pytest.mark.gl

WIDTH, HEIGHT = 300, 280
RECORDING = stand_ins.recording(6)
BACKGROUND = 8
"""Largest difference of two pixels that are meant to be the same."""


@pytest.fixture
def scene(qapp: QApplication) -> Iterator[OffscreenScene]:
    del qapp
    made = OffscreenScene()
    yield made
    made.release()


@pytest.fixture
def still() -> Still:
    """One person with an overlay, seen from the front."""
    model = build_scene(RECORDING)
    camera = turned_to(CameraState(), Preset.FRONT, 0.0, 0.0)
    contents = SceneContents(
        theme=SceneTheme.light(),
        model=model,
        explanation=prepared(stand_ins.answer(Clip.whole(RECORDING)).explanations[0]),
        overlay_ids=("focal",),
        overlay_settings=OverlaySettings(focal_joints=4, link_threshold=0.2),
    )
    return Still(
        contents=contents,
        camera=framed(model, camera, Viewport(width=WIDTH, height=HEIGHT)),
        width=WIDTH,
        height=HEIGHT,
        pixel_ratio=1.0,
    )


def assembled(still: Still, parts: Iterator[Part]) -> np.ndarray:
    """A picture from its parts."""
    canvas = np.zeros_like(still.canvas())
    shares = []
    for part in parts:
        part.put(canvas)
        shares.append(part.done)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    return canvas


def drawn(scene: OffscreenScene, still: Still) -> np.ndarray:
    """A picture for a page."""
    return assembled(still, scene.parts(still))


def framed_at_once(scene: OffscreenScene, still: Still) -> np.ndarray:
    """A picture for a film."""
    return assembled(still, scene.bands(still))


def test_parts_make_the_picture_that_is_drawn_at_once(scene: OffscreenScene, still: Still) -> None:
    assert max(WIDTH, HEIGHT) > PART_PX, "or there would be one part"
    whole, parts = framed_at_once(scene, still), drawn(scene, still)
    assert whole.shape == parts.shape == (HEIGHT, WIDTH, 4)
    difference = np.abs(whole.astype(int) - parts)[..., :3].max(axis=-1)
    assert np.quantile(difference, 0.9) <= BACKGROUND
    assert difference.mean() < 3
    assert (whole[..., 3] == 255).all()
    assert (parts[..., 3] == 255).all()


def test_a_large_frame_of_a_film_is_drawn_in_bands(
    scene: OffscreenScene, still: Still, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = framed_at_once(scene, still)
    assert len(list(scene.bands(still))) == 1
    wide = replace(still, width=2560, height=1440)
    assert max(part.pixels.shape[0] * 2560 for part in scene.bands(wide)) <= BAND_AREA
    monkeypatch.setattr("app.views.scene.offscreen.BAND_AREA", 100 * WIDTH)
    assert [part.top for part in scene.bands(still)] == [180, 80, 0]
    assert np.abs(framed_at_once(scene, still).astype(int) - whole).max() <= BACKGROUND


def test_a_picture_larger_than_the_machine_can_draw_is_refused(
    scene: OffscreenScene, still: Still
) -> None:
    scene._largest = (WIDTH, HEIGHT - 1)
    with pytest.raises(EngineError, match="up to 300x279 pixels, not 300x280; take a smaller"):
        next(scene.parts(still))


def test_a_second_frame_of_the_same_size_is_another_picture(
    scene: OffscreenScene, still: Still
) -> None:
    first = framed_at_once(scene, still)
    turned = framed_at_once(scene, replace(still, camera=replace(still.camera, azimuth=1.0)))
    again = framed_at_once(scene, still)
    assert np.abs(first.astype(int) - turned).max() > 60
    assert np.array_equal(first, again)


def test_without_a_room_there_is_nothing_but_the_body(scene: OffscreenScene, still: Still) -> None:
    bare = replace(still, is_room=False, has_grid=False, has_shadows=False)
    pixels = drawn(scene, bare)
    for row, column in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        assert not pixels[row, column].any()
    opaque = pixels[..., 3] == 255
    assert 0.01 < opaque.mean() < 0.5
    room = drawn(scene, still)
    inside = opaque.copy()
    inside[1:-1, 1:-1] &= (
        opaque[:-2, 1:-1] & opaque[2:, 1:-1] & opaque[1:-1, :-2] & opaque[1:-1, 2:]
    )
    assert np.abs(room.astype(int) - pixels)[inside][:, :3].mean() < 6


@pytest.mark.parametrize("theme", [SceneTheme.dark(), SceneTheme.light()], ids=["dark", "light"])
def test_edges_have_no_fringes_on_any_page(
    scene: OffscreenScene, still: Still, theme: SceneTheme
) -> None:
    contents = replace(still.contents, theme=theme, explanation=None)
    bare = replace(still, contents=contents, is_room=False, has_shadows=False)
    pixels = drawn(scene, bare).astype(int)
    colour, opacity = pixels[..., :3], pixels[..., 3]
    assert (colour.max(axis=-1) <= opacity + 1).all(), "colours are multiplied by their opacity"
    edge = (opacity > 100) & (opacity < 200)
    assert edge.sum() > 50
    straight = colour[edge] * 255 / opacity[edge, None]
    solid = colour[opacity == 255]
    darkest = np.quantile(solid.max(axis=-1), 0.02)
    assert np.quantile(straight.max(axis=-1), 0.1) > 0.75 * darkest, "a dark fringe"


def test_shadows_and_lines_on_the_floor_are_there_when_wanted(
    scene: OffscreenScene, still: Still
) -> None:
    bare = replace(still, is_room=False, has_grid=False, has_shadows=False)
    nothing, shadow, grid = (
        drawn(scene, each)
        for each in (bare, replace(bare, has_shadows=True), replace(bare, has_grid=True))
    )
    only_shadow = (nothing[..., 3] == 0) & (shadow[..., 3] > 10)
    assert only_shadow.sum() > 100
    assert shadow[only_shadow][:, :3].max() == 0, "a shadow is black, seen through"
    only_grid = (nothing[..., 3] == 0) & (grid[..., 3] > 10)
    assert only_grid.sum() > 100
    assert grid[only_grid][:, :3].max() > 0


def test_thick_lines_stay_as_thick_for_the_eye(scene: OffscreenScene, still: Still) -> None:
    fine = replace(still, width=2 * WIDTH, height=2 * HEIGHT, pixel_ratio=2.0)
    small, large = drawn(scene, still), drawn(scene, fine)
    halved = large.reshape(HEIGHT, 2, WIDTH, 2, 4).mean(axis=(1, 3))
    assert np.abs(small.astype(float) - halved)[..., :3].mean() < 2.5


def test_nobody_is_an_empty_picture(scene: OffscreenScene, still: Still) -> None:
    empty = replace(still, contents=SceneContents(theme=SceneTheme.dark()), is_room=False)
    assert not drawn(scene, empty).any()
