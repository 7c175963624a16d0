"""A colour for each action, the same wherever it is drawn."""

ACTION_COLOURS: tuple[str, ...] = (
    "#5c8ffa",
    "#f2a93b",
    "#4fc796",
    "#e8627c",
    "#9b7be8",
    "#46b8d6",
    "#d97ac4",
    "#a8bf4a",
    "#ef7f4d",
    "#6fa0a8",
    "#c79a6b",
    "#8d96b8",
)
"""Readable with dark text on them, neighbours told apart without red against green."""


def action_colour(action: int) -> str:
    """The colour of an action of a model, by its index: ``#rrggbb``."""
    return ACTION_COLOURS[action % len(ACTION_COLOURS)]
