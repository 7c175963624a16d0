"""The sentence shown where the 3D view cannot be."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


class FailureLabel(QLabel):
    """Covers a view whose OpenGL does not work, and says why.

    Args:
        view: The view to cover; owns the label.
    """

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setMargin(32)
        self.setAutoFillBackground(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.hide()

    def say(self, reason: str) -> None:
        """Show the reason and what can be done."""
        self.setText(
            f"The 3D view cannot be shown: {reason}\n\n"
            "A newer graphics driver helps; without one, start with LIBGL_ALWAYS_SOFTWARE=1 to "
            "draw on the processor. Everything else works without it."
        )
        self.cover()
        self.show()
        self.raise_()

    def cover(self) -> None:
        """Take the whole area of the view."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
