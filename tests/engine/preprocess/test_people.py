"""Who is who among the people of a clip."""

import numpy as np
import pytest

from engine.preprocess.people import energy, main_people, people_seen, take_people
from tests.tiny_training import standing, waving


def crowd() -> np.ndarray:
    """One who stands, nobody, one who waves, one seen in a single frame."""
    once = np.full((20, 1, 20, 3), np.nan, dtype=np.float32)
    once[5] = 1
    nobody = np.full_like(once, np.nan)
    return np.concatenate([standing(20), nobody, waving(20, 7), once], axis=1).astype(np.float32)


def test_everybody_with_a_joint_in_some_frame_is_seen():
    assert people_seen(crowd()) == (0, 2, 3)
    assert people_seen(crowd()[:3]) == (0, 2)


@pytest.mark.parametrize(
    ("count", "people"), [(1, (2,)), (2, (2, 0)), (3, (2, 0, 3)), (4, (2, 0, 3))]
)
def test_the_main_people_are_those_with_most_energy_first(count, people):
    assert main_people(crowd(), count) == people


def test_of_people_with_equal_energy_the_first_comes_first():
    assert main_people(np.concatenate([waving(20, 7)] * 3, axis=1), 2) == (0, 1)


def test_energy_adds_the_spread_along_each_axis_and_ignores_what_is_missing():
    body = waving(20, 7)[:, 0]
    expected = body.reshape(-1, 3).std(axis=0).sum()
    assert energy(body) == pytest.approx(expected, rel=1e-5)
    gaps = np.concatenate([body, np.full_like(body, np.nan)])
    assert energy(gaps) == pytest.approx(expected, rel=1e-5)
    assert energy(np.full_like(body, np.nan)) == 0


def test_taken_people_stand_in_the_order_asked_for_and_the_rest_is_empty():
    taken = take_people(crowd(), (2, 0), 3)
    np.testing.assert_array_equal(taken[:, 0], crowd()[:, 2])
    np.testing.assert_array_equal(taken[:, 1], crowd()[:, 0])
    assert taken.shape == (20, 3, 20, 3)
    assert np.isnan(taken[:, 2]).all()
