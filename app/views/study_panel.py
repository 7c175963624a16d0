"""The study at the window's side: its name, its recordings, what to do next."""

from dataclasses import dataclass, field

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QWidget,
)

from app.study_list_model import RecordingLine, StudyLines, summary
from app.study_words import capital
from app.theme import TypeRole, font
from app.views.action_set import ActionSet
from app.views.icons import ICON_PX, picture
from app.views.panel import PANEL_MARGIN
from app.views.pieces import ElidedLabel, column, label
from app.views.study_list import StudyList
from engine.study.contents import StudyContents

PACE_MS = 40
"""Between an edit and the figures of the list: edits that come in a row are counted once."""
SCRATCH_HINT = "Begun by itself. “Save study as…” gives it a place of its own."


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyState:
    """What the panel says of a study beside its rows."""

    name: str
    is_scratch: bool = False
    read_only: str = ""
    is_saved: bool = True
    missing: frozenset[str] = field(default_factory=frozenset)
    """Ids of recordings whose file is not where it was."""


class StudyPanel(QWidget):
    """Name, search line and list, or what to do where there is nothing yet."""

    open_requested = Signal(object)  # str, a recording's id
    archive_requested = Signal(object)  # tuple[str, ...], recordings' ids
    restore_requested = Signal(object)  # tuple[str, ...]
    actors_requested = Signal(object)  # tuple[str, ...]
    relink_requested = Signal(object)  # str
    folder_requested = Signal(object)  # str
    refresh_requested = Signal()

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        """Show that no study is open.

        Args:
            actions: For the buttons that say what to do next.
            parent: Owner.
        """
        super().__init__(parent)
        self._contents = StudyContents()
        self._state: StudyState | None = None
        self._counted = StudyLines()
        self._shown = ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PACE_MS)
        self._soon.timeout.connect(self.refresh)
        self._build_head()
        self._build_field()
        self.list = StudyList()
        self.list.clicked.connect(self._click)
        self.list.activated.connect(self._activate)
        self.list.customContextMenuRequested.connect(self._offer)
        self.nothing = _quiet("")
        self.no_study = _Invitation(
            "No study is open",
            "A study keeps recordings with their labels, and the models they train. Labels made "
            "without one go into a scratch study.",
            (actions, ("study.new", "study.open")),
        )
        self.no_recordings = _Invitation(
            "No recordings yet",
            "Drop recordings or a folder on the window, or add them here. A data set brings its "
            "labels along.",
            (actions, ("study.add", "study.add-folder", "study.add-dataset")),
        )
        listed = QWidget()
        rows = column(listed, margins=(0, 0, 0, 0), spacing=0)
        rows.addWidget(self._field)
        rows.addWidget(self.nothing)
        rows.addWidget(self.list, 1)
        self._pages = QStackedLayout()
        for page in (self.no_study, self.no_recordings, listed):
            self._pages.addWidget(page)
        whole = column(self, margins=(0, 0, 0, 6), spacing=0)
        whole.addWidget(self._head)
        whole.addLayout(self._pages, 1)
        self.setMinimumWidth(170)
        self.recolour()
        self.refresh()

    def _build_head(self) -> None:
        self._head = QWidget()
        self.name = ElidedLabel()
        self.name.setFont(font(TypeRole.STRONG))
        self.saved = label("", TypeRole.SMALL, tone="muted")
        self.figures = _quiet("", is_indented=False)
        self.banner = label("", TypeRole.SMALL, tone="warning")
        self.banner.setWordWrap(True)
        self.again = QPushButton("Try to open it for writing")
        self.again.setFont(font(TypeRole.SMALL))
        self.again.clicked.connect(self.refresh_requested)
        first = QHBoxLayout()
        first.setContentsMargins(0, 0, 0, 0)
        first.addWidget(self.name, 1)
        first.addWidget(self.saved)
        rows = column(self._head, margins=(PANEL_MARGIN, 2, PANEL_MARGIN, 8), spacing=3)
        rows.addLayout(first)
        rows.addWidget(self.figures)
        rows.addWidget(self.banner)
        rows.addWidget(self.again)

    def _build_field(self) -> None:
        self._field = QWidget()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search the study")
        self.search.setClearButtonEnabled(True)
        self.search.setAcceptDrops(False)
        self.search.textChanged.connect(self.refresh)
        self._glass = self.search.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self.archived = QToolButton()
        self.archived.setProperty("kind", "word")
        self.archived.setFont(font(TypeRole.SMALL))
        self.archived.setCheckable(True)
        self.archived.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.archived.setToolTip("List recordings, too, that were taken out of the study")
        self.archived.toggled.connect(self.refresh)
        rows = column(self._field, margins=(PANEL_MARGIN - 4, 0, PANEL_MARGIN - 4, 6), spacing=2)
        rows.addWidget(self.search)
        rows.addWidget(self.archived, 0, Qt.AlignmentFlag.AlignRight)

    # what is shown

    @Slot(object)
    def show_contents(self, contents: StudyContents) -> None:
        """Show these rows, soon."""
        self._contents = contents
        if not self._soon.isActive():
            self._soon.start()

    def show_state(self, state: StudyState | None) -> None:
        """Show which study it is and how it stands; None for no study."""
        is_other = (state is None) is not (self._state is None)
        is_listed_anew = is_other or (
            state is not None and self._state is not None and state.missing != self._state.missing
        )
        self._state = state
        self._show_head()
        if is_listed_anew:
            self.refresh()

    def show_current(self, recording_id: str) -> None:
        """Mark the recording on show; empty for none of the study."""
        if recording_id != self._shown:
            self._shown = recording_id
            self.list.mark(recording_id)

    @Slot()
    def refresh(self) -> None:
        """Count and list anew, now."""
        self._soon.stop()
        figures = summary(self._contents)
        state = self._state
        self._show_head()
        if state is None:
            self._pages.setCurrentIndex(0)
            self.list.lines.show_lines(())
            return
        if not self._contents.recordings:
            self._pages.setCurrentIndex(1)
            self.list.lines.show_lines(())
            return
        self._pages.setCurrentIndex(2)
        self.figures.setText(figures.text)
        self.archived.setVisible(figures.num_archived > 0)
        self.archived.setText(f"{figures.num_archived} taken out")
        wanted = self.search.text()
        lines = self._counted.lines(
            self._contents,
            missing=state.missing,
            wanted=wanted,
            with_archived=self.archived.isChecked() and figures.num_archived > 0,
        )
        is_first = not self.list.lines.lines
        self.list.lines.show_lines(lines)
        self.nothing.setVisible(not lines)
        self.nothing.setText(f"Nothing matches “{wanted}”." if wanted else "All were taken out.")
        if is_first or not self.list.picked:
            self.list.mark(self._shown)

    def _show_head(self) -> None:
        state = self._state
        self._head.setVisible(state is not None)
        if state is None:
            return
        self.name.set_full_text(state.name)
        self.saved.setText(saved_words(state))
        self.figures.setVisible(bool(self._contents.recordings))
        banner = state.read_only or (SCRATCH_HINT if state.is_scratch else "")
        self.banner.setText(capital(banner))
        self.banner.setVisible(bool(banner))
        tone = "warning" if state.read_only else "muted"
        if self.banner.property("tone") != tone:
            self.banner.setProperty("tone", tone)
            self.banner.style().polish(self.banner)
        self.again.setVisible(bool(state.read_only))

    def end_search(self) -> bool:
        """List everything again; whether there was a search."""
        is_searching = bool(self.search.text()) or self.search.hasFocus()
        if is_searching:
            self.search.clear()
            self.list.setFocus()
        return is_searching

    def recolour(self) -> None:
        """Draw the magnifying glass in the palette's colour."""
        colour = QColor(self.palette().color(QPalette.ColorRole.PlaceholderText))
        self._glass.setIcon(QIcon(picture("search", colour, ICON_PX, 2.0)))

    # wishes

    @Slot(QModelIndex)
    def _click(self, index: QModelIndex) -> None:
        if not QApplication.keyboardModifiers():  # with one, several are picked
            self._activate(index)

    @Slot(QModelIndex)
    def _activate(self, index: QModelIndex) -> None:
        line = self.list.lines.line(index)
        if line.row.id != self._shown:
            self.open_requested.emit(line.row.id)

    @Slot(QPoint)
    def _offer(self, place: QPoint) -> None:
        """Open what can be done with what is picked."""
        lines = self.list.picked
        if lines and self.list.indexAt(place).isValid():
            self.menu_of(lines).popup(self.list.viewport().mapToGlobal(place))

    def menu_of(self, lines: tuple[RecordingLine, ...]) -> QMenu:
        """What can be done with some recordings."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        may_change = self._state is not None and not self._state.read_only
        ids = tuple(line.row.id for line in lines)
        if len(lines) == 1:
            (line,) = lines
            menu.addAction("Open").triggered.connect(lambda: self.open_requested.emit(line.row.id))
            menu.addAction("Show in folder").triggered.connect(
                lambda: self.folder_requested.emit(line.row.id)
            )
            find = menu.addAction("Find the file…")
            find.triggered.connect(lambda: self.relink_requested.emit(line.row.id))
            find.setEnabled(may_change and line.is_missing)
            menu.addSeparator()
        actors = menu.addAction("Who acts…")
        actors.triggered.connect(lambda: self.actors_requested.emit(ids))
        shown = tuple(line.row.id for line in lines if not line.row.is_archived)
        hidden = tuple(line.row.id for line in lines if line.row.is_archived)
        if shown:
            away = menu.addAction(_of("Take out of the study", shown))
            away.triggered.connect(lambda: self.archive_requested.emit(shown))
            away.setEnabled(may_change)
        if hidden:
            back = menu.addAction(_of("Put back into the study", hidden))
            back.triggered.connect(lambda: self.restore_requested.emit(hidden))
            back.setEnabled(may_change)
        actors.setEnabled(may_change)
        return menu


def _of(words: str, ids: tuple[str, ...]) -> str:
    return words if len(ids) == 1 else f"{words} ({len(ids)})"


def saved_words(state: StudyState) -> str:
    """Whether everything is on the disk."""
    if state.read_only:
        return "read-only"
    return "saved" if state.is_saved else "writing…"


class _Invitation(QWidget):
    """What to do next, with buttons for it."""

    def __init__(self, title: str, story: str, buttons: tuple[ActionSet, tuple[str, ...]]) -> None:
        super().__init__()
        actions, ids = buttons
        rows = column(self, margins=(PANEL_MARGIN, 0, PANEL_MARGIN, 10), spacing=8)
        rows.addWidget(label(title, TypeRole.STRONG))
        rows.addWidget(_quiet(story, is_indented=False))
        for action_id in ids:
            button = QPushButton(actions[action_id].text())
            button.setToolTip(actions[action_id].toolTip())
            button.clicked.connect(actions[action_id].trigger)
            rows.addWidget(button)
        rows.addStretch(1)


def _quiet(text: str, *, is_indented: bool = True) -> QLabel:
    made = label(text, TypeRole.SMALL, tone="muted")
    made.setWordWrap(True)
    if is_indented:
        made.setContentsMargins(PANEL_MARGIN, 4, PANEL_MARGIN, 0)
    return made
