"""The lane of agreement."""

import numpy as np
import pytest

from app.lanes.agreement import agreement_lane
from app.lanes.answers import answer_lane
from app.lanes.base import Look
from engine.prediction import PredictionTrack
from tests.app.lanes.made import NAMES, track, view


def lane_of(*tracks: PredictionTrack | None):
    return agreement_lane(
        tuple(answer_lane(each, network_name=f"M{place}") for place, each in enumerate(tracks)), 0
    )


def test_models_differ_where_their_first_answers_do() -> None:
    one = track([0, 100, 200], 100, [0, 1, 2])
    two = track([0, 150], 150, [0, 2])
    starts, stops = lane_of(one, two).stretches
    assert starts.tolist() == [100]
    assert stops.tolist() == [200]


def test_actions_are_compared_by_name_and_not_by_place() -> None:
    one = track([0], 100, [0])
    same = track([0], 100, [2], names=("clap", "hop", "wave"))
    other = track([0], 100, [0], names=("clap", "hop", "wave"))
    assert not lane_of(one, same).is_different.any()
    assert lane_of(one, other).is_different.all()


def test_of_three_models_one_that_differs_is_enough() -> None:
    same, other = track([0], 100, [0]), track([0, 50], 50, [0, 1])
    starts, stops = lane_of(same, same, other).stretches
    assert (starts.tolist(), stops.tolist()) == ([50], [100])


def test_where_only_one_model_answers_nothing_is_compared() -> None:
    lane = lane_of(track([0], 100, [0]), track([50], 100, [1]))
    starts, stops = lane.stretches
    assert (starts.tolist(), stops.tolist()) == ([50], [100])
    assert lane.counts.tolist() == [1, 2, 1]
    assert lane.remark == "0%"


def test_a_model_that_has_not_answered_yet_does_not_count() -> None:
    lane = lane_of(track([0], 100, [0]), None)
    assert lane.drawing(view(100, 10)).message
    assert lane.next_stretch(0, 1) is None
    assert lane.text_at(50, 0.5, view(100, 10)) == ""
    assert lane.remark == ""


def test_the_share_of_agreement_is_told() -> None:
    lane = lane_of(track([0], 100, [0]), track([0, 75], 75, [0, 1]))
    assert lane.remark == "75%"


def test_looks_tell_agreement_from_difference_and_doubt() -> None:
    one = track([0, 100, 200], 100, [0, 1, 2])
    two = track([0, 100, 200], 100, [0, 2, 1], [0.8, 0.8, 0.4])
    looks = lane_of(one, two).drawing(view(400, 4, threshold=0.5)).looks
    assert looks is not None
    assert looks.tolist() == [Look.AGREE, Look.DIFFER, Look.DIFFER_UNSURE, Look.NOTHING]


@pytest.mark.parametrize("width", [7, 100, 1300])
def test_a_disagreement_of_one_window_is_seen_at_any_zoom(width: int) -> None:
    count = 20_000
    starts = list(range(0, 10 * count, 10))
    best = [0] * count
    odd = best.copy()
    odd[12_345] = 1
    looks = (
        lane_of(track(starts, 10, best), track(starts, 10, odd))
        .drawing(view(10 * count, width))
        .looks
    )
    assert looks is not None
    assert np.flatnonzero(looks == Look.DIFFER).tolist() == [int(12_345 / count * width)]


def test_one_jumps_from_disagreement_to_disagreement_and_round_the_end() -> None:
    one = track([0, 100, 200, 300], 100, [0, 0, 0, 0])
    two = track([0, 100, 200, 300], 100, [0, 1, 0, 2])
    lane = lane_of(one, two)
    assert [lane.next_stretch(frame, 1) for frame in (0, 99, 100, 299, 300)] == [
        100,
        100,
        300,
        300,
        100,
    ]
    assert [lane.next_stretch(frame, -1) for frame in (0, 100, 101, 300)] == [300, 300, 100, 100]


def test_the_text_names_each_model_and_its_answer() -> None:
    lane = lane_of(track([0], 100, [0]), track([0], 100, [1], [0.6]))
    text = lane.text_at(30, 0.5, view(100, 10))
    assert text == f"differ · M0: {NAMES[0]} 0.80 · M1: {NAMES[1]} 0.60"
    assert lane.text_at(130, 0.5, view(200, 10)) == ""


def test_nothing_happening_is_an_answer_that_others_can_differ_from() -> None:
    names = (*NAMES, "nothing happens")
    quiet, other = track([0], 100, [3], names=names), track([0, 50], 50, [3, 1], names=names)
    starts, stops = lane_of(quiet, other).stretches
    assert (starts.tolist(), stops.tolist()) == ([50], [100])
    assert lane_of(quiet, other).remark == "50%"
