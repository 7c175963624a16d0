from dataclasses import replace

import numpy as np
import pytest

from app.camera import CameraState, Viewport, project
from app.overlays import OverlayFrame, OverlayLinks, OverlaySpots
from app.overlays.base import JointReading
from app.scene_model import SceneModel, build_scene, framed
from app.scene_pick import (
    HitReading,
    JointHit,
    LinkHit,
    Pointer,
    SpotHit,
    free_places,
    hit_under,
    joint_under,
    person_under,
)
from tests.app.figures import HEAD, RIGHT_ELBOW, RIGHT_HAND, RIGHT_WRIST, recording_of, standing

VIEW = Viewport(width=800, height=600)


@pytest.fixture
def model() -> SceneModel:
    positions = standing(5, ((-0.7, 0, 3), (0.7, 0, 3)))
    positions[2, 0, RIGHT_HAND] = np.nan
    return build_scene(recording_of(positions))


def pointer_at(model: SceneModel, person: int, joint: int, dx: float = 0.0) -> Pointer:
    camera = framed(model, CameraState(), VIEW)
    x, y, _ = project(camera, VIEW, model.positions[0, person, joint])
    return Pointer(x=x + dx, y=y, camera=camera, viewport=VIEW)


@pytest.mark.parametrize("person", [0, 1])
@pytest.mark.parametrize("joint", [HEAD, RIGHT_HAND, RIGHT_ELBOW])
def test_the_joint_under_the_pointer_is_found(model: SceneModel, person: int, joint: int) -> None:
    hit = joint_under(model, 0, pointer_at(model, person, joint), None)

    assert hit is not None
    assert (hit.person, hit.joint) == (person, joint)
    assert hit.name == model.recording.layout.joints[joint]
    assert hit.position == pytest.approx(model.recording.positions[0, person, joint].tolist())
    assert hit.confidence == 1.0
    assert hit.readings == ()


def test_a_little_beside_the_joint_is_near_enough_far_off_is_not(model: SceneModel) -> None:
    near = joint_under(model, 0, pointer_at(model, 1, RIGHT_HAND, dx=12), None)
    far = joint_under(model, 0, pointer_at(model, 1, RIGHT_HAND, dx=60), None)

    assert near is not None
    assert near.joint == RIGHT_HAND
    assert far is None


def test_a_missing_joint_is_not_found(model: SceneModel) -> None:
    hit = joint_under(model, 2, pointer_at(model, 0, RIGHT_HAND), None)

    assert hit is None or hit.joint == RIGHT_WRIST


def test_of_two_balls_over_one_another_the_front_one_is_met() -> None:
    model = build_scene(recording_of(standing(3, ((0, 0, 3), (0, 0, 4)))))

    hit = joint_under(model, 0, pointer_at(model, 1, HEAD), None)

    assert hit is not None
    assert hit.person == 1  # the camera looks from +Z, where larger Z is nearer


def test_the_overlay_s_score_is_told(model: SceneModel) -> None:
    weights = np.full((2, 20), np.nan, dtype=np.float32)
    weights[1, HEAD] = 0.375
    reading = JointReading(name="Focus", weights=weights, full=0.5)
    overlay = replace(OverlayFrame.nothing(2, 20), readings=(reading,))

    hit = joint_under(model, 0, pointer_at(model, 1, HEAD), overlay)

    assert hit is not None
    assert hit.readings == (HitReading(name="Focus", weight=0.375, share=0.75),)
    beside = joint_under(model, 0, pointer_at(model, 0, HEAD), overlay)
    assert beside is not None
    assert beside.readings == (), "no score, nothing to read"


def links_overlay(model: SceneModel) -> OverlayFrame:
    """From the second person's right hand to the head, and a stronger line on the same way."""
    places = model.recording.positions[0, 1]
    links = OverlayLinks(
        person=np.array([1, 1]),
        names=(("head", "right hand"), ("right hand", "head")),
        weights=np.array([0.25, 0.5], dtype=np.float32),
        start=np.stack([places[RIGHT_HAND], places[HEAD]]),
        end=np.stack([places[HEAD], places[RIGHT_HAND]]),
        is_pinned=np.zeros((2, 2), dtype=np.bool_),
        rgba=np.ones((2, 4), dtype=np.float32),
        width_px=np.full(2, 2.0, dtype=np.float32),
    )
    return replace(OverlayFrame.nothing(2, 20), links=links)


def test_a_line_under_the_pointer_tells_its_ends_and_its_exact_weight(model: SceneModel) -> None:
    camera = framed(model, CameraState(), VIEW)
    middle = model.positions[0, 1, [HEAD, RIGHT_HAND]].mean(axis=0)
    x, y, _ = project(camera, VIEW, middle)
    on_it = Pointer(x=x, y=y, camera=camera, viewport=VIEW)
    off_it = Pointer(x=x + 40, y=y, camera=camera, viewport=VIEW)

    hit = hit_under(model, 0, on_it, links_overlay(model))

    assert isinstance(hit, LinkHit)
    assert (hit.asking, hit.asked, hit.weight, hit.link) == ("right hand", "head", 0.5, 1)
    assert hit_under(model, 0, off_it, links_overlay(model)) is None


def test_a_joint_is_read_before_the_line_that_ends_in_it(model: SceneModel) -> None:
    hit = hit_under(model, 0, pointer_at(model, 1, HEAD), links_overlay(model))

    assert isinstance(hit, JointHit)


def test_a_disc_under_the_pointer_tells_its_magnitude_and_place(model: SceneModel) -> None:
    beside = model.recording.positions[0, 1, HEAD] + np.float32([0.5, 0.4, 0.0])
    spots = OverlaySpots(
        name="Activation",
        positions=beside[None],
        magnitudes=np.array([0.125], dtype=np.float32),
        radius=np.array([0.1], dtype=np.float32),
        largest=0.1,
        rgba=np.ones((1, 4), dtype=np.float32),
    )
    overlay = replace(OverlayFrame.nothing(2, 20), spots=spots)
    camera = framed(model, CameraState(), VIEW)
    x, y, _ = project(camera, VIEW, model.transform.apply(beside))

    hit = hit_under(model, 0, Pointer(x=x, y=y, camera=camera, viewport=VIEW), overlay)
    far = hit_under(model, 0, Pointer(x=x + 60, y=y, camera=camera, viewport=VIEW), overlay)

    assert isinstance(hit, SpotHit)
    assert (hit.name, hit.weight) == ("Activation", 0.125)
    assert hit.position == pytest.approx(beside.tolist())
    assert far is None


def test_a_person_is_met_on_a_bone_and_missed_beside_it(model: SceneModel) -> None:
    camera = framed(model, CameraState(), VIEW)
    thigh = model.positions[0, 1, [16, 17]].mean(axis=0)
    x, y, _ = project(camera, VIEW, thigh)

    on_bone = Pointer(x=x, y=y, camera=camera, viewport=VIEW)
    beside = Pointer(x=x + 200, y=y, camera=camera, viewport=VIEW)

    assert person_under(model, 0, on_bone) == 1
    assert person_under(model, 0, beside) is None


def test_names_that_would_cover_others_or_leave_the_view_are_dropped() -> None:
    anchors = np.array([[10.0, 50.0], [30.0, 55.0], [30.0, 90.0], [780.0, 50.0], [np.nan, 5.0]])
    sizes = np.full((5, 2), (60.0, 14.0))

    assert free_places(anchors, sizes, VIEW).tolist() == [True, False, True, False, False]
