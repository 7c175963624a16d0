from dataclasses import replace

import pytest

from engine.datasets import dataset_by_id
from engine.datasets.base import Aspect
from engine.datasets.splits import (
    SplitFiles,
    StoredSplit,
    hold_out,
    read_split,
    split_by_person,
    split_by_protocol,
    split_by_view,
    stored,
    without,
    write_split,
)
from engine.errors import EngineError, FileFormatError
from tests.engine.datasets.making import labelled

FILES = tuple(
    labelled(f"p{person} v{view} a{action}")
    for person in range(1, 11)
    for view in (1, 2, 3)
    for action in (0, 1)
)


def test_a_share_of_the_people_is_held_out_with_all_they_did():
    kept, held = split_by_person(FILES, 0.2, 7)
    assert len({f.person for f in held}) == 2
    assert not {f.person for f in held} & {f.person for f in kept}
    assert len(kept) + len(held) == len(FILES)
    assert len(held) == 12


def test_the_same_seed_draws_the_same_people_and_another_others():
    draws = {seed: split_by_person(FILES, 0.3, seed)[1] for seed in range(5)}
    assert draws[3] == split_by_person(FILES, 0.3, 3)[1]
    assert len(set(draws.values())) > 1


def test_views_are_held_out_likewise():
    kept, held = split_by_view(FILES, 0.3, 1)
    assert len({f.view for f in held}) == 1
    assert len({f.view for f in kept}) == 2


@pytest.mark.parametrize(("share", "people"), [(0.01, 1), (0.99, 9)])
def test_one_at_least_is_held_out_and_one_stays(share, people):
    assert len({f.person for f in split_by_person(FILES, share, 1)[1]}) == people


def test_every_action_stays_on_the_first_side():
    rare = (*FILES, labelled("p4 v1 a2"))
    for seed in range(8):
        kept, _ = split_by_person(rare, 0.5, seed)
        assert {f.action for f in kept} == {0, 1, 2}


def test_an_action_of_one_person_each_cannot_be_divided():
    with pytest.raises(EngineError, match="some action has nothing left to train on"):
        split_by_person((labelled("p1 a0"), labelled("p2 a1")), 0.5, 1)


@pytest.mark.parametrize(
    ("files", "share", "words"),
    [
        (FILES[:3], 0.5, "more than one person"),
        ((*FILES, labelled("p0")), 0.5, "1 clip of 61 do not state their person"),
        (FILES, 0.0, "a share between 0 and 1"),
        (FILES, 1.0, "a share between 0 and 1"),
    ],
)
def test_what_cannot_be_divided_is_refused_in_words(files, share, words):
    with pytest.raises(EngineError, match=words):
        split_by_person(files, share, 1)


def test_spans_of_one_recording_stay_together():
    spans = tuple(
        labelled(f"r{n}", person=0, start=start, stop=start + 5)
        for n in range(4)
        for start in (0, 5)
    )
    kept, held = hold_out(spans, Aspect.RECORDING, 0.5, 1)
    assert not {f.path for f in kept} & {f.path for f in held}
    SplitFiles(train=kept, validation=held, validation_by=Aspect.RECORDING)


def test_a_clip_on_two_sides_is_refused():
    with pytest.raises(EngineError, match="1 clip would be on the training and on the test side"):
        SplitFiles(train=FILES[:3], test=FILES[2:4], by=Aspect.LIST)


def test_frames_on_two_sides_are_refused():
    file = labelled("r1", start=0, stop=10)
    for start, leaks in ((9, True), (10, False)):
        other = replace(file, start=start, stop=None)
        if leaks:
            with pytest.raises(EngineError, match=r"r1\[9:\]; a model judged by what it has seen"):
                SplitFiles(train=(file,), test=(other,), by=Aspect.LIST)
        else:
            SplitFiles(train=(file,), test=(other,), by=Aspect.LIST)
    in_container = [replace(file, item=item, start=0, stop=None) for item in ("a", "b")]
    SplitFiles(train=(in_container[0],), test=(in_container[1],), by=Aspect.LIST)


@pytest.mark.parametrize(
    ("by", "first", "second"),
    [
        (Aspect.PERSON, "p3 v1", "p3 v2"),
        (Aspect.VIEW, "p1 v2", "p2 v2"),
        (Aspect.RECORDING, "x", "x"),
    ],
)
def test_a_person_or_view_on_two_sides_is_refused(by, first, second):
    one = labelled(first, start=0, stop=5)
    two = labelled(second, start=5, stop=9)
    with pytest.raises(EngineError, match=rf"^{by.value} .* training and on the test side"):
        SplitFiles(train=(one, labelled("p7 v7")), test=(two,), by=by)


def test_a_leak_into_the_validation_side_is_refused_too():
    one, two, three = labelled("p1"), labelled("p1 r2"), labelled("p2")
    with pytest.raises(
        EngineError, match="person 1 would be on the training and on the validation"
    ):
        SplitFiles(train=(one,), validation=(two,), test=(three,))
    with pytest.raises(EngineError, match="person 1 would be on the validation and on the test"):
        SplitFiles(train=(three,), validation=(two,), test=(one,))


def test_who_is_unknown_cannot_be_kept_apart():
    with pytest.raises(EngineError, match="do not state their person"):
        SplitFiles(train=(labelled("p0"),), test=(labelled("p1"),))
    SplitFiles(train=(labelled("p0"),))


def test_nothing_to_train_on_is_refused():
    with pytest.raises(EngineError, match="no clip is left to train on"):
        SplitFiles(train=(), test=FILES)


def test_a_protocol_divides_and_validation_comes_out_of_training():
    protocol = dataset_by_id("nw-ucla").protocols[0]
    split = split_by_protocol(FILES, protocol, validation=0.2, seed=3)
    assert {f.view for f in split.train + split.validation} == {1, 2}
    assert {f.view for f in split.test} == {3}
    assert len({f.person for f in split.validation}) == 2
    assert not {f.person for f in split.validation} & {f.person for f in split.train}
    assert "cross-view" in split.rule
    assert "20% of training held out by person, seed 3" in split.rule


def test_a_protocol_of_many_rounds_needs_one_chosen():
    protocol = next(p for p in dataset_by_id("nw-ucla").protocols if p.leave_one_out)
    with pytest.raises(EngineError, match="a round for each person; choose a fold"):
        split_by_protocol(FILES, protocol)
    assert len(split_by_protocol(FILES, protocol.folds(FILES)[0]).test) == 6


def test_a_protocol_whose_test_side_is_missing_says_so():
    protocol = dataset_by_id("nw-ucla").protocols[0]
    with pytest.raises(EngineError, match="cross-view: no clip is there to judge by"):
        split_by_protocol(tuple(f for f in FILES if f.view != 3), protocol)


def a_split() -> SplitFiles:
    return split_by_protocol(FILES, dataset_by_id("nw-ucla").protocols[0], validation=0.2)


def test_a_split_is_written_and_read_back_the_same(tmp_path):
    split = a_split()
    write_split(stored("nw-ucla", split), tmp_path / "split.toml")
    again = read_split(tmp_path / "split.toml")
    assert again == stored("nw-ucla", split)
    assert again.files(FILES) == split


def test_a_split_holds_wherever_the_data_lie_and_leaves_out_what_is_new():
    elsewhere = tuple(replace(f, path=f.path.parent / "copy" / f.path.name) for f in FILES)
    found = stored("nw-ucla", a_split()).files((*elsewhere, labelled("p99 v9")))
    assert [f.name for f in found.train] == [f.name for f in a_split().train]


def test_a_missing_clip_is_named():
    split = stored("nw-ucla", a_split())
    with pytest.raises(EngineError, match="2 clips of the split are not in the folder: p1 v1 a0, "):
        split.files(FILES[2:])


def test_clips_of_one_name_are_refused():
    with pytest.raises(EngineError, match="1 clips of the folder share their names"):
        stored("nw-ucla", a_split()).files((*FILES, FILES[0]))


def test_a_split_that_was_changed_is_refused(tmp_path):
    path = tmp_path / "split.toml"
    write_split(stored("nw-ucla", a_split()), path)
    text = path.read_text()
    moved = text.replace('"p1 v3 a0",', "", 1).replace("train = [", 'train = ["p1 v3 a0",', 1)
    assert moved != text
    path.write_text(moved)
    with pytest.raises(FileFormatError, match="was changed after it was made"):
        read_split(path)
    path.write_text("dataset = 3")
    with pytest.raises(FileFormatError, match="does not describe a StoredSplit"):
        read_split(path)


def test_a_clip_named_twice_is_refused():
    split = stored("nw-ucla", a_split())
    with pytest.raises(EngineError, match="stands twice"):
        replace(split, test=split.train)
    assert isinstance(split, StoredSplit)


def test_a_digest_tells_splits_apart():
    first = stored("nw-ucla", a_split())
    assert stored("utd-mhad", a_split()).digest != first.digest
    assert stored("nw-ucla", a_split()).digest == first.digest


def test_patterns_leave_clips_out():
    assert len(without(FILES, ("p1 *", "*/p2 v1 a*"))) == len(FILES) - 8
    assert without(FILES, ()) == FILES
    items = tuple(labelled("a.npz", item=f"train/{number}") for number in (1, 17))
    assert without(items, ("*#train/17",)) == items[:1]
