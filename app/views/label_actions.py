"""The list of actions: pick, add, rename, recolour, give keys, merge, put in order, archive."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from app.label_panel_model import ActionLine
from app.views.action_menu import menu_name
from app.views.label_rows_view import LabelRow, RowLine
from app.views.panel import PANEL_MARGIN
from app.views.pieces import column
from engine.labels import Action
from engine.study import actions
from engine.study.contents import Edit, StudyContents

MakeEdit = Callable[[StudyContents], Edit]
COLUMNS = 6
CHIP = 20
FIRST_HINT = "Name an action, then Enter"
NEXT_HINT = "Add an action…"


class ActionList(QWidget):
    """One row an action, and a field for another."""

    edit_requested = Signal(object)  # MakeEdit
    picked = Signal(str)  # an action's id

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[ActionLine, ...] = ()
        self._archived: tuple[ActionLine, ...] = ()
        self._rows: dict[str, LabelRow] = {}
        self._shows_archived = False
        self._box = column(self, margins=(0, 0, 0, 0), spacing=0)
        self._list = QWidget()
        self._list_box = column(self._list, margins=(0, 0, 0, 0), spacing=0)
        self._mark = QFrame(self._list)
        self._mark.setFixedHeight(2)
        self._mark.setAutoFillBackground(True)
        self._mark.hide()
        self.field = QLineEdit()
        self.field.setPlaceholderText(FIRST_HINT)
        self.field.setAccessibleName("Name of a new action")
        self.field.returnPressed.connect(self._add)
        frame = QWidget()
        column(frame, margins=(PANEL_MARGIN, 6, PANEL_MARGIN, 0), spacing=0).addWidget(self.field)
        self.archive_button = QToolButton()
        self.archive_button.setProperty("kind", "word")
        self.archive_button.setCheckable(True)
        self.archive_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.archive_button.toggled.connect(self._show_archived)
        self.archive_button.hide()
        self._box.addWidget(self._list)
        self._box.addWidget(frame)
        self._box.addWidget(self.archive_button)

    def row(self, action_id: str) -> LabelRow:
        """The row of an action."""
        return self._rows[action_id]

    def show_lines(
        self, lines: tuple[ActionLine, ...], archived: tuple[ActionLine, ...], *, can_edit: bool
    ) -> None:
        """List these."""
        self.field.setEnabled(can_edit)
        if (lines, archived) == (self._lines, self._archived):
            return
        self._lines, self._archived = lines, archived
        shown = (*lines, *(archived if self._shows_archived else ()))
        if [each.action.id for each in shown] != list(self._rows):
            self._rebuild([each.action.id for each in shown])
        for each in shown:
            action = each.action
            self._rows[action.id].show_line(
                RowLine(
                    name=action.name,
                    colour=action.colour,
                    count=each.count,
                    key="" if action.is_archived else action.key,
                    story=each.story,
                    is_picked=each.is_current,
                    is_quiet=action.is_archived,
                )
            )
        self.field.setPlaceholderText(NEXT_HINT if lines else FIRST_HINT)
        count = len(archived)
        self.archive_button.setVisible(bool(count))
        word = "Hide" if self._shows_archived else "Show"
        self.archive_button.setText(f"{word} {count} archived")

    def _rebuild(self, ids: list[str]) -> None:
        for row in self._rows.values():
            row.hide()
            row.deleteLater()
        self._rows = {}
        for action_id in ids:
            row = LabelRow(self._list)
            row.clicked.connect(partial(self._pick, action_id))
            row.renamed.connect(partial(self._rename, action_id))
            row.colour_wanted.connect(partial(self._ask_colour, action_id))
            row.menu_wanted.connect(partial(self._offer, action_id))
            row.dragged.connect(self._show_place)
            row.dropped.connect(partial(self._drop, action_id))
            self._rows[action_id] = row
            self._list_box.addWidget(row)
            row.show()

    def _show_archived(self, shown: bool) -> None:
        self._shows_archived = shown
        lines, self._lines = self._lines, ()
        self.show_lines(lines, self._archived, can_edit=self.field.isEnabled())

    # wishes

    def _wish(self, make: MakeEdit) -> None:
        self.edit_requested.emit(make)

    def _pick(self, action_id: str) -> None:
        action = self._action(action_id)
        if action is not None and action.is_archived:
            self._wish(lambda contents: actions.restore_action(contents, action_id))
        else:
            self.picked.emit(action_id)

    def _add(self) -> None:
        name = " ".join(self.field.text().split())
        if name:
            self.field.clear()
            self._wish(lambda contents: actions.add_action(contents, name))

    def _rename(self, action_id: str, name: str) -> None:
        self._wish(lambda contents: actions.rename_action(contents, action_id, name))

    def _recolour(self, action_id: str, colour: str) -> None:
        self._wish(lambda contents: actions.recolour_action(contents, action_id, colour))

    def _set_key(self, action_id: str, key: str) -> None:
        self._wish(lambda contents: actions.set_action_key(contents, action_id, key))

    def _merge(self, action_id: str, into_id: str) -> None:
        self._wish(lambda contents: actions.merge_actions(contents, action_id, into_id))

    def _move(self, action_id: str, position: int) -> None:
        self._wish(lambda contents: actions.move_action(contents, action_id, position))

    def _archive(self, action_id: str) -> None:
        self._wish(lambda contents: actions.archive_action(contents, action_id))

    def _action(self, action_id: str) -> Action | None:
        lines = (*self._lines, *self._archived)
        return next((each.action for each in lines if each.action.id == action_id), None)

    # menus

    def _ask_colour(self, action_id: str) -> None:
        row = self._rows[action_id]
        menu = palette_menu(self, partial(self._recolour, action_id))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(row.mapToGlobal(QPoint(PANEL_MARGIN, row.height())))

    def _offer(self, action_id: str, at: QPoint) -> None:
        menu = self.menu_of(action_id)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def menu_of(self, action_id: str) -> QMenu:
        """What can be done with an action."""
        menu = QMenu(self)
        action = self._action(action_id)
        if action is None:
            return menu
        if action.is_archived:
            menu.addAction("Restore").triggered.connect(partial(self._pick, action_id))
            return menu
        ids = [each.action.id for each in self._lines]
        place = ids.index(action_id)
        menu.addAction("Rename").triggered.connect(self._rows[action_id].rename)
        menu.addMenu(palette_menu(menu, partial(self._recolour, action_id), title="Colour"))
        menu.addMenu(self._key_menu(action, menu))
        menu.addSeparator()
        up = menu.addAction("Move up")
        up.triggered.connect(partial(self._move, action_id, place - 1))
        up.setEnabled(place > 0)
        down = menu.addAction("Move down")
        down.triggered.connect(partial(self._move, action_id, place + 1))
        down.setEnabled(place < len(ids) - 1)
        menu.addSeparator()
        others = menu.addMenu("Merge into")
        for each in self._lines:
            if each.action.id != action_id:
                into = others.addAction(menu_name(each.action.name))
                into.triggered.connect(partial(self._merge, action_id, each.action.id))
        others.setEnabled(len(self._lines) > 1)
        menu.addAction("Archive").triggered.connect(partial(self._archive, action_id))
        return menu

    def _key_menu(self, action: Action, parent: QMenu) -> QMenu:
        """Keys that are free, and the one that it has."""
        menu = QMenu("Key", parent)
        taken = {each.action.key: each.action.name for each in self._lines if each.action.key}
        for key in actions.CANDIDATE_KEYS:
            holder = taken.get(key)
            text = key if holder in (None, action.name) else f"{key}\t{menu_name(str(holder))}"
            shown = menu.addAction(text)
            shown.setCheckable(True)
            shown.setChecked(key == action.key)
            shown.setEnabled(holder in (None, action.name))
            shown.triggered.connect(partial(self._set_key, action.id, key))
        menu.addSeparator()
        none = menu.addAction("No key")
        none.setCheckable(True)
        none.setChecked(not action.key)
        none.triggered.connect(partial(self._set_key, action.id, ""))
        return menu

    # order

    def _place_at(self, y: int) -> int:
        """Before which row a height on the screen lies, among those that are offered."""
        middles = [
            row.mapToGlobal(QPoint(0, row.height() // 2)).y()
            for each in self._lines
            if (row := self._rows.get(each.action.id)) is not None
        ]
        return sum(middle < y for middle in middles)

    def _show_place(self, y: int) -> None:
        place = self._place_at(y)
        rows = [self._rows[each.action.id] for each in self._lines]
        top = rows[place].y() if place < len(rows) else rows[-1].geometry().bottom()
        palette = self._mark.palette()
        palette.setColor(QPalette.ColorRole.Window, palette.color(QPalette.ColorRole.Highlight))
        self._mark.setPalette(palette)
        self._mark.setGeometry(PANEL_MARGIN, top - 1, self._list.width() - 2 * PANEL_MARGIN, 2)
        self._mark.raise_()
        self._mark.show()

    def _drop(self, action_id: str, y: int) -> None:
        self._mark.hide()
        ids = [each.action.id for each in self._lines]
        if action_id not in ids:
            return
        place, before = self._place_at(y), ids.index(action_id)
        position = place - 1 if place > before else place
        if position != before:
            self._move(action_id, position)


def palette_menu(parent: QWidget, take: Callable[[str], None], *, title: str = "") -> QMenu:
    """A menu of colours, as chips.

    Args:
        parent: Owner.
        take: Gets the colour picked, ``#rrggbb``.
        title: In a menu above it.
    """
    menu = QMenu(title, parent)
    chips = QWidget()
    grid = QGridLayout(chips)
    grid.setContentsMargins(10, 6, 10, 6)
    grid.setSpacing(4)
    for number, colour in enumerate(actions.COLOURS):
        chip = QToolButton()
        chip.setIcon(_chip(colour))
        chip.setIconSize(QSize(CHIP, CHIP))
        chip.setAccessibleName(f"Colour {number + 1}")

        def pick(_: bool = False, colour: str = colour) -> None:
            menu.close()
            take(colour)

        chip.clicked.connect(pick)
        grid.addWidget(chip, number // COLUMNS, number % COLUMNS)
    holder = QWidgetAction(menu)
    holder.setDefaultWidget(chips)
    menu.addAction(holder)
    return menu


def _chip(colour: str) -> QIcon:
    picture = QPixmap(2 * CHIP, 2 * CHIP)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(0, 0, 2 * CHIP, 2 * CHIP, 8, 8)
    painter.end()
    return QIcon(picture)
