"""Which frames a model is asked about: all of a short recording, a window of a long one."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.recording import Recording
from engine.runtime.cards import Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameSpan:
    """A half-open span of frames."""

    start: int
    stop: int


def is_answered_whole(recording: Recording, windows: Windows) -> bool:
    """Whether one answer covers the recording; a long one also gets a track of answers."""
    return recording.num_frames <= windows.whole_up_to_s * recording.shown_fps


def window_frames(recording: Recording, windows: Windows) -> int:
    """Frames of one window, at most the whole recording."""
    return min(max(round(windows.window_s * recording.shown_fps), 1), recording.num_frames)


def span_around(recording: Recording, windows: Windows, frame: int) -> FrameSpan:
    """The frames to ask about when ``frame`` is shown.

    In a long recording it is a window around the frame, moved in whole strides: while playing, the
    question changes once a stride and not with every frame.
    """
    if is_answered_whole(recording, windows):
        return FrameSpan(start=0, stop=recording.num_frames)
    length = window_frames(recording, windows)
    stride = _stride_frames(recording, windows)
    start = round((frame - length / 2) / stride) * stride
    start = min(max(start, 0), recording.num_frames - length)
    return FrameSpan(start=start, stop=start + length)


def window_spans(recording: Recording, windows: Windows) -> Iterator[FrameSpan]:
    """The sliding windows over a recording, in order; the last one ends with it."""
    length = window_frames(recording, windows)
    last = recording.num_frames - length
    for start in (*range(0, last, _stride_frames(recording, windows)), last):
        yield FrameSpan(start=start, stop=start + length)


def _stride_frames(recording: Recording, windows: Windows) -> int:
    return max(round(windows.stride_s * recording.shown_fps), 1)
