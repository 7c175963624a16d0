"""Labels: lanes, strokes, keys and panel, connected with the rest."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QCursor

from app.action_colours import UNKNOWN_COLOUR
from app.label_editor import LabelEditor
from app.label_lanes import LabelFacts, LabelLanes
from app.label_model import CopyWish, DrawWish, Ghost, LabelPick, LabelWish, MoveWish
from app.label_panel_keeper import LabelPanelKeeper
from app.label_state import (
    LabelState,
    judging,
    picked_span,
    picking,
    placed_at,
    toggling,
    without_marks,
)
from app.label_takes import LabelTakes
from app.labelling import Labelling, clock_of
from app.modes import Mode
from app.proposal_queue import ProposalQueue
from app.services.task_runner import Task, Urgency
from app.teach_parts import TeachParts
from app.views.action_menu import ActionMenu
from app.views.label_keys import ActionKeys, FocusKeys
from app.views.label_layer import LabelMarks
from app.views.label_menu import MenuWork, open_menu
from engine.arrays import IntArray
from engine.recording import Recording
from engine.study.motion import motion_minima


class LabelBench(QObject):
    """Connects its part of teaching; ``connect_all`` once everything is there."""

    def connect_all(self, parts: TeachParts) -> None:
        """Connect everything.

        Args:
            parts: What it reads, shows and acts upon.
        """
        self._parts = parts
        self._lanes = LabelLanes()
        self._looking_for_rests: Task | None = None
        self._has_span = False
        self._revealed = (0, "")
        self.labelling = Labelling(parts.desk, self)
        self.editor = LabelEditor(self.labelling, parts.player)
        self.queue = ProposalQueue(self.labelling, parts.player, parts.io)
        self.takes = LabelTakes(self.labelling, self.editor, self.queue, parts.player)
        self.keys = ActionKeys(parts.window)
        self._layer = parts.window.timeline.labels
        self.panel = LabelPanelKeeper(self.labelling, self.editor, self.queue, parts)
        self.focus_keys = FocusKeys(parts.window)
        self._connect_state(parts)
        self._connect_wishes(parts)
        self._take_mode(parts.modes.mode)

    def _connect_state(self, parts: TeachParts) -> None:
        labelling, document = self.labelling, parts.document
        labelling.changed.connect(self._show_state)
        labelling.book_changed.connect(self._show_lanes)
        labelling.book_changed.connect(self._layer.give_up)
        self.queue.changed.connect(self._show_lanes)
        parts.desk.contents_changed.connect(self._take_contents)
        parts.desk.study_changed.connect(self._take_mode)
        document.recording_changed.connect(self._take_recording)
        document.person_changed.connect(self._take_person)
        document.model_changed.connect(self._show_lanes)
        parts.modes.changed.connect(self._take_mode)
        parts.lanes.built.connect(self.queue.take_stack)
        parts.window.timeline.threshold_changed.connect(self.queue.set_threshold)

    def _connect_wishes(self, parts: TeachParts) -> None:
        layer, editor = self._layer, self.editor
        layer.wished.connect(self._fulfil)
        layer.picked.connect(self._pick)
        layer.menu_wanted.connect(self._offer)
        layer.judge = editor.reason_against
        layer.colour = self._colour
        editor.action_wanted.connect(self._ask_action)
        self.panel.action_picked.connect(self.takes.give)
        self.takes.held_changed.connect(self._show_held)
        self.keys.pressed.connect(self.takes.press)
        self.keys.released.connect(self.takes.release)
        for part in (editor, self.queue, self.takes):
            part.complained.connect(self._complain)

    def work_of_actions(self) -> dict[str, Callable[..., object]]:
        """What its rows of the table of actions do."""
        editor, queue = self.editor, self.queue
        return {
            "label.mark-in": editor.mark_in,
            "label.mark-out": editor.mark_out,
            "label.add": editor.add,
            "label.reviewed": editor.reviewed,
            "label.reviewed-rest": editor.reviewed_rest,
            "label.start-here": editor.start_here,
            "label.stop-here": editor.stop_here,
            "label.start-earlier": partial(editor.nudge_start, -1),
            "label.start-later": partial(editor.nudge_start, 1),
            "label.stop-later": partial(editor.nudge_stop, 1),
            "label.stop-earlier": partial(editor.nudge_stop, -1),
            "label.earlier": partial(editor.nudge, -1),
            "label.later": partial(editor.nudge, 1),
            "label.split": editor.split,
            "label.merge": editor.merge,
            "label.copy": editor.copy,
            "label.paste": editor.paste,
            "label.remove": editor.remove,
            "label.doubt": editor.doubt,
            "label.note": editor.note,
            "label.next": partial(editor.step, 1),
            "label.previous": partial(editor.step, -1),
            "label.all": editor.pick_all,
            "label.loop": self._loop,
            "label.tier-up": partial(editor.step_tier, -1),
            "label.tier-down": partial(editor.step_tier, 1),
            "label.person-up": partial(self._step_person, -1),
            "label.person-down": partial(self._step_person, 1),
            "label.next-uncertain": partial(queue.look_for, 1),
            "label.previous-uncertain": partial(queue.look_for, -1),
            "label.accept": queue.accept,
            "label.reject": queue.reject,
            "label.accept-all": queue.accept_all,
        }

    def put_aside(self) -> bool:
        """Take back one thing; whether there was one."""
        labelling = self.labelling
        if self._layer.is_busy:
            self._layer.mouse.let_go()
            return True
        if self.takes.put_aside():
            return True
        state = labelling.state
        if state.mark_in is not None or state.mark_out is not None:
            labelling.change(without_marks(state))
        elif state.selection or state.proposal is not None:
            labelling.change(picking(state, ()))
        else:
            return False
        return True

    def close(self, *, longest_ms: int | None = None) -> bool:
        """End its threads, within some time where one is given; whether all have ended."""
        return longest_ms is None or longest_ms >= 0

    @property
    def is_settled(self) -> bool:
        """Whether nothing is being worked out."""
        is_shown = self.queue.is_settled and self.panel.is_settled
        return is_shown and self._looking_for_rests is None

    # what is on show

    @property
    def _is_teaching(self) -> bool:
        return self._parts.modes.mode is Mode.TEACH

    @Slot()
    def _take_recording(self) -> None:
        document = self._parts.document
        self.takes.put_aside()
        self.queue.forget()
        if self._looking_for_rests is not None:
            self._looking_for_rests.cancel()
            self._looking_for_rests = None
        self.labelling.clock = clock_of(document.recording)
        state = self.labelling.state
        self.labelling.change(placed_at(state, document.person or 0, state.tier_id))
        self.labelling.settle()
        self._show_lanes()
        self._look_for_rests(document.recording)

    def _look_for_rests(self, recording: Recording | None) -> None:
        """Find where people hardly move, for strokes to snap to."""
        if recording is None or not self._is_teaching:
            return
        shown = recording

        def look(_: object) -> tuple[IntArray, ...]:
            return tuple(motion_minima(shown, person) for person in range(shown.num_people))

        self._looking_for_rests = self._parts.io.submit(
            look,
            on_result=self._take_rests,
            on_error=self._take_error,
            urgency=Urgency.BACKGROUND,
        )

    def _take_rests(self, found: tuple[IntArray, ...]) -> None:
        self._looking_for_rests = None
        for person, frames in enumerate(found):
            self._layer.set_minima(person, frames)

    def _take_error(self, error: Exception) -> None:
        self._looking_for_rests = None
        raise error

    @Slot()
    def _take_contents(self) -> None:
        self._show_lanes()
        self._take_keys()

    @Slot(object)
    def _take_mode(self, _: object = None) -> None:
        is_teaching = self._is_teaching
        self._layer.is_editable = is_teaching and not self.labelling.is_read_only()
        self.queue.set_threshold(self._parts.window.timeline.threshold)
        self.queue.set_on(is_teaching)
        if not is_teaching:
            self.takes.put_aside()
            self.labelling.change(picking(without_marks(self.labelling.state), ()))
        self._take_keys()
        self._show_lanes()
        self._show_state(self.labelling.state)
        if is_teaching and not len(self._layer.minima(0)):
            self._look_for_rests(self._parts.document.recording)

    def _take_keys(self) -> None:
        """Leave the keys of the study's actions to them."""
        offered = self.labelling.contents.offered_actions if self._is_teaching else ()
        keys = frozenset(each.key for each in offered if each.key)
        self.keys.set_keys(keys)
        self._parts.window.action_set.set_taken(keys)

    @Slot(object)
    def _take_person(self, person: int | None) -> None:
        state = self.labelling.state
        if person is not None and person != state.person:
            self.labelling.change(placed_at(judging(state, None), person, state.tier_id))

    @Slot()
    def _show_lanes(self) -> None:
        document = self._parts.document
        recording, model = document.recording, document.model
        if recording is None:
            self._parts.lanes.set_labels(())
            return
        facts = LabelFacts(
            contents=self.labelling.contents,
            book=self.labelling.book,
            state=self.labelling.state,
            mode=self._parts.modes.mode,
            num_people=recording.num_people,
            clock=self.labelling.clock,
            proposals=self.queue.open_of,
            has_answers=self.queue.known,
            network_name=self.queue.network_name,
            class_names=model.card.class_names if model is not None else (),
        )
        self._parts.lanes.set_labels(self._lanes.made(facts))

    @Slot(object)
    def _show_state(self, state: LabelState) -> None:
        self._layer.show_marks(
            LabelMarks(
                selection=frozenset(state.selection),
                mark_in=state.mark_in,
                mark_out=state.mark_out,
                person=state.person,
                proposal=state.proposal,
            )
        )
        self._show_lanes()
        self._parts.window.action_set["label.loop"].setChecked(state.is_looping)
        if self._is_teaching and state.person != (self._parts.document.person or 0):
            self._parts.document.select_person(state.person)
        self._play_span(state)
        if (state.person, state.tier_id) != self._revealed:
            self._revealed = state.person, state.tier_id
            self._parts.window.timeline.reveal(state.person, state.tier_id)

    def _play_span(self, state: LabelState) -> None:
        """Play what is picked over and over, while that is wanted."""
        player = self._parts.player
        span = picked_span(state, self.labelling.contents) if state.is_looping else None
        if span is not None and self._is_teaching:
            self._has_span = True
            if span != player.span:
                player.set_span(span)
                player.play()
        elif self._has_span:
            self._has_span = False
            player.set_span(None)

    @Slot(object)
    def _show_held(self, ghost: Ghost | None) -> None:
        self._layer.show_held(ghost)

    def _colour(self) -> tuple[str, str]:
        """Name and colour of what is drawn."""
        action = self.labelling.contents.actions.get(self.labelling.state.action_id or "")
        return (action.name, action.colour) if action is not None else ("", UNKNOWN_COLOUR)

    # wishes

    @Slot(object)
    def _fulfil(self, wish: LabelWish) -> None:
        if isinstance(wish, DrawWish | MoveWish | CopyWish):
            state = self.labelling.state
            person = state.person if wish.person is None else wish.person
            tier_id = state.tier_id if wish.tier_id is None else wish.tier_id
            self.labelling.change(placed_at(state, person, tier_id))
        if isinstance(wish, DrawWish):
            self.editor.draw(wish)
        else:
            self.editor.fulfil(wish)

    @Slot(object)
    def _pick(self, pick: LabelPick) -> None:
        state = self.labelling.state
        if pick.tier_id is not None:
            state = placed_at(state, pick.person, pick.tier_id)
        else:
            state = replace(state, person=pick.person)
        if pick.proposal is not None:
            self.labelling.change(state)
            self.queue.pick(pick.proposal)
        elif pick.segment is None:
            self.labelling.change(picking(state, ()))
        elif pick.is_more:
            self.labelling.change(toggling(state, pick.segment.id))
        else:
            self.labelling.change(picking(state, (pick.segment.id,)))

    @Slot(object)
    def _offer(self, pick: LabelPick) -> None:
        state = self.labelling.state
        is_picked = pick.segment is not None and pick.segment.id in state.selection
        if not is_picked:
            self._pick(pick)
        work = MenuWork(
            relabel=self.editor.relabel,
            relabel_as_new=self.editor.relabel_as_new,
            split_at=self.editor.split_at,
            accept_as=self.queue.accept_as,
        )
        offered = self.labelling.contents.offered_actions
        window = self._parts.window
        open_menu(pick, offered, window.action_set, work, window.timeline)

    @Slot(object)
    def _ask_action(self, wish: DrawWish) -> None:
        """Which action is it? Asked where the segment would be."""
        window, model = self._parts.window, self._parts.document.model
        suggestions = model.card.class_names if model is not None else ()
        offered = self.labelling.contents.offered_actions
        menu = ActionMenu(
            offered,
            window.timeline,
            suggestions=() if offered else suggestions,
            has_nothing=True,
        )

        def take(action_id: str) -> None:
            self.labelling.set_action(action_id)
            self.editor.draw_as(wish, action_id)

        menu.picked.connect(take)
        menu.nothing_picked.connect(lambda: self.editor.draw_as(wish, None))
        menu.named.connect(partial(self.editor.draw_as_new, wish))
        self._parts.document.recording_changed.connect(menu.close)  # it was about that one
        menu.open_at(self._place_of(wish))

    def _place_of(self, wish: DrawWish) -> QPoint:
        """Where the pointer is, if it is over the timeline; else below the segment."""
        timeline = self._parts.window.timeline
        pointer = timeline.mapFromGlobal(QCursor.pos())
        if timeline.rect().contains(pointer):
            return QCursor.pos()
        ghost = Ghost(person=wish.person, tier_id=wish.tier_id, spans=())
        row = self._layer.row_of(ghost)
        y = timeline.areas().rect(row).bottom() if row is not None else timeline.height() // 2
        x = min(max(timeline.x_of_frame(wish.start), 0.0), float(timeline.width()))
        return timeline.mapToGlobal(QPoint(round(x), y))

    @Slot(bool)
    def _loop(self, is_on: bool) -> None:
        self.labelling.change(replace(self.labelling.state, is_looping=is_on))

    def _step_person(self, step: int) -> None:
        recording = self._parts.document.recording
        if recording is not None:
            self.editor.step_person(step, recording.num_people)

    @Slot(str)
    def _complain(self, text: str) -> None:
        self._parts.desk.refused.emit(text)
