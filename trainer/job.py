"""What a training run is: one ``job.toml`` in a folder of its own; torch-free, for the app."""

from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import TrainingError
from engine.preprocess.augment import Augmentation
from engine.preprocess.recipe import Scaling
from engine.tables import read_table

JOB_FILE = "job.toml"
EVENTS_FILE = "events.jsonl"
CHECKPOINT_FILE = "checkpoint.pt"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataChoice:
    """Which recordings are trained on and which are held out to judge the result."""

    folder: str
    format: str
    """Row of ``engine.datasets.DATASETS``."""
    train_views: tuple[int, ...] = ()
    """Cameras trained on; empty for all."""
    train_people: tuple[int, ...] = ()
    """People trained on; empty for all."""
    leave_out: tuple[str, ...] = ()
    """File name patterns of recordings to do without, e.g. ``*_s04_*_v02.json``: wrong labels."""
    test_views: tuple[int, ...] = ()
    """Cameras held out; their recordings are never trained on."""
    test_people: tuple[int, ...] = ()
    """People held out; their recordings are never trained on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkChoice:
    """Which network, and how large."""

    kind: str = "fg-stformer"
    size: str = "small"
    """A row of ``engine.architectures.fg_stformer.SIZES``."""
    frames: int = 52
    scaling: Scaling = Scaling.BODY
    dropout: float = 0.0
    base: str = ""
    """Weights to start from: a ``weights.safetensors`` of the same network, any frames."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How training goes on."""

    passes: int = 60
    """Times every clip is seen."""
    batch: int = 16
    optimiser: str = "sgd"
    """``sgd`` with Nesterov momentum, or ``adamw``."""
    learning_rate: float = 0.05
    """The highest; a one-cycle cosine leads up to it and down again."""
    warm_up: float = 0.15
    """Share of the run before the highest rate."""
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1
    mixup: float = 0.0
    """Alpha of the Beta distribution that mixes pairs of clips; 0 for none."""
    average: float = 0.995
    """Decay of the exponential average of weights that is kept as the result; 0 for none."""
    clip_gradient: float = 5.0
    """Largest norm of a step's gradient."""
    evaluate_every: int = 5
    """Passes between evaluations and checkpoints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJob:
    """Everything that decides the result of a run: the same file repeats it."""

    name: str
    """Becomes the name of the model."""
    data: DataChoice
    network: NetworkChoice = field(default_factory=NetworkChoice)
    augmentation: Augmentation = field(default_factory=Augmentation)
    schedule: Schedule = field(default_factory=Schedule)
    evidence: str = ""
    """What other runs of this recipe showed on held-out recordings; goes into the card."""
    seed: int = 1
    threads: int = 1
    """CPU threads; leave one core free for the person at the machine."""
    bfloat16: bool = False
    """Compute in bfloat16 where it is safe; twice as fast on processors that have it."""


def load_job(folder: Path) -> TrainingJob:
    """The job described in a folder.

    Raises:
        TrainingError: There is no ``job.toml``.
        FileFormatError: It is not a job; the message names the key.
    """
    path = folder / JOB_FILE
    if not path.is_file():
        raise TrainingError(f"{folder} holds no {JOB_FILE}; write one or use 'skelarium train'")
    return read_table(path, TrainingJob)
