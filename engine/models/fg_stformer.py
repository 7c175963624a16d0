"""FG-STFormer: Focal and Global Spatial-Temporal Transformer (Gao et al., ACCV 2022).

Where the paper leaves a choice open, this is what was decided:

* Width C is not divisible by three heads, so queries and keys have C/4 channels a head and the
  value is the feature itself, the heads' results projected back to C, as in DSTA-Net, whose
  regularisation the paper takes over. ``sum_h (A_h x) W_h`` is computed as ``[A_1 A_2 A_3] [x W_1;
  x W_2; x W_3]``: equal, one matrix product a frame.
* The shared map A_g is added after the softmax, one map a head, starting at 1/V; in the focal
  branch it is gathered at the chosen joints so that it stays about joints.
* Chosen joints are kept in ascending order so that one slot is as often as possible the same joint
  from frame to frame, and their features are multiplied by their scores (Graph U-Nets' gPool):
  without that, equations 2 and 3 give the projection W_p no gradient.
* Time is halved inside the temporal block of layers 3 and 5; queries, keys and the shortcut take
  every other frame then, so that all of them are centred on the same frames.
* Parts shorter than the longest repeat their last joint, so that one linear layer serves all of
  them.
* Joint-part attention encodes joints and parts as the Basic-SFormer does ("other operations in this
  sub-block are same"), and both directions read the features from before either is updated.
* Stage 2 starts with a batch normalisation of X_2. The residual stream of stage 1 is not normalised
  and grows to hundreds; put into equation 2 as it is, nearly every score comes out as 0 or 1, which
  says nothing and blocks the gradient. With channels of unit variance the scores spread over 0..1.
* The value under the sigmoid is standardised over the joints of its frame. The order of the joints,
  which is all that equation 3 uses, stays the same; but trained without it, the scores of a frame
  rise and fall together (the gradient finds informative frames, not joints) and saturate.
* Weights start as torch's layers start (fan-in): a new network's features then stay bounded in
  evaluation mode too, which DSTA-Net's fan-out start does not grant.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.architectures.fg_stformer import FGSTFormerConfig
from engine.models.layers import (
    NEGATIVE_SLOPE,
    ChannelNorm,
    ProjectNorm,
    TemporalConvNorm,
    sinusoid,
)

SMALLEST_SPREAD = 0.01
"""Joints whose informativeness differs by less than this in a frame are not told apart."""


class FGSTFormerOutput(NamedTuple):
    """Logits and what stage 2 looked at. S is the number of frames of stage 2, T / 4."""

    logits: Tensor
    """``(N, classes)``."""
    focal_scores: Tensor
    """``(N, M, S, V)`` informativeness of each joint, 0..1 (paper Eq. 2)."""
    focal_joints: Tensor
    """``(N, M, S, K)`` int64, the joints kept in each frame, ascending (Eq. 3)."""
    part_attention: Tensor
    """``(N, M, S, H, K, P)`` attention of focal joints to parts in the last layer (Eq. 4)."""


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

    def forward(self, x: Tensor, nodes: Tensor | None = None) -> Tensor:
        """Attend among the nodes of each frame.

        Args:
            x: ``(B, T, V, C)``, or ``(B, T, K, C)`` of chosen nodes.
            nodes: ``(B, T, K)`` int64, which node each slot holds; None when the slots are the
                nodes.

        Returns:
            The shape of ``x``.
        """
        if nodes is None:
            encoded = x + self.encoding
            shared: Tensor = self.shared_map
        else:
            encoded = x + self.encoding[nodes]
            # A_g[h, idx_i, idx_j] of each frame: (B, T, K, K, H) -> (B, T, H, K, K)
            by_pair = self.shared_map.permute(1, 2, 0)
            shared = by_pair[nodes.unsqueeze(-1), nodes.unsqueeze(-2)].permute(0, 1, 4, 2, 3)
        attended, _ = self.attention(encoded, encoded, x, shared)
        result: Tensor = self.feed_forward(x, attended)
        return result


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
        self.query_key = nn.Linear(width_in, 2 * width_out)
        self.values = nn.ModuleList(
            TemporalConvNorm(
                width_in,
                self.head_channels,
                kernel=config.temporal_kernel,
                stride=self.stride,
                dilation=dilation,
            )
            for dilation in config.dilations
        )
        self.head_out = nn.ModuleList(
            nn.Linear(self.head_channels, self.head_channels, bias=False) for _ in config.dilations
        )
        self.output = ProjectNorm(width_out, width_out)
        changes = self.stride != 1 or width_in != width_out
        self.shortcut = ProjectNorm(width_in, width_out) if changes else nn.Identity()
        # one row a frame of the input, enough for every layer
        self.register_buffer("encoding", sinusoid(config.frames, width_in), persistent=False)
        self.encoding: Tensor

    def forward(self, x: Tensor) -> Tensor:
        """``(B, T, V, C_in)`` -> ``(B, T / stride, V, C_out)``."""
        batch, _, nodes, _ = x.shape
        encoded = x + self.encoding[: x.shape[1]].unsqueeze(1)
        query_key = self.query_key(encoded[:, :: self.stride])
        frames = query_key.shape[1]
        # (B, T, V, 2*H*D) -> (2, B, V, H, T, D)
        query, key = query_key.view(
            batch, frames, nodes, 2, self.heads, self.head_channels
        ).permute(3, 0, 2, 4, 1, 5)
        query = query * self.head_channels**-0.5
        attention = torch.softmax(query @ key.transpose(-1, -2), dim=-1)
        fused = []
        for head in range(self.heads):
            value = self.values[head](encoded)
            across = attention[:, :, head] @ self.head_out[head](value).transpose(1, 2)
            fused.append(across.transpose(1, 2) + value)
        joined = self.output(torch.cat(fused, dim=-1))
        shortcut = self.shortcut(x[:, :: self.stride])
        result: Tensor = functional.leaky_relu(joined, NEGATIVE_SLOPE) + shortcut
        return result


class FocalSelection(nn.Module):
    """The K most informative joints of each frame (paper Eq. 2 and 3)."""

    def __init__(self, channels: int, focal_joints: int) -> None:
        super().__init__()
        self.focal_joints = focal_joints
        self.projection = nn.Parameter(torch.randn(channels) * channels**-0.5)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Choose.

        Args:
            x: ``(B, T, V, C)``.

        Returns:
            ``(B, T, K, C)`` features times scores, ``(B, T, V)`` scores, ``(B, T, K)`` int64
            joints, ascending.
        """
        informativeness = x @ (self.projection / self.projection.norm())
        joints = informativeness.topk(self.focal_joints, dim=-1).indices.sort(dim=-1).values
        apart = informativeness - informativeness.mean(dim=-1, keepdim=True)
        spread = torch.sqrt(apart.square().mean(dim=-1, keepdim=True) + SMALLEST_SPREAD**2)
        scores = torch.sigmoid(apart / spread)
        chosen = x.gather(2, joints.unsqueeze(-1).expand(-1, -1, -1, x.shape[-1]))
        return chosen * scores.gather(2, joints).unsqueeze(-1), scores, joints


class PartEncoding(nn.Module):
    """Features of the P body parts: their joints side by side through one shared linear layer."""

    def __init__(self, channels: int, parts: tuple[tuple[int, ...], ...]) -> None:
        super().__init__()
        size = max(len(part) for part in parts)
        padded = [part + (part[-1],) * (size - len(part)) for part in parts]
        self.register_buffer("joints", torch.tensor(padded).flatten(), persistent=False)
        self.joints: Tensor
        self.parts = len(parts)
        self.project = nn.Linear(size * channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """``(B, T, V, C)`` -> ``(B, T, P, C)``."""
        batch, frames, _, _ = x.shape
        side_by_side = x.index_select(2, self.joints).view(batch, frames, self.parts, -1)
        result: Tensor = self.project(side_by_side)
        return result


class FocalLayer(nn.Module):
    """One layer of stage 2: FG-SFormer on joints and parts, a temporal block on each branch."""

    def __init__(self, config: FGSTFormerConfig, layer: int) -> None:
        super().__init__()
        width = config.widths[max(layer - 1, 0)]
        heads = config.spatial_heads
        self.joints_attend = SFormer(width, config.joints, heads)
        self.parts_attend = SFormer(width, len(config.parts), heads)
        self.joints_ask_parts = CrossSFormer(width, heads)
        self.parts_ask_joints = CrossSFormer(width, heads)
        self.joints_in_time = TFormer(config, layer)
        self.parts_in_time = TFormer(config, layer)

    def forward(
        self, joints: Tensor, parts: Tensor, nodes: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Pass one layer.

        Args:
            joints: ``(B, T, K, C)`` features of the chosen joints.
            parts: ``(B, T, P, C)`` features of the parts.
            nodes: ``(B, T, K)`` int64, which joints were chosen.

        Returns:
            Joints and parts anew, and the part-to-joint maps ``(B, T, H, K, P)``.
        """
        joints = self.joints_attend(joints, nodes)
        parts = self.parts_attend(parts)
        encodings = self.joints_attend.encoding[nodes], self.parts_attend.encoding
        asked, attention = self.joints_ask_parts(joints, parts, encodings)
        parts, _ = self.parts_ask_joints(parts, joints, encodings[::-1])
        return self.joints_in_time(asked), self.parts_in_time(parts), attention


class FGSTFormer(nn.Module):
    """The whole network."""

    def __init__(self, config: FGSTFormerConfig) -> None:
        super().__init__()
        self.config = config
        first = config.widths[0]
        self.stem = ProjectNorm(config.channels, first)
        plain = len(config.widths) - config.focal_layers
        inputs = (first, *config.widths)
        self.spatial = nn.ModuleList(
            SFormer(inputs[layer], config.joints, config.spatial_heads) for layer in range(plain)
        )
        self.temporal = nn.ModuleList(TFormer(config, layer) for layer in range(plain))
        self.stage_norm = ChannelNorm(config.widths[plain - 1])
        self.selection = FocalSelection(config.widths[plain - 1], config.focal_joints)
        self.part_encoding = PartEncoding(config.widths[plain - 1], config.parts)
        self.focal = nn.ModuleList(
            FocalLayer(config, layer) for layer in range(plain, len(config.widths))
        )
        last = config.widths[-1]
        self.hidden = nn.Linear(2 * last, last)
        self.dropout = nn.Dropout(config.dropout)
        self.classifier = nn.Linear(last, config.classes)
        nn.init.xavier_normal_(self.hidden.weight)
        nn.init.xavier_normal_(self.classifier.weight)

    def forward(self, x: Tensor) -> FGSTFormerOutput:
        """Classify.

        Args:
            x: ``(N, C, T, V, M)`` float32, as the model card's preprocessing makes it.
        """
        batch, channels, frames, nodes, people = x.shape
        # (N, C, T, V, M) -> (N*M, T, V, C)
        features = x.permute(0, 4, 2, 3, 1).reshape(batch * people, frames, nodes, channels)
        features = functional.leaky_relu(self.stem(features), NEGATIVE_SLOPE)
        for spatial, temporal in zip(self.spatial, self.temporal, strict=True):
            features = temporal(spatial(features))
        features = self.stage_norm(features)
        joints, scores, indices = self.selection(features)
        parts = self.part_encoding(features)
        attention = scores  # replaced below: stage 2 has at least one layer
        for layer in self.focal:
            joints, parts, attention = layer(joints, parts, indices)
        pooled = torch.cat((joints.mean(dim=(1, 2)), parts.mean(dim=(1, 2))), dim=-1)
        pooled = pooled.view(batch, people, -1).mean(dim=1)
        hidden = functional.leaky_relu(self.hidden(pooled), NEGATIVE_SLOPE)
        return FGSTFormerOutput(
            logits=self.classifier(self.dropout(hidden)),
            focal_scores=scores.view(batch, people, *scores.shape[1:]),
            focal_joints=indices.view(batch, people, *indices.shape[1:]),
            part_attention=attention.view(batch, people, *attention.shape[1:]),
        )
