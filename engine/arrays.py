"""Array types and the one place where axis order changes.

Axis letters: N batch, T frames, M people, V joints, C channels, K classes, W windows, E bones, P
parts.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
DoubleArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

ScalarT = TypeVar("ScalarT", bound=np.generic)


def read_only(array: NDArray[ScalarT]) -> NDArray[ScalarT]:
    """A view of the array that cannot be written through."""
    view = array.view()
    view.flags.writeable = False
    return view


def to_model_order(storage: FloatArray) -> FloatArray:
    """Turn storage order into the order networks take.

    Args:
        storage: ``(N, T, M, V, C)``.

    Returns:
        ``(N, C, T, V, M)``, contiguous.
    """
    return np.ascontiguousarray(storage.transpose(0, 4, 1, 3, 2))


def missing_joints(positions: FloatArray) -> BoolArray:
    """Where a joint is missing: ``(..., V, C)`` with NaN -> ``(..., V)``."""
    missing: BoolArray = np.logical_or.reduce(np.isnan(positions), axis=-1)
    return missing
