"""A part of the lanes that the user has marked: some frames, some joints."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Brush:
    """What is lit in the 3D view and played over and over."""

    person: int
    start: int
    stop: int
    """Half-open span of frames."""
    joints: tuple[int, ...] = ()
    """Empty for no joint in particular."""


def brush_between(
    person: int, ends: tuple[float, float], num_frames: int, joints: tuple[int, ...] = ()
) -> Brush:
    """The frames that a stroke touches, at least one, whichever way it was drawn."""
    first, last = sorted(ends)
    start = min(max(int(first), 0), num_frames - 1)
    stop = min(max(int(-(-last // 1)), start + 1), num_frames)
    return Brush(person=person, start=start, stop=stop, joints=joints)
