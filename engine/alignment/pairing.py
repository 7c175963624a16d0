"""Two persons of two recordings, made comparable: the joints both have, upright, in one unit.

Nothing is moved or turned to each other here: see ``timing`` and ``placing``.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.alignment.upright import IN_SPACE, figure_size, path_lengths, sampled, upright_rotation
from engine.arrays import BoolArray, DoubleArray, FloatArray
from engine.errors import EngineError, LayoutError
from engine.layouts.maps import RowKind, map_between
from engine.layouts.points import make_point, points_of
from engine.recording import Recording, Units
from engine.skeleton import LayoutKind, SkeletonLayout

FEWEST_JOINTS = 3
"""So many must be seen in both bodies, else two frames are not compared."""
ANCHORS = ("hip centre", "shoulder centre")
"""Points that a body is held by, the better one first."""
ANCHORED_SHARE = 0.5
"""Of the frames in which a person is seen, in which a point must be there to hold the body by."""
BRIDGED_S = 0.5
"""Gaps of the anchor up to so long are bridged by straight lines."""
LENGTHS = {Units.METRES: ("m", 1.0), Units.MILLIMETRES: ("m", 0.001), Units.PIXELS: ("px", 1.0)}
NO_LENGTH = ("units", 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Performer:
    """One person of a recording."""

    recording: Recording
    person: int

    def __post_init__(self) -> None:
        people = self.recording.num_people
        if not 0 <= self.person < people:
            path = self.recording.source.path
            name = path.name if path else "the recording"
            raise EngineError(
                f"{name} has people 1 to {people}, and no {self.person + 1}; choose one of those"
            )

    @property
    def layout(self) -> SkeletonLayout:
        """Of the recording."""
        return self.recording.layout

    @property
    def unit(self) -> tuple[str, float]:
        """Its unit of length, and how many of them a unit of the recording is."""
        return LENGTHS.get(self.recording.units, NO_LENGTH)

    @property
    def seconds(self) -> DoubleArray:
        """``(T,)`` from the first frame on, ascending."""
        stamps = self.recording.timestamps
        if stamps is not None:
            return np.maximum.accumulate(stamps - stamps[0])
        return np.arange(self.recording.num_frames) / float(self.recording.shown_fps)


def main_person(recording: Recording) -> int:
    """The person whose joints travel most, of all that are seen."""
    steps = np.abs(np.diff(recording.positions, axis=0)).sum(axis=-1)  # (T - 1, M, V)
    way = np.nansum(steps, axis=(0, 2)) if len(steps) else np.zeros(recording.num_people)
    seen = np.isfinite(recording.positions).any(axis=(0, 2, 3))
    return int(np.argmax(np.where(seen, way, -1.0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One person in space, upright, in the unit of ``Pair``."""

    performer: Performer
    rotation: DoubleArray
    """``(3, 3)`` from the recording's coordinates; with ``factor``, the way to these."""
    factor: float
    """Units of length in one unit of the recording."""
    joints: FloatArray
    """``(T, J, 3)`` the common joints; NaN where one is missing."""
    anchors: FloatArray
    """``(T, 3)`` what the body is held by; NaN where that is not known."""
    height: float
    """From head to ankle along the bones, or the body's extent where that is not known."""

    @property
    def num_frames(self) -> int:
        """T."""
        return len(self.joints)

    @property
    def seen(self) -> BoolArray:
        """``(T,)`` frames in which enough joints are there to be compared."""
        known: BoolArray = np.isfinite(self.joints[..., 0]).sum(axis=1) >= FEWEST_JOINTS
        return known

    @property
    def span(self) -> tuple[int, int]:
        """First and last frame in which the person is seen."""
        frames = np.flatnonzero(self.seen)
        return int(frames[0]), int(frames[-1])

    def upright(self, points: NDArray[np.floating]) -> FloatArray:
        """``(..., C)`` points of the recording in these coordinates; pictures stand at Z = 0."""
        return _upright(points, self.rotation, self.factor)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two bodies with the same joints, in the unit of the first."""

    first: Body
    second: Body
    joints: tuple[int, ...]
    """The common ones, in the first one's layout."""
    partners: tuple[int, ...]
    """The same, in the second one's layout."""
    ratio: float
    """The first body's size, where the second one's is 1: of the median bone."""
    unit: str
    """``m``, ``px``, or ``units`` where nobody knows."""
    has_one_unit: bool
    """Whether lengths of both can be compared; if not, the second can only be brought to size."""
    stands: bool
    """A body in space: it stands on a floor and turns about the vertical."""
    is_flat: bool
    """Pictures without depth: nothing is turned."""

    @cached_property
    def joint_names(self) -> tuple[str, ...]:
        """Of the common joints."""
        names = self.first.performer.layout.joints
        return tuple(names[joint] for joint in self.joints)


def pair_of(first: Performer, second: Performer) -> Pair:
    """Make two persons comparable.

    Only joints that both systems measure count; none is made up from others.

    Raises:
        LayoutError: They have no joints in common: a hand and a body, or nobody has described one
            of the layouts; or one has depth and the other is a picture.
        EngineError: One of the persons is never seen.
    """
    ours, theirs = first.layout, second.layout
    if ours.dimensions != theirs.dimensions:
        flat, deep = (ours, theirs) if ours.dimensions < theirs.dimensions else (theirs, ours)
        raise LayoutError(
            f"one recording is flat ({flat.id}) and the other has depth ({deep.id}), so their "
            "joints cannot be compared; choose two recordings of one kind"
        )
    mapping = map_between(theirs, ours)
    exact = [
        (joint, row.sources[0][0])
        for joint, row in enumerate(mapping.rows)
        if row.kind is RowKind.EXACT
    ]
    if len(exact) < FEWEST_JOINTS:
        raise LayoutError(f"{ours.id} and {theirs.id} have fewer than {FEWEST_JOINTS} joints alike")
    mine, other = (tuple(pair[side] for pair in exact) for side in (0, 1))
    bodies = _body(first, mine), _body(second, other)
    for body in bodies:
        if not body.seen.any():
            path = body.performer.recording.source.path
            raise EngineError(
                f"{path.name if path else 'the recording'}: person {body.performer.person + 1} is "
                "never seen; choose another person or recording"
            )
    anchors = _anchors(*bodies)
    bodies = (
        _with_anchors(bodies[0], anchors[0]),
        _with_anchors(bodies[1], anchors[1]),
    )
    is_flat = ours.dimensions < IN_SPACE
    return Pair(
        first=bodies[0],
        second=bodies[1],
        joints=mine,
        partners=other,
        ratio=_ratio(*bodies, _bones(ours, mine)),
        unit=first.unit[0],
        has_one_unit=first.unit[0] == second.unit[0] == "m" or first.unit == second.unit,
        stands=ours.kind is LayoutKind.BODY and not is_flat,
        is_flat=is_flat,
    )


def _upright(points: NDArray[np.floating], rotation: DoubleArray, factor: float) -> FloatArray:
    if points.shape[-1] < IN_SPACE:
        points = np.concatenate([points, np.zeros((*points.shape[:-1], 1), points.dtype)], axis=-1)
    turned: FloatArray = points.astype(np.float32) @ (rotation.T * factor).astype(np.float32)
    return turned


def _body(performer: Performer, joints: tuple[int, ...]) -> Body:
    recording = performer.recording
    rotation, factor = upright_rotation(recording), performer.unit[1]
    every = _upright(recording.positions[:, performer.person], rotation, factor)
    every[~np.isfinite(every).all(axis=-1)] = np.nan
    return Body(
        performer=performer,
        rotation=rotation,
        factor=factor,
        joints=np.ascontiguousarray(every[:, list(joints)]),
        anchors=np.zeros((0, 3), dtype=np.float32),
        height=_height(every, recording.layout),
    )


def _height(points: FloatArray, layout: SkeletonLayout) -> float:
    names = layout.joints
    top = next((names.index(name) for name in ("head", "nose", "neck") if name in names), None)
    some = points[sampled(len(points))]
    if top is not None and "left ankle" in names:
        lengths = path_lengths(some, layout, top, names.index("left ankle"))
        lengths = lengths[np.isfinite(lengths) & (lengths > 0)]
        if len(lengths):
            return float(np.median(lengths))
    return figure_size(some[:, None])


def _with_anchors(body: Body, anchors: FloatArray) -> Body:
    return Body(
        performer=body.performer,
        rotation=body.rotation,
        factor=body.factor,
        joints=body.joints,
        anchors=anchors,
        height=body.height,
    )


# anchors


def _anchors(first: Body, second: Body) -> tuple[FloatArray, FloatArray]:
    """``(T, 3)`` of each: the same point of both bodies, as far as it is seen often enough."""
    for point in ANCHORS:
        found = _point(first, point), _point(second, point)
        ours, theirs = found
        if ours is not None and theirs is not None:
            return _bridged(ours, first), _bridged(theirs, second)
    roots = [
        body.performer.recording.positions[:, body.performer.person, body.performer.layout.root]
        for body in (first, second)
    ]
    if first.performer.layout == second.performer.layout and all(
        np.isfinite(root).all(axis=-1).mean() >= ANCHORED_SHARE for root in roots
    ):
        return (
            _bridged(first.upright(roots[0]), first),
            _bridged(second.upright(roots[1]), second),
        )
    return _middle(first), _middle(second)


def _point(body: Body, point: str) -> FloatArray | None:
    """``(T, 3)`` one point of a body; None where it is hardly ever known."""
    layout, positions = body.performer.layout, body.performer.recording.positions
    measured = points_of(layout)
    weights = None if measured is None else make_point(point, frozenset(measured))
    if measured is None or weights is None:
        return None
    used = [measured.index(name) for name in weights]
    shares = np.array(list(weights.values()), dtype=np.float32)
    found = np.einsum("tsc,s->tc", positions[:, body.performer.person][:, used], shares)
    known = np.isfinite(found).all(axis=-1)
    if np.count_nonzero(known & body.seen) < ANCHORED_SHARE * np.count_nonzero(body.seen):
        return None
    found[~known] = np.nan
    return body.upright(found)


def _middle(body: Body) -> FloatArray:
    """``(T, 3)`` of the joints that are seen; jumps where joints come and go."""
    known = np.isfinite(body.joints[..., :1])
    count = known.sum(axis=1)
    total = np.where(known, body.joints, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)


def _bridged(points: FloatArray, body: Body) -> FloatArray:
    """``(T, 3)`` with short gaps filled by straight lines."""
    known = np.flatnonzero(np.isfinite(points[:, 0]))
    if not len(known) or len(known) == len(points):
        return points
    frames = np.arange(len(points))
    reach = BRIDGED_S * float(body.performer.recording.shown_fps) / 2
    after = np.minimum(np.searchsorted(known, frames), len(known) - 1)
    before = np.maximum(after - 1, 0)
    away = np.minimum(np.abs(known[after] - frames), np.abs(frames - known[before]))
    filled = np.stack(
        [np.interp(frames, known, points[known, axis]) for axis in range(points.shape[1])], axis=1
    )
    filled[away > reach] = np.nan
    return filled.astype(np.float32)


# sizes


def _bones(layout: SkeletonLayout, joints: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Pairs of common joints, by their place among them, each with its nearest common ancestor."""
    place = {joint: number for number, joint in enumerate(joints)}
    found: list[tuple[int, int]] = []
    for joint in joints:
        walk = layout.parents[joint]
        while walk not in place and layout.parents[walk] != walk:
            walk = layout.parents[walk]
        if walk in place and walk != joint:
            found.append((place[joint], place[walk]))
    return tuple(found)


def _ratio(first: Body, second: Body, bones: tuple[tuple[int, int], ...]) -> float:
    """How large the first body is, where the second is 1.

    The median over bones, each counting by its length: sensors measure short ones badly.
    """
    lengths = np.array([[_length(body, bone) for bone in bones] for body in (first, second)])
    lengths = lengths.reshape(2, -1)
    both = np.isfinite(lengths).all(axis=0) & (lengths > 0).all(axis=0)
    if not both.any():
        return 1.0
    ratios, weights = lengths[0, both] / lengths[1, both], lengths[:, both].mean(axis=0)
    order = np.argsort(ratios)
    passed = np.cumsum(weights[order])
    return float(ratios[order][np.searchsorted(passed, passed[-1] / 2)])


def _length(body: Body, bone: tuple[int, int]) -> float:
    some = body.joints[sampled(body.num_frames)]
    length = np.linalg.norm(some[:, bone[0]] - some[:, bone[1]], axis=-1)
    length = length[np.isfinite(length)]
    return float(np.median(length)) if len(length) else np.nan
