"""The lane of answers."""

import numpy as np
import pytest

from app.action_colours import ACTION_COLOURS, NOTHING_COLOUR
from app.lanes.answers import (
    FADED,
    NONE_OF_THESE,
    NOTHING,
    answer_cells,
    answer_lane,
    answer_runs,
    cell_levels,
    cell_opacity,
    shown_levels,
)
from app.lanes.base import hex_rgb
from app.timeline_model import TimeSpan
from engine.recording import Clip
from tests.app import stand_ins
from tests.app.lanes.made import NAMES, close_view, track, view


def test_overlapping_windows_get_the_frames_nearest_their_middles() -> None:
    cells = answer_cells(track([0, 10, 20], 30, [0, 1, 1]))
    assert list(zip(cells.starts, cells.stops, strict=True)) == [(0, 20), (20, 30), (30, 50)]
    assert cells.probabilities[0] == pytest.approx(0.8)
    assert (cells.window_starts[0], cells.window_stops[0]) == (0, 30)


def test_a_gap_between_windows_stays_blank() -> None:
    cells = answer_cells(track([0, 100], 30, [0, 0]))
    assert list(zip(cells.starts, cells.stops, strict=True)) == [(0, 30), (100, 130)]
    assert cells.at(50) is None
    assert len(answer_runs(cells)) == 2


def test_a_lane_without_answers_says_why() -> None:
    for source in (track([], 30, []), None):
        lane = answer_lane(source, message="Asking the model…")
        assert len(lane.cells) == 0
        assert lane.drawing(view(10, 10)).message == "Asking the model…"
        assert lane.text_at(3, 0.5, view(10, 10)) == ""


def test_a_clip_answered_whole_is_one_cell() -> None:
    prediction = stand_ins.answer(Clip.whole(stand_ins.recording(40))).predictions[0]
    lane = answer_lane(prediction)
    assert (lane.cells.starts[0], lane.cells.stops[0], lane.cells.actions[0]) == (0, 40, 0)
    assert len(lane.cells) == 1


def test_neighbours_with_one_answer_are_named_once() -> None:
    runs = answer_runs(answer_cells(track([0, 10, 20, 30], 20, [0, 0, 2, 0])))
    found = zip(runs.actions, runs.starts, runs.stops, strict=True)
    assert list(found) == [(0, 0, 25), (2, 25, 35), (0, 35, 50)]


def test_the_cell_under_the_pointer_is_found_at_its_edges() -> None:
    cells = answer_cells(track([0, 10], 20, [0, 1]))
    assert [cells.at(position) for position in (0, 14.9, 15, 29.9, 30)] == [0, 0, 1, 1, None]


def test_every_column_shows_the_cell_under_its_middle() -> None:
    cells = answer_cells(track([0, 100], 30, [0, 1]))
    shown, level = shown_levels(cells, TimeSpan.whole(130), 13)
    assert level == 0
    assert shown.tolist() == [0, 0, 0, -1, -1, -1, -1, -1, -1, -1, 1, 1, 1]


def test_a_column_of_many_cells_shows_the_answer_that_prevails() -> None:
    """Ten thousand windows on fifty pixels: two of three say the same, and half way another."""
    best = [1 if w % 3 == 0 else 0 for w in range(5000)] + [2] * 5000
    cells = answer_cells(track(list(range(0, 20000, 2)), 4, best))
    shown, level = shown_levels(cells, TimeSpan.whole(20002), 50)
    actions = cell_levels(cells)[level].actions[shown]
    assert level == 7
    assert actions.tolist() == [0] * 25 + [2] * 25


def test_the_probability_of_a_column_is_the_mean_of_its_cells() -> None:
    shares = [0.4, 0.8] * 512
    cells = answer_cells(track(list(range(1024)), 1, [0] * 1024, shares))
    levels = cell_levels(cells)
    assert levels[5].probabilities == pytest.approx(np.full(32, 0.6), abs=1e-5)
    assert len(levels[-1].actions) == 1


def test_opacity_is_probability_and_fades_below_the_threshold() -> None:
    strong, weak = cell_opacity(np.array([0.9, 0.3], dtype=np.float32), 0.5)
    assert strong == pytest.approx(0.12 + 0.88 * 0.9)
    assert weak == pytest.approx((0.12 + 0.88 * 0.3) * FADED)
    lane = answer_lane(track([0, 50], 50, [0, 1], [0.9, 0.4]))
    for threshold, is_faded in ((0.3, False), (0.5, True)):
        picture = lane.drawing(view(100, 10, threshold=threshold)).picture
        assert picture is not None
        assert bool(picture[0, 9, 3] < 60) is is_faded
        assert picture[0, 0, 3] > 200


def test_answers_below_the_threshold_are_none_of_these() -> None:
    lane = answer_lane(track([0, 100, 200], 100, [0, 1, 2], [0.9, 0.4, 0.45]), network_name="A")
    words = [word.text for word in lane.drawing(view(300, 300, threshold=0.5)).words]
    assert words == ["wave", NONE_OF_THESE], "two weak neighbours are one stretch"
    assert answer_runs(lane.cells, 0.5).actions.tolist() == [0, NOTHING]
    text = lane.text_at(150, 0.5, view(300, 300, threshold=0.5))
    assert text == "A: none of these: clap 0.40 is below 0.50 · frames 100 – 199"
    assert lane.text_at(150, 0.5, view(300, 300)) == "A: clap 0.40 · frames 100 – 199"


def test_names_stand_where_their_stretch_is_seen() -> None:
    lane = answer_lane(track([0, 100, 200], 100, [0, 1, 2]))
    whole = lane.drawing(view(300, 300)).words
    assert [(word.text, word.left, word.right) for word in whole] == [
        ("wave", 0, 100),
        ("clap", 100, 200),
        ("sit down", 200, 300),
    ]
    close = lane.drawing(close_view(300, 300, 150, 250)).words
    assert [(word.text, word.left, word.right) for word in close] == [
        ("clap", 0, 150),
        ("sit down", 150, 300),
    ]


def test_a_stretch_narrower_than_any_name_has_no_word() -> None:
    lane = answer_lane(track([0, 10, 20], 10, [0, 1, 2]))
    assert lane.drawing(view(30, 60)).words == ()


def test_names_of_a_very_long_recording_are_as_coarse_as_its_picture() -> None:
    best = [w // 4096 % 3 for w in range(65536)]
    lane = answer_lane(track(list(range(0, 65536 * 8, 8)), 8, best))
    words = lane.drawing(view(65536 * 8, 640)).words
    assert [word.text for word in words] == [NAMES[run % 3] for run in range(16)]


def test_one_name_has_one_colour_whichever_model_says_it() -> None:
    other = ("clap", "hop", "wave")
    order = (*NAMES, "hop")
    one = answer_lane(track([0], 10, [1]), action_order=order)
    two = answer_lane(track([0], 10, [0], names=other), action_order=order)
    assert one.colours[1] == two.colours[0] == ACTION_COLOURS[1]
    assert two.colours == (ACTION_COLOURS[1], ACTION_COLOURS[3], ACTION_COLOURS[0])
    picture = two.drawing(view(10, 4)).picture
    assert picture is not None
    assert tuple(picture[0, 0, :3]) == hex_rgb(ACTION_COLOURS[1])


def test_edges_are_changes_and_fine_edges_are_windows() -> None:
    lane = answer_lane(track([0, 10, 20, 30], 10, [0, 0, 2, 0]))
    starts, stops = lane.edges
    assert starts.tolist() == [0, 20, 30]
    assert stops.tolist() == [20, 30, 40]
    assert lane.fine_edges.tolist() == [0, 10, 20, 30]
    assert lane.runs.at(25) == (20, 30)
    assert lane.runs.at(41) is None


def test_nothing_happening_is_a_thin_grey_line_with_a_quiet_name() -> None:
    lane = answer_lane(track([0, 100], 100, [0, 3], names=(*NAMES, "nothing happens")))
    drawing = lane.drawing(view(200, 400))
    assert drawing.picture is not None
    assert drawing.foot is not None
    assert (drawing.picture[0, :200, 3] > 0).all()
    assert (drawing.foot[0, :200, 3] == 0).all()
    assert (drawing.picture[0, 200:, 3] == 0).all()
    assert (drawing.foot[0, 200:, 3] == round(float(cell_opacity(0.8)) * 255)).all()
    assert drawing.foot[0, 300, :3].tolist() == list(hex_rgb(NOTHING_COLOUR))
    words = {word.text: word.opacity for word in drawing.words}
    assert words["nothing happens"] == 0.0
    assert words["wave"] > 0.5
    assert lane.text_at(150, 0.5, view(200, 400)).startswith("nothing happens 0.80")
    assert len(lane.runs) == 2, "it is an answer"


def test_an_unsure_nothing_is_none_of_these_like_any_answer() -> None:
    lane = answer_lane(track([0], 100, [3], names=(*NAMES, "nothing happens")))
    (word,) = lane.drawing(view(100, 400, threshold=0.9)).words
    assert word.text == NONE_OF_THESE


def test_without_such_a_class_there_is_no_line_along_the_foot() -> None:
    assert answer_lane(track([0], 100, [0])).drawing(view(100, 50)).foot is None
