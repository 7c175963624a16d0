"""The frame of a dialog that asks a few things and stops nothing."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QPushButton, QWidget

from app.theme import TypeRole
from app.views.pieces import column, label

WIDTH = 480


class FormDialog(QDialog):
    """A title, a story, fields in two columns, a remark, two buttons."""

    confirmed = Signal()

    def __init__(self, title: str, story: str, *, button: str, parent: QWidget | None) -> None:
        """Lay out the frame; fields are added by whoever asks.

        Args:
            title: What is to be done.
            story: What that means, in a sentence or two.
            button: What the button says that does it.
            parent: The window.
        """
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(WIDTH)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(14)
        self.form.setVerticalSpacing(10)
        self.form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.remark = label("", TypeRole.SMALL, tone="muted")
        self.remark.setWordWrap(True)
        buttons = QDialogButtonBox()
        self.go = QPushButton(button)
        self.go.setDefault(True)
        buttons.addButton(self.go, QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setAutoDefault(False)
        buttons.accepted.connect(self._confirm)
        buttons.rejected.connect(self.reject)
        self.body = column(self, margins=(22, 20, 22, 16), spacing=12)
        self.body.addWidget(label(title, TypeRole.TITLE))
        if story:
            said = label(story, TypeRole.TEXT, tone="muted")
            said.setWordWrap(True)
            self.body.addWidget(said)
        self.body.addLayout(self.form)
        self.body.addWidget(self.remark)
        self.body.addSpacing(4)
        self.body.addWidget(buttons)

    def say(self, words: str, *, may_go: bool) -> None:
        """Say what would happen, or what is missing; and whether it can be done."""
        self.remark.setText(words)
        self.go.setEnabled(may_go)

    @Slot()
    def _confirm(self) -> None:
        self.confirmed.emit()
        self.accept()
