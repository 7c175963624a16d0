from collections import Counter

import numpy as np
import pytest

from engine.datasets import dataset_by_id
from engine.datasets.base import Aspect
from engine.datasets.everyday import EVERYDAY_ACTIONS, SAME_ACTION
from engine.datasets.splits import SplitFiles, split_by_person, stored, without
from engine.layouts import layout_by_id
from engine.layouts.maps import RowKind, map_between
from tests.engine.datasets.making import put
from tests.engine.datasets.test_utd_mhad import put_mat


@pytest.fixture
def parent(tmp_path):
    for name in ("a01_s04_e00_v02", "a02_s02_e00_v03", "a04_s02_e00_v01", "a09_s02_e00_v01"):
        put(tmp_path / "first" / f"{name}.json", "nw-ucla")
    (tmp_path / "other" / "Skeleton").mkdir(parents=True)
    for name in ("a3_s4_t1", "a4_s4_t1", "a23_s1_t1", "a25_s1_t1", "a1_s1_t1"):
        put_mat(tmp_path / "other" / "Skeleton", f"{name}_skeleton.mat")
    put(tmp_path / "third" / "joints_s04_e01.txt", "utkinect", frames=30)
    spans = (
        "walk: 0 3\nsitDown: 4 6\npickUp: 7 9\nwaveHands: 10 12\nclapHands: 13 15\npull: 16 18\n"
    )
    (tmp_path / "third" / "actionLabel.txt").write_text(f"s04_e01\n{spans}")
    return tmp_path


def actions_of(files, people):
    names = [EVERYDAY_ACTIONS[f.action] for f in files if f.person // 100 == people]
    return sorted(names)


def test_the_three_are_found_by_their_content_and_same_actions_share_a_label(parent):
    files = dataset_by_id("everyday").files(parent)
    assert actions_of(files, 1) == ["doffing", "pick up", "pick up", "walk"]
    assert actions_of(files, 2) == ["clap", "sit down", "swipe left", "walk", "wave"]
    assert actions_of(files, 3) == ["clap", "pick up", "pull", "sit down", "walk", "wave"]


def test_people_and_cameras_of_different_sets_are_different(parent):
    files = dataset_by_id("everyday").files(parent)
    assert {f.person for f in files} == {102, 104, 201, 204, 304}
    assert {f.view for f in files} == {1, 2, 3, 4, 5}


def test_every_clip_is_read_and_fits_the_layout(parent):
    dataset = dataset_by_id("everyday")
    target = layout_by_id(dataset.layout_id)
    for file in dataset.files(parent):
        clip = dataset.read_clip(file)
        mapping = map_between(clip.recording.layout, target)
        assert all(row.kind is RowKind.EXACT for row in mapping.rows)


def test_names_are_paths_below_the_parent_so_splits_travel(parent, tmp_path):
    files = dataset_by_id("everyday").files(parent)
    assert "third/joints_s04_e01.txt[0:4]" in {f.name for f in files}
    split = SplitFiles(train=files)
    assert stored("everyday", split).files(files) == split


def test_a_set_that_is_not_there_is_said(parent):
    (parent / "third" / "actionLabel.txt").unlink()
    contents = dataset_by_id("everyday").contents(parent)
    assert len(contents.files) == 9
    assert contents.notes[-1].startswith("UTKinect-Action3D is not there")


def test_known_wrong_labels_can_be_left_out(parent):
    dataset = dataset_by_id("everyday")
    files = dataset.files(parent)
    kept = without(files, dataset.leave_out)
    assert {f.name for f in files} - {f.name for f in kept} == {"first/a01_s04_e00_v02.json"}


def test_labels_are_once_each_and_merged_names_are_gone():
    assert len(set(EVERYDAY_ACTIONS)) == len(EVERYDAY_ACTIONS) == 33
    assert not set(SAME_ACTION) & set(EVERYDAY_ACTIONS)
    assert set(SAME_ACTION.values()) <= set(EVERYDAY_ACTIONS)


def test_all_real_clips_are_found(shared_data):
    contents = dataset_by_id("everyday").contents(shared_data)
    assert len(contents.files) == 1020 + 646 + 100
    counts = Counter(contents.actions[f.action] for f in contents.files)
    assert set(counts) == set(contents.actions)
    assert counts["pull"] == 10
    assert counts["wave"] == 24 + 10


def test_real_clips_divide_by_person_with_every_action_left(shared_data):
    files = dataset_by_id("everyday").files(shared_data)
    kept, held = split_by_person(files, 0.2, 1)
    assert {f.action for f in kept} == set(range(33))
    assert not {f.person for f in kept} & {f.person for f in held}
    SplitFiles(train=kept, validation=held, by=Aspect.PERSON)
    assert np.isclose(len(held) / len(files), 0.2, atol=0.1)
