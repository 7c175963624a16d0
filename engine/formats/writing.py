"""What writers share: refusing what a format cannot hold, and zeros for what is missing."""

import numpy as np

from engine.arrays import FloatArray
from engine.errors import EngineError
from engine.recording import Recording, Units
from engine.skeleton import Axis, SkeletonLayout


def cannot_write(format_name: str) -> EngineError:
    """What a format that can only be read raises when it is to be written."""
    return EngineError(f"{format_name} can be read but not written; choose another format")


def require(
    recording: Recording, format_name: str, layout: SkeletonLayout, most_people: int = 1
) -> None:
    """Refuse what a format of metres with Y up cannot hold.

    Args:
        recording: What is to be written.
        format_name: For the message.
        layout: The format's only layout.
        most_people: How many people it has room for.

    Raises:
        EngineError: Says what is in the way and what to do.
    """
    if recording.layout != layout:
        has_map = recording.layout.kind is layout.kind
        remedy = f"convert it to layout {layout.id} first, or to npz" if has_map else "use npz"
        raise EngineError(
            f"{format_name} holds layout {layout.id}, this recording has {recording.layout.id}; "
            f"{remedy}"
        )
    if recording.num_people > most_people:
        people = "one person" if most_people == 1 else f"{most_people} people"
        raise EngineError(
            f"{format_name} holds {people}, this recording has {recording.num_people}; "
            "convert to npz"
        )
    if recording.units is not Units.METRES or recording.up is not Axis.PLUS_Y:
        raise EngineError(
            f"{format_name} holds metres with Y up, this recording has {recording.units.value} "
            f"with {recording.up.value} up; convert to npz"
        )


def zeros_for_missing(positions: FloatArray) -> FloatArray:
    """Positions as formats without NaN have them.

    Args:
        positions: ``(T, M, V, C)``; a joint with any NaN is missing.

    Returns:
        A new array with missing joints at zero.
    """
    missing = np.isnan(positions).any(axis=-1, keepdims=True)
    return np.where(missing, np.float32(0), positions)
