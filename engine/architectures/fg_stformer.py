"""What an FG-STFormer is built from (Gao et al., ACCV 2022); torch-free, part of the model card."""

from dataclasses import dataclass, replace
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

KIND = "fg-stformer"


class Temporal(Enum):
    """What a temporal block is made of (paper Table 3)."""

    FOCAL_GLOBAL = "focal-global"
    """FG-TFormer: attention whose values are dilated convolutions."""
    ATTENTION = "attention"
    """Basic-TFormer: attention alone."""
    CONVOLUTION = "convolution"
    """Dilated convolutions alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FGSTFormerConfig:
    """What an FG-STFormer is built from.

    The defaults are the paper's (section 4.2), the switches those of its ablations (Tables 1 to 3).

    Raises:
        EngineError: The values contradict each other (checked on construction).
    """

    joints: int
    """V."""
    parts: tuple[tuple[int, ...], ...]
    """Joints of each of the P parts."""
    people: int
    """M; features are averaged over people before the classifier."""
    classes: int
    """K."""
    frames: int = 128
    """T; a multiple of four."""
    channels: int = 3
    """C of the input."""
    widths: tuple[int, ...] = (64, 64, 128, 128, 256, 256, 256, 256)
    """Channels out of each layer."""
    halving_layers: tuple[int, ...] = (2, 4)
    """0-based layers whose temporal block halves the number of frames."""
    focal_layers: int = 2
    """How many of the last layers form stage 2."""
    focal_joints: int = 15
    """K of the paper: joints kept in each frame of stage 2, if it selects."""
    selects_joints: bool = True
    """Whether stage 2 keeps the focal joints alone; else all joints go on."""
    has_parts: bool = True
    """Whether stage 2 has a branch of body parts."""
    has_cross_attention: bool = True
    """Whether joints and parts ask each other in stage 2 (JP-CA)."""
    temporal: Temporal = Temporal.FOCAL_GLOBAL
    temporal_kernel: int = 7
    dilations: tuple[int, ...] = (1, 2)
    """One temporal head each."""
    spatial_heads: int = 3
    dropout: float = 0.0
    """Before the last linear layer."""
    kind: str = KIND

    def __post_init__(self) -> None:
        if self.frames % self.reduction:
            raise EngineError(f"frames must be a multiple of {self.reduction}, got {self.frames}")
        if not 0 < self.focal_joints <= self.joints:
            raise EngineError(f"focal_joints must be 1..{self.joints}, got {self.focal_joints}")
        if not 0 < self.focal_layers < len(self.widths):
            raise EngineError(f"focal_layers must be 1..{len(self.widths) - 1}")
        if self.has_cross_attention and not self.has_parts:
            raise EngineError("without has_parts there is nothing for has_cross_attention to ask")

    @property
    def reduction(self) -> int:
        """Input frames for each step of the last layers."""
        return int(2 ** len(self.halving_layers))

    def build(self) -> "nn.Module":
        """The network with fresh weights."""
        from engine.models.fg_stformer import FGSTFormer

        return FGSTFormer(self)

    def feeds(self, inputs: FloatArray) -> Feeds:
        """The clip as it is."""
        return dense_feeds(inputs)

    def explain(self, evidence: "Evidence") -> "Explanation":
        """Focal scores, chosen joints, attention of stage 2."""
        from engine.explain.fg_stformer import explain_fg_stformer

        return explain_fg_stformer(evidence)


FULL_WIDTHS = (64, 64, 128, 128, 256, 256, 256, 256)
SMALL_WIDTHS = (32, 32, 64, 64, 128, 128, 128, 128)
SIZES = {
    "full": FULL_WIDTHS,
    "small": SMALL_WIDTHS,
    "tiny": (8, 8, 8, 8, 16, 16, 16, 16),
}
"""Widths by name: the paper's, half of them for laptops, and one for trying things out."""


def config_for(
    layout: SkeletonLayout,
    *,
    classes: int,
    people: int,
    frames: int = 128,
    widths: tuple[int, ...] = FULL_WIDTHS,
) -> FGSTFormerConfig:
    """The configuration for a skeleton layout, with as many channels as it has coordinates."""
    return FGSTFormerConfig(
        joints=layout.num_joints,
        parts=tuple(part.joints for part in layout.parts),
        people=people,
        classes=classes,
        frames=frames,
        channels=layout.dimensions,
        widths=widths,
        focal_joints=focal_joint_count(layout.num_joints),
    )


def configure(wish: NetworkWish) -> FGSTFormerConfig:
    """The configuration for a wish.

    Raises:
        EngineError: There is no such size, or the frames are no multiple of four.
    """
    config = config_for(
        wish.layout,
        classes=wish.classes,
        people=wish.people,
        frames=wish.frames,
        widths=chosen_size(SIZES, wish, "FG-STFormer"),
    )
    return replace(config, channels=wish.channels, dropout=wish.dropout)


FG_STFORMER = Architecture(
    id=KIND,
    title="FG-STFormer",
    paper="Gao, Wang, Lv et al.: Focal and Global Spatial-Temporal Transformer for Skeleton-based "
    "Action Recognition, ACCV 2022",
    config_type=FGSTFormerConfig,
    sizes=tuple(SIZES),
    configure=configure,
)
