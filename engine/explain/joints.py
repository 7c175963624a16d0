"""An explanation on the network's joints, as one on the recording's."""

from dataclasses import replace

import numpy as np

from engine.arrays import FloatArray, IntArray
from engine.layouts.maps import LayoutMap
from engine.prediction import Explanation, JointMap, LinkMap, Node, TimeMap

Users = tuple[tuple[int, ...], ...]
"""For each joint of the recording, the network's joints that are made from it."""


def users_of(mapping: LayoutMap) -> Users:
    """For each source joint of a map, the target joints that are made from it."""
    return tuple(
        tuple(
            target
            for target, row in enumerate(mapping.rows)
            if any(joint == source for source, _ in row.sources)
        )
        for joint in range(mapping.source.num_joints)
    )


def to_recording_joints(explanation: Explanation, users: Users) -> Explanation:
    """The same explanation on another layout's joints.

    Each recording joint carries the largest weight of the network joints that use it; NaN where
    none does.

    Args:
        explanation: On the network's joints.
        users: For each joint of the recording, the network's joints that are made from it.
    """
    return replace(
        explanation,
        joint_maps=tuple(
            JointMap(
                name=joint_map.name,
                weights=_spread(joint_map.weights, users, axis=-1),
                strongest=joint_map.strongest,
            )
            for joint_map in explanation.joint_maps
        ),
        chosen=_owners(explanation.chosen, users, explanation.joint_weights.shape[-1]),
        links=tuple(_link_map(link, users) for link in explanation.links),
        times=tuple(
            TimeMap(
                name=each.name, weights=_spread(each.weights, users, axis=1), centres=each.centres
            )
            for each in explanation.times
        ),
    )


def to_recording_weights(weights: FloatArray, users: Users) -> FloatArray:
    """Weights of either sign ``(..., V)`` on another layout's joints.

    Each recording joint carries the one of largest size among the network joints that use it; NaN
    where none does.
    """
    highest = _spread(weights, users, axis=-1)
    lowest = -_spread(-weights, users, axis=-1)
    return np.where(highest >= -lowest, highest, lowest)


def _owners(chosen: IntArray, users: Users, joints: int) -> IntArray:
    owners = np.full(joints, -1)
    for joint, used_by in enumerate(users):
        for target in used_by:
            owners[target] = joint
    return np.sort(np.where(chosen >= 0, owners[chosen], -1), axis=-1)


def _link_map(link: LinkMap, users: Users) -> LinkMap:
    weights = link.weights
    if link.asking is Node.JOINT:
        weights = _spread(weights, users, axis=-2)
    if link.asked is Node.JOINT:
        weights = _spread(weights, users, axis=-1)
    return replace(link, weights=weights)


def _spread(values: FloatArray, users: Users, axis: int) -> FloatArray:
    by_joint = np.moveaxis(values, axis, -1)
    columns = [
        np.fmax.reduce(by_joint[..., list(used)], axis=-1)
        if used
        else np.full(by_joint.shape[:-1], np.nan, dtype=np.float32)
        for used in users
    ]
    result: FloatArray = np.moveaxis(np.stack(columns, axis=-1), -1, axis).astype(np.float32)
    return result
