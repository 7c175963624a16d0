"""The one dialog for things that went wrong: what, why, and what to do."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QPushButton, QWidget

from app.theme import TypeRole
from app.views.pieces import column, label

WIDTH = 520


class MessageDialog(QDialog):
    """A title, a sentence, a quiet hint; a report to copy where the fault is ours."""

    def __init__(
        self, title: str, message: str, *, hint: str, report: str = "", parent: QWidget | None
    ) -> None:
        """Lay out the dialog; ``open`` shows it without stopping anything.

        Args:
            title: What did not work.
            message: Why, in one sentence.
            hint: What still holds, and what to do.
            report: A traceback, shown to be copied.
            parent: The window.
        """
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._report = report
        self.message = label(message, TypeRole.TEXT)
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        quiet = label(hint, TypeRole.SMALL, tone="muted")
        quiet.setWordWrap(True)
        box = column(self, margins=(22, 20, 22, 16), spacing=12)
        box.addWidget(label(title, TypeRole.TITLE))
        box.addWidget(self.message)
        if report:
            box.addWidget(self._report_view(report), 1)
        box.addWidget(quiet)
        box.addSpacing(4)
        box.addWidget(self._buttons())
        self.setMinimumWidth(WIDTH)

    def _report_view(self, report: str) -> QPlainTextEdit:
        view = QPlainTextEdit(report)
        view.setReadOnly(True)
        view.setAccessibleName("Report")
        view.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        view.setMinimumHeight(220)
        return view

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        if self._report:
            copy = QPushButton("Copy report")
            copy.clicked.connect(self._copy)
            buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.addButton("Close", QDialogButtonBox.ButtonRole.AcceptRole)
        close.setDefault(True)
        buttons.accepted.connect(self.accept)
        return buttons

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)
