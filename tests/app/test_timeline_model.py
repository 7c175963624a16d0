"""Where things lie on the timeline."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.timeline_model import (
    FEWEST_FRAMES,
    TimeSpan,
    answer_lane,
    answer_runs,
    cell_at,
    cell_columns,
    focus_heat,
    focus_rows,
    prediction_cell,
    ticks,
    track_cells,
)
from engine.layouts import LAYOUTS
from engine.layouts.kinect_v1 import KINECT_V1
from engine.layouts.shrec_hand_22 import SHREC_HAND_22
from engine.prediction import PredictionTrack
from engine.recording import Clip
from engine.skeleton import SkeletonLayout
from tests.app import stand_ins

WIDTH = 500.0


def track(starts: list[int], window: int, best: list[int]) -> PredictionTrack:
    return PredictionTrack(
        model_id="m",
        class_names=stand_ins.ACTIONS,
        starts=np.array(starts),
        stops=np.array(starts) + window,
        probabilities=np.stack([stand_ins.probabilities(each) for each in best]),
        person=0,
    )


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
    assert TimeSpan.whole(3).zoomed(0.5, 1).frames == 3


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


def test_overlapping_windows_get_the_frames_nearest_their_middles() -> None:
    cells = track_cells(track([0, 10, 20], 30, [0, 1, 1]))
    assert [(cell.start, cell.stop) for cell in cells] == [(0, 20), (20, 30), (30, 50)]
    assert cells[0].probability == pytest.approx(0.8)
    assert (cells[0].window_start, cells[0].window_stop) == (0, 30)


def test_a_gap_between_windows_stays_blank() -> None:
    cells = track_cells(track([0, 100], 30, [0, 0]))
    assert [(cell.start, cell.stop) for cell in cells] == [(0, 30), (100, 130)]
    assert cell_at(cells, 50) is None
    assert len(answer_runs(cells)) == 2


def test_a_track_without_windows_has_no_cells() -> None:
    empty = PredictionTrack(
        model_id="m",
        class_names=stand_ins.ACTIONS,
        starts=np.zeros(0, dtype=np.int64),
        stops=np.zeros(0, dtype=np.int64),
        probabilities=np.zeros((0, 3), dtype=np.float32),
        person=0,
    )
    assert answer_lane(empty).cells == ()


def test_neighbours_with_one_answer_are_named_once() -> None:
    runs = answer_runs(track_cells(track([0, 10, 20, 30], 20, [0, 0, 2, 0])))
    assert [(run.action, run.start, run.stop) for run in runs] == [
        (0, 0, 25),
        (2, 25, 35),
        (0, 35, 50),
    ]


def test_the_cell_under_the_pointer_is_found_at_its_edges() -> None:
    cells = track_cells(track([0, 10], 20, [0, 1]))
    assert cell_at(cells, 0) is cells[0]
    assert cell_at(cells, 14.9) is cells[0]
    assert cell_at(cells, 15) is cells[1]
    assert cell_at(cells, 30) is None
    assert cell_at((), 3) is None


def test_every_column_shows_the_cell_under_its_middle() -> None:
    cells = track_cells(track([0, 100], 30, [0, 1]))
    shown = cell_columns(cells, TimeSpan.whole(130), 13)
    assert shown.tolist() == [0, 0, 0, -1, -1, -1, -1, -1, -1, -1, 1, 1, 1]


def test_cells_narrower_than_a_pixel_do_no_harm() -> None:
    cells = track_cells(track(list(range(0, 5000, 2)), 4, [0] * 2500))
    shown = cell_columns(cells, TimeSpan.whole(5002), 100)
    assert (shown >= 0).all()
    assert (np.diff(shown) > 0).all()


def test_a_clip_answered_whole_is_one_cell() -> None:
    prediction = stand_ins.answer(Clip.whole(stand_ins.recording(40))).predictions[0]
    cell = prediction_cell(prediction)
    assert (cell.start, cell.stop, cell.action) == (0, 40, 0)
    assert answer_lane(prediction).cells == (cell,)
    assert answer_lane(None).cells == ()


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_every_joint_has_one_row(layout: SkeletonLayout) -> None:
    rows = focus_rows(layout)
    assert sorted(rows.joints) == list(range(layout.num_joints))
    assert sum(group.rows for group in rows.groups) == layout.num_joints
    firsts = [group.first_row for group in rows.groups]
    assert firsts == sorted(set(firsts))


def test_hands_and_feet_go_with_their_limbs() -> None:
    names = [group.name for group in focus_rows(KINECT_V1).groups]
    assert names == ["head", "torso", "L arm", "R arm", "L leg", "R leg"]


def test_fingers_have_their_own_names() -> None:
    assert len(focus_rows(SHREC_HAND_22).groups) == len(SHREC_HAND_22.parts)


def test_the_heat_shows_each_joint_in_its_row() -> None:
    rows = focus_rows(KINECT_V1)
    weights = np.zeros((7, 20), dtype=np.float32)
    weights[3, 11] = 0.9
    heat = focus_heat(weights, rows, 100)
    assert heat.start == 100
    assert heat.values.shape == (20, 7)
    assert heat.values[rows.joints.index(11), 3] == pytest.approx(0.9)
    assert np.count_nonzero(heat.values) == 1
