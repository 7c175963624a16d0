"""Labels that models disagree with, looked through one by one."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.clip_visit import ClipPlace
from app.open_study import OpenStudy
from app.retrain_state import Checking, Judgement, Suspect
from app.retrain_switch import in_use
from app.services.checking import Checked, CheckingService, CheckQuestion
from app.teach_parts import TeachParts
from app.time_left import TimeLeft
from engine.errors import EngineError
from engine.labels import NOTHING, Segment
from engine.runtime.packages import ModelPackage
from engine.study.actions import add_action
from engine.study.contents import Edit, StudyContents
from engine.study.segments import relabel, set_doubt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Suspects(QObject):
    """Asks, keeps the queue, and what somebody has said of each; in the main thread."""

    changed = Signal(object)  # Checking
    visited = Signal(object)  # ClipPlace

    def __init__(self, parts: TeachParts, parent: QObject | None = None) -> None:
        """Know nothing yet.

        Args:
            parts: What is read and acted upon.
            parent: Owner.
        """
        super().__init__(parent)
        self._parts = parts
        self._service = CheckingService(parts.inference_thread, parts.inference, self)
        self._service.progressed.connect(self._take_progress)
        self._service.found.connect(self._take_checked)
        self._service.refused.connect(self._take_refusal)
        self._left = TimeLeft()
        self._folder: Path | None = None
        self.runs: Mapping[str, Path] = {}
        """Folders of the runs that made models, by the model's id."""
        self.checking = Checking()

    @property
    def is_asking(self) -> bool:
        """Whether models are asked."""
        return self._service.is_busy

    # what is told

    def take_study(self, study: OpenStudy | None) -> None:
        """Turn to another study: what was found in the last one goes."""
        folder = None if study is None else study.folder
        if folder != self._folder:
            self._folder = folder
            self._service.forget()
            self._show(Checking())
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Labels or models have changed."""
        contents, models = self._parts.desk.contents, self._models()
        checking = self.checking
        current = checking.suspect
        asked_about = {each.segment_id: each for each in checking.suspects}
        judged = {
            key: judgement
            for key, judgement in checking.judged.items()
            if key not in asked_about or not is_undone(contents, asked_about[key], judgement)
        }
        checking = self.checking = replace(checking, judged=judged)
        suspects = tuple(each for each in checking.suspects if self._still_holds(each, contents))
        place = -1
        if current is not None and current in suspects:
            place = suspects.index(current)
        self._show(
            replace(
                checking,
                why_not=self._why_not(contents, models),
                num_labels=contents.num_segments,
                models=tuple(each.card.title for each in models),
                suspects=suspects,
                current=place,
            )
        )

    def _still_holds(self, suspect: Suspect, contents: StudyContents) -> bool:
        """Whether the segment is still what models were asked about, or somebody has judged it."""
        segment = contents.segments.get(suspect.recording_id, {}).get(suspect.segment_id)
        if segment is None:
            return False
        if suspect.segment_id in self.checking.judged:
            return True
        now = (segment.start, segment.stop, label_of(contents, segment))
        return now == (suspect.start, suspect.stop, suspect.label)

    def _models(self) -> tuple[ModelPackage, ...]:
        """The one in use, and those that it is compared with."""
        document = self._parts.document
        used = in_use(self._parts.desk.contents, document.models, document.model)
        others = (document.model, *self._parts.lanes.compared)
        found = {each.folder: each for each in (used, *others) if each is not None}
        return tuple(found.values())

    def _why_not(self, contents: StudyContents, models: tuple[ModelPackage, ...]) -> str:
        if self._folder is None:
            return "Labels are kept in a study: open one, or begin to label a recording."
        if not contents.num_segments:
            return "There are no labels to check yet."
        return "" if models else "There is no model to ask."

    def _take_progress(self, fraction: float) -> None:
        left_s = self._left.at(fraction)
        self._show(replace(self.checking, fraction=fraction, left_s=left_s))

    def _take_checked(self, checked: Checked) -> None:
        judged = {key: each for key, each in self.checking.judged.items() if each is Judgement.KEPT}
        kept = frozenset(judged)
        self._show(
            replace(
                self.checking,
                fraction=None,
                left_s=None,
                num_asked=checked.num_asked,
                suspects=tuple(each for each in checked.suspects if each.segment_id not in kept),
                judged=judged,
                current=-1,
            )
        )
        self.refresh()

    def _take_refusal(self, error: Exception) -> None:
        """Say why nothing came of it.

        Raises:
            Exception: It is a defect of the program.
        """
        self._show(replace(self.checking, fraction=None, left_s=None, message=str(error)))
        if not isinstance(error, EngineError | OSError):
            raise error

    # wishes

    @Slot()
    def ask(self) -> None:
        """Ask the models about all labels."""
        if self._folder is None or self.checking.why_not or self.is_asking:
            return
        self._left = TimeLeft()
        self._show(replace(self.checking, fraction=0.0, left_s=None, message=""))
        self._service.ask(
            CheckQuestion(
                folder=self._folder,
                contents=self._parts.desk.contents,
                models=self._models(),
                runs=self.runs,
            )
        )

    @Slot()
    def stop(self) -> None:
        """Ask no more; what was found by then is listed."""
        self._service.stop()

    @Slot(object)
    def show(self, suspect: Suspect) -> None:
        """Go to a label."""
        if suspect in self.checking.suspects:
            place = self.checking.suspects.index(suspect)
            self._show(replace(self.checking, current=place))
            self.visited.emit(
                ClipPlace(
                    recording_id=suspect.recording_id,
                    person=suspect.person,
                    start=suspect.start,
                    stop=suspect.stop,
                )
            )

    @Slot()
    def show_next(self) -> None:
        """Go to the next label that nobody has said anything of."""
        place = self.checking.next_open
        if place >= 0:
            self.show(self.checking.suspects[place])

    @Slot(object)
    def judge(self, judgement: Judgement) -> None:
        """Say what is to become of the label on show, and go to the next one."""
        suspect, desk = self.checking.suspect, self._parts.desk
        if suspect is None:
            return
        if judgement is not Judgement.KEPT:
            read_only = "" if desk.study is None else desk.study.read_only
            if read_only:
                desk.refused.emit(read_only)
                return
        judged = {**self.checking.judged, suspect.segment_id: judgement}
        self._show(replace(self.checking, judged=judged))
        if judgement is Judgement.ACCEPTED:
            desk.change(lambda contents: relabelled(contents, suspect))
        elif judgement is Judgement.DOUBTFUL:
            desk.change(lambda contents: set_doubt(contents, (suspect.segment_id,), True))
        self.refresh()  # it may have been refused
        self.show_next()

    def _show(self, checking: Checking) -> None:
        if checking != self.checking:
            self.checking = checking
            self.changed.emit(checking)


def is_undone(contents: StudyContents, suspect: Suspect, judgement: Judgement) -> bool:
    """Whether what was said of a label does not hold: it was taken back, or refused."""
    segment = contents.segments.get(suspect.recording_id, {}).get(suspect.segment_id)
    if segment is None or judgement is Judgement.KEPT:
        return False
    if judgement is Judgement.DOUBTFUL:
        return not segment.is_doubtful
    return label_of(contents, segment) == suspect.label


def label_of(contents: StudyContents, segment: Segment) -> str:
    """What people say of a segment."""
    action = contents.actions.get(segment.action_id or "")
    return NOTHING if action is None else action.name


def relabelled(contents: StudyContents, suspect: Suspect) -> Edit:
    """Take the model's word for a segment; an action that the study does not have yet comes along.

    Raises:
        LabelError: The segment is gone, or the action is archived.
    """
    if suspect.word == NOTHING:
        return relabel(contents, (suspect.segment_id,), None)
    action = contents.action_named(suspect.word)
    if action is not None:
        return relabel(contents, (suspect.segment_id,), action.id)
    begun = add_action(contents, suspect.word)
    with_it = contents.applied(begun)
    (row,) = (change.row for change in begun.changes)
    edit = relabel(with_it, (suspect.segment_id,), row.id)
    return Edit(name=edit.name, changes=(*begun.changes, *edit.changes))
