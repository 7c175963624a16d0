import numpy as np
import pytest

from engine.alignment.warping import (
    Corridor,
    Ends,
    Poses,
    StoppedError,
    cheapest_path,
    corridor_costs,
    distances,
    met_steps,
)
from engine.arrays import FloatArray

FREE = Ends(price_first=0.0, price_second=0.0, most_first=99, most_second=99)
CLOSED = Ends(price_first=1.0, price_second=1.0, most_first=0, most_second=0)


def turned(points: FloatArray, degrees: float) -> FloatArray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return (points @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]).T).astype(np.float32)


def whole(num_first: int, num_second: int) -> Corridor:
    return Corridor.band(num_first, num_second, num_first + num_second)


def plain_cost(costs: FloatArray) -> float:
    """Sakoe and Chiba's symmetric form, pair by pair."""
    n, m = costs.shape
    total = np.full((n, m), np.inf)
    total[0, 0] = 2 * costs[0, 0]
    for i in range(n):
        for j in range(m):
            before = [total[i, j]]
            if i:
                before.append(total[i - 1, j] + costs[i, j])
            if j:
                before.append(total[i, j - 1] + costs[i, j])
            if i and j:
                before.append(total[i - 1, j - 1] + 2 * costs[i, j])
            total[i, j] = min(before)
    return float(total[-1, -1])


def test_bodies_are_compared_after_the_best_turn_about_the_vertical() -> None:
    body = np.random.default_rng(1).normal(size=(6, 3)).astype(np.float32)
    bodies = Poses.of(np.stack([body, turned(body, 137), body * [1, -1, 1]]).astype(np.float32))

    found = distances(bodies, bodies, turns=True)
    without = distances(bodies, bodies, turns=False)

    assert found[0, 1] == pytest.approx(0.0, abs=1e-3)
    assert found[0, 2] > 0.1  # upside down is no turn about the vertical
    assert without[0, 1] == pytest.approx(
        np.sqrt(np.square(body - turned(body, 137)).sum(axis=1).mean()), rel=1e-4
    )


def test_missing_joints_are_left_out_and_too_few_are_unknown() -> None:
    body = np.random.default_rng(2).normal(size=(5, 3)).astype(np.float32)
    gappy, poor = body.copy(), body.copy()
    gappy[0] = np.nan
    poor[:3] = np.nan

    found = distances(Poses.of(body[None]), Poses.of(np.stack([gappy, poor])), turns=True)

    assert found[0, 0] == pytest.approx(0.0, abs=1e-3)
    assert np.isnan(found[0, 1])


@pytest.mark.parametrize(("num_first", "num_second"), [(7, 7), (3, 11), (12, 5), (1, 4)])
def test_diagonals_find_what_pair_by_pair_finds(num_first: int, num_second: int) -> None:
    costs = np.random.default_rng(num_first).random((num_first, num_second)).astype(np.float32)

    path = cheapest_path(costs.ravel(), whole(num_first, num_second), num_second, CLOSED)

    steps = np.diff(np.stack([path.first, path.second]), axis=1)
    weights = np.concatenate([[2], steps.sum(axis=0)])
    assert (path.first[0], path.second[0]) == (0, 0)
    assert (path.first[-1], path.second[-1]) == (num_first - 1, num_second - 1)
    assert set(map(tuple, steps.T)) <= {(0, 1), (1, 0), (1, 1)}
    assert (weights * costs[path.first, path.second]).sum() == pytest.approx(plain_cost(costs))


def test_a_path_stays_in_its_corridor() -> None:
    costs = np.ones((20, 20), dtype=np.float32)
    costs[:, 0] = costs[19, :] = 0.0  # the cheap way runs along the edge
    corridor = Corridor.band(20, 20, 3)
    inside = np.concatenate([costs[i, corridor.low[i] : corridor.high[i]] for i in range(20)])

    path = cheapest_path(inside, corridor, 20, CLOSED)

    assert np.abs(path.first - path.second).max() <= 4


def test_steps_before_and_after_may_stay_without_a_partner() -> None:
    costs = np.full((4, 10), 1.0, dtype=np.float32)
    costs[np.arange(4), np.arange(4) + 5] = 0.0

    path = cheapest_path(costs.ravel(), whole(4, 10), 10, FREE)

    assert met_steps(path, 4) == pytest.approx([5, 6, 7, 8])


def test_no_more_steps_stay_without_a_partner_than_may() -> None:
    costs = np.full((4, 10), 1.0, dtype=np.float32)
    costs[np.arange(4), np.arange(4) + 5] = 0.0
    ends = Ends(price_first=0.0, price_second=0.0, most_first=0, most_second=2)

    path = cheapest_path(costs.ravel(), whole(4, 10), 10, ends)

    assert path.second[0] <= 2
    assert path.second[-1] >= 7


def test_costs_of_a_corridor_are_those_of_its_pairs() -> None:
    rng = np.random.default_rng(3)
    one, two = (Poses.of(rng.normal(size=(n, 5, 3)).astype(np.float32)) for n in (150, 90))
    corridor = Corridor.around(np.linspace(0, 89, 150), 4.0, 90)

    costs = corridor_costs(one, two, corridor, turns=True)

    every = distances(one, two, turns=True)
    wanted = np.concatenate([every[i, corridor.low[i] : corridor.high[i]] for i in range(150)])
    assert costs == pytest.approx(wanted, abs=1e-4)


def test_work_that_is_stopped_says_so() -> None:
    with pytest.raises(StoppedError):
        cheapest_path(np.ones(100, np.float32), whole(10, 10), 10, FREE, should_stop=lambda: True)
