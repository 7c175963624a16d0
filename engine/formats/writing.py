"""What writers share: refusing recordings that a format cannot hold."""

from engine.errors import EngineError
from engine.recording import Recording, Units
from engine.skeleton import Axis, SkeletonLayout


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
        raise EngineError(
            f"{format_name} holds layout {layout.id}, this recording has {recording.layout.id}; "
            f"convert with --layout {layout.id}, or to npz"
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
