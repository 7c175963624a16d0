"""The lanes as an SVG drawing: shapes and words, heat as embedded pictures. No Qt."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from app.colours import DARK_COLOURS, LIGHT_COLOURS, Colours
from app.exporting.svg import FONT, element, fitted_text, group, text, text_width, titled
from app.exporting.svg_lane import HATCH_ID, LanePlace, lane_parts, patterns
from app.exporting.svg_legend import LEGEND_LINE, legend_of, legend_parts
from app.lanes.answers import AnswerLane
from app.lanes.base import LaneDrawing, LaneView
from app.lanes.difference import DifferenceLane
from app.lanes.speed import SpeedLane
from app.lanes.stack import END_GAP, LANE_GAP, LaneGroup, LaneStack, PlacedLane, placed
from app.timecode import clock_text, grouped
from app.timeline_model import Tick, TimeSpan, ticks

LINE = 16
TEXT_PX, SMALL_PX = 12.0, 10.5
MARGIN = 16.0
NAMES, BESIDE = 172.0, 54.0
"""Columns left and right of the lanes."""
AXIS = 34.0
TICK = 5.0
ROW_PX = 5
"""A joint's row of a focus lane at least."""
TICK_GAP = 26
HEADING_DOT = 4.5


@dataclass(frozen=True, slots=True, kw_only=True)
class LanesSheet:
    """What is drawn."""

    stack: LaneStack
    span: TimeSpan
    threshold: float
    title: str
    """Read aloud and shown on hover."""
    people: tuple[str, ...]
    """``#rrggbb`` of people, as in the 3D view."""
    time_s: Callable[[int], float]
    frame_at_s: Callable[[float], int]
    person: str = ""
    """Whose lanes these are, where they are one person's of several."""
    width: int = 1200
    is_dark: bool = False

    @property
    def colours(self) -> Colours:
        """Of the look."""
        return DARK_COLOURS if self.is_dark else LIGHT_COLOURS

    @property
    def page(self) -> str:
        """Behind everything: paper where it is light."""
        return DARK_COLOURS.window if self.is_dark else "#ffffff"

    @property
    def strip_left(self) -> float:
        """Where lanes begin."""
        return MARGIN + NAMES

    @property
    def strip_width(self) -> int:
        """Of the lanes."""
        return int(self.width - 2 * MARGIN - NAMES - BESIDE)

    @property
    def view(self) -> LaneView:
        """How lanes are looked at."""
        return LaneView(
            span=self.span,
            width=self.strip_width,
            is_on_dark=self.is_dark,
            threshold=self.threshold,
        )


def lanes_svg(sheet: LanesSheet) -> str:
    """An SVG document."""
    rows = laid_out(sheet.stack)
    top = MARGIN + AXIS
    drawings = tuple(
        None if row.lane is None else (row.lane, row.lane.drawing(sheet.view)) for row in rows
    )
    parts = [_axis(sheet)]
    for row, drawn in zip(rows, drawings, strict=True):
        place = LanePlace(
            left=sheet.strip_left, top=top + row.top, width=sheet.strip_width, height=row.height
        )
        if drawn is None:
            parts.append(_heading(sheet, row, place))
        else:
            parts.append(_row(sheet, row, place, drawn[1]))
    below = top + (rows[-1].bottom if rows else 0) + LINE
    entries = legend_of(
        tuple(drawn for drawn in drawings if drawn is not None),
        sheet.view,
        has_gaps=any(group.gaps.columns(sheet.span, sheet.strip_width) for group in _groups(rows)),
    )
    legend, height = legend_parts(
        entries, sheet.strip_left, below, width=sheet.strip_width, colours=sheet.colours
    )
    parts.append(group(legend, id="legend"))
    bottom = below + height + MARGIN - (LEGEND_LINE - TEXT_PX)
    return _document(sheet, parts, bottom)


def laid_out(stack: LaneStack) -> tuple[PlacedLane, ...]:
    """Every lane of everybody, as high as it can be read."""
    everybody = frozenset(each.person for each in stack.groups)
    rows = placed(stack, line=LINE, room=0, open_people=everybody)
    lanes = [row.lane for row in rows if row.lane is not None]
    headings = sum(row.lane is None for row in rows)
    wanted = sum(lane.shape.height(LINE) for lane in lanes) + headings * (LINE + 10)
    elastic = [lane for lane in lanes if lane.shape.is_elastic]
    joints = stack.layout.num_joints
    more = max([0, *(ROW_PX * joints - lane.shape.height(LINE) for lane in elastic)])
    room = wanted + more * len(elastic) + LANE_GAP * len(rows) + END_GAP
    return placed(stack, line=LINE, room=room, open_people=everybody)


def _groups(rows: tuple[PlacedLane, ...]) -> Iterator[LaneGroup]:
    return iter({id(row.group): row.group for row in rows}.values())


def _document(sheet: LanesSheet, parts: list[str], height: float) -> str:
    body = (
        titled(sheet.title),
        element("defs", patterns(sheet.colours, is_dark=sheet.is_dark)),
        element("rect", width=sheet.width, height=height, fill=sheet.page),
        *parts,
    )
    drawing = element(
        "svg",
        "\n" + "\n".join(body) + "\n",
        xmlns="http://www.w3.org/2000/svg",
        width=sheet.width,
        height=round(height),
        viewBox=f"0 0 {sheet.width} {round(height)}",
        font_family=FONT,
        font_size=TEXT_PX,
        fill=sheet.colours.text,
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{drawing}\n'


def _axis(sheet: LanesSheet) -> str:
    """Times above a line with a short stroke at each."""
    width, colours = sheet.strip_width, sheet.colours
    widest = "f 00 000" if sheet.span.frames < width else clock_text(sheet.time_s(0))
    marks = ticks(
        sheet.span,
        most=int(width // (text_width(widest, SMALL_PX) + TICK_GAP)),
        time_s=sheet.time_s,
        frame_at_s=sheet.frame_at_s,
    )
    has_tenths = any(mark.seconds != int(mark.seconds) for mark in marks)
    base = MARGIN + AXIS - 10
    line = element(
        "line",
        x1=sheet.strip_left,
        y1=base,
        x2=sheet.strip_left + width,
        y2=base,
        stroke=colours.faint,
    )
    parts = [line]
    for mark in marks:
        x = sheet.span.x_of(mark.position, width)
        if not 0 <= x <= width:
            continue
        words = _tick_text(mark, has_tenths=has_tenths)
        half = text_width(words, SMALL_PX) / 2
        at = sheet.strip_left + min(max(x, half), width - half)
        x += sheet.strip_left
        parts.append(
            element("line", x1=x, y1=base - TICK, x2=x, y2=base, stroke=colours.faint)
            + text(
                words, at, base - TICK - 4, text_anchor="middle", font_size=SMALL_PX,
                fill=colours.muted,
            )
        )  # fmt: skip
    what = "frames" if any(mark.frame is not None for mark in marks) else "time"
    what = f"{sheet.person} · {what}" if sheet.person else what
    parts.append(text(what, MARGIN, base - TICK - 4, font_size=SMALL_PX, fill=colours.muted))
    return group(parts, id="axis")


def _tick_text(mark: Tick, *, has_tenths: bool) -> str:
    if mark.frame is not None:
        return grouped(mark.frame)
    return clock_text(mark.seconds)[: -1 if has_tenths else -3]


def _heading(sheet: LanesSheet, row: PlacedLane, place: LanePlace) -> str:
    """A person: colour, name, a line."""
    middle = place.top + place.height / 2
    colour = sheet.people[row.group.person % len(sheet.people)]
    return group(
        (
            element("circle", cx=MARGIN + HEADING_DOT, cy=middle, r=HEADING_DOT, fill=colour),
            text(row.group.name, MARGIN + 16, middle + 4, font_weight="500"),
            element(
                "line", x1=place.left, y1=middle, x2=place.right, y2=middle,
                stroke=sheet.colours.line,
            ),
        ),
        class_="person",
    )  # fmt: skip


def _row(sheet: LanesSheet, row: PlacedLane, place: LanePlace, drawing: LaneDrawing) -> str:
    lane = row.lane
    if lane is None:
        return ""
    colours = sheet.colours
    parts = [_name(lane.name, lane.remark, place, colours)]
    parts += lane_parts(drawing, place, colours, is_dark=sheet.is_dark)
    parts += [
        element(
            "rect", x=place.left + left, y=place.top, width=right - left, height=place.height,
            fill=f"url(#{HATCH_ID})", class_="gap",
        )
        for left, right in row.group.gaps.columns(sheet.span, sheet.strip_width)
    ]  # fmt: skip
    if isinstance(lane, AnswerLane) and not drawing.message:
        parts.append(_threshold(sheet, place))
    if isinstance(lane, SpeedLane | DifferenceLane):
        parts.append(
            text(
                lane.scale_text, place.right + 6, place.top + SMALL_PX, font_size=SMALL_PX,
                fill=colours.muted,
            )
        )  # fmt: skip
    return group(
        parts, class_=f"lane {lane.kind}", id=f"{lane.kind}-{row.group.person + 1}-{row.top}"
    )


def _name(name: str, remark: str, place: LanePlace, colours: Colours) -> str:
    """The lane's name at the left, whose it is at the right of that column."""
    is_high = place.height > 3 * LINE
    base = place.top + (LINE if is_high else place.height / 2 + 4)
    room = NAMES - 12 - text_width(name, TEXT_PX) - 10
    shown = fitted_text(remark, SMALL_PX, room) if remark else ""
    said = text(name, MARGIN, base, class_="name")
    if shown:
        said += text(
            shown, MARGIN + NAMES - 12, base, text_anchor="end", font_size=SMALL_PX,
            fill=colours.muted, class_="remark",
        )  # fmt: skip
    return said


def _threshold(sheet: LanesSheet, place: LanePlace) -> str:
    """What is less probable counts as none of these."""
    y = place.top + place.height - 2 - sheet.threshold * (place.height - 5)
    line = element(
        "line", x1=place.left, y1=y, x2=place.right, y2=y, stroke=sheet.colours.text,
        stroke_opacity=0.35, stroke_dasharray="3 4",
    )  # fmt: skip
    near = float(np.clip(y + 4, place.top + SMALL_PX - 1, place.top + place.height - 1))
    return line + text(
        f"{sheet.threshold:.2f}", place.right + 6, near, font_size=SMALL_PX,
        fill=sheet.colours.muted,
    )  # fmt: skip
