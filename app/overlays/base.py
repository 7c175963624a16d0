"""What an overlay is: a pure function from an explanation to drawing arrays."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.overlays.colour_scale import Legend
from engine.arrays import BoolArray, FloatArray, IntArray
from engine.prediction import Explanation
from engine.recording import Recording


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlaySettings:
    """What the sliders beside the view say."""

    focal_joints: int
    """K: how many joints a person are in focus."""
    link_threshold: float
    """Links weaker than this are not drawn."""
    person: int | None = None
    """Who is spoken of; everybody else steps back. None for everybody."""
    opacity: float = 1.0
    """0 leaves the bodies in their own colours, 1 shows the overlay in full."""
    on_dark: bool = True
    """Which way the colour scale runs; the view sets it from its theme."""
    link_colour: tuple[float, float, float] = (0.29, 0.87, 0.50)
    """sRGB; the view sets it from its theme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayLinks:
    """Lines from somewhere in space to joints; L of them."""

    person: IntArray
    """``(L,)`` whose joint it leads to."""
    start: FloatArray
    """``(L, 3)`` first end, in the recording's coordinates (the third is 0 for layouts of two)."""
    joint: IntArray
    """``(L,)`` joint at the other end."""
    rgba: FloatArray
    """``(L, 4)`` sRGB with opacity."""
    width_px: FloatArray
    """``(L,)`` in logical pixels."""

    @classmethod
    def none(cls) -> "OverlayLinks":
        """No links."""
        return cls(
            person=np.zeros(0, dtype=np.int64),
            start=np.zeros((0, 3), dtype=np.float32),
            joint=np.zeros(0, dtype=np.int64),
            rgba=np.zeros((0, 4), dtype=np.float32),
            width_px=np.zeros(0, dtype=np.float32),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayFrame:
    """What an overlay adds to the bodies of one frame."""

    joint_colours: FloatArray
    """``(M, V, 4)`` sRGB; the opacity says how far it replaces the person's own colour."""
    joint_scale: FloatArray
    """``(M, V)`` factor on the joint's radius."""
    joint_weights: FloatArray
    """``(M, V)`` the score itself, to be read on hover; NaN where there is none."""
    dimming: FloatArray
    """``(M, V)`` 0..1: how far the joint steps back."""
    focal: BoolArray
    """``(M, V)`` joints that get a halo."""
    links: OverlayLinks

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return not self.focal.any() and not self.dimming.any() and len(self.links.person) == 0

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
            links=OverlayLinks.none(),
        )


DrawOverlay = Callable[[Explanation, Recording, int, OverlaySettings], OverlayFrame]
"""``draw(explanation, recording, frame, settings)``; the frame is the recording's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A row of the table of overlays."""

    id: str
    """Stable, for settings and the command line."""
    name: str
    """For menus."""
    legend: Legend
    draw: DrawOverlay
