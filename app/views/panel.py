"""Panels at the window's sides: they dock, float, hide and remember."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPalette
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QToolButton, QWidget

from app.views.icons import icon
from app.views.pieces import SectionHeader

PANEL_MARGIN = 14
MARGINS = (PANEL_MARGIN, 12, PANEL_MARGIN, 8)
TABBED_MARGINS = (PANEL_MARGIN, 6, PANEL_MARGIN, 4)
"""Under a tab, which says the name: left, top, right, bottom."""
TABBED_HEIGHT = 10
"""Under a tab, where nothing is remarked."""


class PanelTitle(QWidget):
    """The title of a panel: a section's heading; what moves the panel shows on hover."""

    def __init__(self, panel: "Panel", title: str, *, has_remark: bool) -> None:
        super().__init__(panel)
        self._panel = panel
        self._has_remark = has_remark
        self._is_tabbed = False
        self.header = SectionHeader(title, self)
        self._float = self._button(f"Float or dock the {title} panel")
        self._float.clicked.connect(self._toggle_floating)
        self._close = self._button(f"Hide the {title} panel")
        self._close.clicked.connect(panel.close)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(*MARGINS)
        row.setSpacing(2)
        row.addWidget(self.header, 1)
        row.addWidget(self._float)
        row.addWidget(self._close)
        self._settle_height()
        self._recolour()

    def set_tabbed(self, is_tabbed: bool) -> None:
        """Leave the name to the panel's tab, which also moves the panel, or say it."""
        if is_tabbed == self._is_tabbed:
            return
        self._is_tabbed = is_tabbed
        self.header.title.setHidden(is_tabbed)
        self._show_buttons(False)
        self._row.setContentsMargins(*(TABBED_MARGINS if is_tabbed else MARGINS))
        self._settle_height()

    def _settle_height(self) -> None:
        """As high as its buttons, which show only on hover; under a tab as high as its remark."""
        self._show_buttons(True)
        self.setMinimumHeight(0 if self._is_tabbed else self._row.minimumSize().height())
        self._show_buttons(False)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Next to nothing under a tab where nothing is remarked (called by Qt)."""
        if self._is_tabbed and not self._has_remark:
            return QSize(0, TABBED_HEIGHT)
        return super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """As the other one (called by Qt)."""
        return QSize(0, self.sizeHint().height())

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
        self._show_buttons(not self._is_tabbed)
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

    def __init__(
        self, title: str, content: QWidget, parent: QWidget, *, has_remark: bool = False
    ) -> None:
        """Put a content under a title.

        Args:
            title: Its name.
            content: What it holds.
            parent: The window.
            has_remark: Whether something is said at the right of the title now and then.
        """
        super().__init__(title, parent)
        self.setObjectName(f"panel-{title.lower()}")
        self.title = PanelTitle(self, title, has_remark=has_remark)
        self.setTitleBarWidget(self.title)
        self.setWidget(content)
