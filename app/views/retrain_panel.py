"""Retrain: what will be used, how a run goes, what came of it."""

from PySide6.QtWidgets import QWidget


class RetrainPanel(QWidget):
    """Retrain: what will be used, how a run goes, what came of it."""
