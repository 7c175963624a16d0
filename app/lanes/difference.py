"""The lane of difference: how far the body is from that of a second recording, frame by frame."""

from dataclasses import dataclass

import numpy as np

from app.alignment_words import overall_text, worst_text
from app.lanes.base import NO_EDGES, Curve, LaneDrawing, LaneShape, LaneView
from app.lanes.detail import CurveLevels, FrameRuns
from engine.alignment.alignment import Alignment
from engine.arrays import DoubleArray

HEADROOM = 1.1
LOWEST_TOP = 0.05
"""Parts of the body's height; a lane of hardly any difference does not make much of it."""


@dataclass(frozen=True, kw_only=True)
class DifferenceLane:
    """Mean distance of the joints from their partners over time."""

    alignment: Alignment
    other_name: str
    curve: CurveLevels
    top: float
    """Parts of the body's height at the lane's upper edge."""
    aligned: FrameRuns
    person: int
    kind: str = "difference"

    @property
    def name(self) -> str:
        """In the left column."""
        return "Difference"

    @property
    def remark(self) -> str:
        """From which recording."""
        return self.other_name

    @property
    def shape(self) -> LaneShape:
        """Two lines."""
        return LaneShape(lines=1.9, dense_lines=1.4)

    @property
    def scale_text(self) -> str:
        """What the upper edge means."""
        return f"{self.top:.0%}"

    def drawing(self, view: LaneView) -> LaneDrawing:
        """The range of differences within each pixel column."""
        columns = self.curve.columns(view.span, view.width)
        return LaneDrawing(
            curve=Curve(
                low=np.clip(columns.low / self.top, 0.0, 1.0).astype(np.float32),
                high=np.clip(columns.high / self.top, 0.0, 1.0).astype(np.float32),
            )
        )

    def text_at(self, position: float, height: float, view: LaneView) -> str:
        """Frame, difference, and the joints that differ most."""
        del height
        frame = min(max(int(position), 0), view.span.num_frames - 1)
        overall = overall_text(self.alignment, frame)
        if not overall:
            return f"frame {frame} · nothing of {self.other_name} belongs here"
        other = float(self.alignment.frames[frame])
        worst = worst_text(self.alignment, frame)
        return f"frame {frame} · {self.other_name} {other:.0f} · apart {overall} · {worst}"

    @property
    def edges(self) -> tuple[DoubleArray, ...]:
        """Where the second recording begins and ends."""
        return (self.aligned.edges,)

    @property
    def fine_edges(self) -> DoubleArray:
        """None."""
        return NO_EDGES


def difference_lane(alignment: Alignment, other_name: str) -> DifferenceLane:
    """The lane of an alignment's first person."""
    values = alignment.differences.overall
    return DifferenceLane(
        alignment=alignment,
        other_name=other_name,
        curve=CurveLevels.of(values),
        top=max(float(np.nanmax(values)) * HEADROOM, LOWEST_TOP),
        aligned=FrameRuns.of(alignment.aligned),
        person=alignment.pair.first.performer.person,
    )
