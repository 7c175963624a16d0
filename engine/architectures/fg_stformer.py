"""What an FG-STFormer is built from (Gao et al., ACCV 2022); torch-free, part of the model card."""

from dataclasses import dataclass

from engine.errors import EngineError
from engine.skeleton import SkeletonLayout


@dataclass(frozen=True, slots=True, kw_only=True)
class FGSTFormerConfig:
    """What an FG-STFormer is built from. The defaults are the paper's (section 4.2)."""

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
    """K of the paper: joints kept in each frame of stage 2."""
    temporal_kernel: int = 7
    dilations: tuple[int, ...] = (1, 2)
    """One temporal head each."""
    spatial_heads: int = 3
    dropout: float = 0.0
    """Before the last linear layer."""

    def __post_init__(self) -> None:
        if self.frames % self.reduction:
            raise EngineError(f"frames must be a multiple of {self.reduction}, got {self.frames}")
        if not 0 < self.focal_joints <= self.joints:
            raise EngineError(f"focal_joints must be 1..{self.joints}, got {self.focal_joints}")
        if not 0 < self.focal_layers < len(self.widths):
            raise EngineError(f"focal_layers must be 1..{len(self.widths) - 1}")

    @property
    def reduction(self) -> int:
        """Input frames for each step of the last layers."""
        return int(2 ** len(self.halving_layers))


FULL_WIDTHS = (64, 64, 128, 128, 256, 256, 256, 256)
SMALL_WIDTHS = (32, 32, 64, 64, 128, 128, 128, 128)
SIZES = {
    "full": FULL_WIDTHS,
    "small": SMALL_WIDTHS,
    "tiny": (8, 8, 8, 8, 16, 16, 16, 16),
}
"""Widths by name: the paper's, half of them for laptops, and one for trying things out."""


def focal_joint_count(joints: int) -> int:
    """K for a skeleton of ``joints``: the paper's 15 of 25, in proportion for smaller ones."""
    return min(15, round(0.6 * joints))


def config_for(
    layout: SkeletonLayout,
    *,
    classes: int,
    people: int,
    frames: int = 128,
    widths: tuple[int, ...] = FULL_WIDTHS,
    dropout: float = 0.0,
) -> FGSTFormerConfig:
    """The configuration for a skeleton layout."""
    return FGSTFormerConfig(
        joints=layout.num_joints,
        parts=tuple(part.joints for part in layout.parts),
        people=people,
        classes=classes,
        frames=frames,
        channels=layout.dimensions,
        widths=widths,
        focal_joints=focal_joint_count(layout.num_joints),
        dropout=dropout,
    )
