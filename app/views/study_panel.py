"""The study: its recordings, its history, what can be done with it."""

from PySide6.QtWidgets import QWidget


class StudyPanel(QWidget):
    """The study: its recordings, its history, what can be done with it."""
