"""Segments of a lane as SVG elements: labels full with ends, proposals as outlines. No Qt."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.colours import Colours
from app.exporting.svg import element
from app.lanes.base import Blocks, Manner, hex_rgb

if TYPE_CHECKING:
    from app.exporting.svg_lane import LanePlace

NOTHING_ID = "nothing-happens"
INSET, GHOST_INSET = 2.0, 4.0
BAR, CORNER, DOUBT = 3.0, 2.0, 3.0
SHADE = 0.6
"""How bright the ends of a label are, compared with what is between them."""


def nothing_pattern(colours: Colours) -> str:
    """The hatching of reviewed spans: the other way round than where nobody is seen."""
    step = 6
    line = element("path", d=f"M0 0V{step}", stroke=colours.muted, stroke_width=1.6)
    return element(
        "pattern",
        line,
        id=NOTHING_ID,
        width=step,
        height=step,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(-45)",
    )


def block_parts(blocks: Blocks, place: "LanePlace", colours: Colours) -> Iterator[str]:
    """What a lane's drawing has of segments."""
    rows = zip(blocks.lefts.tolist(), blocks.rights.tolist(), strict=True)
    for number, (low, high) in enumerate(rows):
        left = place.left + max(low, 0.0)
        wide = min(place.left + high, place.right) - left
        if wide <= 0:
            continue
        manner = Manner(int(blocks.manners[number]))
        inset = GHOST_INSET if manner is Manner.PROPOSED else INSET
        top, tall = place.top + inset, place.height - 2 * inset
        colour = blocks.colours[int(blocks.tints[number])]
        box = {"x": left, "y": top, "width": wide, "height": tall, "rx": CORNER}
        if manner is Manner.NOTHING:
            yield element(
                "rect", **box, fill=f"url(#{NOTHING_ID})", fill_opacity=0.5, class_="nothing"
            )
        elif manner is Manner.PROPOSED:
            opacity = float(blocks.opacities[number])
            yield element(
                "rect", **box, fill=colour, fill_opacity=opacity, stroke=colour,
                stroke_dasharray="3 3", class_="proposal",
            )  # fmt: skip
        else:
            yield element("rect", **box, fill=colour, class_="label")
            yield from _ends(left, top, wide, tall, colour)
        if blocks.doubtful[number]:
            yield element(
                "rect", x=left, y=top, width=wide, height=DOUBT, fill=colours.warning,
                class_="doubt",
            )  # fmt: skip


def _ends(left: float, top: float, wide: float, tall: float, colour: str) -> Iterator[str]:
    dark = "#" + "".join(f"{round(SHADE * part):02x}" for part in hex_rgb(colour))
    for x in (left, left + wide - BAR):
        yield element("rect", x=x, y=top, width=BAR, height=tall, rx=1.0, fill=dark)
