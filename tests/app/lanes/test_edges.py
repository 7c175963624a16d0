"""Snapping to edges, and going from edge to edge."""

import numpy as np
import pytest

from app.lanes.edges import nearest_edge, next_edge, snapped

CHANGES = (np.array([0.0, 100.0, 250.5]), np.array([180.0]))
NONE = np.zeros(0)


@pytest.mark.parametrize(
    ("position", "expected"), [(-5, 0), (49, 0), (51, 100), (141, 180), (999, 250.5)]
)
def test_the_nearest_of_all_edges_is_found(position: float, expected: float) -> None:
    assert nearest_edge(CHANGES, position) == expected


def test_without_edges_nothing_is_near() -> None:
    assert nearest_edge((NONE,), 5) is None
    assert snapped((NONE,), (), 5.3, reach=10, frames_a_pixel=1) == 5.3
    assert next_edge((NONE,), 5, 1) is None


def test_only_edges_within_reach_are_taken() -> None:
    assert snapped(CHANGES, (), 104, reach=5, frames_a_pixel=1) == 100
    assert snapped(CHANGES, (), 106, reach=5, frames_a_pixel=1) == 106


def test_fine_edges_count_when_they_are_far_enough_apart() -> None:
    windows = np.arange(0.0, 1000.0, 10.0)
    assert snapped((), (windows,), 42, reach=3, frames_a_pixel=2) == 42
    assert snapped((), (windows,), 42, reach=3, frames_a_pixel=0.5) == 40


def test_one_goes_from_edge_to_edge_and_stops_at_the_ends() -> None:
    ahead = [next_edge(CHANGES, frame, 1) for frame in (0, 99, 100, 180, 251, 500)]
    assert ahead == [100, 100, 180, 251, None, None]
    back = [next_edge(CHANGES, frame, -1) for frame in (500, 251, 180, 101, 100, 0)]
    assert back == [251, 180, 100, 100, 0, None]
