"""A colour for each action, the same wherever it is drawn: the one rule for it.

An action that the open study knows has the study's colour, whatever its case. Others have one of
the window's by their place in the model's order, as without a study, unless the study has given
that colour to one of its own actions.
"""

from dataclasses import dataclass
from functools import cached_property

from engine.labels import NOTHING
from engine.study.actions import COLOURS as ACTION_COLOURS
from engine.study.actions import PALETTE
from engine.study.contents import StudyContents

__all__ = (
    "ACTION_COLOURS",
    "NOTHING_COLOUR",
    "NO_STUDY_PALETTE",
    "UNKNOWN_COLOUR",
    "ActionPalette",
    "is_nothing",
    "palette_of",
)
NOTHING_COLOUR = "#7d8594"
"""Of "nothing happens", said by a person or by a model: seen on dark and on light, and quiet."""
UNKNOWN_COLOUR = "#8d96b8"
"""Of what has no action, or one that nobody knows."""
LEAST_APART = 30
"""Two colours whose red, green and blue are nearer to each other than this, taken together (the
length of their difference, 0 to 441), would be taken for one."""


def is_nothing(name: str) -> bool:
    """Whether it is the class that reviewed spans without an action teach a model."""
    return name.casefold() == NOTHING


@dataclass(frozen=True, kw_only=True)
class ActionPalette:
    """The colours of a study's actions, and from them those of any others."""

    named: tuple[tuple[str, str], ...] = ()
    """Names, case folded, each once, with ``#rrggbb``: archived ones, too."""
    offered: tuple[str, ...] = ()
    """Colours of the actions that are in use."""

    @cached_property
    def _by_name(self) -> dict[str, str]:
        return dict(self.named)

    @cached_property
    def _free(self) -> tuple[str, ...]:
        """Colours and shades that the study has not given away, nor any like them; else all."""
        free = (
            colour
            for colour in PALETTE
            if all(_apart(colour, taken) >= LEAST_APART for taken in self.offered)
        )
        return tuple(free) or PALETTE

    def colours(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """``#rrggbb`` of each of some actions; what comes after a name changes nothing for it.

        Args:
            names: In the order of their colours, e.g. a model's classes.
        """
        given = dict.fromkeys(PALETTE, 0)
        found = []
        for place, name in enumerate(names):
            known = self._colour_known(name)
            if known is None:
                known = self._colour_at(place, given)
                given[known] += 1
            found.append(known)
        return tuple(found)

    def colour(self, name: str, names: tuple[str, ...]) -> str:
        """The colour of one of some actions; the quiet one where it is none of them.

        Args:
            name: Of the action.
            names: As for :meth:`colours`.
        """
        known = self._colour_known(name)
        if known is not None:
            return known
        return self.colours(names)[names.index(name)] if name in names else UNKNOWN_COLOUR

    def _colour_known(self, name: str) -> str | None:
        return NOTHING_COLOUR if is_nothing(name) else self._by_name.get(name.casefold())

    def _colour_at(self, place: int, given: dict[str, int]) -> str:
        """The colour of a place; one that is free and seldom given where the study has that."""
        usual = ACTION_COLOURS[place % len(ACTION_COLOURS)]
        if not self.offered:
            return usual
        seldom = min(self._free, key=given.__getitem__)
        is_free = usual in self._free and given[usual] == given[seldom]
        return usual if is_free else seldom


NO_STUDY_PALETTE = ActionPalette()
"""Of a window without a study."""


def palette_of(contents: StudyContents) -> ActionPalette:
    """The colours of a study's actions; of two with one name those of the one in use."""
    rows = sorted(contents.actions.values(), key=lambda each: (not each.is_archived, each.id))
    return ActionPalette(
        named=tuple(sorted({each.name.casefold(): each.colour for each in rows}.items())),
        offered=tuple(sorted({each.colour for each in rows if not each.is_archived})),
    )


def _apart(one: str, other: str) -> float:
    parts = (
        int(one[place : place + 2], 16) - int(other[place : place + 2], 16) for place in (1, 3, 5)
    )
    return float(sum(part * part for part in parts) ** 0.5)
