"""Labels: actions with their keys and counts, the segment picked."""

from PySide6.QtWidgets import QWidget


class LabelPanel(QWidget):
    """Labels: actions with their keys and counts, the segment picked."""
