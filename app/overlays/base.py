"""What an overlay is: a pure function from an explanation to drawing arrays."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from app.overlays.prepared import PreparedExplanation
from engine.arrays import BoolArray, FloatArray, IntArray
from engine.prediction import Explanation
from engine.recording import Recording


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlaySettings:
    """What the sliders and pickers beside the view say."""

    focal_joints: int
    """K: how many joints a person are in focus."""
    link_threshold: float
    """Links from parts to focal joints weaker than this are not drawn."""
    link_count: int = 50
    """How many attention links a person are drawn, the strongest."""
    joint_map: int = 0
    """Which of the joint maps is shown; the first where there are not so many. So below."""
    link_map: int = 0
    head: int | None = None
    """Which attention head; None for the strongest of all of them."""
    point_map: int = 0
    person: int | None = None
    """Who is spoken of; everybody else steps back. None for everybody."""
    opacity: float = 1.0
    """0 leaves the bodies in their own colours, 1 shows the overlay in full."""
    on_dark: bool = True
    """Which way the colour scale runs; the view sets it from its theme."""
    link_colour: tuple[float, float, float] = (0.29, 0.87, 0.50)
    """sRGB; the view sets it from its theme. So below."""
    attention_colour: tuple[float, float, float] = (1.0, 0.55, 0.15)
    against_colour: tuple[float, float, float] = (0.45, 0.75, 1.0)
    """Of links with a negative weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayLinks:
    """Lines between joints or parts, the strongest last; L of them."""

    person: IntArray
    """``(L,)`` whose they are."""
    names: tuple[tuple[str, str], ...]
    """L times: who attends, who is attended to."""
    weights: FloatArray
    """``(L,)`` exact."""
    start: FloatArray
    """``(L, 3)`` who is attended to, in the recording's coordinates (the third is 0 for layouts of
    two)."""
    end: FloatArray
    """``(L, 3)`` who attends."""
    is_pinned: BoolArray
    """``(L, 2)`` whether start and end are no joints: they get small rings."""
    rgba: FloatArray
    """``(L, 4)`` sRGB with opacity."""
    width_px: FloatArray
    """``(L,)`` in logical pixels."""

    def __len__(self) -> int:
        return len(self.person)

    @classmethod
    def none(cls) -> "OverlayLinks":
        """No links."""
        return cls(
            person=np.zeros(0, dtype=np.int64),
            names=(),
            weights=np.zeros(0, dtype=np.float32),
            start=np.zeros((0, 3), dtype=np.float32),
            end=np.zeros((0, 3), dtype=np.float32),
            is_pinned=np.zeros((0, 2), dtype=np.bool_),
            rgba=np.zeros((0, 4), dtype=np.float32),
            width_px=np.zeros(0, dtype=np.float32),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlaySpots:
    """Discs at places in space, the strongest last; Q of them."""

    name: str
    """Of the point map."""
    positions: FloatArray
    """``(Q, 3)`` in the recording's coordinates."""
    magnitudes: FloatArray
    """``(Q,)`` exact."""
    radius: FloatArray
    """``(Q,)`` in the recording's units."""
    largest: float
    """Radius of the largest magnitude of the clip; small ones are all drawn larger by as much."""
    rgba: FloatArray
    """``(Q, 4)`` sRGB with opacity."""

    def __len__(self) -> int:
        return len(self.magnitudes)

    @classmethod
    def none(cls) -> "OverlaySpots":
        """No discs."""
        return cls(
            name="",
            positions=np.zeros((0, 3), dtype=np.float32),
            magnitudes=np.zeros(0, dtype=np.float32),
            radius=np.zeros(0, dtype=np.float32),
            largest=1.0,
            rgba=np.zeros((0, 4), dtype=np.float32),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class JointReading:
    """A number at each joint, to be read on hover."""

    name: str
    """What the number is."""
    weights: FloatArray
    """``(M, V)`` exact; NaN where there is none."""
    full: float
    """Weight that is the top of the colour scale."""
    is_signed: bool = False
    """Whether it can be for or against: the diverging scale has its colours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayFrame:
    """What overlays add to the bodies of one frame."""

    joint_colours: FloatArray
    """``(M, V, 4)`` sRGB; the opacity says how far it replaces the person's own colour."""
    joint_scale: FloatArray
    """``(M, V)`` factor on the joint's radius."""
    joint_weights: FloatArray
    """``(M, V)`` 0..1: how strongly the joint shines; NaN where it has no score."""
    dimming: FloatArray
    """``(M, V)`` 0..1: how far the joint steps back."""
    focal: BoolArray
    """``(M, V)`` joints that get a halo."""
    readings: tuple[JointReading, ...]
    links: OverlayLinks
    spots: OverlaySpots

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        has_marks = len(self.links) > 0 or len(self.spots) > 0 or bool(self.focal.any())
        return not (has_marks or self.dimming.any() or self.joint_colours[..., 3].any())

    @classmethod
    def nothing(cls, num_people: int, num_joints: int) -> "OverlayFrame":
        """A frame that leaves the bodies as they are."""
        shape = (num_people, num_joints)
        return cls(
            joint_colours=np.zeros((*shape, 4), dtype=np.float32),
            joint_scale=np.ones(shape, dtype=np.float32),
            joint_weights=np.full(shape, np.nan, dtype=np.float32),
            dimming=np.zeros(shape, dtype=np.float32),
            focal=np.zeros(shape, dtype=np.bool_),
            readings=(),
            links=OverlayLinks.none(),
            spots=OverlaySpots.none(),
        )


class LegendMark(Enum):
    """What a legend shows beside its numbers."""

    SCALE = "scale"
    """The colour scale."""
    LINKS = "links"
    """Green lines that grow thicker."""
    ATTENTION = "attention"
    """Orange lines that grow thicker; blue ones where weights can be negative."""
    DISCS = "discs"
    """Discs that grow, in the scale's colours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """What the numbers of an overlay mean."""

    title: str
    mark: LegendMark
    low: float
    """Weight at the weak end."""
    high: float
    """Weight at the strong end."""
    strongest: float
    """Largest weight before any normalisation."""


DrawOverlay = Callable[[PreparedExplanation, Recording, int, OverlaySettings], OverlayFrame]
"""``draw(explanation, recording, frame, settings)``; the frame is the recording's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A row of the table of overlays."""

    id: str
    """Stable, for settings and the command line."""
    name: str
    """For buttons."""
    hint: str
    """What it shows, for its tooltip."""
    lacking: Callable[[Explanation], str]
    """What an explanation has not that it needs, as a sentence; empty where it can be drawn."""
    legends: Callable[[PreparedExplanation, OverlaySettings], tuple[Legend, ...]]
    draw: DrawOverlay


def everybody(weights: FloatArray, num_people: int) -> FloatArray:
    """``(M, V)`` with NaN rows for people that an explanation does not speak of."""
    found = np.full((num_people, weights.shape[-1]), np.nan, dtype=np.float32)
    seen = min(num_people, len(weights))
    found[:seen] = weights[:seen]
    return found


def spoken_of(num_people: int, person: int | None) -> BoolArray:
    """``(M, 1)`` whose overlay is drawn."""
    people = np.arange(num_people)[:, None]
    shown: BoolArray = people >= 0 if person is None else people == person
    return shown
