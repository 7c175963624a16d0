"""The colours of the window's two looks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """The colours of one look, as ``#rrggbb``."""

    window: str
    """Panels and bars."""
    base: str
    """What lies lower: fields, tracks of bars and lanes."""
    raised: str
    """Buttons and cards."""
    hover: str
    line: str
    """Hairlines between panels."""
    text: str
    muted: str
    """Second things: units, counts, headings of sections."""
    faint: str
    """Things that are off."""
    accent: str
    """What can be pressed or is picked: the only colour that is not data."""
    on_accent: str
    picked: str
    """Background of the picked row."""
    warning: str
    handle: str
    """Of sliders."""
    handle_edge: str


DARK_COLOURS = Colours(
    window="#1c1f25",
    base="#14161b",
    raised="#262a32",
    hover="#2f343d",
    line="#2b2f37",
    text="#e7e9ed",
    muted="#969ca8",
    faint="#5f6672",
    accent="#4b90f8",
    on_accent="#ffffff",
    picked="#223450",
    warning="#f0b04a",
    handle="#f4f6f9",
    handle_edge="#f4f6f9",
)
LIGHT_COLOURS = Colours(
    window="#f5f6f8",
    base="#e9ebef",
    raised="#ffffff",
    hover="#eceef2",
    line="#d9dce2",
    text="#1a1e25",
    muted="#616875",
    faint="#a4abb6",
    accent="#1d6ae5",
    on_accent="#ffffff",
    picked="#dbe7fb",
    warning="#b06a00",
    handle="#ffffff",
    handle_edge="#9aa2ae",
)
