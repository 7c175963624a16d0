"""What a network over voxels is fed with: its rulebooks, of several clips at once.

The books of a resolution serve all layers on it, and SPA-4D and SPA-3+1D alike. Nothing is kept
from clip to clip: every window of a recording has a grid of its own. Two people for 128 frames take
7 ms.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.arrays import FloatArray, IntArray
from engine.preprocess.rulebook import (
    child_table,
    entry_table,
    neighbour_count,
    neighbour_pairs,
    pair_book,
    ragged_table,
    step_table,
)
from engine.preprocess.voxels import Pool, Sites, Voxels, pyramid, voxelise


@dataclass(frozen=True, slots=True, kw_only=True)
class SparsePlan:
    """What the books of a network are made for."""

    coordinates: int
    """D: how many of the input's channels are coordinates, the first ones."""
    space: int
    """Voxels along each axis at first."""
    kernel: int
    """Voxels along each axis that a convolution sees."""
    lags: tuple[int, ...]
    """Steps ahead that layers see at the same voxel, ascending, with each also its opposite."""
    taps: tuple[int, ...]
    """Those of them that the first convolution sees."""
    pools: tuple[Pool, ...]
    """From each resolution to the next."""

    @property
    def neighbours(self) -> int:
        """Offsets of the kernel without its centre."""
        return neighbour_count(self.kernel, self.coordinates)

    def voxels(self, inputs: FloatArray) -> Voxels:
        """``(N, C, T, V, M)`` on the grid."""
        return voxelise(inputs, coordinates=self.coordinates, space=self.space)

    def sites(self, inputs: FloatArray) -> tuple[Voxels, tuple[Sites, ...]]:
        """The grid and the sites of each resolution, finest first."""
        voxels = self.voxels(inputs)
        return voxels, pyramid(voxels, self.pools)[0]


def sparse_feeds(inputs: FloatArray, plan: SparsePlan) -> dict[str, NDArray[np.generic]]:
    """The clips themselves, and all that the graph has to know of their voxels.

    Args:
        inputs: ``(N, C, T, V, M)`` float32.
        plan: Of the network.

    Returns:
        By name, in the order in which a network takes them; indices are int64:

        * ``input``: the clips; the graph takes no more than their number from them.
        * ``entries`` ``(n0 * L,)``: rows of the first layer's weights (``entry_table``).
        * for each resolution l of n sites ``steps_l (n, lags)`` (``step_table``), ``pairs_l (B *
          R,)``, ``blocks_l (B,)``, ``sums_l (n * L,)`` (``pair_book``; the finest has none of the
          last three where no layer but the first is on it), and from the second on ``children_l
          (n * L,)`` (``child_table``).
        * ``clip_sites`` ``(N * L,)``: the last sites of each clip, filled up with their number.
    """
    levels, parents = pyramid(plan.voxels(inputs), plan.pools)
    feeds: dict[str, NDArray[np.generic]] = {"input": inputs}
    for number, sites in enumerate(levels):
        count = len(sites)
        pairs = neighbour_pairs(sites, plan.kernel)
        steps = step_table(sites, plan.lags)
        if number == 0:
            taps = steps[:, [plan.lags.index(tap) for tap in plan.taps]]
            feeds["entries"] = entry_table(sites, pairs, taps, plan.neighbours).reshape(-1)
        else:
            feeds[f"children_{number}"] = child_table(parents[number - 1], count).reshape(-1)
        book = pair_book(pairs, count, plan.neighbours)
        feeds[f"steps_{number}"] = steps
        feeds[f"pairs_{number}"] = book.sources
        feeds[f"blocks_{number}"] = book.blocks
        feeds[f"sums_{number}"] = book.sums
    feeds["clip_sites"] = sites_of_clips(levels[-1], len(inputs)).reshape(-1)
    return feeds


def sites_of_clips(sites: Sites, clips: int) -> IntArray:
    """``(N, L)`` the sites of each clip, filled up with the number of all."""
    count = len(sites)
    return ragged_table(sites.clips, np.arange(count), np.full(clips, count))
