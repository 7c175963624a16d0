"""Rulebooks: neighbours against a search of all pairs, blocks, tables of steps and children."""

import numpy as np
import pytest

from engine.preprocess.rulebook import (
    Pairs,
    child_table,
    entry_table,
    neighbour_count,
    neighbour_pairs,
    pair_book,
    ragged_table,
    reach_of,
    step_table,
)
from engine.preprocess.voxels import Pool, Sites, coarser_sites, finest_sites, voxelise

LAGS = (-3, -1, 0, 1, 3)


def random_sites(seed: int, *, coordinates: int = 3, space: int = 8) -> Sites:
    random = np.random.default_rng(seed)
    inputs = random.normal(size=(2, 3, 6, 7, 2)).astype(np.float32)
    return finest_sites(voxelise(inputs, coordinates=coordinates, space=space))


def searched_pairs(sites: Sites, kernel: int) -> set[tuple[int, int, int]]:
    """Target, source, offset, of all pairs of sites one by one."""
    reach = reach_of(kernel)
    offsets = np.stack(np.meshgrid(*[reach] * sites.cells.shape[1], indexing="ij"), axis=-1)
    offsets = offsets.reshape(-1, sites.cells.shape[1])
    numbers = {tuple(each): n for n, each in enumerate(o for o in offsets.tolist() if any(o))}
    found = set()
    for target in range(len(sites)):
        for source in range(len(sites)):
            same = sites.clips[target] == sites.clips[source]
            away = tuple((sites.cells[source] - sites.cells[target]).tolist())
            if same and sites.steps[target] == sites.steps[source] and away in numbers:
                found.add((target, source, numbers[away]))
    return found


def as_set(pairs: Pairs) -> set[tuple[int, int, int]]:
    return set(
        zip(pairs.targets.tolist(), pairs.sources.tolist(), pairs.offsets.tolist(), strict=True)
    )


@pytest.mark.parametrize("kernel", [2, 3, 5, 6])
@pytest.mark.parametrize("coordinates", [2, 3])
def test_neighbours_are_those_that_a_search_of_all_pairs_finds(kernel, coordinates):
    sites = random_sites(kernel, coordinates=coordinates)
    pairs = neighbour_pairs(sites, kernel)
    assert as_set(pairs) == searched_pairs(sites, kernel)
    assert len(as_set(pairs)) == len(pairs.targets) > 0


def test_who_sees_is_seen_from_the_other_side():
    sites, kernel = random_sites(0), 5
    last = neighbour_count(kernel, 3) - 1
    pairs = as_set(neighbour_pairs(sites, kernel))
    assert {(source, target, last - offset) for target, source, offset in pairs} == pairs


@pytest.mark.parametrize("seed", range(4))
def test_blocks_hold_every_pair_once_and_each_site_sums_up_its_own(seed):
    sites = random_sites(seed)
    pairs = neighbour_pairs(sites, 5)
    count, neighbours = len(sites), neighbour_count(5, 3)
    book = pair_book(pairs, count, neighbours)
    sources = book.sources.reshape(len(book.blocks), -1)
    offsets = np.broadcast_to(book.blocks[:, None], sources.shape).reshape(-1)
    found = [
        (target, int(book.sources[row]), int(offsets[row]))
        for target, rows in enumerate(book.sums.reshape(count, -1))
        for row in rows
        if book.sources[row] < count
    ]
    assert len(found) == len(pairs.targets)
    assert set(found) == as_set(pairs)
    assert (book.sources < count).sum() == len(found)
    assert (np.diff(book.blocks) >= 0).all()


def test_there_is_always_a_row_of_zeros():
    eight = Pairs(targets=np.arange(8), sources=np.arange(8), offsets=np.zeros(8, dtype=np.int64))
    book = pair_book(eight, 9, 26)
    assert (book.sources == 9).any()
    nothing = np.zeros(0, dtype=np.int64)
    empty = pair_book(Pairs(targets=nothing, sources=nothing, offsets=nothing), 3, 26)
    np.testing.assert_array_equal(empty.sources[empty.sums], 3)


def test_steps_lead_to_the_same_voxel_of_the_same_clip():
    sites = random_sites(1, space=4)
    table = step_table(sites, LAGS)
    known = {
        (int(sites.clips[site]), int(sites.steps[site]), *sites.cells[site].tolist()): site
        for site in range(len(sites))
    }
    for place, site in known.items():
        for lag, found in zip(LAGS, table[site], strict=True):
            assert found == known.get((place[0], place[1] + lag, *place[2:]), len(sites))
    assert (table < len(sites)).mean() > 0.3


def test_children_are_the_finer_sites_of_a_voxel_and_nothing_else():
    fine = random_sites(2)
    coarse, parents = coarser_sites(fine, Pool(time=2))
    for site, children in enumerate(child_table(parents, len(coarse))):
        assert set(children.tolist()) == set(np.flatnonzero(parents == site).tolist())


def test_entries_name_the_joints_that_a_site_sees_and_where():
    sites = random_sites(3, space=4)
    count, neighbours, joints = len(sites), neighbour_count(3, 3), 14
    pairs, taps = neighbour_pairs(sites, 3), step_table(sites, (-1, 0, 1))
    seen = as_set(pairs) | {
        (site, int(taps[site, tap]), neighbours + tap)
        for site in range(count)
        for tap in range(3)
        if taps[site, tap] < count
    }
    labels = [np.argwhere(sites.of_joints == site)[:, 2].tolist() for site in range(count)]
    for site, rows in enumerate(entry_table(sites, pairs, taps, neighbours)):
        expected = sorted(
            number * joints + label
            for target, source, number in seen
            if target == site
            for label in labels[source]
        )
        assert sorted(row for row in rows.tolist() if row < (neighbours + 3) * joints) == expected


def test_lists_of_different_length_are_filled_up():
    table = ragged_table(np.array([2, 0, 2, 2]), np.array([5, 6, 7, 8]), np.array([-1, -2, -3]))
    np.testing.assert_array_equal(table, [[6, -1, -1], [-2, -2, -2], [5, 7, 8]])
