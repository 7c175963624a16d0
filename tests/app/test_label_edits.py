"""What wishes come to."""

import pytest

from app.label_edits import edit_of, made_by, picked_after, place_in, with_new_action
from app.label_model import AcceptWish, CopyWish, DrawWish, MoveWish, TrimWish
from engine.labels import LabelError
from engine.study import actions, segments
from engine.study.contents import Edit, StudyContents
from engine.study.proposals import Proposal
from tests.app.labels_made import RECORDING, recording, segment, study

ROW = recording()
WITH_ONE = study(segment("a", 10, 20))


def applied(contents: StudyContents, edit: Edit) -> list[tuple[int, int, int, str]]:
    after = contents.applied(edit)
    return [(each.start, each.stop, each.person, each.tier_id) for each in after.segments_of("r")]


def test_strokes_become_edits() -> None:
    cases = (
        (DrawWish(person=1, tier_id="u", start=3, stop=9), (3, 9, 1, "u")),
        (MoveWish(ids=("a",), frames=5), (15, 25, 0, "t")),
        (MoveWish(ids=("a",), frames=5, person=1, tier_id="u"), (15, 25, 1, "u")),
        (TrimWish(segment_id="a", stop=15), (10, 15, 0, "t")),
        (CopyWish(ids=("a",), to_frame=50, person=1, tier_id="u"), (50, 60, 1, "u")),
    )
    for wish, expected in cases:
        edit = edit_of(WITH_ONE, ROW, wish, action_id="walk", tier_id="t")
        assert expected in applied(WITH_ONE, edit)


def test_an_adopted_proposal_has_the_ends_it_was_given() -> None:
    proposal = Proposal(start=50, stop=90, name="walk", score=0.7, model_id="m")
    wish = AcceptWish(person=0, proposal=proposal, start=50, stop=80)
    edit = edit_of(WITH_ONE, ROW, wish, action_id=None, tier_id="t")
    assert (50, 80, 0, "t") in applied(WITH_ONE, edit)


def test_without_a_tier_it_goes_on_the_first_and_without_any_it_says_so() -> None:
    assert place_in(WITH_ONE, ROW, 0, "").tier_id == "t"
    with pytest.raises(LabelError, match="no tier"):
        place_in(study(tiers=()), ROW, 0, "")


def test_a_new_action_and_its_segment_are_one_step() -> None:
    def drawn(contents: StudyContents, action_id: str) -> Edit:
        place = place_in(contents, ROW, 0, "t")
        return segments.draw(contents, place, 30, 40, action_id)

    edit = with_new_action(WITH_ONE, "hop", drawn)
    after = WITH_ONE.applied(edit)
    assert edit.name == "Draw hop"
    assert after.action_named("hop") is not None
    assert after.applied(edit.inverse) == WITH_ONE


def test_a_name_that_is_known_or_archived_is_not_added_again() -> None:
    def relabelled(contents: StudyContents, action_id: str) -> Edit:
        return segments.relabel(contents, ("a",), action_id)

    assert len(with_new_action(WITH_ONE, "Sit down", relabelled).changes) == 1
    archived = WITH_ONE.applied(actions.archive_action(WITH_ONE, "sit"))
    after = archived.applied(with_new_action(archived, "sit down", relabelled))
    assert not after.actions["sit"].is_archived
    assert after.segments_of(RECORDING)[0].action_id == "sit"


def test_what_a_stroke_makes_is_picked_after_it_and_not_the_reviewed_spans_that_gave_way() -> None:
    reviewed = study(segment("r", 0, 100, None), segment("a", 110, 120))
    wish = DrawWish(person=0, tier_id="t", start=40, stop=60)
    edit = edit_of(reviewed, ROW, wish, action_id="walk", tier_id="t")
    (picked,) = picked_after(wish, edit)
    assert reviewed.applied(edit).segments[RECORDING][picked].action_id == "walk"
    longer = TrimWish(segment_id="a", start=90)
    assert picked_after(longer, edit_of(reviewed, ROW, longer, action_id=None, tier_id="t")) == (
        "a",
    )
    over = MoveWish(ids=("a",), frames=-60)
    assert picked_after(over, edit_of(reviewed, ROW, over, action_id=None, tier_id="t")) == ("a",)


def test_an_edit_that_only_changes_or_removes_makes_nothing() -> None:
    assert made_by(segments.trim(WITH_ONE, "a", stop=15)) == ()
    assert made_by(segments.remove(WITH_ONE, ("a",))) == ()
