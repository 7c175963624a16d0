"""What SPA-4D and SPA-3+1D are built from (Shi et al.: What and Where, section 3.2); torch-free."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from engine.architectures.base import (
    Architecture,
    Feeds,
    NetworkWish,
    chosen_size,
    focal_joint_count,
)
from engine.arrays import FloatArray
from engine.errors import EngineError
from engine.preprocess.sparse_feeds import SparsePlan, sparse_feeds
from engine.preprocess.voxels import HALF, Pool

if TYPE_CHECKING:
    from torch import nn

    from engine.explain.base import Evidence
    from engine.prediction import Explanation

KIND_4D = "spa-4d"
KIND_3_1D = "spa-3+1d"
KINDS = (KIND_4D, KIND_3_1D)
FINE_BLOCKS = 2
"""At least so many blocks look at the finest voxels: the first of them only looks labels up."""
DIMENSIONS = (2, 3)
SMALLEST_KERNEL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SPANetConfig:
    """What a SPA-Net is built from. Space and kernel size are the paper's best (Table 5).

    Raises:
        EngineError: The values contradict each other (checked on construction).
    """

    joints: int
    """V."""
    people: int
    """M; each joint of each person has a label of its own."""
    classes: int
    """K."""
    frames: int = 128
    """T; a multiple of ``reduction``."""
    channels: int = 3
    """C of the input."""
    coordinates: int = 3
    """D: how many of the channels are coordinates, the first ones; the others are not looked at."""
    space: int = 64
    """s of the paper: voxels along each axis; it also tries 32 and 128."""
    kernel: int = 5
    """k of the paper: voxels along each axis that a convolution sees; it also tries 3 and 6."""
    widths: tuple[int, ...] = (32, 32, 64, 64, 128, 128, 128, 128)
    """Channels out of each block."""
    pooled_blocks: tuple[int, ...] = (2, 4, 6)
    """0-based blocks before which two voxels along each axis become one."""
    halving_blocks: tuple[int, ...] = (2, 4)
    """Those of them before which also two steps in time become one."""
    dilations: tuple[int, ...] = (1, 3, 5, 7)
    """Of the convolution in time, a branch each; none to leave it out (SPA-4D only)."""
    dropout: float = 0.0
    """Before the classifier."""
    kind: str = KIND_4D
    """Whether a convolution also sees the steps before and after: ``spa-4d``, ``spa-3+1d``."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise EngineError(f"a SPA-Net is one of {', '.join(KINDS)}, not {self.kind!r}")
        if self.coordinates not in DIMENSIONS or self.channels < self.coordinates:
            raise EngineError(
                f"2 or 3 of the channels must be coordinates, got {self.coordinates} of "
                f"{self.channels}"
            )
        if self.frames < 1 or self.frames % self.reduction:
            raise EngineError(f"frames must be a multiple of {self.reduction}, got {self.frames}")
        if self.kernel < SMALLEST_KERNEL:
            raise EngineError(f"a kernel sees at least 2 voxels along an axis, got {self.kernel}")
        self._check_pools()
        self._check_branches()

    def _check_pools(self) -> None:
        blocks = range(FINE_BLOCKS, len(self.widths))
        if not self.pooled_blocks or list(self.pooled_blocks) != sorted(
            set(self.pooled_blocks) & set(blocks)
        ):
            raise EngineError(
                f"pooled_blocks must be among {blocks.start}..{blocks.stop - 1}, ascending, got "
                f"{self.pooled_blocks}"
            )
        if not set(self.halving_blocks) <= set(self.pooled_blocks):
            raise EngineError(f"halving_blocks must be among pooled_blocks {self.pooled_blocks}")
        if self.space < 1 or self.space % self.coarsening:
            raise EngineError(f"space must be a multiple of {self.coarsening}, got {self.space}")

    def _check_branches(self) -> None:
        if not self.dilations and self.kind == KIND_3_1D:
            raise EngineError("SPA-3+1D sees other frames through dilations only: it needs some")
        if (
            list(self.dilations) != sorted(set(self.dilations))
            or min(self.dilations, default=1) < 1
        ):
            raise EngineError(f"dilations must be ascending, 1 or more, got {self.dilations}")
        branches = max(len(self.dilations), 1)
        if any(width < 1 or width % branches for width in self.widths):
            raise EngineError(
                f"widths must be multiples of {branches}, the number of branches, got {self.widths}"
            )

    @property
    def reduction(self) -> int:
        """Input frames for each step of the last blocks."""
        return int(HALF ** len(self.halving_blocks))

    @property
    def coarsening(self) -> int:
        """Finest voxels along the edge of a coarsest one."""
        return int(HALF ** len(self.pooled_blocks))

    @property
    def labels(self) -> int:
        """P: length of the one-hot features."""
        return self.joints * self.people

    @property
    def plan(self) -> SparsePlan:
        """What its rulebooks are made for."""
        taps = (-1, 0, 1) if self.kind == KIND_4D else (0,)
        lags = sorted({*taps, *self.dilations, *(-each for each in self.dilations)})
        return SparsePlan(
            coordinates=self.coordinates,
            space=self.space,
            kernel=self.kernel,
            lags=tuple(lags),
            taps=taps,
            pools=tuple(
                Pool(time=HALF if block in self.halving_blocks else 1)
                for block in self.pooled_blocks
            ),
        )

    @property
    def focal_joints(self) -> int:
        """How many joints of a person to light."""
        return focal_joint_count(self.joints)

    def build(self) -> "nn.Module":
        """The network with fresh weights."""
        from engine.models.spa_net import SPANet

        return SPANet(self)

    def feeds(self, inputs: FloatArray) -> Feeds:
        """The clips and the rulebooks of their voxels."""
        return sparse_feeds(inputs, self.plan)

    def explain(self, evidence: "Evidence") -> "Explanation":
        """Focus on the most probable actions, activations in space."""
        from engine.explain.spa_net import explain_spa_net

        return explain_spa_net(evidence, self.plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Widths of the blocks, and what is pooled before which."""

    widths: tuple[int, ...]
    pooled_blocks: tuple[int, ...] = (2, 4, 6)


SIZES = {
    "full": Size(widths=(32, 32, 64, 64, 128, 128, 128, 128)),
    "small": Size(widths=(16, 16, 32, 32, 64, 64, 64, 64)),
    "tiny": Size(widths=(8, 8, 16, 16, 16), pooled_blocks=(2, 3, 4)),
}
"""By name: the whole network, half of its widths for laptops, and one for trying things out."""


def configure(wish: NetworkWish, kind: str) -> SPANetConfig:
    """The configuration of either kind for a wish.

    Raises:
        EngineError: There is no such size, or the frames cannot be halved often enough.
    """
    size = chosen_size(SIZES, wish, "SPA-Net")
    return SPANetConfig(
        joints=wish.layout.num_joints,
        people=wish.people,
        classes=wish.classes,
        frames=wish.frames,
        channels=wish.channels,
        coordinates=wish.layout.dimensions,
        widths=size.widths,
        pooled_blocks=size.pooled_blocks,
        halving_blocks=size.pooled_blocks[:2],
        dropout=wish.dropout,
        kind=kind,
    )


PAPER = (
    "Shi, Zhang, Cheng, Lu: What and Where: Modeling Skeletons from Semantic and Spatial "
    "Perspectives for Action Recognition"
)

SPA_4D = Architecture(
    id=KIND_4D,
    title="SPA-4D",
    paper=PAPER,
    config_type=SPANetConfig,
    sizes=tuple(SIZES),
    configure=partial(configure, kind=KIND_4D),
)
SPA_3_1D = Architecture(
    id=KIND_3_1D,
    title="SPA-3+1D",
    paper=PAPER,
    config_type=SPANetConfig,
    sizes=tuple(SIZES),
    configure=partial(configure, kind=KIND_3_1D),
)
