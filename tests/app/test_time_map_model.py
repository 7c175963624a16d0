import numpy as np
import pytest

from app.overlays import PreparedExplanation, prepared
from app.time_map_model import MOST_TICKS, TimeSquare, square_text, square_ticks, time_square
from tests.app.overlays.made import JOINTS, focus_only, with_times

CENTRES = np.array([0, 4, 8], dtype=np.float32)
SECONDS_A_FRAME = 0.1


@pytest.fixture
def explanation() -> PreparedExplanation:
    """Two people, the first not seen; joint 2, head 1: the first moment looks at the last."""
    weights = np.full((2, JOINTS, 2, 3, 3), 0.125, dtype=np.float32)
    weights[0] = np.nan
    weights[1, 2, 1, 0, 2] = 0.75
    return prepared(with_times(weights, CENTRES))


@pytest.fixture
def square(explanation: PreparedExplanation) -> TimeSquare:
    found = time_square(explanation, 1, 2, None)
    assert found is not None
    return found


def time_s(frame: int) -> float:
    return frame * SECONDS_A_FRAME


def test_a_joint_s_map_has_its_own_weights_and_the_head_that_was_picked(
    explanation: PreparedExplanation, square: TimeSquare
) -> None:
    other = time_square(explanation, 1, 2, 0)

    assert other is not None
    assert square.weights[0, 2] == square.strongest == 0.75
    assert other.strongest == 0.125
    assert (square.name, square.centres.tolist()) == ("TSA of unit 9", [0, 4, 8])


@pytest.mark.parametrize(("person", "joint"), [(0, 2), (None, 2), (5, 2), (1, None), (1, 40)])
def test_there_is_no_map_without_a_joint_or_of_somebody_not_seen(
    explanation: PreparedExplanation, person: int | None, joint: int | None
) -> None:
    assert time_square(explanation, person, joint, None) is None


def test_there_is_no_map_of_a_network_without_time_attention() -> None:
    assert time_square(prepared(focus_only()), 0, 2, None) is None
    assert time_square(None, 0, 2, None) is None


def test_places_and_frames_fit_each_other(square: TimeSquare) -> None:
    assert [square.place(frame) for frame in (0, 4, 8)] == pytest.approx([1 / 6, 1 / 2, 5 / 6])
    assert square.place(2) == pytest.approx(1 / 3)
    assert [square.step_at(share) for share in (-1, 0.0, 0.34, 0.99, 2)] == [0, 0, 1, 2, 2]
    assert [square.frame_of(square.step_at(square.place(frame))) for frame in (0, 4, 8)] == [
        0,
        4,
        8,
    ]


def test_a_place_tells_which_moment_looks_at_which_and_how_strongly(square: TimeSquare) -> None:
    text = square_text(square, 0.99, 0.01, lambda frame: f"{time_s(frame):.1f} s")

    assert text == "0.0 s looks at 0.8 s: 0.75"


def test_ticks_are_few_round_and_at_their_places(square: TimeSquare) -> None:
    ticks = square_ticks(square, time_s)

    assert 2 <= len(ticks) <= MOST_TICKS + 1
    assert [seconds for _, seconds in ticks] == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8])
    for place, seconds in ticks:
        assert place == pytest.approx(square.place(seconds / SECONDS_A_FRAME))


def test_a_single_moment_has_ticks_too() -> None:
    one = np.full((1, JOINTS, 1, 1, 1), 1.0, dtype=np.float32)
    square = time_square(prepared(with_times(one, CENTRES[:1])), 0, 0, None)

    assert square is not None
    assert square_ticks(square, time_s) == ((0.5, 0.0),)
