from dataclasses import replace

import pytest

from engine.labels import Action, Rejection, StudyFacts
from engine.study.contents import Change, Edit, StaleEditError, added, changed, removed
from tests.engine.study.making_labels import OTHER, recording, segment, study

WAVE = Action(id="wave", name="wave", colour="#5c8ffa", key="1", position=0)
NO = Rejection(
    id="no", recording_id="walk", person=0, start=3, stop=9, name="jump", model_id="everyday"
)


def edit(*changes):
    return Edit(name="Some edit", changes=changes)


def all_kinds(contents):
    """A change of every kind, of every kind of row."""
    one, two = segment("one", 0, 10), segment("two", 20, 30, place=OTHER)
    return edit(
        changed(contents.facts, StudyFacts(name="other")),
        changed(contents.actions["wave"], replace(WAVE, name="wave hello")),
        added(replace(WAVE, id="jump", name="jump")),
        removed(contents.tiers["yours"]),
        added(recording("jump")),
        changed(contents.recordings["sit"], recording("sit", num_frames=7)),
        removed(one),
        added(replace(one, note="again")),
        added(two),
        changed(two, replace(two, stop=25)),
        added(NO),
    )


def test_an_edit_and_its_inverse_leave_everything_as_it_was():
    before = study(segment("one", 0, 10))
    change = all_kinds(before)
    after = before.applied(change)
    assert after.facts.name == "other"
    assert set(after.actions) == {"wave", "clap", "jump"}
    assert set(after.tiers) == {"mine"}
    assert after.segment("one").note == "again"
    assert after.segment("two").stop == 25
    assert after.rejections["walk"]["no"] == NO
    assert after.applied(change.inverse) == before
    assert change.inverse.inverse == change


def test_an_edit_changes_nothing_in_place():
    before = study(segment("one", 0, 10))
    kept = study(segment("one", 0, 10))
    before.applied(all_kinds(before))
    assert before == kept


def test_a_recording_without_rows_has_no_table():
    before = study(segment("one", 0, 10))
    assert before.applied(edit(removed(before.segment("one")))).segments == {}


@pytest.mark.parametrize(
    "stale",
    [
        added(segment("one", 50, 60)),  # there is one of that id
        removed(segment("one", 0, 11)),
        changed(segment("one", 0, 10, note="x"), segment("one", 0, 9)),
        changed(segment("gone", 0, 10), segment("gone", 0, 9)),
        removed(segment("gone", 0, 10)),
        changed(StudyFacts(name="another"), StudyFacts()),
        removed(StudyFacts(name="study", annotator="Ada")),
    ],
)
def test_a_stale_edit_is_refused_and_nothing_of_it_is_done(stale):
    before = study(segment("one", 0, 10))
    with pytest.raises(StaleEditError, match="Some edit"):
        before.applied(edit(added(segment("two", 80, 90)), stale))
    assert before == study(segment("one", 0, 10))


def test_an_edit_may_change_a_row_twice():
    before = study()
    one = segment("one", 0, 10)
    both = edit(added(one), changed(one, replace(one, stop=12)))
    after = before.applied(both)
    assert after.segment("one").stop == 12
    assert after.applied(both.inverse) == before


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, None),
        (segment("one", 0, 10), segment("two", 0, 10)),
        (WAVE, recording("wave")),
    ],
)
def test_a_change_is_about_one_row(before, after):
    with pytest.raises(ValueError, match="one row"):
        Change(before=before, after=after)


def test_rows_come_in_the_order_of_their_lists():
    contents = study(segment("b", 50, 60), segment("a", 50, 60), segment("c", 0, 9))
    assert [row.id for row in contents.offered_actions] == ["wave", "clap"]
    assert [row.id for row in contents.shown_tiers] == ["mine", "yours"]
    assert [row.id for row in contents.shown_recordings] == ["sit", "walk"]
    assert [row.id for row in contents.segments_of("walk")] == ["c", "a", "b"]
    assert contents.segments_of("walk", person=1) == ()
    assert contents.segments_of("walk", tier_id="yours") == ()
    assert contents.segments_of("nowhere") == ()
    assert contents.num_segments == 3


def test_archived_rows_are_not_shown_and_found_last():
    contents = study()
    old, new = contents.recordings["walk"], recording("new")
    contents = contents.applied(
        edit(
            changed(old, replace(old, is_archived=True)),
            added(replace(new, sha256=old.sha256)),
            changed(contents.actions["wave"], replace(WAVE, is_archived=True)),
            added(replace(WAVE, id="late", name="WAVE")),
            changed(contents.tiers["yours"], replace(contents.tiers["yours"], is_archived=True)),
        )
    )
    assert [row.id for row in contents.shown_recordings] == ["new", "sit"]
    assert [row.id for row in contents.shown_tiers] == ["mine"]
    assert contents.recording_by_sha256(old.sha256).id == "new"
    assert contents.recording_by_sha256("f" * 64) is None
    assert contents.action_named(" Wave ").id == "late"
    assert contents.action_named("fly") is None
