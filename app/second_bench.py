"""A second recording beside the one on show, connected: strip, ghost, own view and lane."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from app.document import Document
from app.lane_keeper import LaneKeeper
from app.lanes.facts import DifferenceFacts
from app.librarian import Librarian
from app.pane_caption import PaneCaption
from app.player import Player
from app.second_manner import Manner, SecondView
from app.second_questions import SecondQuestions, SecondThreads
from app.second_state import SecondState, contents_beside
from app.second_words import captions, moment_text, said_text, second_prediction
from app.services.inference import InferenceService
from app.services.opening import Opened
from app.settings import SECOND_MANNER, Settings
from app.views.main_window import MainWindow
from app.views.scene.scene_view import SceneView

ACTION, SWAP_ACTION, VIEW_ACTION = "compare.recording", "compare.swap", "compare.second-view"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondParts:
    """What a second recording is shown on and acts upon."""

    window: MainWindow
    scene: SceneView
    player: Player
    lanes: LaneKeeper
    librarian: Librarian
    settings: Settings
    name_filters: Callable[[], tuple[str, ...]]
    """For the file dialog."""


class SecondBench(QObject):
    """Connects the second recording with the rest; ``connect_all`` once everything is there."""

    begun = Signal()
    """Recordings are compared from now on: nothing else is."""

    def __init__(
        self,
        document: Document,
        threads: SecondThreads,
        inference: InferenceService,
        parent: QObject | None = None,
    ) -> None:
        """Compare nothing yet.

        Args:
            document: Read; turned to the other recording when both change places.
            threads: Where the work is done.
            inference: Has the models.
            parent: Owner.
        """
        super().__init__(parent)
        self._document = document
        self.questions = SecondQuestions(document, threads, inference, self)
        self._is_swapping = False
        self._is_split = False
        self._difference: DifferenceFacts | None = None

    def connect_all(self, parts: SecondParts) -> None:
        """Connect the strip, the views and the lane.

        Args:
            parts: What the second recording is shown on and acts upon.
        """
        self._parts = parts
        document, questions, strip = self._document, self.questions, parts.window.second
        questions.state_changed.connect(self._show)
        questions.progressed.connect(self._tell)
        document.recording_changed.connect(self._take_first)
        document.person_changed.connect(self._take_person)
        document.model_changed.connect(questions.ask_anew)
        document.answer_changed.connect(self._name)
        document.action_palette_changed.connect(self._name)
        document.overlay_changed.connect(self._draw_beside)
        parts.player.frame_changed.connect(questions.follow_frame)
        parts.player.frame_changed.connect(self._tell)
        parts.window.palette_changed.connect(self._colour)
        parts.window.library.compare_requested.connect(self.open)
        parts.window.comparison_dropped.connect(self.open)
        strip.manner_requested.connect(self.set_manner)
        strip.person_requested.connect(questions.set_person)
        strip.close_requested.connect(questions.close)
        questions.set_manner(parts.settings.get(SECOND_MANNER))

    def work_of_actions(self) -> dict[str, Callable[..., object]]:
        """What the rows of the table of actions do that are about a second recording."""
        return {
            ACTION: self._ask_for_file,
            SWAP_ACTION: self.swap,
            VIEW_ACTION: self._switch_view,
        }

    @property
    def state(self) -> SecondState:
        """All that is known of the second recording."""
        return self.questions.state

    @property
    def is_settled(self) -> bool:
        """Whether all that is going to be shown of it is shown."""
        return self.questions.is_settled

    # wishes

    @Slot(object)
    def open(self, path: Path) -> None:
        """Compare what is on show with another recording; without one, put that on show."""
        if self._document.recording is None:
            self._parts.librarian.open_path(path)
            return
        self.begun.emit()
        self.questions.open(path.absolute())

    def put_aside(self) -> bool:
        """End the comparison; whether there was one."""
        was_there = self.state.is_there
        self.questions.close()
        return was_there

    def give_way(self) -> None:
        """Something else is compared from now on, and has taken the views."""
        self._is_split = False
        self.questions.close()

    @Slot(object)
    def set_manner(self, manner: Manner) -> None:
        """Lay it in another way; remembered."""
        self._parts.settings.set(SECOND_MANNER, manner)
        self.questions.set_manner(manner)

    @Slot()
    def _switch_view(self) -> None:
        manner = self.state.manner
        is_ghost = manner.view is SecondView.GHOST
        self.set_manner(replace(manner, view=SecondView.SIDE if is_ghost else SecondView.GHOST))

    @Slot()
    def swap(self) -> None:
        """Let both recordings change places, at the moment that they show."""
        state, document, player = self.state, self._document, self._parts.player
        first, scene = document.recording, document.scene
        if state.recording is None or state.scene is None or state.path is None:
            return
        if first is None or scene is None or first.source.path is None:
            return
        person, laid, was_playing = document.person, state.laid, player.is_playing
        moment = 0 if laid is None else int(laid.partners[player.frame])
        now_first = Opened(path=state.path, recording=state.recording, scene=state.scene)
        path = first.source.path
        self._is_swapping = True
        try:
            self.questions.take(path, Opened(path=path, recording=first, scene=scene), person)
            self._parts.librarian.take_opened(now_first)
            if laid is not None:
                document.select_person(laid.alignment.pair.second.performer.person)
        finally:
            self._is_swapping = False
        if not was_playing:
            player.pause()
        player.seek(moment)
        self.questions.lay()

    @Slot()
    def _ask_for_file(self) -> None:
        recording = self._document.recording
        dialog = QFileDialog(self._parts.window, "Compare with another recording")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(self._parts.name_filters())
        if recording is not None and recording.source.path is not None:
            dialog.setDirectory(str(recording.source.path.parent))
        dialog.fileSelected.connect(self._open_name)
        dialog.open()

    @Slot(str)
    def _open_name(self, name: str) -> None:
        self.open(Path(name))

    # the first recording

    @Slot()
    def _take_first(self) -> None:
        """Another recording on show ends the comparison."""
        if not self._is_swapping:
            self.questions.close()
        self._enable()

    @Slot(object)
    def _take_person(self, person: int | None) -> None:
        self._colour()
        if not self._is_swapping:
            self.questions.take_person(person)

    # what is shown

    @Slot(object)
    def _show(self, state: SecondState) -> None:
        parts = self._parts
        if parts.window.second.isHidden():
            self._colour()
        parts.window.second.show_state(state)
        if parts.scene.contents.second is not state.ghost:
            parts.scene.set_second(state.ghost)
        self._show_difference(state)
        self._show_panes(state)
        self._name()
        self._tell()
        self._enable()

    def _enable(self) -> None:
        actions, is_there = self._parts.window.action_set, self.state.is_there
        actions[ACTION].setEnabled(self._document.recording is not None)
        actions[SWAP_ACTION].setEnabled(is_there)
        actions[VIEW_ACTION].setEnabled(is_there)

    def _show_difference(self, state: SecondState) -> None:
        laid, before = state.laid, self._difference
        if laid is None:
            self._difference = None
        elif before is None or before.alignment is not laid.alignment:
            self._difference = DifferenceFacts(alignment=laid.alignment, other_name=state.name)
        self._parts.lanes.set_difference(self._difference)

    def _show_panes(self, state: SecondState) -> None:
        """Give the second recording a view of its own, or take that away."""
        panes = self._parts.window.stage.panes
        if state.is_split is not self._is_split:
            self._is_split = state.is_split
            panes.show_panes(self._captions() if state.is_split else ())
        self._draw_beside()

    @Slot()
    def _draw_beside(self) -> None:
        if self._is_split:
            panes, network = self._parts.window.stage.panes, self._document.overlay.network
            change = partial(contents_beside, state=self.state, network=network)
            panes.set_change(panes.views[1], change)

    def _captions(self) -> tuple[PaneCaption, ...]:
        known = self._document.answer_state, self._document.prediction
        palette = self._document.action_palette
        return captions(self._first_name(), known, self.state, palette)

    def _first_name(self) -> str:
        recording = self._document.recording
        path = recording.source.path if recording else None
        return path.stem if path else "This recording"

    @Slot()
    def _name(self) -> None:
        """Name both, with what the model says."""
        state = self.state
        if not state.is_there:
            return
        word = "ghost" if state.ghost is not None else ""
        said = (word, said_text(second_prediction(state)))
        self._parts.window.second.show_names(
            (self._first_name(), said_text(self._document.prediction)),
            (state.name, "  ·  ".join(part for part in said if part)),
        )
        if self._is_split:
            self._parts.window.stage.panes.set_captions(self._captions())

    @Slot()
    def _colour(self) -> None:
        theme = self._parts.scene.contents.theme
        self._parts.window.second.set_theme(theme, self._document.person or 0)

    @Slot()
    def _tell(self) -> None:
        """Say how far apart both are now."""
        if self.state.is_there:
            text = moment_text(self.state, self._parts.player.frame)
            self._parts.window.second.say_moment(text)
