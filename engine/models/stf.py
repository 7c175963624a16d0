"""STF: spatio-temporal focus on MS-G3D (Ke et al., AAAI 2022).

An MS-G3D whose six graph modules each add graphs G_k of the clip's own to their adjacency (Eq. 1):
a small network beta sees where and when something matters, alpha makes graphs of joints from that.
Where the paper leaves a choice open, this is what was decided:

* The six modules STF-GCN-1 .. 6 are the MS-GCN and the G3D of each of the three blocks, in that
  order: the only split of MS-G3D into six. The two windows of a G3D share one graph.
* The paper's K = 3 names the scales that get a graph, 1 to 3 bones away, beside the 13 and 6 fixed
  ones. Three scales instead of 13 and 6 would make the network cheaper than MS-G3D by 42 %; the
  paper reports 10 % more.
* beta is three 3 x 3 convolutions over joints and frames, C -> C/3 -> C/3 -> 1 (in the first block,
  where C is that of the input, a third and a sixth of the width it leaves with), batch
  normalisation and ReLU between, a sigmoid at the end because its target lies in 0..1. That adds
  the paper's 10 % (C/4 would add 8, C/2 15).
* alpha takes frames as channels: beta's map is resampled to 64 frames (each stretch of the clip
  counts, also where there are more), then 64 -> 64 -> K * V, and tanh. A joint's own course in time
  decides its row of the graphs: from whom it takes. The last layer starts at zero, so that an STF
  starts as exactly the MS-G3D whose weights it is given.
* Nothing is shared between the six modules (paper Fig. 2). Their graphs and embeddings are outputs.
* Grad-CAM's Q of the last layer needs no backward pass (``engine.explain.focus``); the objectives
  that train with it are in ``trainer.stf_objective``.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.architectures.stf import STFConfig
from engine.models.layers import Foldable, scale_outputs
from engine.models.ms_g3d import MSG3D, BlockPass

MODULES_A_BLOCK = 2
"""Graph modules: of one frame, and of windows."""


class STFOutput(NamedTuple):
    """Logits, what they are made of, and the graphs. S is the last block's steps, T / 4."""

    logits: Tensor
    """``(N, K)``."""
    class_activations: Tensor
    """``(N, M, S, V, K)`` share of every place in every logit."""
    focus_graphs: Tensor
    """``(N, M, 6, G, V, V)`` graphs of the clip's own in -1..1 of each module: rows take."""
    embeddings: Tensor
    """``(N, M, 6, S, V)`` in 0..1: where and when each module found something that matters."""


class STFTrace(NamedTuple):
    """Everything of one pass that the training objectives look at; B = N * M."""

    logits: Tensor
    """``(N, K)``."""
    class_activations: Tensor
    """``(N, M, S, V, K)``."""
    pathways: tuple[Tensor, Tensor]
    """``(B, C, V, S)`` what STF-GCN-5 and STF-GCN-6 lead to, where they meet."""
    joined: Tensor
    """``(B, C, V, S)`` their sum, from which the logits come."""
    graphs: tuple[Tensor, ...]
    """``(B, G, V, V)`` of each module."""
    embeddings: tuple[Tensor, ...]
    """``(B, V, T')`` of each module, at its own number of frames."""


class FocusConv(Foldable):
    """3 x 3 convolution over joints and frames, batch normalisation, ReLU."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels_out, kernel_size=3, padding=1)
        self.norm: nn.Module = nn.BatchNorm2d(channels_out)

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C_in, V, T)`` -> ``(B, C_out, V, T)``."""
        return functional.relu(self.norm(self.conv(x)))

    def take_in(self, gain: Tensor, shift: Tensor) -> None:
        """Into the convolution."""
        scale_outputs(self.conv, gain, shift)


class FocusGraph(nn.Module):
    """``G = alpha(beta(X))``: what a module adds to its adjacency for one clip."""

    def __init__(self, config: STFConfig, channels: tuple[int, int, int], frames: int) -> None:
        super().__init__()
        first, second, third = channels
        self.joints, self.graphs = config.joints, config.dynamic_scales
        self.embed = nn.Sequential(
            FocusConv(first, second),
            FocusConv(second, third),
            nn.Conv2d(third, 1, kernel_size=3, padding=1),
        )
        self.register_buffer(
            "resampling", resampling(frames, config.embedding_frames), persistent=False
        )
        self.resampling: Tensor
        self.hidden = nn.Linear(config.embedding_frames, config.embedding_frames)
        self.last = nn.Linear(config.embedding_frames, self.graphs * self.joints)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Look at a clip.

        Args:
            x: ``(B, C, V, T)``.

        Returns:
            Graphs ``(B, G, V, V)`` in -1..1 and the embedding ``(B, V, T)`` in 0..1.
        """
        embedding = torch.sigmoid(self.embed(x).squeeze(1))
        hidden = functional.relu(self.hidden(embedding @ self.resampling))
        rows = self.last(hidden).view(-1, self.joints, self.graphs, self.joints)
        return torch.tanh(rows.transpose(1, 2)), embedding


class STF(nn.Module):
    """The whole network."""

    def __init__(self, config: STFConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = MSG3D(config)
        self.focus = nn.ModuleList(
            FocusGraph(config, _embedding_channels(config, block), _frames_into(config, block))
            for block in range(len(config.widths))
            for _ in range(MODULES_A_BLOCK)
        )

    def forward(self, x: Tensor) -> STFOutput:
        """Classify.

        Args:
            x: ``(N, C, T, V, M)`` float32, as the model card's preprocessing makes it.
        """
        trace = self.trace(x)
        steps = trace.joined.shape[-1]
        # step j of the last block is centred on every (T' / S)-th of a module's frames
        embeddings = torch.stack(
            [each[..., :: each.shape[-1] // steps] for each in trace.embeddings], dim=1
        ).transpose(-1, -2)
        graphs = torch.stack(trace.graphs, dim=1)
        people = self.config.people
        return STFOutput(
            logits=trace.logits,
            class_activations=trace.class_activations,
            focus_graphs=graphs.view(-1, people, *graphs.shape[1:]),
            embeddings=embeddings.reshape(-1, people, *embeddings.shape[1:]),
        )

    def trace(self, x: Tensor) -> STFTrace:
        """The pass of ``forward``, with what is inside it."""
        features = self.backbone.enter(x)
        graphs: list[Tensor] = []
        embeddings: list[Tensor] = []
        block_pass = BlockPass(features, features, (features, features))  # before the first block
        for number, block in enumerate(self.backbone.blocks):
            for module in range(MODULES_A_BLOCK):
                graph, embedding = self.focus[MODULES_A_BLOCK * number + module](features)
                graphs.append(graph)
                embeddings.append(embedding)
            block_pass = block(features, (graphs[-2], graphs[-1]))
            features = block_pass.features
        logits, activations = self.backbone.classify(features)
        return STFTrace(
            logits=logits,
            class_activations=activations,
            pathways=block_pass.pathways,
            joined=block_pass.joined,
            graphs=tuple(graphs),
            embeddings=tuple(embeddings),
        )


def resampling(frames: int, wanted: int) -> Tensor:
    """``(frames, wanted)`` float32 whose product with a course in time is that course resampled.

    Linear between frames; where there are more than wanted, a mean with triangular weights.
    """
    course = torch.eye(frames).view(1, 1, frames, frames)
    result = functional.interpolate(
        course, size=(frames, wanted), mode="bilinear", antialias=True, align_corners=False
    )
    return result[0, 0]


def _embedding_channels(config: STFConfig, block: int) -> tuple[int, int, int]:
    if block == 0:
        width = config.widths[0]
        return config.channels, width // 3, width // 6
    width = config.widths[block - 1]
    return width, width // 3, width // 3


def _frames_into(config: STFConfig, block: int) -> int:
    # every block but the first halves time, on its way out
    return int(config.frames // 2 ** max(block - 1, 0))
