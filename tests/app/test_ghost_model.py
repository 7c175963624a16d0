import numpy as np
import pytest

from app.ghost_model import ghost_of, with_second
from app.scene_frame import FrameStyle, scene_frame
from app.scene_model import build_scene
from app.scene_theme import SceneTheme
from engine.alignment.timing import By
from engine.layouts.kinect_v2 import KINECT_V2
from engine.layouts.maps import map_recording
from tests.app.figures import HEAD, RIGHT_HAND, recording_of, tilted
from tests.app.laid_pairs import FRAMES, aligned, laid, raising, two
from tests.engine.alignment.made_pairs import retimed


def test_a_ghost_of_the_same_movement_lies_upon_the_body_wherever_it_was_recorded() -> None:
    first = recording_of(raising())
    second = recording_of(tilted(raising(place=1.5), 10.0))
    scene = build_scene(first)

    ghost = ghost_of(aligned(first, second), scene)

    assert ghost.points(20) == pytest.approx(scene.positions[20, 0], abs=0.02)


def test_between_two_frames_of_its_own_a_ghost_moves_along_straight_lines() -> None:
    first = recording_of(raising())
    slow = retimed(first, np.arange(0, FRAMES - 1, 0.5))  # twice the frames
    other = retimed(slow, np.arange(0, slow.num_frames - 1, 0.75))
    ghost = laid(first, other, By.STRETCHED).ghost

    heights = np.array([ghost.points(frame)[RIGHT_HAND, 1] for frame in range(FRAMES)])

    fractions = ghost.alignment.frames % 1
    assert ((fractions > 0.1) & (fractions < 0.9)).any()
    assert np.diff(heights).min() > 0
    assert np.diff(heights) == pytest.approx(np.diff(heights).mean(), rel=0.1)


def test_a_ghost_is_nowhere_while_nothing_of_it_belongs_to_the_moment() -> None:
    first = recording_of(raising())
    short = recording_of(raising()[:20])
    ghost = laid(first, short).ghost

    frame = with_second(drawn(first, 30), ghost, 30, SceneTheme.dark())

    assert np.isnan(ghost.points(30)).all()
    assert not len(frame.second)
    assert not len(frame.links)


def test_missing_joints_of_a_ghost_are_not_drawn() -> None:
    first, second = two()
    positions = second.positions.copy()
    positions[:, 0, HEAD] = np.nan
    gappy = recording_of(positions)

    whole = with_second(drawn(first, 5), laid(first, second).ghost, 5, SceneTheme.dark())
    without = with_second(drawn(first, 5), laid(first, gappy).ghost, 5, SceneTheme.dark())

    assert len(without.second) == len(whole.second) - 2  # a joint and its bone
    assert np.isfinite(without.second).all()


def test_a_ghost_has_the_colour_of_a_second_recording_and_leaves_the_body_as_it_is() -> None:
    first, second = two()
    before = drawn(first, 5)

    after = with_second(before, laid(first, second).ghost, 5, SceneTheme.light())

    assert (after.limbs == before.limbs).all()
    assert after.casting == before.casting
    assert after.second[:, 8:11] == pytest.approx(
        np.tile(SceneTheme.light().second, (len(after.second), 1))
    )


def test_what_is_farthest_apart_is_tied_together() -> None:
    first, second = two()
    ghost = laid(first, second).ghost

    starts, ends = ghost.ties(FRAMES - 1)

    scene = ghost.scene
    assert starts[0] == pytest.approx(scene.positions[FRAMES - 1, 0, RIGHT_HAND])
    assert ends[0] == pytest.approx(ghost.points(FRAMES - 1)[RIGHT_HAND])
    assert len(ghost.ties(0)[0]) == 0  # together


def test_a_ghost_of_another_layout_keeps_its_own_joints() -> None:
    first = recording_of(raising())
    ghost = laid(first, map_recording(first, KINECT_V2)).ghost

    points = ghost.points(10)

    assert points.shape == (KINECT_V2.num_joints, 3)
    wrist = KINECT_V2.joints.index("left wrist")
    ours = first.layout.joints.index("left wrist")
    assert points[wrist] == pytest.approx(ghost.scene.positions[10, 0, ours], abs=0.02)


def drawn(recording, frame):  # type: ignore[no-untyped-def]
    return scene_frame(build_scene(recording), frame, FrameStyle(theme=SceneTheme.dark()))
