"""Labels: actions with their keys and counts, tiers, the segment picked, proposals to judge."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app.label_panel_model import PanelState
from app.theme import TypeRole, font
from app.views.flow import FlowLayout
from app.views.label_actions import ActionList
from app.views.label_form import SegmentFormView
from app.views.label_tiers import TierList
from app.views.panel import PANEL_MARGIN
from app.views.pieces import Rule, SectionHeader, column, label

if TYPE_CHECKING:
    from app.views.action_set import ActionSet

JUDGING = (
    ("label.next-uncertain", "Next uncertain"),
    ("label.accept", "Accept"),
    ("label.reject", "Reject"),
    ("label.accept-all", "Accept all"),
)
"""Rows of the table of actions, with short words for buttons."""


class LabelPanel(QWidget):
    """Everything about labels that is not on the timeline."""

    edit_requested = Signal(object)  # Callable[[StudyContents], Edit]
    action_picked = Signal(str)  # an action's id: as its key does
    relabel_requested = Signal(object)  # str | None, for what is picked
    tier_picked = Signal(str)
    annotator_entered = Signal(str)
    left = Signal()
    """Typing has ended: keys are keys again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = PanelState()
        self.read_only = label("", TypeRole.SMALL, tone="warning")
        self.read_only.setWordWrap(True)
        self.read_only.hide()
        self.actions_header = SectionHeader("Actions")
        self.actions_list = ActionList()
        self.form_header = SectionHeader("Segment")
        self.form = SegmentFormView()
        self.proposals_header = SectionHeader("Proposals")
        self.proposals = QWidget()
        self._judging = FlowLayout(self.proposals, spacing=6)
        self.tiers_header = SectionHeader("Tiers")
        self.tiers_list = TierList()
        self.annotator = QLineEdit()
        self.annotator.setPlaceholderText("Your name or initials")
        self.annotator.setAccessibleName("Annotator")
        self.annotator.setToolTip("Whose name new segments bear")
        self.annotator.editingFinished.connect(self._take_annotator)
        self._build()
        self._connect()
        self.show_state(PanelState())

    def _build(self) -> None:
        self._page = page = QWidget()
        page.setProperty("kind", "page")
        box = column(page, margins=(0, 10, 0, 14), spacing=0)
        box.addLayout(_inset(self.read_only))
        box.addLayout(_inset(self.actions_header, below=4))
        box.addWidget(self.actions_list)
        self._add_section(box, self.form_header, self.form)
        self._proposals_rule = self._add_section(box, self.proposals_header, self.proposals)
        box.addSpacing(14)
        box.addWidget(Rule())
        box.addSpacing(12)
        box.addLayout(_inset(self.tiers_header, below=4))
        box.addWidget(self.tiers_list)
        box.addSpacing(8)
        row = QHBoxLayout()
        row.setContentsMargins(PANEL_MARGIN, 0, PANEL_MARGIN, 0)
        row.setSpacing(8)
        name = label("Annotator", TypeRole.TEXT)
        name.setBuddy(self.annotator)
        row.addWidget(name)
        row.addWidget(self.annotator, 1)
        box.addLayout(row)
        box.addStretch(1)
        self._scroll = scroll = QScrollArea()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        column(self, margins=(0, 0, 0, 0), spacing=0).addWidget(scroll)

    def _add_section(self, box: QVBoxLayout, header: SectionHeader, content: QWidget) -> Rule:
        rule = Rule()
        box.addSpacing(14)
        box.addWidget(rule)
        box.addSpacing(12)
        box.addLayout(_inset(header, below=8))
        box.addLayout(_inset(content))
        return rule

    def _connect(self) -> None:
        for part in (self.actions_list, self.tiers_list, self.form):
            part.edit_requested.connect(self.edit_requested)
        self.actions_list.picked.connect(self.action_picked)
        self.tiers_list.picked.connect(self.tier_picked)
        self.form.action_picked.connect(self.relabel_requested)
        self.form.left.connect(self.left)

    def minimumSizeHint(self) -> QSize:
        """As wide as its fields need: nothing is cut where letters are large (called by Qt)."""
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        width = self._page.minimumSizeHint().width() + bar
        return QSize(width, super().minimumSizeHint().height())

    def take_actions(self, actions: "ActionSet") -> None:
        """Get the buttons that judge proposals."""
        for action_id, word in JUDGING:
            button = actions.button(action_id, self.proposals, word=word)
            button.setProperty("kind", "pill")
            button.setFont(font(TypeRole.SMALL))
            self._judging.addWidget(button)

    @property
    def judging_buttons(self) -> tuple[QToolButton, ...]:
        """Those that judge proposals."""
        return tuple(self.proposals.findChildren(QToolButton))

    def write_note(self) -> None:
        """Let a note be typed, where it can be seen."""
        self.form.write_note()
        # once the form has its place: it may have come into being with this segment
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self.form))

    # what is shown

    def show_state(self, state: PanelState) -> None:
        """Show everything anew; what has not changed stays as it is."""
        before, self._state = self._state, state
        can_edit = not state.read_only
        self.read_only.setText(state.read_only)
        self.read_only.setVisible(bool(state.read_only))
        self.actions_list.show_lines(state.actions, state.archived, can_edit=can_edit)
        self.tiers_list.show_lines(
            state.tiers, state.archived_tiers, annotator=state.annotator, can_edit=can_edit
        )
        offered = tuple(each.action for each in state.actions)
        if before.form != state.form or before.actions != state.actions:
            self.form.show_form(state.form, offered)
        self.form_header.remark.set_full_text(state.form.where)
        if not self.annotator.hasFocus() and self.annotator.text() != state.annotator:
            self.annotator.setText(state.annotator)
        self.annotator.setEnabled(can_edit)
        self.form.setEnabled(can_edit)
        self._show_proposals(state)
        self.updateGeometry()  # the fields of a segment may need more room

    def _show_proposals(self, state: PanelState) -> None:
        for piece in (self.proposals_header, self.proposals, self._proposals_rule):
            piece.setVisible(state.has_proposals)
        count = state.open_proposals
        self.proposals_header.remark.set_full_text(f"{count} open" if count else "all judged")
        for button in self.judging_buttons:
            if button.defaultAction().objectName() == "label.accept-all":
                button.setText(f"Accept all above {state.threshold:.2f}")

    def _take_annotator(self) -> None:
        name = " ".join(self.annotator.text().split())
        if name != self._state.annotator:
            self.annotator_entered.emit(name)


def _inset(widget: QWidget, *, below: int = 0) -> QVBoxLayout:
    """A widget with the panel's margins at its sides."""
    box = QVBoxLayout()
    box.setContentsMargins(PANEL_MARGIN, 0, PANEL_MARGIN, below)
    box.setSpacing(0)
    box.addWidget(widget)
    return box
