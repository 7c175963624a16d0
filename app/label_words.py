"""How labels are put into words."""

from collections.abc import Mapping

from app.label_clock import LabelClock
from app.timecode import grouped
from engine.labels import Action, Origin, Segment

NOTHING_HAPPENS = "nothing happens"


def span_words(start: int, stop: int, clock: LabelClock) -> str:
    """Frames, how many, and seconds, e.g. ``frames 120 – 179 · 60 frames · 2.00 s``."""
    count = stop - start
    which = f"frames {grouped(start)} – {grouped(stop - 1)} · {grouped(count)} frames"
    if count == 1:
        which = f"frame {grouped(start)}"
    return f"{which} · {clock.length(start, stop):.2f} s"


def action_words(action_id: str | None, actions: Mapping[str, Action]) -> str:
    """What an action is called."""
    if action_id is None:
        return NOTHING_HAPPENS
    action = actions.get(action_id)
    return action.name if action is not None else "unknown action"


def origin_words(segment: Segment) -> str:
    """Who said it first, where that is not the annotator alone; empty where it is."""
    if segment.origin is Origin.MODEL:
        score = f", {segment.score:.2f}" if segment.score is not None else ""
        return f"accepted from {segment.model_id or 'a model'}{score}"
    return "imported" if segment.origin is Origin.IMPORT else ""


def segment_words(segment: Segment, actions: Mapping[str, Action], clock: LabelClock) -> str:
    """A segment in a line: action, frames, seconds, who said it first, doubts and notes."""
    parts = [
        action_words(segment.action_id, actions),
        span_words(segment.start, segment.stop, clock),
        segment.annotator,
        origin_words(segment),
        "doubtful" if segment.is_doubtful else "",
        f"“{segment.note}”" if segment.note else "",
    ]
    return " · ".join(part for part in parts if part)
