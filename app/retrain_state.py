"""What the panel about training shows: what is picked, what is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from app.retrain_result_model import ClipChoice, MatrixCell, Side, Sieve
from engine.study.forecast import Forecast, RetrainMode
from engine.study.outcome import Outcome
from trainer.retraining import Run, RunPhase, RunState, Untrained


class Page(Enum):
    """A page of the panel; the value is its word."""

    PREPARE = "Prepare"
    RUN = "Run"
    RESULT = "Result"
    CHECK = "Check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is picked for the next run."""

    mode: RetrainMode = RetrainMode.QUICK
    base_id: str = ""
    """The model to start from; empty for the one in use."""
    with_doubtful: bool = False
    keep_base_actions: bool | None = None
    """Whether the new model also knows the base's other actions; None for what is sensible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A model by its id, and as people call it."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparing:
    """What is known before a run."""

    has_study: bool = False
    read_only: str = ""
    """Why nothing can be trained in this study; empty where it can."""
    wishes: Wishes = field(default_factory=Wishes)
    bases: tuple[Named, ...] = ()
    """Models to start from."""
    base: int = -1
    """Which of them; -1 for none."""
    forecast: Forecast | None = None
    """None until it is counted."""
    untrained: Untrained | None = None
    by_person: bool = False
    """Whether clips are listed by person."""
    is_starting: bool = False
    num_ahead: int = 0
    """Runs that go on or wait: another one waits for them."""
    complaint: str = ""
    """Why the last one could not start."""

    @property
    def why_not(self) -> str:
        """Why Retrain cannot be pressed; empty where it can."""
        if not self.has_study:
            return "Labels are kept in a study: open one, or begin to label a recording."
        if self.read_only:
            return self.read_only
        if self.forecast is None:
            return "Counting the clips…"
        return self.forecast.refusal

    @property
    def can_start(self) -> bool:
        """Whether Retrain can be pressed."""
        return not self.why_not and not self.is_starting


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTold:
    """A run and where it stands."""

    run: Run
    state: RunState

    @property
    def is_over(self) -> bool:
        """Whether no process is at work for it."""
        return self.state.phase.is_over

    @property
    def has_model(self) -> bool:
        """Whether it has come to a model."""
        return self.state.phase is RunPhase.FINISHED and self.state.package is not None

    @property
    def has_result(self) -> bool:
        """Whether there is something to look at afterwards."""
        return self.state.phase is RunPhase.FINISHED and self.state.has_outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Where the study's runs stand, and which of them is shown."""

    runs: tuple[RunTold, ...] = ()
    """The first run first."""
    shown: RunTold | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """How a result is looked at."""

    choice: ClipChoice = field(default_factory=ClipChoice)
    is_matrix: bool = False
    side: Side = Side.AFTER
    """Whose confusion matrix."""
    current: int = -1
    """Which clip of the list is on show; -1 for none."""

    def turned_to_matrix(self, is_matrix: bool) -> "Looking":
        """The matrix with no cell picked, or the list of clips."""
        choice = replace(self.choice, cell=None)
        return replace(self, is_matrix=is_matrix, choice=choice, current=-1)

    def through(self, sieve: Sieve) -> "Looking":
        """Other clips in the list."""
        return replace(self, choice=replace(self.choice, sieve=sieve, cell=None), current=-1)

    def at_side(self, side: Side) -> "Looking":
        """The other model's matrix; the same cell stays picked."""
        cell = self.choice.cell
        moved = None if cell is None else replace(cell, side=side)
        return replace(self, side=side, choice=replace(self.choice, cell=moved), current=-1)

    def in_cell(self, cell: MatrixCell) -> "Looking":
        """The clips of a cell; of the same one again, none."""
        picked = None if cell == self.choice.cell else cell
        return replace(self, choice=replace(self.choice, cell=picked), current=-1)

    def with_trained(self, is_on: bool) -> "Looking":
        """Also clips that were learnt from, or not."""
        return replace(self, choice=replace(self.choice, with_trained=is_on), current=-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A run that has come to an end, with its result."""

    title: str
    """Of the run, when and how long."""
    outcome: Outcome
    looking: Looking = field(default_factory=Looking)
    is_in_use: bool = False
    """Whether the study uses the new model."""
    can_switch: bool = True
    why_not: str = ""
    """Why it cannot be used; empty where it can."""
    other_title: str = ""
    """The model before it, where it is in use and there is one."""


class Judgement(Enum):
    """What somebody said of a label that models disagree with; the value ends a line."""

    ACCEPTED = "relabelled"
    KEPT = "kept"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A label that models disagree with."""

    segment_id: str
    recording_id: str
    person: int
    start: int
    stop: int
    label: str
    """What people say."""
    word: str
    """What the models say instead."""
    said: tuple[tuple[str, str, float], ...]
    """Title of each model asked, its answer, how probable that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    """How far looking through the labels is."""

    why_not: str = ""
    """Why models cannot be asked; empty where they can."""
    num_labels: int = 0
    """That there are to ask about."""
    models: tuple[str, ...] = ()
    """Titles of those that would be asked."""
    fraction: float | None = None
    """While they are asked, how far that is."""
    left_s: float | None = None
    message: str = ""
    """Why nothing came of it."""
    num_asked: int | None = None
    """Labels that were asked about; None before the first time."""
    suspects: tuple[Suspect, ...] = ()
    """Most suspicious first."""
    judged: Mapping[str, Judgement] = field(default_factory=dict)
    """By the segment's id."""
    current: int = -1
    """Which one is on show; -1 for none."""

    @property
    def suspect(self) -> Suspect | None:
        """The one on show."""
        return self.suspects[self.current] if 0 <= self.current < len(self.suspects) else None

    @property
    def num_open(self) -> int:
        """Those that nobody has said anything of."""
        return sum(each.segment_id not in self.judged for each in self.suspects)

    @property
    def next_open(self) -> int:
        """The next one after the one on show, from the start again at the end; -1 for none."""
        count = len(self.suspects)
        for step in range(1, count + 1):
            place = (self.current + step) % count
            if self.suspects[place].segment_id not in self.judged:
                return place
        return -1
