"""What the palette cannot say: paddings, corners, sliders, scroll bars."""

from app.colours import Colours


def style_sheet(colours: Colours) -> str:
    """The style sheet of a look, for the whole application."""
    c = colours
    return f"""
QMainWindow::separator {{ background: {c.line}; width: 1px; height: 1px; }}
QMainWindow::separator:hover {{ background: {c.accent}; }}
QToolTip {{
    background: {c.raised}; color: {c.text}; border: 1px solid {c.line}; padding: 4px 6px;
}}
QMenuBar {{ background: transparent; spacing: 2px; }}
QMenuBar::item {{
    padding: 5px 9px; border-radius: 5px; color: {c.muted}; background: transparent;
}}
QMenuBar::item:selected, QMenuBar::item:pressed {{ background: {c.hover}; color: {c.text}; }}
QMenu {{ background: {c.raised}; border: 1px solid {c.line}; padding: 5px 0; }}
QMenu::item {{ padding: 6px 26px 6px 26px; }}
QMenu::item:selected {{ background: {c.accent}; color: {c.on_accent}; }}
QMenu::item:disabled {{ color: {c.faint}; }}
QMenu::separator {{ height: 1px; background: {c.line}; margin: 5px 0; }}
QMenu::indicator {{ left: 8px; width: 12px; height: 12px; }}
QMenu::icon {{ left: 6px; }}
QToolButton {{ border: 0; border-radius: 6px; padding: 5px; background: transparent; }}
QToolButton:hover {{ background: {c.hover}; }}
QToolButton:pressed {{ background: {c.line}; }}
QToolButton:checked {{ color: {c.accent}; }}
QToolButton:disabled {{ color: {c.faint}; }}
QToolButton:focus {{ border: 1px solid {c.accent}; padding: 4px; }}
QToolButton::menu-indicator {{ image: none; }}
QToolButton[kind="word"] {{ padding: 4px 8px; color: {c.muted}; }}
QToolButton[kind="word"]:hover, QToolButton[kind="word"]:checked {{ color: {c.text}; }}
QToolButton[kind="word"]:checked {{ color: {c.accent}; }}
QToolButton[kind="word"]:focus {{ padding: 3px 7px; }}
QToolButton[kind="pill"] {{
    padding: 4px 12px; border: 1px solid {c.line}; border-radius: 13px; color: {c.muted};
    background: {c.base};
}}
QToolButton[kind="pill"]:hover {{ color: {c.text}; border-color: {c.faint}; }}
QToolButton[kind="pill"]:checked {{
    color: {c.on_accent}; background: {c.accent}; border-color: {c.accent};
}}
QToolButton[kind="pill"]:disabled {{
    color: {c.faint}; background: transparent; border: 1px dashed {c.line};
}}
QToolButton[kind="pill"]:focus {{ border: 1px solid {c.text}; }}
QToolButton[kind="segment"] {{ padding: 2px 8px; border-radius: 5px; color: {c.muted}; }}
QToolButton[kind="segment"]:checked {{ background: {c.raised}; color: {c.text}; }}
QToolButton[kind="segment"]:focus {{ padding: 1px 7px; }}
QFrame[kind="segments"] {{ background: {c.base}; border-radius: 6px; }}
QPushButton {{
    padding: 6px 14px; border: 1px solid {c.line}; border-radius: 6px; background: {c.raised};
    color: {c.text};
}}
QPushButton:hover {{ background: {c.hover}; border-color: {c.faint}; }}
QPushButton:focus {{ border-color: {c.accent}; }}
QPushButton:default {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; }}
QPushButton:disabled {{ color: {c.faint}; background: {c.window}; }}
QPushButton[kind="picker"] {{ padding: 0; background: {c.base}; }}
QPushButton[kind="picker"]:hover {{ background: {c.hover}; }}
QTabBar {{ background: transparent; border: 0; qproperty-drawBase: 0; }}
QTabBar::tab {{
    padding: 7px 10px 6px 10px; color: {c.muted}; background: transparent; border: 0;
    border-bottom: 2px solid transparent;
}}
QTabBar::tab:hover {{ color: {c.text}; }}
QTabBar::tab:selected {{ color: {c.text}; border-bottom-color: {c.accent}; }}
QProgressBar {{ background: {c.base}; border: 0; border-radius: 2px; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: 2px; }}
QLineEdit {{
    padding: 6px 8px; border: 1px solid {c.line}; border-radius: 6px; background: {c.base};
    selection-background-color: {c.accent}; selection-color: {c.on_accent};
}}
QLineEdit:focus {{ border-color: {c.accent}; }}
QPlainTextEdit {{
    background: {c.base}; border: 1px solid {c.line}; border-radius: 6px; padding: 6px;
}}
QListView {{ background: transparent; border: 0; outline: 0; }}
QTreeView {{
    background: {c.base}; border: 1px solid {c.line}; border-radius: 6px; outline: 0;
    padding: 4px;
}}
QTreeView::item {{ padding: 3px 4px; }}
QTreeView::item:hover {{ background: {c.hover}; }}
QTreeView::item:selected {{ background: {c.picked}; color: {c.text}; }}
QTreeView::branch {{ background: transparent; }}
QScrollArea, QScrollArea > QWidget > QWidget[kind="page"] {{ background: transparent; border: 0; }}
QScrollBar {{ background: transparent; border: 0; margin: 0; }}
QScrollBar:vertical {{ width: 9px; }}
QScrollBar:horizontal {{ height: 9px; }}
QScrollBar::handle {{ background: {c.line}; border-radius: 3px; margin: 1px 2px; }}
QScrollBar::handle:hover {{ background: {c.faint}; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {c.base}; }}
QSlider::sub-page:horizontal {{ border-radius: 2px; background: {c.accent}; }}
QSlider::sub-page:horizontal:disabled {{ background: {c.faint}; }}
QSlider::handle:horizontal {{
    width: 12px; height: 12px; margin: -5px 0; border-radius: 7px; background: {c.handle};
    border: 1px solid {c.handle_edge};
}}
QSlider::handle:horizontal:hover {{ border-color: {c.accent}; }}
QSlider::handle:horizontal:focus {{ border: 2px solid {c.accent}; width: 10px; height: 10px; }}
QSlider::handle:horizontal:disabled {{ background: {c.faint}; border-color: {c.faint}; }}
QLabel[tone="muted"] {{ color: {c.muted}; }}
QLabel[tone="faint"] {{ color: {c.faint}; }}
QLabel[tone="warning"] {{ color: {c.warning}; }}
QFrame[kind="card"] {{ background: {c.raised}; border: 1px solid {c.line}; border-radius: 8px; }}
QFrame[kind="rule"] {{ background: {c.line}; border: 0; }}
QLabel[kind="key"] {{
    background: {c.base}; border: 1px solid {c.line}; border-radius: 4px; padding: 1px 6px;
    color: {c.muted};
}}
"""
