"""Which frames a model is asked about."""

from hypothesis import given
from hypothesis import strategies as st

from app.answer_span import FrameSpan, is_answered_whole, span_around
from engine.runtime.cards import Windows
from tests.app import stand_ins

WINDOWS = Windows(window_s=2.0, stride_s=0.5, whole_up_to_s=4.0)
LONG = stand_ins.recording(1000)


def test_a_short_recording_is_one_question() -> None:
    short = stand_ins.recording(120)
    assert is_answered_whole(short, WINDOWS)
    assert span_around(short, WINDOWS, 77) == FrameSpan(start=0, stop=120)


def test_a_recording_a_frame_too_long_gets_windows() -> None:
    assert not is_answered_whole(stand_ins.recording(121), WINDOWS)


@given(frame=st.integers(0, 999))
def test_the_window_holds_the_frame_and_lies_inside(frame: int) -> None:
    span = span_around(LONG, WINDOWS, frame)
    assert 0 <= span.start <= frame < span.stop <= 1000
    assert span.stop - span.start == 60


def test_the_question_changes_once_a_stride() -> None:
    spans = {span_around(LONG, WINDOWS, frame) for frame in range(300, 360)}
    assert len(spans) in (4, 5)
