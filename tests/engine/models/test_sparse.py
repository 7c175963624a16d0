"""Sparse operations against dense ones on small grids: values, gradients."""

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from engine.models.layers import NEGATIVE_SLOPE
from engine.models.sparse import (
    BranchRows,
    OneHotConvNorm,
    SameVoxelConvNorm,
    SiteBook,
    SparseConvNorm,
    sparse_max,
    uses_in_book,
)
from engine.preprocess.rulebook import (
    child_table,
    entry_table,
    neighbour_count,
    neighbour_pairs,
    pair_book,
    reach_of,
    step_table,
)
from engine.preprocess.voxels import Pool, Sites, coarser_sites, finest_sites, voxelise

LAGS = (-3, -1, 0, 1, 3)
CROSS, SELF = slice(1, 4), slice(2, 3)
FRAMES, SPACE, CHANNELS_IN, CHANNELS_OUT = 6, 8, 3, 4


def random_sites(seed: int, coordinates: int = 3) -> Sites:
    inputs = np.random.default_rng(seed).normal(size=(2, 3, FRAMES, 7, 2)).astype(np.float32)
    return finest_sites(voxelise(inputs, coordinates=coordinates, space=SPACE))


def book_of(sites: Sites, kernel: int) -> SiteBook:
    neighbours = neighbour_count(kernel, sites.cells.shape[1])
    book = pair_book(neighbour_pairs(sites, kernel), len(sites), neighbours)
    return SiteBook(
        steps=torch.from_numpy(step_table(sites, LAGS)),
        pairs=torch.from_numpy(book.sources).view(len(book.blocks), -1),
        blocks=torch.from_numpy(book.blocks),
        sums=torch.from_numpy(book.sums).view(len(sites), -1),
    )


def seeded_features(sites: Sites, channels: int) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(len(sites), channels, generator=generator, dtype=torch.float64)


def place(sites: Sites) -> tuple[Tensor, ...]:
    rows = [sites.clips, sites.steps, *sites.cells.T]
    return tuple(torch.from_numpy(np.ascontiguousarray(row)) for row in rows)


def dense(sites: Sites, features: Tensor, empty: float = 0.0) -> Tensor:
    """``(n, C)`` -> ``(N, T, s, s, s, C)``."""
    shape = (2, sites.times, *[sites.space] * sites.cells.shape[1], features.shape[1])
    return torch.full(shape, empty, dtype=features.dtype).index_put(place(sites), features)


def dense_convolution(conv: SparseConvNorm, sites: Sites, features: Tensor, kernel: int) -> Tensor:
    """The convolution on the whole grid in each frame, and along time at each voxel."""
    axes = sites.cells.shape[1]
    reach, half = reach_of(kernel), conv.near.shape[0]
    taps = conv.same.weight.view(CHANNELS_OUT, -1, CHANNELS_IN).permute(1, 2, 0)
    centre = int(sum(-reach.start * kernel**axis for axis in range(axes)))
    cube = torch.cat([conv.near[:centre], taps[len(taps) // 2][None], conv.near[centre:half]])
    weight = cube.view(*[kernel] * axes, CHANNELS_IN, CHANNELS_OUT).movedim((-1, -2), (0, 1))
    grid = dense(sites, features)
    frames = grid.flatten(0, 1).movedim(-1, 1)
    padded = functional.pad(frames, [-reach.start, reach[-1]] * axes)
    convolve = functional.conv3d if axes == 3 else functional.conv2d
    result = convolve(padded, weight, conv.same.bias).movedim(1, -1)
    result = result.view(*grid.shape[:-1], CHANNELS_OUT)
    if len(taps) == 3:
        before, after = torch.zeros_like(grid), torch.zeros_like(grid)
        before[:, 1:], after[:, :-1] = grid[:, :-1], grid[:, 1:]
        result = result + before @ taps[0] + after @ taps[2]
    return result[place(sites)]


def convolution(kernel: int, taps: slice, coordinates: int = 3) -> SparseConvNorm:
    torch.manual_seed(0)
    conv = SparseConvNorm(
        CHANNELS_IN, CHANNELS_OUT, neighbours=neighbour_count(kernel, coordinates), taps=taps
    )
    conv.norm = torch.nn.Identity()
    return conv.double()


@pytest.mark.parametrize("taps", [CROSS, SELF], ids=["4d", "3d"])
@pytest.mark.parametrize("coordinates", [2, 3])
@pytest.mark.parametrize("kernel", [3, 5, 6])
def test_sparse_convolution_is_a_dense_one_seen_at_the_sites(kernel, coordinates, taps):
    sites = random_sites(kernel, coordinates)
    conv, features = convolution(kernel, taps, coordinates), seeded_features(sites, CHANNELS_IN)
    found = conv(features, book_of(sites, kernel))
    torch.testing.assert_close(found, dense_convolution(conv, sites, features, kernel))


@pytest.mark.parametrize("is_told", [True, False], ids=["lists", "torch"])
@pytest.mark.parametrize(("kernel", "taps"), [(5, CROSS), (6, CROSS), (3, SELF)])
def test_its_gradients_are_those_of_the_dense_one(kernel, taps, is_told):
    sites = random_sites(1)
    conv, book = convolution(kernel, taps), book_of(sites, kernel)
    features = seeded_features(sites, CHANNELS_IN).requires_grad_()
    wanted = (features, *conv.parameters())
    upstream = seeded_features(sites, CHANNELS_OUT)
    sparse = conv(features, book._replace(uses=uses_in_book(book, taps)) if is_told else book)
    dense_one = dense_convolution(conv, sites, features, kernel)
    for found, expected in zip(
        torch.autograd.grad(sparse, wanted, upstream),
        torch.autograd.grad(dense_one, wanted, upstream),
        strict=True,
    ):
        assert expected.any()
        torch.testing.assert_close(found, expected)


def test_its_gradients_are_those_of_small_differences():
    inputs = np.random.default_rng(2).normal(size=(2, 3, 3, 4, 1)).astype(np.float32)
    sites = finest_sites(voxelise(inputs, coordinates=3, space=4))
    conv, book = convolution(3, CROSS), book_of(sites, 3)

    def convolve(features: Tensor, near: Tensor, same: Tensor) -> Tensor:
        weights = {"near": near, "same.weight": same}
        return torch.func.functional_call(conv, weights, (features, book))

    features = seeded_features(sites, CHANNELS_IN).requires_grad_()
    assert torch.autograd.gradcheck(convolve, (features, conv.near, conv.same.weight))


@pytest.mark.parametrize("taps", [CROSS, SELF], ids=["4d", "3d"])
def test_looking_labels_up_is_convolving_one_hot_features(taps):
    sites, kernel, labels = random_sites(3), 3, 14
    neighbours = neighbour_count(kernel, 3)
    steps = step_table(sites, LAGS)[:, taps]
    one_hot = torch.zeros(len(sites), labels, dtype=torch.float64)
    for site, label in zip(
        sites.of_joints.reshape(-1), np.tile(np.arange(labels), 2 * FRAMES), strict=True
    ):
        one_hot[site, label] = 1
    assert (one_hot.sum(dim=1) > 1).any()
    lookup = OneHotConvNorm(labels, CHANNELS_OUT, weights=neighbours + steps.shape[1])
    conv = SparseConvNorm(labels, CHANNELS_OUT, neighbours=neighbours, taps=taps)
    lookup.norm = conv.norm = torch.nn.Identity()
    lookup, conv = lookup.double(), conv.double()
    with torch.no_grad():
        matrices = lookup.table.view(-1, labels, CHANNELS_OUT)
        conv.near.copy_(matrices[:neighbours])
        conv.same.weight.copy_(matrices[neighbours:].flatten(0, 1).T)
        conv.same.bias.copy_(lookup.bias)
    entries = entry_table(sites, neighbour_pairs(sites, kernel), steps, neighbours)
    torch.testing.assert_close(
        lookup(torch.from_numpy(entries)), conv(one_hot, book_of(sites, kernel))
    )


def test_convolution_in_time_is_a_dense_one_at_each_voxel():
    sites, dilations = random_sites(4), (1, 3)
    torch.manual_seed(0)
    layer = SameVoxelConvNorm(4, branches=2).double().eval()
    features = seeded_features(sites, 4)
    found = layer(features, BranchRows(LAGS, dilations)(torch.from_numpy(step_table(sites, LAGS))))

    hidden = functional.leaky_relu(layer.project(features), NEGATIVE_SLOPE)
    grid = dense(sites, hidden).flatten(2, 4).permute(0, 2, 3, 1).flatten(0, 1)  # (N*s^3, C, T)
    branches = [
        functional.conv1d(
            part, weight.view(3, 2, 2).permute(2, 1, 0), padding=dilation, dilation=dilation
        )
        for part, weight, dilation in zip(
            grid.split(2, dim=1), layer.weight, dilations, strict=True
        )
    ]
    mixed = torch.cat(branches, dim=1).view(2, SPACE**3, 4, FRAMES).permute(0, 3, 1, 2)
    mixed = mixed.reshape(2, FRAMES, SPACE, SPACE, SPACE, 4)[place(sites)]
    torch.testing.assert_close(found, layer.norm(mixed + layer.bias))


def test_the_convolution_in_time_has_the_gradient_that_torch_finds():
    sites = random_sites(6)
    torch.manual_seed(0)
    layer = SameVoxelConvNorm(4, 2).double()
    book = book_of(sites, 3)
    book = book._replace(branches=BranchRows(LAGS, (1, 3))(book.steps))
    uses = uses_in_book(book, SELF).branches
    features = seeded_features(sites, 4).requires_grad_()
    upstream = seeded_features(sites, 4).flip(0)
    told, found_by_torch = (
        torch.autograd.grad(layer(features, book.branches, each), features, upstream)
        for each in (uses, None)
    )
    assert found_by_torch[0].any()
    torch.testing.assert_close(told, found_by_torch)


@pytest.mark.parametrize("time", [1, 2])
def test_sparse_pooling_is_a_dense_one_over_occupied_voxels(time):
    fine = random_sites(5)
    coarse, parents = coarser_sites(fine, Pool(time=time))
    features = seeded_features(fine, CHANNELS_IN) - 5  # below zero: empty voxels must not win
    found = sparse_max(features, torch.from_numpy(child_table(parents, len(coarse))))

    grid = dense(fine, features, empty=-torch.inf)
    halves = grid.unflatten(1, (-1, time)).amax(dim=2)  # (N, T', s, s, s, C)
    pooled = functional.max_pool3d(halves.flatten(0, 1).movedim(-1, 1), 2).movedim(1, -1)
    pooled = pooled.view(2, coarse.times, *pooled.shape[1:])
    torch.testing.assert_close(found, pooled[place(coarse)])
    assert torch.isfinite(pooled).all(dim=-1).sum() == len(coarse)


def test_pooling_sends_the_gradient_to_the_largest():
    features = torch.tensor([[1.0], [4.0], [2.0]], requires_grad=True)
    sparse_max(features, torch.tensor([[0, 1, 0], [2, 2, 2]])).sum().backward()
    assert features.grad is not None
    torch.testing.assert_close(features.grad, torch.tensor([[0.0], [1.0], [1.0]]))
