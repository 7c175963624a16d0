"""Clips of a data set in memory, and augmented batches of them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.arrays import FloatArray, IntArray, to_model_order
from engine.datasets import dataset_by_id
from engine.datasets.base import LabelledFile
from engine.errors import TrainingError
from engine.formats import read_recording
from engine.layouts import layout_by_id
from engine.preprocess.augment import (
    Augmentation,
    crop_times,
    mirror_sides,
    reshape_limbs,
    shake,
    turn,
)
from engine.preprocess.recipe import Preprocessing
from engine.preprocess.spatial import to_y_up
from engine.preprocess.temporal import fill_gaps
from engine.skeleton import SkeletonLayout
from trainer.job import DataChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipSet:
    """Clips with their actions, gaps filled, padded to one length by holding the last frame."""

    positions: FloatArray
    """``(N, T, M, V, C)`` float32, +y up."""
    lengths: IntArray
    """``(N,)`` frames of each clip before padding."""
    actions: IntArray
    """``(N,)``."""
    files: tuple[LabelledFile, ...]

    def __len__(self) -> int:
        return len(self.lengths)

    def first(self, count: int) -> "ClipSet":
        """The first clips of the set."""
        return ClipSet(
            positions=self.positions[:count],
            lengths=self.lengths[:count],
            actions=self.actions[:count],
            files=self.files[:count],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Clips to train on and clips held out."""

    layout: SkeletonLayout
    actions: tuple[str, ...]
    terms: str
    train: ClipSet
    test: ClipSet | None


def load_split(choice: DataChoice) -> Split:
    """Read a data set and divide it as the job says.

    Raises:
        TrainingError: No clip is left to train on.
        EngineError: A file cannot be read.
    """
    dataset = dataset_by_id(choice.format)
    files = tuple(
        file
        for file in dataset.files(Path(choice.folder))
        if not any(file.path.match(pattern) for pattern in choice.leave_out)
    )
    test = tuple(f for f in files if f.view in choice.test_views or f.person in choice.test_people)
    train = tuple(
        f
        for f in files
        if f not in set(test)
        and (not choice.train_views or f.view in choice.train_views)
        and (not choice.train_people or f.person in choice.train_people)
    )
    if not train:
        raise TrainingError(f"no clip of {choice.folder} is left to train on; widen the choice")
    return Split(
        layout=layout_by_id(dataset.layout_id),
        actions=dataset.actions,
        terms=dataset.terms,
        train=load_clips(train),
        test=load_clips(test) if test else None,
    )


def load_clips(files: tuple[LabelledFile, ...]) -> ClipSet:
    """Read files into one array; only the first person of each is kept."""
    clips = []
    for file in files:
        recording = read_recording(file.path)
        first = recording.positions[:, :1]
        clips.append(fill_gaps(to_y_up(first, recording.up)))
    longest = max(len(clip) for clip in clips)
    padded = [np.concatenate([c, np.repeat(c[-1:], longest - len(c), axis=0)]) for c in clips]
    return ClipSet(
        positions=np.stack(padded),
        lengths=np.array([len(clip) for clip in clips]),
        actions=np.array([file.action for file in files]),
        files=files,
    )


def sample_times(positions: FloatArray, at: FloatArray | np.ndarray) -> FloatArray:
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


def training_batch(
    clips: ClipSet,
    chosen: IntArray,
    layout: SkeletonLayout,
    preprocessing: Preprocessing,
    plan: Augmentation,
    random: np.random.Generator,
) -> FloatArray:
    """Augmented network input ``(B, C, T, V, M)`` of the clips with indices ``chosen`` ``(B,)``."""
    at = crop_times(clips.lengths[chosen], preprocessing.frames, plan.crop, random)
    batch = sample_times(clips.positions[chosen], at)
    if plan.mirror:
        batch = mirror_sides(batch, layout, random)
    if plan.limb_scale > 0:
        batch = reshape_limbs(batch, layout, plan.limb_scale, random)
    batch = shake(turn(batch, plan, random), plan, random)
    return to_model_order(preprocessing.normalise(batch.astype(np.float32)))


def plain_input(clips: ClipSet, preprocessing: Preprocessing) -> FloatArray:
    """Network input ``(N, C, T, V, M)`` of all clips, exactly as in use."""
    prepared = [
        preprocessing.prepare(clip[:length])[0]
        for clip, length in zip(clips.positions, clips.lengths, strict=True)
    ]
    return np.concatenate(prepared)
