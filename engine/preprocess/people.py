"""Who is who among the people of a clip, for networks that see several at once."""

import numpy as np

from engine.arrays import FloatArray, missing_joints


def people_seen(positions: FloatArray) -> tuple[int, ...]:
    """People of ``(T, M, V, C)`` of whom at least one joint is visible in some frame."""
    visible = ~missing_joints(positions)
    return tuple(int(person) for person in np.flatnonzero(visible.any(axis=(0, 2))))


def energy(positions: FloatArray) -> float:
    """How much a person moves, to choose the main bodies (2s-AGCN).

    The standard deviations of x, y and z over all visible joints and frames, summed.

    Args:
        positions: ``(T, V, C)``, NaN where missing.
    """
    visible = positions[~missing_joints(positions)]
    return float(visible.std(axis=0).sum()) if len(visible) else 0.0


def main_people(positions: FloatArray, count: int) -> tuple[int, ...]:
    """At most ``count`` people of ``(T, M, V, C)`` who are seen, those with most energy first."""
    seen = people_seen(positions)
    order = sorted(seen, key=lambda person: -energy(positions[:, person]))
    return tuple(order[:count])


def take_people(positions: FloatArray, people: tuple[int, ...], places: int) -> FloatArray:
    """``(T, M, V, C)`` -> ``(T, places, V, C)``: these people, then NaN for the places left."""
    taken = np.full((len(positions), places, *positions.shape[2:]), np.nan, dtype=np.float32)
    taken[:, : len(people)] = positions[:, list(people)]
    return taken
