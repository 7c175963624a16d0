"""Counting which segments were found."""

import random

import pytest

from engine.judging.segment_f1 import FoundCounts, NamedSpan, segment_f1
from engine.labels import NOTHING


def span(name, start, stop, where="a"):
    return NamedSpan(where=where, name=name, start=start, stop=stop)


def test_the_same_segments_are_perfect_and_none_are_worth_nothing():
    truth = [span("wave", 0, 10), span("clap", 10, 30)]
    assert segment_f1(truth, truth).f1 == 1
    assert segment_f1(truth, []).f1 == 0
    assert segment_f1([], []).f1 == 0


def test_half_an_overlap_is_enough_and_less_is_not():
    truth = [span("wave", 0, 100)]
    assert segment_f1(truth, [span("wave", 0, 50)]).total == FoundCounts(right=1)
    assert segment_f1(truth, [span("wave", 0, 49)]).total == FoundCounts(invented=1, missed=1)
    # 100 frames shifted by a third: 2 / 4 of the union
    assert segment_f1(truth, [span("wave", 34, 134)]).total.right == 0
    assert segment_f1(truth, [span("wave", 33, 133)]).total.right == 1


def test_a_segment_found_in_pieces_counts_once_and_the_other_piece_is_invented():
    found = [span("wave", 0, 60), span("wave", 60, 100)]
    assert segment_f1([span("wave", 0, 100)], found).total == FoundCounts(right=1, invented=1)


def test_of_two_that_compete_the_one_that_overlaps_most_is_right():
    truth = [span("wave", 0, 10), span("wave", 11, 31)]
    found = [span("wave", 0, 21), span("wave", 11, 31)]
    # the first one overlaps both labels; the second label goes to its exact match
    assert segment_f1(truth, found, overlap=0.4).total == FoundCounts(right=2)


def test_other_actions_and_other_recordings_do_not_match():
    truth = [span("wave", 0, 10)]
    assert segment_f1(truth, [span("clap", 0, 10)]).f1 == 0
    assert segment_f1(truth, [span("wave", 0, 10, where="b")]).f1 == 0


def test_nothing_happens_is_not_counted_on_either_side():
    truth = [span("wave", 0, 10), span(NOTHING, 10, 50)]
    found = [span("wave", 0, 10), span(NOTHING, 60, 90)]
    assert segment_f1(truth, found).total == FoundCounts(right=1)


def test_recordings_are_pooled_and_actions_told_apart():
    truth = [span("wave", 0, 10), span("wave", 0, 10, where="b"), span("clap", 20, 30)]
    found = [span("wave", 0, 10), span("clap", 40, 50), span("jump", 60, 70)]
    score = segment_f1(truth, found)
    assert score.by_action == (
        ("clap", FoundCounts(invented=1, missed=1)),
        ("jump", FoundCounts(invented=1)),
        ("wave", FoundCounts(right=1, missed=1)),
    )
    assert (score.precision, score.recall) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert score.f1 == pytest.approx(1 / 3)


def plainly(truth, found, overlap):
    """F1 as the published evaluation counts it: labels in turn, each found segment in turn."""
    right, used = 0, set()
    for one in found:
        best, place = 0.0, None
        for number, each in enumerate(truth):
            if (each.name, each.where) != (one.name, one.where):
                continue
            shared = min(one.stop, each.stop) - max(one.start, each.start)
            ratio = shared / (max(one.stop, each.stop) - min(one.start, each.start))
            if ratio > best:
                best, place = ratio, number
        if place is not None and best >= overlap and place not in used:
            used.add(place)
            right += 1
    return 2 * right / (len(truth) + len(found))


def test_it_is_the_published_figure_where_segments_do_not_overlap_each_other():
    chance = random.Random(3)
    for _ in range(50):
        sides = []
        for _ in range(2):
            edges = sorted(chance.sample(range(400), 20))
            sides.append(
                [
                    span(chance.choice(["wave", "clap"]), low, high, chance.choice("ab"))
                    for low, high in zip(edges[::2], edges[1::2], strict=True)
                ]
            )
        truth, found = sides
        for overlap in (0.5, 0.75):
            assert segment_f1(truth, found, overlap=overlap).f1 == pytest.approx(
                plainly(truth, found, overlap)
            )


@pytest.mark.parametrize("overlap", [0, -0.5, 1.5])
def test_an_overlap_that_is_none_is_refused(overlap):
    with pytest.raises(ValueError, match="above 0 and up to 1"):
        segment_f1([], [], overlap=overlap)
