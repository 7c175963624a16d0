"""Model cards: everything a model is, in words and numbers, beside its weights."""

import math
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from engine.architectures import architecture_by_id, config_from_table
from engine.architectures.base import NetworkConfig
from engine.errors import EngineError, ModelPackageError
from engine.layouts import layout_by_id
from engine.preprocess.recipe import Preprocessing
from engine.preprocess.streams import Stream, stream_channels
from engine.tables import read_table

CARD_FILE = "card.toml"
CARD_SCHEMA = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFile:
    """A file of a model package."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPart:
    """One of the networks of a model, with what it is shown and how much it counts."""

    network: NetworkConfig
    weights: PackageFile
    onnx: PackageFile
    stream: Stream = Stream.JOINT
    weight: float = 1.0
    """Its share in the fused answer, relative to the other networks'."""
    features: PackageFile | None = None
    """What it remembers of clips of its actions, for learning new ones; None for nothing."""

    @property
    def title(self) -> str:
        """For people, e.g. ``S-TR · joint``."""
        return f"{architecture_by_id(self.network.kind).title} · {self.stream.value}"


class Fusion(Enum):
    """How the answers of several networks become one."""

    SOFTMAX = "softmax"
    """Weighted mean of probabilities (ST-TR's, STF's and SEM + SPA's papers)."""
    LOGITS = "logits"
    """Softmax of the weighted mean of logits (ST-TR's official script and CTR-GCN add them: the
    same order of answers, with less confidence than a sum claims)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """How a recording is cut up for a model that was trained on trimmed clips."""

    window_s: float = 2.5
    """Length of one sliding window."""
    stride_s: float = 0.25
    """From one window to the next."""
    whole_up_to_s: float = 8.0
    """Recordings up to this long are answered as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """What was measured on recordings that were never trained on."""

    summary: str
    """One sentence: which split, how many clips, what came out."""
    top1: float | None = None
    """Share named right; None where nothing was held out from these very weights."""
    interval: tuple[float, float] | None = None
    """Of that share, at 95 %; None where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What makes a model's probabilities honest, from clips that it was not trained on.

    Raises:
        EngineError: A figure is impossible.
    """

    temperature: float
    """The logarithms of the fused probabilities are divided by it: above 1 takes sureness away,
    below 1 gives some; the order of the answers stays as it is."""
    none_below: float
    """A largest probability below this means none of these; 0 where something is always named."""
    ece_before: float
    """Expected calibration error at temperature 1."""
    ece_after: float
    """The same at ``temperature``."""
    clips: int
    """On how many clips all this was found."""

    def __post_init__(self) -> None:
        if not 0 < self.temperature < math.inf:
            raise EngineError(f"temperature must be more than 0, got {self.temperature:g}")
        if not 0 <= self.none_below <= 1:
            raise EngineError(f"none_below must be 0 to 1, got {self.none_below:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a model comes from."""

    data: str
    """Data it was trained on, with the terms."""
    clips: int
    recipe: str
    """Schedule and augmentation in one sentence."""
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """Declares a model; weights without a card do not load.

    Raises:
        EngineError: The parts contradict each other.
    """

    schema: int
    id: str
    """Stable, lower case, the package's folder name."""
    title: str
    """For people, e.g. ``Everyday · FG-STFormer small``."""
    layout_id: str
    """Skeleton layout the networks take."""
    class_names: tuple[str, ...]
    preprocessing: Preprocessing
    networks: tuple[NetworkPart, ...]
    """At least one; the first one's explanation is the one to show unasked."""
    fusion: Fusion = Fusion.SOFTMAX
    metrics: Metrics
    provenance: Provenance
    windows: Windows = field(default_factory=Windows)
    calibration: Calibration | None = None
    """None where no held-out clips were at hand: probabilities as the networks give them."""

    def __post_init__(self) -> None:
        if self.schema != CARD_SCHEMA:
            raise EngineError(f"card schema {self.schema}; this program reads {CARD_SCHEMA}")
        if not self.networks or sum(part.weight for part in self.networks) <= 0:
            raise EngineError("a model needs at least one network that counts")
        for part in self.networks:
            self._check(part)
        layout = layout_by_id(self.layout_id)
        used = self.preprocessing.joints
        if any(not 0 <= joint < layout.num_joints for joint in used):
            raise EngineError(f"preprocessing names joint {max(used)}; {layout.id} ends before it")

    def _check(self, part: NetworkPart) -> None:
        network, layout = part.network, layout_by_id(self.layout_id)
        channels = stream_channels(
            part.stream, layout.dimensions, visibility=self.preprocessing.visibility
        )
        if (network.joints, network.channels) != (layout.num_joints, channels):
            raise EngineError(
                f"{part.title} takes {network.joints} joints with {network.channels} channels; "
                f"{layout.id} gives {layout.num_joints} with {channels}"
            )
        if len(self.class_names) != network.classes:
            raise EngineError(f"{len(self.class_names)} class names for {network.classes} classes")
        if self.preprocessing.frames != network.frames:
            raise EngineError("preprocessing and network disagree about the number of frames")
        if network.people != self.people:
            raise EngineError("the networks disagree about the number of people")

    @property
    def people(self) -> int:
        """M: 1 where each person is answered alone, else how many are seen together."""
        return self.networks[0].network.people

    @property
    def focal_joints(self) -> int:
        """How many joints of a person to light unasked."""
        return self.networks[0].network.focal_joints

    @property
    def frames(self) -> int:
        """T of every network."""
        return self.preprocessing.frames

    @property
    def temperature(self) -> float:
        """By which logarithms of probabilities are divided; 1 leaves them as they are."""
        return 1.0 if self.calibration is None else self.calibration.temperature

    @property
    def none_below(self) -> float:
        """Largest probabilities below this mean none of these; 0 for never."""
        return 0.0 if self.calibration is None else self.calibration.none_below


def read_card(folder: Path) -> ModelCard:
    """The card of a package folder.

    Raises:
        ModelPackageError: The folder has no card.
        FileFormatError: The card is broken; the message names the key.
    """
    path = folder / CARD_FILE
    if not path.is_file():
        raise ModelPackageError(f"{folder} is no model package: it has no {CARD_FILE}")
    return read_table(path, ModelCard, config_from_table)
