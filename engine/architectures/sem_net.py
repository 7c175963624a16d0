"""What a SEM-Net is built from (Shi et al.: What and Where, section 3.1); torch-free."""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from engine.architectures.base import (
    Architecture,
    Feeds,
    NetworkWish,
    chosen_size,
    dense_feeds,
    focal_joint_count,
)
from engine.arrays import FloatArray
from engine.errors import EngineError
from engine.skeleton import SkeletonLayout

if TYPE_CHECKING:
    from torch import nn

    from engine.explain.base import Evidence
    from engine.prediction import Explanation

KIND = "sem-net"
EMBEDDED_SHARE = 4
"""Queries and keys of a head have a quarter of the block's width."""


class Attention(Enum):
    """Which joints an attention map compares (paper Table 1)."""

    UNIFIED = "unified"
    """Every joint of every frame with every other (Eq. 2 and 3)."""
    SINGLE_FRAME = "single-frame"
    """The joints of each frame among themselves (Eq. 4 and 5)."""
    CROSS_FRAME = "cross-frame"
    """The joints over all frames, one map for the clip (Eq. 6)."""
    CROSS_FRAME_REGULARISED = "cross-frame+gr"
    """The same with the global regularisation (Eq. 7): the paper's GR-CFSA."""


class Squash(Enum):
    """What turns comparisons into weights."""

    SOFTMAX = "softmax"
    """The paper's."""
    TANH = "tanh"
    """DSTA-Net's: weights may be negative and need not sum to one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SEMNetConfig:
    """What a SEM-Net is built from. The defaults are the paper's.

    Raises:
        EngineError: The values contradict each other (checked on construction).
    """

    joints: int
    """V."""
    people: int
    """M; features are averaged over people before the classifier."""
    classes: int
    """K."""
    frames: int = 128
    """T; a multiple of ``reduction``."""
    channels: int = 3
    """C of the input."""
    widths: tuple[int, ...] = (64, 64, 128, 128, 256, 256, 512, 512)
    """Channels out of each block."""
    halving_blocks: tuple[int, ...] = (2, 4, 6)
    """0-based blocks whose feed-forward layer halves the number of frames."""
    heads: int = 4
    """S of the paper: attention maps side by side."""
    attention: Attention = Attention.CROSS_FRAME_REGULARISED
    squash: Squash = Squash.SOFTMAX
    kernels: tuple[int, ...] = (3, 3, 3, 3)
    """Frames that each branch of the feed-forward layer sees."""
    dilations: tuple[int, ...] = (1, 3, 5, 7)
    """Distance in frames between those that each branch sees."""
    dropout: float = 0.0
    """Before the classifier."""
    kind: str = KIND

    def __post_init__(self) -> None:
        if self.frames < 1 or self.frames % self.reduction:
            raise EngineError(f"frames must be a multiple of {self.reduction}, got {self.frames}")
        halving, blocks = set(self.halving_blocks), range(len(self.widths))
        if not halving <= set(blocks) or len(halving) < len(self.halving_blocks):
            raise EngineError(
                f"halving_blocks must be among 0..{len(blocks) - 1}, each once, "
                f"got {self.halving_blocks}"
            )
        if self.heads < 1:
            raise EngineError(f"heads must be 1 or more, got {self.heads}")
        self._check_branches()
        if self.attention is Attention.UNIFIED and self.squash is Squash.TANH:
            raise EngineError(
                "unified attention needs softmax: tanh would add up the joints of all frames"
            )

    def _check_branches(self) -> None:
        branches = len(self.kernels)
        if not branches or branches != len(self.dilations):
            raise EngineError(
                f"{branches} kernels need as many dilations, got {len(self.dilations)}"
            )
        if any(kernel < 1 or kernel % 2 == 0 for kernel in self.kernels):
            raise EngineError(f"kernels must be odd, got {self.kernels}")
        if any(dilation < 1 for dilation in self.dilations):
            raise EngineError(f"dilations must be at least one frame apart, got {self.dilations}")
        if any(width < 1 or width % EMBEDDED_SHARE or width % branches for width in self.widths):
            raise EngineError(
                f"widths must be multiples of {EMBEDDED_SHARE} and of {branches}, "
                f"the number of branches, got {self.widths}"
            )

    @property
    def reduction(self) -> int:
        """Input frames for each step of the last blocks."""
        return int(2 ** len(self.halving_blocks))

    @property
    def is_cross_frame(self) -> bool:
        """Whether one map serves all frames."""
        return self.attention in (Attention.CROSS_FRAME, Attention.CROSS_FRAME_REGULARISED)

    @property
    def focal_joints(self) -> int:
        """How many joints of a person to light."""
        return focal_joint_count(self.joints)

    def build(self) -> "nn.Module":
        """The network with fresh weights."""
        from engine.models.sem_net import SEMNet

        return SEMNet(self)

    def feeds(self, inputs: FloatArray) -> Feeds:
        """The clip as it is."""
        return dense_feeds(inputs)

    def explain(self, evidence: "Evidence") -> "Explanation":
        """Focus on the most probable actions, attention between joints."""
        from engine.explain.sem_net import explain_sem_net

        return explain_sem_net(evidence, is_cross_frame=self.is_cross_frame)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Widths of the blocks, and which of them halve the number of frames."""

    widths: tuple[int, ...]
    halving_blocks: tuple[int, ...]


SIZES = {
    "full": Size(widths=(64, 64, 128, 128, 256, 256, 512, 512), halving_blocks=(2, 4, 6)),
    "small": Size(widths=(32, 32, 64, 64, 128, 128, 256, 256), halving_blocks=(2, 4, 6)),
    "tiny": Size(widths=(16, 16, 32, 32), halving_blocks=(2,)),
}
"""By name: the paper's, half of its widths for laptops, and one for trying things out."""


def config_for(
    layout: SkeletonLayout, *, classes: int, people: int, frames: int = 128, size: str = "full"
) -> SEMNetConfig:
    """The configuration for a skeleton layout, with as many channels as it has coordinates."""
    return configure(
        NetworkWish(
            layout=layout,
            classes=classes,
            people=people,
            frames=frames,
            channels=layout.dimensions,
            size=size,
        )
    )


def configure(wish: NetworkWish) -> SEMNetConfig:
    """The configuration for a wish.

    Raises:
        EngineError: There is no such size, or the frames cannot be halved often enough.
    """
    size = chosen_size(SIZES, wish, "SEM-Net")
    return SEMNetConfig(
        joints=wish.layout.num_joints,
        people=wish.people,
        classes=wish.classes,
        frames=wish.frames,
        channels=wish.channels,
        widths=size.widths,
        halving_blocks=size.halving_blocks,
        dropout=wish.dropout,
    )


SEM_NET = Architecture(
    id=KIND,
    title="SEM-Net",
    paper="Shi, Zhang, Cheng, Lu: What and Where: Modeling Skeletons from Semantic and Spatial "
    "Perspectives for Action Recognition",
    config_type=SEMNetConfig,
    sizes=tuple(SIZES),
    configure=configure,
)
