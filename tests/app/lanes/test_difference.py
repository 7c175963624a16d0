"""The lane of difference."""

import numpy as np
import pytest

from app.lanes import LANES
from app.lanes.difference import difference_lane
from app.lanes.facts import DifferenceFacts, Kept, LaneFacts
from app.lanes.stack import build_stack
from tests.app.figures import recording_of, standing
from tests.app.laid_pairs import FRAMES, aligned, raising, two
from tests.app.lanes.made import view


def test_the_lane_rises_with_the_distance() -> None:
    lane = difference_lane(aligned(*two()), "other")

    curve = lane.drawing(view(FRAMES, FRAMES)).curve

    assert curve is not None
    assert curve.high[-1] > curve.high[0]
    assert 0 < curve.high[-1] <= 1
    assert lane.top >= float(np.nanmax(lane.alignment.differences.overall))


def test_the_pointer_reads_the_value_and_the_joint_that_differs_most() -> None:
    lane = difference_lane(aligned(*two()), "other")

    text = lane.text_at(FRAMES - 0.5, 0.5, view(FRAMES, 100))

    assert text.startswith(f"frame {FRAMES - 1} · other {FRAMES - 1} · apart ")
    assert "right hand 30 cm" in text


def test_where_nothing_belongs_to_a_frame_the_lane_is_empty_and_says_so() -> None:
    short = recording_of(raising()[:20])
    lane = difference_lane(aligned(recording_of(raising()), short), "other")

    curve = lane.drawing(view(FRAMES, FRAMES)).curve

    assert curve is not None
    assert np.isnan(curve.high[25:]).all()
    assert "nothing of other belongs here" in lane.text_at(30.5, 0.5, view(FRAMES, 100))
    assert lane.edges[0].tolist() == [0.0, 20.0]


def test_hardly_any_difference_does_not_fill_the_lane() -> None:
    first = recording_of(raising())
    lane = difference_lane(aligned(first, first), "same")

    curve = lane.drawing(view(FRAMES, FRAMES)).curve

    assert curve is not None
    assert float(np.nanmax(curve.high)) < 0.1
    assert lane.scale_text == "5%"


def test_only_the_person_compared_has_the_lane_and_it_is_kept() -> None:
    both = recording_of(standing(FRAMES, people=((0, 0, 3), (1, 0, 3))))
    alignment = aligned(both, recording_of(raising()))
    found = DifferenceFacts(alignment=alignment, other_name="other")
    kept = Kept()

    first = build_stack(LaneFacts(recording=both, difference=found), kept)
    again = build_stack(LaneFacts(recording=both, difference=found), kept.for_next_time())

    kinds = [[lane.kind for lane in group.lanes] for group in first.groups]
    assert "difference" in kinds[0]
    assert "difference" not in kinds[1]
    assert again.groups[0].lanes[0] is first.groups[0].lanes[0]
    order = [kind.id for kind in LANES]
    assert order.index("labels") < order.index("difference") < order.index("answers")
    assert first.groups[0].lanes[0].shape.height(15) == pytest.approx(28, abs=1)
