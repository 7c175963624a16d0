"""The lane of focus: how much each joint mattered, joint by time."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.lanes.base import NO_EDGES, LaneDrawing, LaneShape, LaneView, RowName
from app.lanes.detail import KNOWN, UNKNOWN, HeatLevels
from app.overlays.colour_scale import scale_rgba
from engine.arrays import DoubleArray, FloatArray
from engine.skeleton import LayoutKind, SkeletonLayout

MIRRORED_PART_WORDS = {"left": "L", "right": "R"}
WANTED_LINES, FEWEST_LINES = 4.8, 3.6
"""Heights at which the groups' names can be read, and at which its rows still can be told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusGroup:
    """Rows of the focus lane under one name."""

    name: str
    first_row: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusRows:
    """Which joint each row of the focus lane is about."""

    joints: tuple[int, ...]
    groups: tuple[FocusGroup, ...]


def focus_rows(layout: SkeletonLayout) -> FocusRows:
    """Every joint once, part by part from head to feet; hands and feet go with their limbs."""
    seen: set[int] = set()
    joints: list[int] = []
    groups: list[FocusGroup] = []
    for name, members in _limbs(layout):
        fresh = [joint for joint in dict.fromkeys(members) if joint not in seen]
        if fresh:
            groups.append(FocusGroup(name=name, first_row=len(joints), rows=len(fresh)))
            joints += fresh
            seen.update(fresh)
    return FocusRows(joints=tuple(joints), groups=tuple(groups))


def _limbs(layout: SkeletonLayout) -> list[tuple[str, tuple[int, ...]]]:
    if layout.kind is LayoutKind.HAND:
        return [(part.name, part.joints) for part in layout.parts]
    limbs: dict[str, tuple[int, ...]] = {}
    for part in layout.parts:
        name = part.name.replace("hand", "arm").replace("foot", "leg")
        for word, letter in MIRRORED_PART_WORDS.items():
            name = name.replace(word, letter)
        limbs[name] = (*limbs.get(name, ()), *part.joints)
    return list(limbs.items())


@lru_cache(maxsize=2)
def _byte_colours(*, is_on_dark: bool) -> NDArray[np.uint32]:
    """``(256,)`` the four bytes of the colour of each byte of ``HeatLevels``."""
    shares = np.arange(UNKNOWN + 1, dtype=np.float32) / KNOWN
    shares[UNKNOWN] = np.nan
    rgba = np.rint(scale_rgba(shares, on_dark=is_on_dark) * 255).astype(np.uint8)
    return np.ascontiguousarray(rgba).view(np.uint32)[:, 0]


@dataclass(frozen=True, kw_only=True)
class FocusLane:
    """Informativeness of one person's joints over time."""

    layout: SkeletonLayout
    rows: FocusRows
    start: int
    """Recording frame of the first of T."""
    heat: HeatLevels
    strongest: float | None
    """Largest weight before it was brought to 0..1, where that is known."""
    map_name: str
    person: int
    kind: str = "focus"

    @property
    def name(self) -> str:
        """In the left column."""
        return "Focus"

    @property
    def remark(self) -> str:
        """Nothing: the rows have names of their own."""
        return ""

    @property
    def shape(self) -> LaneShape:
        """As high as there is room."""
        return LaneShape(lines=WANTED_LINES, dense_lines=FEWEST_LINES, is_elastic=True)

    @property
    def num_frames(self) -> int:
        """T."""
        return len(self.heat.weights)

    def drawing(self, view: LaneView) -> LaneDrawing:
        """One row of pixels a joint, in the colours of the scale."""
        names = tuple(
            RowName(
                top=group.first_row / len(self.rows.joints),
                bottom=(group.first_row + group.rows) / len(self.rows.joints),
                text=group.name,
            )
            for group in self.rows.groups
        )
        edges = view.span.column_edges(view.width)
        places = (edges[:-1] + edges[1:]) / 2 - self.start
        inside = (places >= 0) & (places < self.num_frames)
        picture = np.zeros((len(self.rows.joints), view.width), dtype=np.uint32)
        if inside.any():
            seen = self.heat.columns(places[inside], view.span.frames / view.width)
            colours = _byte_colours(is_on_dark=view.is_on_dark)
            first, last = np.flatnonzero(inside)[[0, -1]]
            rows = np.ascontiguousarray(seen.T)[list(self.rows.joints)]
            picture[:, first : last + 1] = colours[rows]
        pixels = picture.view(np.uint8).reshape(*picture.shape, 4)
        return LaneDrawing(picture=pixels, row_names=names)

    def joint_at(self, height: float) -> int:
        """The joint whose row is at a share of the lane's height."""
        row = min(max(int(height * len(self.rows.joints)), 0), len(self.rows.joints) - 1)
        return self.rows.joints[row]

    def joints_between(self, top: float, bottom: float) -> tuple[int, ...]:
        """The joints whose rows lie between two shares of the height; all when that is all."""
        count = len(self.rows.joints)
        low, high = sorted((top, bottom))
        first = min(max(int(low * count), 0), count - 1)
        last = min(max(int(np.ceil(high * count)), first + 1), count)
        return self.rows.joints[first:last]

    def weight(self, frame: int, joint: int) -> float | None:
        """The exact weight; None outside what is known."""
        place = frame - self.start
        if not 0 <= place < self.num_frames:
            return None
        weight = float(self.heat.weights[place, joint])
        return weight if np.isfinite(weight) else None

    def text_at(self, position: float, height: float, view: LaneView) -> str:
        """Joint, frame and exact weight."""
        frame = min(max(int(position), 0), view.span.num_frames - 1)
        joint = self.joint_at(height)
        weight = self.weight(frame, joint)
        if weight is None:
            return ""
        text = f"{self.layout.joints[joint]} · frame {frame} · focus {weight:.3f}"
        if self.strongest is not None:
            text += f" · 1 is {self.strongest:.3g}"
        return text

    @property
    def edges(self) -> tuple[DoubleArray, ...]:
        """None."""
        return ()

    @property
    def fine_edges(self) -> DoubleArray:
        """None."""
        return NO_EDGES


def focus_lane(
    weights: FloatArray,
    layout: SkeletonLayout,
    *,
    start: int,
    person: int,
    map_name: str = "",
    strongest: float | None = None,
) -> FocusLane:
    """The lane for ``(T, V)`` weights in 0..1, joints in the layout's order.

    Args:
        weights: NaN where the person is not seen.
        layout: Of the recording.
        start: Recording frame of the first of the T frames.
        person: Index of the person.
        map_name: What the weights are, for people.
        strongest: Largest weight before it was brought to 0..1.
    """
    return FocusLane(
        layout=layout,
        rows=focus_rows(layout),
        start=start,
        heat=HeatLevels.of(np.ascontiguousarray(weights, dtype=np.float32)),
        strongest=strongest,
        map_name=map_name,
        person=person,
    )
