import pickle
from dataclasses import replace

import numpy as np
import pytest

from engine.datasets import DATASETS, dataset_by_id
from engine.datasets.base import Aspect, Contents
from engine.datasets.listing import lines_of
from engine.errors import EngineError, FileFormatError
from engine.layouts import layout_by_id
from engine.layouts.kinect_v1 import KINECT_V1
from engine.recording import Clip
from tests.engine.datasets.making import labelled
from tests.engine.formats.making import make_recording

NAMES_ITS_OWN = ("pyskl", "ctr-gcn", "folders", "study")
"""Rows whose actions stand in the files."""


def by_id(row):
    return row.id


def test_rows_have_ids_names_and_terms_of_their_own():
    assert len({row.id for row in DATASETS}) == len({row.name for row in DATASETS}) == len(DATASETS)
    for row in DATASETS:
        assert dataset_by_id(row.id) is row
        assert "Not contained here." in row.terms


@pytest.mark.parametrize("row", DATASETS, ids=by_id)
def test_a_row_knows_its_actions_and_layout_or_the_files_do(row):
    if row.id in NAMES_ITS_OWN:
        assert not row.actions
        return
    assert len(set(row.actions)) == len(row.actions) >= 8
    assert layout_by_id(row.layout_id)


@pytest.mark.parametrize("row", DATASETS, ids=by_id)
def test_no_protocol_trains_on_what_it_judges_by(row):
    for protocol in row.protocols:
        assert protocol.title
        assert protocol.source
        assert not set(protocol.train) & set(protocol.test)
        assert protocol.leave_one_out == (not protocol.train) == (not protocol.test)


@pytest.mark.parametrize("row", DATASETS, ids=by_id)
def test_an_empty_folder_says_what_was_looked_for(row, tmp_path):
    with pytest.raises(EngineError, match="holds no recordings of") as error:
        row.files(tmp_path)
    assert row.pattern in str(error.value)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(EngineError, match="none does not exist"):
        dataset_by_id("nw-ucla").files(tmp_path / "none")


def test_an_unknown_format_lists_what_there_is():
    with pytest.raises(EngineError, match=r"nw-ucla.*everyday"):
        dataset_by_id("nonsense")


def test_a_clip_has_a_name_that_does_not_depend_on_where_it_lies():
    file = labelled("x", key="nw/x.json")
    assert file.name == "nw/x.json"
    assert replace(file, item="train/3").name == "nw/x.json#train/3"
    assert replace(file, start=4, stop=9).name == "nw/x.json[4:9]"
    assert replace(file, start=4).name == "nw/x.json[4:]"
    assert labelled("x").name == "x"


def test_a_span_is_cut_out_and_one_past_the_end_ends_with_it():
    whole = Clip.whole(make_recording(KINECT_V1, frames=10))
    assert labelled("x").cut(whole) == whole
    cut = labelled("x", start=4, stop=7).cut(whole)
    assert (cut.start, cut.stop) == (4, 7)
    assert np.array_equal(cut.positions, whole.positions[4:7])
    assert labelled("x", start=4, stop=99).cut(whole).stop == 10
    with pytest.raises(EngineError, match=r"x\[10:12\]: expected the span in a recording of 10"):
        labelled("x", start=10, stop=12).cut(whole)


def test_clips_travel_to_other_processes():
    file = labelled("p3", item="train/1", lists=("train",))
    assert pickle.loads(pickle.dumps(file)) == file


def test_leaving_one_out_has_a_round_for_each():
    files = tuple(labelled(f"p{person} r{take}") for person in (2, 1, 10) for take in (1, 2))
    protocol = next(p for p in dataset_by_id("utkinect").protocols if p.by is Aspect.PERSON)
    folds = protocol.folds(files)
    assert [fold.test for fold in folds] == [(1,), (2,), (10,)]
    assert folds[2].train == (1, 2)
    assert [f.person for f in files if folds[0].is_train(f)] == [2, 2, 10, 10]
    assert folds[0].folds(files) == (folds[0],)


def test_leaving_one_out_needs_two_and_to_know_them():
    protocol = next(p for p in dataset_by_id("utkinect").protocols if p.by is Aspect.PERSON)
    with pytest.raises(EngineError, match="more than one person"):
        protocol.folds((labelled("p1"), labelled("p1 r2")))
    with pytest.raises(EngineError, match="do not state their person"):
        protocol.folds((labelled("p1"), labelled("p0")))


def test_an_unknown_protocol_lists_what_there_is():
    contents = Contents(
        files=(), actions=(), layout_id="", protocols=dataset_by_id("nw-ucla").protocols
    )
    assert contents.protocol("cross-view").test == (3,)
    with pytest.raises(EngineError, match="no protocol 'x-set'; there are cross-view, "):
        contents.protocol("x-set")


def test_a_list_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "list.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileFormatError, match="not a readable text"):
        lines_of(tmp_path / "list.txt")
