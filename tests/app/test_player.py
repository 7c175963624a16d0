"""Which frame is due when."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.player import NS_PER_S, SHORTEST_TICK_NS, SPEEDS, FrameClock, Playback, Player
from tests.app import stand_ins

NTSC = Fraction(30000, 1001)
HOUR_NS = 3600 * NS_PER_S


def clock(num_frames: int = 90, fps: Fraction = Fraction(30)) -> FrameClock:
    return FrameClock(num_frames=num_frames, fps=fps)


def run(frames: FrameClock, *, speed: str = "1", is_looping: bool = True) -> Playback:
    return Playback(
        clock=frames, from_ns=0, since_ns=0, speed=Fraction(speed), is_looping=is_looping
    )


@given(
    frame=st.integers(0, 200_000),
    fps=st.sampled_from([Fraction(30), NTSC, Fraction(25), Fraction(1, 3), Fraction(1000)]),
)
def test_a_frame_begins_exactly_when_its_time_comes(frame: int, fps: Fraction) -> None:
    frames = clock(200_001, fps)
    start = frames.start_of(frame)
    assert frames.frame_at(start) == frame
    assert frames.frame_at(start - 1) == max(frame - 1, 0)


def test_nothing_drifts_in_an_hour_of_an_uneven_rate() -> None:
    frames = clock(200_000, NTSC)
    assert run(frames).frame_at(HOUR_NS) == HOUR_NS * NTSC // NS_PER_S


def test_looping_shows_the_same_frame_after_a_thousand_rounds() -> None:
    playback = run(clock())
    assert playback.frame_at(1000 * 3 * NS_PER_S + NS_PER_S) == 30


def test_without_looping_the_last_frame_stays() -> None:
    playback = run(clock(), is_looping=False)
    assert playback.frame_at(HOUR_NS) == 89
    assert playback.has_ended(HOUR_NS)
    assert not playback.has_ended(2 * NS_PER_S)


@pytest.mark.parametrize("speed", ["0.05", "0.5", "1", "4"])
def test_speed_scales_time(speed: str) -> None:
    shown = run(clock(), speed=speed).frame_at(NS_PER_S // 2)
    assert shown == int(15 * Fraction(speed))


def test_the_wait_ends_when_the_next_frame_is_due() -> None:
    playback = run(clock(), speed="0.5")
    wait = playback.wait_ns(0)
    assert playback.frame_at(wait) == 1
    assert playback.frame_at(wait - 2) == 0


def test_fast_playback_is_not_updated_more_often_than_a_screen() -> None:
    playback = run(clock(900, Fraction(300)), speed="4")
    assert playback.wait_ns(0) == SHORTEST_TICK_NS


def test_times_of_the_recording_win_over_its_rate() -> None:
    times = np.array([10.0, 10.1, 10.5, 10.6])
    recording = replace(stand_ins.recording(4), timestamps=times)
    frames = FrameClock.of(recording)
    shown = [frames.frame_at(tenth * NS_PER_S // 10) for tenth in range(8)]
    assert shown == [0, 1, 1, 1, 1, 2, 3, 3]
    assert frames.duration_ns == 700_000_000


def test_times_that_run_backwards_never_move_playback_back() -> None:
    times = np.array([0.0, 0.2, 0.1, 0.3])
    frames = FrameClock.of(replace(stand_ins.recording(4), timestamps=times))
    shown = [frames.frame_at(step * NS_PER_S // 20) for step in range(7)]
    assert shown == sorted(shown)


class SetClock:
    """A clock that stands where it is set."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def time() -> SetClock:
    return SetClock()


@pytest.fixture
def player(qtbot: QtBot, time: SetClock) -> Player:
    del qtbot
    made = Player(now_ns=time)
    made.set_recording(stand_ins.recording(90))
    return made


def test_many_seeks_in_one_turn_show_one_frame(player: Player, qtbot: QtBot) -> None:
    shown: list[int] = []
    player.frame_changed.connect(shown.append)
    for frame in range(50):
        player.seek(frame)
    assert player.frame == 49
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [49]


def test_a_late_tick_drops_frames_and_keeps_time(
    player: Player, time: SetClock, qtbot: QtBot
) -> None:
    player.play()
    time.now = NS_PER_S
    with qtbot.waitSignal(player.frame_changed) as shown:
        pass
    assert shown.args == [30]
    player.pause()


def test_stepping_pauses(player: Player) -> None:
    player.play()
    player.step(1)
    assert not player.is_playing
    assert player.frame == 1


def test_stepping_stops_at_both_ends(player: Player) -> None:
    player.step(-10)
    assert player.frame == 0
    player.step(1000)
    assert player.frame == 89


def test_play_on_the_last_frame_begins_anew(player: Player) -> None:
    player.seek(89)
    player.play()
    assert player.frame == 0
    player.pause()


def test_a_change_of_speed_goes_on_from_where_it_is(
    player: Player, time: SetClock, qtbot: QtBot
) -> None:
    player.play()
    time.now = NS_PER_S
    player.set_speed(Fraction(2))
    time.now = NS_PER_S + NS_PER_S // 2
    with qtbot.waitSignal(player.frame_changed) as shown:
        pass
    assert shown.args == [60]
    player.pause()


def test_playback_without_looping_pauses_at_the_end(
    player: Player, time: SetClock, qtbot: QtBot
) -> None:
    player.set_looping(False)
    player.play()
    time.now = HOUR_NS
    qtbot.waitUntil(lambda: not player.is_playing)
    assert player.frame == 89


def test_speeds_go_from_a_twentieth_to_four_and_no_farther(player: Player) -> None:
    player.set_speed(Fraction(100))
    assert player.speed == 4
    for _ in SPEEDS:
        player.change_speed(-1)
    assert player.speed == Fraction(1, 20)


def test_without_a_recording_nothing_plays(qtbot: QtBot) -> None:
    del qtbot
    empty = Player()
    empty.play()
    empty.seek(5)
    assert (empty.is_playing, empty.frame, empty.num_frames) == (False, 0, 0)


def test_a_span_is_played_over_and_over_from_anywhere_in_it() -> None:
    span = (NS_PER_S, 2 * NS_PER_S)
    playback = replace(run(clock(), is_looping=False), from_ns=NS_PER_S // 2, span_ns=span)
    shown = [playback.frame_at(tenths * NS_PER_S // 10) for tenths in (0, 10, 15, 20, 115)]
    assert shown == [15, 45, 30, 45, 30]
    assert not playback.has_ended(HOUR_NS)


def test_a_player_told_to_play_a_span_goes_to_it_and_stays_there(qtbot: QtBot) -> None:
    now = [0]
    player = Player(now_ns=lambda: now[0])
    player.set_recording(stand_ins.recording(90))
    player.set_span((30, 60))
    assert (player.span, player.frame) == ((30, 60), 30)
    player.play()
    now[0] = NS_PER_S + NS_PER_S // 2
    with qtbot.waitSignal(player.frame_changed):
        player._advance()
    assert player.frame == 45
    player.seek(80)
    now[0] += NS_PER_S // 5
    player._advance()
    assert player.frame == 86, "somewhere else it plays on from there"
    player.set_span(None)
    assert player.span is None
    player.set_recording(stand_ins.recording(20))
    assert player.span is None
    player.pause()
