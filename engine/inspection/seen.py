"""What the model sees: a clip at every station on its way into the networks, ready to be drawn."""

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from engine.architectures.spa_net import SPANetConfig
from engine.arrays import (
    BoolArray,
    DoubleArray,
    FloatArray,
    IntArray,
    missing_joints,
    read_only,
    to_model_order,
)
from engine.inspection.deletion import people_about
from engine.preprocess.people import take_people
from engine.preprocess.placement import turned
from engine.preprocess.recipe import Preprocessing, Scaling, present_people
from engine.preprocess.streams import Stream, stream_of
from engine.preprocess.temporal import fill_gaps, resample
from engine.preprocess.voxels import Sites, Voxels
from engine.recording import Clip
from engine.runtime.cards import ModelCard, NetworkPart
from engine.runtime.inputs import bodies_of
from engine.runtime.questions import Instead
from engine.runtime.recognizer import Recognizer
from engine.skeleton import Axis, SkeletonLayout


class Station(Enum):
    """Where on its way a clip is."""

    RAW = "raw"
    """As recorded."""
    FILLED = "gaps filled"
    """On the networks' joints, +y up, without gaps."""
    RESAMPLED = "resampled"
    """At the networks' own number of frames."""
    CENTRED = "centred"
    TURNED = "turned"
    """Standing along z and facing alike, where the model's preprocessing does that."""
    SCALED = "scaled"
    """The joints as the networks get them."""
    BONE = "bones"
    JOINT_MOTION = "motion of joints"
    BONE_MOTION = "motion of bones"
    VOXELS = "voxels"


STREAMS = {
    Station.BONE: Stream.BONE,
    Station.JOINT_MOTION: Stream.JOINT_MOTION,
    Station.BONE_MOTION: Stream.BONE_MOTION,
}
FED = {
    Stream.JOINT: (Station.SCALED,),
    Stream.JOINT_AND_BONE: (Station.SCALED, Station.BONE),
    **{stream: (station,) for station, stream in STREAMS.items()},
}
"""At which stations each stream is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenVoxels:
    """The voxels with somebody in them, at one resolution: boxes to draw."""

    centres: FloatArray
    """``(Q, C)`` middles, in the coordinates of the stage."""
    edges: FloatArray
    """``(C,)`` lengths of a box."""
    starts: IntArray
    """``(Q,)`` first of the network's frames in which each box is there, ascending."""
    stops: IntArray
    """``(Q,)`` frame after the last."""
    joints: IntArray
    """``(Q,)`` how many joints are in it, counted in each of its frames."""
    space: int
    """Voxels along each axis, occupied or not."""

    def __post_init__(self) -> None:
        for name in ("centres", "edges", "starts", "stops", "joints"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    def at(self, frame: int) -> IntArray:
        """Which of the boxes are there in one of the network's frames."""
        there: IntArray = np.flatnonzero((self.starts <= frame) & (frame < self.stops))
        return there


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenStage:
    """A clip at one station."""

    station: Station
    name: str
    """For people, e.g. ``Voxels, 64 an axis``."""
    layout: SkeletonLayout
    """Of the V joints."""
    up: Axis
    people: tuple[int, ...]
    """``(M,)`` which person of the recording each is; -1 for an empty place, which is all zero."""
    positions: FloatArray
    """``(T, M, V, C)``; NaN where missing, which is so only in the raw clip."""
    seen: BoolArray
    """``(T, M, V)`` False where a position is made up: nobody saw it in the nearest frame."""
    frames: DoubleArray
    """``(T,)`` recording frame (fractional, absolute) that each shows; starts over where a short
    clip is played again."""
    dropped: IntArray
    """Recording frames of the clip that are the nearest to none of ``frames``."""
    repeated: BoolArray
    """``(T,)`` frames whose nearest recording frame an earlier one shows already."""
    networks: tuple[str, ...] = ()
    """Which networks of the model are fed with this, by title; none for stations on the way."""
    vectors: FloatArray | None = None
    """``(T, M, V, C)`` to be drawn at ``positions``: the bone that ends at a joint, or movement to
    the next frame."""
    voxels: SeenVoxels | None = None

    def __post_init__(self) -> None:
        for name in ("positions", "seen", "frames", "dropped", "repeated"):
            object.__setattr__(self, name, read_only(getattr(self, name)))
        if self.vectors is not None:
            object.__setattr__(self, "vectors", read_only(self.vectors))


def seen_stages(
    recognizer: Recognizer,
    clip: Clip,
    *,
    person: int | None = None,
    instead: Instead | None = None,
) -> tuple[SeenStage, ...]:
    """A clip on its way into a model's networks.

    Bones and both motions are always among the stages, whether a network is fed with them or not.

    Args:
        recognizer: The model.
        clip: What is asked about.
        person: Index into M; None for the one who moves most. Does not matter where the model sees
            everybody at once.
        instead: What it is shown in place of the clip, with something hidden; None for nothing.

    Raises:
        LayoutError: The recording's joints cannot be turned into the networks'.
        EngineError: Nobody is visible, or not the person asked for.
    """
    card = recognizer.card
    about = people_about(recognizer, recognizer.question(clip, instead), person)
    people = (*about, *[-1] * (card.people - len(about)))
    recorded = clip.positions if instead is None else instead.positions
    raw = _raw(clip, recorded[:, list(about)], about)
    bodies = take_people(
        bodies_of(clip.recording, recorded, recognizer.layout).positions, about, card.people
    )
    filled = replace(
        raw,
        station=Station.FILLED,
        name="Gaps filled",
        layout=recognizer.layout,
        up=Axis.PLUS_Y,
        people=people,
        positions=fill_gaps(bodies),
        seen=_shown(clip, bodies, instead, (recognizer, about)),
    )
    resampled = _resampled(filled, card.preprocessing, bodies, clip)
    placed = _placed(resampled, card)
    return (
        raw,
        filled,
        resampled,
        *placed,
        *_streams(placed[-1], card),
        *_voxels(placed[-1], card),
    )


def _raw(clip: Clip, positions: FloatArray, people: tuple[int, ...]) -> SeenStage:
    return SeenStage(
        station=Station.RAW,
        name="Raw",
        layout=clip.recording.layout,
        up=clip.recording.up,
        people=people,
        positions=positions,
        seen=~missing_joints(positions),
        frames=np.arange(clip.start, clip.stop, dtype=np.float64),
        dropped=np.zeros(0, dtype=np.int64),
        repeated=np.zeros(clip.num_frames, dtype=np.bool_),
    )


def _shown(
    clip: Clip,
    bodies: FloatArray,
    instead: Instead | None,
    asked: tuple[Recognizer, tuple[int, ...]],
) -> BoolArray:
    """``(T, M, V)`` which of the networks' joints were seen; stand-ins were not."""
    if instead is None:
        return ~missing_joints(bodies)
    recognizer, about = asked
    unseen = np.where(instead.hidden[..., None], np.float32(np.nan), instead.positions)
    shown = bodies_of(clip.recording, unseen, recognizer.layout).positions
    return ~missing_joints(take_people(shown, about, recognizer.card.people))


def _resampled(
    filled: SeenStage, recipe: Preprocessing, bodies: FloatArray, clip: Clip
) -> SeenStage:
    at = recipe.prepare(bodies).frames
    nearest = np.rint(at).astype(np.int64)
    first = np.zeros(len(nearest), dtype=np.bool_)
    first[np.unique(nearest, return_index=True)[1]] = True
    return replace(
        filled,
        station=Station.RESAMPLED,
        name=f"Resampled to {recipe.frames} frames",
        positions=resample(filled.positions, at),
        seen=filled.seen[nearest],
        frames=at + clip.start,
        dropped=np.setdiff1d(np.arange(clip.num_frames), nearest) + clip.start,
        repeated=~first,
    )


def _placed(resampled: SeenStage, card: ModelCard) -> tuple[SeenStage, ...]:
    """Centred, turned and scaled, as far as the model's preprocessing does that."""
    recipe = card.preprocessing
    clips = resampled.positions[np.newaxis]
    there = present_people(clips)[:, None, :, None, None]
    placements = recipe.placements(clips)
    centred = clips - placements.origin[:, :, None, None]
    stages = [
        replace(resampled, station=Station.CENTRED, name="Centred", positions=(centred * there)[0])
    ]
    if recipe.upright is not None:
        upright = turned(centred, placements.rotation)
        stages.append(
            replace(
                stages[-1],
                station=Station.TURNED,
                name="Turned",
                up=Axis.PLUS_Z,
                positions=(upright * there)[0],
            )
        )
    scaled = replace(
        stages[-1],
        station=Station.SCALED,
        name="Joints, not scaled" if recipe.scaling is Scaling.NONE else "Joints, scaled",
        positions=(placements.apply(clips) * there)[0],
        networks=_fed_at(card, Station.SCALED),
    )
    return (*stages, scaled)


def _fed_at(card: ModelCard, station: Station) -> tuple[str, ...]:
    return tuple(
        part.title
        for part in card.networks
        if station in FED[part.stream] and not isinstance(part.network, SPANetConfig)
    )


def _streams(scaled: SeenStage, card: ModelCard) -> tuple[SeenStage, ...]:
    joints = to_model_order(scaled.positions[np.newaxis])
    return tuple(
        replace(
            scaled,
            station=station,
            name=station.value.capitalize(),
            vectors=stream_of(joints, stream, scaled.layout)[0].transpose(1, 3, 2, 0),
            networks=_fed_at(card, station),
        )
        for station, stream in STREAMS.items()
    )


def _voxels(scaled: SeenStage, card: ModelCard) -> tuple[SeenStage, ...]:
    """Every resolution of every network that looks at places, finest first."""
    return tuple(
        stage
        for part in card.networks
        if isinstance(part.network, SPANetConfig)
        for stage in _voxels_of(scaled, part, part.network, card)
    )


def _voxels_of(
    scaled: SeenStage, part: NetworkPart, config: SPANetConfig, card: ModelCard
) -> tuple[SeenStage, ...]:
    positions = scaled.positions
    if card.preprocessing.visibility:
        positions = np.concatenate([positions, scaled.seen[..., None]], axis=-1, dtype=np.float32)
    inputs = stream_of(
        to_model_order(positions[np.newaxis]),
        part.stream,
        scaled.layout,
        visibility=card.preprocessing.visibility,
    )
    voxels, levels = config.plan.sites(inputs)
    coordinates = inputs[0, : config.coordinates].transpose(1, 3, 2, 0)  # (T, M, V, D)
    return tuple(
        replace(
            scaled,
            station=Station.VOXELS,
            name=f"Voxels, {sites.space} an axis",
            positions=coordinates,
            networks=(part.title,) if number == 0 else (),
            voxels=_boxes(voxels, sites),
        )
        for number, sites in enumerate(levels)
    )


def _boxes(voxels: Voxels, sites: Sites) -> SeenVoxels:
    coarsening = voxels.space // sites.space
    frames = sites.of_joints.shape[1] // sites.times
    inside = sites.of_joints[sites.of_joints >= 0]
    return SeenVoxels(
        centres=voxels.centres(sites.clips, sites.cells, coarsening),
        edges=voxels.edges[0] * np.float32(coarsening),
        starts=sites.steps * frames,
        stops=(sites.steps + 1) * frames,
        joints=np.bincount(inside, minlength=len(sites)).astype(np.int64),
        space=sites.space,
    )
