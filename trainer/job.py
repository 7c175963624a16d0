"""What a training run is: one ``job.toml`` in a folder of its own; torch-free, for the app."""

from dataclasses import dataclass, field, fields
from pathlib import Path

from engine.architectures import architecture_by_id
from engine.errors import TrainingError
from engine.preprocess.augment import Augmentation
from engine.preprocess.presets import preset_by_id
from engine.preprocess.recipe import Centring, Length, Scaling
from engine.preprocess.streams import Stream
from engine.runtime.cards import Fusion
from engine.tables import read_table

JOB_FILE = "job.toml"
EVENTS_FILE = "events.jsonl"
USUAL_FRAMES = 52
"""About two seconds at 25 frames a second; NW-UCLA's usual number."""
STF_KIND = "stf"
SAID_BESIDE_A_PRESET = ("preset", "frames", "people")


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
class PreprocessingChoice:
    """What becomes of a clip before it reaches the networks: the same for all of them.

    Either a paper's, by name, or in the words of ``engine.preprocess.recipe.Preprocessing``, with
    joints by name.

    Raises:
        EngineError: There is no such preset.
        TrainingError: A preset is named, and yet something else is said.
    """

    preset: str = ""
    """Row of ``engine.preprocess.presets.PRESETS``; beside it only frames and people are said."""
    frames: int | None = None
    """None for as many as the preset's paper has, and for 52 without one."""
    people: int = 1
    """How many a network sees at once, those who move most; 1 answers each person alone."""
    scaling: Scaling = Scaling.BODY
    length: Length = Length.STRETCH
    centring: Centring = Centring.FIRST_FRAME
    centre_joint: str = ""
    """The joint put at the origin; empty for the middle of the body, as the layout calls it."""
    upright: tuple[str, str] | None = None
    """The line between these joints becomes the z axis."""
    sideways: tuple[str, str] | None = None
    """The level part of the line between these joints becomes the x axis."""
    measured: tuple[tuple[str, str], ...] = ()
    """Pairs of joints whose distances, summed, are the unit where ``scaling`` is ``lengths``."""
    visibility: bool = False
    """One more channel that says which joints were seen."""

    def __post_init__(self) -> None:
        if not self.preset:
            return
        preset_by_id(self.preset)
        said = [
            each.name
            for each in fields(self)
            if each.name not in SAID_BESIDE_A_PRESET and getattr(self, each.name) != each.default
        ]
        if said:
            raise TrainingError(
                f"preprocessing is {self.preset}'s or one's own: leave out {', '.join(said)}, or "
                "the preset"
            )

    @property
    def num_frames(self) -> int:
        """T."""
        if self.frames is not None:
            return self.frames
        return preset_by_id(self.preset).frames if self.preset else USUAL_FRAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusLosses:
    """What an STF is trained for beside the right answer: the weights of its losses (Eq. 6).

    0 leaves one out. The usual ones are the paper's second run; its first has exploration at 0.01
    and nothing else, and the answers of both networks are averaged.
    """

    exploration: float = 0.0
    """L_e (Eq. 3): what lies outside the focus does not give the answer away."""
    divergence: float = 0.1
    """L_d (Eq. 4): the two most probable actions are seen in different places."""
    coherence: float = 0.1
    """L_c (Eq. 5): the last two modules look at the same places."""
    embedding: float = 0.01
    """L_G: the modules' own maps of space and time resemble the focus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkChoice:
    """Which network, how large, and what it is shown: one is trained for each stream.

    Raises:
        EngineError: There is no such network, or not of that size.
        TrainingError: The choice contradicts itself.
    """

    kind: str = "fg-stformer"
    """Row of ``engine.architectures.ARCHITECTURES``."""
    size: str = "small"
    """One of the architecture's sizes."""
    streams: tuple[Stream, ...] = (Stream.JOINT,)
    weights: tuple[float, ...] = ()
    """How much each stream's answer counts in the fused one; empty for all alike."""
    dropout: float = 0.0
    base: str = ""
    """What to start from: the ``weights.safetensors`` of a network that differs in its number of
    frames at most, or a package that has one for each stream. An STF also takes an MS-G3D's."""
    focus: FocusLosses | None = None
    """For an STF only; None for the usual ones."""

    def __post_init__(self) -> None:
        architecture = architecture_by_id(self.kind)
        if self.size not in architecture.sizes:
            raise TrainingError(
                f"{architecture.title} has no size {self.size!r}; "
                f"there are {', '.join(architecture.sizes)}"
            )
        if self.focus is not None and self.kind != STF_KIND:
            raise TrainingError(f"focus losses are for {STF_KIND}, not for {self.kind}")
        if not self.streams or len(set(self.streams)) != len(self.streams):
            raise TrainingError(f"{self.kind} needs streams, each of them once")
        if len(self.weights) not in (0, len(self.streams)):
            raise TrainingError(
                f"{self.kind} has {len(self.streams)} streams but {len(self.weights)} weights"
            )


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
    """Everything that decides the result of a run: the same file repeats it.

    Raises:
        TrainingError: There is no network to train.
    """

    name: str
    """Becomes the name of the model."""
    data: DataChoice
    preprocessing: PreprocessingChoice = field(default_factory=PreprocessingChoice)
    networks: tuple[NetworkChoice, ...] = (NetworkChoice(),)
    """Trained one after the other on the same clips, into one package."""
    fusion: Fusion = Fusion.SOFTMAX
    """How the answers of several networks become one."""
    augmentation: Augmentation = field(default_factory=Augmentation)
    schedule: Schedule = field(default_factory=Schedule)
    evidence: str = ""
    """What other runs of this recipe showed on held-out recordings; goes into the card."""
    seed: int = 1
    """Each network starts from it anew: trained among others it becomes what it becomes alone."""
    threads: int = 1
    """CPU threads; leave one core free for the person at the machine."""
    bfloat16: bool = False
    """Compute in bfloat16 where it is safe; twice as fast on processors that have it."""

    def __post_init__(self) -> None:
        if not self.networks:
            raise TrainingError("a job needs at least one network; leave the key out for the usual")


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
