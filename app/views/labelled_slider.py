"""A slider with its name at the left and its value at the right."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSlider, QWidget

from app.theme import TypeRole
from app.views.pieces import label


class LabelledSlider(QWidget):
    """Whole steps in, whole steps out; a function says how a step reads."""

    step_requested = Signal(int)

    def __init__(
        self, name: str, *, value_text: Callable[[int], str], parent: QWidget | None = None
    ) -> None:
        """Make a slider.

        Args:
            name: What it changes.
            value_text: How a step reads at the right.
            parent: Owner.
        """
        super().__init__(parent)
        self._value_text = value_text
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(name)
        self.slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.slider.valueChanged.connect(self._tell)
        self.value = label("", TypeRole.SMALL, tone="muted")
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        title = label(name, TypeRole.TEXT)
        title.setBuddy(self.slider)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        grid.addWidget(title, 0, 0)
        grid.addWidget(self.value, 0, 1)
        grid.addWidget(self.slider, 1, 0, 1, 2)

    def set_range(self, lowest: int, highest: int) -> None:
        """Offer other steps."""
        self.slider.blockSignals(True)
        self.slider.setRange(lowest, highest)
        self.slider.setPageStep(max((highest - lowest) // 10, 1))
        self.slider.blockSignals(False)
        self._show_value()

    def show_step(self, step: int) -> None:
        """Stand on a step, without asking for it."""
        self.slider.blockSignals(True)
        self.slider.setValue(step)
        self.slider.blockSignals(False)
        self._show_value()

    def _tell(self, step: int) -> None:
        self._show_value()
        self.step_requested.emit(step)

    def _show_value(self) -> None:
        self.value.setText(self._value_text(self.slider.value()))
