"""A model's answers to a labelled data set, counted by hand and one by one."""

from dataclasses import replace

import numpy as np
import pytest

from engine.datasets import dataset_by_id
from engine.datasets.base import Contents
from engine.errors import EngineError
from engine.judging.verdict import OTHER
from engine.runtime import recognizer as module
from engine.runtime.backends import Device
from engine.runtime.evaluation import Unknown, evaluate, truths_of, unknown_actions
from engine.runtime.recognizer import Recognizer, open_recognizer
from tests.tiny_training import write_tiny_dataset

NW_UCLA = dataset_by_id("nw-ucla")


@pytest.fixture(scope="module")
def recognizer(single_package) -> Recognizer:
    return open_recognizer(single_package)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("data")
    write_tiny_dataset(made)
    return made


@pytest.fixture
def contents(folder) -> Contents:
    return NW_UCLA.contents(folder)


def evaluated(recognizer, contents, unknown=Unknown.REFUSE):
    return evaluate(recognizer, NW_UCLA, contents, lambda done: None, unknown)


def renamed(contents: Contents, old: str, new: str) -> Contents:
    return replace(
        contents, actions=tuple(new if name == old else name for name in contents.actions)
    )


@pytest.mark.parametrize("batch", [1, 3, 32])
def test_answers_are_those_of_each_clip_alone(recognizer, contents, monkeypatch, batch):
    monkeypatch.setattr(module, "WINDOW_BATCH", dict.fromkeys(Device, batch))
    done: list[int] = []
    verdict = evaluate(recognizer, NW_UCLA, contents, done.append)

    assert verdict.files == contents.files
    assert done == sorted(done)
    assert done[-1] == 8
    for file, truth, row in zip(verdict.files, verdict.truths, verdict.probabilities, strict=True):
        answer = recognizer.answer(NW_UCLA.read_clip(file), explain=False)
        np.testing.assert_allclose(row, answer.predictions[0].probabilities, atol=1e-5)
        assert recognizer.card.class_names[truth] == contents.actions[file.action]


def test_a_clip_that_cannot_be_answered_does_not_keep_the_others(recognizer, tmp_path):
    write_tiny_dataset(tmp_path)
    (tmp_path / "a01_s01_e00_v01.json").write_text("{")
    verdict = evaluated(recognizer, NW_UCLA.contents(tmp_path))
    (lost,) = verdict.skipped
    assert len(verdict.files) == 7
    assert (lost.file.path.name, lost.truth) == ("a01_s01_e00_v01.json", 0)
    assert "a01_s01_e00_v01.json" in lost.reason
    assert verdict.top1_share.of == 8


def test_actions_that_the_model_does_not_know_are_named(recognizer, contents):
    strange = renamed(contents, "throw", "dance")
    assert unknown_actions(recognizer.card.class_names, strange) == ("dance",)
    assert sorted(truths_of(recognizer.card.class_names, strange)) == [OTHER] * 4 + [0] * 4
    with pytest.raises(EngineError, match=r"does not know dance \(4 clips of 8.*--only-known"):
        evaluated(recognizer, strange)


def test_they_are_left_out_or_expected_to_be_none_of_these(recognizer, contents):
    strange = renamed(contents, "throw", "dance")
    known = evaluated(recognizer, strange, Unknown.LEAVE_OUT)
    all_of_them = evaluated(recognizer, strange, Unknown.AS_OTHERS)
    assert (len(known.files), known.clips) == (4, 4)
    assert (len(all_of_them.files), all_of_them.clips) == (8, 4)
    assert known.top1_share == all_of_them.top1_share


def test_actions_of_the_data_set_that_no_clip_shows_do_not_matter(recognizer, contents):
    assert evaluated(recognizer, renamed(contents, "carry", "dance")).clips == 8


def test_a_model_that_knows_none_of_the_actions_is_not_asked(recognizer, contents):
    strange = replace(contents, actions=tuple(f"dance {n}" for n in range(10)))
    for unknown in (Unknown.LEAVE_OUT, Unknown.AS_OTHERS):
        with pytest.raises(EngineError, match="knows none of the actions"):
            evaluated(recognizer, strange, unknown)
