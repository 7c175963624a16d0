"""What keys and menus do with labels: marks, edges, splitting, copying, going about."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.label_edits import edit_of, made_by, picked_after, place_in, with_new_action
from app.label_model import DrawWish, LabelWish
from app.label_state import (
    picking,
    placed_at,
    stepped_tier,
    with_mark_in,
    with_mark_out,
    without_marks,
)
from engine.labels import LabelError, Segment
from engine.study import segments

if TYPE_CHECKING:
    from app.labelling import Labelling
    from app.player import Player
    from engine.labels import StudyRecording
    from engine.study.contents import Edit, StudyContents

NOTHING_PICKED = "no segment is there; draw one, or pick one with J and K"
NONE_PICKED = "no segment is picked; click one, or go to one with J and K"


class LabelEditor(QObject):
    """Turns wishes into edits of the study."""

    action_wanted = Signal(object)  # DrawWish: which action is it?
    note_wanted = Signal()
    complained = Signal(str)

    def __init__(self, labelling: "Labelling", player: "Player") -> None:
        """Act upon what is picked.

        Args:
            labelling: What is picked, and the study.
            player: Knows the frame.
        """
        super().__init__(labelling)
        self._labelling = labelling
        self._player = player

    # drawing

    def mark_in(self) -> None:
        """The frame on show is the first one marked."""
        self._labelling.change(with_mark_in(self._labelling.state, self._player.frame))

    def mark_out(self) -> None:
        """The frame on show is the last one marked."""
        self._labelling.change(with_mark_out(self._labelling.state, self._player.frame))

    def add(self) -> None:
        """A segment of what is marked."""
        state = self._labelling.state
        if state.marks is None:
            self.complained.emit("mark the first frame with I and the last one with O first")
            return
        start, stop = state.marks
        self.draw(DrawWish(person=state.person, tier_id=state.tier_id, start=start, stop=stop))

    def draw(self, wish: DrawWish) -> None:
        """A segment with the current action; asks for one where there is none."""
        if self._labelling.state.action_id is None:
            self.action_wanted.emit(wish)
        else:
            self.draw_as(wish, self._labelling.state.action_id)

    def draw_as(self, wish: DrawWish, action_id: str | None, *, is_picked: bool = True) -> None:
        """A segment with an action; None for: nothing happens."""
        self.fulfil(wish, action_id=action_id, is_picked=is_picked)

    def draw_as_new(self, wish: DrawWish, name: str) -> None:
        """A segment with an action that may be new."""
        state = self._labelling.state

        def make(contents: "StudyContents", row: "StudyRecording") -> "Edit":
            def drawn(growing: "StudyContents", action_id: str) -> "Edit":
                return edit_of(growing, row, wish, action_id=action_id, tier_id=state.tier_id)

            return with_new_action(contents, name, drawn)

        self._labelling.edit(make, picks=made_by, action_name=name)

    def fulfil(
        self, wish: LabelWish, *, action_id: str | None = None, is_picked: bool = True
    ) -> None:
        """What a stroke asks for."""
        tier_id = self._labelling.state.tier_id
        self._labelling.edit(
            lambda contents, row: edit_of(
                contents, row, wish, action_id=action_id, tier_id=tier_id
            ),
            picks=(lambda edit: picked_after(wish, edit)) if is_picked else _none,
        )

    def reviewed(self) -> None:
        """Nothing happens between the marks; in the segments picked, where nothing is marked."""
        state = self._labelling.state
        if state.marks is not None:
            start, stop = state.marks

            def make(contents: "StudyContents", row: "StudyRecording") -> "Edit":
                place = self._labelling.place(contents, row)
                return segments.review_rest(contents, place, row.num_frames, within=(start, stop))

            self._labelling.edit(make)
            self._labelling.change(without_marks(self._labelling.state))
        elif state.selection:
            self.relabel(None)
        else:
            self._review_gap()

    def _review_gap(self) -> None:
        """Nothing happens in the gap that the playhead is in."""
        frame, rows = self._player.frame, self._labelling.rows
        if rows.at(frame + 0.5) is not None:
            self.complained.emit("there is a segment here already; mark frames with I and O")
            return
        before, after = rows.next(frame + 1, -1), rows.next(frame, 1)
        start = before.stop if before is not None else 0
        stop = after.start if after is not None else self._player.num_frames

        def make(contents: "StudyContents", row: "StudyRecording") -> "Edit":
            place = self._labelling.place(contents, row)
            return segments.review_rest(contents, place, row.num_frames, within=(start, stop))

        self._labelling.edit(make)

    def reviewed_rest(self) -> None:
        """Nothing happens wherever nothing is labelled."""

        def make(contents: "StudyContents", row: "StudyRecording") -> "Edit":
            place = self._labelling.place(contents, row)
            return segments.review_rest(contents, place, row.num_frames)

        self._labelling.edit(make)

    # changing

    def targets(self) -> tuple[Segment, ...]:
        """The segments picked; else the one at the playhead, or nearest to it."""
        found = self._labelling.selected
        if found:
            return found
        nearest = self._labelling.rows.nearest(self._player.frame)
        return () if nearest is None else (nearest,)

    def _change(self, make: "Callable[[StudyContents, tuple[Segment, ...]], Edit]") -> None:
        """Change what is picked, or what the playhead is at; complain where there is nothing."""
        found = self.targets()
        if not found:
            self.complained.emit(NOTHING_PICKED)
            return
        if not self._labelling.selected:
            ids = tuple(each.id for each in found)
            self._labelling.change(picking(self._labelling.state, ids))
        self._labelling.edit_segments(lambda contents: make(contents, found))

    def relabel(self, action_id: str | None) -> None:
        """Another action for what is picked."""
        self._change(lambda contents, found: segments.relabel(contents, _ids(found), action_id))

    def relabel_as_new(self, name: str) -> None:
        """An action that may be new for what is picked."""
        self._change(
            lambda contents, found: with_new_action(
                contents,
                name,
                lambda growing, action_id: segments.relabel(growing, _ids(found), action_id),
            )
        )

    def start_here(self) -> None:
        """The segment begins with the frame on show."""
        frame = self._player.frame
        self._change(lambda contents, found: segments.trim(contents, found[-1].id, start=frame))

    def stop_here(self) -> None:
        """The frame on show is its last one."""
        frame = self._player.frame
        self._change(lambda contents, found: segments.trim(contents, found[-1].id, stop=frame + 1))

    def nudge_start(self, frames: int) -> None:
        """The beginning earlier or later."""
        self._change(
            lambda contents, found: segments.trim(
                contents, found[-1].id, start=found[-1].start + frames
            )
        )
        self._show(lambda segment: segment.start)

    def nudge_stop(self, frames: int) -> None:
        """The end earlier or later."""
        self._change(
            lambda contents, found: segments.trim(
                contents, found[-1].id, stop=found[-1].stop + frames
            )
        )
        self._show(lambda segment: segment.stop - 1)

    def nudge(self, frames: int) -> None:
        """All of it earlier or later."""
        self._change(lambda contents, found: segments.move(contents, _ids(found), frames))

    def _show(self, frame_of: Callable[[Segment], int]) -> None:
        """Show the end that was moved."""
        found = self._labelling.selected
        if found and not self._labelling.state.is_looping:
            self._player.pause()
            self._player.seek(frame_of(found[-1]))

    def split(self) -> None:
        """Cut the segment at the playhead before the frame on show."""
        frame = self._player.frame
        inside = self._labelling.rows.at(frame + 0.5)
        found = inside or next(iter(self.targets()), None)
        if found is None:
            self.complained.emit(NOTHING_PICKED)
            return
        self._labelling.edit_segments(lambda contents: segments.split(contents, found.id, frame))

    def split_at(self, segment_id: str, frame: int) -> None:
        """Cut a segment before a frame."""
        self._labelling.edit_segments(lambda contents: segments.split(contents, segment_id, frame))

    def merge(self) -> None:
        """Make one of what is picked; of the segment picked and the next one, where it is one."""
        found = self.targets()
        if len(found) == 1:
            rows = self._labelling.book.rows_of(found[0].person, found[0].tier_id)
            after = rows.next(found[0].start, 1)
            found = (*found, after) if after is not None else found
        ids = _ids(found)
        self._labelling.edit_segments(lambda contents: segments.merge(contents, ids))

    def remove(self) -> None:
        """Take away what is picked; the next one is not picked, so that nothing goes by mistake."""
        found = self._labelling.selected
        if not found:
            inside = self._labelling.rows.at(self._player.frame + 0.5)
            found = () if inside is None else (inside,)
        if not found:
            self.complained.emit(NONE_PICKED)
            return
        self._labelling.edit_segments(lambda contents: segments.remove(contents, _ids(found)))

    def doubt(self) -> None:
        """Doubtful, or no longer."""
        found = self.targets()
        is_doubtful = not all(each.is_doubtful for each in found)
        self._change(lambda contents, those: segments.set_doubt(contents, _ids(those), is_doubtful))

    def note(self) -> None:
        """Write something on the segment."""
        found = self.targets()
        if not found:
            self.complained.emit(NOTHING_PICKED)
            return
        self._labelling.change(picking(self._labelling.state, _ids(found)))
        self.note_wanted.emit()

    def copy(self) -> None:
        """Remember what is picked."""
        ids = self._labelling.state.selection
        if not ids:
            self.complained.emit(NONE_PICKED)
            return
        self._labelling.change(replace(self._labelling.state, copied=ids))

    def paste(self) -> None:
        """Put down copies of it at the playhead, for the person and on the tier picked."""
        state, frame = self._labelling.state, self._player.frame
        if not state.copied:
            self.complained.emit("nothing is copied; pick segments and copy them with Ctrl+C")
            return
        rows = self._labelling.book.segments
        spots = {(rows[each].person, rows[each].tier_id) for each in state.copied if each in rows}
        is_one_spot = len(spots) == 1

        def make(contents: "StudyContents", row: "StudyRecording") -> "Edit":
            if not is_one_spot:  # of several lanes: each stays in its own
                return segments.copy(contents, state.copied, to_frame=frame)
            place = place_in(contents, row, state.person, state.tier_id)
            return segments.copy(
                contents, state.copied, to_frame=frame, person=place.person, tier_id=place.tier_id
            )

        self._labelling.edit(make, picks=made_by)

    # going about

    def step(self, step: int) -> None:
        """Go to the next (1) or last (-1) segment and pick it."""
        labelling = self._labelling
        picked = labelling.selected
        frame = picked[-1].start if len(picked) == 1 else self._player.frame
        is_there = len(picked) == 1 or labelling.rows.at(frame + 0.5) is None
        start = frame if is_there or step < 0 else frame - 1
        found = labelling.rows.next(start, step)
        if found is None:
            self.complained.emit("no further segment on this tier")
            return
        labelling.change(picking(labelling.state, (found.id,)))
        if not labelling.state.is_looping:
            self._player.pause()
        self._player.seek(found.start)

    def pick_all(self) -> None:
        """Pick everything of the person on the tier."""
        ids = tuple(each.id for each in self._labelling.rows.segments)
        self._labelling.change(picking(self._labelling.state, ids))

    def step_tier(self, step: int) -> None:
        """The tier below or above."""
        tiers = self._labelling.contents.shown_tiers
        self._labelling.change(stepped_tier(self._labelling.state, tiers, step))

    def pick_tier(self, tier_id: str) -> None:
        """Keys draw on another tier."""
        state = self._labelling.state
        self._labelling.change(placed_at(state, state.person, tier_id))

    def step_person(self, step: int, num_people: int) -> None:
        """The person below or above."""
        state = self._labelling.state
        person = min(max(state.person + step, 0), max(num_people - 1, 0))
        self._labelling.change(placed_at(state, person, state.tier_id))

    def reason_against(self, wish: LabelWish) -> str:
        """Why a stroke cannot be; empty where it can."""
        state = self._labelling.state
        action_id = state.action_id
        try:
            return self._labelling.reason_against(
                lambda contents, row: edit_of(
                    contents, row, wish, action_id=action_id, tier_id=state.tier_id
                )
            )
        except LabelError as error:
            return str(error)


def _ids(found: tuple[Segment, ...]) -> tuple[str, ...]:
    return tuple(each.id for each in found)


def _none(_: "Edit") -> tuple[str, ...]:
    return ()
