"""Clips of a data set in memory, and augmented batches of them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.arrays import (
    BoolArray,
    DoubleArray,
    FloatArray,
    IntArray,
    ScalarT,
    missing_joints,
    to_model_order,
)
from engine.datasets import dataset_by_id
from engine.datasets.base import DatasetFormat, LabelledFile
from engine.errors import TrainingError
from engine.layouts import layout_by_id
from engine.preprocess.augment import (
    Augmentation,
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
from engine.preprocess.temporal import fill_gaps
from engine.runtime.inputs import bodies_of
from engine.skeleton import SkeletonLayout
from trainer.job import DataChoice, TrainingJob
from trainer.plan import preprocessing_of

SPACE = 3
"""Coordinates of a layout whose clips can be seen from elsewhere; pictures cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipSet:
    """Clips with their actions, gaps filled, padded to one length by holding the last frame.

    Each has the same number of places for people; who is not there is all zero.
    """

    positions: FloatArray
    """``(N, T, M, V, C)`` float32, +y up; those who move most come first."""
    visible: BoolArray | None
    """``(N, T, M, V)`` which joints were seen, where the networks are told; else None."""
    lengths: IntArray
    """``(N,)`` frames of each clip before padding."""
    actions: IntArray
    """``(N,)``."""
    files: tuple[LabelledFile, ...]

    def __len__(self) -> int:
        return len(self.lengths)

    def part(self, start: int, stop: int) -> "ClipSet":
        """The clips from one up to another."""
        return ClipSet(
            positions=self.positions[start:stop],
            visible=None if self.visible is None else self.visible[start:stop],
            lengths=self.lengths[start:stop],
            actions=self.actions[start:stop],
            files=self.files[start:stop],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Clips to train on and clips held out."""

    layout: SkeletonLayout
    actions: tuple[str, ...]
    terms: str
    train: ClipSet
    test: ClipSet | None


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


def load_split(job: TrainingJob) -> Split:
    """Read a data set and divide it as the job says.

    Raises:
        TrainingError: No clip is left to train on, or nobody is seen in one.
        EngineError: A file cannot be read.
    """
    choice = job.data
    dataset = dataset_by_id(choice.format)
    contents = dataset.contents(Path(choice.folder))
    train, test = divided(choice, contents.files)
    layout = layout_by_id(contents.layout_id)
    reading = Reading(
        dataset=dataset,
        layout=layout,
        people=job.preprocessing.people,
        with_visibility=preprocessing_of(job.preprocessing, layout).visibility,
    )
    return Split(
        layout=layout,
        actions=contents.actions,
        terms=dataset.terms,
        train=load_clips(train, reading),
        test=load_clips(test, reading) if test else None,
    )


def divided(
    choice: DataChoice, files: tuple[LabelledFile, ...]
) -> tuple[tuple[LabelledFile, ...], tuple[LabelledFile, ...]]:
    """Files to train on and files held out.

    Raises:
        TrainingError: None is left to train on.
    """
    kept = tuple(
        file for file in files if not any(file.path.match(pattern) for pattern in choice.leave_out)
    )
    test = tuple(f for f in kept if f.view in choice.test_views or f.person in choice.test_people)
    held_out = set(test)
    train = tuple(
        f
        for f in kept
        if f not in held_out
        and (not choice.train_views or f.view in choice.train_views)
        and (not choice.train_people or f.person in choice.train_people)
    )
    if not train:
        raise TrainingError(f"no clip of {choice.folder} is left to train on; widen the choice")
    return train, test


def load_clips(files: tuple[LabelledFile, ...], reading: Reading) -> ClipSet:
    """Read files, at least one, into one array.

    Raises:
        TrainingError: Nobody is seen in a file.
        EngineError: A file cannot be read.
    """
    raw = [main_bodies(file, reading) for file in files]
    seen = padded([~missing_joints(clip) for clip in raw]) if reading.with_visibility else None
    return ClipSet(
        positions=padded([fill_gaps(clip) for clip in raw]),
        visible=seen,
        lengths=np.array([len(clip) for clip in raw]),
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


def padded(clips: list[NDArray[ScalarT]]) -> NDArray[ScalarT]:
    """Clips ``(T, ...)`` of several lengths -> ``(N, longest, ...)``: the last frame is held."""
    longest = max(len(clip) for clip in clips)
    return np.stack([np.concatenate([c, np.repeat(c[-1:], longest - len(c), 0)]) for c in clips])


def sample_times(positions: FloatArray, at: DoubleArray) -> FloatArray:
    """Linear interpolation of each clip at its own times.

    Args:
        positions: ``(N, T, M, V, C)`` float32.
        at: ``(N, S)`` fractional frames.

    Returns:
        ``(N, S, M, V, C)`` float32.
    """
    below = np.floor(at).astype(np.int64)
    above = np.minimum(below + 1, positions.shape[1] - 1)
    share = (at - below).astype(np.float32)[..., None, None, None]
    rows = np.arange(len(positions))[:, None]
    result: FloatArray = positions[rows, below] * (1 - share) + positions[rows, above] * share
    return result


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


def training_batch(
    clips: ClipSet,
    chosen: IntArray,
    layout: SkeletonLayout,
    preprocessing: Preprocessing,
    plan: Augmentation,
    random: np.random.Generator,
) -> FloatArray:
    """Augmented joints ``(B, C, T, V, M)`` of the clips with indices ``chosen`` ``(B,)``."""
    at = span_times(clips.lengths[chosen], preprocessing, plan.crop, random)
    batch = sample_times(clips.positions[chosen], at)
    seen = None
    if clips.visible is not None:
        nearest = np.rint(at).astype(np.int64)
        seen = clips.visible[chosen[:, None], nearest].astype(np.float32)
    if plan.mirror:
        batch, seen = mirror_clips(batch, seen, layout, random)
    there = present_people(batch)[:, None, :, None, None]
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
    batch = np.where(there, batch, 0)
    return to_model_order(preprocessing.normalise(batch.astype(np.float32), seen))


def mirror_clips(
    positions: FloatArray,
    seen: FloatArray | None,
    layout: SkeletonLayout,
    random: np.random.Generator,
) -> tuple[FloatArray, FloatArray | None]:
    """Exchange left and right in half of the clips, and what was seen of them alike.

    Args:
        positions: ``(N, T, M, V, C)`` float32.
        seen: ``(N, T, M, V)`` float32, or None.
        layout: Gives the other side of each joint.
        random: Source of chance.
    """
    if seen is None:
        return mirror_sides(positions, layout, random), None
    both = mirror_sides(np.concatenate([positions, seen[..., None]], axis=-1), layout, random)
    return both[..., :-1], both[..., -1]


def plain_input(clips: ClipSet, preprocessing: Preprocessing) -> FloatArray:
    """Joints ``(N, C, T, V, M)`` of all clips, exactly as in use."""
    raw = clips.positions
    if clips.visible is not None:
        raw = np.where(clips.visible[..., None], raw, np.float32(np.nan))
    return np.concatenate(
        [
            preprocessing.prepare(clip[:length]).inputs
            for clip, length in zip(raw, clips.lengths, strict=True)
        ]
    )
