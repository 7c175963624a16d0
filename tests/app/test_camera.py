from dataclasses import replace
from math import pi, radians

import numpy as np
import pytest

from app.camera import (
    MAX_ELEVATION,
    CameraState,
    Preset,
    Viewport,
    between,
    fitted,
    focused,
    orbit,
    pan,
    project,
    turned_to,
    zoom,
)

VIEW = Viewport(width=640, height=480)
CAMERA = CameraState(target=(0.2, 0.5, -0.1), azimuth=0.7, elevation=0.3, distance=3.0)


def test_the_target_lies_in_the_middle_of_the_picture_at_the_camera_s_distance() -> None:
    place = project(CAMERA, VIEW, np.array(CAMERA.target))

    assert place == pytest.approx([320, 240, 3.0])


def test_up_in_the_scene_is_up_in_the_picture_and_right_of_a_camera_at_plus_z_is_plus_x() -> None:
    camera = CameraState(distance=4.0)

    above, beside = project(camera, VIEW, np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]))

    assert above[0] == pytest.approx(320)
    assert above[1] < 240
    assert beside[0] > 320
    assert beside[1] == pytest.approx(240)


def test_projection_agrees_with_the_matrices_that_the_graphics_card_gets() -> None:
    point = np.array([0.4, 0.9, 0.3])
    matrix = CAMERA.projection_matrix(VIEW.aspect) @ CAMERA.view_matrix()

    clip = matrix @ np.array([*point, 1.0])

    x = (clip[0] / clip[3] * 0.5 + 0.5) * VIEW.width
    y = (0.5 - clip[1] / clip[3] * 0.5) * VIEW.height
    assert project(CAMERA, VIEW, point) == pytest.approx([x, y, clip[3]], rel=1e-4)


def test_points_that_are_missing_or_behind_the_camera_have_no_place() -> None:
    behind = CAMERA.eye + CAMERA.backward
    places = project(CAMERA, VIEW, np.stack([behind, np.full(3, np.nan)]))

    assert np.isnan(places).all()


def test_orbiting_keeps_target_and_distance_and_never_goes_over_the_top() -> None:
    camera = CAMERA
    for _ in range(100):
        camera = orbit(camera, 30.0, 40.0)

    assert camera.target == CAMERA.target
    assert camera.distance == CAMERA.distance
    assert camera.elevation == MAX_ELEVATION
    assert -pi <= camera.azimuth <= pi


def test_panning_takes_what_is_at_the_target_s_depth_along_with_the_pointer() -> None:
    held = np.array(CAMERA.target) + 0.3 * CAMERA.rotation[0]
    before = project(CAMERA, VIEW, held)

    after = project(pan(CAMERA, VIEW, 25.0, -40.0), VIEW, held)

    assert after[:2] - before[:2] == pytest.approx([25.0, -40.0])


def test_zooming_keeps_what_is_under_the_pointer_there() -> None:
    right, up, _ = CAMERA.rotation
    held = np.array(CAMERA.target) + 0.3 * right + 0.2 * up
    before = project(CAMERA, VIEW, held)

    nearer = zoom(CAMERA, VIEW, 3.0, (before[0], before[1]))

    assert nearer.distance < CAMERA.distance
    assert project(nearer, VIEW, held)[:2] == pytest.approx(before[:2])


def test_zooming_out_and_in_again_comes_back() -> None:
    away = zoom(CAMERA, VIEW, -2.0, (100, 50))
    back = zoom(away, VIEW, 2.0, (100, 50))

    assert back.distance == pytest.approx(CAMERA.distance)
    assert back.target == pytest.approx(CAMERA.target)


def test_fitting_puts_all_points_inside_and_touches_the_margin_on_opposite_sides() -> None:
    points = np.random.default_rng(3).normal(size=(200, 3)) * (1.0, 2.0, 0.5) + (5, 1, -2)

    camera = fitted(CAMERA, VIEW, points, margin=0.1)

    places = project(camera, VIEW, points)
    low, high = places[:, :2].min(axis=0), places[:, :2].max(axis=0)
    assert (low >= (64 - 1e-6, 48 - 1e-6)).all()
    assert (high <= (576 + 1e-6, 432 + 1e-6)).all()
    assert low[1] == pytest.approx(48, abs=0.5)
    assert high[1] == pytest.approx(432, abs=0.5)
    assert (camera.azimuth, camera.elevation) == (CAMERA.azimuth, CAMERA.elevation)


@pytest.mark.parametrize("facing", [0.0, 1.0, -2.5])
def test_presets_go_by_where_the_person_faces(facing: float) -> None:
    ahead = np.array([np.sin(facing), 0.0, np.cos(facing)])
    right_hand = np.cross(ahead, [0.0, 1.0, 0.0])

    front = turned_to(CAMERA, Preset.FRONT, facing, 0.0).backward
    side = turned_to(CAMERA, Preset.SIDE, facing, 0.0).backward
    top = turned_to(CAMERA, Preset.TOP, facing, 0.0).backward
    oblique = turned_to(CAMERA, Preset.THREE_QUARTER, facing, 0.0).backward

    assert front @ ahead > 0.99
    assert side @ right_hand > 0.99
    assert top[1] > 0.99
    assert 0.6 < oblique @ ahead < 0.95


def test_a_move_turns_the_short_way_round_and_ends_exactly() -> None:
    first = replace(CAMERA, azimuth=radians(170))
    last = replace(CAMERA, azimuth=radians(-170), distance=6.0)

    middle = between(first, last, 0.5)

    assert abs(middle.azimuth) == pytest.approx(pi)
    assert between(first, last, 1.0).azimuth == pytest.approx(last.azimuth)
    assert between(first, last, 1.0).distance == pytest.approx(6.0)


def test_focusing_never_moves_the_camera_away() -> None:
    point = np.array([1.0, 2.0, 3.0])

    assert focused(CAMERA, point, 1.5).distance == 1.5
    assert focused(CAMERA, point, 5.0).distance == CAMERA.distance
    assert focused(CAMERA, point, 1.5).target == (1.0, 2.0, 3.0)
