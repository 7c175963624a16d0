"""ST-TR: Spatial Temporal Transformer Network (Plizzari et al., ICPR Workshops 2021), two streams.

Where the paper and its code leave a choice open or disagree, this is what was decided:

* Values have the full width C and queries and keys C/4, as in the code; the paper says C/4 for all
  three, but its own table of parameters and all published weights have the former.
* The centre of the spatial partition is the root of the layout, so that a joint's parent is always
  the nearer one, on every layout. For Kinect v2 this is the code's graph, edge for edge.
* The attention units are those from the fourth on, whatever the widths; the code asks for a width
  of 128, or 256 where widths are doubled, which says the same of its own two sets of widths.
* The code carries a normalisation ``person_bn`` that nothing passes through. Its parameters are
  part of the published totals, so it is here too, as ``unused_norm``, frozen and never called.
* Dropout comes before the temporal convolutions, where the code has it; there is none before the
  classifier.
* In units that halve the time, T-TR projects two frames to one where the number of joints is odd
  and every other frame alone where it is even: an accident of the code that its weights preserve.
* The first normalisation is not folded for inference: on the raw coordinates it costs nothing.
"""

from typing import NamedTuple

from torch import Tensor, cat, nn

from engine.architectures.st_tr import SPATIAL, TEMPORAL, STTRConfig
from engine.models.layers import PooledClassifier
from engine.models.st_tr_units import (
    AdaptiveGraphConvolution,
    BlockOutput,
    GraphConvolution,
    JointNorm,
    Shortcut,
    SpatialSelfAttention,
    TemporalConvolution,
    TemporalSelfAttention,
    start_he,
)


class STTROutput(NamedTuple):
    """Logits and where the last unit looked. S is the number of its frames, about T / 4."""

    logits: Tensor
    """``(N, K)``."""
    class_activations: Tensor
    """``(N, M, S, V, K)`` share of each place in each logit, before the mean."""
    spatial_attention: Tensor | None = None
    """``(N, M, S, H, V, V)`` of S-TR: rows ask, columns are asked. It comes before the unit's
    convolution: twice as many steps, should the last unit halve them."""
    temporal_attention: Tensor | None = None
    """``(N, M, V, H, S, S)`` of T-TR: rows ask, columns are asked."""


class Unit(nn.Module):
    """A spatial block, a temporal block, and the input added to the result without activation."""

    def __init__(self, config: STTRConfig, unit: int) -> None:
        super().__init__()
        width_in = config.widths[max(unit - 1, 0)]
        if unit == config.plain_units and config.concat_original:
            width_in += config.channels
        width_out = config.widths[unit]
        stride = 2 if unit in config.halving_units else 1
        attends = unit >= config.plain_units
        self.spatial: nn.Module
        self.temporal: nn.Module
        if attends and config.kind == SPATIAL:
            self.spatial = SpatialSelfAttention(config, width_in, width_out)
        else:
            self.spatial = graph_block(config, width_in, width_out)
        if attends and config.kind == TEMPORAL:
            self.temporal = TemporalSelfAttention(config, width_out, stride)
        else:
            self.temporal = TemporalConvolution(
                width_out,
                kernel=config.temporal_kernel,
                stride=stride,
                dropout=config.convolution_dropout,
            )
        changes = width_in != width_out or stride != 1
        self.shortcut = Shortcut(width_in, width_out, stride) if changes else nn.Identity()

    def forward(self, x: Tensor) -> BlockOutput:
        """``(B, T, V, C_in)`` -> ``(B, S, V, C_out)``, and the attention of the block with some."""
        inside, spatial = self.spatial(x)
        inside, temporal = self.temporal(inside)
        return inside + self.shortcut(x), temporal if spatial is None else spatial


def graph_block(config: STTRConfig, channels_in: int, channels_out: int) -> nn.Module:
    """The graph convolution that the configuration asks for."""
    kind = AdaptiveGraphConvolution if config.adaptive else GraphConvolution
    return kind(config, channels_in, channels_out)


class STTR(nn.Module):
    """S-TR or T-TR, as the configuration's kind says."""

    def __init__(self, config: STTRConfig) -> None:
        super().__init__()
        self.config = config
        first, last = config.widths[0], config.widths[-1]
        self.input_norm = JointNorm(config.people * config.joints * config.channels)
        self.stem_spatial = graph_block(config, config.channels, first)
        self.stem_temporal = TemporalConvolution(
            first, kernel=config.temporal_kernel, stride=1, dropout=0.0
        )
        self.units = nn.ModuleList(Unit(config, unit) for unit in range(len(config.widths)))
        self.unused_norm = nn.BatchNorm1d(last).requires_grad_(False)
        self.head = PooledClassifier(last, config.classes)
        start_he(self.head.linear)

    def forward(self, x: Tensor) -> STTROutput:
        """Classify.

        Args:
            x: ``(N, C, T, V, M)`` float32, as the model card's preprocessing makes it.
        """
        batch, _, _, _, people = x.shape
        original = x.permute(0, 2, 4, 3, 1)  # (N, T, M, V, C): the normalisation's M*V*C features
        features = _of_each_person(self.input_norm(original))
        features, _ = self.stem_spatial(features)
        features, _ = self.stem_temporal(features)
        attention = features  # replaced below: the last unit attends
        for number, unit in enumerate(self.units):
            if number == self.config.plain_units and self.config.concat_original:
                features = cat((features, _of_each_person(original)), dim=-1)
            features, attention = unit(features)
        logits, activations = self.head(features.unflatten(0, (batch, people)))
        attention = attention.unflatten(0, (batch, people))
        if self.config.kind == SPATIAL:
            return STTROutput(logits, activations, spatial_attention=attention)
        return STTROutput(logits, activations, temporal_attention=attention)


def _of_each_person(x: Tensor) -> Tensor:
    """``(N, T, M, V, C)`` -> ``(N*M, T, V, C)``."""
    return x.transpose(1, 2).flatten(end_dim=1)
