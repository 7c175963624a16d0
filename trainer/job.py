"""What a training run is: one ``job.toml`` in a folder of its own; torch-free, for the app."""

from dataclasses import dataclass, field, fields
from enum import Enum
from pathlib import Path

from engine.architectures import architecture_by_id
from engine.datasets.base import Aspect
from engine.errors import TrainingError
from engine.preprocess.augment import Augmentation
from engine.preprocess.presets import preset_by_id
from engine.preprocess.recipe import Centring, Length, Scaling
from engine.preprocess.streams import Stream
from engine.runtime.cards import Fusion
from engine.tables import read_table

JOB_FILE = "job.toml"
EVENTS_FILE = "events.jsonl"
SPLIT_FILE = "split.toml"
"""Which clips stand on which side; made once, with the first start."""
USUAL_FRAMES = 52
"""About two seconds at 25 frames a second; NW-UCLA's usual number."""
STF_KIND = "stf"
DEVICES = ("auto", "cpu", "cuda")
SAID_BESIDE_A_PRESET = ("preset", "frames", "people")
SAID_BY_A_SPLIT = (
    "protocol",
    "validation",
    "train_views",
    "train_people",
    "leave_out",
    "test_views",
    "test_people",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataChoice:
    """Which recordings are trained on, which watch the training, and which judge the result.

    Raises:
        TrainingError: The choice contradicts itself.
    """

    folder: str
    format: str
    """Row of ``engine.datasets.DATASETS``."""
    protocol: str = ""
    """Published way to divide, e.g. ``cross-view``; of one that leaves each person out in turn one
    round, ``leave-one-person-out-3``. Empty for the views and people below."""
    split: str = ""
    """File of a split stored by another run, to divide just like it."""
    validation: float | None = None
    """Share of what is trained on that watches the training instead; 0 for none. None for a fifth
    of the people where nothing else is held out and there are enough people for it."""
    validation_by: Aspect = Aspect.PERSON
    """What the clips that watch share with none that trains."""
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

    def __post_init__(self) -> None:
        said = [name for name in SAID_BY_A_SPLIT if getattr(self, name)]
        if self.split and said:
            raise TrainingError(f"a stored split says it all: leave out {', '.join(said)}")
        if self.protocol and (self.test_views or self.test_people):
            raise TrainingError(
                f"{self.protocol} says what is held out: leave out test_views and test_people"
            )
        if self.validation is not None and not 0 <= self.validation < 1:
            raise TrainingError(f"validation is a share below 1, not {self.validation:g}")


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
    frames at most, or a package that has one for each stream, and may know other actions. An STF
    also takes an MS-G3D's."""
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


class Course(Enum):
    """How the learning rate goes over a run; see ``trainer.schedules``."""

    ONE_CYCLE = "one-cycle"
    """A cosine up and one down: the modern one, in few passes."""
    STEPS = "steps"
    """Up in a line, then down by a factor at each milestone: most papers' own."""
    COSINE = "cosine"
    """Up in a line, then a cosine down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How training goes on.

    Raises:
        TrainingError: A number is out of its range.
    """

    passes: int = 60
    """Times every clip is seen."""
    batch: int = 16
    """Clips a step, of all devices together."""
    parts: int = 1
    """A batch too large for the memory is computed in so many parts, one after the other."""
    optimiser: str = "sgd"
    """``sgd``, ``adam`` or ``adamw``."""
    course: Course = Course.ONE_CYCLE
    learning_rate: float = 0.05
    """The highest."""
    warm_up: float = 0.15
    """Share of the run before the highest rate."""
    milestones: tuple[float, ...] = ()
    """Shares of the run after which a course of steps goes down."""
    decay: tuple[float, ...] = (0.1,)
    """What the rate is multiplied by at each milestone; the last one counts for the rest."""
    momentum: float = 0.9
    nesterov: bool = True
    weight_decay: float = 5e-4
    decay_all: bool = False
    """Let weight decay shrink every parameter, as the papers' code does, not matrices alone."""
    label_smoothing: float = 0.1
    balance: float = 0.0
    """0 to see every clip once a pass, 1 to see every action equally often, however few its clips
    are; between them for something between."""
    mixup: float = 0.0
    """Alpha of the Beta distribution that mixes pairs of clips; 0 for none."""
    average: float = 0.995
    """Decay of the exponential average of weights that is kept as the result; 0 for none."""
    settling: int = 40
    """Batches, seen whole and without dropout, whose statistics batch normalisations keep in the
    end; 0 for those of training."""
    clip_gradient: float = 5.0
    """Largest norm of a step's gradient; 0 for any."""
    evaluate_every: int = 5
    """Passes between evaluations."""
    patience: int = 0
    """Evaluations without a better answer to the validation clips after which the run ends with
    the best weights; 0 for never."""

    def __post_init__(self) -> None:
        if not 0 <= self.balance <= 1:
            raise TrainingError(f"balance must be 0 to 1, not {self.balance:g}")
        for name in ("passes", "batch", "parts", "evaluate_every"):
            if getattr(self, name) < 1:
                raise TrainingError(f"{name} must be 1 at least, not {getattr(self, name)}")
        if self.parts > self.batch:
            raise TrainingError(f"a batch of {self.batch} has no {self.parts} parts")
        if list(self.milestones) != sorted(self.milestones) or not all(
            0 < share < 1 for share in self.milestones
        ):
            raise TrainingError("milestones are rising shares of the run, between 0 and 1")
        if self.milestones and self.course is not Course.STEPS:
            raise TrainingError(f"milestones are for steps, not for {self.course.value}")
        if not self.decay or not all(factor > 0 for factor in self.decay):
            raise TrainingError("decay must be one factor or more, all above 0")


class Precision(Enum):
    """What a network computes in where that is safe; sums and weights stay in float32."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"
    """On CUDA alone, with a scaled loss."""
    AUTO = "auto"
    """bfloat16 on GPUs and on processors that multiply in it, else float32."""


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
    precision: Precision = Precision.FLOAT32
    device: str = "auto"
    """``cpu``, ``cuda``, or ``auto`` for CUDA where it is there."""
    checkpoint_every: float = 60.0
    """Seconds between checkpoints at most, also within a pass; 0 for one after every step."""

    def __post_init__(self) -> None:
        if not self.networks:
            raise TrainingError("a job needs at least one network; leave the key out for the usual")
        if self.device not in DEVICES:
            raise TrainingError(f"no device {self.device!r}; there are {', '.join(DEVICES)}")
        if self.seed < 0:
            raise TrainingError(f"the seed is 0 or more, not {self.seed}")


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
