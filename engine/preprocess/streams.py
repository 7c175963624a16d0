"""The streams of skeleton networks: joints, bones, and how both move."""

from enum import Enum

import numpy as np

from engine.arrays import FloatArray
from engine.skeleton import SkeletonLayout


class Stream(Enum):
    """What a network is shown of a clip."""

    JOINT = "joint"
    BONE = "bone"
    """Each joint minus its parent; the root's is zero (2s-AGCN)."""
    JOINT_MOTION = "joint-motion"
    """The next frame minus this one; the last frame's is zero (MS-AAGCN)."""
    BONE_MOTION = "bone-motion"
    """The same of the bones."""
    JOINT_AND_BONE = "joint-and-bone"
    """Both, one after the other on the channels (ST-TR)."""


def stream_channels(stream: Stream, coordinates: int, *, visibility: bool = False) -> int:
    """C of a stream: of 2 or 3 coordinates, with or without the visibility channel."""
    return coordinates * (2 if stream is Stream.JOINT_AND_BONE else 1) + int(visibility)


def stream_of(
    inputs: FloatArray, stream: Stream, layout: SkeletonLayout, *, visibility: bool = False
) -> FloatArray:
    """Turn prepared joints into a stream.

    Args:
        inputs: ``(N, C, T, V, M)`` float32, joints as the preprocessing makes them.
        stream: Which.
        layout: Of the V joints.
        visibility: Whether the last channel is visibility, which stays as it is.

    Returns:
        ``(N, C', T, V, M)`` float32.
    """
    if stream is Stream.JOINT:
        return inputs
    coordinates = inputs[:, :-1] if visibility else inputs
    made = _coordinates_of(coordinates, stream, layout)
    return np.concatenate([made, inputs[:, -1:]], axis=1) if visibility else made


def _coordinates_of(joints: FloatArray, stream: Stream, layout: SkeletonLayout) -> FloatArray:
    if stream is Stream.JOINT_MOTION:
        return motion_of(joints)
    if stream is Stream.JOINT:
        return joints
    bones = bones_of(joints, layout)
    if stream is Stream.BONE_MOTION:
        return motion_of(bones)
    return bones if stream is Stream.BONE else np.concatenate([joints, bones], axis=1)


def bones_of(joints: FloatArray, layout: SkeletonLayout) -> FloatArray:
    """``(N, C, T, V, M)`` joints -> each minus its parent."""
    result: FloatArray = joints - joints[:, :, :, list(layout.parents)]
    return result


def motion_of(joints: FloatArray) -> FloatArray:
    """``(N, C, T, V, M)`` -> the next frame minus this one, zero in the last."""
    motion = np.zeros_like(joints)
    motion[:, :, :-1] = joints[:, :, 1:] - joints[:, :, :-1]
    return motion
