"""Out of a study and into a copy of it without labels: the same labels."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from engine.annotations.clocks import Clock
from engine.annotations.exporting import export_labels, export_proposals
from engine.annotations.importing import import_labels
from engine.labels import Origin
from engine.study.contents import StudyContents
from engine.study.proposing import Proposal
from tests.engine.study.making_labels import ALSO_P1, OTHER, P1, P2, recording, segment, study

RICH = (
    segment("a", 10, 20, note='left "hand", twice;\nlook again'),
    segment("b", 20, 21, "clap", is_doubtful=True, annotator="Bo, Jr."),
    segment("c", 30, 60, None),
    segment("d", 0, 300, place=P2, origin=Origin.MODEL, model_id="m-1", score=0.1 + 0.2),
    segment("e", 5, 25, "clap", place=ALSO_P1, origin=Origin.IMPORT),
    segment("f", 7, 90, place=OTHER),
)


def emptied(contents):
    """The same recordings, and nothing else."""
    return StudyContents(recordings=contents.recordings)


def said(contents):
    """What is said of recordings, without ids."""
    return sorted(
        (
            rows.recording_id,
            contents.tiers[rows.tier_id].name,
            "" if rows.action_id is None else contents.actions[rows.action_id].name,
            rows.person,
            *(rows.start, rows.stop, rows.annotator, rows.origin.value, rows.model_id),
            -1.0 if rows.score is None else rows.score,
            rows.is_doubtful,
            rows.note,
        )
        for table in contents.segments.values()
        for rows in table.values()
    )


def test_a_table_holds_everything(tmp_path):
    contents = study(*RICH)
    path = tmp_path / "labels.csv"
    assert export_labels(contents, path, "csv").num_segments == len(RICH)
    imported = import_labels(emptied(contents), path)
    again = emptied(contents).applied(imported.edit)
    assert imported.left_out == ()
    assert said(again) == said(contents)


def test_a_second_import_adds_nothing_and_an_export_of_it_is_the_same_file(tmp_path):
    contents = study(*RICH)
    first, second = tmp_path / "one.csv", tmp_path / "two.csv"
    export_labels(contents, first, "csv")
    imported = import_labels(contents, first)
    assert (imported.num_segments, imported.known, imported.edit.changes) == (0, len(RICH), ())
    again = emptied(contents).applied(import_labels(emptied(contents), first).edit)
    export_labels(again, second, "csv")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("fps", ["30", "30000/1001", "7.5", "1000", "1/3"])
def test_seconds_alone_give_the_same_frames_at_any_rate(tmp_path, fps):
    contents = study(*RICH)
    rows = {key: replace(row, fps=str(Fraction(fps))) for key, row in contents.recordings.items()}
    contents = replace(contents, recordings=rows)
    path = tmp_path / "labels.csv"
    export_labels(contents, path, "csv")
    head, *lines = path.read_text().replace("twice;\n", "twice; ").splitlines()
    start = head.split(",").index("start_frame")
    assert head.split(",")[start : start + 2] == ["start_frame", "stop_frame"]
    renamed = head.replace("start_frame,stop_frame", "ignored,ignored_too")
    path.write_text("\n".join([renamed, *lines]))
    again = emptied(contents).applied(import_labels(emptied(contents), path).edit)
    assert [row[:6] for row in said(again)] == [row[:6] for row in said(contents)]


def test_times_of_the_source_count_where_frames_are_not_evenly_apart(tmp_path):
    times = np.cumsum(np.random.default_rng(4).uniform(0.01, 0.3, size=300)) + 100

    def times_of(row):
        return times if row.id == "walk" else None

    contents = study(*RICH)
    path = tmp_path / "labels.csv"
    export_labels(contents, path, "csv", times_of=times_of)
    text = path.read_text().replace("start_frame,stop_frame", "a,b")
    path.write_text(text)
    again = emptied(contents).applied(
        import_labels(emptied(contents), path, times_of=times_of).edit
    )
    assert [row[:6] for row in said(again)] == [row[:6] for row in said(contents)]
    clock = Clock(recording("walk"), times)
    assert clock.seconds(0) == 0
    assert clock.seconds(299) == pytest.approx(times[-1] - times[0])
    assert [clock.frame(clock.seconds(frame)) for frame in range(301)] == list(range(301))
    assert clock.frame(clock.seconds(300) + 100) > 300


def test_pku_mmd_holds_actions_of_the_first_person_and_says_what_it_leaves_out(tmp_path):
    contents = study(*RICH)
    exported = export_labels(contents, tmp_path / "out", "pku-mmd")
    assert {path.name for path in exported.files} == {"actions.txt", "walk.txt", "sit.txt"}
    assert exported.num_segments == 3
    assert "1 reviewed span left out" in exported.left_out[0]
    assert any("P1's are written" in each for each in exported.left_out)
    assert any("Labels's are written" in each for each in exported.left_out)
    again = emptied(contents).applied(import_labels(emptied(contents), tmp_path / "out").edit)
    plain = [(row[0], row[2], row[4], row[5]) for row in said(again)]
    assert plain == [("sit", "wave", 7, 90), ("walk", "clap", 20, 21), ("walk", "wave", 10, 20)]


def test_pku_mmds_own_actions_need_no_list_and_scores_come_back(tmp_path):
    contents = study(segment("a", 10, 20, origin=Origin.MODEL, score=0.5))
    names = {"wave": "hand waving", "clap": "clapping"}
    actions = {key: replace(row, name=names[key]) for key, row in contents.actions.items()}
    contents = replace(contents, actions=actions)
    exported = export_labels(contents, tmp_path / "out", "pku-mmd")
    assert [path.name for path in exported.files] == ["walk.txt"]
    assert (tmp_path / "out" / "walk.txt").read_text() == "13,10,20,0.500000\n"
    imported = import_labels(emptied(contents), tmp_path / "out" / "walk.txt")
    (made,) = emptied(contents).applied(imported.edit).segments_of("walk")
    assert made.score == 0.5


def test_only_what_is_wanted_is_exported(tmp_path):
    contents = study(*RICH)
    path = tmp_path / "labels.csv"
    assert export_labels(contents, path, "csv", recordings={"sit"}).num_segments == 1
    assert export_labels(contents, path, "csv", tier_id="yours").num_segments == 1


def test_recordings_of_one_name_are_told_apart_by_their_digest(tmp_path):
    contents = study(*RICH)
    rows = dict(contents.recordings)
    rows["sit"] = replace(rows["sit"], path="C:\\elsewhere\\walk.csv", title="walk 2")
    contents = replace(contents, recordings=rows)
    path = tmp_path / "labels.csv"
    export_labels(contents, path, "csv")
    again = emptied(contents).applied(import_labels(emptied(contents), path).edit)
    assert said(again) == said(contents)


def test_proposals_are_written_with_model_and_score(tmp_path):
    contents = study()
    found = (Proposal(start=10, stop=20, name="jump", score=0.75, model_id="m"),)
    path = tmp_path / "proposed.csv"
    rows = [(contents.recordings["walk"], 1, found)]
    assert export_proposals(contents, path, "csv", rows).num_segments == 1
    made = contents.applied(import_labels(contents, path).edit)
    (segment_made,) = made.segments_of("walk", person=1)
    assert (segment_made.origin, segment_made.model_id, segment_made.score) == (
        Origin.MODEL,
        "m",
        0.75,
    )
    assert made.actions[segment_made.action_id].name == "jump"
    assert P1.tier_id == segment_made.tier_id  # the first one, where the file names none
