"""What the two streams of ST-TR are built from (Plizzari et al., ICPR Workshops 2021); torch-free.

S-TR attends in space, T-TR in time; each is a network of its own, their answers are fused.
"""

from collections.abc import Callable
from dataclasses import dataclass
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

if TYPE_CHECKING:
    from torch import nn

    from engine.explain.base import Evidence
    from engine.prediction import Explanation

SPATIAL = "s-tr"
TEMPORAL = "t-tr"
TITLES = {SPATIAL: "S-TR", TEMPORAL: "T-TR"}
"""Kinds of network, and their names for people."""
PAPER_HEADS = 8
PAPER_WIDTHS = (64, 64, 64, 128, 128, 128, 256, 256, 256)


@dataclass(frozen=True, slots=True, kw_only=True)
class STTRConfig:
    """What an S-TR or T-TR is built from. The defaults are the paper's and its code's."""

    parents: tuple[int, ...]
    """Parent of each of the V joints; the root, centre of the spatial partition, names itself."""
    people: int
    """M; features are averaged over people before the classifier."""
    classes: int
    """K."""
    frames: int = 300
    """T."""
    channels: int = 3
    """C of the input."""
    widths: tuple[int, ...] = PAPER_WIDTHS
    """Channels out of each unit; twice the default for joints and bones together."""
    halving_units: tuple[int, ...] = (3, 6)
    """0-based units that halve the number of frames."""
    plain_units: int = 3
    """How many of the first units have graph and temporal convolution and no attention."""
    heads: int = PAPER_HEADS
    concat_original: bool = True
    """Whether the input is joined to the features before the first unit with attention."""
    adaptive: bool = False
    """Whether graph convolutions make their own graph (2s-AGCN) instead of following the bones."""
    temporal_kernel: int = 9
    convolution_dropout: float = 0.5
    """Before every temporal convolution of a unit."""
    attention_dropout: float = 0.5
    """DropAttention: how likely a key is hidden from all who ask, in training."""
    kind: str = SPATIAL

    def __post_init__(self) -> None:
        if self.kind not in TITLES:
            raise EngineError(f"an ST-TR is of kind {' or '.join(TITLES)}, not {self.kind!r}")
        self._check_tree()
        self._check_units()
        if round(self.frames / max(self.steps, 1)) != self.reduction:
            raise EngineError(f"frames must be a multiple of {self.reduction}, got {self.frames}")
        if self.frames % self.reduction and self.joins_frames:
            raise EngineError(
                f"frames must be a multiple of {self.reduction} for T-TR on {self.joints} joints "
                f"(an odd number), got {self.frames}"
            )

    def _check_tree(self) -> None:
        roots = [joint for joint, parent in enumerate(self.parents) if joint == parent]
        if len(roots) != 1 or not all(0 <= each < self.joints for each in self.parents):
            raise EngineError(
                f"parents must name one of {self.joints} joints each and have one root, "
                f"got {self.parents}"
            )

    def _check_units(self) -> None:
        units = len(self.widths)
        if not 0 < self.plain_units < units:
            raise EngineError(f"plain_units must be 1..{units - 1}, got {self.plain_units}")
        if not all(self.plain_units <= unit < units for unit in self.halving_units):
            raise EngineError(
                f"halving_units must be {self.plain_units}..{units - 1}, where the input is no "
                f"longer needed frame by frame, got {self.halving_units}"
            )
        for width in self.widths[self.plain_units :]:
            if width % (4 * self.heads):
                raise EngineError(
                    f"{self.heads} heads need widths that are a multiple of {4 * self.heads} "
                    f"where there is attention, got {width}"
                )

    @property
    def joints(self) -> int:
        """V."""
        return len(self.parents)

    @property
    def reduction(self) -> int:
        """Input frames for each step of the last units."""
        return int(2 ** len(self.halving_units))

    @property
    def steps(self) -> int:
        """S: frames of the last units."""
        return -(-self.frames // self.reduction)

    @property
    def joins_frames(self) -> bool:
        """Whether the halving units of T-TR project two frames to one, or every other frame alone.

        The official code's rule for layouts with an odd or even number of joints.
        """
        return self.kind == TEMPORAL and self.joints % 2 == 1

    @property
    def focal_joints(self) -> int:
        """How many joints of a person to light unasked: it selects none itself."""
        return focal_joint_count(self.joints)

    def build(self) -> "nn.Module":
        """The network with fresh weights."""
        from engine.models.st_tr import STTR

        return STTR(self)

    def feeds(self, inputs: FloatArray) -> Feeds:
        """The clip as it is."""
        return dense_feeds(inputs)

    def explain(self, evidence: "Evidence") -> "Explanation":
        """Focus on the likeliest actions, attention of the last unit."""
        from engine.explain.st_tr import explain_st_tr

        return explain_st_tr(evidence, unit=len(self.widths))


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Widths and heads by name."""

    widths: tuple[int, ...]
    heads: int
    dropout: float = 0.5
    """Of convolutions and attention: the paper's."""


SIZES = {
    "full": Size(widths=PAPER_WIDTHS, heads=PAPER_HEADS),
    "small": Size(
        widths=tuple(width // 2 for width in PAPER_WIDTHS), heads=PAPER_HEADS // 2, dropout=0.2
    ),
    "tiny": Size(widths=(8, 8, 8, 16, 16, 16, 32, 32, 32), heads=2),
}
"""The paper's; half the widths and heads for laptops, so that a head stays as wide as the paper's,
and less to drop, since there is less that could learn by heart; and one for trying things out."""


def configure_kind(kind: str) -> Callable[[NetworkWish], STTRConfig]:
    """What makes configurations of one of the two kinds."""

    def configure(wish: NetworkWish) -> STTRConfig:
        """The configuration for a wish.

        All widths are doubled where bones come beside the joints, as the paper's are.

        Raises:
            EngineError: There is no such size, or the frames do not divide.
        """
        size = chosen_size(SIZES, wish, TITLES[kind])
        times = 2 if wish.channels >= 2 * wish.layout.dimensions else 1
        return STTRConfig(
            kind=kind,
            parents=wish.layout.parents,
            people=wish.people,
            classes=wish.classes,
            frames=wish.frames,
            channels=wish.channels,
            widths=tuple(times * width for width in size.widths),
            heads=size.heads,
            convolution_dropout=size.dropout,
            attention_dropout=size.dropout,
        )

    return configure


_PAPER = (
    "Plizzari, Cannici, Matteucci: Spatial Temporal Transformer Network for Skeleton-based Action "
    "Recognition, ICPR Workshops 2021"
)

S_TR, T_TR = (
    Architecture(
        id=kind,
        title=title,
        paper=_PAPER,
        config_type=STTRConfig,
        sizes=tuple(SIZES),
        paper_frames=300,
        streams=("joint", "joint-and-bone"),
        configure=configure_kind(kind),
    )
    for kind, title in TITLES.items()
)
