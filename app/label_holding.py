"""Labelling while it plays: a key is held as long as an action lasts, or pressed at its ends.

Pure: the frame and the time come in, a span that is done comes out.
"""

from dataclasses import dataclass, replace

from app.lanes.label_rows import LabelRows

TAP_S = 0.3
"""A key that is held for less is meant as a beginning; the next press of it is the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An action that lasts while it plays."""

    action_id: str
    start: int
    last: int
    """The last frame that was shown."""
    since_s: float
    is_tapped: bool = False
    """Whether it goes on although the key is up."""

    @property
    def span(self) -> tuple[int, int]:
        """Half-open."""
        return self.start, self.last + 1


def begun(action_id: str, frame: int, now_s: float) -> Held:
    """A key goes down."""
    return Held(action_id=action_id, start=frame, last=frame, since_s=now_s)


def released(held: Held, now_s: float) -> Held | None:
    """The key goes up: None where that is the end."""
    return replace(held, is_tapped=True) if now_s - held.since_s < TAP_S else None


def shown(held: Held, frame: int) -> Held | None:
    """Another frame is shown: None where playback has turned back, which is the end."""
    return replace(held, last=frame) if frame >= held.last else None


def free_part(rows: LabelRows, start: int, stop: int) -> tuple[int, int] | None:
    """The longest part of a span that no action has yet; None where there is none."""
    best: tuple[int, int] | None = None
    free = start
    ends = [each for each in rows.between(start, stop) if each.action_id is not None]
    for low, high in (*((each.start, each.stop) for each in ends), (stop, stop)):
        if low > free and (best is None or low - free > best[1] - best[0]):
            best = free, low
        free = max(free, high)
    return best
