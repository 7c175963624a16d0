from pathlib import Path

from engine.study.clips import clips_of
from engine.study.dividing import Division, divide, folds, group_by
from engine.study.selecting import Choice
from tests.engine.study.test_selecting import segment
from tests.tiny_study import contents_of, recording_row, tiny_rows


def clips(actors: tuple[str, ...] = ("Ann", "Bob", "Cem")):
    return clips_of(tiny_rows(Path(), actors), Path(), Choice()).clips


def test_nobody_who_watches_is_learnt_from():
    found = divide(clips())
    assert found.by is Division.PERSON
    assert {each.actor for each in found.train}.isdisjoint({each.actor for each in found.watch})
    assert len(found.train) + len(found.watch) == len(clips().clips)
    assert found.groups[0] in found.text


def test_the_same_people_watch_in_the_next_run():
    before = divide(clips())
    after = divide(clips(("Ann", "Bob", "Cem", "Dee")))
    assert before.groups == divide(clips()).groups
    assert set(after.groups) <= {"Ann", "Bob", "Cem", "Dee"}


def test_recordings_are_divided_where_nobody_has_said_who_acts():
    found = divide(clips(("", "", "")))
    assert found.by is Division.RECORDING
    assert len({each.recording_id for each in found.watch}) == 1


def test_one_recording_alone_is_divided_by_segment_and_that_flatters():
    rows = tuple(
        segment(f"{action}{n}", start, start + 60, action)
        for action, first in (("lift", 0), ("kick", 1000))
        for n in range(5)
        for start in (first + 100 * n,)
    )
    one = contents_of((recording_row(Path("r0.json"), "Ann", num_frames=5000),), rows)
    found = divide(clips_of(one, Path(), Choice()).clips)
    assert found.by is Division.SEGMENT
    assert found.watch
    assert "flatters" in found.text
    key = group_by(Division.SEGMENT)
    assert {key(each) for each in found.train}.isdisjoint({key(each) for each in found.watch})


def test_an_action_that_one_person_alone_shows_stays_on_the_training_side():
    rows = (recording_row(Path("r0.json"), "Ann"), recording_row(Path("r1.json"), "Bob"))
    of_ann = [segment(f"a{n}", 50 * n, 50 * n + 40, "lift") for n in range(4)]
    of_bob = [segment(f"b{n}", 50 * n, 50 * n + 40, "kick") for n in range(4)]
    moved = tuple(
        type(each)(**{**{f: getattr(each, f) for f in each.__slots__}, "recording_id": "r1"})
        for each in of_bob
    )
    found = divide(clips_of(contents_of(rows, (*of_ann, *moved)), Path(), Choice()).clips)
    assert found.by is Division.SEGMENT
    assert {each.label for each in found.train} == {"lift", "kick"}


def test_with_too_little_nothing_is_held_out():
    rows = tuple(segment(f"a{n}", 100 * n, 100 * n + 60, "lift") for n in range(2))
    few = clips_of(contents_of((recording_row(Path("r0.json"), "Ann"),), rows), Path(), Choice())
    found = divide(few.clips)
    assert (found.by, found.watch) == (Division.NOTHING, ())
    assert "honest" in found.text


def test_a_fold_holds_all_clips_of_a_person():
    made = clips().clips
    dealt = folds(made, 5)
    people = {
        actor: {fold for each, fold in zip(made, dealt, strict=True) if each.actor == actor}
        for actor in ("Ann", "Bob", "Cem")
    }
    assert all(len(found) == 1 for found in people.values())
    assert len(set(dealt)) == 3


def test_divided_by_segment_no_frame_is_on_both_sides():
    rows = tuple(
        segment(f"s{n}", 10 + 12 * n, 20 + 12 * n, ("lift", "kick")[n % 2]) for n in range(10)
    )
    one = contents_of((recording_row(Path("r0.json"), "Ann"),), rows)
    found = divide(clips_of(one, Path(), Choice()).clips)
    assert found.by is Division.SEGMENT
    assert found.watch
    assert {each.label for each in found.train} == {"lift", "kick"}
    seen = {frame for each in found.train for frame in range(each.start, each.stop)}
    assert seen.isdisjoint(frame for each in found.watch for frame in range(each.start, each.stop))
