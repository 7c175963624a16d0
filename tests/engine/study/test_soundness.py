from dataclasses import replace

import pytest

from engine.labels import Rejection
from engine.study.contents import added
from engine.study.soundness import FEW, dangling, fault_of_changes, faults
from tests.engine.study.making_labels import ALSO_P1, FRAMES, P2, segment, study

ONE = segment("one", 100, 120)


def words_of(*news, beside=()):
    """What is wrong with new segments among others."""
    fault = fault_of_changes(study(*beside, *news), [added(row) for row in news])
    return "" if fault is None else fault.words


@pytest.mark.parametrize(
    "new",
    [
        segment("new", 80, 100),
        segment("new", 120, FRAMES),
        segment("new", 90, 130, place=P2),
        segment("new", 90, 130, place=ALSO_P1),
        segment("new", 0, 1, action_id=None),
    ],
)
def test_segments_that_touch_or_lie_elsewhere_are_fine(new):
    assert words_of(new, beside=(ONE,)) == ""


@pytest.mark.parametrize(("start", "stop"), [(90, 101), (119, 130), (105, 110), (90, 130)])
@pytest.mark.parametrize("more", [0, FEW])
def test_a_new_segment_must_not_overlap(start, stop, more):
    others = [segment(f"far{number}", 150 + number, 151 + number) for number in range(more)]
    words = words_of(segment("new", start, stop, "clap"), *others, beside=(ONE,))
    assert words.startswith("walk: ")
    assert f"frames {start}-{stop}" in words
    assert "frames 100-120" in words
    assert words.endswith("on the tier Labels")


def test_new_segments_must_not_overlap_each_other():
    assert words_of(segment("a", 0, 10), segment("b", 9, 20, None))
    assert not words_of(segment("a", 0, 10), segment("b", 10, 20, None))


def test_what_overlapped_before_does_not_hinder_an_edit_beside_it():
    beside = (ONE, segment("two", 110, 130))
    assert words_of(segment("new", 130, 140), beside=beside) == ""
    many = [segment(f"new{number}", 130 + number, 131 + number) for number in range(FEW + 1)]
    assert words_of(*many, beside=beside) == ""


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (replace(ONE, person=2), "walk: wave, frames 100-120, of P3 is of person 3, the recording"),
        (replace(ONE, stop=FRAMES + 1), "does not lie in the recording's 300 frames"),
        (replace(ONE, tier_id="gone"), "segment one belongs to tier gone, which is not there"),
        (replace(ONE, action_id="gone"), "segment one belongs to action gone, which is not there"),
        (replace(ONE, recording_id="gone"), "segment one belongs to recording gone, which is not"),
        (
            Rejection(
                id="no", recording_id="gone", person=0, start=0, stop=2, name="x", model_id="m"
            ),
            "rejection no belongs to recording gone",
        ),
    ],
)
def test_what_points_into_nothing_is_told(row, words):
    contents = study() if isinstance(row, Rejection) else study(row)
    if isinstance(row, Rejection):
        contents = replace(contents, rejections={"gone": {"no": row}})
    found = [fault.words for fault in faults(contents)]
    assert len(found) == 1
    assert words in found[0]
    assert words in fault_of_changes(contents, [added(row)]).words
    assert (dangling(contents) is not None) == ("belongs to" in words)


def test_all_that_is_wrong_is_told_and_nothing_else():
    contents = study(ONE, segment("two", 110, 130), segment("three", 125, 140), segment("x", 0, 9))
    assert len(list(faults(contents))) == 2
    assert dangling(contents) is None
    assert list(faults(study(ONE))) == []
