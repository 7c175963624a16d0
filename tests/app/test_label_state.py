"""What is picked while labelling."""

from dataclasses import replace

from app.label_state import (
    LabelState,
    action_of_key,
    judging,
    picked_span,
    picking,
    settled,
    stepped_tier,
    toggling,
    with_mark_in,
    with_mark_out,
)
from engine.study import actions, segments
from engine.study.proposals import Proposal
from tests.app.labels_made import ACTIONS, RECORDING, TIERS, segment, study

PROPOSAL = Proposal(start=5, stop=9, name="wave", score=0.5, model_id="m")
HERE = LabelState(recording_id=RECORDING, tier_id="t")


def test_marks_hold_the_last_frame_too_and_wrong_ones_are_forgotten() -> None:
    state = with_mark_out(with_mark_in(HERE, 10), 19)
    assert state.marks == (10, 20)
    assert with_mark_in(state, 25).marks is None
    assert with_mark_out(state, 4).marks is None
    assert with_mark_out(state, 10).marks == (10, 11)


def test_marking_lets_go_of_what_is_picked() -> None:
    assert with_mark_in(picking(HERE, ("a",)), 3).selection == ()
    assert with_mark_out(judging(HERE, PROPOSAL), 3).proposal is None


def test_segments_and_a_proposal_are_never_picked_together() -> None:
    assert judging(picking(HERE, ("a",)), PROPOSAL).selection == ()
    assert picking(judging(HERE, PROPOSAL), ("a",)).proposal is None


def test_picking_more_adds_and_takes_away() -> None:
    state = toggling(toggling(HERE, "a"), "b")
    assert state.selection == ("a", "b")
    assert toggling(state, "a").selection == ("b",)


def test_what_is_gone_is_no_longer_picked() -> None:
    contents = study(segment("a", 0, 9), segment("b", 10, 19))
    state = replace(picking(HERE, ("a", "b")), action_id="walk")
    after = contents.applied(segments.remove(contents, ("a",)))
    after = after.applied(actions.archive_action(after, "walk"))
    found = settled(state, after, RECORDING)
    assert found.selection == ("b",)
    assert found.action_id is None


def test_another_recording_forgets_marks_and_picks_and_keeps_the_action() -> None:
    state = replace(with_mark_in(HERE, 3), action_id="walk")
    found = settled(state, study(), None)
    assert (found.mark_in, found.recording_id, found.action_id) == (None, None, "walk")


def test_the_first_tier_is_active_where_none_was() -> None:
    assert settled(LabelState(), study(), RECORDING).tier_id == "t"
    assert settled(LabelState(tier_id="t"), study(tiers=()), RECORDING).tier_id == ""


def test_tiers_are_gone_through_and_not_beyond_the_last() -> None:
    assert stepped_tier(HERE, TIERS, 1).tier_id == "u"
    assert stepped_tier(HERE, TIERS, -1).tier_id == "t"
    assert stepped_tier(replace(HERE, tier_id="u"), TIERS, 1).tier_id == "u"


def test_what_is_played_over_and_over_is_what_is_picked() -> None:
    contents = study(segment("a", 10, 20), segment("b", 30, 40))
    assert picked_span(picking(HERE, ("b", "a")), contents) == (10, 40)
    assert picked_span(judging(HERE, PROPOSAL), contents) == (5, 9)
    assert picked_span(with_mark_out(with_mark_in(HERE, 1), 2), contents) == (1, 3)
    assert picked_span(HERE, contents) is None


def test_a_key_gives_its_action_and_no_key_gives_none() -> None:
    assert action_of_key("2", ACTIONS) == ACTIONS[1]
    assert action_of_key("", (replace(ACTIONS[0], key=""),)) is None
