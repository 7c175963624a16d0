"""Snapping: the nearest place where something begins or ends."""

from collections.abc import Iterable

import numpy as np

from engine.arrays import DoubleArray

FINE_PX = 12.0
"""Fine edges count where they are at least so far apart."""


def nearest_edge(edges: Iterable[DoubleArray], position: float) -> float | None:
    """The edge nearest to an axis position; None where there is none.

    Args:
        edges: Ascending positions, any number of arrays.
        position: Where to look.
    """
    found: list[float] = []
    for each in edges:
        place = int(np.searchsorted(each, position))
        found += [float(edge) for edge in each[max(place - 1, 0) : place + 1]]
    return min(found, key=lambda edge: abs(edge - position), default=None)


def snapped(
    edges: Iterable[DoubleArray],
    fine_edges: Iterable[DoubleArray],
    position: float,
    *,
    reach: float,
    frames_a_pixel: float,
) -> float:
    """An axis position, or the edge that it is near.

    Args:
        edges: Always count.
        fine_edges: Count where their neighbours are some pixels away.
        position: Where the pointer is.
        reach: How near an edge has to be, in frames.
        frames_a_pixel: How far one can see.
    """
    wide = [each for each in fine_edges if _is_wide(each, position, FINE_PX * frames_a_pixel)]
    edge = nearest_edge((*edges, *wide), position)
    return edge if edge is not None and abs(edge - position) <= reach else position


def _is_wide(edges: DoubleArray, position: float, least: float) -> bool:
    place = int(np.searchsorted(edges, position))
    around = edges[max(place - 1, 0) : place + 2]
    return len(around) > 1 and float(np.diff(around).min()) >= least


def next_edge(edges: Iterable[DoubleArray], frame: int, step: int) -> int | None:
    """The first frame after the next edge, from a frame on; None at the end of them.

    Args:
        edges: Ascending axis positions, any number of arrays.
        frame: Where one stands.
        step: 1 for the next, -1 for the one before.
    """
    found: list[int] = []
    for each in edges:
        place = int(np.searchsorted(each, frame + (1e-6 if step > 0 else -1.0 + 1e-6)))
        near = each[place : place + 1] if step > 0 else each[max(place - 1, 0) : place]
        found += [int(np.ceil(edge)) for edge in near]
    ahead = [each for each in found if (each > frame if step > 0 else each < frame)]
    if not ahead:
        return None
    return min(ahead) if step > 0 else max(ahead)
