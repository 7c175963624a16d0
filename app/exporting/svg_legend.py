"""What the colours and hatchings of a drawing of lanes mean. No Qt."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from app.colours import Colours
from app.exporting.svg import element, text, text_width
from app.exporting.svg_lane import AGREE_PX, DIFFER_ID, HATCH_ID
from app.lanes.agreement import AgreementLane
from app.lanes.answers import AnswerLane
from app.lanes.base import Lane, LaneDrawing, LaneView
from app.lanes.focus import FocusLane
from app.overlays.colour_scale import scale_table

LEGEND_LINE = 22.0
TEXT_PX = 11.0
SWATCH, SCALE_WIDTH = 12.0, 96.0
GAP, WORD_GAP = 22.0, 7.0
SCALE_ID = "focus-scale"
STOPS = 9


class Swatch(Enum):
    """What stands before the words."""

    ACTION = "action"
    AGREE = "agree"
    DIFFER = "differ"
    NOT_SEEN = "not-seen"
    SCALE = "scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a legend."""

    swatch: Swatch
    words: str
    colour: str = ""
    is_dark: bool = False

    @property
    def width(self) -> float:
        """Pixels with the words."""
        mark = SCALE_WIDTH if self.swatch is Swatch.SCALE else SWATCH
        return mark + WORD_GAP + text_width(self.words, TEXT_PX)


def legend_of(
    drawn: tuple[tuple[Lane, LaneDrawing], ...], view: LaneView, *, has_gaps: bool
) -> tuple[Entry, ...]:
    """Actions in sight, those seen longest first, then what else there is."""
    frames: dict[tuple[str, str], float] = {}
    for lane, drawing in drawn:
        if isinstance(lane, AnswerLane) and drawing.picture is not None:
            for name, length in _frames_of(lane, view).items():
                frames[name] = frames.get(name, 0.0) + length
    found = [
        Entry(swatch=Swatch.ACTION, words=name, colour=colour)
        for name, colour in sorted(frames, key=lambda each: -frames[each])
    ]
    lanes = [lane for lane, drawing in drawn if not drawing.message]
    if any(isinstance(lane, AgreementLane) for lane in lanes):
        found.append(Entry(swatch=Swatch.AGREE, words="models agree"))
        found.append(Entry(swatch=Swatch.DIFFER, words="they differ (paler: below threshold)"))
    focus = next((lane for lane in lanes if isinstance(lane, FocusLane) and lane.num_frames), None)
    if focus is not None:
        full = "" if focus.strongest is None else f", 1 is {focus.strongest:.3g}"
        words = f"{focus.map_name or 'focus'}, 0 to 1{full}"
        found.append(Entry(swatch=Swatch.SCALE, words=words, is_dark=view.is_on_dark))
    if has_gaps:
        found.append(Entry(swatch=Swatch.NOT_SEEN, words="not seen"))
    return tuple(found)


def _frames_of(lane: AnswerLane, view: LaneView) -> dict[tuple[str, str], float]:
    """Frames in sight of each action, by its name and colour."""
    cells = lane.cells
    length = np.minimum(cells.stops, view.span.last) - np.maximum(cells.starts, view.span.first)
    sums = np.bincount(cells.actions, np.maximum(length, 0.0), minlength=len(lane.class_names))
    return {
        (lane.class_names[action], lane.colours[action]): float(sums[action])
        for action in np.flatnonzero(sums).tolist()
    }


def legend_parts(
    entries: tuple[Entry, ...], left: float, top: float, *, width: float, colours: Colours
) -> tuple[list[str], float]:
    """Elements side by side, line after line, and their height."""
    parts: list[str] = []
    x, y = left, top
    for entry in entries:
        if x > left and x + entry.width > left + width:
            x, y = left, y + LEGEND_LINE
        parts += _entry(entry, x, y, colours)
        x += entry.width + GAP
    return parts, (y - top + LEGEND_LINE) if entries else 0.0


def _entry(entry: Entry, x: float, y: float, colours: Colours) -> list[str]:
    wide = SCALE_WIDTH if entry.swatch is Swatch.SCALE else SWATCH
    parts: list[str] = []
    fill = {
        Swatch.ACTION: entry.colour,
        Swatch.AGREE: colours.faint,
        Swatch.DIFFER: f"url(#{DIFFER_ID})",
        Swatch.NOT_SEEN: f"url(#{HATCH_ID})",
        Swatch.SCALE: f"url(#{SCALE_ID})",
    }[entry.swatch]
    tall = AGREE_PX if entry.swatch is Swatch.AGREE else SWATCH
    if entry.swatch is Swatch.SCALE:
        parts.append(_scale(is_dark=entry.is_dark))
    parts.append(
        element(
            "rect", x=x, y=y + (SWATCH - tall) / 2, width=wide, height=tall,
            rx=min(2.0, tall / 2), fill=fill,
        )
    )  # fmt: skip
    words = text(
        entry.words, x + wide + WORD_GAP, y + SWATCH - 2, font_size=TEXT_PX, fill=colours.text
    )
    return [*parts, words]


def _scale(*, is_dark: bool) -> str:
    table = scale_table(on_dark=is_dark)
    places = np.linspace(0, len(table) - 1, STOPS).round().astype(int)
    stops = "".join(
        element(
            "stop",
            offset=f"{place / (len(table) - 1):.3f}",
            stop_color="#" + "".join(f"{round(255 * each):02x}" for each in table[place].tolist()),
        )
        for place in places.tolist()
    )
    return element("linearGradient", stops, id=SCALE_ID)
