"""Label files into a study that has labels already."""

import time
from dataclasses import replace

import pytest

from engine.annotations.importing import import_labels
from engine.errors import EngineError, FileFormatError
from engine.study.actions import archive_action
from engine.study.contents import StudyContents
from tests.engine.study.making_labels import FRAMES, P1, P2, segment, spans, study

HEAD = "recording,person,action,reviewed,start_frame,stop_frame,tier\n"


def table(folder, *rows, head=HEAD):
    path = folder / "labels.csv"
    path.write_text(head + "".join(f"{row}\n" for row in rows))
    return path


def test_new_segments_are_added_and_what_is_there_already_is_not_doubled(tmp_path):
    contents = study(segment("a", 10, 20, note="mine"))
    path = table(tmp_path, "walk,1,wave,,10,20,Labels", "walk,1,clap,,20,30,Labels")
    imported = import_labels(contents, path)
    assert (imported.num_segments, imported.known, imported.left_out) == (1, 1, ())
    assert imported.edit.name == "Import 1 segment from labels.csv"
    after = contents.applied(imported.edit)
    assert spans(after) == [(10, 20, "wave"), (20, 30, "clap")]
    assert after.segment("a").note == "mine"


def test_what_overlaps_labels_is_left_out_and_listed_with_its_line(tmp_path):
    contents = study(segment("a", 10, 20), segment("r", 100, 200, None))
    path = table(
        tmp_path,
        "walk,1,clap,,15,30,Labels",
        "walk,1,clap,,150,160,Labels",
        "walk,1,clap,,40,50,Labels",
        "walk,1,wave,,45,60,Labels",
        "walk,1,wave,,0,300,Labels",
    )
    imported = import_labels(contents, path)
    assert spans(contents.applied(imported.edit)) == [
        (10, 20, "wave"),
        (40, 50, "clap"),
        (100, 200, None),
    ]
    assert [each.split(": ")[0] for each in imported.left_out] == [
        f"labels.csv:{line}" for line in (2, 3, 5, 6)
    ]
    assert imported.left_out[0] == (
        "labels.csv:2: clap (frames 15–29) of P1 in walk: there is wave (frames 10–19)"
    )


def test_a_new_tier_takes_everything_and_is_made(tmp_path):
    contents = study(segment("a", 10, 20))
    path = table(tmp_path, "walk,1,clap,,15,30,Labels", "walk,2,wave,,15,30,")
    imported = import_labels(contents, path, tier="From Bo")
    after = contents.applied(imported.edit)
    assert imported.num_segments == 2
    assert [each.name for each in after.shown_tiers] == ["Labels", "Second look", "From Bo"]
    assert spans(after) == [(10, 20, "wave")]


def test_tiers_and_actions_are_found_whatever_their_case_and_made_where_there_are_none(tmp_path):
    contents = study()
    path = table(
        tmp_path, "walk,1,WAVE,,10,20,labels", "walk,1,jump,,20,30,Hands", "sit,1,Jump,,1,2,hands"
    )
    after = contents.applied(import_labels(contents, path).edit)
    assert spans(after) == [(10, 20, "wave")]
    assert len(after.tiers) == 3
    assert len(after.actions) == 3
    assert after.action_named("jump").key == "3"


def test_an_empty_study_gets_a_first_tier(tmp_path):
    contents = StudyContents(recordings=study().recordings)
    path = table(tmp_path, "walk,1,wave,,10,20,")
    after = contents.applied(import_labels(contents, path).edit)
    assert [each.name for each in after.shown_tiers] == ["Labels"]


def test_actions_that_are_not_wanted_are_left_out_with_their_lines(tmp_path):
    contents = study()
    contents = contents.applied(archive_action(contents, "clap"))
    path = table(
        tmp_path,
        "walk,1,wave,,1,5,",
        "walk,1,jump,,10,20,",
        "walk,1,jump,,30,40,",
        "sit,1,clap,,1,2,",
    )
    imported = import_labels(contents, path, adds_actions=False)
    assert imported.num_segments == 1
    assert imported.left_out == (
        "labels.csv:3: the study offers no action jump (2 segments)",
        "labels.csv:5: the study offers no action clap",
    )
    assert import_labels(contents, path).num_segments == 4


def test_recordings_are_found_by_name_stem_path_id_and_digest(tmp_path):
    contents = study()
    digest = contents.recordings["sit"].sha256
    path = table(
        tmp_path,
        "walk.npz,1,wave,,1,2,",
        "WALK,1,wave,,3,4,",
        "/elsewhere/walk.npz,1,wave,,5,6,",
        "C:\\data\\walk.csv,1,wave,,7,8,",
        f"{digest},1,wave,,1,2,",
    )
    imported = import_labels(contents, path)
    assert (imported.num_segments, imported.left_out) == (5, ())


def test_recordings_that_are_not_there_are_listed_and_all_of_them_unknown_is_an_error(tmp_path):
    contents = study()
    path = table(tmp_path, "run.npz,1,wave,,1,2,", "run.npz,1,wave,,3,4,", "walk,1,wave,,1,2,")
    imported = import_labels(contents, path)
    assert imported.left_out == (
        "labels.csv:2: the study has no recording run.npz; add it first (2 segments)",
    )
    with pytest.raises(EngineError, match=r"none of its 1 segments fits; .*no recording run.npz"):
        import_labels(contents, table(tmp_path, "run.npz,1,wave,,1,2,"))


def test_two_recordings_of_one_name_are_not_confused(tmp_path):
    contents = study()
    rows = dict(contents.recordings)
    rows["sit"] = replace(rows["sit"], path="/other/walk.npz", title="sit")
    contents = replace(contents, recordings=rows)
    path = table(tmp_path, "walk.npz,1,wave,,1,2,", "sit,1,wave,,1,2,")
    imported = import_labels(contents, path)
    assert imported.num_segments == 1
    assert "2 recordings walk.npz; name its SHA-256" in imported.left_out[0]


def test_a_segment_beyond_the_end_or_of_nobody_is_refused_with_its_line(tmp_path):
    path = table(tmp_path, "walk,1,wave,,1,2,", f"walk,1,wave,,290,{FRAMES + 1},")
    with pytest.raises(FileFormatError, match=r"labels.csv:3: .*the 300 frames of walk"):
        import_labels(study(), path)
    path = table(tmp_path, "walk,3,wave,,1,2,")
    with pytest.raises(FileFormatError, match=r"labels.csv:2: .*up to P2.*found P3"):
        import_labels(study(), path)


def test_seconds_that_are_rounded_may_end_a_frame_late_and_no_more(tmp_path):
    head = "recording,action,start_s,stop_s\n"
    (made,) = import_labels(study(), table(tmp_path, "walk,wave,9.5,10.03", head=head)).edit.changes
    assert (made.after.start, made.after.stop) == (285, FRAMES)
    with pytest.raises(FileFormatError, match="is it the right recording, and at the same rate"):
        import_labels(study(), table(tmp_path, "walk,wave,9.5,10.2", head=head))


def test_undo_takes_an_import_back_as_one_step(tmp_path):
    contents = study(segment("a", 10, 20))
    path = table(tmp_path, "walk,1,jump,,50,60,New", "walk,2,,yes,0,300,New")
    imported = import_labels(contents, path)
    after = contents.applied(imported.edit)
    assert spans(after, replace(P2, tier_id=after.shown_tiers[-1].id)) == [(0, 300, None)]
    assert after.applied(imported.edit.inverse) == contents
    assert spans(after, P1) == [(10, 20, "wave")]


def test_fifty_thousand_rows_are_merged_in_a_few_seconds(tmp_path):
    count = 50_000
    contents = study()
    rows = {key: replace(row, num_frames=10 * count) for key, row in contents.recordings.items()}
    contents = replace(contents, recordings=rows)
    path = table(tmp_path, *(f"walk,1,wave,,{10 * n},{10 * n + 9}," for n in range(count)))
    began = time.process_time()
    assert import_labels(contents, path).num_segments == count
    assert time.process_time() - began < 5
