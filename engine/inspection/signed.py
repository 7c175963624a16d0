"""Weights of either sign on joints: what speaks for one action and against another."""

from dataclasses import dataclass

from engine.arrays import FloatArray, read_only


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedJointMap:
    """What speaks for one action (above zero) and what for another, joint by joint and frame."""

    name: str
    """For menus, e.g. ``Focus: sit down less stand up``."""
    first: str
    """The action above zero."""
    second: str
    """The action below zero."""
    weights: FloatArray
    """``(T, M, V)`` float32 in -1..1; NaN for people and joints not seen."""
    strongest: float
    """Largest size before any normalisation, in ``unit``."""
    unit: str
    """What ``strongest`` counts: ``focus``, ``logits`` or ``log odds``."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", read_only(self.weights))
