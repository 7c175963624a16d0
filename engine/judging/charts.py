"""The plots of a report as inline SVG, drawn with the classes of ``report_style``."""

from collections.abc import Sequence

from engine.arrays import IntArray
from engine.judging.calibration import SurenessBin
from engine.judging.markup import Inner, Markup, element, together
from engine.judging.palette import step_of
from engine.judging.shares import Share

CHARACTER = 6.8
"""Mean width of a letter of 13 pixels, for leaving room."""
ROW = 24.0
BAR_WIDTH = 320.0
FIGURES_WIDTH = 190.0
CELL = 28.0
SMALL_CELL = 19.0
MANY = 40
"""Actions from which cells are small."""
PANEL = 260.0
COUNTS = 46.0
"""Height of the counts below a reliability panel."""
MARGIN = 46.0
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def svg(width: float, height: float, title: str, *inner: Inner) -> Markup:
    """A drawing with a title for those who cannot see it."""
    return element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width:.0f} {height:.0f}",
            "width": f"{width:.0f}",
            "height": f"{height:.0f}",
            "role": "img",
            "aria-label": title,
        },
        element("title", None, title),
        *inner,
    )


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> Markup:
    """Words at a place; ``kind`` is a class."""
    return element("text", {"x": x, "y": y, "class": kind, "text-anchor": anchor}, words)


def rectangle(x: float, y: float, width: float, height: float, kind: str) -> Markup:
    """A filled rectangle."""
    return element(
        "rect", {"x": x, "y": y, "width": max(width, 0.0), "height": height, "class": kind}
    )


def line(start: tuple[float, float], end: tuple[float, float], kind: str) -> Markup:
    """A straight line."""
    (x1, y1), (x2, y2) = start, end
    return element("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "class": kind})


def percent(share: float | None) -> str:
    """A share for people; a dash where there is none."""
    return "–" if share is None else f"{share:.1%}"


def room_for(names: Sequence[str]) -> float:
    """Pixels that the longest of some names needs."""
    return CHARACTER * max(map(len, names), default=0) + 14


def bars_chart(title: str, rows: Sequence[tuple[str, Share]]) -> Markup:
    """A bar for each share, with its 95 % interval and its counts.

    Args:
        title: For those who cannot see it.
        rows: Names and shares; one of nothing has no bar.
    """
    left = room_for([name for name, _ in rows])
    drawn: list[Markup] = []
    for number, (name, share) in enumerate(rows):
        top = number * ROW
        middle = top + ROW / 2
        drawn.append(text(left - 10, middle + 4.5, name, anchor="end"))
        drawn.append(rectangle(left, top + 6, BAR_WIDTH, ROW - 12, "track"))
        drawn.append(_bar(left, middle, share))
        after = left + BAR_WIDTH
        drawn.append(text(after + 60, middle + 4.5, percent(share.value), anchor="end"))
        counts = f"{share.count:,} of {share.of:,}"
        drawn.append(text(after + 74, middle + 4.5, counts, "number"))
    height = len(rows) * ROW
    return svg(left + BAR_WIDTH + FIGURES_WIDTH, height, title, *drawn)


def _bar(left: float, middle: float, share: Share) -> Markup:
    if share.value is None or share.interval is None:
        return together()
    low, high = (left + BAR_WIDTH * end for end in share.interval)
    return together(
        rectangle(left, middle - ROW / 2 + 6, BAR_WIDTH * share.value, ROW - 12, "bar"),
        line((low, middle), (high, middle), "whisker"),
        line((low, middle - 4), (low, middle + 4), "whisker"),
        line((high, middle - 4), (high, middle + 4), "whisker"),
    )


def confusion_chart(confusion: IntArray, names: Sequence[str]) -> Markup:
    """The confusion matrix as a heat map with its numbers.

    A cell's colour is its share of the clips of its row; cells without clips are empty.

    Args:
        confusion: ``(K, K)`` rows what it was, columns what the model said.
        names: Of the actions.
    """
    size = CELL if len(names) <= MANY else SMALL_CELL
    left = top = room_for([f"{len(names)} {name}" for name in names])
    side = size * len(names)
    drawn: list[Markup] = [rectangle(left, top, side, side, "field")]
    for number, name in enumerate(names):
        middle = (number + 0.5) * size + 4.5
        drawn.append(text(left - 8, top + middle, name, anchor="end"))
        drawn.append(
            element(
                "text",
                {"transform": f"translate({left + middle:.1f} {top - 8:.1f}) rotate(-90)"},
                name,
            )
        )
        at = number * size
        drawn.append(line((left, top + at), (left + side, top + at), "grid"))
        drawn.append(line((left + at, top), (left + at, top + side), "grid"))
    totals = confusion.sum(axis=1)
    for row, column in zip(*confusion.nonzero(), strict=True):
        count = int(confusion[row, column])
        place = (left + float(column) * size, top + float(row) * size)
        kind = f"{'right' if row == column else 'wrong'}{step_of(count / totals[row])}"
        about = f"{names[row]}, said {names[column]}: {count:,} of {int(totals[row]):,}"
        drawn.append(_cell(place, size, kind, (f"{count}", about)))
    return svg(left + side + 8, top + side + 8, "Confusion matrix", *drawn)


def _cell(place: tuple[float, float], size: float, kind: str, words: tuple[str, str]) -> Markup:
    x, y = place
    return element(
        "g",
        None,
        element("title", None, words[1]),
        rectangle(x + 0.5, y + 0.5, size - 1, size - 1, kind),
        text(
            x + size / 2,
            y + size / 2 + 4,
            words[0],
            f"on-{kind}{'' if size == CELL else ' small'}",
            anchor="middle",
        ),
    )


def reliability_chart(panels: Sequence[tuple[str, tuple[SurenessBin, ...]]]) -> Markup:
    """Reliability diagrams side by side: how often answers are right, by how sure they are.

    Args:
        panels: A heading and its bins, for each.
    """
    width = PANEL + 2 * MARGIN
    drawn = [
        element("g", {"transform": f"translate({number * width:.0f} 0)"}, *_panel(heading, bins))
        for number, (heading, bins) in enumerate(panels)
    ]
    height = 30 + PANEL + 34 + COUNTS + 30
    return svg(width * len(panels), height, "Reliability diagrams", *drawn)


def _panel(heading: str, bins: tuple[SurenessBin, ...]) -> list[Markup]:
    left, top = MARGIN, 30.0
    bottom = top + PANEL
    step = PANEL / len(bins)
    drawn = [text(left, 16, heading, "heading"), rectangle(left, top, PANEL, PANEL, "field")]
    for share in SHARES:
        at = PANEL * share
        drawn.append(line((left, bottom - at), (left + PANEL, bottom - at), "grid"))
        drawn.append(text(left - 8, bottom - at + 4, f"{share:.0%}", "tick", anchor="end"))
        drawn.append(text(left + at, bottom + 16, f"{share:.0%}", "tick", anchor="middle"))
    for number, each in enumerate(bins):
        if each.clips:
            height = PANEL * each.right
            place = left + number * step
            drawn.append(rectangle(place + 1, bottom - height, step - 2, height, "bar"))
    drawn.append(line((left, bottom), (left + PANEL, top), "diagonal"))
    for each in bins:
        if each.clips:
            x, y = left + PANEL * each.sureness, bottom - PANEL * each.right
            drawn.append(element("circle", {"cx": x, "cy": y, "r": 4, "class": "dot"}))
    return drawn + _counts(bins, left, bottom + 30, step)


def _counts(bins: tuple[SurenessBin, ...], left: float, top: float, step: float) -> list[Markup]:
    most = max((each.clips for each in bins), default=0) or 1
    bottom = top + COUNTS
    drawn = []
    for number, each in enumerate(bins):
        if each.clips:
            height = max(COUNTS * each.clips / most, 1.0)
            place = left + number * step
            drawn.append(rectangle(place + 1, bottom - height, step - 2, height, "counts"))
    drawn.append(line((left, bottom), (left + PANEL, bottom), "grid"))
    drawn.append(text(left - 8, top + 10, f"{most:,}", "tick", anchor="end"))
    drawn.append(text(left - 8, bottom, "clips", "tick", anchor="end"))
    drawn.append(text(left + PANEL / 2, bottom + 20, "how sure", "tick", anchor="middle"))
    return drawn
