import pytest

from engine.labels import LabelError
from engine.study.recordings import (
    archive_recordings,
    restore_recordings,
    set_actors,
    set_facts,
)
from tests.engine.study.making_labels import segment, study


def test_recordings_taken_out_keep_their_segments_and_come_back():
    before = study(segment("a", 0, 10))
    edit = archive_recordings(before, ("walk", "sit"))
    out = before.applied(edit)
    assert out.shown_recordings == ()
    assert out.num_segments == 1
    assert edit.name == "Take out 2 recordings"
    back = restore_recordings(out, ("walk",))
    assert [row.id for row in out.applied(back).shown_recordings] == ["walk"]
    assert back.name == "Put back walk"
    assert out.applied(edit.inverse) == before


def test_what_is_out_already_changes_nothing():
    assert restore_recordings(study(), ("walk",)).changes == ()


@pytest.mark.parametrize("ids", [(), ("gone",), ("walk", "gone")])
def test_a_recording_that_is_not_there_is_refused(ids):
    with pytest.raises(LabelError, match="no longer in the study"):
        archive_recordings(study(), ids)


def test_people_are_named_by_index_and_empty_names_at_the_end_fall_away():
    contents = study()
    edit = set_actors(contents, "walk", ("", " Ada  Lovelace "))
    row = contents.applied(edit).recordings["walk"]
    assert row.actors == ("", "Ada Lovelace")
    assert row.actor(0) == "walk/0"
    cleared = contents.applied(set_actors(contents, "walk", ("", "")))
    assert cleared.recordings["walk"].actors == ()


def test_more_names_than_people_are_refused():
    with pytest.raises(LabelError, match="sit shows 1 in all, not 2; name those alone"):
        set_actors(study(), "sit", ("Ada", "Bo"))


def test_a_new_model_keeps_the_one_before():
    contents = study()
    first = contents.applied(set_facts(contents, model="mine-1"))
    assert (first.facts.model, first.facts.previous_model) == ("mine-1", "")
    second = first.applied(set_facts(first, model="mine-2"))
    assert (second.facts.model, second.facts.previous_model) == ("mine-2", "mine-1")
    assert set_facts(second, model="mine-2").changes == ()


def test_name_and_annotator_change_each_on_its_own():
    contents = study()
    renamed = set_facts(contents, name="  Gait   2026 ")
    assert contents.applied(renamed).facts.name == "Gait 2026"
    assert contents.applied(renamed).facts.annotator == "Ada"
    assert renamed.name == "Rename study"
    assert set_facts(contents, annotator="Bo").name == "Change annotator"
    assert set_facts(contents, name="x", annotator="Bo").name == "Change study"
    assert set_facts(contents, name="study", annotator="Ada").changes == ()


def test_a_study_without_a_name_is_refused():
    with pytest.raises(LabelError, match="a study needs a name"):
        set_facts(study(), name=" ")
