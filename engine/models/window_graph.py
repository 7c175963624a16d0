"""Multi-scale graph convolution: the heart of MS-G3D (Liu et al., CVPR 2020).

That of one frame (MS-GCN) and that over windows of frames (G3D) are the same thing, a graph of
tau * V nodes; tau = 1 for one frame. ``sum_k W_k X (A_k + R_k)`` can be computed in either order,
equal up to rounding. Published (and official) is to aggregate first. To project first is cheaper
where a block has many channels: each frame is projected once and not once for each place it takes
in a window, and the aggregation over a window is then a convolution along time whose channels are
the joints. The full network for NTU (T = 300, M = 2) takes 32.9 GMACs as published and 27.9 in the
cheaper order, which is the default; ``compute_as_published`` switches. The learned masks R_k differ
from frame to frame of a window, so that nothing more can be saved exactly.

Activations are ``(B, C, V, T)``, see ``engine.models.ms_g3d``.
"""

from enum import Enum

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.architectures.stf import MSG3DConfig
from engine.models.layers import Foldable, scale_outputs

MASK_START = 1e-6
"""Learned masks start uniform in plus and minus this."""


class Order(Enum):
    """What a graph convolution does first."""

    AGGREGATE = "aggregate"
    PROJECT = "project"


def disentangled_adjacency(
    bones: tuple[tuple[int, int], ...], joints: int, scales: int, window: int
) -> Tensor:
    """Neighbourhoods exactly k bones away, of frames that all see each other.

    Each holds the node itself as well and is symmetrically normalised; further than the skeleton's
    longest path that is all they hold (paper Eq. 2 and 5, official ``k_adjacency``).

    Args:
        bones: Pairs of joints.
        joints: V.
        scales: K; k = 0 .. K - 1.
        window: tau frames of V joints each.

    Returns:
        ``(K, tau * V, tau * V)`` float32.
    """
    step = torch.eye(joints, dtype=torch.float64)
    for child, parent in bones:
        step[child, parent] = step[parent, child] = 1.0
    itself = torch.eye(window * joints, dtype=torch.float64)
    reached, reached_before = torch.eye(joints, dtype=torch.float64), itself
    neighbourhoods = [itself]
    for _ in range(1, scales):
        reached = (reached @ step).clamp(max=1.0)
        tiled = reached.repeat(window, window)
        neighbourhoods.append(tiled - reached_before + itself)
        reached_before = tiled
    stacked = torch.stack(neighbourhoods)
    scale = stacked.sum(dim=-1).rsqrt()
    return (scale.unsqueeze(-1) * stacked * scale.unsqueeze(-2)).float()


class GraphConvolution(Foldable):
    """``ReLU(norm(sum_k W_k X (A_k + R_k + G_k)))`` over windows of frames.

    Paper Eq. 4 and 6; STF Eq. 1. G_k is a clip's own graph of V joints for scales 1, 2, ..., the
    same between any two frames of a window, as A_k is.
    """

    def __init__(
        self,
        config: MSG3DConfig,
        channels: tuple[int, int],
        *,
        window: int = 1,
        stride: int = 1,
    ) -> None:
        super().__init__()
        self.joints, self.window, self.stride = config.joints, window, stride
        self.scales = config.graph_scales if window == 1 else config.window_scales
        self.channels_in, self.channels_out = channels
        adjacency = disentangled_adjacency(config.bones, config.joints, self.scales, window)
        self.register_buffer("adjacency", adjacency, persistent=False)
        self.adjacency: Tensor
        self.mask = nn.Parameter(torch.empty_like(adjacency).uniform_(-MASK_START, MASK_START))
        # the weight of channel c and scale k is input c * K + k
        self.project = nn.Conv2d(self.channels_in * self.scales, self.channels_out, kernel_size=1)
        self.norm: nn.Module = nn.BatchNorm2d(self.channels_out)
        self.order = self.cheaper_order()

    @property
    def bias(self) -> Tensor:
        """``(C_out,)`` of the projection."""
        bias = self.project.bias
        if bias is None:
            raise ValueError("the projection of a graph convolution has a bias")
        return bias

    def cheaper_order(self) -> Order:
        """The one with fewer multiplications."""
        nodes = self.window * self.joints
        aggregation = self.scales * nodes**2 / self.stride
        projection = self.scales * self.channels_in * self.channels_out
        first = aggregation * self.channels_in + projection * nodes / self.stride
        last = projection * self.joints + aggregation * self.channels_out
        return Order.AGGREGATE if first < last else Order.PROJECT

    def forward(self, x: Tensor, graphs: Tensor | None = None) -> Tensor:
        """Convolve.

        Args:
            x: ``(B, C_in, V, T)``.
            graphs: ``(B, G, V, V)`` of scales 1 .. G: rows take, columns give; None for none.

        Returns:
            ``(B, C_out * tau, V, ceil(T / stride))``: frames of a window beside their channel.
        """
        if self.order is Order.AGGREGATE:
            mixed = self._aggregate_first(x, graphs)
        else:
            mixed = self._project_first(x, graphs)
        result = functional.relu(self.norm(mixed))
        return result.reshape(
            x.shape[0], self.channels_out * self.window, self.joints, mixed.shape[-1]
        )

    def take_in(self, gain: Tensor, shift: Tensor) -> None:
        """Into the projection."""
        scale_outputs(self.project, gain, shift)

    def _aggregate_first(self, x: Tensor, graphs: Tensor | None) -> Tensor:
        """``(B, C_out, tau * V, T')`` before the normalisation."""
        nodes = self.window * self.joints
        mixing = self.adjacency + self.mask
        if graphs is not None:
            tiled = self._of_all_scales(graphs).repeat(1, 1, self.window, self.window)
            mixing = (mixing + tiled).view(x.shape[0], 1, self.scales * nodes, nodes)
        else:
            mixing = mixing.view(self.scales * nodes, nodes)
        gathered = mixing @ self._unfolded(x)  # (B, C_in, K * nodes, T')
        gathered = gathered.view(x.shape[0], self.channels_in * self.scales, nodes, -1)
        result: Tensor = self.project(gathered)
        return result

    def _project_first(self, x: Tensor, graphs: Tensor | None) -> Tensor:
        """``(B, C_out, tau * V, T')`` before the normalisation."""
        out, scales, joints, window = self.channels_out, self.scales, self.joints, self.window
        batch, frames = x.shape[0], x.shape[-1]
        weight = self.project.weight.view(out, self.channels_in, scales).transpose(1, 2)
        projected = functional.conv2d(x, weight.reshape(out * scales, self.channels_in, 1, 1))
        bias = self.bias.view(-1, 1, 1)
        mixing = self.adjacency + self.mask  # (K, (i, v), (j, u))
        if window == 1:
            mixing = mixing if graphs is None else mixing + self._of_all_scales(graphs)
            mixing = mixing.transpose(-3, -2).reshape(*mixing.shape[:-3], 1, joints, -1)
            return mixing @ projected.view(batch, out, scales * joints, frames) + bias
        # (K, (i, v), j, u) -> ((i, v), (K, u), 1, j): frames j of the window are the kernel
        kernel = mixing.view(scales, window * joints, window, joints).permute(1, 0, 3, 2)
        mixed = functional.conv2d(
            projected.view(batch * out, scales * joints, 1, frames),
            kernel.reshape(window * joints, scales * joints, 1, window),
            stride=(1, self.stride),
            padding=(0, window // 2),
        ).view(batch, out, window * joints, -1)
        if graphs is None:
            return mixed + bias
        dynamic = self._dynamic(projected.view(batch, out, scales, joints, frames), graphs) + bias
        by_frame = mixed.view(batch, out, window, joints, -1) + dynamic.unsqueeze(2)
        return by_frame.view(mixed.shape)

    def _dynamic(self, projected: Tensor, graphs: Tensor) -> Tensor:
        """What the clip's own graphs gather from each window, before the normalisation.

        They gather the same for each of its frames: so once a frame of the clip, then summed.

        Args:
            projected: ``(B, C_out, K, V, T)``.
            graphs: ``(B, G, V, V)``.

        Returns:
            ``(B, C_out, V, T')``.
        """
        batch, out, _, joints, frames = projected.shape
        count = graphs.shape[1]
        giving = projected[:, :, 1 : 1 + count].reshape(batch, out, count * joints, frames)
        # the pooling below divides by tau
        taking = (graphs * self.window).transpose(1, 2).reshape(batch, 1, joints, count * joints)
        return functional.avg_pool2d(
            taking @ giving,
            kernel_size=(1, self.window),
            stride=(1, self.stride),
            padding=(0, self.window // 2),
        )

    def _of_all_scales(self, graphs: Tensor) -> Tensor:
        """``(B, G, V, V)`` of scales 1 .. G -> ``(B, K, V, V)``, the others zero."""
        beyond = self.scales - 1 - graphs.shape[1]
        return functional.pad(graphs, (0, 0, 0, 0, 1, beyond))

    def _unfolded(self, x: Tensor) -> Tensor:
        """``(B, C, V, T)`` -> ``(B, C, tau * V, T')``: frames beyond the clip are zero."""
        if self.window == 1:
            return x
        padded = functional.pad(x, (self.window // 2, self.window // 2))
        last = x.shape[-1]
        return torch.cat(
            [padded[..., shift : shift + last : self.stride] for shift in range(self.window)], dim=2
        )


def compute_as_published(network: nn.Module) -> None:
    """Make all graph convolutions aggregate first, as the paper counts them, in place."""
    for module in network.modules():
        if isinstance(module, GraphConvolution):
            module.order = Order.AGGREGATE
