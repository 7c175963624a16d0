from dataclasses import replace
from pathlib import Path

import pytest

from engine.labels import NOTHING, Segment, Tier
from engine.study.selecting import Choice, LeftOutReason, fps_of, select
from tests.tiny_study import KICK, LIFT, TIER, contents_of, recording_row, tiny_rows

SECOND = Tier(id="second", name="Second")


def segment(name: str, start: int, stop: int, action: str | None, **more: object) -> Segment:
    plain = Segment(
        id=name,
        recording_id="r0",
        person=0,
        tier_id=TIER.id,
        start=start,
        stop=stop,
        action_id=action,
    )
    return replace(plain, **more)


def study(*segments: Segment, **more: object):
    contents = contents_of((recording_row(Path("r0.json"), "Ann"),), segments)
    return replace(contents, tiers={TIER.id: TIER, SECOND.id: SECOND}, **more)


def reasons(contents, choice: Choice | None = None) -> dict[LeftOutReason, tuple[str, ...]]:
    return {each.reason: each.segment_ids for each in select(contents, choice or Choice()).left_out}


def test_actions_and_reviewed_spans_of_recordings_in_use_are_learnt_from():
    found = select(tiny_rows(Path()), Choice())
    assert len(found.actions) == 12
    assert {each.label for each in found.background} == {NOTHING}
    assert found.layout_id == "kinect-v1"
    assert found.left_out == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_doubtful": True}, LeftOutReason.DOUBTFUL),
        ({"person": 3}, LeftOutReason.NO_PERSON),
    ],
)
def test_a_segment_that_cannot_be_trusted_is_left_out_with_the_reason(change, reason):
    contents = study(segment("a", 0, 20, "lift", **change), segment("b", 30, 50, "kick"))
    assert reasons(contents) == {reason: ("a",)}


def test_doubtful_segments_are_learnt_from_where_that_is_wanted():
    contents = study(segment("a", 0, 20, "lift", is_doubtful=True))
    assert [each.label for each in select(contents, Choice(with_doubtful=True)).actions] == ["lift"]


def test_an_archived_action_keeps_its_segments_but_teaches_nothing():
    archived = {"lift": replace(LIFT, is_archived=True), "kick": KICK}
    contents = study(segment("a", 0, 20, "lift"), segment("b", 30, 50, "kick"), actions=archived)
    assert reasons(contents) == {LeftOutReason.ARCHIVED_ACTION: ("a",)}
    assert "1 segment whose action is archived (lift)" in [
        each.text for each in select(contents, Choice()).left_out
    ]


def test_missing_files_strange_joints_and_people_held_out_are_named():
    contents = tiny_rows(Path())
    rows = dict(contents.recordings)
    rows["r1"] = replace(rows["r1"], layout_id="no-such-layout")
    choice = Choice(missing=frozenset({"r0"}), hold_out=("Cem",), layout_id="kinect-v1")
    found = reasons(replace(contents, recordings=rows), choice)
    assert set(found) == {
        LeftOutReason.MISSING_FILE,
        LeftOutReason.LAYOUT,
        LeftOutReason.HELD_OUT,
    }


def test_recordings_taken_out_of_the_study_are_not_looked_at():
    contents = tiny_rows(Path())
    rows = {key: replace(row, is_archived=key == "r0") for key, row in contents.recordings.items()}
    found = select(replace(contents, recordings=rows), Choice())
    assert {each.recording.id for each in found.segments} == {"r1", "r2"}


def test_what_two_tiers_say_alike_counts_once():
    contents = study(segment("a", 0, 20, "lift"), segment("b", 2, 21, "lift", tier_id=SECOND.id))
    assert reasons(contents) == {LeftOutReason.REPEATED: ("b",)}


def test_of_two_tiers_that_contradict_each_other_neither_is_learnt_from():
    contents = study(
        segment("a", 0, 20, "lift"),
        segment("b", 2, 21, "kick", tier_id=SECOND.id),
        segment("c", 40, 60, "kick"),
    )
    found = select(contents, Choice())
    assert reasons(contents) == {LeftOutReason.CONTRADICTED: ("a", "b")}
    assert [each.segment.id for each in found.actions] == ["c"]
    chosen = select(contents, Choice(tier_ids=(SECOND.id,)))
    assert [each.segment.id for each in chosen.actions] == ["b"]


@pytest.mark.parametrize(("fps", "expected"), [("15/2", 7.5), ("30", 30), ("", 30), ("0", 30)])
def test_a_recording_without_a_usable_rate_has_thirty_frames_a_second(fps, expected):
    assert fps_of(recording_row(Path("r0.json"), "", fps=fps)) == expected
