from dataclasses import replace

import numpy as np

from app.overlays import (
    OVERLAYS,
    OverlaySettings,
    draw_overlays,
    drawable,
    overlay_by_id,
    prepared,
)
from app.overlays.merging import merged
from engine.prediction import Explanation
from tests.app.figures import recording_of, standing
from tests.app.overlays.made import FRAMES, JOINTS, link_map, with_links, with_points

WISH = OverlaySettings(focal_joints=3, link_threshold=0.5)


def rich() -> Explanation:
    """Something for every overlay but time."""
    weights = np.full((1, 1, 1, JOINTS, JOINTS), 0.5, dtype=np.float32)
    with_all = with_links(link_map(weights))
    ones = np.ones(2, dtype=np.float32)
    points = with_points(np.array([1, 1], dtype=np.float32), ones).points
    chosen = np.zeros((FRAMES, 1, 3), dtype=np.int64)
    return replace(with_all, points=points, chosen=chosen)


def drawn(*ids: str, explanation: Explanation | None = None):
    shown = rich() if explanation is None else explanation
    overlays = drawable(ids, shown)
    return draw_overlays(overlays, prepared(shown), recording_of(standing(FRAMES)), 3, WISH)


def test_one_overlay_is_itself() -> None:
    frame = drawn("focal")

    assert merged((frame,)) is frame


def test_the_first_overlay_of_the_table_colours_the_joints_that_it_colours() -> None:
    focal = drawn("focal")
    fallen = replace(WISH, joint_map=1)
    shown = prepared(rich())
    recording = recording_of(standing(FRAMES))
    focus = overlay_by_id("focus").draw(shown, recording, 3, fallen)

    both = merged((overlay_by_id("focal").draw(shown, recording, 3, fallen), focus))

    lit = focal.focal[0]
    assert lit.sum() == 3
    assert (both.joint_colours[0, lit] == focal.joint_colours[0, lit]).all()
    assert (both.joint_colours[0, ~lit] == focus.joint_colours[0, ~lit]).all()
    assert (both.joint_weights[0, ~lit] == focus.joint_weights[0, ~lit]).all()
    assert both.focal[0].sum() == 3 + (focus.focal[0] & ~lit).sum()
    assert (both.joint_scale >= np.maximum(focal.joint_scale, 1)).all()
    assert [reading.name for reading in both.readings] == ["Focus on wave", "Focus on clap"]


def test_lines_and_discs_of_all_are_drawn() -> None:
    frame = drawn("voxels", "attention", "focus")

    assert len(frame.links) == 50
    assert len(frame.spots) == 2
    assert frame.joint_colours[..., 3].all()
    assert frame.dimming.max() == 1.0


def test_the_lines_of_the_first_overlay_lie_on_top() -> None:
    one, other = drawn("attention"), drawn("attention")
    other = replace(other, links=replace(other.links, weights=other.links.weights * 2))

    both = merged((one, other)).links

    assert len(both) == len(both.names) == 100
    assert (both.weights[50:] == one.links.weights).all()
    assert both.start.shape == both.end.shape == (100, 3)


def test_discs_of_two_overlays_lie_over_one_another() -> None:
    one, other = drawn("voxels"), drawn("voxels")
    other = replace(other, spots=replace(other.spots, magnitudes=other.spots.magnitudes * 2))

    both = merged((one, other)).spots

    assert both.magnitudes.tolist() == [2, 2, 1, 1]


def test_the_order_of_the_ids_does_not_matter_only_that_of_the_table() -> None:
    ids = [overlay.id for overlay in drawable(("voxels", "focal", "focus"), rich())]

    assert ids == [overlay.id for overlay in OVERLAYS if overlay.id in ids]
