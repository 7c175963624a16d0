from dataclasses import replace
from math import degrees

import numpy as np
import pytest

from app.camera import CameraState, Covered, Viewport, pixels_per_unit, project
from app.scene_model import (
    FIT_FRAMES,
    Followed,
    build_scene,
    facing,
    fit_points,
    floor_edge,
    framed,
)
from engine.layouts import LAYOUTS
from engine.layouts.kinect_v1 import KINECT_V1
from engine.recording import Units
from engine.skeleton import Axis, LayoutKind, SkeletonLayout
from tests.app.figures import HEAD, LEFT_FOOT, RIGHT_HAND, recording_of, standing, tilted

VIEW = Viewport(width=800, height=600)
# a recording's own axes in terms of X right, Y up, Z towards the viewer
OWN_AXES = {
    Axis.PLUS_Y: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    Axis.MINUS_Y: [[1, 0, 0], [0, -1, 0], [0, 0, -1]],
    Axis.PLUS_Z: [[1, 0, 0], [0, 0, -1], [0, 1, 0]],
    Axis.MINUS_Z: [[1, 0, 0], [0, 0, 1], [0, -1, 0]],
}


def flat_layout() -> SkeletonLayout:
    return replace(KINECT_V1, id="flat", dimensions=2, up=Axis.MINUS_Y)


@pytest.mark.parametrize("up", list(OWN_AXES))
@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_people_stand_on_their_feet_whatever_is_up_and_whatever_the_unit(
    up: Axis, scale: float
) -> None:
    positions = scale * standing() @ np.array(OWN_AXES[up], dtype=np.float32).T

    model = build_scene(recording_of(positions, up=up))

    head, foot = model.positions[0, 0, HEAD], model.positions[0, 0, LEFT_FOOT]
    assert head[1] - foot[1] == pytest.approx(1.0, abs=0.05)
    assert model.positions[0, 0, RIGHT_HAND, 0] > head[0]  # not mirrored
    assert model.stage.floor < foot[1] < model.stage.floor + 0.03


def test_a_tilted_sensor_does_not_make_people_lean() -> None:
    model = build_scene(recording_of(tilted(standing(), 15.0)))

    leaning = model.positions[0, 0, HEAD] - model.positions[0, 0, 1]
    assert abs(leaning[2]) < 0.02


def test_missing_joints_stay_missing_and_remember_when_they_were_seen() -> None:
    positions = standing(10)
    positions[4:7, 0, RIGHT_HAND] = np.nan
    positions[:, 0, HEAD, 1] = np.nan  # one coordinate is enough to be missing

    model = build_scene(recording_of(positions))

    assert np.isnan(model.positions[5, 0, RIGHT_HAND]).all()
    assert np.isnan(model.positions[:, 0, HEAD]).all()
    assert model.last_seen[3:8, 0, RIGHT_HAND].tolist() == [3, 3, 3, 3, 7]
    assert (model.last_seen[:, 0, HEAD] == -1).all()


def test_a_recording_with_nothing_in_it_is_still_a_scene() -> None:
    model = build_scene(recording_of(np.full((3, 2, 20, 3), np.nan, dtype=np.float32)))

    assert not model.visible.any()
    assert np.isfinite(model.centres).all()
    assert np.isfinite(framed(model, CameraState(), VIEW).distance)


def test_pictures_become_figures_that_stand_upright_in_a_plane() -> None:
    pixels = 300 * standing()[..., :2] * (1, -1) + (400, 700)

    model = build_scene(
        recording_of(pixels, layout=flat_layout(), up=Axis.MINUS_Y, units=Units.PIXELS)
    )

    assert model.positions[0, 0, HEAD, 1] > model.positions[0, 0, LEFT_FOOT, 1]
    assert np.ptp(model.positions[..., 2]) == 0
    assert facing(model, 0, None) == 0


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_every_layout_fills_the_view_and_has_somewhere_to_stand(layout: SkeletonLayout) -> None:
    random = np.random.default_rng(0)
    spread = random.normal(0, 50.0, (5, 1, layout.num_joints, layout.dimensions))

    model = build_scene(recording_of(spread, layout=layout, up=layout.up))
    camera = framed(model, CameraState(), VIEW)

    places = project(camera, VIEW, fit_points(model))
    filled = np.ptp(places[:, :2], axis=0) / (VIEW.width, VIEW.height)
    assert 0.6 < filled.max() < 1.0
    assert model.stage.floor < np.nanpercentile(model.positions[..., 1], 25)
    assert len(model.trail_joints) >= (5 if layout.kind is LayoutKind.HAND else 4)


def test_hands_and_feet_leave_trails() -> None:
    model = build_scene(recording_of(standing()))

    names = [KINECT_V1.joints[joint] for joint in model.trail_joints]

    assert names == ["left hand", "left foot", "right hand", "right foot"]


def test_the_grid_has_squares_of_a_round_size() -> None:
    model = build_scene(recording_of(standing()))

    assert model.stage.grid_cell / model.transform.scale == pytest.approx(0.5)


def test_a_single_wild_joint_does_not_shrink_the_body() -> None:
    positions = standing(200)
    calm = build_scene(recording_of(positions))
    positions[17, 0, RIGHT_HAND] = 500.0

    wild = build_scene(recording_of(positions))

    assert wild.transform.scale == pytest.approx(calm.transform.scale, rel=0.01)
    near, far = (framed(model, CameraState(), VIEW).distance for model in (calm, wild))
    assert far < 1.2 * near


def test_people_side_by_side_are_shown_from_where_they_look() -> None:
    model = build_scene(recording_of(standing(people=((-0.6, 0, 3), (0.6, 0, 3)))))

    assert abs(degrees(facing(model, 0, None))) == pytest.approx(180, abs=1)


def test_people_who_face_each_other_are_shown_from_the_side_of_the_sensor() -> None:
    one = standing()[:, 0]
    to_right = one @ np.array([[0, 0, -1], [0, 1, 0], [1, 0, 0]], dtype=np.float32).T
    to_left = one @ np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]], dtype=np.float32).T
    both = np.stack([to_right, to_left], axis=1)
    both[..., 0] += np.array([3 - 0.5, -3 + 0.5])[:, None]
    both[..., 2] += 3

    model = build_scene(recording_of(both))

    assert degrees(facing(model, 0, 0)) == pytest.approx(90, abs=1)
    assert degrees(facing(model, 0, 1)) == pytest.approx(-90, abs=1)
    assert abs(degrees(facing(model, 0, None))) == pytest.approx(180, abs=1)


def test_the_followed_centre_is_smooth_and_bridges_gaps() -> None:
    walk = standing(90)
    walk[..., 0] += np.linspace(0, 2, 90)[:, None, None]
    walk[30:40] = np.nan

    model = build_scene(recording_of(walk))

    steps = np.diff(model.centres[:, 0, 0])
    assert (steps >= 0).all()
    assert steps.max() < 1.5 * 2 / 89 * model.transform.scale


def test_a_camera_that_follows_comes_closer_to_somebody_who_walks() -> None:
    walk = standing(90)
    walk[..., 0] += np.linspace(0, 4, 90)[:, None, None]
    model = build_scene(recording_of(walk))

    whole = framed(model, CameraState(), VIEW)
    followed = framed(model, CameraState(), VIEW, Followed(frame=80, person=None))

    assert followed.distance < 0.6 * whole.distance
    assert followed.target[0] == pytest.approx(model.centre(80, None)[0], abs=0.05)


def test_following_one_of_two_people_holds_that_one() -> None:
    model = build_scene(recording_of(standing(30, ((-3, 0, 3), (3, 0, 3)))))

    camera = framed(model, CameraState(), VIEW, Followed(frame=0, person=1))

    assert camera.target[0] == pytest.approx(model.centre(0, 1)[0], abs=0.05)


def test_above_the_floor_s_edge_there_is_no_floor() -> None:
    model = build_scene(recording_of(standing()))
    camera = framed(model, CameraState(elevation=0.2), VIEW)

    edge = floor_edge(model.stage, camera, VIEW)

    far = (model.stage.middle[0], model.stage.floor, model.stage.middle[1] - model.stage.radius)
    assert edge <= project(camera, VIEW, np.array(far))[1]
    assert 0 < edge < VIEW.height


def test_the_camera_is_fitted_to_so_many_frames_however_long_the_recording_is() -> None:
    model = build_scene(recording_of(standing(10_000, ((-1, 0, 3), (1, 0, 3)))))

    assert len(fit_points(model)) < 2 * FIT_FRAMES * 2 * 20


@pytest.mark.parametrize("covered", [Covered(top=56), Covered(top=96, bottom=50)])
def test_heads_keep_clear_of_what_covers_the_view(covered: Covered) -> None:
    walk = standing(60, ((-1, 0, 3), (1, 0, 3)))
    walk[..., 2] += np.linspace(0, 1, 60)[:, None, None]
    model = build_scene(recording_of(walk))
    view = Viewport(width=640, height=480, covered=covered)

    camera = framed(model, CameraState(elevation=0.2), view)

    heads = project(camera, view, model.positions[:, :, HEAD])
    ball = model.joint_radius[HEAD] * pixels_per_unit(camera, view, 1.0) / heads[..., 2]
    assert (heads[..., 1] - ball).min() > covered.top
    feet = project(camera, view, model.positions)[..., 1]
    assert feet.max() < 480 - covered.bottom
    assert np.ptp(feet) > 0.6 * (480 - covered.top - covered.bottom)
