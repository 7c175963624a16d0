"""What is worked out from a layout's joint names: parents, sides, named parts."""

from engine.errors import LayoutError
from engine.skeleton import PART_NAMES, BodyPart

HAND_PART_NAMES = (
    "palm",
    "thumb",
    "index finger",
    "middle finger",
    "ring finger",
    "little finger",
)


def parents_by_name(parents: dict[str, str]) -> tuple[int, ...]:
    """Parent index of each joint.

    Args:
        parents: Parent name of each joint, in the layout's order; the root names itself.
    """
    joints = tuple(parents)
    return tuple(joints.index(parent) for parent in parents.values())


def mirror_by_name(joints: tuple[str, ...]) -> tuple[int, ...]:
    """The joint on the other side: ``left …`` and ``right …`` change places, others stay.

    Raises:
        LayoutError: A side joint has no partner.
    """
    return tuple(joints.index(_partner(joint, joints)) for joint in joints)


def _partner(joint: str, joints: tuple[str, ...]) -> str:
    side, _, rest = joint.partition(" ")
    other = {"left": f"right {rest}", "right": f"left {rest}"}.get(side, joint)
    if other not in joints:
        raise LayoutError(f"joint {joint!r} needs a partner {other!r}")
    return other


def body_parts(*parts: tuple[int, ...]) -> tuple[BodyPart, ...]:
    """The ten parts of a body, joints given in the order of ``PART_NAMES``."""
    return _named(PART_NAMES, parts)


def hand_parts(*parts: tuple[int, ...]) -> tuple[BodyPart, ...]:
    """The six parts of a hand, joints given in the order of ``HAND_PART_NAMES``."""
    return _named(HAND_PART_NAMES, parts)


def no_mirror(count: int) -> tuple[int, ...]:
    """For one hand: no joint has another side."""
    return tuple(range(count))


def _named(names: tuple[str, ...], parts: tuple[tuple[int, ...], ...]) -> tuple[BodyPart, ...]:
    if len(parts) != len(names):
        raise LayoutError(f"{len(names)} parts are needed, {len(parts)} given")
    return tuple(
        BodyPart(name=name, joints=joints) for name, joints in zip(names, parts, strict=True)
    )
