"""How a run of a study stands, from its files alone: by any process, at any time. Light."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache
from pathlib import Path

from engine.runtime.cards import CARD_FILE
from engine.study.durations import Pace
from engine.study.outcome import OUTCOME_FILE
from trainer.claim import is_claimed
from trainer.events import ENDS, FAILED, FINISHED
from trainer.job import EVENTS_FILE
from trainer.launcher import PACKAGE_FOLDER, Event, complaint, read_events

QUEUED, WAITING, PREPARING, PHASE, JUDGING = "queued", "waiting", "preparing", "phase", "judging"
"""Events of a study's runs, beside those of every job."""
STARTING_S = 20.0
"""A process that was started may take so long until it says something."""


class RunPhase(Enum):
    """Where a run stands."""

    PREPARED = "prepared"
    """Its folder is there; nobody has started it."""
    WAITING = "waiting"
    """For runs before it."""
    PREPARING = "preparing"
    TRAINING = "training"
    PAUSED = "paused"
    JUDGING = "judging"
    """Writing the model, and comparing it with the old one."""
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether no process is at work any more."""
        return self in (RunPhase.FINISHED, RunPhase.FAILED, RunPhase.CANCELLED, RunPhase.PREPARED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """What one pass came to."""

    number: int
    """Of the pass, from 1."""
    loss: float
    train_accuracy: float
    accuracy: float | None
    """Of clips that watch; None where this pass was not evaluated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkCurve:
    """How the training of one network goes."""

    name: str
    """E.g. ``fg-stformer-joint``."""
    points: tuple[CurvePoint, ...] = ()
    passes: int = 0
    """That it is to have."""
    recall: Mapping[str, float] = field(default_factory=dict)
    """Of each action that the watching clips show, as last evaluated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """Everything that is shown of a run."""

    phase: RunPhase = RunPhase.PREPARED
    doing: str = ""
    """What exactly, in some words, e.g. ``looking at the clips``."""
    networks: tuple[str, ...] = ()
    curves: tuple[NetworkCurve, ...] = ()
    """Of networks that have begun, in the order of ``networks``."""
    share_done: float = 0.0
    """0 to 1."""
    seconds_left: float | None = None
    """None where that is not known."""
    device: str = ""
    memory_mb: float = 0.0
    device_mb: float = 0.0
    clips_per_second: float = 0.0
    waits_for: tuple[str, ...] = ()
    """Folders of the runs before it."""
    message: str = ""
    """Why it ended as it did; empty where there is nothing to say."""
    messages: tuple[str, ...] = ()
    """What it told on its way, oldest first."""
    has_died: bool = False
    """Whether its process ended without a word."""
    can_go_on: bool = False
    """Whether starting it again goes on from a checkpoint, or does all of it anew."""
    package: Path | None = None
    """The finished model."""
    has_outcome: bool = False
    was_stopped: bool = False
    """Whether somebody asked for the end before it came."""
    accuracy: float | None = None
    """Of the finished model on clips held out."""

    @property
    def recall(self) -> Mapping[str, float]:
        """Of each action, by the network evaluated last."""
        return next((each.recall for each in reversed(self.curves) if each.recall), {})


class RunWatch:
    """Follows a run's events; ``poll`` as often as wanted, from one thread.

    Args:
        folder: Of the run.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._offset = 0
        self._state = RunState()
        self._told_left: tuple[float, float] | None = None
        self._queued = 0.0

    def poll(self) -> RunState:
        """How it stands now.

        Raises:
            OSError: Its folder cannot be read.
        """
        runs = is_claimed(self.folder)  # asked first: what it told before it ended is read after
        events, self._offset = read_events(self.folder, self._offset)
        for event in events:
            self._take(event)
        return self._finished(runs)

    def _finished(self, runs: bool) -> RunState:
        state = self._state
        package = self.folder / PACKAGE_FOLDER
        state = replace(
            state,
            package=package if (package / CARD_FILE).is_file() else None,
            has_outcome=(self.folder / OUTCOME_FILE).is_file(),
            seconds_left=self._seconds_left(state.phase),
        )
        is_starting = time.time() - self._queued < STARTING_S
        if state.phase.is_over:
            return replace(
                state,
                can_go_on=state.phase is not RunPhase.FINISHED or state.was_stopped,
                seconds_left=None,
            )
        if runs or is_starting:
            return state
        return replace(
            state,
            phase=RunPhase.FAILED,
            has_died=True,
            can_go_on=True,
            seconds_left=None,
            message=f"Its process has ended: {complaint(self.folder)}",
        )

    def _seconds_left(self, phase: RunPhase) -> float | None:
        if self._told_left is None:
            return None
        when, left = self._told_left
        if phase is RunPhase.PAUSED:
            return left
        spent = max(time.time() - when, 0.0)  # events tell whole milliseconds
        return max(left - spent, 0.0)

    def _take(self, event: Event) -> None:
        kind = str(event.get("event", ""))
        self._queued = 0.0  # its process has begun to tell
        take = {
            QUEUED: self._on_queued,
            WAITING: self._on_waiting,
            PREPARING: self._on_preparing,
            "started": self._on_started,
            PHASE: self._on_phase,
            "step": self._on_step,
            "pass": self._on_pass,
            "paused": self._on_paused,
            "resumed": self._on_resumed,
            "heartbeat": self._on_heartbeat,
            JUDGING: self._on_judging,
        }.get(kind)
        if take is not None:
            take(event)
        elif kind in ENDS:
            self._on_end(kind, event)

    def _on_queued(self, event: Event) -> None:
        self._queued = number(event, "time")
        self._told_left = None
        self._state = replace(
            self._state,
            phase=RunPhase.WAITING,
            doing="starting",
            message="",
            was_stopped=False,
            has_died=False,
            accuracy=None,
            share_done=0.0,
        )

    def _on_waiting(self, event: Event) -> None:
        waits = event.get("after")
        names = tuple(str(each) for each in waits) if isinstance(waits, list) else ()
        self._state = replace(
            self._state, phase=RunPhase.WAITING, doing="waiting its turn", waits_for=names
        )

    def _on_preparing(self, event: Event) -> None:
        self._state = replace(
            self._state, phase=RunPhase.PREPARING, doing="reading the clips", waits_for=()
        )

    def _on_started(self, event: Event) -> None:
        names = event.get("networks")
        networks = tuple(str(each) for each in names) if isinstance(names, list) else ()
        self._state = replace(
            self._state,
            phase=RunPhase.TRAINING,
            doing="training",
            networks=networks,
            device=str(event.get("device", "")),
        )

    def _on_phase(self, event: Event) -> None:
        self._left(event, "seconds_left")
        self._state = replace(
            self._state,
            phase=RunPhase.TRAINING,
            doing=str(event.get("doing", "")),
            share_done=number(event, "share_done"),
            messages=(*self._state.messages, str(event.get("doing", ""))),
        )

    def _on_step(self, event: Event) -> None:
        name, passes = str(event.get("network", "")), max(number(event, "passes"), 1)
        done = number(event, "number") - 1
        done += number(event, "step") / max(number(event, "steps"), 1)
        self._state = replace(
            self._state,
            phase=RunPhase.TRAINING,
            doing="training",
            clips_per_second=number(event, "clips_per_second"),
            memory_mb=number(event, "memory_mb"),
            share_done=self._share(name, done / passes),
        )
        networks_left = self._networks_left(name)
        if networks_left is not None:
            whole = number(event, "seconds_left") / max(1 - done / passes, 1e-6)
            self._told_left = (
                number(event, "time"),
                number(event, "seconds_left") + networks_left * whole,
            )

    def _on_pass(self, event: Event) -> None:
        name = str(event.get("network", ""))
        reached = event.get("accuracy")
        point = CurvePoint(
            number=int(number(event, "number")),
            loss=number(event, "loss"),
            train_accuracy=number(event, "train_accuracy"),
            accuracy=float(reached) if isinstance(reached, int | float) else None,
        )
        recall = event.get("recall")
        curve = next((each for each in self._state.curves if each.name == name), None)
        curve = curve or NetworkCurve(name=name)
        # a run that went on from a checkpoint does some passes again
        points = (*(each for each in curve.points if each.number < point.number), point)
        found = recall if isinstance(recall, dict) else curve.recall
        curve = replace(
            curve, points=points, passes=int(number(event, "passes")), recall=dict(found)
        )
        others = tuple(each for each in self._state.curves if each.name != name)
        self._left(event, "job_seconds_left")
        self._state = replace(
            self._state,
            phase=RunPhase.TRAINING,
            doing="training",
            curves=self._in_order((*others, curve)),
            clips_per_second=number(event, "clips_per_second"),
            memory_mb=number(event, "memory_mb"),
            device_mb=number(event, "device_mb"),
            share_done=self._share(name, point.number / max(curve.passes, 1)),
        )

    def _on_paused(self, event: Event) -> None:
        left = self._told_left
        if left is not None:
            self._told_left = (left[0], max(left[1] - (number(event, "time") - left[0]), 0.0))
        self._state = replace(self._state, phase=RunPhase.PAUSED, doing="paused")

    def _on_resumed(self, event: Event) -> None:
        if self._told_left is not None:
            self._told_left = (number(event, "time"), self._told_left[1])
        waits = RunPhase.WAITING if self._state.waits_for else RunPhase.TRAINING
        self._state = replace(self._state, phase=waits, doing=waits.value)

    def _on_heartbeat(self, event: Event) -> None:
        state, memory = str(event.get("state", "")), number(event, "memory_mb")
        self._state = replace(self._state, memory_mb=memory or self._state.memory_mb)
        if state == "packaging" and self._state.phase is RunPhase.TRAINING:
            self._state = replace(self._state, phase=RunPhase.JUDGING, doing="writing the model")
        elif state in ("evaluating", "settling") and self._state.phase is RunPhase.TRAINING:
            self._state = replace(self._state, doing=state)

    def _on_judging(self, event: Event) -> None:
        self._told_left = None
        self._left(event, "seconds_left")
        self._state = replace(
            self._state,
            phase=RunPhase.JUDGING,
            doing=str(event.get("doing", "comparing with the old model")),
            share_done=max(number(event, "share_done"), self._state.share_done),
        )

    def _on_end(self, kind: str, event: Event) -> None:
        reached = event.get("accuracy")
        self._told_left = None
        self._state = replace(
            self._state,
            phase={FINISHED: RunPhase.FINISHED, FAILED: RunPhase.FAILED}.get(
                kind, RunPhase.CANCELLED
            ),
            doing="",
            message=str(event.get("reason", "") or ""),
            was_stopped=bool(event.get("stopped", False)),
            accuracy=float(reached) if isinstance(reached, int | float) else None,
            share_done=1.0 if kind == FINISHED else self._state.share_done,
        )

    def _left(self, event: Event, key: str) -> None:
        value = event.get(key)
        if isinstance(value, int | float):
            self._told_left = (number(event, "time"), float(value))

    def _networks_left(self, name: str) -> int | None:
        names = self._state.networks
        return len(names) - names.index(name) - 1 if name in names else None

    def _share(self, name: str, of_network: float) -> float:
        names = self._state.networks
        if name not in names:
            return of_network
        return (names.index(name) + min(of_network, 1.0)) / len(names)

    def _in_order(self, curves: tuple[NetworkCurve, ...]) -> tuple[NetworkCurve, ...]:
        names = self._state.networks
        return tuple(
            sorted(curves, key=lambda each: names.index(each.name) if each.name in names else 0)
        )


def number(event: Event, key: str) -> float:
    """A number of an event; 0 where it has none."""
    value = event.get(key)
    return float(value) if isinstance(value, int | float) else 0.0


def is_pending(folder: Path) -> bool:
    """Whether a process runs or waits in a run's folder, or has just been started there."""
    return not RunWatch(folder).poll().phase.is_over


def measured_pace(folders: Sequence[Path]) -> Pace:
    """How fast networks have learnt in earlier runs; the newest ones count.

    Args:
        folders: Of runs, the oldest first.
    """
    found: dict[str, float] = {}
    for folder in folders:
        path = folder / EVENTS_FILE
        size = path.stat().st_size if path.is_file() else 0
        found.update(_rates(folder, size) if size else ())
    return Pace(clips_per_second=tuple(found.items()))


@lru_cache(maxsize=256)
def _rates(folder: Path, _size: int) -> tuple[tuple[str, float], ...]:
    events, _ = read_events(folder, 0)
    rates = {
        str(event.get("network", "")).rsplit("-", 1)[0]: number(event, "clips_per_second")
        for event in events
        if event.get("event") == "pass"
    }
    return tuple((kind, rate) for kind, rate in rates.items() if rate > 0)
