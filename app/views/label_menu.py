"""The menu of a place on the lanes of labels."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from app.label_model import LabelPick
from app.views.action_menu import ActionMenu
from app.views.action_set import ActionSet
from engine.labels import Action

SEGMENT_ROWS = (
    ("label.merge", "label.copy", "label.remove"),
    ("label.doubt", "label.note"),
    ("label.loop",),
)
EMPTY_ROWS = (("label.paste",), ("label.reviewed", "label.reviewed-rest"), ("label.all",))
PROPOSAL_ROWS = (
    ("label.accept", "label.reject"),
    ("label.next-uncertain", "label.accept-all"),
    ("label.loop",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuWork:
    """What the entries do that are no rows of the table of actions."""

    relabel: Callable[[str | None], None]
    """An action's id; None for: nothing happens."""
    relabel_as_new: Callable[[str], None]
    split_at: Callable[[str, int], None]
    """A segment's id, and the frame before which it is cut."""
    accept_as: Callable[[str], None]


def open_menu(
    pick: LabelPick,
    actions: tuple[Action, ...],
    rows: ActionSet,
    work: MenuWork,
    parent: QWidget,
) -> QMenu:
    """Show what can be done at a place.

    Args:
        pick: What is there.
        actions: That segments can be given.
        rows: The table of actions: what these entries do, and their keys.
        work: What the others do.
        parent: Owner.
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if pick.proposal is not None:
        other = ActionMenu(actions, menu, title="Accept as")
        other.picked.connect(work.accept_as)
        _add_rows(menu, rows, PROPOSAL_ROWS[:1])
        menu.addMenu(other)
        menu.addSeparator()
        _add_rows(menu, rows, PROPOSAL_ROWS[1:])
    elif pick.segment is not None:
        other = ActionMenu(actions, menu, title="Relabel", has_nothing=True)
        other.picked.connect(work.relabel)
        other.nothing_picked.connect(lambda: work.relabel(None))
        other.named.connect(work.relabel_as_new)
        menu.addMenu(other)
        split = menu.addAction("Split here")
        segment_id, frame = pick.segment.id, pick.frame
        split.triggered.connect(lambda: work.split_at(segment_id, frame))
        split.setEnabled(pick.segment.start < frame < pick.segment.stop)
        _add_rows(menu, rows, SEGMENT_ROWS)
    else:
        _add_rows(menu, rows, EMPTY_ROWS)
    menu.popup(QPoint(*pick.at))
    return menu


def _add_rows(menu: QMenu, rows: ActionSet, groups: tuple[tuple[str, ...], ...]) -> None:
    for number, group in enumerate(groups):
        if number:
            menu.addSeparator()
        for action_id in group:
            menu.addAction(rows[action_id])
