import pickle
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import EngineError
from engine.formats import read_recording
from engine.labels import Origin
from engine.study.contents import StudyContents
from engine.study.importing import add_dataset, add_recordings, path_of
from engine.study.placing import Place
from engine.study.recordings import archive_recordings
from engine.study.segments import draw
from engine.study.tiers import first_tier
from tests.engine.study.making_files import labels, one_row, write_clip

EMPTY = StudyContents()


def add(contents, folder, format_id, **more):
    added = add_dataset(contents, folder, format_id, **more)
    return added, contents.applied(added.edit)


def utkinect(folder, spans, name="s01_e01", frames=40):
    """A recording with every frame number from 0 on, and its labels."""
    rows = np.hstack([np.arange(frames)[:, np.newaxis], np.ones((frames, 60))])
    rows[:, 1:] += np.linspace(0, 1, frames)[:, np.newaxis]
    text = "\n".join(" ".join([f"{row[0]:.0f}", *(f"{x:.4f}" for x in row[1:])]) for row in rows)
    (folder / f"joints_{name}.txt").write_text(text)
    (folder / "actionLabel.txt").write_text("\n".join([name, *spans]) + "\n")
    return folder


# whole files


def test_clips_become_segments_over_whole_recordings_with_people_and_cameras(tmp_path):
    write_clip(tmp_path / "a01_s03_e00_v02.json", seed=1, format_id="nw-ucla")
    write_clip(tmp_path / "a08_s01_e02_v01.json", seed=2, format_id="nw-ucla")
    added, contents = add(EMPTY, tmp_path, "nw-ucla")
    assert labels(contents) == [
        ("a01_s03_e00_v02", 0, 0, 6, "pick up with one hand"),
        ("a08_s01_e02_v01", 0, 0, 6, "donning"),
    ]
    rows = contents.shown_recordings
    assert [(row.actors, row.view) for row in rows] == [
        (("nw-ucla s03",), 2),
        (("nw-ucla s01",), 1),
    ]
    assert added.edit.name == "Add Northwestern-UCLA Multiview Action 3D"
    assert (added.num_added, added.num_segments, added.refused) == (2, 2, ())
    (segment,) = contents.segments_of(rows[0].id)
    assert (segment.origin, segment.is_doubtful, segment.annotator) == (Origin.IMPORT, False, "")


def test_of_several_people_the_one_who_moves_most_is_labelled_and_named(tmp_path):
    write_clip(tmp_path / "wave/p3/one.npz", people=3, busy=1)
    _, contents = add(EMPTY, tmp_path, "folders")
    assert labels(contents) == [("one", 1, 0, 6, "wave")]
    assert one_row(contents).actors == ("", "s03")


def test_clips_that_are_known_to_be_labelled_wrongly_are_marked_doubtful(tmp_path):
    write_clip(tmp_path / "a01_s04_e00_v02.json", format_id="nw-ucla")
    added, contents = add(EMPTY, tmp_path, "nw-ucla")
    (segment,) = contents.segments_of(one_row(contents).id)
    assert segment.is_doubtful
    assert segment.note == "known to be labelled wrongly in the data set"
    assert added.notes == (
        "1 segment marked doubtful: known to be labelled wrongly in the data set.",
    )


def test_two_data_sets_share_actions_and_not_people(tmp_path):
    write_clip(tmp_path / "one/a11_s01_e00_v01.json", seed=1, format_id="nw-ucla")
    write_clip(tmp_path / "two/throw/p1/x.npz", seed=2)
    _, contents = add(EMPTY, tmp_path / "one", "nw-ucla")
    _, contents = add(contents, tmp_path / "two", "folders")
    assert [each.name for each in contents.offered_actions] == ["throw"]
    assert {row.actors for row in contents.recordings.values()} == {("nw-ucla s01",), ("s01",)}


def test_the_same_person_is_one_however_the_recordings_came_in(tmp_path):
    write_clip(tmp_path / "a01_s03_e00_v02.json", seed=1, format_id="nw-ucla")
    write_clip(tmp_path / "a02_s03_e00_v01.json", seed=2, format_id="nw-ucla")
    added = add_recordings(EMPTY, tmp_path, (tmp_path / "a01_s03_e00_v02.json",))
    _, contents = add(EMPTY.applied(added.edit), tmp_path, "everyday")
    assert {row.actors for row in contents.recordings.values()} == {("nw-ucla s03",)}


# spans


def test_spans_become_segments(tmp_path):
    utkinect(tmp_path, ["walk: 2 9", "sitDown: 12 20", "carry: NaN NaN"])
    added, contents = add(EMPTY, tmp_path, "utkinect")
    assert labels(contents) == [
        ("joints_s01_e01", 0, 2, 10, "walk"),
        ("joints_s01_e01", 0, 12, 21, "sit down"),
    ]
    assert one_row(contents).actors == ("utkinect s01",)
    assert added.notes == ("s01_e01: carry has no frame numbers; left out.",)


def test_a_frame_that_two_spans_share_goes_to_the_first_one(tmp_path):
    utkinect(tmp_path, ["push: 12 20", "walk: 2 12", "pull: 20 30"])
    added, contents = add(EMPTY, tmp_path, "utkinect")
    assert [label[2:] for label in labels(contents)] == [
        (2, 12, "walk"),
        (12, 21, "push"),
        (21, 31, "pull"),
    ]
    assert added.refused == ()
    assert added.notes == (
        "2 segments cut by a frame or two that the segment before or after has, too.",
    )
    again, _ = add(contents, tmp_path, "utkinect")
    assert (again.edit.changes, again.known_segments, again.refused) == ((), 3, ())


def test_a_span_that_covers_another_is_refused_and_named(tmp_path):
    utkinect(tmp_path, ["push: 12 20", "walk: 2 30"])
    added, contents = add(EMPTY, tmp_path, "utkinect")
    assert labels(contents) == [("joints_s01_e01", 0, 12, 21, "push")]
    assert added.refused == (
        (
            tmp_path / "joints_s01_e01.txt",
            "walk (frames 2–30) of P1: there is push (frames 12–20)",
        ),
    )


# what is there already


def test_recordings_that_are_there_get_the_labels_they_do_not_have(tmp_path):
    utkinect(tmp_path, ["walk: 2 9", "push: 12 20", "pull: 22 30"])
    contents = EMPTY.applied(add_recordings(EMPTY, tmp_path, (tmp_path,)).edit)
    row = one_row(contents)
    _, full = add(contents, tmp_path, "utkinect")
    assert one_row(full) == replace(row, view=1)
    place = Place(recording_id=row.id, person=0, tier_id=first_tier(full).id)
    mine = full.action_named("walk")
    contents = full.applied(archive_recordings(full, (row.id,)))
    some = {each.id: each for each in full.segments_of(row.id) if each.start > 20}
    contents = replace(contents, segments={row.id: some})
    contents = contents.applied(draw(contents, place, 0, 15, mine.id))
    added, after = add(contents, tmp_path, "utkinect")
    assert [label[2:] for label in labels(after)] == [(0, 15, "walk"), (22, 31, "pull")]
    assert (added.num_restored, added.num_segments, added.known_segments) == (1, 0, 1)
    assert [reason for _, reason in added.refused] == [
        "walk (frames 2–9) of P1: there is walk (frames 0–14)",
        "push (frames 12–20) of P1: there is walk (frames 0–14)",
    ]


# clips that are no files


@pytest.fixture
def pickled(tmp_path):
    random = np.random.default_rng(3)
    annotations = [
        {
            "frame_dir": f"clip {number}",
            "label": number % 2,
            "total_frames": 5,
            "keypoint": random.uniform(1, 300, (1, 5, 17, 2)).astype(np.float16),
        }
        for number in range(3)
    ]
    path = tmp_path / "data/all.pkl"
    path.parent.mkdir()
    path.write_bytes(pickle.dumps(annotations, protocol=4))
    return path


def test_clips_of_a_container_are_written_into_the_study(pickled, tmp_path):
    added, contents = add(EMPTY, pickled, "pyskl", study_folder=tmp_path / "study")
    assert labels(contents) == [
        ("clip 0", 0, 0, 5, "action 1"),
        ("clip 1", 0, 0, 5, "action 2"),
        ("clip 2", 0, 0, 5, "action 1"),
    ]
    assert added.refused == ()
    for row in contents.recordings.values():
        assert row.is_inside
        assert (row.format_id, row.layout_id) == ("npz", "coco-17")
        assert read_recording(path_of(tmp_path / "study", row)).source.sha256 == row.sha256
    again, _ = add(contents, pickled, "pyskl", study_folder=tmp_path / "study")
    assert (again.edit.changes, again.known) == ((), 3)


def test_clips_of_a_container_need_a_study_to_be_written_into(pickled):
    added, contents = add(EMPTY, pickled, "pyskl")
    assert contents.recordings == {}
    assert added.refused[0] == (
        pickled,
        "its clips are no recordings of their own; convert them first",
    )


# what is wanted, and what is not there


def test_only_the_recordings_asked_for_are_added(tmp_path):
    for number in range(4):
        write_clip(tmp_path / f"wave/{number}.npz", seed=number)
    wanted = ("0", "1.npz", "wave/2")
    _, contents = add(EMPTY, tmp_path, "folders", recordings=wanted)
    assert [row.title for row in contents.shown_recordings] == ["0", "1", "2"]
    with pytest.raises(EngineError, match=r"none of the recordings asked for; .* wave/0\.npz"):
        add_dataset(EMPTY, tmp_path, "folders", recordings=("9",))


def test_broken_recordings_are_refused_and_the_others_are_added(tmp_path):
    write_clip(tmp_path / "a01_s03_e00_v02.json", format_id="nw-ucla")
    (tmp_path / "a01_s03_e01_v02.json").write_text("{}")
    added, contents = add(EMPTY, tmp_path, "nw-ucla")
    assert len(contents.recordings) == 1
    assert [path.name for path, _ in added.refused] == ["a01_s03_e01_v02.json"]


def test_a_folder_without_the_data_set_is_refused(tmp_path):
    with pytest.raises(EngineError, match="holds no recordings of UTKinect"):
        add_dataset(EMPTY, tmp_path, "utkinect")
    with pytest.raises(EngineError, match="no data set format 'x'"):
        add_dataset(EMPTY, tmp_path, "x")
    with pytest.raises(EngineError, match=r"x cannot be read \("):
        add_dataset(EMPTY, tmp_path / ("x" * 300), "utkinect")


def test_it_tells_how_far_it_is_and_can_be_stopped(tmp_path):
    for number in range(4):
        write_clip(tmp_path / f"wave/{number}.npz", seed=number)
    told, asked = [], []
    add(EMPTY, tmp_path, "folders", on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    added, contents = add(
        EMPTY, tmp_path, "folders", should_stop=lambda: len(asked) == 3 or asked.append(0)
    )
    assert added.stopped
    assert len(contents.recordings) == len(labels(contents)) == 3


# real recordings


def test_the_real_utkinect_comes_with_all_its_spans(shared_data):
    added, contents = add(EMPTY, shared_data / "utkinect", "utkinect")
    spans = {row.id: contents.segments_of(row.id) for row in contents.shown_recordings}
    assert added.refused == ()
    assert contents.num_segments == added.num_segments >= 9 * len(spans)
    assert len(contents.offered_actions) == 10
    assert all(contents.recordings[key].num_frames >= rows[-1].stop for key, rows in spans.items())
    assert all(row.actors[0].startswith("utkinect s") for row in contents.shown_recordings)


def test_each_recording_is_read_once(shared_data, monkeypatch):
    folder = shared_data / "nw-ucla"
    names = [path.name for path in sorted(folder.rglob("*.json"))[:40]]
    read = []

    def counted(path):
        read.append(path.name)
        return read_recording(path)

    monkeypatch.setattr("engine.study.dataset_importing.read_recording", counted)
    added, _ = add(EMPTY, folder, "nw-ucla", recordings=names)
    assert read == names
    assert added.num_added == added.num_segments == 40


def test_in_real_ntu_recordings_the_actor_is_labelled(shared_data):
    added, contents = add(EMPTY, shared_data / "ntu-raw", "ntu-60")
    assert added.refused == ()
    assert {row.actors[-1] for row in contents.shown_recordings} == {"ntu s01"}


def test_hand_gestures_are_written_into_the_study_with_their_spans(tmp_path):
    folder = tmp_path / "dhg/gesture_2/finger_1/subject_7/essai_3"
    folder.mkdir(parents=True)
    rows = np.linspace(0.1, 1, 9 * 66).reshape(9, 66)
    np.savetxt(folder / "skeleton_world.txt", rows, fmt="%.5f")
    (tmp_path / "dhg/informations_troncage_sequences.txt").write_text("2 1 7 3 2 6\n")
    added, contents = add(EMPTY, tmp_path / "dhg", "dhg-14", study_folder=tmp_path / "study")
    assert added.refused == ()
    row = one_row(contents)
    assert (row.layout_id, row.num_frames, row.actors) == ("shrec-hand-22", 9, ("dhg-14 s07",))
    assert [label[2:4] for label in labels(contents)] == [(2, 7)]
    assert read_recording(path_of(tmp_path / "study", row)).num_frames == 9
