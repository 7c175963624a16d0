"""Playback: which frame is due when, and the clock that drives it.

Positions are whole nanoseconds and frame rates exact fractions: nothing drifts, however long it is.
A late tick shows the frame that is due: frames are dropped, time is never stretched.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from time import monotonic_ns

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from engine.arrays import IntArray
from engine.recording import Recording

NS_PER_S = 1_000_000_000
SPEEDS: tuple[Fraction, ...] = tuple(
    Fraction(text) for text in ("0.05", "0.1", "0.25", "0.5", "0.75", "1", "1.5", "2", "3", "4")
)
"""The steps of the slower and faster keys."""
NORMAL_SPEED = Fraction(1)
SHORTEST_TICK_NS = 8_000_000
"""No more than 125 updates a second, whatever the frame rate and speed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameClock:
    """When each frame of a recording begins, in nanoseconds from the first."""

    num_frames: int
    fps: Fraction
    starts_ns: IntArray | None = None
    """``(T,)`` ascending, for recordings with times of their own; else the rate says it all."""

    @classmethod
    def of(cls, recording: Recording) -> "FrameClock":
        """The clock of a recording: its own times where it has them, else its frame rate."""
        starts = None
        if recording.timestamps is not None:
            elapsed_s = recording.timestamps - recording.timestamps[0]
            starts = np.maximum.accumulate(np.round(elapsed_s * NS_PER_S).astype(np.int64))
        return cls(num_frames=recording.num_frames, fps=recording.shown_fps, starts_ns=starts)

    @property
    def duration_ns(self) -> int:
        """Length with the last frame's own time: the median step where the source has times."""
        if self.starts_ns is None:
            return self.start_of(self.num_frames)
        steps = np.diff(self.starts_ns)
        last_ns = int(np.median(steps)) if len(steps) else 0
        return int(self.starts_ns[-1]) + max(last_ns, 1)

    def start_of(self, frame: int) -> int:
        """The first nanosecond at which ``frame`` is the one to show."""
        if self.starts_ns is not None and frame < self.num_frames:
            return int(self.starts_ns[frame])
        scaled = frame * NS_PER_S * self.fps.denominator
        return -(-scaled // self.fps.numerator)

    def frame_at(self, position_ns: int) -> int:
        """The frame to show at a position; the first or the last outside the recording."""
        if self.starts_ns is not None:
            frame = int(np.searchsorted(self.starts_ns, position_ns, side="right")) - 1
        else:
            frame = position_ns * self.fps.numerator // (self.fps.denominator * NS_PER_S)
        return min(max(frame, 0), self.num_frames - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Playback:
    """A run of playback: from a position, since a moment, at a speed."""

    clock: FrameClock
    from_ns: int
    """Position in the recording when the run began."""
    since_ns: int
    """Moment of real time when the run began."""
    speed: Fraction
    is_looping: bool
    span_ns: tuple[int, int] | None = None
    """Half-open stretch that is played over and over; None for the whole, once or looping."""

    def position_at(self, now_ns: int) -> int:
        """Position in the recording at a moment; wraps when looping, else stays at the end."""
        travelled = (now_ns - self.since_ns) * self.speed.numerator // self.speed.denominator
        position = self.from_ns + travelled
        if self.span_ns is not None:
            start, stop = self.span_ns
            return start + (position - start) % (stop - start) if position >= stop else position
        duration = self.clock.duration_ns
        return position % duration if self.is_looping else min(position, duration)

    def frame_at(self, now_ns: int) -> int:
        """The frame due at a moment."""
        return self.clock.frame_at(self.position_at(now_ns))

    def has_ended(self, now_ns: int) -> bool:
        """Whether the end was reached and there is nothing more to play."""
        goes_round = self.is_looping or self.span_ns is not None
        return not goes_round and self.position_at(now_ns) >= self.clock.duration_ns

    def wait_ns(self, now_ns: int) -> int:
        """Real time until the next frame is due, at least ``SHORTEST_TICK_NS``."""
        position = self.position_at(now_ns)
        following = self.clock.frame_at(position) + 1
        due = (
            self.clock.start_of(following)
            if following < self.clock.num_frames
            else self.clock.duration_ns
        )
        wait = -(-(due - position) * self.speed.denominator // self.speed.numerator)
        return max(wait, SHORTEST_TICK_NS)


class Player(QObject):
    """The one place that knows which frame is shown.

    However many seeks arrive in one turn of the event loop, ``frame_changed`` follows once.
    """

    frame_changed = Signal(int)
    playing_changed = Signal(bool)
    speed_changed = Signal(object)  # Fraction
    looping_changed = Signal(bool)

    def __init__(
        self, parent: QObject | None = None, *, now_ns: Callable[[], int] = monotonic_ns
    ) -> None:
        """Start with no recording.

        Args:
            parent: Owner.
            now_ns: The clock of real time.
        """
        super().__init__(parent)
        self._now_ns = now_ns
        self._clock: FrameClock | None = None
        self._run: Playback | None = None
        self._frame = 0
        self._speed = NORMAL_SPEED
        self._is_looping = True
        self._span: tuple[int, int] | None = None
        self._tick = QTimer(self)
        self._tick.setSingleShot(True)
        self._tick.setTimerType(Qt.TimerType.PreciseTimer)
        self._tick.timeout.connect(self._advance)
        self._announce = QTimer(self)
        self._announce.setSingleShot(True)
        self._announce.setInterval(0)
        self._announce.timeout.connect(self._announce_frame)

    @property
    def frame(self) -> int:
        """The frame shown, or about to be shown in this turn of the event loop."""
        return self._frame

    @property
    def num_frames(self) -> int:
        """Frames of the recording; 0 without one."""
        return self._clock.num_frames if self._clock else 0

    @property
    def is_playing(self) -> bool:
        """Whether the frame moves by itself."""
        return self._run is not None

    @property
    def is_looping(self) -> bool:
        """Whether playback starts again at the end."""
        return self._is_looping

    @property
    def speed(self) -> Fraction:
        """Recording seconds per real second."""
        return self._speed

    def set_recording(self, recording: Recording | None) -> None:
        """Stand paused on the first frame of a recording."""
        self.pause()
        self._clock = FrameClock.of(recording) if recording else None
        self._span = None
        self._frame = 0
        self._announce.stop()
        self.frame_changed.emit(0)

    @Slot()
    def play(self) -> None:
        """Run from the frame shown; from the start when it stands on the last frame."""
        if self._clock is None or self._run is not None:
            return
        if self._frame == self._clock.num_frames - 1:
            self.seek(0)
        self._start_run(self._clock)
        self.playing_changed.emit(True)

    @Slot()
    def pause(self) -> None:
        """Stand still on the frame shown."""
        if self._run is None:
            return
        self._tick.stop()
        self._run = None
        self.playing_changed.emit(False)

    @Slot()
    def toggle(self) -> None:
        """Play when paused, pause when playing."""
        if self.is_playing:
            self.pause()
        else:
            self.play()

    @Slot(int)
    def seek(self, frame: int) -> None:
        """Show a frame, the nearest there is; playback goes on from there."""
        if self._clock is None:
            return
        self._frame = min(max(frame, 0), self._clock.num_frames - 1)
        if self._run is not None:
            self._start_run(self._clock)
        self._announce.start()

    def step(self, frames: int) -> None:
        """Pause and move by some frames."""
        self.pause()
        self.seek(self._frame + frames)

    @Slot(object)
    def set_speed(self, speed: Fraction) -> None:
        """Change the speed, within the slowest and the fastest of ``SPEEDS``."""
        speed = min(max(speed, SPEEDS[0]), SPEEDS[-1])
        if speed == self._speed:
            return
        self._speed = speed
        self._rebase()
        self.speed_changed.emit(speed)

    def change_speed(self, steps: int) -> None:
        """Go some steps up or down the ladder of ``SPEEDS``."""
        nearest = min(range(len(SPEEDS)), key=lambda rung: abs(SPEEDS[rung] - self._speed))
        self.set_speed(SPEEDS[min(max(nearest + steps, 0), len(SPEEDS) - 1)])

    @Slot(bool)
    def set_looping(self, is_looping: bool) -> None:
        """Start again at the end, or stop there."""
        if is_looping == self._is_looping:
            return
        self._is_looping = is_looping
        self._rebase()
        self.looping_changed.emit(is_looping)

    @property
    def span(self) -> tuple[int, int] | None:
        """The frames that are played over and over, half-open; None for all of them."""
        return self._span

    def set_span(self, span: tuple[int, int] | None) -> None:
        """Play some frames over and over, from the first of them on.

        Args:
            span: Half-open; None for the whole recording again.
        """
        if self._clock is None or span == self._span:
            return
        self._span = span
        if span is not None and not span[0] <= self._frame < span[1]:
            self.seek(span[0])
        self._rebase()

    def _span_ns(self, clock: FrameClock) -> tuple[int, int] | None:
        if self._span is None or not self._span[0] <= self._frame < self._span[1]:
            return None  # sought somewhere else: play on from there
        start, stop = self._span
        until = clock.start_of(stop) if stop < clock.num_frames else clock.duration_ns
        return clock.start_of(start), until

    def _start_run(self, clock: FrameClock) -> None:
        self._run = Playback(
            clock=clock,
            from_ns=clock.start_of(self._frame),
            since_ns=self._now_ns(),
            speed=self._speed,
            is_looping=self._is_looping,
            span_ns=self._span_ns(clock),
        )
        self._schedule(self._run)

    def _rebase(self) -> None:
        """Go on from the exact position with the speed and looping of now."""
        if self._run is None:
            return
        now = self._now_ns()
        self._run = replace(
            self._run,
            from_ns=self._run.position_at(now),
            since_ns=now,
            speed=self._speed,
            is_looping=self._is_looping,
            span_ns=self._span_ns(self._run.clock),
        )
        self._schedule(self._run)

    def _schedule(self, run: Playback) -> None:
        self._tick.start(-(-run.wait_ns(self._now_ns()) // 1_000_000))

    @Slot()
    def _advance(self) -> None:
        now, run = self._now_ns(), self._run
        if run is None:
            return
        due = run.frame_at(now)
        if due != self._frame:
            self._frame = due
            self._announce_frame()
        if run is not self._run:  # a listener paused or sought
            return
        if run.has_ended(now):
            self.pause()
        else:
            self._schedule(run)

    @Slot()
    def _announce_frame(self) -> None:
        self._announce.stop()
        self.frame_changed.emit(self._frame)
