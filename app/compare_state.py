"""Models side by side: what each of them says, in the words of captions and of a table."""

from dataclasses import dataclass, replace
from enum import Enum
from statistics import median

from app.action_colours import NO_STUDY_PALETTE, ActionPalette
from app.compare_size import ModelSize
from app.document import AnswerPhase, AnswerState, prediction_for
from app.lanes.agreement import AgreementLane, agreement_lane, is_same_answer
from app.lanes.answers import NONE_OF_THESE
from app.lanes.stack import LaneGroup
from app.overlays import usual_overlay
from app.pane_caption import PaneCaption, Standing
from app.scene_contents import SceneContents
from app.timecode import clock_text, duration_text, grouped
from app.why_state import NOTHING_HIDDEN
from engine.prediction import Prediction
from engine.recording import Recording
from engine.runtime.packages import ModelPackage

MOST_BESIDE = 3
"""Models beside the one shown."""
TOP = 3
MOST_TIMED = 101
MILLION = 1_000_000
WAITING = "Asking the model…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long a model's explained answers for one recording took, preprocessing included."""

    first_s: float
    later_s: tuple[float, ...] = ()

    @property
    def again_s(self) -> float | None:
        """Median of the answers after the first; None while there is one only."""
        return median(self.later_s) if self.later_s else None

    def with_later(self, seconds: float) -> "Timing":
        """With one answer more; the oldest of many is forgotten."""
        return replace(self, later_s=(*self.later_s, seconds)[-MOST_TIMED:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How a model stands to the one shown over the whole recording."""

    share: float
    """Of the time in which both say something, how much they say the same."""
    first_difference: int | None
    """The first frame at which they differ; None where they never do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneState:
    """One of the models side by side."""

    model: ModelPackage
    name: str
    """As in the lanes."""
    answer: AnswerState
    timing: Timing | None = None
    size: ModelSize | None = None
    """None until it is known."""
    agreement: Agreement | None = None
    """None for the model shown, and until it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareState:
    """All that is side by side, the model shown first."""

    panes: tuple[PaneState, ...] = ()
    person: int | None = None
    recording: Recording | None = None
    palette: ActionPalette = NO_STUDY_PALETTE

    def prediction(self, number: int) -> Prediction | None:
        """What a model says of the person picked."""
        answer = self.panes[number].answer.answer
        return None if answer is None else prediction_for(answer, self.person)

    @property
    def action_order(self) -> tuple[str, ...]:
        """Names of all models' actions, in the order of their colours: as in the lanes."""
        names = (name for pane in self.panes for name in pane.model.card.class_names)
        return tuple(dict.fromkeys(names))

    def colour(self, name: str) -> str:
        """The colour of an action."""
        return self.palette.colour(name, self.action_order)


def chosen_beside(
    models: tuple[ModelPackage, ...], shown: ModelPackage, count: int = 1
) -> tuple[ModelPackage, ...]:
    """Models to put beside the one shown where none was picked: other networks first.

    Args:
        models: All there are, in their order.
        shown: The one shown.
        count: How many.
    """
    first_of_kind = {_kinds(shown): shown}
    others = tuple(model for model in models if model is not shown)
    for model in others:
        first_of_kind.setdefault(_kinds(model), model)
    unlike = tuple(first_of_kind.values())[1:]
    alike = tuple(model for model in others if model not in unlike)
    return (unlike + alike)[:count]


def _kinds(model: ModelPackage) -> tuple[str, ...]:
    return tuple(part.network.kind for part in model.card.networks)


# what a pane draws


def contents_beside(contents: SceneContents, pane: PaneState) -> SceneContents:
    """What the pane of another model shows: the same body, with what that network's paper draws.

    Args:
        contents: What the first pane shows.
        pane: The other model.
    """
    plain = replace(
        contents, explanation=None, contrast=None, seen=None, hidden=NOTHING_HIDDEN, joint=None
    )
    ready = pane.answer.prepared
    if not ready:
        return plain
    settings = replace(
        contents.overlay_settings,
        focal_joints=pane.model.card.focal_joints,
        joint_map=0,
        link_map=0,
        point_map=0,
        head=None,
    )
    usual = (usual_overlay(ready[0].explanation).id,) if contents.overlay_ids else ()
    return replace(plain, explanation=ready[0], overlay_ids=usual, overlay_settings=settings)


# captions


def captions(state: CompareState) -> tuple[PaneCaption, ...]:
    """What is written under the panes."""
    return tuple(_caption(state, number) for number in range(len(state.panes)))


def _caption(state: CompareState, number: int) -> PaneCaption:
    pane, said = state.panes[number], state.prediction(number)
    hint = (
        "The model that the panels are about; press to pick the others"
        if number == 0
        else f"Press to turn the panels to {pane.model.card.title}"
    )
    bare = PaneCaption(title=pane.name, hint=hint)
    if said is None:
        return _without_answer(bare, state, pane, is_shown=number == 0)
    answer = pane.answer.answer
    (name, share), *_ = said.top(1)
    standing = _standing(state, number, said)
    return replace(
        bare,
        detail=duration_text(answer.seconds) if answer else "",
        answer=NONE_OF_THESE if said.is_none else name,
        number=f"{name} {share:.2f}" if said.is_none else f"{share:.2f}",
        colour="" if said.is_none else state.colour(name),
        standing=standing,
        remark=standing.value if standing in _TOLD else "",
    )


_TOLD = (Standing.SHOWN, Standing.AGREES, Standing.DIFFERS)


def _without_answer(
    bare: PaneCaption, state: CompareState, pane: PaneState, *, is_shown: bool
) -> PaneCaption:
    standing = Standing.SHOWN if is_shown else Standing.OPEN
    if pane.answer.phase is AnswerPhase.REFUSED:
        return replace(bare, message=pane.answer.message, standing=Standing.REFUSED)
    if pane.answer.answer is not None and state.person is not None:
        unseen = f"P{state.person + 1} is not visible in these frames."
        return replace(bare, message=unseen, standing=standing)
    return replace(bare, message=WAITING, standing=standing)


def _standing(state: CompareState, number: int, said: Prediction) -> Standing:
    if number == 0:
        return Standing.SHOWN
    first = state.prediction(0)
    if first is None:
        return Standing.OPEN
    return Standing.AGREES if is_same_answer(first, said) else Standing.DIFFERS


# the table


class Column(Enum):
    """A column of the table; the value is its heading."""

    MODEL = "Model"
    ANSWER = "Answer"
    NEXT = "Then"
    NONE_BELOW = "None below"
    FIRST = "First"
    AGAIN = "Again"
    PARAMETERS = "Parameters"
    SIZE = "Size"
    AGREES = "Agrees"
    DIFFERS_AT = "First differs"


HINTS = {
    Column.MODEL: "Press a name to turn the panels to that model",
    Column.ANSWER: "What it says of these frames, and how probable that is",
    Column.NEXT: "The two actions that are most probable after that",
    Column.NONE_BELOW: "An answer less probable than this means none of its actions",
    Column.FIRST: "Time of its first answer for this recording, with explanation: preprocessing "
    "and network, without loading the model",
    Column.AGAIN: "Median time of its later answers for this recording",
    Column.PARAMETERS: "Learned numbers, of all its networks",
    Column.SIZE: "Of its weights on disk",
    Column.AGREES: "Of the whole recording, the share of time in which it says the same as the "
    "model shown",
    Column.DIFFERS_AT: "The first place where it says something else than the model shown; press "
    "to go there",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of the table."""

    text: str
    number: str = ""
    """Written after it, more quietly."""
    colour: str = ""
    """``#rrggbb`` of a dot before it."""
    frame: int | None = None
    """Where a click leads."""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A model's line in the table."""

    cells: tuple[Cell, ...]
    """In the order of the columns."""
    is_shown: bool

    def cell(self, column: Column) -> Cell:
        """That of a column."""
        return self.cells[list(Column).index(column)]


def table(state: CompareState) -> tuple[Row, ...]:
    """One row a model, in the order of the lanes."""
    return tuple(
        Row(cells=_cells(state, number), is_shown=number == 0) for number in range(len(state.panes))
    )


NOTHING = Cell(text="–")


def _cells(state: CompareState, number: int) -> tuple[Cell, ...]:
    pane, said = state.panes[number], state.prediction(number)
    return (
        Cell(text=pane.name, hint=_about(pane)),
        *_answer_cells(state, pane, said),
        *_time_cells(pane.timing),
        *_size_cells(pane.size),
        *_agreement_cells(state, pane, is_shown=number == 0),
    )


def _about(pane: PaneState) -> str:
    """Whose name it is, and how large that model is."""
    parts = [pane.model.card.title, *(cell.text for cell in _size_cells(pane.size) if pane.size)]
    return ", ".join(parts)


def _answer_cells(
    state: CompareState, pane: PaneState, said: Prediction | None
) -> tuple[Cell, Cell, Cell]:
    below = pane.model.card.none_below
    threshold = Cell(text=f"{below:.2f}") if below else replace(NOTHING, hint="It always names one")
    if said is None:
        is_refused = pane.answer.phase is AnswerPhase.REFUSED
        text = "cannot answer" if is_refused else "…"
        return Cell(text=text, hint=pane.answer.message), NOTHING, threshold
    (name, share), *others = said.top(TOP)
    first = Cell(text=name, number=f"{share:.2f}", colour=state.colour(name))
    if said.is_none:
        hint = f"The most probable action, {name}, is below {said.none_below:.2f}"
        first = Cell(text=NONE_OF_THESE, number=f"{share:.2f}", hint=hint)
        others = [(name, share), *others][: TOP - 1]
    then = "  ·  ".join(f"{other} {part:.2f}" for other, part in others)
    return first, Cell(text=then, hint=then) if then else NOTHING, threshold


def _time_cells(timing: Timing | None) -> tuple[Cell, Cell]:
    if timing is None:
        return NOTHING, NOTHING
    again = timing.again_s
    hint = f"Median of {len(timing.later_s)}"
    later = NOTHING if again is None else Cell(text=duration_text(again), hint=hint)
    return Cell(text=duration_text(timing.first_s)), later


def _size_cells(size: ModelSize | None) -> tuple[Cell, Cell]:
    if size is None:
        return NOTHING, NOTHING
    return (
        Cell(text=f"{size.parameters / MILLION:.2f} M", hint=grouped(size.parameters)),
        Cell(text=f"{size.num_bytes / MILLION:.1f} MB", hint=f"{grouped(size.num_bytes)} bytes"),
    )


def _agreement_cells(state: CompareState, pane: PaneState, *, is_shown: bool) -> tuple[Cell, Cell]:
    found, recording = pane.agreement, state.recording
    if is_shown:
        return Cell(text="shown", hint="The others are compared with it"), NOTHING
    if found is None or recording is None:
        return NOTHING, NOTHING
    frame = found.first_difference
    share = Cell(text=f"{found.share:.0%}", frame=frame)
    if frame is None:
        return share, Cell(text="nowhere")
    moment = clock_text(recording.time_s(frame))
    where = Cell(text=moment, frame=frame, hint=f"Go to frame {grouped(frame)}")
    return share, where


# agreement over the recording


def agreements(group: LaneGroup | None) -> dict[str, Agreement]:
    """How each model stands to the one shown, by the names of their lanes.

    Args:
        group: One person's lanes, the model shown first.
    """
    if group is None or len(group.answers) == 0:
        return {}
    shown, *others = group.answers
    found = {}
    for lane in others:
        agreement = _agreement_of(agreement_lane((shown, lane), group.person))
        if agreement is not None:
            found[lane.network_name] = agreement
    return found


def _agreement_of(lane: AgreementLane) -> Agreement | None:
    if lane.share is None:
        return None
    return Agreement(share=lane.share, first_difference=lane.next_stretch(-1, 1))
