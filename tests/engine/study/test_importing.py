import os
from dataclasses import replace

import pytest

from engine.labels import Origin
from engine.study.contents import StudyContents
from engine.study.importing import add_recordings
from engine.study.recordings import archive_recordings, set_actors
from tests.engine.study.making_files import labels, one_row, write_clip

EMPTY = StudyContents()


def add(contents, tmp_path, *paths, **more):
    added = add_recordings(contents, tmp_path / "study", paths, **more)
    return added, contents.applied(added.edit)


def test_a_recording_s_row_says_what_is_known_without_reading_it(tmp_path):
    made = write_clip(tmp_path / "errand.npz", frames=7, people=2)
    added, contents = add(EMPTY, tmp_path, tmp_path / "errand.npz")
    row = one_row(contents)
    assert row.path == str(tmp_path / "errand.npz")
    assert row.sha256 == made.source.sha256
    assert (row.title, row.format_id, row.layout_id) == ("errand", "npz", "kinect-v1")
    assert (row.num_frames, row.num_people, row.fps) == (7, 2, "30")
    assert (row.actors, row.view, row.is_inside) == ((), 0, False)
    assert added.edit.name == "Add errand"
    assert (added.num_added, added.known, added.refused, added.stopped) == (1, 0, (), False)


def test_a_recording_in_the_study_s_own_folder_is_named_from_there(tmp_path):
    write_clip(tmp_path / "study/recordings/a.npz")
    _, contents = add(EMPTY, tmp_path, tmp_path / "study")
    assert (one_row(contents).path, one_row(contents).is_inside) == ("recordings/a.npz", True)


def test_the_same_content_is_one_row_however_often_it_comes(tmp_path):
    write_clip(tmp_path / "a.npz")
    write_clip(tmp_path / "copy of a.npz")
    added, contents = add(EMPTY, tmp_path, tmp_path / "a.npz", tmp_path / "a.npz", tmp_path)
    assert one_row(contents).title == "a"
    assert (added.num_added, added.known) == (1, 1)
    again, _ = add(contents, tmp_path, tmp_path)
    assert (again.edit.changes, again.num_added, again.known) == ((), 0, 1)


def test_folders_are_gone_through_and_what_is_no_recording_is_told_of_once(tmp_path):
    write_clip(tmp_path / "day 1/a.npz", seed=1)
    write_clip(tmp_path / "day 2/late/b.npz", seed=2)
    for name in ("notes.txt", "video.mp4", "day 1/list.csv", "day 1/photo.jpg"):
        (tmp_path / name).write_text("nothing to see")
    added, contents = add(EMPTY, tmp_path, tmp_path)
    assert {row.title for row in contents.recordings.values()} == {"a", "b"}
    assert added.edit.name == "Add 2 recordings"
    assert added.refused == (
        (tmp_path, "4 files of no known format: notes.txt, video.mp4, list.csv, …"),
    )


def test_a_broken_recording_is_refused_with_the_reason_and_the_others_are_added(tmp_path):
    write_clip(tmp_path / "good.npz")
    broken = tmp_path / "broken.npz"
    broken.write_bytes((tmp_path / "good.npz").read_bytes()[:900])
    (tmp_path / "words.txt").write_text("hello")
    missing = tmp_path / "gone.npz"
    added, contents = add(EMPTY, tmp_path, tmp_path, missing, tmp_path / "words.txt")
    assert one_row(contents).title == "good"
    reasons = dict(added.refused)
    assert reasons[missing] == "cannot be read (No such file or directory)"
    assert reasons[tmp_path / "words.txt"].startswith("expected one of Skelarium recording, ")
    assert reasons[broken]
    assert not reasons[broken].startswith("broken.npz")


def test_the_line_at_fault_is_named(tmp_path):
    path = tmp_path / "joints_s01_e01.txt"
    row = " ".join(["1", *["0.5"] * 60])
    path.write_text(f"{row}\n2 0.5\n")
    added, _ = add(EMPTY, tmp_path, path)
    assert added.refused[0][1].startswith("line 2: expected 61 numbers")


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_file_whose_name_is_no_text_is_refused(tmp_path):
    write_clip(tmp_path / "a.npz")
    odd = tmp_path / os.fsdecode(b"caf\xe9.npz")
    try:
        odd.write_bytes((tmp_path / "a.npz").read_bytes())
    except OSError:
        pytest.skip("this disk takes no such names")
    (tmp_path / "a.npz").unlink()
    added, contents = add(EMPTY, tmp_path, tmp_path)
    assert contents.recordings == {}
    assert added.refused == ((odd, "caf?.npz: its path is no text in UTF-8; rename the file"),)


def test_a_path_that_cannot_be_looked_at_is_refused(tmp_path):
    path = tmp_path / f"{'x' * 300}.npz"
    added, contents = add(EMPTY, tmp_path, path)
    assert contents.recordings == {}
    ((refused, reason),) = added.refused
    assert refused == path
    assert reason.startswith("cannot be read (")


def test_recordings_of_the_same_name_are_told_apart_by_their_folders(tmp_path):
    for seed, name in enumerate(("ada/wave", "bo/wave", "bo/again/wave", "cy/Wave")):
        write_clip(tmp_path / f"{name}.npz", seed=seed)
    _, contents = add(EMPTY, tmp_path, tmp_path)
    titles = [row.title for row in contents.recordings.values()]
    assert titles == ["wave", "bo/wave", "again/wave", "cy/Wave"]


def test_names_of_data_sets_say_who_acts_and_from_where(tmp_path):
    write_clip(tmp_path / "a01_s03_e00_v02.json", format_id="nw-ucla")
    _, contents = add(EMPTY, tmp_path, tmp_path)
    assert (one_row(contents).actors, one_row(contents).view) == (("nw-ucla s03",), 2)


# what is there already


def test_a_recording_that_was_taken_out_comes_back_with_its_segments(tmp_path):
    write_clip(tmp_path / "a.npz", label="wave")
    _, contents = add(EMPTY, tmp_path, tmp_path)
    before = labels(contents)
    contents = contents.applied(archive_recordings(contents, contents.recordings))
    added, contents = add(contents, tmp_path, tmp_path)
    assert not one_row(contents).is_archived
    assert labels(contents) == before == [("a", 0, 0, 6, "wave")]
    assert (added.num_restored, added.num_added, added.known) == (1, 0, 0)
    assert added.edit.name == "Add a"


def test_adding_a_recording_that_has_moved_finds_it_again(tmp_path):
    write_clip(tmp_path / "a.npz")
    _, contents = add(EMPTY, tmp_path, tmp_path)
    (tmp_path / "a.npz").rename(tmp_path / "b.npz")
    added, contents = add(contents, tmp_path, tmp_path)
    assert one_row(contents).path == str(tmp_path / "b.npz")
    assert one_row(contents).title == "a"
    assert added.known == 1


def test_what_people_have_said_of_a_recording_stays(tmp_path):
    write_clip(tmp_path / "a01_s03_e00_v02.json", format_id="nw-ucla")
    _, contents = add(EMPTY, tmp_path, tmp_path)
    contents = contents.applied(set_actors(contents, one_row(contents).id, ("Ada",)))
    added, contents = add(contents, tmp_path, tmp_path)
    assert added.edit.changes == ()
    assert one_row(contents).actors == ("Ada",)


# labels


def test_an_action_that_a_recording_states_becomes_a_segment_of_who_moves_most(tmp_path):
    write_clip(tmp_path / "a.npz", people=3, busy=2, label="wave  both hands")
    added, contents = add(EMPTY, tmp_path, tmp_path)
    assert labels(contents) == [("a", 2, 0, 6, "wave both hands")]
    (segment,) = contents.segments_of(one_row(contents).id)
    assert segment.origin is Origin.IMPORT
    assert contents.tiers[segment.tier_id].name == "Labels"
    assert added.num_segments == 1


def test_labels_are_left_out_on_request(tmp_path):
    write_clip(tmp_path / "a.npz", label="wave")
    _, contents = add(EMPTY, tmp_path, tmp_path, with_labels=False)
    assert contents.actions == {}
    assert labels(contents) == []


def test_actions_are_known_by_name_whatever_the_case(tmp_path):
    write_clip(tmp_path / "a.npz", seed=1, label="Wave")
    write_clip(tmp_path / "b.npz", seed=2, label="wave")
    write_clip(tmp_path / "c.npz", seed=3, label="clap")
    write_clip(tmp_path / "d.npz", seed=4, label="nothing happens")
    _, contents = add(EMPTY, tmp_path, tmp_path)
    assert [(each.name, each.key) for each in contents.offered_actions] == [
        ("Wave", "1"),
        ("clap", "2"),
    ]
    assert len({each.colour for each in contents.offered_actions}) == 2
    assert [label[-1] for label in labels(contents)] == ["Wave", "Wave", "clap", None]


def test_an_archived_action_is_offered_again(tmp_path):
    write_clip(tmp_path / "a.npz", seed=1, label="wave")
    _, contents = add(EMPTY, tmp_path, tmp_path)
    (action,) = contents.actions.values()
    contents = replace(contents, actions={action.id: replace(action, is_archived=True)})
    write_clip(tmp_path / "b.npz", seed=2, label="wave")
    _, contents = add(contents, tmp_path, tmp_path)
    assert [each.id for each in contents.offered_actions] == [action.id]


def test_a_label_that_no_action_can_have_is_refused_and_the_recording_is_added(tmp_path):
    write_clip(tmp_path / "a.npz", label="x" * 5000)
    added, contents = add(EMPTY, tmp_path, tmp_path)
    assert len(contents.recordings) == 1
    assert added.refused[0][1].startswith("expected an action's name, found 5,000 characters: xxxx")


# how it goes


def test_how_far_it_is_is_told_and_it_can_be_stopped(tmp_path):
    for number in range(4):
        write_clip(tmp_path / f"{number}.npz", seed=number)
    told = []
    add(EMPTY, tmp_path, tmp_path, on_progress=told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]
    asked = []
    added, contents = add(
        EMPTY, tmp_path, tmp_path, should_stop=lambda: len(asked) == 2 or asked.append(0)
    )
    assert added.stopped
    assert len(contents.recordings) == 2


def test_an_import_is_undone_by_one_step(tmp_path):
    write_clip(tmp_path / "a.npz", label="wave")
    added, contents = add(EMPTY, tmp_path, tmp_path)
    assert contents.applied(added.edit.inverse) == EMPTY
