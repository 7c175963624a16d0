"""The 3D view as a value."""

from dataclasses import replace

import numpy as np
import pytest

from app.camera import CameraState
from app.exporting.view_state import ViewState
from app.scene_contents import SceneContents
from app.scene_model import build_scene
from app.scene_theme import SceneTheme
from tests.app.figures import recording_of, standing


def walking() -> ViewState:
    positions = standing(60)
    positions[..., 0] += np.linspace(0, 3, 60)[:, None, None]
    contents = SceneContents(theme=SceneTheme.dark(), model=build_scene(recording_of(positions)))
    return ViewState(contents=contents, camera=CameraState(), aspect=1.5)


def test_the_camera_stays_unless_it_follows() -> None:
    view = walking()
    contents, camera = view.at_frame(50, None)
    assert contents.frame == 50
    assert camera == view.camera
    _, along = replace(view, is_following=True).at_frame(50, None)
    assert np.linalg.norm(np.array(along.target) - np.array(view.camera.target)) > 1
    assert along.distance == view.camera.distance


def test_other_colours_leave_everything_else() -> None:
    view = walking()
    assert view.in_theme(is_dark=True) is view
    light = view.in_theme(is_dark=False)
    assert not light.contents.theme.is_dark
    assert light.contents.model is view.contents.model


def test_narrow_pictures_are_taken_from_farther_away() -> None:
    view = walking()
    assert view.camera_for(150, 100).distance == pytest.approx(view.camera.distance)
    assert view.camera_for(75, 100).distance == pytest.approx(2 * view.camera.distance)
