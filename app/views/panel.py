"""Panels at the window's sides: they dock, float, hide and remember."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QEnterEvent, QPalette
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QToolButton, QWidget

from app.views.icons import icon
from app.views.pieces import SectionHeader

PANEL_MARGIN = 14


class PanelTitle(QWidget):
    """The title of a panel: a section's heading; what moves the panel shows on hover."""

    def __init__(self, panel: "Panel", title: str) -> None:
        super().__init__(panel)
        self._panel = panel
        self.header = SectionHeader(title, self)
        self._float = self._button(f"Float or dock the {title} panel")
        self._float.clicked.connect(self._toggle_floating)
        self._close = self._button(f"Hide the {title} panel")
        self._close.clicked.connect(panel.close)
        row = QHBoxLayout(self)
        row.setContentsMargins(PANEL_MARGIN, 12, PANEL_MARGIN, 8)
        row.setSpacing(2)
        row.addWidget(self.header, 1)
        row.addWidget(self._float)
        row.addWidget(self._close)
        self.setMinimumHeight(row.minimumSize().height())
        self._show_buttons(False)
        self._recolour()

    def _button(self, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setFixedSize(22, 22)
        return button

    def _toggle_floating(self) -> None:
        self._panel.setFloating(not self._panel.isFloating())

    def _show_buttons(self, shown: bool) -> None:
        self._float.setVisible(shown)
        self._close.setVisible(shown)

    def _recolour(self) -> None:
        quiet = QPalette(self.palette())
        quiet.setColor(
            QPalette.ColorRole.ButtonText, quiet.color(QPalette.ColorRole.PlaceholderText)
        )
        self._float.setIcon(icon("float", quiet))
        self._close.setIcon(icon("close", quiet))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the buttons (called by Qt)."""
        self._show_buttons(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the buttons (called by Qt)."""
        self._show_buttons(False)
        super().leaveEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme (called by Qt)."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._recolour()


class Panel(QDockWidget):
    """A side panel with a quiet title."""

    def __init__(self, title: str, content: QWidget, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setObjectName(f"panel-{title.lower()}")
        self.title = PanelTitle(self, title)
        self.setTitleBarWidget(self.title)
        self.setWidget(content)
