"""The keys of actions: they label what plays, or relabel what is picked, or draw what is marked."""

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.label_holding import Held, begun, free_part, released, shown
from app.label_model import DrawWish, Ghost, GhostSpan
from app.label_state import action_of_key

if TYPE_CHECKING:
    from app.label_editor import LabelEditor
    from app.labelling import Labelling
    from app.player import Player
    from app.proposal_queue import ProposalQueue


class LabelTakes(QObject):
    """Decides what the key of an action means at the moment.

    While it plays, keys label what plays. While it stands, or plays what is picked over and over,
    they are about the proposal looked at, else the segments picked, else the marks, else about what
    is drawn next.
    """

    held_changed = Signal(object)  # Ghost | None
    complained = Signal(str)

    def __init__(
        self,
        labelling: "Labelling",
        editor: "LabelEditor",
        queue: "ProposalQueue",
        player: "Player",
        *,
        now_s: Callable[[], float] = monotonic,
    ) -> None:
        """Hold nothing yet.

        Args:
            labelling: What is picked, and the study.
            editor: Draws and relabels.
            queue: Accepts proposals.
            player: What plays.
            now_s: The clock of real time.
        """
        super().__init__(labelling)
        self._labelling = labelling
        self._editor = editor
        self._queue = queue
        self._player = player
        self._now_s = now_s
        self._held: Held | None = None
        player.frame_changed.connect(self._follow)
        player.playing_changed.connect(self._stop)

    @property
    def held(self) -> Held | None:
        """What is being labelled while it plays."""
        return self._held

    @Slot(str)
    def press(self, key: str) -> None:
        """The key of an action goes down."""
        action = action_of_key(key, self._labelling.contents.offered_actions)
        if action is None:
            return
        is_looping = self._labelling.state.is_looping and self._player.span is not None
        if self._player.is_playing and not is_looping:
            self._begin(action.id)
        else:
            self.give(action.id)

    @Slot(str)
    def give(self, action_id: str) -> None:
        """An action is meant for what is picked or marked, or for what is drawn next."""
        state = self._labelling.state
        if state.proposal is not None:
            self._queue.accept_as(action_id)
        elif state.selection:
            self._editor.relabel(action_id)
            self._labelling.set_action(action_id)
        else:
            self._labelling.set_action(action_id)
            if state.marks is not None:
                self._editor.add()

    @Slot(str)
    def release(self, key: str) -> None:
        """It goes up."""
        held = self._held
        action = action_of_key(key, self._labelling.contents.offered_actions)
        if held is None or action is None or held.action_id != action.id or held.is_tapped:
            return
        after = released(held, self._now_s())
        if after is None:
            self._finish()
        else:
            self._hold(after)

    def put_aside(self) -> bool:
        """Forget what is being labelled; whether there was anything."""
        had = self._held is not None
        self._hold(None)
        return had

    def _begin(self, action_id: str) -> None:
        held = self._held
        if held is not None:
            self._finish()
            if held.action_id == action_id:
                return
        self._labelling.set_action(action_id)
        self._hold(begun(action_id, self._player.frame, self._now_s()))

    @Slot(int)
    def _follow(self, frame: int) -> None:
        if self._held is None:
            return
        if not self._is_offered(self._held.action_id):
            self._hold(None)
            return
        after = shown(self._held, frame)
        if after is None:
            self._finish()
        else:
            self._hold(after)

    @Slot(bool)
    def _stop(self, is_playing: bool) -> None:
        if not is_playing:
            self._finish()

    def _finish(self) -> None:
        """Draw what was held: all of it, or what of it no other action has."""
        held = self._held
        if held is None:
            return
        self._hold(None)
        if not self._is_offered(held.action_id):
            return
        state = self._labelling.state
        start, stop = held.span
        part = free_part(self._labelling.rows, start, stop)
        if part is None:
            self.complained.emit("another segment is there already; nothing was added")
            return
        if part != (start, stop):
            self.complained.emit("cut short: another segment is in the way")
        wish = DrawWish(person=state.person, tier_id=state.tier_id, start=part[0], stop=part[1])
        self._editor.draw_as(wish, held.action_id, is_picked=False)

    def _is_offered(self, action_id: str) -> bool:
        """Whether the action is there yet: it may be taken back while its key is held."""
        action = self._labelling.contents.actions.get(action_id)
        return action is not None and not action.is_archived

    def _hold(self, held: Held | None) -> None:
        self._held = held
        self.held_changed.emit(None if held is None else self._ghost(held))

    def _ghost(self, held: Held) -> Ghost:
        state = self._labelling.state
        action = self._labelling.contents.actions[held.action_id]
        start, stop = held.span
        return Ghost(
            person=state.person,
            tier_id=state.tier_id,
            spans=(GhostSpan(start=start, stop=stop, colour=action.colour),),
            name=action.name,
        )
