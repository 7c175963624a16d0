"""Strokes over labels in numbers."""

import numpy as np
import pytest

from app.label_model import Part, Snapping, drawn, hit, moved, playhead_edges, trimmed
from app.lanes.label_rows import LabelRows
from tests.app.labels_made import segment

ROWS = LabelRows.of((segment("a", 10, 40), segment("b", 40, 60), segment("c", 80, 82)))


@pytest.mark.parametrize(
    ("position", "found"),
    [
        (11.0, ("a", Part.START)),
        (25.0, ("a", Part.BODY)),
        (39.0, ("a", Part.STOP)),
        (41.0, ("b", Part.START)),
        (9.0, ("a", Part.START)),
        (61.0, ("b", Part.STOP)),
        (81.0, ("c", Part.BODY)),
        (79.0, ("c", Part.START)),
        (83.0, ("c", Part.STOP)),
        (70.0, None),
    ],
)
def test_a_pointer_takes_hold_of_ends_bodies_or_nothing(
    position: float, found: tuple[str, Part] | None
) -> None:
    made = hit(ROWS, position, 2.0)
    assert (None if made is None else (made.segment.id, made.part)) == found


def test_an_end_snaps_to_an_edge_nearby_and_to_none_without_reach() -> None:
    edges = (np.array([10.0, 40.0]), playhead_edges(25))
    assert Snapping(edges=edges, reach=3).at(38.0) == 40.0
    assert Snapping(edges=edges, reach=3).at(24.0) == 25.0
    assert Snapping(edges=edges, reach=3).at(33.0) == 33.0
    assert Snapping(edges=edges).at(39.9) == 39.9


def test_moved_spans_snap_with_the_end_that_is_nearest_to_an_edge() -> None:
    snapping = Snapping(edges=(np.array([50.0, 101.0]),), reach=3)
    assert snapping.shift(((10, 20),), 39.0) == 40
    assert snapping.shift(((10, 20),), 80.0) == 81
    assert snapping.shift(((10, 20),), 60.4) == 60


def test_a_stroke_draws_the_frames_it_touches_whichever_way_it_goes() -> None:
    assert drawn((5.2, 9.1), 100) == (5, 10)
    assert drawn((9.1, 5.2), 100) == (5, 10)
    assert drawn((5.2, 5.2), 100) == (5, 6)
    assert drawn((-3.0, 200.0), 100) == (0, 100)


def test_trimming_leaves_a_frame_at_least() -> None:
    assert trimmed((10, 20), Part.START, 30.0, 100) == (19, 20)
    assert trimmed((10, 20), Part.STOP, 3.0, 100) == (10, 11)
    assert trimmed((10, 20), Part.STOP, 300.0, 100) == (10, 100)


def test_segments_are_moved_together_as_far_as_there_is_room() -> None:
    assert moved(((10, 20), (30, 40)), -50, 100) == -10
    assert moved(((10, 20), (30, 40)), 80, 100) == 60
    assert moved(((10, 20),), 5, 100) == 5
