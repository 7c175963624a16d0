"""From joints to the voxels that they fall into, and to ever coarser ones (SPA-Net, section 3.2).

Each axis of each clip is stretched to 0..s - 1 between the smallest and the largest coordinate of
all frames and of everybody who is there, then cut to whole numbers. The paper says only that
coordinates are "normalized into the range of zero to the space size and floored"; taking the
extremes axis by axis over the whole clip, and s - 1 so that the largest coordinate stays inside, is
what the same author's data code does (DSTA-Net, AdaSGN).

A site is a voxel in which there is at least one joint in a frame (or, further up, in one of the
frames of a step). Sites are ordered by clip, step and voxel.
"""

from dataclasses import dataclass

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray

HALF = 2
"""Voxels along each axis, and frames, that become one on the way up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voxels:
    """The voxel of every joint. P is M * V, people first; D is 2 or 3."""

    cells: IntArray
    """``(N, T, P, D)`` in ``0 .. space - 1``."""
    there: BoolArray
    """``(N, P)`` joints of people who are there; the others have no site."""
    low: FloatArray
    """``(N, D)`` where the grid begins, in the coordinates of the input."""
    edges: FloatArray
    """``(N, D)`` edges of a voxel, in the same units; 0 for an axis without extent."""
    space: int
    """Voxels along each axis."""

    def centres(self, clips: IntArray, cells: IntArray, reduction: int) -> FloatArray:
        """Where the middles of sites lie.

        Args:
            clips: ``(n,)`` the clip of each site.
            cells: ``(n, D)`` its voxel on a grid ``reduction`` times as coarse as this one.
            reduction: Voxels of this grid along the edge of one of those.

        Returns:
            ``(n, D)`` float32 in the coordinates of the input.
        """
        middle = (cells + 0.5) * reduction
        result: FloatArray = (self.low[clips] + middle * self.edges[clips]).astype(np.float32)
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """The occupied voxels of N clips at one resolution, n in all."""

    keys: IntArray
    """``(n,)`` ascending: clip, step and voxel as one number."""
    clips: IntArray
    """``(n,)`` index into N, ascending."""
    steps: IntArray
    """``(n,)`` step in time within the clip."""
    cells: IntArray
    """``(n, D)`` voxel."""
    of_joints: IntArray
    """``(N, T, P)`` the site that each joint of each frame belongs to; -1 for people not there."""
    space: int
    """Voxels along each axis."""
    times: int
    """Steps in a clip."""

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def cells_a_step(self) -> int:
        """Voxels of the grid, occupied or not."""
        return int(self.space ** self.cells.shape[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """How one resolution becomes the next."""

    time: int
    """Steps that become one: 1 or 2. Of voxels, two along each axis always do."""


def voxelise(inputs: FloatArray, *, coordinates: int, space: int) -> Voxels:
    """Put joints on a grid.

    Args:
        inputs: ``(N, C, T, V, M)`` float32; people who are not there are all zero. Where nobody is,
            everybody counts.
        coordinates: D: how many of the channels are coordinates, the first ones.
        space: Voxels along each axis.
    """
    clips, _, frames, joints, people = inputs.shape
    there = (inputs != 0).any(axis=(1, 2, 3))  # (N, M)
    there |= ~there.any(axis=1, keepdims=True)
    points = inputs[:, :coordinates].transpose(0, 2, 4, 3, 1)  # (N, T, M, V, D)
    counted = there[:, None, :, None, None]
    low = np.where(counted, points, np.inf).min(axis=(1, 2, 3)).astype(np.float32)
    high = np.where(counted, points, -np.inf).max(axis=(1, 2, 3)).astype(np.float32)
    extent = high - low
    divisor = np.where(extent > 0, extent, np.float32(1))
    # a quotient: the largest coordinate then comes out as exactly one
    shares = (points - low[:, None, None, None]) / divisor[:, None, None, None]
    cells = (np.clip(shares, 0, 1) * (space - 1)).astype(np.int64)
    return Voxels(
        cells=cells.reshape(clips, frames, people * joints, coordinates),
        there=np.repeat(there, joints, axis=1),
        low=low,
        edges=(extent / (space - 1)).astype(np.float32),
        space=space,
    )


def finest_sites(voxels: Voxels) -> Sites:
    """The voxels that hold a joint, frame by frame."""
    clips, frames, points, coordinates = voxels.cells.shape
    present = np.broadcast_to(voxels.there[:, None], (clips, frames, points))
    step = np.arange(clips * frames).reshape(clips, frames, 1)
    keys = _key(step, voxels.cells, voxels.space)[present]
    distinct, place = distinct_of(keys)
    of_joints = np.full((clips, frames, points), -1)
    of_joints[present] = place
    return _sites(distinct, of_joints, (voxels.space, frames, coordinates))


def coarser_sites(sites: Sites, pool: Pool) -> tuple[Sites, IntArray]:
    """The next resolution, and ``(n,)`` which of its sites each of these belongs to."""
    times = sites.times // pool.time
    step = sites.clips * times + sites.steps // pool.time
    space = sites.space // HALF
    keys = _key(step, sites.cells // HALF, space)
    distinct, parents = distinct_of(keys)
    of_joints = np.where(sites.of_joints < 0, -1, parents[sites.of_joints])
    return _sites(distinct, of_joints, (space, times, sites.cells.shape[1])), parents


def pyramid(voxels: Voxels, pools: tuple[Pool, ...]) -> tuple[tuple[Sites, ...], list[IntArray]]:
    """The sites of all resolutions, finest first, and the parents of all but the last."""
    levels, parents = [finest_sites(voxels)], []
    for pool in pools:
        coarser, belongs = coarser_sites(levels[-1], pool)
        levels.append(coarser)
        parents.append(belongs)
    return tuple(levels), parents


def order_of(keys: IntArray) -> IntArray:
    """What ``np.argsort(keys, kind="stable")`` returns, for keys of 0 or more.

    Each key carries its index in its lowest bits: sorting values takes a tenth of the time.
    """
    bits = len(keys).bit_length()
    result: IntArray = np.sort(keys << bits | np.arange(len(keys))) & ((1 << bits) - 1)
    return result


def distinct_of(keys: IntArray) -> tuple[IntArray, IntArray]:
    """Distinct keys, ascending, and for each key which of them it is."""
    order = order_of(keys)
    ordered = keys[order]
    is_new = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    place = np.empty_like(keys)
    place[order] = np.cumsum(is_new) - 1
    return ordered[is_new], place


def _key(step: IntArray, cells: IntArray, space: int) -> IntArray:
    key = np.asarray(step)
    for axis in range(cells.shape[-1]):
        key = key * space + cells[..., axis]
    return key


def _sites(keys: IntArray, of_joints: IntArray, grid: tuple[int, int, int]) -> Sites:
    space, times, coordinates = grid
    cells = np.empty((len(keys), coordinates), dtype=np.int64)
    rest = keys
    for axis in reversed(range(coordinates)):
        rest, cells[:, axis] = np.divmod(rest, space)
    clips, steps = np.divmod(rest, times)
    return Sites(
        keys=keys,
        clips=clips,
        steps=steps,
        cells=cells,
        of_joints=of_joints,
        space=space,
        times=times,
    )
