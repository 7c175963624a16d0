"""Which sites a sparse convolution brings together, with which weight: numbers in, indices out.

Books are made once for each resolution and serve all layers on it. Everything is laid out so that
a network has nothing to do but gather rows and multiply matrices:

* Pairs of neighbours are sorted by offset and cut into blocks of equal length, the last of each
  offset filled up, so that one batched matrix product does all offsets, a weight matrix a block.
* Each site lists the rows that it sums up, filled up to the longest list. A scatter with addition
  would need no filling, but onnxruntime (1.31) adds in several threads at once and loses terms.
* What is filled up points to a row of zeros behind the last site.

Tables are flat: their number of rows is known from elsewhere, the other length from their own, so
that a graph takes lists and blocks of any length.
"""

from dataclasses import dataclass

import numpy as np

from engine.arrays import IntArray
from engine.preprocess.voxels import Sites, order_of

SHORTEST_BLOCK, LONGEST_BLOCK = 8, 256
"""Rows of a block. Each costs a copy of its weight matrix: short blocks copy, long ones are filled
up. At the mean number of pairs an offset, rounded down to a power of two, 128 channels on
onnxruntime take 5.7 ms (64 rows) against 20.6 (8), 8.0 (32) and 6.4 (128)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Neighbouring sites of the same step, p in all, without each site's own place."""

    targets: IntArray
    """``(p,)`` who sees."""
    sources: IntArray
    """``(p,)`` who is seen."""
    offsets: IntArray
    """``(p,)`` where the source lies as seen from the target, in ``0 .. neighbour_count - 1``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairBook:
    """Pairs in blocks of R rows, B blocks in all; n is the number of sites."""

    sources: IntArray
    """``(B * R,)`` site of each row; n where it is filled up, at least once."""
    blocks: IntArray
    """``(B,)`` offset of each block, ascending."""
    sums: IntArray
    """``(n * L,)`` for each site the rows that it sums up, filled up with a row of zeros."""


def reach_of(kernel: int) -> range:
    """Distances along an axis that a kernel sees; an even one sees one more on the lower side."""
    return range(-(kernel // 2), kernel - kernel // 2)


def neighbour_count(kernel: int, coordinates: int) -> int:
    """Offsets of a kernel without its centre."""
    return int(kernel**coordinates) - 1


def neighbour_pairs(sites: Sites, kernel: int) -> Pairs:
    """All pairs of sites of a step within a kernel's reach of each other.

    Sites are sorted by voxel, so those that may be near on the first axis follow each other; the
    other axes are then compared.
    """
    reach = reach_of(kernel)
    farthest = kernel // 2
    edge = sites.cells_a_step // sites.space  # voxels in a slice across the first axis
    first_axis = sites.cells[:, 0]
    slab = sites.keys // edge - first_axis + np.minimum(first_axis + farthest, sites.space - 1)
    stop = np.searchsorted(sites.keys, (slab + 1) * edge)
    here = np.arange(len(sites))
    near, far = _runs(here, here + 1, stop)
    apart = [axis[far] - axis[near] for axis in sites.cells.T]
    is_close = np.logical_and.reduce([abs(distance) <= farthest for distance in apart])
    near, far = near[is_close], far[is_close]
    away = np.stack([distance[is_close] for distance in apart])
    targets = np.concatenate([near, far])
    sources = np.concatenate([far, near])
    away = np.concatenate([away, -away], axis=1)
    if kernel % 2 == 0:
        is_seen = (away < reach.stop).all(axis=0)
        targets, sources, away = targets[is_seen], sources[is_seen], away[:, is_seen]
    return Pairs(targets=targets, sources=sources, offsets=_offset_numbers(away, kernel))


def pair_book(pairs: Pairs, sites: int, neighbours: int) -> PairBook:
    """Cut pairs into blocks.

    Args:
        pairs: Of one resolution.
        sites: n.
        neighbours: Number of offsets.
    """
    order = order_of(pairs.offsets)
    offsets = pairs.offsets[order]
    counts = np.bincount(offsets, minlength=neighbours)
    rows = _block_length(len(order) / max(neighbours, 1))
    blocks_each = -(-counts // rows)
    if int(blocks_each.sum()) * rows == len(order):
        blocks_each[-1] += 1  # there is always a row of zeros
    first_block = np.cumsum(blocks_each) - blocks_each
    places = first_block[offsets] * rows + _ranks(counts)
    sources = np.full(int(blocks_each.sum()) * rows, sites)
    sources[places] = pairs.sources[order]
    zeros = int(np.argmax(sources == sites))
    sums = ragged_table(pairs.targets[order], places, np.full(sites, zeros))
    return PairBook(
        sources=sources,
        blocks=np.repeat(np.arange(neighbours), blocks_each),
        sums=sums.reshape(-1),
    )


def step_table(sites: Sites, lags: tuple[int, ...]) -> IntArray:
    """The sites at the same voxel some steps before and after.

    Args:
        sites: n of them.
        lags: Steps ahead, with each also its opposite.

    Returns:
        ``(n, len(lags))``; n where that voxel is not occupied then.
    """
    count = len(sites)
    table = np.full((count, len(lags)), count)
    tracks = sites.clips * sites.cells_a_step + sites.keys % sites.cells_a_step
    # room behind each track: a lag never leads into the next one
    keys = tracks * (sites.times + max(lags)) + sites.steps
    order = order_of(keys)
    along = keys[order]
    for column, lag in enumerate(lags):
        if lag == 0:
            table[:, column] = np.arange(count)
        elif lag > 0:
            place = np.minimum(np.searchsorted(along, along + lag), count - 1)
            found = along[place] == along + lag
            now, then = order[found], order[place[found]]
            table[now, column] = then
            table[then, lags.index(-lag)] = now
    return table


def child_table(parents: IntArray, count: int) -> IntArray:
    """The finer sites of each of ``count`` coarser ones, ``(count, L)``.

    Lists are filled up with their own first site, which no maximum notices.
    """
    order = order_of(parents)
    first = np.searchsorted(parents[order], np.arange(count))
    return ragged_table(parents, np.arange(len(parents)), order[first])


def entry_table(sites: Sites, pairs: Pairs, taps: IntArray, neighbours: int) -> IntArray:
    """Rows of the first layer's weights that each site sums up.

    The first layer's input is one-hot, so its product with a weight matrix is a row of that matrix:
    row ``number * P + joint`` of all matrices on top of each other, first those of the offsets,
    then those of the taps.

    Args:
        sites: The finest, n of them.
        pairs: Their neighbours.
        taps: ``(n, K)`` sites seen at the same voxel, itself included; n where there is none.
        neighbours: Number of offsets.

    Returns:
        ``(n, L)``, filled up with the number of rows.
    """
    count, width = taps.shape
    joints = sites.of_joints.shape[-1]
    is_there = taps < count
    targets = np.concatenate([pairs.targets, np.nonzero(is_there)[0]])
    sources = np.concatenate([pairs.sources, taps[is_there]])
    numbers = np.concatenate([pairs.offsets, neighbours + np.nonzero(is_there)[1]])
    owners = sites.of_joints.reshape(-1)
    there = np.flatnonzero(owners >= 0)
    by_site = there[order_of(owners[there])]
    stops = np.cumsum(np.bincount(owners[there], minlength=count))
    starts = np.concatenate([[0], stops[:-1]])
    entry, place = _runs(np.arange(len(sources)), starts[sources], stops[sources])
    rows = numbers[entry] * joints + by_site[place] % joints
    return ragged_table(targets[entry], rows, np.full(count, (neighbours + width) * joints))


def ragged_table(owners: IntArray, values: IntArray, fill: IntArray) -> IntArray:
    """Values listed by their owners.

    Args:
        owners: ``(p,)`` whose each value is.
        values: ``(p,)``.
        fill: ``(n,)`` what each owner's list is filled up with.

    Returns:
        ``(n, L)``: the longest list has L values, at least one.
    """
    counts = np.bincount(owners, minlength=len(fill))
    order = order_of(owners)
    table = np.repeat(fill[:, None], max(int(counts.max(initial=0)), 1), axis=1)
    table[owners[order], _ranks(counts)] = values[order]
    return table


def _block_length(pairs_an_offset: float) -> int:
    length = int(2 ** np.floor(np.log2(max(pairs_an_offset, 1))))
    return min(max(length, SHORTEST_BLOCK), LONGEST_BLOCK)


def _offset_numbers(away: IntArray, kernel: int) -> IntArray:
    """``(D, p)`` distances -> ``(p,)`` numbers that leave the centre out."""
    lowest = reach_of(kernel).start
    number = np.zeros(away.shape[1], dtype=np.int64)
    centre = 0
    for axis in away:
        number = number * kernel + (axis - lowest)
        centre = centre * kernel - lowest
    return number - (number > centre)


def _ranks(counts: IntArray) -> IntArray:
    """0, 1, 2 … within each run of sorted values, of the runs' lengths."""
    return np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)


def _runs(owners: IntArray, starts: IntArray, stops: IntArray) -> tuple[IntArray, IntArray]:
    """Each owner with each number of its half-open run, as two lists."""
    counts = np.maximum(stops - starts, 0)
    return np.repeat(owners, counts), np.repeat(starts, counts) + _ranks(counts)
