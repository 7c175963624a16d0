"""What is picked, and the way from a wish to the study: shared by all parts of labelling."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from app.label_clock import USUAL_CLOCK, LabelClock
from app.label_edits import place_in
from app.label_state import LabelState, picking, settled, without_marks
from app.lanes.label_rows import LabelBook, LabelRows
from app.player import NS_PER_S, FrameClock
from app.study_desk import StudyDesk
from app.study_rows import MakeWithRecording
from engine.labels import LabelError, Segment, StudyRecording
from engine.recording import Recording
from engine.study.contents import Edit, StudyContents
from engine.study.placing import Place


class Labelling(QObject):
    """Holds the state of labelling and keeps it in step with the study."""

    changed = Signal(object)  # LabelState
    book_changed = Signal(object)  # LabelBook

    def __init__(self, desk: StudyDesk, parent: QObject | None = None) -> None:
        """Begin with nothing picked.

        Args:
            desk: Has the study.
            parent: Owner.
        """
        super().__init__(parent)
        self.desk = desk
        self.clock = USUAL_CLOCK
        """Of the recording on show."""
        self._state = LabelState()
        self._book = LabelBook()
        self._to_pick: tuple[str, ...] = ()
        self._to_draw = ""
        desk.contents_changed.connect(self.settle)

    # what is there

    @property
    def state(self) -> LabelState:
        """What is picked."""
        return self._state

    @property
    def contents(self) -> StudyContents:
        """The study's rows."""
        return self.desk.contents

    @property
    def row(self) -> StudyRecording | None:
        """The recording on show, where the study has it."""
        return self.desk.recording_row

    @property
    def book(self) -> LabelBook:
        """The segments of the recording on show."""
        return self._book

    @property
    def rows(self) -> LabelRows:
        """Those of the person and tier that keys act upon."""
        return self._book.rows_of(self._state.person, self._state.tier_id)

    @property
    def selected(self) -> tuple[Segment, ...]:
        """The segments picked."""
        found = self._book.segments
        return tuple(found[each] for each in self._state.selection if each in found)

    def is_read_only(self) -> bool:
        """Whether the study cannot be changed."""
        study = self.desk.study
        return study is not None and bool(study.read_only)

    # keeping in step

    @Slot()
    def settle(self) -> None:
        """Follow the study and the recording on show."""
        row, contents = self.row, self.contents
        recording_id = row.id if row is not None else None
        book = self._book.updated(contents, recording_id)
        is_new = book is not self._book
        self._book = book
        state = settled(self._state, contents, recording_id)
        self.change(self._with_news(state, book))
        if is_new:
            self.book_changed.emit(book)

    def _with_news(self, state: LabelState, book: LabelBook) -> LabelState:
        """With what was just made picked, and its marks forgotten: they are done with."""
        if self._to_pick and all(each in book.segments for each in self._to_pick):
            state = picking(state, self._to_pick)
            made = [book.segments[each] for each in self._to_pick]
            if state.marks in [(each.start, each.stop) for each in made]:
                state = without_marks(state)
            self._to_pick = ()
        action = self.contents.action_named(self._to_draw) if self._to_draw else None
        if action is not None:
            state, self._to_draw = replace(state, action_id=action.id), ""
        return state

    def change(self, state: LabelState) -> None:
        """Pick something else."""
        if state != self._state:
            self._state = state
            self.changed.emit(state)

    # wishes

    def edit(
        self,
        make: MakeWithRecording,
        *,
        picks: Callable[[Edit], tuple[str, ...]] = lambda _: (),
        action_name: str = "",
    ) -> None:
        """Change something about the recording on show; it joins the study if it has to.

        That may take a moment, where a study has to be opened first.

        Args:
            make: From what is there and the recording's row to the edit.
            picks: Ids of the segments that are picked after the edit; none to pick no others.
            action_name: Of the action that is drawn from then on; empty for the one of before.
        """

        def remembered(contents: StudyContents, row: StudyRecording) -> Edit:
            edit = make(contents, row)
            self._to_pick = picks(edit) if edit.changes else ()
            return edit

        self._to_pick, self._to_draw = (), action_name
        self.desk.with_recording(remembered)

    def edit_segments(self, make: Callable[[StudyContents], Edit]) -> None:
        """Change segments that are there."""
        self.desk.change(make)

    def reason_against(self, make: MakeWithRecording) -> str:
        """Why an edit cannot be; empty where it can, or where the recording is yet to join."""
        row = self.row
        if row is None:
            return ""
        try:
            make(self.contents, row)
        except LabelError as error:
            return str(error)
        return ""

    def place(self, contents: StudyContents, row: StudyRecording) -> Place:
        """Where keys draw."""
        return place_in(contents, row, self._state.person, self._state.tier_id)

    def set_action(self, action_id: str | None) -> None:
        """Draw another action from now on."""
        self.change(replace(self._state, action_id=action_id))


def clock_of(recording: Recording | None) -> LabelClock:
    """The clock that the timeline goes by, too."""
    if recording is None:
        return USUAL_CLOCK
    clock, total = FrameClock.of(recording), recording.num_frames

    def start_s(frame: int) -> float:
        at_ns = clock.start_of(frame) if frame < total else clock.duration_ns
        return at_ns / NS_PER_S

    return LabelClock(num_frames=total, start_s=start_s)
