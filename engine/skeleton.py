"""What a skeleton is made of: joints, bones, sides, body parts.

A layout is the only source of the number of joints; adjacency, flips and body parts derive from it.
The layouts themselves are in ``engine.layouts``, one file each.
"""

from dataclasses import dataclass
from enum import Enum

from engine.errors import LayoutError

PART_NAMES = (
    "head",
    "torso",
    "left arm",
    "left hand",
    "right arm",
    "right hand",
    "left leg",
    "left foot",
    "right leg",
    "right foot",
)
"""FG-STFormer's ten parts of a body (paper section 3.3: P = 10)."""


class Axis(Enum):
    """A direction of the recording's coordinate frame, used to say which way is up."""

    PLUS_X = "+x"
    MINUS_X = "-x"
    PLUS_Y = "+y"
    MINUS_Y = "-y"
    PLUS_Z = "+z"
    MINUS_Z = "-z"


class LayoutKind(Enum):
    """What the joints belong to: camera presets, floor and parts depend on it."""

    BODY = "body"
    HAND = "hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPart:
    """A named group of joints, in the order they are concatenated for a network."""

    name: str
    joints: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SkeletonLayout:
    """Joints of one capture system and how they hang together.

    Raises:
        LayoutError: The tables contradict each other (checked on construction).
    """

    id: str
    """Stable, lower case, for files and the command line, e.g. ``kinect-v1``."""
    name: str
    """For people, e.g. ``Kinect v1 · NW-UCLA · UTKinect``."""
    kind: LayoutKind
    joints: tuple[str, ...]
    """Names in index order, e.g. ``left wrist``."""
    parents: tuple[int, ...]
    """Parent of each joint; the root points to itself."""
    mirror: tuple[int, ...]
    """The joint on the other side; itself on the middle line."""
    parts: tuple[BodyPart, ...]
    """Together they cover every joint: the ten of ``PART_NAMES``, or a hand's palm and fingers."""
    root: int
    up: Axis
    """Which way is up in recordings of this layout unless they say otherwise."""
    dimensions: int = 3
    """3 for metres in space, 2 for pictures."""

    def __post_init__(self) -> None:
        count = len(self.joints)
        if len(set(self.joints)) != count:
            raise LayoutError(f"layout {self.id}: joint names repeat")
        if len(self.parents) != count or len(self.mirror) != count:
            raise LayoutError(f"layout {self.id}: {count} joints need as many parents and mirrors")
        if self.parents[self.root] != self.root:
            raise LayoutError(f"layout {self.id}: the root must be its own parent")
        for joint in range(count):
            self._check_joint(joint)
        covered = {joint for part in self.parts for joint in part.joints}
        if covered != set(range(count)):
            raise LayoutError(f"layout {self.id}: parts must cover every joint and no other")

    def _check_joint(self, joint: int) -> None:
        if self.mirror[self.mirror[joint]] != joint:
            raise LayoutError(f"layout {self.id}: mirror of {self.joints[joint]} is not mutual")
        seen, walk = {joint}, joint
        while self.parents[walk] != walk:
            walk = self.parents[walk]
            if walk in seen:
                raise LayoutError(f"layout {self.id}: parents of {self.joints[joint]} form a ring")
            seen.add(walk)
        if walk != self.root:
            raise LayoutError(f"layout {self.id}: {self.joints[joint]} does not hang on the root")

    @property
    def num_joints(self) -> int:
        """V."""
        return len(self.joints)

    @property
    def bones(self) -> tuple[tuple[int, int], ...]:
        """``(child, parent)`` of each of the V - 1 bones, in joint order."""
        return tuple((j, p) for j, p in enumerate(self.parents) if j != p)

    def index(self, joint: str) -> int:
        """Index of a joint by name.

        Raises:
            LayoutError: There is no such joint.
        """
        try:
            return self.joints.index(joint)
        except ValueError:
            raise LayoutError(
                f"layout {self.id} has no joint {joint!r}; it has {', '.join(self.joints)}"
            ) from None
