"""SEM-Net: skeletons from the semantic perspective (Shi et al.: What and Where, section 3.1).

The paper leaves the wiring to a supplement that is not public. Of the arrangements of its parts,
one gives all ten counts of its Tables 1 and 2 to the printed digit (a test prints them), and this
is it: eight blocks, time halved in blocks 3, 5 and 7; four heads whose queries and keys have a
quarter of the block's width; values are the features themselves, the heads' results side by side
projected to the block's width; a 1x1 convolution before the branches of the feed-forward layer; a
shortcut around the attention and one around the whole block. What the counts do not settle:

* Equation 6 sums embeddings over frames. They are averaged instead: a sum over 128 frames drives
  the softmax to zeros and ones. An average commutes with the linear embedding, so the average of
  the features is embedded, not every frame: equal, and a fifth of the network's work is saved.
* The order inside the softmax is the paper's: ``softmax((beta Q K' + alpha) / sqrt(C_e))``, one
  ``beta`` a head. With ``tanh`` the map is DSTA-Net's, ``beta tanh(Q K' / C_e) + alpha``.
* ``beta`` starts at one, ``alpha`` so that every joint gives half of its attention to itself. From
  an even start each head passes the same average on to all joints, and the normalisation after it
  raises the little that this says to unit variance: the joints grow alike. Trained on clips with
  one moving joint, such networks learn less surely and their focus maps do not find the joint; from
  the half they do.
* Joints are told apart by the sine and cosine encoding of their index, added before the embedding
  in every block, as in DSTA-Net by the same authors. The paper does not mention it; without it,
  joints with equal features would get equal maps however different they are.
* Batch normalisation follows each projection, LeakyReLU each sum and the 1x1 convolution of the
  feed-forward layer (DSTA-Net). Its branches share one normalisation after they are joined.
* Features are averaged over frames, joints and people before the one linear layer.
* Projections start as torch's own (fan-in), queries and keys at Xavier's values, or every map would
  begin uniform. DSTA-Net's fan-out start would multiply the variance eightfold in each block, which
  only batch statistics undo: a new network's features would not stay bounded in evaluation mode.
  The classifier starts at Xavier's values (DSTA-Net).
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.architectures.sem_net import EMBEDDED_SHARE, Attention, SEMNetConfig, Squash
from engine.models.layers import (
    NEGATIVE_SLOPE,
    ChannelNorm,
    Foldable,
    PooledClassifier,
    ProjectNorm,
    scale_outputs,
    sinusoid,
)


class SEMNetOutput(NamedTuple):
    """Logits and what explains them. S is the number of steps after the last block, H of heads."""

    logits: Tensor
    """``(N, classes)``."""
    class_activations: Tensor
    """``(N, M, S, V, classes)``: each place's share in each logit, before averaging."""
    spatial_attention: Tensor | None
    """Weights with which joints (rows) pass on others' features (columns): ``(N, M, blocks, H, V,
    V)`` of every block for cross-frame attention, ``(N, M, S', H, V, V)`` of the last block's S'
    input steps for single-frame, None for unified."""


class JointAttention(nn.Module):
    """The heads of one block: GR-CFSA (paper Fig. 3, Eq. 4, 6 and 7) or what Table 1 compares."""

    def __init__(self, config: SEMNetConfig, width_in: int, width_out: int) -> None:
        super().__init__()
        self.attention, self.squash = config.attention, config.squash
        self.is_cross_frame = config.is_cross_frame
        self.heads = config.heads
        self.embedded = width_out // EMBEDDED_SHARE
        self.embed = nn.Linear(width_in, 2 * self.heads * self.embedded)
        nn.init.xavier_uniform_(self.embed.weight)
        self.is_regularised = config.attention is Attention.CROSS_FRAME_REGULARISED
        if self.is_regularised:
            start = inherent_start(config.joints, self.embedded, config.squash)
            self.inherent = nn.Parameter(start.repeat(self.heads, 1, 1))
            self.balance = nn.Parameter(torch.ones(self.heads, 1, 1))
        self.register_buffer("encoding", sinusoid(config.joints, width_in), persistent=False)
        self.encoding: Tensor

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Gather the features of other joints.

        Args:
            x: ``(B, T, V, C)``.

        Returns:
            ``(B, T, V, H * C)`` and the maps ``(B, F, H, I, I)``: F is T for single frames, else 1;
            I is T * V for unified attention, else V.
        """
        batch, frames, nodes, channels = x.shape
        values = x
        if self.is_cross_frame:
            asking = x.mean(dim=1, keepdim=True) + self.encoding
        else:
            asking = x + self.encoding
        if self.attention is Attention.UNIFIED:
            asking = asking.reshape(batch, 1, frames * nodes, channels)
            values = x.reshape(batch, 1, frames * nodes, channels)
        maps = self.maps(asking)
        # (B, F, H, I, I) -> (B, F, I*H, I): the heads of a joint come out side by side
        rows = maps.transpose(2, 3).flatten(2, 3)
        gathered = rows @ values
        return gathered.view(batch, frames, nodes, self.heads * channels), maps

    def maps(self, asking: Tensor) -> Tensor:
        """``(B, F, I, C)`` encoded features -> ``(B, F, H, I, I)`` weights."""
        batch, groups, nodes, _ = asking.shape
        embedded = self.embed(asking).view(batch, groups, nodes, 2, self.heads, self.embedded)
        # (B, F, I, 2, H, C_e) -> (2, B, F, H, I, C_e)
        query, key = embedded.permute(3, 0, 1, 4, 2, 5)
        compared = query @ key.transpose(-1, -2)
        if self.squash is Squash.TANH:
            weights = torch.tanh(compared / self.embedded)
            return self.balance * weights + self.inherent if self.is_regularised else weights
        if self.is_regularised:
            compared = self.balance * compared + self.inherent
        return torch.softmax(compared * self.embedded**-0.5, dim=-1)


def inherent_start(joints: int, embedded: int, squash: Squash) -> Tensor:
    """What ``alpha`` starts at.

    Args:
        joints: V.
        embedded: C_e.
        squash: What the map is made with.

    Returns:
        ``(V, V)`` float32: where comparisons say nothing, a joint's own weight is a half and the
        others share the rest.
    """
    others = max(joints - 1, 1)
    if squash is Squash.TANH:
        own, other = 0.5, 0.5 / others
    else:
        own, other = math.log(others) * math.sqrt(embedded), 0.0
    return torch.full((joints, joints), other).fill_diagonal_(own)


class TemporalBranches(Foldable):
    """Convolutions along time side by side, each on its share of the channels (paper Fig. 4).

    Padding keeps step j of the output centred on step ``stride * j`` of the input.
    """

    def __init__(
        self, channels: int, kernels: tuple[int, ...], dilations: tuple[int, ...], stride: int
    ) -> None:
        super().__init__()
        share = channels // len(kernels)
        self.branches = nn.ModuleList(
            nn.Conv2d(
                share,
                share,
                kernel_size=(kernel, 1),
                stride=(stride, 1),
                padding=(dilation * (kernel - 1) // 2, 0),
                dilation=(dilation, 1),
            )
            for kernel, dilation in zip(kernels, dilations, strict=True)
        )
        self.norm: nn.Module = ChannelNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        """``(B, T, V, C)`` -> ``(B, T / stride, V, C)``."""
        shares = x.permute(0, 3, 1, 2).chunk(len(self.branches), dim=1)
        seen = [branch(share) for branch, share in zip(self.branches, shares, strict=True)]
        result: Tensor = self.norm(torch.cat(seen, dim=1).permute(0, 2, 3, 1))
        return result

    def take_in(self, gain: Tensor, shift: Tensor) -> None:
        """Into the convolutions, each its own share."""
        start = 0
        for branch in self.branches:
            if not isinstance(branch, nn.Conv2d):
                raise TypeError("branches are convolutions")
            own = slice(start, start + branch.out_channels)
            scale_outputs(branch, gain[own], shift[own])
            start = own.stop


class SEMBlock(nn.Module):
    """Attention between joints, then along time, with shortcuts (paper Fig. 5)."""

    def __init__(self, config: SEMNetConfig, width_in: int, block: int) -> None:
        super().__init__()
        width = config.widths[block]
        self.stride = 2 if block in config.halving_blocks else 1
        self.attend = JointAttention(config, width_in, width)
        self.join = ProjectNorm(config.heads * width_in, width)
        widens = width_in != width
        self.around_attention = ProjectNorm(width_in, width) if widens else nn.Identity()
        self.divide = ProjectNorm(width, width)
        self.in_time = TemporalBranches(width, config.kernels, config.dilations, self.stride)
        changes = widens or self.stride != 1
        self.around_block = ProjectNorm(width_in, width) if changes else nn.Identity()

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Pass one block.

        Args:
            x: ``(B, T, V, C_in)``.

        Returns:
            ``(B, T / stride, V, C_out)`` and the maps of ``JointAttention``.
        """
        gathered, maps = self.attend(x)
        attended = _activate(self.join(gathered) + self.around_attention(x))
        moved = self.in_time(_activate(self.divide(attended)))
        return _activate(moved + self.around_block(x[:, :: self.stride])), maps


class SEMNet(nn.Module):
    """The whole network."""

    def __init__(self, config: SEMNetConfig) -> None:
        super().__init__()
        self.config = config
        first = config.widths[0]
        self.stem = ProjectNorm(config.channels, first)
        self.blocks = nn.ModuleList(
            SEMBlock(config, width_in, block)
            for block, width_in in enumerate((first, *config.widths[:-1]))
        )
        self.classifier = PooledClassifier(config.widths[-1], config.classes, config.dropout)
        nn.init.xavier_normal_(self.classifier.linear.weight)

    def forward(self, x: Tensor) -> SEMNetOutput:
        """Classify.

        Args:
            x: ``(N, C, T, V, M)`` float32, as the model card's preprocessing makes it.
        """
        batch, people = x.shape[0], x.shape[4]
        features, maps = self.features(x)
        logits, activations = self.classifier(features.view(batch, people, *features.shape[1:]))
        return SEMNetOutput(
            logits=logits,
            class_activations=activations,
            spatial_attention=self._shown(maps, batch, people),
        )

    def features(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """What is averaged and classified.

        Args:
            x: ``(N, C, T, V, M)``.

        Returns:
            ``(N * M, S, V, C)`` and the maps of each block.
        """
        batch, channels, frames, nodes, people = x.shape
        # (N, C, T, V, M) -> (N*M, T, V, C)
        features = x.permute(0, 4, 2, 3, 1).reshape(batch * people, frames, nodes, channels)
        features = _activate(self.stem(features))
        maps = []
        for block in self.blocks:
            features, of_block = block(features)
            maps.append(of_block)
        return features, maps

    def _shown(self, maps: list[Tensor], batch: int, people: int) -> Tensor | None:
        if self.config.attention is Attention.UNIFIED:
            return None
        # one map a block side by side, or the last block's of each frame
        shown = torch.cat(maps, dim=1) if self.config.is_cross_frame else maps[-1]
        return shown.view(batch, people, *shown.shape[1:])


def _activate(x: Tensor) -> Tensor:
    return functional.leaky_relu(x, NEGATIVE_SLOPE)
