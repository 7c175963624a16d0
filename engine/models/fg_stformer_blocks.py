"""FG-STFormer's spatial and temporal blocks (Gao et al., ACCV 2022, sections 3.1, 3.3 and 3.4).

What was decided where the paper leaves a choice is told in ``engine.models.fg_stformer``.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.architectures.fg_stformer import FGSTFormerConfig, Temporal
from engine.models.layers import NEGATIVE_SLOPE, ProjectNorm, TemporalConvNorm, sinusoid


class SpatialAttention(nn.Module):
    """Attention of target nodes to source nodes of the same frame, projected back to C channels.

    Serves self-attention (targets = sources) and joint-part cross-attention.
    """

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.key_channels = max(channels // 4, 4)
        self.query = nn.Linear(channels, heads * self.key_channels)
        self.key = nn.Linear(channels, heads * self.key_channels)
        self.value = nn.Linear(channels, heads * channels)
        # torch's own start is so small that every map would begin, and often stay, uniform
        nn.init.xavier_uniform_(self.query.weight)
        nn.init.xavier_uniform_(self.key.weight)

    def forward(
        self, target: Tensor, source: Tensor, value: Tensor, shared: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Attend.

        Args:
            target: ``(B, T, I, C)`` features that ask.
            source: ``(B, T, J, C)`` features that are compared with.
            value: ``(B, T, J, C)`` features that are passed on.
            shared: A map added after the softmax, broadcastable to ``(B, T, H, I, J)``, or None.

        Returns:
            ``(B, T, I, C)`` and the softmax maps ``(B, T, H, I, J)``.
        """
        batch, frames, asking, channels = target.shape
        sources = source.shape[2]
        # (B, T, I, H*D) -> (B, T, H, I, D)
        query = self.query(target).view(batch, frames, asking, self.heads, self.key_channels)
        key = self.key(source).view(batch, frames, sources, self.heads, self.key_channels)
        query = query.transpose(2, 3) * self.key_channels**-0.5
        attention = torch.softmax(query @ key.permute(0, 1, 3, 4, 2), dim=-1)
        mixing = attention if shared is None else attention + shared
        # (B, T, H, I, J) -> (B, T, I, J*H), beside (B, T, J, H*C) -> (B, T, J*H, C)
        mixing = mixing.permute(0, 1, 3, 4, 2).reshape(batch, frames, asking, sources * self.heads)
        values = self.value(value).view(batch, frames, sources * self.heads, channels)
        return mixing @ values, attention


class FeedForward(nn.Module):
    """Residual, activation, projection, residual, activation: the tail of every spatial block."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.attended_norm = nn.BatchNorm1d(channels)
        self.project = ProjectNorm(channels, channels)

    def forward(self, x: Tensor, attended: Tensor) -> Tensor:
        """Both ``(B, T, V, C)``; returns the same shape."""
        normed = self.attended_norm(attended.reshape(-1, x.shape[-1])).view(x.shape)
        x = functional.leaky_relu(x + normed, NEGATIVE_SLOPE)
        return functional.leaky_relu(x + self.project(x), NEGATIVE_SLOPE)


class SFormer(nn.Module):
    """Basic-SFormer block (paper Fig. 3a) with the shared map of [38]."""

    def __init__(self, channels: int, nodes: int, heads: int) -> None:
        super().__init__()
        self.attention = SpatialAttention(channels, heads)
        self.feed_forward = FeedForward(channels)
        self.shared_map = nn.Parameter(torch.full((heads, nodes, nodes), 1.0 / nodes))
        self.register_buffer("encoding", sinusoid(nodes, channels), persistent=False)
        self.encoding: Tensor

    def forward(self, x: Tensor, nodes: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Attend among the nodes of each frame.

        Args:
            x: ``(B, T, V, C)``, or ``(B, T, K, C)`` of chosen nodes.
            nodes: ``(B, T, K)`` int64, which node each slot holds; None when the slots are the
                nodes.

        Returns:
            The shape of ``x``, and the softmax maps ``(B, T, H, V, V)``.
        """
        encoded = x + self.encoded(nodes)
        shared: Tensor = self.shared_map
        if nodes is not None:
            # A_g[h, idx_i, idx_j] of each frame: (B, T, K, K, H) -> (B, T, H, K, K)
            by_pair = self.shared_map.permute(1, 2, 0)
            shared = by_pair[nodes.unsqueeze(-1), nodes.unsqueeze(-2)].permute(0, 1, 4, 2, 3)
        attended, attention = self.attention(encoded, encoded, x, shared)
        return self.feed_forward(x, attended), attention

    def encoded(self, nodes: Tensor | None) -> Tensor:
        """Position encoding ``(B, T, K, C)`` of nodes ``(B, T, K)``, or ``(V, C)`` of all."""
        return self.encoding if nodes is None else self.encoding[nodes]


class CrossSFormer(nn.Module):
    """JP-CA (paper Fig. 3b, Eq. 4): one branch asks, the other answers."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.attention = SpatialAttention(channels, heads)
        self.feed_forward = FeedForward(channels)

    def forward(
        self, target: Tensor, source: Tensor, encodings: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Ask.

        Args:
            target: ``(B, T, I, C)``.
            source: ``(B, T, J, C)``.
            encodings: Of both, broadcastable to their shapes.

        Returns:
            ``(B, T, I, C)`` and the maps ``(B, T, H, I, J)``.
        """
        attended, attention = self.attention(
            target + encodings[0], source + encodings[1], source, None
        )
        return self.feed_forward(target, attended), attention


class TFormer(nn.Module):
    """FG-TFormer block (paper Fig. 4, Eq. 5): dilated convolutions give attention its values."""

    def __init__(self, config: FGSTFormerConfig, layer: int) -> None:
        super().__init__()
        width_in = config.widths[max(layer - 1, 0)]
        width_out = config.widths[layer]
        self.stride = 2 if layer in config.halving_layers else 1
        self.heads = len(config.dilations)
        self.head_channels = width_out // self.heads
        self.attends = config.temporal is not Temporal.CONVOLUTION
        self.convolves = config.temporal is not Temporal.ATTENTION
        if self.attends:
            self.query_key = nn.Linear(width_in, 2 * width_out)
        self.values = nn.ModuleList(
            TemporalConvNorm(
                width_in,
                self.head_channels,
                kernel=config.temporal_kernel,
                stride=self.stride,
                dilation=dilation,
            )
            if self.convolves
            else ProjectNorm(width_in, self.head_channels)
            for dilation in config.dilations
        )
        if self.attends:
            self.head_out = nn.ModuleList(
                nn.Linear(self.head_channels, self.head_channels, bias=False)
                for _ in config.dilations
            )
        self.output = ProjectNorm(width_out, width_out)
        changes = self.stride != 1 or width_in != width_out
        self.shortcut = ProjectNorm(width_in, width_out) if changes else nn.Identity()
        # one row a frame of the input, enough for every layer
        self.register_buffer("encoding", sinusoid(config.frames, width_in), persistent=False)
        self.encoding: Tensor

    def forward(self, x: Tensor) -> Tensor:
        """``(B, T, V, C_in)`` -> ``(B, T / stride, V, C_out)``."""
        encoded = x + self.encoding[: x.shape[1]].unsqueeze(1)
        fused = [value(encoded) for value in self.values]
        if self.attends:
            attention = self.attention(encoded)
            for head, value in enumerate(fused):
                across = attention[:, :, head] @ self.head_out[head](value).transpose(1, 2)
                # the convolutions' own result is added, plain values are not
                passed = across.transpose(1, 2)
                fused[head] = passed + value if self.convolves else passed
        joined = self.output(torch.cat(fused, dim=-1))
        shortcut = self.shortcut(x[:, :: self.stride])
        result: Tensor = functional.leaky_relu(joined, NEGATIVE_SLOPE) + shortcut
        return result

    def attention(self, encoded: Tensor) -> Tensor:
        """``(B, T, V, C_in)`` -> maps ``(B, V, H, T / stride, frames of the values)``."""
        batch, _, nodes, _ = encoded.shape
        # plain values are there for every frame: every frame is asked
        seen = encoded[:, :: self.stride] if self.convolves else encoded
        query_key = self.query_key(seen)
        # (B, T, V, 2*H*D) -> (2, B, V, H, T, D)
        query, key = query_key.view(
            batch, seen.shape[1], nodes, 2, self.heads, self.head_channels
        ).permute(3, 0, 2, 4, 1, 5)
        if not self.convolves:
            query = query[..., :: self.stride, :]
        query = query * self.head_channels**-0.5
        return torch.softmax(query @ key.transpose(-1, -2), dim=-1)
