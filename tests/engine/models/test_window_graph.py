"""Graph convolutions: their fixed graphs, and both orders of computing them."""

import numpy as np
import pytest
import torch

from engine.models.layers import fold_for_inference
from engine.models.window_graph import GraphConvolution, Order, disentangled_adjacency
from tests.engine.models.stf_networks import tiny_ms_g3d

CHAIN = ((1, 0), (2, 1), (3, 2))
"""Four joints in a row."""


def published_adjacency(bones, joints, scales, window):
    """As the official code words it: powers of the binary graph of all frames of a window."""
    binary = np.zeros((joints, joints))
    for one, other in bones:
        binary[one, other] = binary[other, one] = 1
    if window > 1:
        binary = np.tile(binary + np.eye(joints), (window, window))
    itself = np.eye(len(binary))
    graphs = []
    for hops in range(scales):
        graph = itself
        if hops:
            here, before = (
                np.minimum(np.linalg.matrix_power(binary + itself, power), 1)
                for power in (hops, hops - 1)
            )
            graph = here - before + itself
        degree = np.diag(graph.sum(-1) ** -0.5)
        graphs.append(degree @ graph @ degree)
    return torch.tensor(np.stack(graphs), dtype=torch.float32)


@pytest.mark.parametrize("window", [1, 3])
def test_neighbourhoods_are_the_official_ones(window):
    config = tiny_ms_g3d()
    found = disentangled_adjacency(config.bones, config.joints, 7, window)
    expected = published_adjacency(config.bones, config.joints, 7, window)
    torch.testing.assert_close(found, expected, atol=1e-6, rtol=0)


def test_beyond_the_longest_path_a_joint_sees_itself_alone():
    graphs = disentangled_adjacency(CHAIN, 4, 6, 1)
    assert graphs[3, 0, 3] > 0
    torch.testing.assert_close(graphs[4], torch.eye(4))
    torch.testing.assert_close(graphs[5], torch.eye(4))


def naive(block: GraphConvolution, x: torch.Tensor, graphs: torch.Tensor | None) -> torch.Tensor:
    """``sum_k W_k X (A_k + R_k + G_k)`` window by window, in words of the paper."""
    window, joints, half = block.window, block.joints, block.window // 2
    padded = torch.nn.functional.pad(x, (half, half))
    weight = block.project.weight.view(block.channels_out, block.channels_in, block.scales)
    steps = []
    for first in range(0, x.shape[-1], block.stride):
        nodes = torch.cat([padded[..., first + frame] for frame in range(window)], dim=-1)
        total = 0
        for scale in range(block.scales):
            mixing = (block.adjacency + block.mask)[scale].expand(len(x), -1, -1)
            if graphs is not None and 1 <= scale <= graphs.shape[1]:
                mixing = mixing + graphs[:, scale - 1].tile(1, window, window)
            total = total + torch.einsum("oc,bcu,bvu->bov", weight[:, :, scale], nodes, mixing)
        steps.append(total + block.bias.view(-1, 1))
    normed = torch.relu(block.norm(torch.stack(steps, dim=-1)))
    return normed.reshape(len(x), block.channels_out * window, joints, -1)


@pytest.mark.parametrize("with_graphs", [False, True])
@pytest.mark.parametrize(("window", "stride"), [(1, 1), (3, 1), (3, 2), (5, 2)])
@pytest.mark.parametrize("order", Order)
def test_both_orders_compute_the_papers_sum(order, window, stride, with_graphs):
    torch.manual_seed(0)
    block = GraphConvolution(tiny_ms_g3d(), (3, 5), window=window, stride=stride).eval()
    torch.nn.init.normal_(block.mask, std=0.1)
    x = torch.randn(2, 3, 20, 8)
    graphs = torch.rand(2, 3, 20, 20) - 0.5 if with_graphs else None
    block.order = order
    with torch.no_grad():
        found, expected = block(x, graphs), naive(block, x, graphs)
    assert found.shape == (2, 5 * window, 20, 8 // stride)
    torch.testing.assert_close(found, expected, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("order", Order)
def test_folding_changes_neither_order(order):
    torch.manual_seed(0)
    block = GraphConvolution(tiny_ms_g3d(), (3, 6), window=3)
    block.order = order
    graphs = torch.rand(2, 3, 20, 20)
    block(torch.randn(2, 3, 20, 8), graphs)
    block.eval()
    x = torch.randn(2, 3, 20, 8)
    with torch.no_grad():
        before = block(x, graphs)
        fold_for_inference(block)
        torch.testing.assert_close(block(x, graphs), before, atol=1e-5, rtol=1e-4)


def test_few_channels_are_gathered_first_and_many_projected_first():
    config = tiny_ms_g3d()
    assert GraphConvolution(config, (3, 96), window=5).order is Order.AGGREGATE
    assert GraphConvolution(config, (96, 96), window=5, stride=2).order is Order.PROJECT
