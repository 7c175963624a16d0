"""Levels of detail: coarse levels must not lose what sticks out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lanes.detail import KNOWN, UNKNOWN, CurveLevels, FrameRuns, HeatLevels, column_runs
from app.timeline_model import TimeSpan


@pytest.mark.parametrize("width", [50, 333, 1999])
def test_one_bright_frame_is_seen_at_any_zoom(width: int) -> None:
    weights = np.zeros((2000, 3), dtype=np.float32)
    weights[1234, 1] = 1.0
    heat = HeatLevels.of(weights)
    places = (np.arange(width) + 0.5) * 2000 / width
    seen = heat.columns(places, 2000 / width)
    assert seen[:, 1].max() == KNOWN
    bright = np.flatnonzero(seen[:, 1] == KNOWN)
    assert abs(bright.mean() - 1234 / 2000 * width) <= max(2, 3 * width / 2000)
    assert seen[:, 0].max() == 0


def test_unknown_frames_stay_unknown_unless_a_neighbour_is_known() -> None:
    weights = np.full((4096, 1), np.nan, dtype=np.float32)
    weights[:100] = 0.5
    heat = HeatLevels.of(weights)
    seen = heat.columns((np.arange(16) + 0.5) * 256, 256.0)
    assert seen[0, 0] == round(0.5 * KNOWN)
    assert (seen[2:] == UNKNOWN).all()


def test_close_up_the_heat_is_the_values_themselves() -> None:
    weights = np.linspace(0, 1, 500, dtype=np.float32)[:, None]
    seen = HeatLevels.of(weights).columns(np.array([0.2, 250.7, 499.9]), 0.01)
    expected = np.rint(weights[[0, 250, 499]] * KNOWN)
    assert (seen == expected).all()


def test_nothing_has_no_columns_to_read() -> None:
    heat = HeatLevels.of(np.zeros((0, 4), dtype=np.float32))
    assert [len(level) for level in heat.levels] == [0]


@given(length=st.integers(65, 3000), width=st.integers(3, 200))
def test_the_curve_reaches_as_high_and_low_as_its_values(length: int, width: int) -> None:
    values = np.sin(np.arange(length, dtype=np.float32) * 1.7)
    curve = CurveLevels.of(values).columns(TimeSpan.whole(length), width)
    assert len(curve.high) == width
    if width <= length:
        assert curve.high.max() == values.max()
        assert curve.low.min() == values.min()
    assert (curve.low <= curve.high).all()


def test_close_up_the_curve_runs_straight_between_frames() -> None:
    values = np.array([0, 1, 3, 3, 0], dtype=np.float32)
    curve = CurveLevels.of(values).columns(TimeSpan.whole(5).on(1, 3), 20)
    assert (curve.low == curve.high).all()
    assert curve.high[4:6] == pytest.approx([0.9, 1.1], abs=0.11)
    assert (np.diff(curve.high[5:15]) > 0).all()


def test_a_curve_breaks_where_nothing_is_known() -> None:
    values = np.ones(4000, dtype=np.float32)
    values[1000:3000] = np.nan
    high = CurveLevels.of(values).columns(TimeSpan.whole(4000), 40).high
    assert np.isnan(high[11:29]).all()
    assert np.isfinite(high[:9]).all()
    assert np.isfinite(high[31:]).all()


def test_runs_are_found_with_their_ends() -> None:
    runs = FrameRuns.of(np.array([1, 1, 0, 0, 1, 0, 1], dtype=bool))
    assert (runs.starts.tolist(), runs.stops.tolist()) == ([0, 4, 6], [2, 5, 7])
    assert runs.edges.tolist() == [0, 2, 4, 5, 6, 7]
    assert runs.at(1.9) == (0, 2)
    assert runs.at(2) is None
    assert runs.at(4.5) == (4, 5)


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(1, 90))
def test_the_share_of_a_column_is_what_the_runs_cover_of_it(is_so: list[bool], width: int) -> None:
    flags = np.array(is_so)
    edges = TimeSpan.whole(len(flags)).column_edges(width)
    fine = np.repeat(flags, width).reshape(width, -1).mean(axis=1)
    assert FrameRuns.of(flags).share(edges) == pytest.approx(fine, abs=1e-9)


def test_columns_are_joined_into_stretches() -> None:
    assert column_runs(np.array([0, 1, 1, 0, 1], dtype=bool)) == ((1, 3), (4, 5))
    assert FrameRuns.of(np.array([0, 0, 1, 1], dtype=bool)).columns(TimeSpan.whole(4), 8) == (
        (4, 8),
    )
    assert FrameRuns.of(np.zeros(4, dtype=bool)).columns(TimeSpan.whole(4), 8) == ()
