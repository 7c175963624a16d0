"""Which frames a model is asked about."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.recording import Recording
from engine.runtime.cards import Windows
from engine.runtime.windows import FrameSpan, is_answered_whole, span_around, window_spans
from tests.tiny_training import recording_of, standing


def recording_of_frames(frames: int) -> Recording:
    return recording_of(standing(frames))


WINDOWS = Windows(window_s=2.0, stride_s=0.5, whole_up_to_s=4.0)
LONG = recording_of_frames(1000)


def test_a_short_recording_is_one_question() -> None:
    short = recording_of_frames(120)
    assert is_answered_whole(short, WINDOWS)
    assert span_around(short, WINDOWS, 77) == FrameSpan(start=0, stop=120)


def test_a_recording_a_frame_too_long_gets_windows() -> None:
    assert not is_answered_whole(recording_of_frames(121), WINDOWS)


@given(frame=st.integers(0, 999))
def test_the_window_holds_the_frame_and_lies_inside(frame: int) -> None:
    span = span_around(LONG, WINDOWS, frame)
    assert 0 <= span.start <= frame < span.stop <= 1000
    assert span.stop - span.start == 60


def test_the_question_changes_once_a_stride() -> None:
    spans = {span_around(LONG, WINDOWS, frame) for frame in range(300, 360)}
    assert len(spans) in (4, 5)


def test_sliding_windows_start_once_a_stride_and_end_with_the_recording() -> None:
    spans = list(window_spans(recording_of_frames(400), WINDOWS))
    assert [span.start for span in spans][:3] == [0, 15, 30]
    assert spans[-1] == FrameSpan(start=340, stop=400)
    assert {span.stop - span.start for span in spans} == {60}


def test_a_recording_shorter_than_a_window_is_one_window() -> None:
    assert list(window_spans(recording_of_frames(7), WINDOWS)) == [FrameSpan(start=0, stop=7)]


def test_windows_last_as_long_at_another_frame_rate() -> None:
    slow = replace(recording_of_frames(100), fps=Fraction(10))
    assert span_around(slow, WINDOWS, 50) == FrameSpan(start=40, stop=60)
