"""Colours of the 3D scene, as values.

All colours are sRGB in 0..1. The people's colours stay apart for colour-blind eyes (blue, orange,
violet, teal differ in lightness too) and keep clear of the focus scale's ends.
"""

from dataclasses import dataclass

Rgb = tuple[float, float, float]


def rgb(code: str) -> Rgb:
    """The colour of a six-digit hexadecimal code such as ``#1e2127``."""
    red, green, blue = (int(code[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return red, green, blue


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneTheme:
    """How the scene is coloured and lit."""

    is_dark: bool
    background_top: Rgb
    background_bottom: Rgb
    floor: Rgb
    """Colour of the pool of light in which the body stands."""
    grid: Rgb
    grid_opacity: float
    people: tuple[Rgb, ...]
    """One colour a person; further people start again from the first."""
    joint_tint: float
    """How far joints lean towards white against their bones."""
    dim: Rgb
    """What joints that are not in focus fade towards."""
    shadow: float
    """Darkness of the shadow under a foot, 0..1."""
    bounce: float
    """Light that the floor sends back up."""
    rim: float
    """Light on the outline; negative darkens it, which reads better on a bright background."""
    halo: float
    """Opacity of the halo around focal joints."""
    link: Rgb
    """Part-to-joint links (green in the paper's figure)."""
    attention: Rgb
    """Attention between joints (orange in SEM-Net's figure)."""
    against: Rgb
    """Links with negative weights."""
    ghost: Rgb
    """What is hidden from the model, and the recording beside what a model sees."""
    second: Rgb
    """The body of another recording. Apart from all people for colour-blind eyes too."""
    second_opacity: float
    text: Rgb
    text_quiet: Rgb
    panel: Rgb
    """Behind text."""
    panel_edge: Rgb
    accent: Rgb
    """Ring around the joint under the pointer."""

    @classmethod
    def dark(cls) -> "SceneTheme":
        """Bodies in a calm dark room."""
        return cls(
            is_dark=True,
            background_top=rgb("#1b1f27"),
            background_bottom=rgb("#12151b"),
            floor=rgb("#2a313d"),
            grid=rgb("#8d9bb3"),
            grid_opacity=0.30,
            people=(rgb("#5c9dff"), rgb("#f4a04c"), rgb("#b98af0"), rgb("#4fc7b4")),
            joint_tint=0.22,
            dim=rgb("#4a515e"),
            shadow=0.72,
            bounce=0.07,
            rim=0.34,
            halo=0.42,
            link=rgb("#4ade80"),
            attention=rgb("#ff9d3c"),
            against=rgb("#63c7ff"),
            ghost=rgb("#aab3c2"),
            second=rgb("#ffc2da"),
            second_opacity=0.5,
            text=rgb("#e8eaee"),
            text_quiet=rgb("#9aa3b2"),
            panel=rgb("#14171d"),
            panel_edge=rgb("#3a414d"),
            accent=rgb("#ffffff"),
        )

    @classmethod
    def light(cls) -> "SceneTheme":
        """Bodies in a bright studio."""
        return cls(
            is_dark=False,
            background_top=rgb("#f3f5f8"),
            background_bottom=rgb("#e3e7ed"),
            floor=rgb("#fbfcfd"),
            grid=rgb("#5d6b80"),
            grid_opacity=0.28,
            people=(rgb("#2f74d8"), rgb("#dd7f1c"), rgb("#8a55cf"), rgb("#17907f")),
            joint_tint=0.16,
            dim=rgb("#bcc4d0"),
            shadow=0.42,
            bounce=0.20,
            rim=-0.22,
            halo=0.34,
            link=rgb("#12964a"),
            attention=rgb("#c75a00"),
            against=rgb("#0072b8"),
            ghost=rgb("#6b7686"),
            second=rgb("#7a0f4a"),
            second_opacity=0.5,
            text=rgb("#1d2127"),
            text_quiet=rgb("#5f6876"),
            panel=rgb("#ffffff"),
            panel_edge=rgb("#c9d0da"),
            accent=rgb("#11151c"),
        )

    def person(self, index: int) -> Rgb:
        """The colour of a person."""
        return self.people[index % len(self.people)]
