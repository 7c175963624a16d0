"""How a second recording is laid upon the one on show, as the user chose; remembered."""

from dataclasses import dataclass, replace
from enum import Enum

from engine.alignment.placing import Place
from engine.alignment.timing import By


class SecondView(Enum):
    """How the second recording is shown."""

    GHOST = "ghost"
    """See-through, upon the body on show."""
    SIDE = "side"
    """In a view of its own beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How it is laid upon the first."""

    by: By = By.MOVEMENT
    place: Place = Place.PINNED
    same_size: bool = True
    view: SecondView = SecondView.GHOST

    def measures_as(self, other: "Manner") -> bool:
        """Whether both give the same numbers."""
        return replace(self, view=other.view) == other


SIZES = {"same-size": True, "own-size": False}


def manner_text(manner: Manner) -> str:
    """``movement pinned same-size ghost``."""
    size = next(word for word, value in SIZES.items() if value is manner.same_size)
    return f"{manner.by.value} {manner.place.value} {size} {manner.view.value}"


def manner_of(text: str) -> Manner:
    """What such a text means.

    Raises:
        ValueError: It has another number of words, or one that means nothing.
        KeyError: The size means nothing.
    """
    by, place, size, view = text.split()
    return Manner(by=By(by), place=Place(place), same_size=SIZES[size], view=SecondView(view))
