"""Where a job runs: its folder, its device, the processes that share it, who is told and heard."""

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from trainer.control import Ask
from trainer.devices import Compute
from trainer.distributed import Ranks
from trainer.events import EventLog
from trainer.pulse import ENDINGS, EndAskedError, Pulse

PAUSE_S = 30.0
"""How often a pausing process tells the others to go on waiting."""
CODES: tuple[Ask | None, ...] = (None, Ask.PAUSE, Ask.STOP, Ask.CANCEL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Where a job runs, what it tells and what it hears."""

    folder: Path
    events: EventLog
    pulse: Pulse
    compute: Compute = field(default_factory=Compute)
    ranks: Ranks = field(default_factory=Ranks)

    def heard(self) -> Ask | None:
        """What is asked of the job: on all processes what the first one hears."""
        return CODES[self.ranks.agreed(CODES.index(self.pulse.asked))]

    def pause(self) -> None:
        """Do nothing until asked for something else."""
        self.events.write("paused")
        with self.pulse.doing("paused"):
            asked: Ask | None = Ask.PAUSE
            while asked is Ask.PAUSE:
                if self.ranks.is_first:
                    self.pulse.wait(PAUSE_S)
                asked = self.heard()
        self.events.write("resumed")

    def refuse_if_ending(self, *asks: Ask) -> None:
        """Break off at a place where nothing is half done.

        Args:
            asks: For which of them.

        Raises:
            EndAskedError: One of them was asked.
        """
        asked = self.heard()
        if asked in ENDINGS and asked in asks:
            raise EndAskedError(asked, is_clean=True)

    def breakable(self, *asks: Ask) -> AbstractContextManager[None]:
        """Within it, what takes too long is broken off if the job is to end; never one of many."""
        return self.pulse.open_to(*asks) if self.ranks.count == 1 else nullcontext()


def quiet_workplace(folder: Path) -> Workplace:
    """One process on the CPU that hears nothing."""
    events = EventLog(folder)
    return Workplace(folder=folder, events=events, pulse=Pulse(folder, events))


class Clock:
    """How fast a run is, and how long it still takes."""

    def __init__(self) -> None:
        self._began = self._pass_began = time.perf_counter()
        self._clips = self._pass_clips = 0

    def begin_pass(self) -> None:
        """Count anew for the rate."""
        self._pass_began, self._pass_clips = time.perf_counter(), 0

    def count(self, clips: int) -> None:
        """So many more were seen."""
        self._clips += clips
        self._pass_clips += clips

    def leave_out(self, seconds: float) -> None:
        """Nothing was done for so long."""
        self._began += seconds
        self._pass_began += seconds

    @property
    def rate(self) -> float:
        """Clips a second in this pass."""
        return self._pass_clips / max(time.perf_counter() - self._pass_began, 1e-9)

    def seconds_for(self, clips: int) -> float:
        """How long so many clips take, evaluations included, going by this run."""
        return clips * (time.perf_counter() - self._began) / max(self._clips, 1)
