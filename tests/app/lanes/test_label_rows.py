"""Segments by person and tier, kept in step with a study."""

from app.lanes.label_rows import LabelBook, LabelRows
from engine.study import segments
from tests.app.labels_made import RECORDING, segment, study

ONE, TWO, FAR = segment("a", 10, 20), segment("b", 20, 30, "sit"), segment("c", 50, 60)
ROWS = LabelRows.of((FAR, ONE, TWO))


def test_segments_are_in_their_order() -> None:
    assert [each.id for each in ROWS.segments] == ["a", "b", "c"]
    assert ROWS.starts.tolist() == [10, 20, 50]


def test_the_segment_at_a_place_is_found_and_none_between_them() -> None:
    assert [ROWS.at(each) for each in (9.9, 10, 19.9, 20, 35, 60)] == [
        None, ONE, ONE, TWO, None, None,
    ]  # fmt: skip


def test_a_span_has_the_segments_with_frames_in_it() -> None:
    assert ROWS.between(19, 21) == (ONE, TWO)
    assert ROWS.between(30, 50) == ()


def test_the_nearest_is_the_one_whose_end_is_closer() -> None:
    assert [ROWS.nearest(each) for each in (15, 33, 45, 0, 99)] == [ONE, TWO, FAR, ONE, FAR]
    assert LabelRows().nearest(3) is None


def test_next_and_last_go_by_their_beginnings() -> None:
    assert ROWS.next(10, 1) is TWO
    assert ROWS.next(50, -1) is TWO
    assert ROWS.next(50, 1) is None
    assert ROWS.next(10, -1) is None


def test_an_edit_renews_the_tier_concerned_and_no_other() -> None:
    before = study(ONE, TWO, segment("h", 0, 9, tier_id="u"))
    book = LabelBook().updated(before, RECORDING)
    after = before.applied(segments.trim(before, "a", start=12))
    changed = book.updated(after, RECORDING)
    assert changed.rows_of(0, "t").starts.tolist() == [12, 20]
    assert changed.rows_of(0, "u") is book.rows_of(0, "u")


def test_an_edit_of_something_else_leaves_the_book_as_it_is() -> None:
    contents = study(ONE)
    book = LabelBook().updated(contents, RECORDING)
    assert book.updated(contents, RECORDING) is book


def test_what_is_taken_away_is_gone_and_what_moves_to_another_tier_is_there() -> None:
    contents = study(ONE, TWO)
    book = LabelBook().updated(contents, RECORDING)
    without = contents.applied(segments.remove(contents, ("a",)))
    assert book.updated(without, RECORDING).rows_of(0, "t").segments == (TWO,)
    copied = contents.applied(segments.copy(contents, ("a",), to_frame=100, tier_id="u"))
    assert book.updated(copied, RECORDING).rows_of(0, "u").starts.tolist() == [100]


def test_another_recording_has_a_book_of_its_own() -> None:
    book = LabelBook().updated(study(ONE), RECORDING)
    assert book.updated(study(ONE), None).rows == {}
