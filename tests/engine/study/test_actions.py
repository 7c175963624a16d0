"""Edits of the list of actions."""

from dataclasses import replace

import pytest

from engine.labels import LabelError, Origin
from engine.study.actions import (
    CANDIDATE_KEYS,
    add_action,
    archive_action,
    free_key,
    merge_actions,
    move_action,
    next_colour,
    recolour_action,
    rename_action,
    restore_action,
    set_action_key,
)
from tests.engine.study.making_labels import OTHER, segment, spans, study

LABELLING_KEYS = "AIJKLMNOQRSX"


def with_actions(count):
    contents = study()
    for number in range(count):
        contents = contents.applied(add_action(contents, f"action {number}"))
    return contents


def test_a_new_action_gets_a_free_key_an_unused_colour_and_the_last_place():
    contents = study()
    edit = add_action(contents, "  sit   down ")
    made = edit.changes[0].after
    assert edit.name == "Add action sit down"
    assert (made.name, made.key, made.position) == ("sit down", "3", 2)
    assert made.colour not in {each.colour for each in contents.actions.values()}


def test_forty_actions_have_forty_colours_keys_until_they_are_used_up_and_none_twice():
    contents = with_actions(34)
    keys = [each.key for each in contents.offered_actions if each.key]
    assert len(set(keys)) == len(keys) == len(CANDIDATE_KEYS)
    assert free_key(contents) == ""
    assert len({each.colour for each in contents.offered_actions}) == 36
    assert next_colour(contents) in {each.colour for each in contents.offered_actions}


def test_no_key_that_labelling_needs_is_given_to_an_action():
    assert not set(LABELLING_KEYS) & set(CANDIDATE_KEYS)
    with pytest.raises(LabelError, match="S cannot be the key of an action"):
        set_action_key(study(), "wave", "s")


def test_a_key_that_is_taken_is_refused_naming_who_has_it():
    with pytest.raises(LabelError, match="the key 2 is that of clap"):
        set_action_key(study(), "wave", "2")


def test_a_key_can_be_changed_and_taken_away():
    contents = study()
    contents = contents.applied(set_action_key(contents, "wave", "b"))
    assert contents.actions["wave"].key == "B"
    assert set_action_key(contents, "wave", "B").changes == ()
    assert contents.applied(set_action_key(contents, "wave", "")).actions["wave"].key == ""


@pytest.mark.parametrize("name", ["Wave", " wave ", "CLAP"])
def test_a_name_that_is_taken_is_refused_whatever_its_case(name):
    with pytest.raises(LabelError, match="there is an action"):
        add_action(study(), name)


def test_names_that_cannot_be_are_refused():
    with pytest.raises(LabelError, match="needs a name"):
        add_action(study(), "  ")
    with pytest.raises(LabelError, match="reviewed spans"):
        add_action(study(), "Nothing happens")
    with pytest.raises(LabelError, match="colour is #rrggbb"):
        recolour_action(study(), "wave", "red")


def test_renaming_can_change_the_case_but_not_take_anothers_name():
    contents = study()
    assert contents.applied(rename_action(contents, "wave", "Wave")).actions["wave"].name == "Wave"
    with pytest.raises(LabelError, match="merge wave into it"):
        rename_action(contents, "wave", "clap")


def test_archiving_keeps_segments_and_frees_the_key():
    contents = study(segment("a", 10, 20))
    archived = contents.applied(archive_action(contents, "wave"))
    assert spans(archived) == [(10, 20, "wave")]
    assert [each.name for each in archived.offered_actions] == ["clap"]
    assert free_key(archived) == "1"
    assert archive_action(archived, "wave").changes == ()
    with pytest.raises(LabelError, match="archived action wave; restore it"):
        add_action(archived, "wave")


def test_restoring_gives_the_key_back_or_a_free_one():
    contents = study()
    archived = contents.applied(archive_action(contents, "wave"))
    assert archived.applied(restore_action(archived, "wave")) == contents
    taken = archived.applied(set_action_key(archived, "clap", "1"))
    assert taken.applied(restore_action(taken, "wave")).actions["wave"].key == "2"


def test_merging_moves_every_segment_keeps_their_origin_and_undo_brings_all_back():
    model = {"origin": Origin.MODEL, "model_id": "m", "score": 0.7}
    contents = study(
        segment("a", 10, 20, **model), segment("b", 30, 40, "clap"), segment("c", 0, 9, place=OTHER)
    )
    edit = merge_actions(contents, "wave", "clap")
    merged = contents.applied(edit)
    assert edit.name == "Merge wave into clap"
    assert {each.action_id for each in merged.segments_of("walk")} == {"clap"}
    assert merged.segment("c").action_id == "clap"
    assert merged.segment("a") == replace(contents.segment("a"), action_id="clap")
    assert merged.actions["wave"].is_archived
    assert merged.applied(edit.inverse) == contents


def test_merging_into_itself_or_into_what_is_archived_is_refused():
    contents = study()
    with pytest.raises(LabelError, match="with itself"):
        merge_actions(contents, "wave", "wave")
    archived = contents.applied(archive_action(contents, "clap"))
    with pytest.raises(LabelError, match="clap is archived"):
        merge_actions(archived, "wave", "clap")


def test_moving_an_action_changes_the_order_only():
    contents = with_actions(2)
    names = [each.name for each in contents.offered_actions]
    moved = contents.applied(move_action(contents, contents.offered_actions[3].id, 1))
    assert [each.name for each in moved.offered_actions] == [names[0], names[3], *names[1:3]]
    assert move_action(contents, "wave", 0).changes == ()
    assert [
        each.name for each in contents.applied(move_action(contents, "wave", 99)).offered_actions
    ][-1] == "wave"
