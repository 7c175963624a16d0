"""Model cards: everything a model is, in words and numbers, beside its weights."""

from dataclasses import dataclass, field
from pathlib import Path

from engine.architectures.fg_stformer import FGSTFormerConfig
from engine.errors import EngineError, ModelPackageError
from engine.preprocess.recipe import Preprocessing
from engine.tables import read_table

CARD_FILE = "card.toml"
CARD_SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFile:
    """A file of a model package."""

    name: str
    sha256: str


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
    """Skeleton layout the network takes."""
    class_names: tuple[str, ...]
    network: FGSTFormerConfig
    preprocessing: Preprocessing
    weights: PackageFile
    onnx: PackageFile
    metrics: Metrics
    provenance: Provenance
    windows: Windows = field(default_factory=Windows)

    def __post_init__(self) -> None:
        if self.schema != CARD_SCHEMA:
            raise EngineError(f"card schema {self.schema}; this program reads {CARD_SCHEMA}")
        if len(self.class_names) != self.network.classes:
            raise EngineError(
                f"{len(self.class_names)} class names for {self.network.classes} classes"
            )
        if self.preprocessing.frames != self.network.frames:
            raise EngineError("preprocessing and network disagree about the number of frames")

    @property
    def focal_joints(self) -> int:
        """K: joints the network selects in each frame."""
        return self.network.focal_joints


def read_card(folder: Path) -> ModelCard:
    """The card of a package folder.

    Raises:
        ModelPackageError: The folder has no card.
        FileFormatError: The card is broken; the message names the key.
    """
    path = folder / CARD_FILE
    if not path.is_file():
        raise ModelPackageError(f"{folder} is no model package: it has no {CARD_FILE}")
    return read_table(path, ModelCard)
