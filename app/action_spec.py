"""What a row of the table of actions is."""

from dataclasses import dataclass
from enum import Enum

from app.modes import Mode


class Menu(Enum):
    """Where a row is listed, in the order of the menu bar."""

    FILE = "File"
    STUDY = "Study"
    PLAYBACK = "Playback"
    VIEW = "View"
    LABEL = "Label"
    TRAIN = "Train"
    TIMELINE = "Timeline"
    WHY = "Ask"
    HELP = "Help"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSpec:
    """One thing to do."""

    id: str
    text: str
    """As in the menu, without the ellipsis rules of any one system."""
    menu: Menu
    shortcuts: tuple[str, ...] = ()
    """In Qt's portable notation; the first is the one shown."""
    icon: str | None = None
    """Name of a file in ``assets/icons``."""
    is_checkable: bool = False
    starts_group: bool = False
    """Whether a line separates it from the row above."""
    repeats: bool = False
    """Whether holding the key repeats it."""
    submenu: str = ""
    """Of the menu, where there is much of one kind; rows of one stand together."""
    mode: Mode | None = None
    """The mode that it is of: listed in menus and with its keys only there, before rows of every
    mode that have the same key."""
