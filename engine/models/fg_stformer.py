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
* Without the dilated convolution (Table 3), the values are a linear layer's, the sum of Eq. 5 over
  them is dropped, and where time is halved every second frame asks all frames: the linear layer
  would otherwise never see the frames between. Without attention, the convolutions are joined and
  projected as before. Without selection or without parts, nothing else changes.
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
from engine.models.fg_stformer_blocks import CrossSFormer, SFormer, TFormer
from engine.models.layers import NEGATIVE_SLOPE, ChannelNorm, ProjectNorm

SMALLEST_SPREAD = 0.01
"""Joints whose informativeness differs by less than this in a frame are not told apart."""


class FGSTFormerOutput(NamedTuple):
    """Logits and what stage 2 looked at. S is the number of frames of stage 2, T / 4.

    Attention is the last layer's softmax, without the shared map. Where a switch of the
    configuration removes something, it is None; where stage 2 does not select, K is V.
    """

    logits: Tensor
    """``(N, classes)``."""
    focal_scores: Tensor | None
    """``(N, M, S, V)`` informativeness of each joint, 0..1 (paper Eq. 2)."""
    focal_joints: Tensor | None
    """``(N, M, S, K)`` int64, the joints kept in each frame, ascending (Eq. 3)."""
    part_attention: Tensor | None
    """``(N, M, S, H, K, P)`` attention of focal joints to parts (Eq. 4)."""
    joint_attention: Tensor
    """``(N, M, S, H, K, K)`` attention of focal joints to each other."""
    part_joint_attention: Tensor | None
    """``(N, M, S, H, P, K)`` attention of parts to focal joints."""
    part_part_attention: Tensor | None
    """``(N, M, S, H, P, P)`` attention of parts to each other."""


class LayerMaps(NamedTuple):
    """Attention in a layer of stage 2, each ``(B, T, H, asking, asked)``."""

    joints_to_joints: Tensor
    joints_to_parts: Tensor | None
    parts_to_joints: Tensor | None
    parts_to_parts: Tensor | None


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
        self.has_parts, self.crosses = config.has_parts, config.has_cross_attention
        self.joints_attend = SFormer(width, config.joints, heads)
        if self.has_parts:
            self.parts_attend = SFormer(width, len(config.parts), heads)
        if self.crosses:
            self.joints_ask_parts = CrossSFormer(width, heads)
            self.parts_ask_joints = CrossSFormer(width, heads)
        self.joints_in_time = TFormer(config, layer)
        if self.has_parts:
            self.parts_in_time = TFormer(config, layer)

    def forward(
        self, joints: Tensor, parts: Tensor | None, nodes: Tensor | None
    ) -> tuple[Tensor, Tensor | None, LayerMaps]:
        """Pass one layer.

        Args:
            joints: ``(B, T, K, C)`` features of the chosen joints, or of all.
            parts: ``(B, T, P, C)`` features of the parts; None without that branch.
            nodes: ``(B, T, K)`` int64, which joints were chosen; None for all.

        Returns:
            Joints and parts anew, and the maps.
        """
        joints, among_joints = self.joints_attend(joints, nodes)
        if parts is None:
            maps = LayerMaps(among_joints, None, None, None)
            return self.joints_in_time(joints), None, maps
        parts, among_parts = self.parts_attend(parts)
        to_parts = to_joints = None
        if self.crosses:
            encodings = self.joints_attend.encoded(nodes), self.parts_attend.encoding
            asked, to_parts = self.joints_ask_parts(joints, parts, encodings)
            parts, to_joints = self.parts_ask_joints(parts, joints, encodings[::-1])
            joints = asked
        maps = LayerMaps(among_joints, to_parts, to_joints, among_parts)
        return self.joints_in_time(joints), self.parts_in_time(parts), maps


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
        between = config.widths[plain - 1]
        self.stage_norm = ChannelNorm(between)
        if config.selects_joints:
            self.selection = FocalSelection(between, config.focal_joints)
        if config.has_parts:
            self.part_encoding = PartEncoding(between, config.parts)
        self.focal = nn.ModuleList(
            FocalLayer(config, layer) for layer in range(plain, len(config.widths))
        )
        last = config.widths[-1]
        self.hidden = nn.Linear(2 * last if config.has_parts else last, last)
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
            features, _ = spatial(features)
            features = temporal(features)
        features = self.stage_norm(features)
        joints, scores, indices = features, None, None
        if self.config.selects_joints:
            joints, scores, indices = self.selection(features)
        parts = self.part_encoding(features) if self.config.has_parts else None
        for layer in self.focal[:-1]:
            joints, parts, _ = layer(joints, parts, indices)
        joints, parts, maps = self.focal[-1](joints, parts, indices)
        return FGSTFormerOutput(
            logits=self.classify(joints, parts, people),
            focal_scores=_if_any(scores, people),
            focal_joints=_if_any(indices, people),
            part_attention=_if_any(maps.joints_to_parts, people),
            joint_attention=_of_people(maps.joints_to_joints, people),
            part_joint_attention=_if_any(maps.parts_to_joints, people),
            part_part_attention=_if_any(maps.parts_to_parts, people),
        )

    def classify(self, joints: Tensor, parts: Tensor | None, people: int) -> Tensor:
        """Features of both branches ``(N * M, T, ., C)`` -> logits ``(N, classes)``."""
        branches = [joints] if parts is None else [joints, parts]
        pooled = torch.cat([branch.mean(dim=(1, 2)) for branch in branches], dim=-1)
        pooled = pooled.view(-1, people, pooled.shape[-1]).mean(dim=1)
        hidden = functional.leaky_relu(self.hidden(pooled), NEGATIVE_SLOPE)
        logits: Tensor = self.classifier(self.dropout(hidden))
        return logits


def _of_people(values: Tensor, people: int) -> Tensor:
    """``(N * M, ...)`` -> ``(N, M, ...)``."""
    return values.view(-1, people, *values.shape[1:])


def _if_any(values: Tensor | None, people: int) -> Tensor | None:
    return None if values is None else _of_people(values, people)
