"""The dialog that asks what to export, how, and where to; it stops nothing."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from app.exporting.choices import (
    ENDINGS,
    ExportChoices,
    ExportFacts,
    Kind,
    order_of,
    suggested_path,
)
from app.exporting.orders import NumbersOrder, Order
from app.theme import TypeRole, font
from app.views.export_pages import FilmPage, LanesPage, NumbersPage, Page, PicturePage
from app.views.pieces import ElidedLabel, Rule, column, label
from engine.errors import EngineError

WIDTH = 720
PREVIEW = QSize(300, 200)
PATIENCE_MS = 160
"""Before a preview is drawn: choices come in bursts."""
SQUARE = 8
NUMBERS = "answers.csv\njoints.csv\nlinks, times, points.csv\nexplain.npz\nexplain.json"
MEASURED = "\n\ndeletion.csv\ndelay.csv\nocclusion.csv\ncontrast.csv"
TITLES = {
    Kind.PICTURE: "Picture",
    Kind.LANES: "Lanes",
    Kind.FILM: "Film",
    Kind.NUMBERS: "Numbers",
}


class Preview(QWidget):
    """A small picture of what will come; chequered where it is see-through."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._words = ""
        self.setFixedSize(PREVIEW)
        self.setAccessibleName("Preview")

    @property
    def image(self) -> QImage | None:
        """What it shows."""
        return self._image

    def show_image(self, image: QImage | None) -> None:
        """Show a picture."""
        self._image, self._words = image, ""
        self.update()

    def show_words(self, words: str) -> None:
        """Say what will come, where there is nothing to be seen."""
        self._image, self._words = None, words
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        if self._image is not None:
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = self.rect().adjusted(0, 0, 0, 0)
            place.setSize(size)
            place.moveCenter(self.rect().center())
            painter.setClipRect(place)
            if self._image.hasAlphaChannel():
                self._paint_squares(painter)
            painter.drawImage(place, self._image)
        elif self._words:
            painter.setFont(font(TypeRole.SMALL))
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.rect().adjusted(14, 12, -14, -12), int(WORDS), self._words)
        painter.end()

    def _paint_squares(self, painter: QPainter) -> None:
        for row in range(0, self.height(), SQUARE):
            for left in range(0, self.width(), SQUARE):
                is_odd = (row + left) // SQUARE % 2
                painter.fillRect(
                    left, row, SQUARE, SQUARE, QColor("#c9ccd2" if is_odd else "#e6e8ec")
                )


WORDS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


class ExportDialog(QDialog):
    """What, how, where to."""

    export_requested = Signal(object)  # Order
    command_requested = Signal(object)  # Order
    copy_requested = Signal()
    preview_requested = Signal(object)  # Order
    choices_changed = Signal(object)  # ExportChoices

    def __init__(
        self, choices: ExportChoices, facts: ExportFacts, parent: QWidget | None = None
    ) -> None:
        """Lay out the dialog; ``show`` shows it without stopping anything.

        Args:
            choices: As they were left.
            facts: Of the window.
            parent: The window.
        """
        super().__init__(parent)
        self.setWindowTitle("Export")
        self._choices = choices
        self._facts = facts
        self._has_own_path = False
        self.kinds = QButtonGroup(self)
        self.pages: dict[Kind, Page] = {
            Kind.PICTURE: PicturePage(),
            Kind.LANES: LanesPage(),
            Kind.FILM: FilmPage(),
            Kind.NUMBERS: NumbersPage(),
        }
        self.stack = QStackedWidget()
        for page in self.pages.values():
            self.stack.addWidget(page)
            page.changed.connect(self._take)
        self.preview = Preview()
        self.facts_line = ElidedLabel()
        self.facts_line.setFont(font(TypeRole.SMALL))
        self.facts_line.setProperty("tone", "muted")
        self.path = QLineEdit()
        self.path.setAccessibleName("Where to")
        self.path.textEdited.connect(self._take_path)
        self.complaint = ElidedLabel()
        self.complaint.setFont(font(TypeRole.SMALL))
        self.complaint.setProperty("tone", "warning")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PATIENCE_MS)
        self._soon.timeout.connect(self._ask_preview)
        self._lay_out()
        self.setMinimumWidth(WIDTH)
        self._show_choices()

    def _lay_out(self) -> None:
        box = column(self, margins=(22, 18, 22, 18), spacing=14)
        box.addWidget(self._kind_row())
        middle = QHBoxLayout()
        middle.setSpacing(22)
        middle.addWidget(self.stack, 1)
        side = QWidget()
        shown = column(side, margins=(0, 0, 0, 0), spacing=6)
        shown.addWidget(self.preview)
        shown.addWidget(self.facts_line)
        shown.addStretch(1)
        side.setFixedWidth(PREVIEW.width())
        middle.addWidget(side)
        box.addLayout(middle, 1)
        box.addWidget(Rule())
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(label("To", TypeRole.TEXT))
        where.addWidget(self.path, 1)
        browse = QPushButton("Choose…")
        browse.clicked.connect(self._browse)
        where.addWidget(browse)
        box.addLayout(where)
        box.addWidget(self.complaint)
        box.addLayout(self._button_row())

    def _kind_row(self) -> QWidget:
        frame = QFrame()
        frame.setProperty("kind", "segments")
        row = QHBoxLayout(frame)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        for number, (kind, title) in enumerate(TITLES.items()):
            button = QToolButton()
            button.setText(title)
            button.setCheckable(True)
            button.setProperty("kind", "segment")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(self.path.sizePolicy())
            button.setMinimumHeight(button.fontMetrics().height() + 10)
            button.clicked.connect(partial(self.pick_kind, kind))
            self.kinds.addButton(button, number)
            row.addWidget(button)
        return frame

    def _button_row(self) -> QHBoxLayout:
        self.command = QPushButton("Copy as command")
        self.command.setToolTip("The line of the command line that makes the same file")
        self.copy = QPushButton("Copy picture")
        self.copy.setToolTip("To the clipboard")
        cancel = QPushButton("Close")
        self.export = QPushButton("Export")
        self.export.setDefault(True)
        self.command.clicked.connect(self._ask_command)
        self.copy.clicked.connect(self._ask_copy)
        cancel.clicked.connect(self.close)
        self.export.clicked.connect(self._ask_export)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.command, self.copy, cancel, self.export):
            button.setAutoDefault(False)
            if button is cancel:
                row.addStretch(1)
            row.addWidget(button)
        return row

    # what is picked

    @property
    def choices(self) -> ExportChoices:
        """As they stand."""
        return self._choices

    def set_facts(self, facts: ExportFacts) -> None:
        """The window has changed."""
        is_other = (facts.folder, facts.stem) != (self._facts.folder, self._facts.stem)
        self._facts = facts
        if is_other:
            self._has_own_path = False
        self._show_choices()

    def pick_kind(self, kind: Kind, _: object = None) -> None:
        """Turn to another kind; its file has a name of its own."""
        self._has_own_path = False
        self._take(replace(self._choices, kind=kind))

    def show_preview(self, image: QImage | None) -> None:
        """Show what will come."""
        if self._choices.kind is not Kind.NUMBERS:
            self.preview.show_image(image)

    def complain(self, words: str) -> None:
        """Say what cannot be; empty for nothing."""
        self.complaint.set_full_text(words)

    def order(self) -> Order | None:
        """What is asked for; None where something in it cannot be, which is then said."""
        try:
            text = self.path.text().strip()
            if not text:
                raise EngineError("name a file to write to")
            order = order_of(self._choices, self._facts, Path(text).expanduser())
        except EngineError as error:
            self.complain(f"{str(error)[:1].upper()}{str(error)[1:]}")
            return None
        self.complain("")
        return order

    def _take(self, choices: ExportChoices) -> None:
        if choices != self._choices:
            self._choices = choices
            self.choices_changed.emit(choices)
        self._show_choices()

    def _show_choices(self) -> None:
        choices = self._choices
        self.kinds.button(list(TITLES).index(choices.kind)).setChecked(True)
        page = self.pages[choices.kind]
        page.show_choices(choices, self._facts)
        self.stack.setCurrentWidget(page)
        self.copy.setVisible(choices.kind is Kind.PICTURE)
        if not self._has_own_path:
            self.path.setText(str(suggested_path(choices, self._facts)))
        self._refresh()

    def _refresh(self) -> None:
        order = self.order()
        for button in (self.export, self.command):
            button.setEnabled(order is not None)
        if order is None:
            return
        self.facts_line.set_full_text(self.pages[self._choices.kind].facts(order, self._facts))
        if not isinstance(order, NumbersOrder) and order.out is not None and order.out.exists():
            self.complain(f"{order.out.name} is there already and will be replaced")
        if isinstance(order, NumbersOrder):
            self.preview.show_words(NUMBERS + (MEASURED if order.is_full else ""))
        else:
            self._soon.start()

    def _take_path(self) -> None:
        self._has_own_path = True
        self._refresh()

    def _browse(self) -> None:
        kind = self._choices.kind
        ending = ENDINGS[kind][1]
        dialog = QFileDialog(self, "Export to", self.path.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        if ending:
            dialog.setDefaultSuffix(ending[1:])
            dialog.setNameFilter(f"{TITLES[kind]} (*{ending})")
            dialog.selectFile(self.path.text())
        else:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._pick_path)
        dialog.open()

    def _pick_path(self, name: str) -> None:
        self.path.setText(name)
        self._take_path()

    # wishes

    def _ask_preview(self) -> None:
        order = self.order() if self.isVisible() else None
        if order is not None:
            self.preview_requested.emit(order)

    def _ask_command(self) -> None:
        order = self.order()
        if order is not None:
            self.command_requested.emit(order)

    def _ask_copy(self) -> None:
        self.copy_requested.emit()

    def _ask_export(self) -> None:
        order = self.order()
        if order is None:
            return
        folder = Path(self.path.text().strip()).expanduser().parent
        self._take(replace(self._choices, folder=str(folder)))
        self._has_own_path = False
        self.hide()
        self.export_requested.emit(order)
