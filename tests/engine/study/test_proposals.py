"""What becomes of proposals."""

import pytest

from engine.labels import LabelError, Origin
from engine.study.actions import archive_action
from engine.study.proposals import (
    Proposal,
    accept,
    accept_all,
    next_uncertain,
    open_proposals,
    reject,
)
from tests.engine.study.making_labels import OTHER, P1, P2, segment, spans, study


def proposal(start, stop, name="wave", score=0.9):
    return Proposal(start=start, stop=stop, name=name, score=score, model_id="m")


def test_accepting_makes_a_segment_that_remembers_the_model_and_its_score():
    contents = study()
    edit = accept(contents, P1, proposal(10, 20))
    (made,) = contents.applied(edit).segments_of("walk")
    assert edit.name == "Accept wave"
    assert (made.start, made.stop, made.action_id) == (10, 20, "wave")
    assert (made.origin, made.model_id, made.score) == (Origin.MODEL, "m", 0.9)
    assert made.annotator == "Ada"


def test_accepting_with_other_ends_keeps_the_models_word():
    contents = study()
    (made,) = contents.applied(
        accept(contents, P1, proposal(10, 20), start=12, stop=30)
    ).segments_of("walk")
    assert (made.start, made.stop, made.origin) == (12, 30, Origin.MODEL)


def test_accepting_as_another_action_makes_it_a_persons_word():
    contents = study()
    edit = accept(contents, P1, proposal(10, 20), action_id="clap")
    (made,) = contents.applied(edit).segments_of("walk")
    assert edit.name == "Accept wave as clap"
    assert (made.action_id, made.origin, made.model_id, made.score) == (
        "clap",
        Origin.HUMAN,
        "",
        None,
    )


def test_accepting_an_action_that_is_new_adds_it_in_the_same_step():
    contents = study()
    edit = accept(contents, P1, proposal(10, 20, "jump"))
    accepted = contents.applied(edit)
    assert accepted.action_named("jump").key == "3"
    assert accepted.segments_of("walk")[0].origin is Origin.MODEL
    assert accepted.applied(edit.inverse) == contents


def test_accepting_an_archived_action_restores_it():
    contents = study()
    archived = contents.applied(archive_action(contents, "wave"))
    accepted = archived.applied(accept(archived, P1, proposal(10, 20)))
    assert not accepted.actions["wave"].is_archived
    assert spans(accepted) == [(10, 20, "wave")]


def test_accepting_what_would_overlap_is_refused():
    contents = study(segment("a", 15, 30, "clap"))
    with pytest.raises(LabelError, match="clap"):
        accept(contents, P1, proposal(10, 20))


def test_proposals_that_labels_cover_are_not_offered_and_others_are_cut_to_what_is_free():
    contents = study(segment("a", 10, 20), segment("r", 50, 100, None))
    offered = open_proposals(
        contents,
        P1,
        [proposal(11, 19), proposal(16, 40), proposal(19, 24), proposal(45, 60), proposal(70, 80)],
    )
    # 45..60 has only a third left, 70..80 is reviewed
    assert [(each.start, each.stop) for each in offered] == [(20, 40), (20, 24)]


def test_labels_of_other_people_cover_nothing():
    contents = study(segment("a", 10, 20, place=P2), segment("b", 10, 20, place=OTHER))
    assert open_proposals(contents, P1, [proposal(10, 20)]) == (proposal(10, 20),)


def test_a_rejected_proposal_does_not_come_back_until_that_is_undone():
    contents = study()
    edit = reject(contents, P1, proposal(10, 20))
    rejected = contents.applied(edit)
    assert edit.name == "Reject wave"
    again = [proposal(11, 21), proposal(10, 20, "clap"), proposal(100, 110)]
    assert open_proposals(rejected, P1, again) == (again[1], again[2])
    assert (
        open_proposals(rejected, P2, again) == (again[1], again[0], again[2])
        or len(open_proposals(rejected, P2, again)) == 3
    )
    assert reject(rejected, P1, again[0]).changes == ()
    assert open_proposals(rejected.applied(edit.inverse), P1, again[:1]) == tuple(again[:1])


def test_accepting_all_is_one_step_that_leaves_labels_and_unsure_ones_alone():
    contents = study(segment("a", 10, 20, "clap"))
    offered = [
        proposal(0, 30),  # a label in the middle of it: less than half is free in one piece
        proposal(40, 60),
        proposal(70, 80, "jump"),
        proposal(90, 99, "jump", score=0.95),
        proposal(110, 120, score=0.5),
    ]
    edit = accept_all(contents, P1, offered, 0.9)
    accepted = contents.applied(edit)
    jump = accepted.action_named("jump").id
    assert edit.name == "Accept 3 proposals"
    assert spans(accepted) == [(10, 20, "clap"), (40, 60, "wave"), (70, 80, jump), (90, 99, jump)]
    assert accepted.applied(edit.inverse) == contents
    assert accept_all(accepted, P1, offered, 0.9).changes == ()


def test_the_next_uncertain_one_comes_in_time_and_the_first_after_the_last():
    offered = [proposal(0, 10), proposal(20, 30, score=0.6), proposal(40, 50, score=0.7)]
    assert next_uncertain(offered, -1) == offered[1]
    assert next_uncertain(offered, 20) == offered[2]
    assert next_uncertain(offered, 40) == offered[1]
    assert next_uncertain(offered[:1], 5) == offered[0]
    assert next_uncertain([], 5) is None
