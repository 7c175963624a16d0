from app.time_left import TimeLeft, time_left_text


def test_nobody_knows_at_once_how_long_it_takes() -> None:
    clock = iter((5.0, 5.1, 15.0, 15.0))
    left = TimeLeft(lambda: next(clock))

    assert left.at(0.5) is None
    assert left.at(0.0) is None
    assert left.at(0.25) == 30.0


def test_time_left_is_told_in_seconds_then_in_minutes() -> None:
    assert time_left_text(12.2) == "12 s left"
    assert time_left_text(200.0) == "3 min left"
