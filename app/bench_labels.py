"""How fast labelling is on this machine: ten hours, 5,000 segments on twelve tiers, proposals.

The timeline is zoomed, scrolled and played over, strokes are drawn and edits made, as in the
window; each with the paint that follows. The study is in memory: writing is another thread's work.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import thread_time
from typing import TypedDict

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QApplication

from app.bench_timeline import ACTIONS as MODEL_ACTIONS
from app.bench_timeline import HOURS, ten_hours
from app.label_edits import edit_of
from app.label_lanes import LabelFacts, LabelLanes
from app.label_model import LabelWish
from app.labelling import Labelling
from app.lanes.facts import Kept
from app.lanes.stack import LaneStack, build_stack, with_labels
from app.modes import Mode
from app.study_desk import StudyDesk
from app.study_rows import ShownRecording
from app.theme import install_type
from app.views.label_layer import LabelMarks
from app.views.timeline_view import TimelineView
from engine.labels import Action, Segment, StudyRecording, Tier
from engine.recording import Recording
from engine.study import segments
from engine.study.contents import Edit, Row, StudyContents, added
from engine.study.proposals import Proposal, proposals_of

SEGMENTS, TIERS, ACTIONS = 5000, 12, 24
WIDTH, HEIGHT = 1600, 700
"""All tiers are in sight."""
LOW = 420
"""They are not."""
FRAME_MS = 16.0
REPEATS = 24
ROUNDS = 3
SEED = 11
LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class ActTimes(TypedDict):
    """Milliseconds of the main thread's own time for one kind of act."""

    p50: float
    p95: float
    max: float


class LabelsBench(TypedDict):
    """What was measured."""

    frames: int
    segments: int
    tiers: int
    proposals: int
    width: int
    height: int
    worst_ms: float
    budget_share: float
    acts_ms: dict[str, ActTimes]


@dataclass(kw_only=True)
class Table:
    """A timeline with labels, as the window wires it."""

    view: TimelineView
    labelling: Labelling
    lanes: LabelLanes
    stack: LaneStack
    recording: Recording
    proposals: tuple[Proposal, ...]

    def show(self) -> None:
        """Make the lanes of what the study says now, and show them."""
        facts = LabelFacts(
            contents=self.labelling.contents,
            book=self.labelling.book,
            state=self.labelling.state,
            mode=Mode.TEACH,
            num_people=1,
            clock=self.labelling.clock,
            proposals=lambda _: self.proposals,
            has_answers=True,
            network_name="FG-STFormer",
            class_names=MODEL_ACTIONS,
        )
        self.stack = with_labels(self.stack, self.lanes.made(facts))
        self.view.show_stack(self.stack)

    def edit(self, make: Callable[[StudyContents], Edit]) -> None:
        """Change the study and show it."""
        self.labelling.edit_segments(make)
        self.show()


def contents_of(
    recording: Recording, *, count: int = SEGMENTS, tiers: int = TIERS
) -> StudyContents:
    """A study whose recording is labelled all over: irregular, some doubtful, some reviewed."""
    random = np.random.default_rng(SEED)
    row = StudyRecording(
        id="recording", path="/made", sha256=recording.source.sha256, title="Ten hours",
        format_id="made", layout_id=recording.layout.id, num_frames=recording.num_frames,
        num_people=1, fps=str(recording.shown_fps),
    )  # fmt: skip
    actions = [
        Action(
            id=f"a{each}", name=f"action {each}", colour=f"#{40 + 8 * each:02x}90c0", position=each
        )
        for each in range(ACTIONS)
    ]
    rows: list[Action | Tier | StudyRecording | Segment] = [row, *actions]
    for tier in range(tiers):
        rows.append(Tier(id=f"t{tier}", name=f"Tier {tier + 1}", position=tier))
        ends = np.sort(random.choice(recording.num_frames, 2 * (count // tiers), replace=False))
        for number, (start, stop) in enumerate(ends.reshape(-1, 2).tolist()):
            action = None if number % 9 == 0 else actions[int(random.integers(ACTIONS))].id
            rows.append(
                Segment(
                    id=f"s{tier}-{number}", recording_id=row.id, person=0, tier_id=f"t{tier}",
                    start=start, stop=stop, action_id=action, is_doubtful=number % 7 == 0,
                    note="look again" if number % 11 == 0 else "",
                )
            )  # fmt: skip
    return StudyContents().applied(Edit(name="", changes=tuple(added(each) for each in rows)))


def measure_labels(hours: float = HOURS) -> LabelsBench:
    """Label a long recording and time every paint.

    Makes an application if there is none.

    Args:
        hours: Length of the recording.
    """
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(["skelarium"])
        install_type(app)
    table = _table(hours)
    view = table.view
    view.show()
    try:
        acts = {name: _times(view, acts) for name, acts in _acts(table).items()}
    finally:
        view.close()
        view.deleteLater()
    worst = max(each["max"] for each in acts.values())
    return LabelsBench(
        frames=table.recording.num_frames,
        segments=table.labelling.contents.num_segments,
        tiers=len(table.labelling.contents.tiers),
        proposals=len(table.proposals),
        width=WIDTH,
        height=HEIGHT,
        worst_ms=worst,
        budget_share=round(worst / FRAME_MS, 3),
        acts_ms=acts,
    )


def _table(hours: float) -> Table:
    _, facts = ten_hours(hours)
    recording = facts.recording
    answers = facts.models[0].answers[0]
    found = proposals_of(answers, recording, 0, threshold=0.3) if answers is not None else ()
    view = TimelineView()
    view.resize(WIDTH, HEIGHT)
    view.set_people_colours((QColor("#4b90f8"),))
    view.set_recording(recording)
    desk = StudyDesk(view)
    desk.show_recording(ShownRecording(recording=recording, title="Ten hours"))
    made = contents_of(recording, count=min(SEGMENTS, recording.num_frames // 6))
    tables = (*made.segments.values(),)
    rows: list[Row] = [*made.actions.values(), *made.tiers.values(), *made.recordings.values()]
    changes = tuple(
        added(each) for each in (*rows, *(row for part in tables for row in part.values()))
    )
    labelling = Labelling(desk, view)
    table = Table(
        view=view,
        labelling=labelling,
        lanes=LabelLanes(),
        stack=build_stack(facts, Kept()),
        recording=recording,
        proposals=found,
    )
    view.labels.is_editable = True
    view.labels.judge = lambda wish: _judged(table, wish)
    table.edit(lambda _: Edit(name="Import", changes=changes))
    return table


def _judged(table: Table, wish: LabelWish) -> str:
    return table.labelling.reason_against(
        lambda contents, row: edit_of(contents, row, wish, action_id="a0", tier_id="t0")
    )


def _acts(table: Table) -> dict[str, tuple[Callable[[], object], ...]]:
    """What is done, by kind."""
    view = table.view
    middle = view.span.num_frames // 2
    view.show_frame(middle)
    pans = tuple(lambda step=step: view.zoom.page(step) for step in (1, -1) * (REPEATS // 2))
    return {
        "whole": (view.zoom.whole, *(lambda: view.set_on_dark(True),) * REPEATS),
        "scrub": _each(view.show_frame, range(middle, middle + REPEATS * 40, 40)),
        "select all": _selections(table),
        "zoom": (view.zoom.whole, *(view.zoom.closer,) * (2 * REPEATS), view.zoom.to_frame),
        "page": (view.zoom.whole, *(view.zoom.closer,) * (REPEATS // 2), *pans),
        "page a frame": (view.zoom.to_frame, *pans),
        "scroll": (lambda: view.resize(WIDTH, LOW), *_each(view.scroll_to, (0, 40, 80, 120, 0))),
        "back": (lambda: view.resize(WIDTH, HEIGHT), view.zoom.whole),
        "edit": (view.zoom.whole, *_edits(table)),
        "edit close": (*(view.zoom.closer,) * REPEATS, *_edits(table)),
        "stroke": (view.zoom.whole, *_strokes(view)),
        "point": _each(lambda x: view.read_at(QPoint(x, 60)), range(400, 400 + 40 * REPEATS, 40)),
    }


def _each(
    act: Callable[[int], object], values: "range | tuple[int, ...]"
) -> tuple[Callable[[], object], ...]:
    return tuple(lambda value=value: act(value) for value in values)


def _selections(table: Table) -> tuple[Callable[[], object], ...]:
    ids = frozenset(each.id for each in table.labelling.book.segments.values())
    marks = (LabelMarks(selection=ids, mark_in=5000, mark_out=90000), LabelMarks())
    frames = range(3000, 3000 + 40 * REPEATS, 40)
    view = table.view

    def scrub(frame: int) -> None:
        view.labels.show_marks(marks[0])
        view.show_frame(frame)

    return (*_each(scrub, frames), lambda: view.labels.show_marks(marks[1]))


def _edits(table: Table) -> tuple[Callable[[], object], ...]:
    """Draw, trim, relabel, split, doubt, remove: each on another tier, with its paint."""
    place_of, random = segments.Place, np.random.default_rng(SEED)
    total = table.recording.num_frames

    def draw() -> None:
        tier = f"t{int(random.integers(TIERS))}"
        place = place_of(recording_id="recording", person=0, tier_id=tier)
        rows = table.labelling.book.rows_of(0, tier)
        free = next(
            frame for frame in random.integers(0, total - 2, size=400) if rows.at(frame) is None
        )
        table.edit(lambda contents: segments.draw(contents, place, int(free), int(free) + 1, "a1"))

    def some() -> Segment:
        rows = table.labelling.book.rows_of(0, f"t{int(random.integers(TIERS))}")
        return rows.segments[int(random.integers(len(rows)))]

    def trim() -> None:
        one = some()
        table.edit(
            lambda contents: segments.trim(contents, one.id, stop=max(one.stop - 1, one.start + 1))
        )

    def relabel() -> None:
        one = some()
        table.edit(lambda contents: segments.relabel(contents, (one.id,), "a2"))

    def doubt() -> None:
        one = some()
        table.edit(lambda contents: segments.set_doubt(contents, (one.id,), not one.is_doubtful))

    def remove() -> None:
        one = some()
        table.edit(lambda contents: segments.remove(contents, (one.id,)))

    return (draw, trim, relabel, doubt, remove) * (REPEATS // 4)


def _strokes(view: TimelineView) -> tuple[Callable[[], object], ...]:
    """A stroke over a lane, as the mouse makes it; it comes to nothing."""
    areas = view.areas()
    row = next(row for row in areas.rows if row.lane is not None and row.lane.kind == "labels")
    y = areas.rect(row).center().y()
    left = areas.strip_left + 300

    def send(kind: QEvent.Type, x: int) -> None:
        place = QPointF(x, y)
        event = QMouseEvent(kind, place, view.mapToGlobal(place), LEFT, LEFT, NO_KEYS)
        QApplication.sendEvent(view, event)

    def move(x: int) -> None:
        send(QEvent.Type.MouseMove, x)

    moves = _each(move, range(left, left + 20 * REPEATS, 20))
    return (
        lambda: send(QEvent.Type.MouseButtonPress, left),
        *moves,
        view.labels.mouse.let_go,
    )


def _times(view: TimelineView, acts: tuple[Callable[[], object], ...]) -> ActTimes:
    """Of each act the quickest of some rounds: what else goes on does not repeat itself."""
    rounds = [[_timed(view, act) for act in acts] for _ in range(ROUNDS)]
    quickest = [min(times) for times in zip(*rounds, strict=True)][1:]
    p50, p95 = np.percentile(quickest, (50, 95))
    return ActTimes(p50=round(float(p50), 2), p95=round(float(p95), 2), max=round(max(quickest), 2))


def _timed(view: TimelineView, act: Callable[[], object]) -> float:
    began = thread_time()
    act()
    view.repaint()
    spent_ms = (thread_time() - began) * 1000
    QApplication.processEvents()
    return spent_ms


if __name__ == "__main__":
    wanted = float(sys.argv[1]) if len(sys.argv) > 1 else HOURS
    sys.stdout.write(json.dumps(measure_labels(wanted)) + "\n")
