"""Clips of a data set, and augmented batches of them."""

from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

from engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray, to_model_order
from engine.datasets import dataset_by_id
from engine.datasets.base import DatasetFormat, LabelledFile
from engine.errors import TrainingError
from engine.layouts import layout_by_id
from engine.places import cache_folder
from engine.preprocess.augment import (
    Augmentation,
    between,
    crop_times,
    displace,
    lose_joints,
    mirror_sides,
    reshape_limbs,
    shake,
    slow_down,
    turn,
)
from engine.preprocess.people import main_people, take_people
from engine.preprocess.recipe import Length, Preprocessing, present_people
from engine.preprocess.sides import NO_NAME, mirrored_actions
from engine.runtime.inputs import bodies_of
from engine.skeleton import SkeletonLayout
from trainer.division import kept_split
from trainer.job import TrainingJob
from trainer.pack import BitArray, pack_in_folder, pack_in_memory, wish_for
from trainer.plan import preprocessing_of

PACKS_FOLDER = "packs"
SPACE = 3
"""Coordinates of a layout whose clips can be seen from elsewhere; pictures cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipSet:
    """Clips with their actions, gaps filled, back to back in memory or in a file mapped into it.

    Each has the same number of places for people; who is not there is all zero.
    """

    positions: FloatArray
    """``(F, M, V, C)`` float32 frames of these clips and maybe of others, +y up; those who move
    most come first."""
    visible: BitArray | None
    """``(F, ⌈M·V/8⌉)`` uint8, a bit for each joint that was seen, where the networks are told; else
    None."""
    starts: IntArray
    """``(N,)`` the frame with which each clip begins."""
    lengths: IntArray
    """``(N,)`` frames of each clip."""
    actions: IntArray
    """``(N,)``."""
    files: tuple[LabelledFile, ...]
    mirrored: IntArray | None = None
    """``(K,)`` what each action is in a mirror, see :func:`mirrored_actions`; None if always
    itself."""

    def __len__(self) -> int:
        return len(self.lengths)

    def part(self, start: int, stop: int) -> "ClipSet":
        """The clips from one up to another; no frame is copied."""
        return ClipSet(
            positions=self.positions,
            visible=self.visible,
            starts=self.starts[start:stop],
            lengths=self.lengths[start:stop],
            actions=self.actions[start:stop],
            files=self.files[start:stop],
            mirrored=self.mirrored,
        )

    def clip(self, number: int) -> FloatArray:
        """``(T, M, V, C)`` frames of one clip; NaN for joints not seen, where that is kept."""
        span = slice(self.starts[number], self.starts[number] + self.lengths[number])
        positions = self.positions[span]
        if self.visible is None:
            return positions
        return np.where(self.seen(np.arange(span.start, span.stop))[..., None], positions, np.nan)

    def seen(self, frames: IntArray) -> BoolArray:
        """``(..., M, V)`` which joints were seen in frames ``(...)``; all, where it is not kept."""
        people, joints = self.positions.shape[1:3]
        shape = (*frames.shape, people, joints)
        if self.visible is None:
            return np.ones(shape, dtype=np.bool_)
        bits = self.visible.take(frames, axis=0)
        return np.unpackbits(bits, axis=-1, count=people * joints).view(np.bool_).reshape(shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Clips to train on and clips held out."""

    layout: SkeletonLayout
    actions: tuple[str, ...]
    terms: str
    train: ClipSet
    test: ClipSet | None
    """Judges the result, once."""
    validation: ClipSet | None = None
    """Watches the training."""
    rule: str = ""
    """How the clips were divided, for people."""
    digest: str = ""
    """Of the names on all sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How labelled files become clips in memory."""

    dataset: DatasetFormat
    layout: SkeletonLayout
    """The networks'; recordings with other joints are mapped to it."""
    people: int = 1
    """Places for people in each clip; those who move most are kept."""
    with_visibility: bool = False
    """Whether to keep which joints were seen."""


def load_split(job: TrainingJob, folder: Path | None = None) -> Split:
    """Read a data set and divide it as the job says.

    Args:
        job: What is wanted.
        folder: The job's, where the split is stored; None to decide it and forget it.

    Raises:
        TrainingError: No clip is left to train on, the data are not those of the stored split, or
            nobody is seen in a clip.
        EngineError: A file cannot be read.
    """
    choice = job.data
    dataset = dataset_by_id(choice.format)
    contents = dataset.contents(Path(choice.folder))
    files, kept = kept_split(choice, contents, job.seed, folder)
    sides = (files.train, files.test, files.validation)
    layout = layout_by_id(contents.layout_id)
    reading = Reading(
        dataset=dataset,
        layout=layout,
        people=job.preprocessing.people,
        with_visibility=preprocessing_of(job.preprocessing, layout).visibility,
    )
    packs = None if folder is None else cache_folder() / PACKS_FOLDER
    clips = replace(
        load_clips(tuple(chain(*sides)), reading, packs),
        mirrored=mirrored_actions(contents.actions),
    )
    stops = np.cumsum([len(side) for side in sides]).tolist()
    train, test, validation = (
        clips.part(stop - len(side), stop) for side, stop in zip(sides, stops, strict=True)
    )
    return Split(
        layout=layout,
        actions=contents.actions,
        terms=dataset.terms,
        train=train,
        test=test if len(test) else None,
        validation=validation if len(validation) else None,
        rule=kept.rule,
        digest=kept.digest,
    )


def load_clips(
    files: tuple[LabelledFile, ...], reading: Reading, packs: Path | None = None
) -> ClipSet:
    """Read files, at least one; with a folder of packs, from one that is written there once.

    Raises:
        TrainingError: Nobody is seen in a file, or the folder cannot be written.
        EngineError: A file cannot be read.
    """
    # the same clips in another order, or on other sides, are the same pack
    ordered = sorted(range(len(files)), key=lambda number: files[number].name)
    found = np.empty(len(files), dtype=np.int64)
    found[ordered] = np.arange(len(files))
    listed = tuple(files[number] for number in ordered)
    bodies = (main_bodies(file, reading) for file in listed)
    if packs is None:
        pack = pack_in_memory(bodies)
    else:
        facts = (reading.dataset.id, reading.layout, reading.people)
        pack = pack_in_folder(packs, wish_for(listed, reading.layout.id, facts), bodies)
    return ClipSet(
        positions=pack.positions,
        visible=pack.seen if reading.with_visibility else None,
        starts=pack.starts[found],
        lengths=pack.lengths[found],
        actions=np.array([file.action for file in files]),
        files=files,
    )


def main_bodies(file: LabelledFile, reading: Reading) -> FloatArray:
    """``(T, M, V, C)`` of those who move most in a clip, +y up; NaN where missing.

    Raises:
        TrainingError: Nobody is seen in it.
        EngineError: It cannot be read.
    """
    clip = reading.dataset.read_clip(file)
    chosen = main_people(clip.positions, reading.people)
    if not chosen:
        raise TrainingError(f"nobody is seen in {file.name}; name it under leave_out")
    taken = take_people(clip.positions, chosen, reading.people)
    return bodies_of(clip.recording, taken, reading.layout).positions


def sample_times(clips: ClipSet, chosen: IntArray, at: DoubleArray) -> FloatArray:
    """Clips at times of their own, on straight lines between their frames.

    Args:
        clips: Of which.
        chosen: ``(B,)`` indices of clips.
        at: ``(B, S)`` fractional frames of each.

    Returns:
        ``(B, S, M, V, C)`` float32.
    """
    below = np.floor(at).astype(np.int64)
    above = np.minimum(below + 1, clips.lengths[chosen, None] - 1)
    first = clips.starts[chosen, None]
    return between(clips.positions, first + below, first + above, at - below)


def span_times(
    lengths: IntArray, preprocessing: Preprocessing, least: float, random: np.random.Generator
) -> DoubleArray:
    """At which of its frames each clip is seen: a random span of it.

    A span that the recipe stretches is sampled unevenly; one that it repeats is played from its
    start over and over, as in use, and one too long for that is sampled evenly.

    Args:
        lengths: ``(N,)`` frames of each clip.
        preprocessing: Number of frames, and how a clip gets it.
        least: Least share of a clip to keep.
        random: Source of chance.

    Returns:
        ``(N, frames)`` fractional frames.
    """
    frames = preprocessing.frames
    if preprocessing.length is Length.STRETCH:
        return crop_times(lengths, frames, least, random)
    share = random.uniform(least, 1, size=len(lengths))
    kept = np.maximum(np.rint(share * lengths), 1).astype(np.int64)
    start = np.floor(random.uniform(0, 1, size=len(lengths)) * (lengths - kept + 1))
    looped = np.arange(frames) % kept[:, None]
    even = np.linspace(0, kept - 1, frames, axis=1)
    times: DoubleArray = start[:, None] + np.where(kept[:, None] < frames, looped, even)
    return times


@dataclass(frozen=True, slots=True, kw_only=True)
class Varied:
    """Clips as they are trained on."""

    joints: FloatArray
    """``(B, C, T, V, M)``."""
    actions: IntArray
    """``(B,)`` what they show now, which a mirror may have changed."""


def training_batch(
    clips: ClipSet,
    chosen: IntArray,
    layout: SkeletonLayout,
    preprocessing: Preprocessing,
    plan: Augmentation,
    random: np.random.Generator,
) -> Varied:
    """Augmented clips of the indices ``chosen`` ``(B,)``."""
    actions = clips.actions[chosen]
    at = span_times(clips.lengths[chosen], preprocessing, plan.crop, random)
    batch = sample_times(clips, chosen, at)
    seen = None
    if clips.visible is not None:
        nearest = clips.starts[chosen, None] + np.rint(at).astype(np.int64)
        seen = clips.seen(nearest).astype(np.float32)
    if plan.mirror:
        images = actions if clips.mirrored is None else clips.mirrored[actions]
        flipped = random.integers(0, 2, size=len(chosen), dtype=np.int8) == 1
        flipped &= images != NO_NAME
        if plan.mirror_sided < 1:
            flipped &= (images == actions) | (random.uniform(size=len(chosen)) < plan.mirror_sided)
        batch, seen = mirror_clips(batch, seen, layout, flipped)
        actions = np.where(flipped, images, actions)
    there = present_people(batch)
    if plan.slowest > 1:
        batch = slow_down(batch, plan.slowest, random)
    if plan.limb_scale > 0:
        batch = reshape_limbs(batch, layout, plan.limb_scale, random)
    if plan.displacement > 0:
        batch = displace(batch, plan.displacement, random)
    if layout.dimensions == SPACE:
        batch = turn(batch, plan, random)
    batch = shake(batch, plan, random)
    if plan.lost > 0:
        batch = lose_joints(batch, plan.lost, random)
    # turned and shaken, an empty place would no longer be empty
    if not there.all():
        batch *= there[:, None, :, None, None]
    joints = to_model_order(preprocessing.normalise(batch, seen))
    return Varied(joints=joints, actions=actions)


def mirror_clips(
    positions: FloatArray,
    seen: FloatArray | None,
    layout: SkeletonLayout,
    flipped: BoolArray,
) -> tuple[FloatArray, FloatArray | None]:
    """Exchange left and right in some of the clips, and what was seen of them alike.

    Args:
        positions: ``(N, T, M, V, C)`` float32.
        seen: ``(N, T, M, V)`` float32, or None.
        layout: Gives the other side of each joint.
        flipped: ``(N,)`` in which.
    """
    if seen is None:
        return mirror_sides(positions, layout, flipped), None
    both = mirror_sides(np.concatenate([positions, seen[..., None]], axis=-1), layout, flipped)
    return both[..., :-1], both[..., -1]


def plain_input(clips: ClipSet, preprocessing: Preprocessing) -> FloatArray:
    """Joints ``(N, C, T, V, M)`` of all clips, exactly as in use."""
    return np.concatenate(
        [preprocessing.prepare(clips.clip(number)).inputs for number in range(len(clips))]
    )
