"""Where moments lie on the time axis."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.timeline_model import FEWEST_FRAMES, TimeSpan, ticks

WIDTH = 500.0


@given(frame=st.integers(0, 9999), frames=st.integers(10_000, 20_000))
def test_a_frame_is_found_where_its_middle_is_drawn(frame: int, frames: int) -> None:
    span = TimeSpan.whole(frames)
    assert span.frame_at(span.x_of(frame + 0.5, WIDTH), WIDTH) == frame


def test_places_outside_the_strip_mean_the_first_and_the_last_frame() -> None:
    span = TimeSpan.whole(50)
    assert span.frame_at(-20, WIDTH) == 0
    assert span.frame_at(WIDTH + 20, WIDTH) == 49


@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("zoom"), st.floats(0.2, 5.0), st.floats(0, 1000)),
            st.tuples(st.just("pan"), st.floats(-2000, 2000), st.just(0.0)),
        ),
        max_size=12,
    )
)
def test_zooming_and_panning_never_leave_the_recording(
    steps: list[tuple[str, float, float]],
) -> None:
    span = TimeSpan.whole(1000)
    for kind, amount, about in steps:
        span = span.zoomed(amount, about) if kind == "zoom" else span.panned(amount)
        assert -1e-6 <= span.first < span.last <= 1000 + 1e-6
        assert span.frames >= FEWEST_FRAMES - 1e-6


def test_zooming_keeps_what_is_under_the_pointer() -> None:
    span = TimeSpan.whole(1000)
    closer = span.zoomed(0.5, 400)
    assert closer.x_of(400, WIDTH) == pytest.approx(span.x_of(400, WIDTH))
    assert closer.frames == 500
    assert not closer.is_whole


def test_a_short_recording_can_be_seen_whole() -> None:
    assert TimeSpan.whole(1).zoomed(0.5, 0.5).frames == 1
    assert TimeSpan.whole(3).zoomed(2.0, 1).frames == 3


def test_the_visible_part_follows_the_playhead_only_when_it_leaves() -> None:
    span = TimeSpan.whole(1000).zoomed(0.1, 0)
    assert span.showing(50) is span
    moved = span.showing(500)
    assert moved.first <= 500 < moved.last
    assert moved.frames == span.frames


@pytest.mark.parametrize(
    ("num_frames", "most", "expected"),
    [(300, 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), (9000, 6, [0, 60, 120, 180, 240])],
)
def test_ticks_stand_at_round_moments(num_frames: int, most: int, expected: list[int]) -> None:
    found = ticks(
        TimeSpan.whole(num_frames),
        most=most,
        time_s=lambda frame: frame / 30,
        frame_at_s=lambda seconds: round(seconds * 30),
    )
    assert [tick.seconds for tick in found] == expected
    assert [tick.position for tick in found] == [30 * second + 0.5 for second in expected]


def test_ticks_of_a_zoomed_span_lie_inside_it() -> None:
    span = TimeSpan.whole(9000).zoomed(0.01, 4500)
    found = ticks(
        span, most=8, time_s=lambda f: f / 30, frame_at_s=lambda seconds: round(seconds * 30)
    )
    assert found
    assert all(span.first <= tick.position <= span.last + 1 for tick in found)


def test_one_can_come_as_close_as_a_single_frame() -> None:
    span = TimeSpan.whole(1000)
    for _ in range(60):
        span = span.zoomed(0.8, 412.5)
    assert span.frames == FEWEST_FRAMES == 1
    assert TimeSpan.whole(1000).on(412, 413).x_of(412, WIDTH) == 0


def test_a_stretch_at_the_end_stays_inside() -> None:
    span = TimeSpan.whole(1000).on(950, 1100)
    assert (span.first, span.last) == (850, 1000)


def test_close_up_the_ruler_counts_frames() -> None:
    span = TimeSpan.whole(9000).on(100, 112)
    found = ticks(
        span, most=8, time_s=lambda f: f / 30, frame_at_s=lambda seconds: round(seconds * 30)
    )
    assert [tick.frame for tick in found] == [100, 102, 104, 106, 108, 110]
    assert found[1].position == 102.5


def test_columns_lie_side_by_side_over_the_whole_strip() -> None:
    edges = TimeSpan.whole(100).on(10, 20).column_edges(5)
    assert edges.tolist() == [10, 12, 14, 16, 18, 20]


def test_labels_of_moments_with_few_frames_between_them_do_not_stand_on_each_other() -> None:
    times = [0.1 * frame for frame in range(80)] + [8.0 + 4.0 * frame for frame in range(20)]
    found = ticks(
        TimeSpan.whole(len(times)),
        most=10,
        time_s=times.__getitem__,
        frame_at_s=lambda seconds: max(n for n, time in enumerate(times) if time <= seconds),
    )
    places = [tick.position for tick in found]
    assert len(places) > 1
    assert all(later - earlier >= len(times) / 10 - 1 for earlier, later in pairwise(places))
    assert found[0].seconds == 0.0
