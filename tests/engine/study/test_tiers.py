"""Edits of tiers."""

import pytest

from engine.labels import LabelError
from engine.study.contents import StudyContents
from engine.study.tiers import (
    add_tier,
    archive_tier,
    first_tier,
    move_tier,
    rename_tier,
    restore_tier,
)
from tests.engine.study.making_labels import ALSO_P1, segment, spans, study


def names(contents):
    return [each.name for each in contents.shown_tiers]


def test_an_empty_study_has_no_first_tier_and_then_the_one_that_was_added():
    contents = StudyContents()
    assert first_tier(contents) is None
    contents = contents.applied(add_tier(contents, " Labels ", annotator="Ada"))
    assert (first_tier(contents).name, first_tier(contents).annotator) == ("Labels", "Ada")


def test_a_new_tier_is_the_lowest():
    contents = study()
    assert names(contents.applied(add_tier(contents, "Hands"))) == [
        "Labels",
        "Second look",
        "Hands",
    ]


def test_names_are_unique_whatever_their_case():
    with pytest.raises(LabelError, match="there is a tier Labels already"):
        add_tier(study(), "labels")
    with pytest.raises(LabelError, match="there is a tier Labels already"):
        rename_tier(study(), "yours", "LABELS")
    with pytest.raises(LabelError, match="needs a name"):
        rename_tier(study(), "yours", " ")
    assert rename_tier(study(), "yours", "Second look").changes == ()


def test_archiving_keeps_segments_until_the_tier_comes_back():
    contents = study(segment("a", 10, 20, place=ALSO_P1))
    archived = contents.applied(archive_tier(contents, "yours"))
    assert names(archived) == ["Labels"]
    assert spans(archived, ALSO_P1) == [(10, 20, "wave")]
    assert archived.applied(restore_tier(archived, "yours")) == contents


def test_the_last_tier_cannot_be_archived():
    contents = study()
    contents = contents.applied(archive_tier(contents, "yours"))
    with pytest.raises(LabelError, match="only tier"):
        archive_tier(contents, "mine")


def test_moving_a_tier_changes_the_order():
    contents = study()
    edit = move_tier(contents, "yours", 0)
    moved = contents.applied(edit)
    assert names(moved) == ["Second look", "Labels"]
    assert first_tier(moved).id == "yours"
    assert moved.applied(edit.inverse) == contents
