"""Elements of an SVG drawing. No Qt."""

from collections.abc import Iterable
from re import compile as pattern
from xml.sax.saxutils import escape, quoteattr

FONT = "Roboto, 'Helvetica Neue', Helvetica, Arial, sans-serif"
HELVETICA = {
    **dict.fromkeys("il'|", 0.222),
    **dict.fromkeys(" .,:;/!()[]Itf·", 0.278),
    **dict.fromkeys("r-", 0.333),
    **dict.fromkeys("ckvxyzsJ", 0.5),
    **dict.fromkeys("mM", 0.833),
    **dict.fromkeys("wABEKPSVXY&", 0.7),
    **dict.fromkeys("CDGHNOQRU", 0.75),
    "W": 0.944,
    "…": 1.0,
}
"""Widths of letters in ems, rounded up: what a drawing opened without its font is set in."""
USUAL_WIDTH = 0.556
SLACK = 1.12
"""Fonts that take Helvetica's place are wider."""
UNWRITABLE = pattern("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold (XML 1.0, 2.2), such as a file name's broken bytes."""
Cell = str | float


def element(name: str, content: str = "", **attributes: Cell) -> str:
    """An element; underscores in the names of attributes stand for hyphens."""
    words = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_cell(value))}"
        for key, value in attributes.items()
    )
    return f"<{name}{words}>{content}</{name}>" if content else f"<{name}{words}/>"


def group(parts: Iterable[str], **attributes: Cell) -> str:
    """Elements that belong together, a line each."""
    return element("g", "\n" + "\n".join(parts) + "\n", **attributes)


def text(words: str, x: float, y: float, **attributes: Cell) -> str:
    """Words that stay words, on a base line."""
    return element("text", _said(words), x=x, y=y, **attributes)


def titled(words: str) -> str:
    """What is said on hover."""
    return element("title", _said(words))


def text_width(words: str, size: float) -> float:
    """About how wide words are in pixels."""
    return SLACK * size * sum(HELVETICA.get(letter, USUAL_WIDTH) for letter in words)


def fitted_text(words: str, size: float, room: float) -> str:
    """Words, or as many letters as there is room for with an ellipsis; one letter at least."""
    if text_width(words, size) <= room:
        return words
    for count in range(len(words) - 1, 0, -1):
        shorter = words[:count].rstrip() + "…"
        if text_width(shorter, size) <= room:
            return shorter
    return words[:1]


def _said(words: str) -> str:
    return escape(UNWRITABLE.sub("\ufffd", words))


def _cell(value: Cell) -> str:
    if isinstance(value, str):
        return UNWRITABLE.sub("\ufffd", value)
    number = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if number in ("-0", "") else number
