"""The panel of labels, kept in step with the study and with what is picked."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.label_panel_model import PanelFacts, panel_state
from app.services.task_runner import Task, TaskRunner, Urgency
from app.study_rows import state_facts
from engine.study.counts import Counts, counts

if TYPE_CHECKING:
    from app.label_editor import LabelEditor
    from app.labelling import Labelling
    from app.proposal_queue import ProposalQueue
    from app.teach_parts import TeachParts
    from engine.study.contents import StudyContents

PACE_MS = 120
"""Edits that come in a row are counted once."""


class LabelPanelKeeper(QObject):
    """Shows the panel's state, and passes on what is wished there."""

    action_picked = Signal(str)  # the action's id

    def __init__(
        self,
        labelling: "Labelling",
        editor: "LabelEditor",
        queue: "ProposalQueue",
        parts: "TeachParts",
    ) -> None:
        """Connect the panel.

        Args:
            labelling: What is picked, and the study.
            editor: Relabels and draws.
            queue: Has the proposals.
            parts: The window, and what is on show.
        """
        super().__init__(labelling)
        self._labelling = labelling
        self._editor = editor
        self._queue = queue
        self._parts = parts
        self._panel = parts.window.label
        self._counts = Counts()
        self._counted: StudyContents | None = None
        self._counting: Task | None = None
        self._runner: TaskRunner = parts.io
        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.setInterval(PACE_MS)
        self._pace.timeout.connect(self._count)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.show_state)
        self._connect()

    def _connect(self) -> None:
        panel, labelling = self._panel, self._labelling
        panel.take_actions(self._parts.window.action_set)
        labelling.changed.connect(self._show_soon)
        labelling.desk.contents_changed.connect(self._take_contents)
        labelling.desk.study_changed.connect(self._show_soon)
        self._queue.changed.connect(self._show_soon)
        self._parts.document.recording_changed.connect(self._show_soon)
        self._parts.window.timeline.threshold_changed.connect(self._show_soon)
        panel.edit_requested.connect(labelling.edit_segments)
        panel.action_picked.connect(self._pick_action)
        panel.relabel_requested.connect(self._relabel)
        panel.tier_picked.connect(self._pick_tier)
        panel.annotator_entered.connect(self._name_annotator)
        panel.left.connect(self._parts.window.timeline.setFocus)
        self._editor.note_wanted.connect(self._write_note)
        self._show_soon()

    @property
    def is_settled(self) -> bool:
        """Whether the panel shows all there is."""
        return not self._soon.isActive() and not self._pace.isActive() and self._counting is None

    @Slot()
    def _show_soon(self) -> None:
        self._soon.start()

    @Slot()
    def _take_contents(self) -> None:
        self._soon.start()
        if not self._pace.isActive():
            self._pace.start()

    @Slot()
    def show_state(self) -> None:
        """Show how everything stands."""
        labelling = self._labelling
        study = labelling.desk.study
        proposed = self._queue.open_of(labelling.state.person)
        facts = PanelFacts(
            contents=labelling.contents,
            state=labelling.state,
            counts=self._counts,
            clock=self._labelling.clock,
            open_proposals=len(proposed),
            has_proposals=self._queue.known,
            threshold=self._parts.window.timeline.threshold,
            read_only=study.read_only if study is not None else "",
        )
        self._panel.show_state(panel_state(facts))

    def _count(self) -> None:
        """Count in another thread: there may be many thousands."""
        contents = self._labelling.contents
        if self._counting is not None:
            self._pace.start()
            return
        if contents is self._counted:
            return
        self._counted = contents
        self._counting = self._runner.submit(
            lambda _: counts(contents),
            on_result=self._take_counts,
            on_error=self._take_error,
            urgency=Urgency.SOON,
        )

    def _take_counts(self, found: Counts) -> None:
        self._counting = None
        self._counts = found
        self._show_soon()

    def _take_error(self, error: Exception) -> None:
        self._counting = None
        raise error

    # wishes

    @Slot(str)
    def _pick_action(self, action_id: str) -> None:
        """As if its key were pressed."""
        self.action_picked.emit(action_id)
        self._parts.window.timeline.setFocus()

    @Slot(object)
    def _relabel(self, action_id: str | None) -> None:
        self._editor.relabel(action_id)

    @Slot(str)
    def _pick_tier(self, tier_id: str) -> None:
        self._editor.pick_tier(tier_id)
        self._parts.window.timeline.setFocus()

    @Slot(str)
    def _name_annotator(self, name: str) -> None:
        self._labelling.edit_segments(
            lambda contents: state_facts(contents, contents.facts.name or "Study", name)
        )

    @Slot()
    def _write_note(self) -> None:
        self.show_state()
        dock = self._parts.window.docks.labels
        dock.show()
        dock.raise_()
        self._panel.write_note()
