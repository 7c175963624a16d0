"""Labelling while it plays."""

from app.label_holding import begun, free_part, released, shown
from app.lanes.label_rows import LabelRows
from tests.app.labels_made import segment


def test_a_key_that_was_held_ends_with_its_release() -> None:
    held = begun("walk", 10, 0.0)
    for frame in (11, 14, 19):
        after = shown(held, frame)
        assert after is not None
        held = after
    assert held.span == (10, 20)
    assert released(held, 1.0) is None


def test_a_short_press_goes_on_until_the_next() -> None:
    after = released(begun("walk", 10, 0.0), 0.1)
    assert after is not None
    assert after.is_tapped


def test_it_ends_where_playback_turns_back() -> None:
    assert shown(begun("walk", 10, 0.0), 3) is None


def test_what_other_actions_have_is_left_out_and_reviewed_spans_are_not() -> None:
    rows = LabelRows.of((segment("a", 20, 30), segment("n", 40, 60, None)))
    assert free_part(rows, 10, 50) == (30, 50)
    assert free_part(rows, 0, 25) == (0, 20)
    assert free_part(rows, 22, 28) is None
    assert free_part(LabelRows(), 3, 9) == (3, 9)
