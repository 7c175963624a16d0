"""Which model a study uses."""

import pytest

from app.retrain_switch import in_use, switched, switched_back
from engine.labels import LabelError
from tests.app import stand_ins
from tests.app.retrain_made import contents

SHIPPED = stand_ins.package("shipped", "Shipped")
FIRST, SECOND = stand_ins.package("kitchen-1", "Kitchen 1"), stand_ins.package("kitchen-2")
MODELS = (SHIPPED, FIRST, SECOND)


def test_the_model_before_stays_a_key_away_and_so_does_the_new_one() -> None:
    study = contents()
    study = study.applied(switched(study, FIRST, shown_id="shipped"))
    assert (study.facts.model, study.facts.previous_model) == ("kitchen-1", "shipped")
    back = switched_back(study, MODELS)
    assert back.name == "Back to Shipped"
    study = study.applied(back)
    assert (study.facts.model, study.facts.previous_model) == ("shipped", "kitchen-1")
    study = study.applied(switched_back(study, MODELS))
    assert study.facts.model == "kitchen-1"


def test_a_switch_is_undone_by_its_inverse() -> None:
    study = contents()
    edit = switched(study, FIRST, shown_id="shipped")
    assert study.applied(edit).applied(edit.inverse) == study


def test_the_same_model_again_changes_nothing() -> None:
    study = contents()
    study = study.applied(switched(study, FIRST, shown_id="shipped"))
    assert switched(study, FIRST, shown_id="shipped").changes == ()


def test_the_third_model_has_the_second_before_it() -> None:
    study = contents()
    for model in (FIRST, SECOND):
        study = study.applied(switched(study, model, shown_id="shipped"))
    assert study.facts.previous_model == "kitchen-1"


def test_there_is_no_way_back_from_the_first_model_or_to_one_that_is_gone() -> None:
    study = contents()
    with pytest.raises(LabelError, match="no model was used before"):
        switched_back(study, MODELS)
    study = study.applied(switched(study, FIRST, shown_id="lost"))
    with pytest.raises(LabelError, match="lost"):
        switched_back(study, MODELS)


def test_a_study_that_names_no_model_or_one_that_is_gone_uses_the_one_on_show() -> None:
    study = contents()
    assert in_use(study, MODELS, FIRST) is FIRST
    assert in_use(study, MODELS, None) is SHIPPED
    assert in_use(study, MODELS, stand_ins.package("of another study")) is SHIPPED
    lost = study.applied(switched(study, stand_ins.package("lost"), shown_id="shipped"))
    assert in_use(lost, MODELS, FIRST) is FIRST
    used = study.applied(switched(study, SECOND, shown_id="shipped"))
    assert in_use(used, MODELS, FIRST) is SECOND
    assert in_use(study, (), None) is None
