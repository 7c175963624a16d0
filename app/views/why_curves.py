"""The two tools with a plot: when the answer settled, and whether the favourites matter."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.action_colours import NO_STUDY_PALETTE, ActionPalette
from app.theme import TypeRole, font
from app.views.choice import Choice
from app.views.flow import FlowLayout
from app.views.pieces import ElidedLabel, column, label
from app.views.why_plot import THICK, PlotView
from app.why_plot_model import Curve, Plot, delay_plot, deletion_plot
from app.why_state import Favourites
from app.why_words import area_text, curve_text, delay_text, favourites_text
from engine.inspection.delay import DecisionDelay
from engine.inspection.deletion import DeletionCurve
from engine.recording import Recording

STROKE = QSize(14, 10)
STILL_NAME = "What is lost standing still"


class _Stroke(QWidget):
    """A piece of a curve."""

    def __init__(self, view: PlotView, curve: Curve) -> None:
        super().__init__()
        self._view, self._curve = view, curve
        self.setFixedSize(STROKE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self._view.colour_of(self._curve), THICK)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        middle = self.height() // 2
        painter.drawLine(2, middle, self.width() - 2, middle)
        painter.end()


class PlotKey(QWidget):
    """What each curve is."""

    def __init__(self, view: PlotView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._row = FlowLayout(self, spacing=6)
        self._names: tuple[tuple[str, str], ...] = ()

    def show_plot(self, plot: Plot | None) -> None:
        """Name the curves of a plot, the topmost first."""
        curves = () if plot is None else tuple(reversed(plot.curves))
        names = tuple((curve.name, curve.colour) for curve in curves)
        if names == self._names:
            return
        self._names = names
        while (item := self._row.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for curve in curves:
            entry = QWidget(self)
            row = QHBoxLayout(entry)
            row.setContentsMargins(0, 0, 6, 0)
            row.setSpacing(4)
            row.addWidget(_Stroke(self._view, curve))
            row.addWidget(label(curve.name, TypeRole.SMALL))
            self._row.addWidget(entry)
            entry.show()


class PlotTool(QWidget):
    """A sentence, the plot, its key, and what is under the pointer."""

    def __init__(self, name: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = hint
        self.verdict = label("", TypeRole.TEXT)
        self.verdict.setWordWrap(True)
        self.view = PlotView(name)
        self.key = PlotKey(self.view)
        self.remark = ElidedLabel()
        self.remark.setFont(font(TypeRole.SMALL))
        self.remark.setProperty("tone", "muted")
        self.box = column(self, margins=(0, 0, 0, 0), spacing=10)
        for piece in (self.verdict, self.key, self.view, self.remark):
            self.box.addWidget(piece)
        self.view.read.connect(self._say)
        self.show_result("", None)

    def show_result(self, verdict: str, plot: Plot | None) -> None:
        """Show what was found; nothing for None."""
        self.verdict.setText(verdict)
        self.key.show_plot(plot)
        self.view.show_plot(plot)
        for piece in (self.verdict, self.key, self.view, self.remark):
            piece.setVisible(plot is not None)

    def _say(self, text: str) -> None:
        self.remark.set_full_text(text or self._hint)


class DelayTool(PlotTool):
    """When the answer settled."""

    seek_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Probability over the seconds seen", "Click to go to a moment", parent)
        self._recording: Recording | None = None
        self._delay: DecisionDelay | None = None
        self._palette = NO_STUDY_PALETTE
        self._frame = 0
        self.view.setCursor(Qt.CursorShape.PointingHandCursor)
        self.view.picked.connect(self._seek)

    def set_recording(self, recording: Recording | None) -> None:
        """Take the times of a recording."""
        self._recording = recording

    def show_delay(self, delay: DecisionDelay | None) -> None:
        """Show the answers to ever longer beginnings."""
        self._delay = delay
        self.show_result(
            "" if delay is None else delay_text(delay),
            None if delay is None else delay_plot(delay, self._palette),
        )
        self.show_frame(self._frame)

    def set_action_palette(self, palette: ActionPalette) -> None:
        """Draw actions in other colours."""
        self._palette = palette
        self.show_delay(self._delay)

    def show_frame(self, frame: int) -> None:
        """Move the cursor."""
        self._frame = frame
        delay, recording = self._delay, self._recording
        if delay is not None and recording is not None and delay.start <= frame < delay.stops[-1]:
            self.view.show_cursor(recording.time_s(frame) - recording.time_s(delay.start))
        else:
            self.view.show_cursor(None)

    def _seek(self, seconds: float) -> None:
        delay, recording = self._delay, self._recording
        if delay is None or recording is None:
            return
        began = recording.time_s(delay.start)
        frames = range(delay.start, int(delay.stops[-1]))
        self.seek_requested.emit(
            min(frames, key=lambda frame: abs(recording.time_s(frame) - began - seconds))
        )


class FavouritesTool(PlotTool):
    """Whether the overlay's favourites matter more than joints picked at random."""

    favourites_requested = Signal(object)  # Favourites

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "Probability of the answer over the joints that stand still",
            "Band: mean and spread of the random orders",
            parent,
        )
        self._recording: Recording | None = None
        self._maps = 0
        self.choice = Choice("Of", "Whose favourites stand still first")
        how = label(
            "Joints are made to stand still one after the other: the overlay's favourites first, "
            "or in random order. Favourites that matter bring the answer down sooner.",
            TypeRole.SMALL,
            tone="muted",
        )
        how.setWordWrap(True)
        self.figures = label("", TypeRole.SMALL, tone="muted")
        self.figures.setWordWrap(True)
        self.box.insertWidget(0, how)
        self.box.insertWidget(1, self.choice)
        self.box.addWidget(self.figures)
        self.choice.picked.connect(self._pick)

    def set_recording(self, recording: Recording | None) -> None:
        """Take the names of its joints."""
        self._recording = recording

    def show_choice(self, names: tuple[str, ...], favourites: Favourites) -> None:
        """Offer the maps of a network, and what occlusion finds."""
        self._maps = len(names)
        number = favourites.number
        index = self._maps if number is None else min(number, max(self._maps - 1, 0))
        self.choice.show_names((*names, STILL_NAME), index)

    def show_curve(self, curve: DeletionCurve | None, colour: str) -> None:
        """Show a curve in its action's colour; None while it is not known."""
        if curve is None:
            self.show_result("", None)
            self.figures.hide()
            return
        self.show_result(curve_text(curve), deletion_plot(curve, colour))
        named = "" if self._recording is None else favourites_text(curve, self._recording.layout)
        self.figures.setText(f"{named}. {area_text(curve)}")
        self.figures.show()

    def _pick(self, index: int) -> None:
        self.favourites_requested.emit(Favourites(number=index if index < self._maps else None))
