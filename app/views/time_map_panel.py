"""Which moments of a joint look at which: a picker of the joint, the map, and what it says."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.overlays import PreparedExplanation
from app.theme import TypeRole, font
from app.time_map_model import time_square
from app.views.choice import Choice
from app.views.legend_view import number_text
from app.views.pieces import ElidedLabel, column
from app.views.time_map_view import TimeMapView
from engine.recording import Recording


class TimeMapPanel(QWidget):
    """Shows the map of the joint picked, of the person picked."""

    joint_requested = Signal(int)
    seek_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prepared: PreparedExplanation | None = None
        self._names: tuple[str, ...] = ()
        self._person: int | None = None
        self._joint: int | None = None
        self._head: int | None = None
        self._note = ""
        self.joint = Choice("Joint", "Whose moments are shown; or click a joint of the body")
        self.view = TimeMapView()
        self.remark = ElidedLabel()
        self.remark.setFont(font(TypeRole.SMALL))
        self.remark.setProperty("tone", "muted")
        box = column(self, margins=(0, 0, 0, 0), spacing=6)
        for widget in (self.joint, self.view, self.remark):
            box.addWidget(widget)
        self.joint.picked.connect(self.joint_requested)
        self.view.seek_requested.connect(self.seek_requested)
        self.view.read.connect(self._say)
        self._refresh()

    @property
    def has_joint(self) -> bool:
        """Whether a joint is picked."""
        return self._joint is not None

    def set_recording(self, recording: Recording | None) -> None:
        """Offer the joints of a recording."""
        self._names = recording.layout.joints if recording else ()
        self.view.set_recording(recording)
        self._refresh()

    def show_explanation(self, explanation: PreparedExplanation | None) -> None:
        """Show the map of another clip."""
        self._prepared = explanation
        self._refresh()

    def show_person(self, person: int | None) -> None:
        """Show the map of another person."""
        self._person = person
        self._refresh()

    def show_joint(self, joint: int | None) -> None:
        """Show the map of another joint."""
        self._joint = joint
        self._refresh()

    def show_head(self, head: int | None) -> None:
        """Show another attention head."""
        if head != self._head:
            self._head = head
            self._refresh()

    def _refresh(self) -> None:
        square = time_square(self._prepared, self._person, self._joint, self._head)
        self.joint.show_names(self._names, -1 if self._joint is None else self._joint)
        self._note = "" if square is None else f"{square.name}, max {number_text(square.strongest)}"
        self.view.show_square(square)
        self._say("")

    def _say(self, text: str) -> None:
        self.remark.set_full_text(text or self._note)
