"""The list of tiers: which one is drawn on; add, rename, put in order, archive."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from app.label_panel_model import TierLine
from app.views.action_menu import menu_name
from app.views.label_rows_view import LabelRow, RowLine
from app.views.panel import PANEL_MARGIN
from app.views.pieces import column
from engine.labels import Tier
from engine.study import tiers
from engine.study.contents import Edit, StudyContents

MakeEdit = Callable[[StudyContents], Edit]


class TierList(QWidget):
    """One row a tier, and a field for another."""

    edit_requested = Signal(object)  # MakeEdit
    picked = Signal(str)  # a tier's id

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[TierLine, ...] = ()
        self._archived: tuple[Tier, ...] = ()
        self._annotator = ""
        self._rows: dict[str, LabelRow] = {}
        self._list = QWidget()
        self._list_box = column(self._list, margins=(0, 0, 0, 0), spacing=0)
        self.field = QLineEdit()
        self.field.setPlaceholderText("Add a tier…")
        self.field.setAccessibleName("Name of a new tier")
        self.field.setToolTip("A row of segments of its own: another annotator, or another kind")
        self.field.returnPressed.connect(self._add)
        box = column(self, margins=(0, 0, 0, 0), spacing=6)
        box.addWidget(self._list)
        frame = QWidget()
        column(frame, margins=(PANEL_MARGIN, 0, PANEL_MARGIN, 0), spacing=0).addWidget(self.field)
        box.addWidget(frame)

    def row(self, tier_id: str) -> LabelRow:
        """The row of a tier."""
        return self._rows[tier_id]

    def show_lines(
        self,
        lines: tuple[TierLine, ...],
        archived: tuple[Tier, ...],
        *,
        annotator: str,
        can_edit: bool,
    ) -> None:
        """List these."""
        self._annotator = annotator
        self.field.setEnabled(can_edit)
        if (lines, archived) == (self._lines, self._archived):
            return
        self._lines, self._archived = lines, archived
        ids = [each.tier.id for each in lines]
        if ids != list(self._rows):
            self._rebuild(ids)
        for each in lines:
            tier = each.tier
            self._rows[tier.id].show_line(
                RowLine(name=tier.name, count=tier.annotator, is_picked=each.is_active)
            )

    def _rebuild(self, ids: list[str]) -> None:
        for row in self._rows.values():
            row.hide()
            row.deleteLater()
        self._rows = {}
        for tier_id in ids:
            row = LabelRow(self._list)
            row.clicked.connect(partial(self.picked.emit, tier_id))
            row.renamed.connect(partial(self._rename, tier_id))
            row.menu_wanted.connect(partial(self._offer, tier_id))
            self._rows[tier_id] = row
            self._list_box.addWidget(row)
            row.show()

    # wishes

    def _add(self) -> None:
        name, annotator = " ".join(self.field.text().split()), self._annotator
        if name:
            self.field.clear()
            self.edit_requested.emit(
                lambda contents: tiers.add_tier(contents, name, annotator=annotator)
            )

    def _rename(self, tier_id: str, name: str) -> None:
        self.edit_requested.emit(lambda contents: tiers.rename_tier(contents, tier_id, name))

    def _move(self, tier_id: str, position: int) -> None:
        self.edit_requested.emit(lambda contents: tiers.move_tier(contents, tier_id, position))

    def _archive(self, tier_id: str) -> None:
        self.edit_requested.emit(lambda contents: tiers.archive_tier(contents, tier_id))

    def _restore(self, tier_id: str) -> None:
        self.edit_requested.emit(lambda contents: tiers.restore_tier(contents, tier_id))

    def _offer(self, tier_id: str, at: QPoint) -> None:
        menu = self.menu_of(tier_id)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def menu_of(self, tier_id: str) -> QMenu:
        """What can be done with a tier."""
        menu = QMenu(self)
        ids = [each.tier.id for each in self._lines]
        place = ids.index(tier_id)
        menu.addAction("Rename").triggered.connect(self._rows[tier_id].rename)
        up = menu.addAction("Move up")
        up.triggered.connect(partial(self._move, tier_id, place - 1))
        up.setEnabled(place > 0)
        down = menu.addAction("Move down")
        down.triggered.connect(partial(self._move, tier_id, place + 1))
        down.setEnabled(place < len(ids) - 1)
        menu.addSeparator()
        archive = menu.addAction("Archive")
        archive.triggered.connect(partial(self._archive, tier_id))
        archive.setEnabled(len(ids) > 1)
        if self._archived:
            back = menu.addMenu("Restore")
            for each in self._archived:
                back.addAction(menu_name(each.name)).triggered.connect(
                    partial(self._restore, each.id)
                )
        return menu
