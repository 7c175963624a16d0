"""What a job comes to on a data set: a network for each stream of each choice; torch-free."""

from collections import Counter
from dataclasses import dataclass

from engine.architectures import architecture_by_id
from engine.architectures.base import NetworkConfig, NetworkWish
from engine.arrays import FloatArray
from engine.preprocess.presets import preset_by_id
from engine.preprocess.recipe import Preprocessing
from engine.preprocess.streams import Stream, stream_channels, stream_of
from engine.skeleton import SkeletonLayout
from trainer.job import NetworkChoice, PreprocessingChoice, TrainingJob

CENTRE_JOINT_NAMES = ("spine", "mid spine", "hip centre", "palm")
"""The joint put at the origin unasked: the first of these that a layout has, else its root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedNetwork:
    """One network of a job."""

    name: str
    """Of its files and in events, e.g. ``fg-stformer-joint``; the only one of its job."""
    choice: NetworkChoice
    wish: NetworkWish
    config: NetworkConfig
    """What the architecture made of the wish."""
    stream: Stream
    weight: float
    preprocessing: Preprocessing
    """The same for all networks of a job."""

    @property
    def title(self) -> str:
        """For people, e.g. ``FG-STFormer · joint``."""
        return f"{architecture_by_id(self.config.kind).title} · {self.stream.value}"

    def stream_of(self, joints: FloatArray) -> FloatArray:
        """What the network is shown of prepared joints: ``(N, C, T, V, M)`` for both."""
        visibility = self.preprocessing.visibility
        return stream_of(joints, self.stream, self.wish.layout, visibility=visibility)


def plan_of(job: TrainingJob, layout: SkeletonLayout, classes: int) -> tuple[PlannedNetwork, ...]:
    """The networks of a job, in the order in which they are trained.

    Args:
        job: What is wanted.
        layout: Of the data set.
        classes: How many actions it has.

    Raises:
        EngineError: A network cannot be as it is wanted.
        LayoutError: The layout has no joint of a name.
    """
    preprocessing = preprocessing_of(job.preprocessing, layout)
    wanted = [
        (choice, stream, weight)
        for choice in job.networks
        for stream, weight in zip(choice.streams, weights_of(choice), strict=True)
    ]
    names = network_names([(choice.kind, stream) for choice, stream, _ in wanted])
    networks = []
    for name, (choice, stream, weight) in zip(names, wanted, strict=True):
        wish = NetworkWish(
            layout=layout,
            classes=classes,
            frames=preprocessing.frames,
            people=job.preprocessing.people,
            channels=stream_channels(
                stream, layout.dimensions, visibility=preprocessing.visibility
            ),
            size=choice.size,
            dropout=choice.dropout,
        )
        networks.append(
            PlannedNetwork(
                name=name,
                choice=choice,
                wish=wish,
                config=architecture_by_id(choice.kind).configure(wish),
                stream=stream,
                weight=weight,
                preprocessing=preprocessing,
            )
        )
    return tuple(networks)


def weights_of(choice: NetworkChoice) -> tuple[float, ...]:
    """How much each stream counts."""
    return choice.weights or (1.0,) * len(choice.streams)


def network_names(parts: list[tuple[str, Stream]]) -> tuple[str, ...]:
    """A name for each kind and stream; a second one of the same kind and stream is ``...-2``."""
    seen: Counter[str] = Counter()
    names = []
    for kind, stream in parts:
        name = f"{kind}-{stream.value}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return tuple(names)


def preprocessing_of(choice: PreprocessingChoice, layout: SkeletonLayout) -> Preprocessing:
    """The recipe with joints by number.

    Raises:
        LayoutError: The layout has no joint of a name.
    """

    def pair(names: tuple[str, str]) -> tuple[int, int]:
        return layout.index(names[0]), layout.index(names[1])

    frames = choice.num_frames
    if choice.preset:
        return preset_by_id(choice.preset).make(layout, frames)
    usual = next((n for n in CENTRE_JOINT_NAMES if n in layout.joints), layout.joints[layout.root])
    return Preprocessing(
        frames=frames,
        centre_joint=layout.index(choice.centre_joint or usual),
        scaling=choice.scaling,
        length=choice.length,
        centring=choice.centring,
        upright=None if choice.upright is None else pair(choice.upright),
        sideways=None if choice.sideways is None else pair(choice.sideways),
        measured=tuple(pair(names) for names in choice.measured),
        visibility=choice.visibility,
    )
