from dataclasses import replace

import pytest

from engine.labels import Action, LabelError, Segment, StudyRecording, new_id


def segment(start, stop):
    return Segment(
        id="s", recording_id="r", person=0, tier_id="t", start=start, stop=stop, action_id=None
    )


@pytest.mark.parametrize("name", ["", " ", " wave", "wave ", "big  wave", "big\nwave"])
def test_an_action_has_a_name_without_spare_spaces(name):
    with pytest.raises(LabelError, match="without spare spaces"):
        Action(id="a", name=name, colour="#5c8ffa")


@pytest.mark.parametrize(
    "colour", ["", "red", "#5C8FFA", "#5c8ff", "#5c8ffa0", "5c8ffa", "#5c8ffg"]
)
def test_an_action_has_a_colour_of_six_small_digits(colour):
    with pytest.raises(LabelError, match="a colour is #rrggbb"):
        Action(id="a", name="wave", colour=colour)


@pytest.mark.parametrize(("start", "stop"), [(-1, 3), (3, 3), (4, 3)])
def test_a_segment_has_frames(start, stop):
    with pytest.raises(LabelError, match=f"not {start} to {stop}"):
        segment(start, stop)


def test_spans_that_touch_do_not_overlap():
    one = segment(10, 20)
    assert one.num_frames == 10
    assert one.overlaps(19, 30)
    assert one.overlaps(0, 11)
    assert one.overlaps(12, 13)
    assert not one.overlaps(20, 30)
    assert not one.overlaps(0, 10)


def test_somebody_without_a_name_is_somebody_of_that_recording_alone():
    row = StudyRecording(
        id="walk",
        path="/data/walk.npz",
        sha256="0" * 64,
        title="walk",
        format_id="npz",
        layout_id="kinect-v1",
        num_frames=10,
        num_people=3,
        fps="30",
        actors=("Ada", ""),
    )
    assert [row.actor(person) for person in range(3)] == ["Ada", "walk/1", "walk/2"]
    assert replace(row, id="sit").actor(2) == "sit/2"


def test_no_two_ids_are_the_same():
    assert len({new_id() for _ in range(1_000)}) == 1_000
