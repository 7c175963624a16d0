import numpy as np
import pytest

from engine.synthesis.body import LEFT, Body, Channel
from engine.synthesis.performer import Performer, Spot, minimum_jerk


def performer() -> Performer:
    return Performer(Spot(x=0.0, z=0.0), Body())


def lean_at(person: Performer, *seconds: float) -> np.ndarray:
    return person.pose_at(np.array(seconds))[Channel.LEAN][:, 0]


def test_minimum_jerk_starts_and_ends_at_rest_and_is_half_way_in_the_middle():
    share = np.array([-1.0, 0.0, 0.001, 0.5, 0.999, 1.0, 2.0])
    expected = [0.0, 0.0, 0.0, 0.5, 1.0, 1.0, 1.0]
    assert minimum_jerk(share) == pytest.approx(expected, abs=1e-6)


def test_a_move_begins_after_and_lasts_as_long_as_asked():
    person = performer()
    person.wait(1.0)
    person.move(Channel.LEAN, 40, after=0.5, lasts=2.0)
    assert lean_at(person, 0.0, 1.5, 2.5, 3.5, 9.0) == pytest.approx([0, 0, 20, 40, 40])


def test_overlapping_moves_end_where_the_last_one_leads():
    person = performer()
    person.move(Channel.LEAN, 40, lasts=1.0)
    person.move(Channel.LEAN, 10, after=0.5, lasts=1.0)
    assert lean_at(person, 1.5) == pytest.approx([10])


def test_moves_may_be_told_in_any_order():
    person = performer()
    person.move(Channel.LEAN, 10, after=2.0)
    person.move(Channel.LEAN, 40, after=0.0)
    assert lean_at(person, 1.5, 3.0) == pytest.approx([40, 10])


def test_a_spot_to_the_left_of_somebody_facing_the_camera_has_a_smaller_x():
    spot = Spot(x=1.0, z=1.0).stepped(left=0.5, forward=0.25)
    assert (spot.x, spot.z) == pytest.approx((0.5, 0.75))


def test_somebody_who_turned_left_steps_into_the_new_direction():
    spot = Spot(x=0.0, z=0.0).stepped(turned=90, forward=1.0)
    assert (spot.x, spot.z, spot.heading) == pytest.approx((-1.0, 0.0, 90.0))


def test_a_left_footprint_lies_on_the_left_with_the_toes_outward():
    footprint = Spot(x=0.0, z=0.0).footprint(LEFT)
    assert footprint.x < 0.0
    assert footprint.heading > 0.0
