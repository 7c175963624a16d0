"""Why one action and not another: two pickers, the scale, the strip of joints by time."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.theme import TypeRole, font
from app.views.choice import Choice
from app.views.pieces import ElidedLabel, column, label
from app.views.why_heat import DivergingLegend, HeatView
from app.why_heat_model import heat_rows
from app.why_state import Contrast, Measure
from app.why_words import MEASURE_HINTS, MEASURE_NAMES, measure_text
from engine.recording import Recording

MEASURES = tuple(Measure)


class ContrastTool(QWidget):
    """Shows a contrast for the person picked."""

    pair_requested = Signal(object)  # tuple[int, int]
    measure_requested = Signal(object)  # Measure
    seek_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recording: Recording | None = None
        self._contrast: Contrast | None = None
        self._person: int | None = None
        self._people: tuple[int, ...] = ()
        self._pair = (0, 1)
        self.first = Choice("Why", "The action above nought, orange")
        self.second = Choice("Not", "The action below nought, blue")
        self.measure = Choice("Told by", "What the difference is made of")
        self.legend = DivergingLegend()
        self.view = HeatView()
        self.remark = ElidedLabel()
        self.remark.setFont(font(TypeRole.SMALL))
        self.remark.setProperty("tone", "muted")
        self.words = label("", TypeRole.SMALL, tone="muted")
        self.words.setWordWrap(True)
        pickers = QWidget()
        rows = column(pickers, margins=(0, 0, 0, 0), spacing=6)
        for choice in (self.first, self.second, self.measure):
            rows.addWidget(choice)
        box = column(self, margins=(0, 0, 0, 0), spacing=10)
        for piece in (pickers, self.words, self.legend, self.view, self.remark):
            box.addWidget(piece)
        self.first.picked.connect(self._pick_first)
        self.second.picked.connect(self._pick_second)
        self.measure.picked.connect(lambda index: self.measure_requested.emit(MEASURES[index]))
        self.view.seek_requested.connect(self.seek_requested)
        self.view.read.connect(self._say)
        self._refresh()

    def set_recording(self, recording: Recording | None) -> None:
        """Take the joints and times of a recording."""
        self._recording, self._contrast = recording, None
        self._refresh()

    def show_people(self, people: tuple[int, ...]) -> None:
        """Who is in the answer."""
        self._people = people

    def show_person(self, person: int | None) -> None:
        """Turn to a person."""
        self._person = person
        self._refresh()

    def show_choice(self, names: tuple[str, ...], pair: tuple[int, int], measure: Measure) -> None:
        """Offer actions and stand on two of them."""
        self._pair = pair
        self.first.show_names(names, pair[0])
        self.second.show_names(names, pair[1])
        self.measure.show_names(
            tuple(MEASURE_NAMES[each] for each in MEASURES), MEASURES.index(measure)
        )
        self.measure.button.setToolTip(MEASURE_HINTS[measure])

    def show_contrast(self, contrast: Contrast | None) -> None:
        """Show another one; None while it is not known."""
        self._contrast = contrast
        self._refresh()

    def set_on_dark(self, is_on_dark: bool) -> None:
        """Which way the colour scale runs."""
        self.view.set_on_dark(is_on_dark)
        self.legend.strip.set_on_dark(is_on_dark)

    def _refresh(self) -> None:
        contrast, recording = self._contrast, self._recording
        rows = None
        times: tuple[float, ...] = ()
        if contrast is not None and recording is not None:
            rows = heat_rows(contrast, recording.layout, self._person, self._people)
            stop = contrast.start + len(contrast.joint_map.weights)
            times = tuple(recording.time_s(frame) for frame in range(contrast.start, stop))
            self.legend.show_map(contrast.joint_map)
            self.words.setText(measure_text(contrast))
        self.view.show_rows(rows, times)
        for piece in (self.legend, self.words, self.view, self.remark):
            piece.setVisible(rows is not None)
        self.measure.setVisible(contrast is None or contrast.has_focus)

    def _say(self, text: str) -> None:
        self.remark.set_full_text(text or "Point for a number, click to go to the frame")

    def _pick_first(self, action: int) -> None:
        first, second = self._pair
        self.pair_requested.emit((action, first if action == second else second))

    def _pick_second(self, action: int) -> None:
        first, second = self._pair
        self.pair_requested.emit((second if action == first else first, action))
