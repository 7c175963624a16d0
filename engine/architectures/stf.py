"""What an MS-G3D (Liu et al., CVPR 2020) and an STF on it (Ke et al., AAAI 2022) are built from."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

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

if TYPE_CHECKING:
    from torch import nn

    from engine.explain.base import Evidence
    from engine.prediction import Explanation

MS_G3D_KIND = "ms-g3d"
STF_KIND = "stf"
REDUCTION = 4
"""Input frames for each step of the last block: the second and the third halve time."""
BLOCKS = 3
BRANCHES = 6
"""Of a multi-scale temporal convolution; they share the channels evenly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MSG3DConfig:
    """What an MS-G3D is built from. The defaults are the official ones for NTU RGB+D."""

    joints: int
    """V."""
    bones: tuple[tuple[int, int], ...]
    """Joints that hang together; the direction means nothing."""
    people: int
    """M; features are averaged over people before the classifier."""
    classes: int
    """K."""
    frames: int = 300
    """T; a multiple of four."""
    channels: int = 3
    """C of the input, of any number."""
    widths: tuple[int, ...] = (96, 192, 384)
    """Channels out of each block; multiples of six. Every block but the first halves time."""
    graph_scales: int = 13
    """How many neighbourhoods, 0 to 12 bones away, the graph convolution of one frame tells
    apart; those beyond the skeleton's longest path hold the joint itself alone."""
    window_scales: int = 6
    """The same for the graph convolutions over several frames."""
    windows: tuple[int, ...] = (3, 5)
    """Frames of each G3D window; odd."""
    kind: str = MS_G3D_KIND

    def __post_init__(self) -> None:
        if self.frames < REDUCTION or self.frames % REDUCTION:
            raise EngineError(f"frames must be a multiple of {REDUCTION}, got {self.frames}")
        if len(self.widths) != BLOCKS or any(
            width < 1 or width % BRANCHES for width in self.widths
        ):
            raise EngineError(
                f"widths must be three multiples of {BRANCHES} (a sixth for each temporal branch), "
                f"got {self.widths}"
            )
        if not self.windows or any(window <= 1 or window % 2 == 0 for window in self.windows):
            raise EngineError(f"windows must be odd numbers from 3 on, got {self.windows}")
        if min(self.graph_scales, self.window_scales) < 1:
            raise EngineError("at least one scale is needed")
        if any(not 0 <= joint < self.joints for bone in self.bones for joint in bone):
            raise EngineError(f"bones must be of joints 0..{self.joints - 1}")

    @property
    def focal_joints(self) -> int:
        """In proportion to the skeleton's joints."""
        return focal_joint_count(self.joints)

    def build(self) -> "nn.Module":
        """The network with fresh weights."""
        from engine.models.ms_g3d import MSG3D

        return MSG3D(self)

    def feeds(self, inputs: FloatArray) -> Feeds:
        """The clip as it is."""
        return dense_feeds(inputs)

    def explain(self, evidence: "Evidence") -> "Explanation":
        """Focus on the two most probable actions."""
        from engine.explain.stf import explain_stf

        return explain_stf(evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class STFConfig(MSG3DConfig):
    """What an STF is built from: an MS-G3D whose six graph modules see each clip's own graph."""

    dynamic_scales: int = 3
    """How many scales get a graph of the clip's own: those 1, 2, ... bones away (K of Eq. 1)."""
    embedding_frames: int = 64
    """Frames that a module's embedding is resampled to before its graph is made from it."""
    kind: str = STF_KIND

    def __post_init__(self) -> None:
        MSG3DConfig.__post_init__(self)  # a dataclass with slots has no working super() here
        if not 1 <= self.dynamic_scales < min(self.graph_scales, self.window_scales):
            raise EngineError(
                f"dynamic_scales must be 1..{min(self.graph_scales, self.window_scales) - 1}, "
                f"got {self.dynamic_scales}: scale 0 is the joint itself"
            )
        if self.classes <= 1:
            raise EngineError("STF compares the two most probable classes; it needs two")

    def build(self) -> "nn.Module":
        """The network with fresh weights."""
        from engine.models.stf import STF

        return STF(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Widths and scales by name."""

    widths: tuple[int, ...]
    graph_scales: int
    window_scales: int
    windows: tuple[int, ...]


SIZES = {
    "full": Size(widths=(96, 192, 384), graph_scales=13, window_scales=6, windows=(3, 5)),
    "small": Size(widths=(48, 96, 192), graph_scales=8, window_scales=4, windows=(3, 5)),
    "tiny": Size(widths=(12, 12, 24), graph_scales=4, window_scales=4, windows=(3,)),
}
"""The paper's, a fifth of its cost for laptops, and one for trying things out."""


def configure_ms_g3d(wish: NetworkWish) -> MSG3DConfig:
    """The MS-G3D for a wish; it has no dropout.

    Raises:
        EngineError: There is no such size, or the frames are no multiple of four.
    """
    return _configured(MSG3DConfig, wish, "MS-G3D")


def configure_stf(wish: NetworkWish) -> STFConfig:
    """The STF for a wish; it has no dropout.

    Raises:
        EngineError: There is no such size, the frames are no multiple of four, or there are fewer
            than two classes.
    """
    return _configured(STFConfig, wish, "STF")


ConfigT = TypeVar("ConfigT", bound=MSG3DConfig)


def _configured(config_type: type[ConfigT], wish: NetworkWish, title: str) -> ConfigT:
    size = chosen_size(SIZES, wish, title)
    return config_type(
        joints=wish.layout.num_joints,
        bones=wish.layout.bones,
        people=wish.people,
        classes=wish.classes,
        frames=wish.frames,
        channels=wish.channels,
        widths=size.widths,
        graph_scales=size.graph_scales,
        window_scales=size.window_scales,
        windows=size.windows,
    )


MS_G3D = Architecture(
    id=MS_G3D_KIND,
    title="MS-G3D",
    paper="Liu, Zhang, Chen et al.: Disentangling and Unifying Graph Convolutions for "
    "Skeleton-Based Action Recognition, CVPR 2020",
    config_type=MSG3DConfig,
    sizes=tuple(SIZES),
    paper_frames=300,
    configure=configure_ms_g3d,
)
STF = Architecture(
    id=STF_KIND,
    title="STF",
    paper="Ke, Peng, Lyu: Towards To-a-T Spatio-Temporal Focus for Skeleton-Based Action "
    "Recognition, AAAI 2022",
    config_type=STFConfig,
    sizes=tuple(SIZES),
    paper_frames=300,
    configure=configure_stf,
)
