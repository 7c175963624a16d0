"""Which clips stand on which side, decided once and kept beside the job."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.datasets import dataset_by_id
from engine.datasets.base import Aspect, Contents, LabelledFile
from engine.datasets.splits import read_split
from engine.errors import EngineError, TrainingError
from tests.tiny_training import tiny_job
from trainer.data import load_split
from trainer.division import divide, kept_split
from trainer.job import SPLIT_FILE, DataChoice

CHOICE = DataChoice(folder="clips", format="nw-ucla")


def contents(people=5, views=3) -> Contents:
    """A clip of each of two actions for everybody in every view, by the rules of NW-UCLA."""
    dataset = dataset_by_id("nw-ucla")
    files = tuple(
        LabelledFile(
            path=Path(f"a{action}_s{person}_v{view}"), action=action, person=person, view=view
        )
        for action in (0, 1)
        for person in range(1, people + 1)
        for view in range(1, views + 1)
    )
    return Contents(
        files=files,
        actions=dataset.actions,
        layout_id=dataset.layout_id,
        protocols=dataset.protocols,
    )


def people(files) -> set[int]:
    return {file.person for file in files}


def views(files) -> set[int]:
    return {file.view for file in files}


def test_a_fifth_of_the_people_watches_unasked():
    split = divide(CHOICE, contents(), seed=1)
    assert len(people(split.validation)) == 1
    assert people(split.train).isdisjoint(people(split.validation))
    assert len(split.train) + len(split.validation) == 30
    assert split.test == ()
    assert "a fifth of the people watches" in split.rule


def test_with_few_people_or_with_something_held_out_nobody_watches_unasked():
    assert divide(CHOICE, contents(people=2), seed=1).validation == ()
    split = divide(replace(CHOICE, test_people=(2,)), contents(), seed=1)
    assert split.validation == ()
    assert people(split.test) == {2}
    assert divide(replace(CHOICE, validation=0), contents(), seed=1).validation == ()


def test_those_who_watch_are_drawn_by_what_the_job_says():
    choice = replace(CHOICE, test_views=(3,), validation=0.5, validation_by=Aspect.VIEW)
    split = divide(choice, contents(), seed=1)
    assert views(split.test) == {3}
    assert len(views(split.train)) == len(views(split.validation)) == 1
    assert views(split.train).isdisjoint(views(split.validation))
    draws = {
        tuple(people(divide(replace(CHOICE, validation=0.4), contents(), seed).validation))
        for seed in range(8)
    }
    assert len(draws) > 1


def test_a_protocol_divides_as_published():
    split = divide(replace(CHOICE, protocol="cross-view"), contents(), seed=1)
    assert views(split.train) == {1, 2}
    assert views(split.test) == {3}
    assert split.by is Aspect.VIEW
    assert split.rule == "cross-view: Views 1 and 2 train, view 3 judges"


def test_a_round_of_a_protocol_leaves_one_out():
    choice = replace(CHOICE, protocol="leave-one-person-out-3", validation=0.25)
    split = divide(choice, contents(), seed=1)
    assert people(split.test) == {3}
    assert len(people(split.train)) == 3
    assert len(people(split.validation)) == 1


def test_views_and_people_narrow_what_is_trained_on():
    choice = replace(CHOICE, protocol="cross-view", train_views=(1,), train_people=(1, 2))
    split = divide(choice, contents(), seed=1)
    assert {(file.view, file.person) for file in split.train} == {(1, 1), (1, 2)}
    assert len(split.test) == 10


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"protocol": "cross-everything"}, "no protocol 'cross-everything'"),
        ({"protocol": "leave-one-person-out"}, "choose one of leave-one-person-out-1"),
        ({"test_people": (9,)}, "no clip of clips is there to judge by .people 9 held out"),
        ({"train_people": (9,)}, "no clip of clips is left to train on"),
        ({"validation": 0.5, "train_views": (1,), "validation_by": Aspect.VIEW}, "more than one"),
    ],
)
def test_a_division_that_cannot_be_says_why(choice, words):
    with pytest.raises(EngineError, match=words):
        divide(replace(CHOICE, **choice), contents(), seed=1)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"split": "split.toml", "test_people": (1,)}, "leave out test_people"),
        ({"protocol": "cross-view", "test_views": (1,)}, "leave out test_views"),
        ({"validation": 1.0}, "a share below 1"),
    ],
)
def test_a_choice_that_contradicts_itself_is_refused(choice, words):
    with pytest.raises(TrainingError, match=words):
        replace(CHOICE, **choice)


def test_a_split_is_stored_with_the_first_start_and_kept(tmp_path):
    made, stored = kept_split(CHOICE, contents(), 1, tmp_path)
    assert read_split(tmp_path / SPLIT_FILE) == stored
    more = contents(people=9)  # more recordings have come; the draw would be another now
    assert people(divide(CHOICE, more, 1).validation) != people(made.validation)
    again, kept = kept_split(CHOICE, more, 1, tmp_path)
    assert again == made
    assert kept.digest == stored.digest


def test_a_job_whose_data_changed_under_it_is_refused(tmp_path):
    kept_split(CHOICE, contents(), 1, tmp_path)
    with pytest.raises(EngineError, match=r"6 clips of the split are not in the folder"):
        kept_split(CHOICE, contents(people=4), 1, tmp_path)
    with pytest.raises(TrainingError, match=r"split\.toml was made for other data .nw-ucla: noth"):
        kept_split(replace(CHOICE, test_people=(1,)), contents(), 1, tmp_path)
    with pytest.raises(TrainingError, match=r"put job\.toml back"):
        kept_split(CHOICE, contents(), 2, tmp_path)


def test_a_split_of_another_run_divides_alike(tmp_path):
    made, stored = kept_split(replace(CHOICE, validation=0.4), contents(), 5, tmp_path)
    choice = replace(CHOICE, split=str(tmp_path / SPLIT_FILE))
    given = divide(choice, contents(people=9), seed=1)
    assert (given.train, given.validation) == (made.train, made.validation)
    (tmp_path / "other").mkdir()
    _, kept = kept_split(choice, contents(), 1, tmp_path / "other")
    assert kept.digest == stored.digest
    with pytest.raises(TrainingError, match="divides nw-ucla, and the job trains on utd-mhad"):
        divide(replace(choice, format="utd-mhad"), contents(), seed=1)


def test_the_clips_of_all_sides_are_read(data, tmp_path):
    job = tiny_job(data)
    choice = replace(job.data, test_people=(), test_views=(2,), validation=0.5)
    split = load_split(replace(job, data=choice), tmp_path)
    sides = {name: getattr(split, name).files for name in ("train", "validation", "test")}
    assert {name: len(files) for name, files in sides.items()} == {
        "train": 2,
        "validation": 2,
        "test": 4,
    }
    assert views(sides["test"]) == {2}
    assert people(sides["train"]).isdisjoint(people(sides["validation"]))
    assert split.digest == read_split(tmp_path / SPLIT_FILE).digest
    assert "views 2 held out" in split.rule
