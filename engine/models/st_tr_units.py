"""The blocks of ST-TR's units: graph and temporal convolution, spatial and temporal self-attention.

Each takes and returns ``(B, T, V, C)`` and says beside it to whom it attended, None for those that
do not attend.
"""

import math
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.architectures.st_tr import STTRConfig
from engine.models.layers import (
    ChannelNorm,
    Foldable,
    ProjectNorm,
    TemporalConvNorm,
    scale_outputs,
)

BlockOutput: TypeAlias = tuple[Tensor, Tensor | None]
PARTITIONS = 3
"""Of a joint's neighbourhood: itself, nearer to the root, farther from the root (ST-GCN)."""
KEY_SHARE = 4
"""Queries and keys of all heads together have this fraction of the width: C / 4."""


def start_he(layer: nn.Linear | nn.Conv2d) -> None:
    """Start weights at N(0, 2 / (C_out * kernel)), as every convolution of the official code."""
    taps = math.prod(layer.kernel_size) if isinstance(layer, nn.Conv2d) else 1
    nn.init.normal_(layer.weight, 0, math.sqrt(2 / (layer.weight.shape[0] * taps)))


def start_uniform(bias: Tensor, fan_in: int) -> None:
    """Start a bias as torch's layers do."""
    nn.init.uniform_(bias, -(fan_in**-0.5), fan_in**-0.5)


def spatial_partition(parents: tuple[int, ...]) -> Tensor:
    """Adjacency of the spatial partition (ST-GCN, section 3.3), columns normalised.

    Args:
        parents: Of each joint; the root names itself.

    Returns:
        ``(3, V, V)`` float32; row v of column w is how much w hears of v: of itself, of its parent,
        of each of its children.
    """
    adjacency = torch.zeros(PARTITIONS, len(parents), len(parents))
    for joint, parent in enumerate(parents):
        adjacency[0, joint, joint] = 1
        if joint != parent:
            adjacency[1, parent, joint] = 1
            adjacency[2, joint, parent] = 1
    return adjacency / adjacency.sum(dim=1, keepdim=True).clamp(min=1)


class JointNorm(nn.BatchNorm1d):
    """Batch normalisation of every joint's every channel by itself: ``(B, T, ...)``."""

    def forward(self, x: Tensor) -> Tensor:
        """The axes after the second are the features; the same shape comes back."""
        return super().forward(x.reshape(-1, self.num_features)).view(x.shape)


class JointNormProject(Foldable):
    """``JointNorm``, then a projection of every frame, of every other, or of two together.

    ``fold`` leaves a gain before the projection and a bias of each joint after it.
    """

    def __init__(
        self, joints: int, channels_in: int, channels_out: int, *, stride: int, joins: bool
    ) -> None:
        super().__init__()
        self.join, self.step = (stride, 1) if joins else (1, stride)
        self.norm: nn.Module = JointNorm(joints * channels_in)
        self.project = nn.Linear(self.join * channels_in, channels_out, bias=False)
        self.bias = nn.Parameter(torch.empty(channels_out))
        self.gain: Tensor | None
        self.register_buffer("gain", None)
        start_uniform(self.bias, self.join * channels_in)

    def forward(self, x: Tensor) -> Tensor:
        """``(B, T, V, C_in)`` -> ``(B, ceil(T / stride), V, C_out)``."""
        # in training the normalisation sees every frame, also those that are not projected
        gain = self.gain
        x = self.norm(x)[:, :: self.step] if gain is None else x[:, :: self.step] * gain
        if self.join > 1:
            batch, frames, joints, channels = x.shape
            # (B, S, join, V, C) -> (B, S, V, join*C)
            x = x.reshape(batch, frames // self.join, self.join, joints, channels)
            x = x.transpose(2, 3).flatten(start_dim=3)
        result: Tensor = self.project(x) + self.bias
        return result

    def take_in(self, gain: Tensor, shift: Tensor) -> None:
        """The shift into a bias of each joint, the gain stays beside the projection."""
        channels = self.project.in_features // self.join
        carried = shift.view(-1, channels).repeat(1, self.join) @ self.project.weight.double().T
        self.bias = nn.Parameter((carried + self.bias).float())
        self.gain = gain.view(-1, channels).float()


class GraphMix(nn.Module):
    """What the graph convolutions share: neighbours mixed in three ways, then projected."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.project = nn.Linear(PARTITIONS * channels_in, channels_out, bias=False)
        # the official code has a convolution, and so a bias, for each partition; only their sum
        # matters, but the numbers of parameters count them all
        self.bias = nn.Parameter(torch.empty(PARTITIONS, channels_out))
        start_he(self.project)
        start_uniform(self.bias, channels_in)

    def forward(self, x: Tensor, graph: Tensor) -> Tensor:
        """Mix.

        Args:
            x: ``(B, T, V, C_in)``.
            graph: ``(3, V, V)`` or ``(B, 3, V, V)``; row v of column w is what w hears of v.

        Returns:
            ``(B, T, V, C_out)``.
        """
        # (..., k, v, w) -> (..., w, k, v): with these rows the three mixtures of one joint come out
        # side by side, (B, T, V*3, C) = (B, T, V, 3*C) without a copy
        mixing = graph.movedim(-1, -3).flatten(start_dim=-3, end_dim=-2)
        if graph.dim() == 4:  # noqa: PLR2004  (a graph for each clip)
            mixing = mixing.unsqueeze(1)
        mixed = (mixing @ x).reshape(*x.shape[:3], -1)
        result: Tensor = self.project(mixed) + self.bias.sum(dim=0)
        return result

    @torch.no_grad()
    def scale(self, gain: Tensor, shift: Tensor) -> None:
        """Take an affine map ``(C_out,)`` of the result, float64, into weights and bias."""
        self.project.weight.copy_(self.project.weight.double() * gain.unsqueeze(1))
        total = self.bias.double().sum(dim=0) * gain + shift
        self.bias = nn.Parameter(total.float().unsqueeze(0))


class GraphConvolution(Foldable):
    """GCN: the spatial partition, each bone's weight learned by a mask; BN, ReLU (ST-GCN)."""

    def __init__(self, config: STTRConfig, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.register_buffer("adjacency", spatial_partition(config.parents), persistent=False)
        self.adjacency: Tensor
        self.mask = nn.Parameter(torch.ones_like(self.adjacency))
        self.mix = GraphMix(channels_in, channels_out)
        self.norm: nn.Module = ChannelNorm(channels_out)

    def forward(self, x: Tensor) -> BlockOutput:
        """``(B, T, V, C_in)`` -> ``(B, T, V, C_out)``."""
        return functional.relu(self.norm(self.mix(x, self.adjacency * self.mask))), None

    def take_in(self, gain: Tensor, shift: Tensor) -> None:
        """Into the projection."""
        self.mix.scale(gain, shift)


class AdaptiveGraphConvolution(Foldable):
    """Adaptive graph convolution (2s-AGCN, Eq. 3): a learned graph plus one made of each clip.

    The official code puts the learned graph on the storage of the skeleton's adjacency before it
    fills it with 1e-6, so the fixed part of the sum is that constant and not the skeleton.
    """

    FIXED = 1e-6
    START_GAIN = 1e-6
    """Of the normalisation: a new block is (nearly) its shortcut."""

    def __init__(self, config: STTRConfig, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.compared = channels_out // KEY_SHARE
        self.learned = nn.Parameter(
            torch.full((PARTITIONS, config.joints, config.joints), self.FIXED)
        )
        self.compare = nn.Linear(channels_in, PARTITIONS * 2 * self.compared)
        self.mix = GraphMix(channels_in, channels_out)
        self.norm: nn.Module = ChannelNorm(channels_out)
        changes = channels_in != channels_out
        self.shortcut = ProjectNorm(channels_in, channels_out) if changes else nn.Identity()
        nn.init.normal_(self.compare.weight, 0, math.sqrt(2 / self.compared))
        nn.init.zeros_(self.compare.bias)
        nn.init.normal_(
            self.mix.project.weight, 0, math.sqrt(2 / (channels_out * channels_in * PARTITIONS))
        )
        nn.init.zeros_(self.mix.bias)
        nn.init.constant_(self.norm.weight, self.START_GAIN)
        if isinstance(self.shortcut, ProjectNorm):
            nn.init.kaiming_normal_(self.shortcut.project.weight, mode="fan_out")
            nn.init.zeros_(self.shortcut.project.bias)

    def forward(self, x: Tensor) -> BlockOutput:
        """``(B, T, V, C_in)`` -> ``(B, T, V, C_out)``."""
        batch, frames, joints, _ = x.shape
        # (B, T, V, 3*2*D) -> (2, B, 3, V, T*D)
        compared = self.compare(x).view(batch, frames, joints, PARTITIONS, 2, self.compared)
        told, asked = compared.permute(4, 0, 3, 2, 1, 5).flatten(start_dim=4)
        alike = told @ asked.transpose(-1, -2) / (frames * self.compared)
        graph = torch.softmax(alike, dim=-2) + (self.learned + self.FIXED)
        return functional.relu(self.norm(self.mix(x, graph)) + self.shortcut(x)), None

    def take_in(self, gain: Tensor, shift: Tensor) -> None:
        """Into the projection."""
        self.mix.scale(gain, shift)


class TemporalConvolution(nn.Module):
    """TCN: dropout, convolution of each joint along time, BN, ReLU (ST-GCN)."""

    def __init__(self, channels: int, *, kernel: int, stride: int, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.conv = TemporalConvNorm(channels, channels, kernel=kernel, stride=stride, dilation=1)
        start_he(self.conv.conv)

    def forward(self, x: Tensor) -> BlockOutput:
        """``(B, T, V, C)`` -> ``(B, ceil(T / stride), V, C)``."""
        return functional.relu(self.conv(self.dropout(x))), None


class Shortcut(nn.Module):
    """Around what changes width or rate: projection of every stride-th frame, BN, ReLU."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.project = ProjectNorm(channels_in, channels_out)
        start_he(self.project.project)

    def forward(self, x: Tensor) -> Tensor:
        """``(B, T, V, C_in)`` -> ``(B, ceil(T / stride), V, C_out)``."""
        return functional.relu(self.project(x[:, :: self.stride]))


def drop_attention(attention: Tensor, share: float) -> Tensor:
    """DropAttention (Zehui et al. 2019): hide keys from all who ask, spread the rest to sum one.

    Args:
        attention: ``(..., I, J)``, rows sum to one.
        share: How many of the keys J to hide.

    Returns:
        The same shape.
    """
    hidden_once = attention[..., :1, :]
    kept = attention * torch.bernoulli(torch.full_like(hidden_once, 1 - share))
    return kept / (kept.sum(dim=-1, keepdim=True) + 1e-8)


class SelfAttention(Foldable):
    """Multi-head self-attention, its skip connection, BN, ReLU (paper Eq. 1 and 2)."""

    def __init__(
        self, config: STTRConfig, channels_in: int, channels_out: int, *, stride: int = 1
    ) -> None:
        super().__init__()
        self.heads = config.heads
        self.dropout = config.attention_dropout
        self.key_channels = channels_out // KEY_SHARE
        self.key_scale = (self.key_channels // self.heads) ** -0.5
        self.query_key_value = JointNormProject(
            config.joints,
            channels_in,
            2 * self.key_channels + channels_out,
            stride=stride,
            joins=config.joins_frames,
        )
        self.output = nn.Linear(channels_out, channels_out)
        self.norm: nn.Module = ChannelNorm(channels_out)
        self.skip_gain: Tensor | None
        self.register_buffer("skip_gain", None)

    def _mixed(self, projected: Tensor, order: tuple[int, ...]) -> tuple[Tensor, Tensor]:
        """Attend along one axis.

        Args:
            projected: ``(B, T, V, 2*D + C)`` queries, keys, values.
            order: How to bring ``(B, T, V, H, d)`` to ``(B, others, H, attended, d)``; undone
                afterwards by the same.

        Returns:
            ``(B, T, V, C)`` and the maps ``(B, others, H, attended, attended)``.
        """
        sizes = [self.key_channels, self.key_channels, projected.shape[-1] - 2 * self.key_channels]
        query, key, value = (
            each.reshape(*each.shape[:3], self.heads, -1).permute(order)
            for each in torch.split(projected, sizes, dim=-1)
        )
        if self.key_scale != 1:
            query = query * self.key_scale
        attention = torch.softmax(query @ key.transpose(-1, -2), dim=-1)
        kept = attention
        if self.training and self.dropout > 0:
            kept = drop_attention(attention, self.dropout)
        back = tuple(order.index(axis) for axis in range(len(order)))
        return (kept @ value).permute(back).flatten(start_dim=3), attention

    def _finished(self, mixed: Tensor, skip: Tensor | None) -> Tensor:
        """Output projection, skip connection, normalisation, ReLU."""
        result = self.output(mixed)
        if skip is not None:
            gain = self.skip_gain
            result = result + (skip if gain is None else skip * gain)
        return functional.relu(self.norm(result))

    def take_in(self, gain: Tensor, shift: Tensor) -> None:
        """Into the output's projection, and the key scale into that of queries and keys."""
        scale_outputs(self.output, gain, shift)
        self.skip_gain = gain.float()
        self.query_key_value.project.weight[: self.key_channels] *= self.key_scale
        self.query_key_value.bias[..., : self.key_channels] *= self.key_scale
        self.key_scale = 1.0


class SpatialSelfAttention(SelfAttention):
    """SSA: the joints of each frame attend to one another (paper section 2.1)."""

    def __init__(self, config: STTRConfig, channels_in: int, channels_out: int) -> None:
        super().__init__(config, channels_in, channels_out)
        self.skips = channels_in == channels_out

    def forward(self, x: Tensor) -> BlockOutput:
        """``(B, T, V, C_in)`` -> ``(B, T, V, C_out)`` and ``(B, T, H, V, V)``."""
        mixed, attention = self._mixed(self.query_key_value(x), (0, 1, 3, 2, 4))
        return self._finished(mixed, x if self.skips else None), attention


class TemporalSelfAttention(SelfAttention):
    """TSA: the moments of each joint attend to one another (paper section 2.2).

    With a stride of 2 queries, keys and values are all at the halved rate.
    """

    def __init__(self, config: STTRConfig, channels: int, stride: int) -> None:
        super().__init__(config, channels, channels, stride=stride)
        self.shortcut = Shortcut(channels, channels, stride) if stride > 1 else nn.Identity()

    def forward(self, x: Tensor) -> BlockOutput:
        """``(B, T, V, C)`` -> ``(B, S, V, C)`` and ``(B, V, H, S, S)``, S = ceil(T / stride)."""
        mixed, attention = self._mixed(self.query_key_value(x), (0, 2, 3, 1, 4))
        return self._finished(mixed, self.shortcut(x)), attention
