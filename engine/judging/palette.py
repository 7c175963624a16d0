"""The colours of a report, for light and for dark: blue for right, orange for wrong.

Blue and orange stay apart for every kind of colour blindness (Okabe and Ito); nothing is said by
colour alone. Every text is at least 4.5 times as light as what is behind it, or the other way round
(WCAG 2.2).
"""

from dataclasses import dataclass

DARKEST = 0.04045
"""Of sRGB: below, its curve is a straight line."""
BAR = 0.72
"""How much of the full colour a bar has."""
STEPS = (0.12, 0.28, 0.42, 0.54, 0.74, 1.0)
"""How much of the full colour each step of a heat map has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Colours as ``#rrggbb``."""

    page: str
    raised: str
    line: str
    text: str
    muted: str
    right: str
    """Of the heat map's fullest step."""
    wrong: str
    strong: str
    """Text on full steps."""

    @property
    def bar(self) -> str:
        """Between track and text, so that lines on it are seen."""
        return mixed(self.raised, self.right, BAR)

    def step(self, colour: str, number: int) -> str:
        """The colour of a heat map's step."""
        return mixed(self.raised, colour, STEPS[number])

    def text_on(self, background: str) -> str:
        """The text colour that is easier to read on a background."""
        return max((self.text, self.strong), key=lambda colour: contrast(colour, background))


LIGHT = Look(
    page="#f5f6f8",
    raised="#ffffff",
    line="#d9dce2",
    text="#14171c",
    muted="#565d69",
    right="#0b5fa5",
    wrong="#b34700",
    strong="#ffffff",
)
DARK = Look(
    page="#14161b",
    raised="#1c1f25",
    line="#3a3f49",
    text="#eceef2",
    muted="#a3a9b5",
    right="#6db3f2",
    wrong="#f0954a",
    strong="#0c0e12",
)


def step_of(share: float) -> int:
    """The step of a heat map for a share above 0 and up to 1."""
    return min(int(share * len(STEPS)), len(STEPS) - 1)


def mixed(first: str, second: str, share: float) -> str:
    """A colour between two, ``share`` of the way to the second."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def contrast(first: str, second: str) -> float:
    """WCAG's contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= DARKEST else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
