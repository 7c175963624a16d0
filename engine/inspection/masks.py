"""What is hidden from a model, and what it is shown in its place.

A mask hides joints of people for a span of frames. As a recording, that is missing data: NaN with
confidence 0. A network cannot take NaN, and what preprocessing makes of a joint that is never seen
(the mean of the visible ones) folds an arm into the belly: no body looks like that, the network
answers at random, and the answer says nothing about the arm. So a hidden joint is *stood in for*
[ours]: it keeps its place beside its parent, as last and as next seen, linear between. A joint that
is hidden all through keeps the place that it has in the first frame of the clip. Its movement of
its own is gone, the body stays a body, and moves along with what is still shown.

The parent's stand-in is taken where the parent is hidden too: a hidden arm hangs as it hung from
the shoulder. Where the root is hidden it keeps its place beside the mean of the joints that are
never hidden; where nothing is shown, the whole body stands still. A network with a visibility
channel is told that the joint was not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import BoolArray, FloatArray, missing_joints
from engine.errors import EngineError
from engine.recording import Clip, Recording
from engine.skeleton import SkeletonLayout


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """Joints of people in a span of frames, to be hidden.

    Raises:
        EngineError: The span is empty.
    """

    joints: tuple[int, ...] | None = None
    """Indices into V of the recording's layout; None for all."""
    people: tuple[int, ...] | None = None
    """Indices into M; None for everybody."""
    start: int = 0
    """First hidden frame of the recording."""
    stop: int | None = None
    """Frame after the last hidden one; None for the end of the recording."""

    def __post_init__(self) -> None:
        if self.start < 0 or (self.stop is not None and self.stop <= self.start):
            raise EngineError(f"a mask needs frames, got {self.start}..{self.stop}")


def part_mask(layout: SkeletonLayout, *names: str) -> Mask:
    """A mask of whole body parts, e.g. ``right arm`` and ``right hand``, of everybody all through.

    Raises:
        EngineError: The layout has no such part; the message lists those it has.
    """
    parts = {part.name: part.joints for part in layout.parts}
    unknown = [name for name in names if name not in parts]
    if unknown:
        raise EngineError(f"layout {layout.id} has no part {unknown[0]!r}; it has {list(parts)}")
    return Mask(joints=tuple(sorted({joint for name in names for joint in parts[name]})))


def hidden_in(masks: Sequence[Mask], clip: Clip) -> BoolArray:
    """``(T, M, V)`` of a clip: True where any of the masks hides.

    Raises:
        EngineError: A mask names a joint or a person that the recording does not have.
    """
    layout, people = clip.recording.layout, clip.recording.num_people
    hidden = np.zeros((clip.num_frames, people, layout.num_joints), dtype=np.bool_)
    for mask in masks:
        joints = range(layout.num_joints) if mask.joints is None else mask.joints
        persons = range(people) if mask.people is None else mask.people
        _check(joints, layout.num_joints, f"joints of layout {layout.id}")
        _check(persons, people, "people in the recording")
        stop = clip.stop if mask.stop is None else mask.stop
        frames = slice(max(mask.start - clip.start, 0), max(stop - clip.start, 0))
        for person in persons:
            hidden[frames, person, list(joints)] = True
    return hidden


def _check(indices: Sequence[int], count: int, what: str) -> None:
    wrong = [index for index in indices if not 0 <= index < count]
    if wrong:
        raise EngineError(f"a mask names number {wrong[0]} of {count} {what}, counted from 0")


def masked_recording(recording: Recording, masks: Sequence[Mask]) -> Recording:
    """The recording as though the hidden joints had never been seen: NaN, confidence 0.

    Raises:
        EngineError: A mask names a joint or a person that the recording does not have.
    """
    hidden = hidden_in(masks, Clip.whole(recording))
    unknown = np.float32(np.nan)
    turns = recording.orientations
    return replace(
        recording,
        positions=np.where(hidden[..., None], unknown, recording.positions),
        confidence=np.where(hidden, np.float32(0), recording.confidence),
        orientations=None if turns is None else np.where(hidden[..., None], unknown, turns),
    )


def stand_ins(positions: FloatArray, hidden: BoolArray, layout: SkeletonLayout) -> FloatArray:
    """Positions in which hidden joints no longer move of their own; see the head of this file.

    Args:
        positions: ``(T, M, V, C)`` float32, NaN where missing.
        hidden: ``(T, M, V)``.
        layout: Of the V joints.

    Returns:
        ``(T, M, V, C)`` float32, a new array; NaN where there is nothing to go by.
    """
    filled = np.array(positions, dtype=np.float32)
    order = _from_the_root(layout)
    for person in np.flatnonzero(hidden.any(axis=(0, 2))):
        body, of_body = filled[:, person], hidden[:, person]
        recorded = positions[:, person]
        for joint in order:
            if of_body[:, joint].any():
                anchors = _anchors(body, recorded, of_body, (joint, layout.parents[joint]))
                _hold(body[:, joint], recorded[:, joint], of_body[:, joint], anchors)
    return filled


def _from_the_root(layout: SkeletonLayout) -> tuple[int, ...]:
    """Joints in an order in which each comes after its parent."""
    order, seen = [layout.root], {layout.root}
    while len(order) < layout.num_joints:
        for joint, parent in enumerate(layout.parents):
            if joint not in seen and parent in seen:
                order.append(joint)
                seen.add(joint)
    return tuple(order)


Anchors = tuple[FloatArray, FloatArray]
"""``(T, C)`` what a joint keeps its place beside: as shown now, and as it was recorded."""


def _anchors(
    body: FloatArray, recorded: FloatArray, hidden: BoolArray, bone: tuple[int, int]
) -> Anchors:
    joint, parent = bone
    if joint != parent:
        now, then = body[:, parent], recorded[:, parent]
    else:
        steady = recorded[:, ~hidden.any(axis=0)]  # (T, v, C)
        seen = ~missing_joints(steady)[..., None]
        count = seen.sum(axis=1)
        total = np.where(seen, steady, 0).sum(axis=1)
        now = then = np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)
    nowhere = np.zeros_like(now)
    return (now, then) if (~missing_joints(now)).any() else (nowhere, nowhere)


def _hold(track: FloatArray, recorded: FloatArray, hidden: BoolArray, anchors: Anchors) -> None:
    """Write the stand-ins of one joint ``(T, C)`` into ``track``."""
    now, then = anchors
    frames = np.arange(len(track))
    present = ~missing_joints(recorded)
    shown = np.flatnonzero(present & ~hidden & ~missing_joints(now))
    beside = recorded - now
    if len(shown) == 0:
        shown = np.flatnonzero(present & ~missing_joints(then))[:1]
        beside = recorded - then
    if len(shown) == 0:
        track[hidden] = np.nan
        return
    for channel in range(track.shape[-1]):
        offset = np.interp(frames[hidden], shown, beside[shown, channel])
        track[hidden, channel] = now[hidden, channel] + offset
