"""Which part of the time axis is seen: closer, farther, a page on."""

from typing import TYPE_CHECKING

from app.timeline_model import TimeSpan

if TYPE_CHECKING:
    from app.views.timeline_view import TimelineView

ZOOM_STEP = 0.8
"""Part of the visible time that stays after one step closer."""
PAGE = 0.9
"""Part of the visible time that a page moves on by."""


class TimelineZoom:
    """Moves a timeline's visible part."""

    def __init__(self, timeline: "TimelineView") -> None:
        self._timeline = timeline

    def closer(self) -> None:
        """Closer around the playhead."""
        self._by(ZOOM_STEP)

    def farther(self) -> None:
        """Farther around the playhead."""
        self._by(1 / ZOOM_STEP)

    def _by(self, factor: float) -> None:
        """Around the playhead where it is visible."""
        span, about = self._timeline.span, self._timeline.frame + 0.5
        if not span.first <= about <= span.last:
            about = (span.first + span.last) / 2
        self._timeline.set_span(span.zoomed(factor, about))

    def to_frame(self) -> None:
        """The frame shown, from edge to edge; everything when it already is."""
        before, frame = self._timeline.span, self._timeline.frame
        span = before.on(frame, frame + 1)
        self._timeline.set_span(TimeSpan.whole(span.num_frames) if span == before else span)

    def whole(self) -> None:
        """Everything; the marked part, where everything is there already."""
        span, brush = self._timeline.span, self._timeline.brush
        if span.is_whole and brush is not None:
            self._timeline.set_span(span.on(brush.start, brush.stop))
        else:
            self._timeline.set_span(TimeSpan.whole(span.num_frames))

    def page(self, step: int) -> None:
        """The visible part before or after."""
        span = self._timeline.span
        self._timeline.set_span(span.panned(step * PAGE * span.frames))
