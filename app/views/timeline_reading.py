"""What the places of the timeline say when they are pointed at."""

from PySide6.QtCore import QPoint

from app.lanes.base import LaneView
from app.timecode import clock_text
from app.views.timeline_areas import LaneAreas
from engine.recording import Recording


def place_text(areas: LaneAreas, view: LaneView, recording: Recording, place: QPoint) -> str:
    """What a place on the strip stands for; empty for nothing."""
    if not areas.strip_left <= place.x() < areas.strip_left + areas.strip_width:
        return ""
    position = view.span.position_at(place.x() - areas.strip_left, areas.strip_width)
    row = areas.row_at(place)
    if row is None and place.y() <= areas.ruler.bottom():
        frame = min(int(position), view.span.num_frames - 1)
        return f"frame {frame} · {clock_text(recording.time_s(frame))}"
    if row is None or row.lane is None:
        return ""
    gap = row.group.gaps.at(position)
    if gap is not None:
        return f"{row.group.name} is not seen in frames {gap[0]} – {gap[1] - 1}"
    return row.lane.text_at(position, areas.share_of_height(row, place.y()), view)


def name_text(areas: LaneAreas, place: QPoint) -> str:
    """The whole name of a lane, where it may be cut; empty for no lane."""
    row = areas.row_at(place)
    if row is None or place.x() >= areas.strip_left:
        return ""
    if row.lane is None:
        return f"Lanes of {row.group.name}: click the mark to fold them, the name to pick"
    return f"{row.lane.name} · {row.lane.remark}" if row.lane.remark else row.lane.name
