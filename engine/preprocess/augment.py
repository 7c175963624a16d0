"""Variations of whole batches of clips: other views, bodies, speeds, sensors than recorded."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from engine.skeleton import SkeletonLayout


@dataclass(frozen=True, slots=True, kw_only=True)
class Augmentation:
    """How far training clips are varied. Angles are in degrees and drawn evenly from -x to x."""

    yaw: float = 90.0
    """About the vertical: another place of the camera."""
    pitch: float = 30.0
    """About the horizontal: another height of the camera."""
    roll: float = 10.0
    limb_scale: float = 0.15
    """Each bone is lengthened or shortened by up to this share: another body."""
    crop: float = 0.6
    """Least share of the clip that is kept."""
    jitter: float = 0.01
    """Standard deviation of noise on every joint, in units of the recording."""
    sway: float = 0.02
    """Standard deviation of slow noise on every joint: a sensor that loses a limb."""
    mirror: bool = True
    """Half of the clips with left and right exchanged, and their actions alike; those of an action
    with a side whose other side is no action stay as they are."""
    mirror_sided: float = 1.0
    """How often, compared to others, clips of an action that a mirror makes another one are
    mirrored. Where few clips of it are known, all with the same hand, less than 1 lets a network
    learn by the way to the other side instead of by the hand and the way together."""
    displacement: float = 0.0
    """Standard deviation of where another pose source puts each joint, the same all through a clip,
    in units of the recording."""
    slowest: float = 1.0
    """Clips are seen at rates down to one frame in so many, the rest filled in between."""
    lost: float = 0.0
    """Share of clips in which some joints are out of sight for a while, filled as gaps are."""


def rotation_matrices(angles: DoubleArray) -> FloatArray:
    """Rotations about x, then y, then z.

    Args:
        angles: ``(N, 3)`` radians about x, y, z.

    Returns:
        ``(N, 3, 3)`` float32, to be multiplied from the left.
    """
    cos, sin = np.cos(angles), np.sin(angles)
    zero, one = np.zeros(len(angles)), np.ones(len(angles))
    about_x = np.stack([one, zero, zero, zero, cos[:, 0], -sin[:, 0], zero, sin[:, 0], cos[:, 0]])
    about_y = np.stack([cos[:, 1], zero, sin[:, 1], zero, one, zero, -sin[:, 1], zero, cos[:, 1]])
    about_z = np.stack([cos[:, 2], -sin[:, 2], zero, sin[:, 2], cos[:, 2], zero, zero, zero, one])
    x, y, z = (m.T.reshape(-1, 3, 3) for m in (about_x, about_y, about_z))
    return (z @ y @ x).astype(np.float32)


def turn(positions: FloatArray, plan: Augmentation, random: np.random.Generator) -> FloatArray:
    """See each clip from another place.

    Args:
        positions: ``(N, T, M, V, 3)`` float32, +y up.
        plan: How far.
        random: Source of chance.

    Returns:
        ``(N, T, M, V, 3)`` float32, turned about each clip's mean position.
    """
    reach = np.radians([plan.pitch, plan.yaw, plan.roll])
    rotations = rotation_matrices(random.uniform(-reach, reach, size=(len(positions), 3)))
    centred = (positions - centres(positions)).reshape(len(positions), -1, positions.shape[-1])
    turned = np.matmul(centred, rotations.swapaxes(1, 2))
    return turned.reshape(positions.shape)


def centres(positions: FloatArray) -> FloatArray:
    """``(N, T, M, V, C)`` -> ``(N, 1, 1, 1, C)`` the mean position of each clip."""
    clips, frames, people, joints, channels = positions.shape
    # over frames first: numpy adds long rows many times faster than rows of C
    sums = positions.reshape(clips, frames * people, joints * channels).sum(axis=1)
    means = sums.reshape(clips, joints, channels).sum(axis=1)
    means *= 1 / (frames * people * joints)
    return means.reshape(clips, 1, 1, 1, channels)


def reshape_limbs(
    positions: FloatArray, layout: SkeletonLayout, share: float, random: np.random.Generator
) -> FloatArray:
    """Give each clip's people other limb lengths, the same on both sides.

    Args:
        positions: ``(N, T, M, V, C)`` float32.
        layout: Gives bones and sides.
        share: Largest change of a bone.
        random: Source of chance.

    Returns:
        ``(N, T, M, V, C)`` float32; the root keeps its path.
    """
    factors = random.uniform(1 - share, 1 + share, size=(len(positions), layout.num_joints))
    factors = (factors + factors[:, layout.mirror]) / 2
    result = positions.copy()
    for joint in joints_from_root(layout):
        parent = layout.parents[joint]
        if parent == joint:
            continue
        bone = positions[:, :, :, joint] - positions[:, :, :, parent]
        scale = factors[:, joint].astype(np.float32).reshape(-1, 1, 1, 1)
        result[:, :, :, joint] = result[:, :, :, parent] + bone * scale
    return result


def joints_from_root(layout: SkeletonLayout) -> tuple[int, ...]:
    """Every joint after its parent."""
    ordered = [layout.root]
    for joint in ordered:
        ordered.extend(child for child, parent in layout.bones if parent == joint)
    return tuple(ordered)


def mirror_sides(positions: FloatArray, layout: SkeletonLayout, chosen: BoolArray) -> FloatArray:
    """Exchange left and right in some of the clips.

    Args:
        positions: ``(N, T, M, V, C)`` float32.
        layout: Gives the other side of each joint.
        chosen: ``(N,)`` in which.

    Returns:
        The same shape.
    """
    flipped = positions[chosen].take(layout.mirror, axis=3)
    flipped[..., 0] *= -1
    result = positions.copy()
    result[chosen] = flipped
    return result


def crop_times(
    lengths: IntArray, frames: int, least: float, random: np.random.Generator
) -> DoubleArray:
    """Random spans of clips, unevenly sampled.

    Args:
        lengths: ``(N,)`` frames of each clip.
        frames: Frames wanted.
        least: Least share of a clip to keep.
        random: Source of chance.

    Returns:
        ``(N, frames)`` ascending fractional frames of each clip.
    """
    share = random.uniform(least, 1, size=(len(lengths), 1))
    start = random.uniform(0, 1, size=(len(lengths), 1)) * (1 - share)
    steps = random.uniform(0.5, 1.5, size=(len(lengths), frames))
    place = np.cumsum(steps, axis=1) - steps[:, :1]
    place /= place[:, -1:]
    return (start + place * share) * (lengths - 1).reshape(-1, 1)


def shake(positions: FloatArray, plan: Augmentation, random: np.random.Generator) -> FloatArray:
    """Noise of a sensor: quick on every joint, and slow where a limb is lost from sight."""
    count, frames = positions.shape[:2]
    noise = random.standard_normal(positions.shape, dtype=np.float32)
    noise *= plan.jitter
    if plan.sway > 0:
        knots = max(frames // 8, 2)
        slow = random.standard_normal((count, knots, positions[0, 0].size), dtype=np.float32)
        noise += (plan.sway * between_knots(knots, frames) @ slow).reshape(positions.shape)
    noise += positions
    return noise


def between_knots(knots: int, frames: int) -> FloatArray:
    """``(frames, knots)`` float32 shares of evenly spread knots in frames: straight lines."""
    place = np.linspace(0, knots - 1, frames)
    shares: FloatArray = np.maximum(1 - np.abs(place[:, None] - np.arange(knots)), 0)
    return shares.astype(np.float32)


def displace(positions: FloatArray, spread: float, random: np.random.Generator) -> FloatArray:
    """Put each joint a little elsewhere, the same all through a clip: another pose source.

    Args:
        positions: ``(N, T, M, V, C)`` float32.
        spread: Standard deviation of each coordinate.
        random: Source of chance.
    """
    clips, frames, people, joints, channels = positions.shape
    size = (clips, 1, people * joints * channels)
    offsets = random.normal(0, spread, size=size).astype(np.float32)
    result: FloatArray = positions.reshape(clips, frames, size[-1]) + offsets
    return result.reshape(positions.shape)


def slow_down(positions: FloatArray, slowest: float, random: np.random.Generator) -> FloatArray:
    """See each clip at a lower rate: only every so many frames, straight lines between.

    Args:
        positions: ``(N, T, M, V, C)`` float32.
        slowest: Largest distance between the frames that are kept.
        random: Source of chance.
    """
    clips, frames = positions.shape[:2]
    apart = random.uniform(1, max(slowest, 1), size=(clips, 1))
    kept = np.floor(np.arange(frames) / apart)
    first = np.minimum(kept * apart, frames - 1)
    after = np.minimum((kept + 1) * apart, frames - 1)
    share = np.clip((np.arange(frames) - first) / np.maximum(after - first, 1e-6), 0, 1)
    starts = np.arange(clips)[:, None] * frames
    rows = positions.reshape(clips * frames, *positions.shape[2:])
    below = starts + np.rint(first).astype(np.int64)
    above = starts + np.rint(after).astype(np.int64)
    return between(rows, below, above, share)


def between(rows: FloatArray, below: IntArray, above: IntArray, share: DoubleArray) -> FloatArray:
    """Frames on straight lines between two others.

    Args:
        rows: ``(R, ...)`` float32 frames.
        below: ``(N, S)`` the one before, an index into ``rows``.
        above: ``(N, S)`` the one after.
        share: ``(N, S)`` how far from the one to the other, 0 to 1.

    Returns:
        ``(N, S, ...)`` float32, a new array.
    """
    flat = rows.reshape(len(rows), -1)
    result: FloatArray = flat.take(below, axis=0)
    way = flat.take(above, axis=0)
    way -= result
    way *= share.astype(np.float32)[..., None]
    result += way
    return result.reshape(*below.shape, *rows.shape[1:])


def lose_joints(positions: FloatArray, share: float, random: np.random.Generator) -> FloatArray:
    """Take some joints out of sight for a while and fill the gaps as ``fill_gaps`` does.

    Args:
        positions: ``(N, T, M, V, C)`` float32.
        share: Of clips in which that happens, to up to a quarter of the joints.
        random: Source of chance.

    Returns:
        The same shape, a new array.
    """
    clips, frames, people, joints, _ = positions.shape
    hit = np.flatnonzero(random.uniform(size=clips) < share)
    counts = random.integers(1, max(joints // 4, 1) + 1, size=(len(hit), 1))
    places = random.uniform(size=(len(hit), joints)).argsort(axis=1).argsort(axis=1)
    which, joint = np.nonzero(places < counts)
    clip = hit[which]
    person = random.integers(people, size=len(clip))
    start, stop = np.sort(random.integers(0, frames + 1, size=(2, len(clip))), axis=0)
    before, after = np.maximum(start - 1, 0), np.minimum(stop, frames - 1)
    left = positions[clip, np.where(start > 0, before, after), person, joint]
    right = positions[clip, np.where(stop < frames, after, before), person, joint]
    # a joint that is never seen is another matter
    gap = np.where(stop - start < frames, stop - start, 0)
    which = np.repeat(np.arange(len(gap)), gap)
    step = np.arange(len(which)) - np.repeat(gap.cumsum() - gap, gap)
    place = ((step + 1) / (gap[which] + 1)).astype(np.float32)[:, None]
    result = positions.copy()
    filled = left[which] * (1 - place) + right[which] * place
    result[clip[which], start[which] + step, person[which], joint[which]] = filled
    return result
