"""Whether the camera goes with the body."""

from PySide6.QtCore import QObject, Signal, Slot

from engine.recording import Recording
from engine.skeleton import LayoutKind


class Following(QObject):
    """One switch, which stands apart for bodies and for hands.

    A body is best seen walking through a room that stays; a hand that is raised into the picture
    would be small in a view that holds all of its way.
    """

    changed = Signal(bool)

    def __init__(self, *, bodies: bool, hands: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_on = {LayoutKind.BODY: bodies, LayoutKind.HAND: hands}
        self._kind = LayoutKind.BODY

    def is_on(self, kind: LayoutKind) -> bool:
        """How it stands for a kind of layout."""
        return self._is_on[kind]

    @Slot(object)
    def show_recording(self, recording: Recording | None) -> None:
        """Stand as it was left for recordings of this kind."""
        if recording is not None:
            self._kind = recording.layout.kind
            self.changed.emit(self._is_on[self._kind])

    @Slot(bool)
    def set_on(self, is_on: bool) -> None:
        """Switch, for recordings of the kind on show."""
        self._is_on[self._kind] = is_on
        self.changed.emit(is_on)
