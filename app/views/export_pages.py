"""The pages of the export dialog: a picture, the lanes, a film, the numbers."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from app.exporting.choices import AS_VIEW, ExportChoices, ExportFacts, Reach
from app.exporting.film_times import end_of, film_fps
from app.exporting.orders import (
    FilmOrder,
    Ground,
    LanesOrder,
    NumbersOrder,
    Order,
    PictureOrder,
    checked_span,
)
from app.player import NS_PER_S
from app.theme import TypeRole, font
from app.timecode import grouped
from app.views.choice import Choice
from app.views.flow import FlowLayout
from app.views.pieces import column, label

SCALES = (1, 2, 3, 4)
GROUNDS = {
    Ground.WINDOW: "As in the window",
    Ground.WHITE: "White",
    Ground.TRANSPARENT: "Transparent",
}
PICTURE_SIZES = (AS_VIEW, "1280x720", "1920x1080", "2560x1440", "3840x2160", "1200x1200")
FILM_SIZES = ("1280x720", "1920x1080", "2560x1440", "1080x1080", "1080x1920", "640x360")
SPEEDS = ("0.1", "0.25", "0.5", "1", "2", "4")
FILM_RATES = ("", "24", "25", "30", "50", "60")
TURNS = (0, 10, 20, 45, 90)
WIDTHS = (800, 1200, 1600, 2400)
REACHES = {
    Reach.ALL: "The whole recording",
    Reach.SHOWN: "What the timeline shows",
    Reach.MARKED: "What is marked",
}


class Page(QWidget):
    """Rows of choices; each change is a new value."""

    changed = Signal(object)  # ExportChoices

    def __init__(self) -> None:
        super().__init__()
        self._choices = ExportChoices()
        self._box = column(self, margins=(0, 0, 0, 0), spacing=9)
        self._pills: dict[str, QToolButton] = {}
        self._build()
        self._box.addStretch(1)

    def _build(self) -> None:
        """Add the rows."""

    def show_choices(self, choices: ExportChoices, facts: ExportFacts) -> None:
        """Stand as the choices do."""
        self._choices = choices
        for name, pill in self._pills.items():
            pill.setChecked(bool(getattr(choices, name)))
        self._show(facts)

    def _show(self, facts: ExportFacts) -> None:
        """Show what is no pill."""

    def facts(self, order: Order, facts: ExportFacts) -> str:
        """What comes of it, in few words."""
        del order, facts
        return ""

    def _choice(self, title: str, hint: str, pick: Callable[[int], ExportChoices]) -> Choice:
        made = Choice(title, hint)
        made.picked.connect(lambda number: self.changed.emit(pick(number)))
        self._box.addWidget(made)
        return made

    def _line(self, title: str, hint: str, change: Callable[[str], ExportChoices]) -> QLineEdit:
        row = QWidget()
        inside = QHBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        caption = label(title, TypeRole.TEXT)
        caption.setMinimumWidth(64)
        made = QLineEdit()
        made.setAccessibleName(title)
        made.setToolTip(hint)
        made.textEdited.connect(lambda text: self.changed.emit(change(text)))
        inside.addWidget(caption)
        inside.addWidget(made, 1)
        self._box.addWidget(row)
        return made

    def _pill_row(self, *pills: tuple[str, str, str]) -> None:
        """Switches: field, word, hint."""
        row = QWidget()
        flow = FlowLayout(row, spacing=6)
        for name, word, hint in pills:
            pill = QToolButton()
            pill.setText(word)
            pill.setToolTip(hint)
            pill.setFont(font(TypeRole.SMALL))
            pill.setCheckable(True)
            pill.setProperty("kind", "pill")
            pill.clicked.connect(lambda on, name=name: self._switch(name, is_on=bool(on)))
            self._pills[name] = pill
            flow.addWidget(pill)
        self._box.addWidget(row)

    def _switch(self, name: str, *, is_on: bool) -> None:
        self.changed.emit(replace(self._choices, **{name: is_on}))  # type: ignore[arg-type]


def _place(values: tuple[object, ...], value: object) -> int:
    return values.index(value) if value in values else -1


def _spelt(size: str) -> str:
    return size.replace("x", " × ")


def _write(line: QLineEdit, text: str) -> None:
    is_emptied = line.hasFocus() and not line.text()  # to type something else
    if line.text() != text and not is_emptied:  # the cursor stays where somebody types
        line.setText(text)


class PicturePage(Page):
    """Of the 3D view."""

    def _build(self) -> None:
        self.size_choice = self._choice(
            "Size", "In logical pixels; the scale multiplies them", self._with_size
        )
        self.own_size = self._line(
            "", "Width x height", lambda text: replace(self._choices, size=text or AS_VIEW)
        )
        self.scale = self._choice(
            "Scale", "Pixels in each logical pixel: more for print",
            lambda number: replace(self._choices, scale=SCALES[number]),
        )  # fmt: skip
        self.ground = self._choice(
            "Ground", "What is behind the bodies",
            lambda number: replace(self._choices, ground=list(GROUNDS)[number]),
        )  # fmt: skip
        self._pill_row(
            ("has_legend", "Legend", "What the overlay's numbers mean, at the lower left"),
            ("has_grid", "Floor lines", "On white and on nothing"),
            ("has_shadows", "Shadows", "On white and on nothing"),
            ("for_dark", "For dark pages", "Colours of bodies and overlays that suit them"),
        )

    def _with_size(self, number: int) -> ExportChoices:
        return replace(self._choices, size=PICTURE_SIZES[number])

    def _show(self, facts: ExportFacts) -> None:
        choices = self._choices
        as_view = f"As the view, {facts.view_size[0]} × {facts.view_size[1]}"
        names = tuple(_spelt(size) if size else as_view for size in PICTURE_SIZES)
        place = _place(PICTURE_SIZES, choices.size)
        self.size_choice.show_names(names, place)
        if place < 0:
            self.size_choice.name.set_full_text("Own size")
        shown = choices.size or f"{facts.view_size[0]}x{facts.view_size[1]}"
        _write(self.own_size, shown)
        scales = tuple(f"{scale} ×" for scale in SCALES)
        self.scale.show_names(scales, _place(SCALES, choices.scale))
        self.ground.show_names(tuple(GROUNDS.values()), list(GROUNDS).index(choices.ground))
        for name in ("has_grid", "has_shadows"):
            self._pills[name].setEnabled(choices.ground is not Ground.WINDOW)
        self._pills["for_dark"].setVisible(choices.ground is Ground.TRANSPARENT)

    def facts(self, order: Order, facts: ExportFacts) -> str:
        """Its pixels."""
        del facts
        if not isinstance(order, PictureOrder):
            return ""
        width, height = order.pixels
        return f"PNG  ·  {grouped(width)} × {grouped(height)} pixels"


class LanesPage(Page):
    """Of the timeline."""

    def _build(self) -> None:
        self.reach = self._choice(
            "Frames", "Which part of the recording",
            lambda number: replace(self._choices, reach=list(REACHES)[number]),
        )  # fmt: skip
        self.wide = self._choice(
            "Width", "Of the drawing; shapes and words have no pixels",
            lambda number: replace(self._choices, lanes_width=WIDTHS[number]),
        )  # fmt: skip
        self._pill_row(("lanes_dark", "Dark", "For dark pages; papers want it light"))

    def _show(self, facts: ExportFacts) -> None:
        del facts
        choices = self._choices
        self.reach.show_names(tuple(REACHES.values()), list(REACHES).index(choices.reach))
        names = tuple(f"{width} px" for width in WIDTHS)
        self.wide.show_names(names, _place(WIDTHS, choices.lanes_width))

    def facts(self, order: Order, facts: ExportFacts) -> str:
        """Which frames."""
        if not isinstance(order, LanesOrder):
            return ""
        start, stop = checked_span(order.span, facts.num_frames)
        return f"SVG  ·  frames {grouped(start)} – {grouped(stop - 1)}"


class FilmPage(Page):
    """Of a clip."""

    def _build(self) -> None:
        self.reach = self._choice(
            "Frames", "Which part of the recording",
            lambda number: replace(self._choices, reach=list(REACHES)[number]),
        )  # fmt: skip
        self.size_choice = self._choice(
            "Size", "Of the whole film",
            lambda number: replace(self._choices, film_size=FILM_SIZES[number]),
        )  # fmt: skip
        self.own_size = self._line(
            "", "Width x height", lambda text: replace(self._choices, film_size=text)
        )
        self.rate = self._choice(
            "Rate", "Frames a second; times are kept",
            lambda number: replace(self._choices, fps=FILM_RATES[number]),
        )  # fmt: skip
        self.speed = self._choice(
            "Speed", "How fast it runs",
            lambda number: replace(self._choices, speed=SPEEDS[number]),
        )  # fmt: skip
        self.turn = self._choice(
            "Turn", "The camera goes around while the film runs",
            lambda number: replace(self._choices, turn=TURNS[number]),
        )  # fmt: skip
        self._pill_row(
            ("film_lanes", "Answer and lanes", "Below the view, with a playhead"),
            ("film_white", "On white", "In place of the room"),
        )

    def _show(self, facts: ExportFacts) -> None:
        choices = self._choices
        self.reach.show_names(tuple(REACHES.values()), list(REACHES).index(choices.reach))
        place = _place(FILM_SIZES, choices.film_size)
        self.size_choice.show_names(tuple(_spelt(size) for size in FILM_SIZES), place)
        if place < 0:
            self.size_choice.name.set_full_text("Own size")
        _write(self.own_size, choices.film_size)
        own = f"The recording's own, {float(film_fps(None, facts.clock.fps)):.5g} fps"
        rates = tuple(f"{rate} fps" if rate else own for rate in FILM_RATES)
        self.rate.show_names(rates, _place(FILM_RATES, choices.fps))
        self.speed.show_names(
            tuple(f"{speed} ×" for speed in SPEEDS), _place(SPEEDS, choices.speed)
        )
        turns = tuple(f"{turn}° a second" if turn else "Stands still" for turn in TURNS)
        self.turn.show_names(turns, _place(TURNS, choices.turn))

    def facts(self, order: Order, facts: ExportFacts) -> str:
        """How long it is."""
        if not isinstance(order, FilmOrder):
            return ""
        start, stop = checked_span(order.span, facts.num_frames)
        length_ns = end_of(facts.clock, stop) - facts.clock.start_of(start)
        seconds = length_ns / NS_PER_S / float(order.speed)
        rate = float(film_fps(order.fps, facts.clock.fps))
        size = f"{order.width} × {order.height}"
        return f"MP4  ·  {size}  ·  {seconds:.1f} s at {rate:.5g} fps"


class NumbersPage(Page):
    """Of the clip that the answer is about."""

    def _build(self) -> None:
        words = label(
            "Answers and where each network looked, as CSV tables and NumPy arrays (npz), in a "
            "folder of their own.",
            TypeRole.TEXT,
            tone="muted",
        )
        words.setWordWrap(True)
        self._box.addWidget(words)
        self._pill_row(
            ("is_full", "Measure, too",
             "Deletion, occlusion, delay, contrast and stages: asks the model many times"),
        )  # fmt: skip

    def facts(self, order: Order, facts: ExportFacts) -> str:
        """What there will be."""
        del facts
        if not isinstance(order, NumbersOrder):
            return ""
        return "CSV, npz and JSON"
