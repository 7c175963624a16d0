"""Maps between body layouts: which joints are copied, which are made up, which stay unknown."""

from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

import numpy as np

from engine.arrays import FloatArray
from engine.errors import LayoutError
from engine.layouts.points import make_point, points_of
from engine.recording import Finding, FindingKind, Recording
from engine.skeleton import Axis, SkeletonLayout

MADE_UP_CONFIDENCE = 0.5
"""A made-up joint has this much of the confidence of its least certain source."""


class RowKind(Enum):
    """How a joint of the target layout comes about."""

    EXACT = "exact"
    """Copied: the source has a joint for the same point of the body."""
    MADE_UP = "made up"
    """A weighted mean of other joints; nobody measured it."""
    MISSING = "missing"
    """The source has nothing to make it from: NaN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRow:
    """Where one joint of the target layout comes from."""

    sources: tuple[tuple[int, float], ...]
    """``(source joint, weight)``; the weights sum to one. Empty where the joint is missing."""
    kind: RowKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutMap:
    """How positions in one layout become positions in another.

    It knows joints only: the frame of reference, its up axis and its units stay as they are. Going
    from three dimensions to two drops the last coordinate, the depth in every layout here.
    """

    source: SkeletonLayout
    target: SkeletonLayout
    rows: tuple[MapRow, ...]
    """One for each joint of the target."""

    def joints(self, kind: RowKind) -> tuple[str, ...]:
        """Names of the target's joints that come about in one way."""
        pairs = zip(self.target.joints, self.rows, strict=True)
        return tuple(joint for joint, row in pairs if row.kind is kind)

    def apply(self, positions: FloatArray, confidence: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Map positions and their confidence.

        Args:
            positions: ``(T, M, V, C)`` float32 in the source layout, NaN where a joint is missing.
            confidence: ``(T, M, V)`` float32 in 0..1.

        Returns:
            ``(T, M, V', C')`` and ``(T, M, V')`` float32 in the target layout. A joint made from a
            missing joint is missing (NaN, confidence 0); a made-up joint has ``MADE_UP_CONFIDENCE``
            of its least certain source.

        Raises:
            LayoutError: The arrays are not of the source layout.
        """
        if positions.shape[2] != self.source.num_joints or confidence.shape != positions.shape[:3]:
            raise LayoutError(
                f"a map from {self.source.id} needs (T, M, {self.source.num_joints}, C), "
                f"got {positions.shape} and {confidence.shape}"
            )
        flat = positions[..., : self.target.dimensions]
        shape = (*positions.shape[:2], self.target.num_joints)
        mapped = np.full((*shape, flat.shape[-1]), np.nan, dtype=np.float32)
        certain = np.zeros(shape, dtype=np.float32)
        for joint, row in enumerate(self.rows):
            if row.kind is RowKind.MISSING:
                continue
            used = [source for source, _ in row.sources]
            weights = np.array([weight for _, weight in row.sources], dtype=np.float32)
            share = 1.0 if row.kind is RowKind.EXACT else MADE_UP_CONFIDENCE
            mapped[:, :, joint] = np.einsum("tmsc,s->tmc", flat[:, :, used], weights)
            certain[:, :, joint] = share * confidence[:, :, used].min(axis=-1)
        certain[np.isnan(mapped).any(axis=-1)] = 0.0
        return mapped, certain


@lru_cache(maxsize=64)
def map_between(source: SkeletonLayout, target: SkeletonLayout) -> LayoutMap:
    """The map from one layout to another.

    Raises:
        LayoutError: There is none: a hand is no body, depth cannot be made up from a picture, or
            nobody has described one of the layouts.
    """
    if source.dimensions < target.dimensions:
        raise LayoutError(
            f"{source.id} is flat, {target.id} needs {target.dimensions} dimensions; "
            "depth cannot be made up, choose a flat layout"
        )
    if source == target:
        rows = tuple(
            MapRow(sources=((joint, 1.0),), kind=RowKind.EXACT)
            for joint in range(source.num_joints)
        )
        return LayoutMap(source=source, target=target, rows=rows)
    measured, wanted = points_of(source), points_of(target)
    if measured is None or wanted is None:
        described = source if measured is None else target
        if source.kind is not target.kind:
            raise LayoutError(
                f"this is the {source.kind.value} layout {source.id}, and a {target.kind.value} "
                f"layout such as {target.id} is needed; choose another recording or model"
            )
        raise LayoutError(
            f"{source.id} cannot be turned into {target.id}: nobody has described {described.id}"
        )
    index = {point: joint for joint, point in enumerate(measured)}
    return LayoutMap(
        source=source, target=target, rows=tuple(_row(point, index) for point in wanted)
    )


def _row(point: str, index: dict[str, int]) -> MapRow:
    weights = make_point(point, frozenset(index))
    if weights is None:
        return MapRow(sources=(), kind=RowKind.MISSING)
    kind = RowKind.EXACT if point in index else RowKind.MADE_UP
    return MapRow(sources=tuple((index[name], share) for name, share in weights.items()), kind=kind)


def map_recording(recording: Recording, target: SkeletonLayout) -> Recording:
    """A recording in another layout, with findings that say what was made up.

    Orientations do not survive: they belong to the source's joints.

    Raises:
        LayoutError: There is no map, or the depth to be dropped is not the last coordinate.
    """
    mapping = map_between(recording.layout, target)
    if target == recording.layout:
        return recording
    drops_depth = target.dimensions < recording.layout.dimensions
    if drops_depth and recording.up in (Axis.PLUS_Z, Axis.MINUS_Z):
        raise LayoutError(
            f"{target.id} is flat, and this recording has Z up, so its depth is not the last "
            "coordinate; choose a layout with three dimensions"
        )
    positions, confidence = mapping.apply(recording.positions, recording.confidence)
    return replace(
        recording,
        layout=target,
        positions=positions,
        confidence=confidence,
        orientations=None,
        findings=(*recording.findings, *map_findings(mapping)),
    )


def map_findings(mapping: LayoutMap) -> tuple[Finding, ...]:
    """What a map makes up or leaves out, one sentence each."""
    total = mapping.target.num_joints
    route = f"From {mapping.source.id} to {mapping.target.id}"
    found: list[Finding] = []
    for kind, words in ((RowKind.MADE_UP, "made up from others"), (RowKind.MISSING, "unknown")):
        joints = mapping.joints(kind)
        if joints:
            message = f"{route}, {len(joints)} of {total} joints {words}: {', '.join(joints)}."
            found.append(Finding(kind=FindingKind.OTHER, message=message, count=len(joints)))
    if mapping.target.dimensions < mapping.source.dimensions:
        message = f"{route}, the depth is dropped."
        found.append(Finding(kind=FindingKind.OTHER, message=message))
    return tuple(found)
