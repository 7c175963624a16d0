"""The model's proposals for the recording on show, and going through them with one key each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.label_state import judging
from app.lanes.answers import AnswerLane
from app.services.task_runner import Task, TaskRunner, Urgency
from engine.study import proposals as judged
from engine.study.placing import Place
from engine.study.proposals import Proposal

if TYPE_CHECKING:
    from app.labelling import Labelling
    from app.lanes.stack import LaneStack
    from app.player import Player
    from engine.labels import StudyRecording
    from engine.prediction import Prediction, PredictionTrack
    from engine.recording import Recording
    from engine.study.contents import Edit, StudyContents

QUICK = 1500
"""Proposals times labels and rejections that are gone through at once; more in another thread."""
LEAST_PROPOSED = 0.3
"""Less probable than this is not worth a look."""
NONE_OPEN = "no proposals are open here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a model says of one person."""

    answers: "PredictionTrack | Prediction"
    person: int
    network_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What is proposed for each person."""

    found: Mapping[int, tuple[Proposal, ...]] = field(default_factory=dict)
    """All, by person."""
    network_name: str = ""


class ProposalQueue(QObject):
    """Cuts answers into proposals and keeps the open ones."""

    changed = Signal()
    complained = Signal(str)

    def __init__(self, labelling: "Labelling", player: "Player", runner: TaskRunner) -> None:
        """Propose nothing yet.

        Args:
            labelling: What is picked, and the study.
            player: Knows the frame.
            runner: Cuts answers, and goes through long lists.
        """
        super().__init__(labelling)
        self._labelling = labelling
        self._player = player
        self._runner = runner
        self._is_on = False
        self._recording: Recording | None = None
        self._sources: tuple[Source, ...] = ()
        self._proposed = Proposed()
        self._open: Mapping[int, tuple[Proposal, ...]] = {}
        self._cutting: Task | None = None
        self._sifting: Task | None = None
        self._threshold = 0.0
        labelling.desk.contents_changed.connect(self.sift)
        labelling.changed.connect(self._follow)
        self._tier_id = ""

    # what is proposed

    @property
    def network_name(self) -> str:
        """Whose proposals they are."""
        return self._proposed.network_name

    @property
    def is_settled(self) -> bool:
        """Whether nothing is being worked out."""
        return self._cutting is None and self._sifting is None

    def open_of(self, person: int) -> tuple[Proposal, ...]:
        """The open ones for a person, on the active tier, by start."""
        return self._open.get(person, ())

    @property
    def known(self) -> bool:
        """Whether the model has answered about anybody."""
        return bool(self._sources)

    def set_on(self, is_on: bool) -> None:
        """Propose, or leave off."""
        if is_on != self._is_on:
            self._is_on = is_on
            self._cut()

    def set_threshold(self, threshold: float) -> None:
        """From which probability on all are accepted together."""
        self._threshold = threshold

    def take_stack(self, stack: "LaneStack") -> None:
        """Take what the model shown says by now."""
        sources = tuple(
            Source(
                answers=lane.source,
                person=group.person,
                network_name=lane.network_name,
            )
            for group in stack.groups
            for lane in group.lanes
            if isinstance(lane, AnswerLane) and lane.is_shown and lane.source is not None
        )
        is_same = len(sources) == len(self._sources) and all(
            one.answers is two.answers for one, two in zip(sources, self._sources, strict=True)
        )
        if not is_same or stack.recording is not self._recording:
            self._recording, self._sources = stack.recording, sources
            self._cut()

    def forget(self) -> None:
        """The recording is another."""
        self._recording, self._sources = None, ()
        self._cut()

    def _cut(self) -> None:
        if self._cutting is not None:
            self._cutting.cancel()
            self._cutting = None
        recording, sources = self._recording, self._sources
        if not self._is_on or recording is None or not sources:
            self._take_cut(Proposed())
            return
        self._cutting = self._runner.submit(
            lambda _: _cut(recording, sources),
            on_result=self._take_cut,
            on_error=self._take_error,
            urgency=Urgency.SOON,
        )

    def _take_cut(self, proposed: Proposed) -> None:
        self._cutting = None
        self._proposed = proposed
        self.sift()

    def _take_error(self, error: Exception) -> None:
        self._cutting = self._sifting = None
        raise error

    # what of it is open

    def sift(self) -> None:
        """Leave out what is labelled or was rejected by now."""
        if self._sifting is not None:
            self._sifting.cancel()
            self._sifting = None
        found = self._proposed.found
        contents, labelling = self._labelling.contents, self._labelling
        row = labelling.row
        if row is None or not labelling.state.tier_id or not found:
            self._take_open(found)
            return
        places = {
            person: Place(recording_id=row.id, person=person, tier_id=labelling.state.tier_id)
            for person in found
        }
        many = len(contents.segments.get(row.id, {})) + 20 * len(
            contents.rejections.get(row.id, {})
        )
        if many + sum(map(len, found.values())) <= QUICK:
            self._take_open(_sifted(contents, places, found))
            return
        self._drop_judged()
        self._sifting = self._runner.submit(
            lambda _: _sifted(contents, places, found),
            on_result=self._take_open,
            on_error=self._take_error,
            urgency=Urgency.ANSWER,
        )

    def _drop_judged(self) -> None:
        """Show at once that a proposal is done with, before the rest is gone through."""
        open_ones = dict(self._open)
        for person, those in open_ones.items():
            rows = self._labelling.book.rows_of(person, self._labelling.state.tier_id)
            open_ones[person] = tuple(
                each for each in those if rows.at((each.start + each.stop) / 2) is None
            )
        self._show(open_ones)

    def _take_open(self, found: Mapping[int, tuple[Proposal, ...]]) -> None:
        self._sifting = None
        self._show(found)

    def _show(self, found: Mapping[int, tuple[Proposal, ...]]) -> None:
        if found == self._open:
            return
        self._open = found
        state = self._labelling.state
        if state.proposal is not None and state.proposal not in self.open_of(state.person):
            self._labelling.change(judging(state, None))
        self.changed.emit()

    def _follow(self) -> None:
        if self._labelling.state.tier_id != self._tier_id:
            self._tier_id = self._labelling.state.tier_id
            self.sift()

    # going through them

    def look_for(self, step: int) -> None:
        """Pick the next (1) or last (-1) proposal that the model is unsure of, and go there."""
        state = self._labelling.state
        among = self.open_of(state.person)
        picked = state.proposal
        frame = picked.start if picked is not None else self._player.frame
        found = next_of(among, frame, step, is_picked=picked is not None)
        if found is None:
            self.complained.emit(NONE_OPEN)
            return
        self.pick(found)

    def pick(self, proposal: Proposal) -> None:
        """Look at a proposal: go to its first frame."""
        self._labelling.change(judging(self._labelling.state, proposal))
        if not self._labelling.state.is_looping:
            self._player.pause()
        self._player.seek(proposal.start)

    def _at_hand(self) -> Proposal | None:
        """The one picked; else the one at the playhead."""
        state = self._labelling.state
        if state.proposal is not None:
            return state.proposal
        frame = self._player.frame
        among = self.open_of(state.person)
        return next((each for each in among if each.start <= frame < each.stop), None)

    def accept(self) -> None:
        """Make a label of the one at hand; then the next."""
        self.accept_as(None)

    def accept_as(self, action_id: str | None) -> None:
        """Make a label of the one at hand with an action, None for the model's; then the next."""
        found = self._at_hand()
        if found is None:
            self.complained.emit("no proposal is here; N goes to the next uncertain one")
            return
        labelling = self._labelling

        def make(contents: "StudyContents", row: "StudyRecording") -> "Edit":
            return judged.accept(
                contents, labelling.place(contents, row), found, action_id=action_id
            )

        self._judge(found, lambda: labelling.edit(make))

    def reject(self) -> None:
        """Turn the one at hand down; then the next."""
        found = self._at_hand()
        if found is None:
            self.complained.emit("no proposal is here; N goes to the next uncertain one")
            return
        labelling = self._labelling

        def make(contents: "StudyContents", row: "StudyRecording") -> "Edit":
            return judged.reject(contents, labelling.place(contents, row), found)

        self._judge(found, lambda: labelling.edit(make))

    def _judge(self, found: Proposal, act: Callable[[], None]) -> None:
        """Do it, and where it was picked go on to the next one that is unsure."""
        state = self._labelling.state
        was_picked = state.proposal == found
        act()
        if was_picked and found not in self.open_of(state.person):
            following = next_of(self.open_of(state.person), found.start, 1, is_picked=True)
            if following is not None and following.start > found.start:
                self.pick(following)

    def accept_all(self) -> None:
        """Make labels of all that are at least as probable as the threshold, in one step."""
        labelling, threshold = self._labelling, self._threshold
        among = self.open_of(labelling.state.person)
        if not among:
            self.complained.emit(NONE_OPEN)
            return
        labelling.edit(
            lambda contents, row: judged.accept_all(
                contents, labelling.place(contents, row), among, threshold
            )
        )


def next_of(
    among: tuple[Proposal, ...], frame: int, step: int, *, is_picked: bool
) -> Proposal | None:
    """The next or last uncertain proposal; where none is uncertain, the next or last of all.

    Args:
        among: Open ones.
        frame: Where one stands.
        step: 1 or -1.
        is_picked: Whether the one that starts at the frame is left behind.
    """
    after = frame if is_picked else frame - 1
    if step > 0:
        return judged.next_uncertain(among, after)
    unsure = [each for each in among if each.score < judged.SURE] or list(among)
    before = [each for each in unsure if each.start < frame]
    return next(reversed(before or unsure), None)


def _cut(recording: "Recording", sources: tuple[Source, ...]) -> Proposed:
    found = {
        each.person: judged.proposals_of(
            each.answers, recording, each.person, threshold=LEAST_PROPOSED
        )
        for each in sources
    }
    return Proposed(found=found, network_name=sources[0].network_name)


def _sifted(
    contents: "StudyContents",
    places: Mapping[int, Place],
    found: Mapping[int, tuple[Proposal, ...]],
) -> dict[int, tuple[Proposal, ...]]:
    return {
        person: judged.open_proposals(contents, places[person], those)
        for person, those in found.items()
    }
