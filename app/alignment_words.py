"""What is written about two bodies that are laid upon each other."""

import numpy as np

from engine.alignment.alignment import Alignment
from engine.alignment.placing import Place
from engine.alignment.timing import By

BY_WORDS = {By.START: "Start", By.STRETCHED: "Stretched", By.MOVEMENT: "Movement"}
BY_HINTS = {
    By.START: "Both begin together and run at the same speed",
    By.STRETCHED: "Both begin and end together; the other one is slowed down or sped up evenly",
    By.MOVEMENT: "What is done alike falls together; one may lie inside the other",
}
PLACE_WORDS = {Place.PINNED: "Pinned", Place.FREE: "Free"}
PLACE_HINTS = {
    Place.PINNED: "The ghost stays on the body's spot and faces as it does, in every frame",
    Place.FREE: "The ghost begins on the body's spot, then goes its own way",
}
WORST = 3
CENTIMETRES = 100
LEAST_DEGREES = 10
"""Smaller differences of a joint's bend are not told."""


def length_text(length: float, unit: str) -> str:
    """``23 cm``; pixels and unknown units as they are."""
    if unit == "m":
        return f"{length * CENTIMETRES:.0f} cm"
    return f"{length:.3g} {unit}"


def overall_text(alignment: Alignment, frame: int) -> str:
    """How far apart the bodies are in a frame: in length, and in parts of the body."""
    overall = float(alignment.differences.overall[frame])
    if not np.isfinite(overall):
        return ""
    pair = alignment.pair
    return f"{length_text(overall * pair.first.height, pair.unit)}  ·  {overall:.1%} of its height"


def worst_text(alignment: Alignment, frame: int) -> str:
    """``left hand 23 cm, left elbow 14 cm``: what is farthest apart in a frame."""
    pair = alignment.pair
    named = (
        f"{pair.joint_names[joint]} {length_text(apart, pair.unit)}"
        for joint, apart in alignment.worst_joints(frame, WORST)
    )
    return ", ".join(named)


def bend_text(alignment: Alignment, frame: int) -> str:
    """``left knee 24° more bent``: the joint whose bend differs most, where it differs clearly."""
    angles = alignment.differences.angles[frame]
    if not np.isfinite(angles).any():
        return ""
    number = int(np.nanargmax(np.abs(angles)))
    more = float(angles[number])
    if abs(more) < LEAST_DEGREES:
        return ""
    name = alignment.differences.angle_names[number]
    return f"{name} {abs(more):.0f}° {'more open' if more > 0 else 'more bent'}"
