from dataclasses import replace

import numpy as np
import pytest

from app.overlays import OverlaySettings, PreparedExplanation, prepared
from app.overlays.colour_scale import scale_rgba
from app.overlays.voxels import COVER, VOXELS
from tests.app.figures import recording_of, standing
from tests.app.overlays.made import FRAMES, focus_only, with_points

WISH = OverlaySettings(focal_joints=5, link_threshold=0.5)


@pytest.fixture
def explanation() -> PreparedExplanation:
    """Three points at frame 2, one at frame 8."""
    frames = np.array([2, 2, 2, 8], dtype=np.float32)
    return prepared(with_points(frames, np.array([1.0, 0.0, 0.25, 4.0], dtype=np.float32)))


@pytest.mark.parametrize(("frame", "places"), [(0, [1, 2, 0]), (5, [1, 2, 0]), (6, [3]), (11, [3])])
def test_the_discs_of_the_nearest_step_are_drawn_the_strongest_last(
    explanation: PreparedExplanation, frame: int, places: list[int]
) -> None:
    spots = VOXELS.draw(explanation, recording_of(standing(FRAMES)), frame, WISH).spots

    assert spots.positions[:, 0].tolist() == places


def test_areas_are_in_proportion_to_magnitudes_of_the_whole_clip(
    explanation: PreparedExplanation,
) -> None:
    recording = recording_of(standing(FRAMES))
    early = VOXELS.draw(explanation, recording, 2, WISH).spots
    late = VOXELS.draw(explanation, recording, 8, WISH).spots

    assert late.radius.tolist() == pytest.approx([0.1]), "half the edge of a voxel"
    assert early.radius[2] ** 2 / late.radius[0] ** 2 == pytest.approx(1 / 4)
    assert early.radius[1] ** 2 / early.radius[2] ** 2 == pytest.approx(1 / 4)
    assert early.radius[0] > 0, "a place without activation is a dot"


def test_colours_follow_the_scale_and_cover_by_the_opacity(
    explanation: PreparedExplanation,
) -> None:
    recording = recording_of(standing(FRAMES))

    spots = VOXELS.draw(explanation, recording, 2, replace(WISH, opacity=0.5)).spots

    assert spots.rgba[:, :3] == pytest.approx(scale_rgba(spots.magnitudes / 4)[:, :3])
    assert spots.rgba[:, 3] == pytest.approx(0.5 * COVER)
    assert VOXELS.draw(explanation, recording, 2, replace(WISH, opacity=0.0)).is_empty


def test_a_clip_without_a_single_active_voxel_is_drawn_as_well() -> None:
    nothing = np.zeros(0, dtype=np.float32)

    frame = VOXELS.draw(
        prepared(with_points(nothing, nothing)), recording_of(standing(FRAMES)), 3, WISH
    )

    assert len(frame.spots) == 0


def test_the_legend_has_the_largest_magnitude_and_others_lack_it(
    explanation: PreparedExplanation,
) -> None:
    (legend,) = VOXELS.legends(explanation, WISH)

    assert (legend.low, legend.high, legend.strongest) == (0.0, 4.0, 4.0)
    assert "SPA-Net" in VOXELS.lacking(focus_only())
    assert VOXELS.legends(prepared(focus_only()), WISH) == ()
