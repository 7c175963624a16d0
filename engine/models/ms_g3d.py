"""MS-G3D: disentangled multi-scale graph convolutions (Liu et al., CVPR 2020), as published.

Activations are ``(B, C, V, T)`` here, B = N * M, joints before time: not channels last as in the
other networks, because this is what runs fastest. Joints are mixed by a matrix from the left with
time contiguous, scales and frames of a window lie beside the channels they belong to, so that every
projection is a 1 x 1 convolution of a view, and nothing is ever permuted between the input and the
classifier.

The input's normalisation takes any number of channels; the official code assumes three.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.architectures.stf import BRANCHES, MSG3DConfig
from engine.models.layers import Foldable, PooledClassifier, scale_outputs
from engine.models.window_graph import GraphConvolution

DILATIONS = (1, 2, 3, 4)
"""Of the convolving branches of a multi-scale temporal convolution; two more do not convolve."""


class MSG3DOutput(NamedTuple):
    """Logits and what they are made of. S is the number of steps of the last block, T / 4."""

    logits: Tensor
    """``(N, K)``."""
    class_activations: Tensor
    """``(N, M, S, V, K)`` share of every place in every logit."""


class ConvNorm(Foldable):
    """Convolution of ``(B, C, V, T)`` along time, then batch normalisation.

    Padding keeps step j of the output centred on step ``stride * j`` of the input.
    """

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        *,
        kernel: int = 1,
        stride: int = 1,
        dilation: int = 1,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            channels_in,
            channels_out,
            kernel_size=(1, kernel),
            stride=(1, stride),
            padding=(0, dilation * (kernel - 1) // 2),
            dilation=(1, dilation),
        )
        self.norm: nn.Module = nn.BatchNorm2d(channels_out)

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C_in, V, T)`` -> ``(B, C_out, V, ceil(T / stride))``."""
        result: Tensor = self.norm(self.conv(x))
        return result

    def take_in(self, gain: Tensor, shift: Tensor) -> None:
        """Into the convolution."""
        scale_outputs(self.conv, gain, shift)


class TemporalBranches(nn.Module):
    """MS-TCN (paper Fig. 3c): six branches of a sixth of the channels, and a shortcut."""

    def __init__(
        self, channels_in: int, channels_out: int, *, stride: int = 1, activates: bool = True
    ) -> None:
        super().__init__()
        width = channels_out // BRANCHES
        self.activates = activates
        self.narrow = nn.ModuleList(ConvNorm(channels_in, width) for _ in DILATIONS)
        self.dilated = nn.ModuleList(
            ConvNorm(width, width, kernel=3, stride=stride, dilation=dilation)
            for dilation in DILATIONS
        )
        self.before_pool = ConvNorm(channels_in, width)
        self.pool = nn.MaxPool2d(kernel_size=(1, 3), stride=(1, stride), padding=(0, 1))
        self.after_pool = nn.BatchNorm2d(width)
        self.plain = ConvNorm(channels_in, width, stride=stride)
        changes = stride != 1 or channels_in != channels_out
        self.shortcut = (
            ConvNorm(channels_in, channels_out, stride=stride) if changes else nn.Identity()
        )

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C_in, V, T)`` -> ``(B, C_out, V, ceil(T / stride))``."""
        branches = [
            dilated(functional.relu(narrow(x)))
            for narrow, dilated in zip(self.narrow, self.dilated, strict=True)
        ]
        branches.append(self.after_pool(self.pool(functional.relu(self.before_pool(x)))))
        branches.append(self.plain(x))
        result: Tensor = torch.cat(branches, dim=1) + self.shortcut(x)
        return functional.relu(result) if self.activates else result


class WindowPath(nn.Module):
    """A G3D of one window size: graph convolution, then the window becomes one frame."""

    def __init__(
        self, config: MSG3DConfig, channels: tuple[int, int, int], window: int, stride: int
    ) -> None:
        super().__init__()
        first, middle, last = channels
        self.graph = GraphConvolution(config, (first, middle), window=window, stride=stride)
        self.collapse = ConvNorm(middle * window, last)

    def forward(self, x: Tensor, graphs: Tensor | None) -> Tensor:
        """``(B, C_in, V, T)`` -> ``(B, C_out, V, ceil(T / stride))``."""
        result: Tensor = self.collapse(self.graph(x, graphs))
        return result


class BlockPass(NamedTuple):
    """What a block makes of its input, all ``(B, C_out, V, ceil(T / stride))``."""

    features: Tensor
    """Its result."""
    joined: Tensor
    """The sum of its pathways."""
    pathways: tuple[Tensor, Tensor]
    """What each finds, without activation."""


class STGCBlock(nn.Module):
    """Two pathways side by side (paper Fig. 3a): space then time, and both at once."""

    def __init__(self, config: MSG3DConfig, block: int) -> None:
        super().__init__()
        is_first = block == 0
        width_in = config.channels if is_first else config.widths[block - 1]
        width_out = config.widths[block]
        # the first block widens in its graph convolutions, the others after them
        middle = width_out if is_first else width_in
        stride = 1 if is_first else 2
        self.graph = GraphConvolution(config, (width_in, middle))
        self.first_in_time = TemporalBranches(middle, width_out, stride=stride)
        self.second_in_time = TemporalBranches(width_out, width_out, activates=False)
        self.window_paths = nn.ModuleList(
            WindowPath(config, (width_in, middle, width_out), window, stride)
            for window in config.windows
        )
        self.joined_in_time = TemporalBranches(width_out, width_out)

    def forward(
        self, x: Tensor, graphs: tuple[Tensor | None, Tensor | None] = (None, None)
    ) -> BlockPass:
        """Pass one block.

        Args:
            x: ``(B, C_in, V, T)``.
            graphs: ``(B, G, V, V)`` of the clip's own, for each pathway; None for none.
        """
        alternating = self.second_in_time(self.first_in_time(self.graph(x, graphs[0])))
        together = self.window_paths[0](x, graphs[1])
        for path in self.window_paths[1:]:
            together = together + path(x, graphs[1])
        joined = alternating + together
        features = self.joined_in_time(functional.relu(joined))
        return BlockPass(features, joined, (alternating, together))


class MSG3D(nn.Module):
    """The whole network."""

    def __init__(self, config: MSG3DConfig) -> None:
        super().__init__()
        self.config = config
        self.input_norm = nn.BatchNorm1d(config.people * config.joints * config.channels)
        self.blocks = nn.ModuleList(STGCBlock(config, block) for block in range(len(config.widths)))
        self.classifier = PooledClassifier(config.widths[-1], config.classes)

    def forward(self, x: Tensor) -> MSG3DOutput:
        """Classify.

        Args:
            x: ``(N, C, T, V, M)`` float32, as the model card's preprocessing makes it.
        """
        features = self.enter(x)
        for block in self.blocks:
            features = block(features).features
        return MSG3DOutput(*self.classify(features))

    def enter(self, x: Tensor) -> Tensor:
        """``(N, C, T, V, M)`` -> ``(N * M, C, V, T)``, each place of each joint normalised."""
        batch, channels, frames, joints, people = x.shape
        flat = x.permute(0, 4, 3, 1, 2).reshape(batch, people * joints * channels, frames)
        by_person = self.input_norm(flat).view(batch * people, joints, channels, frames)
        return by_person.transpose(1, 2)

    def classify(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """``(N * M, C, V, S)`` -> logits ``(N, K)``, class activations ``(N, M, S, V, K)``."""
        by_clip = features.view(-1, self.config.people, *features.shape[1:])
        logits, activations = self.classifier(by_clip.permute(0, 1, 4, 3, 2))
        return logits, activations
