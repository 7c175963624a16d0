"""Which model a study uses: edits of that, and what they mean for the models at hand."""

from dataclasses import replace

from engine.labels import LabelError
from engine.runtime.packages import ModelPackage
from engine.study.contents import Edit, StudyContents, changed


def switched(contents: StudyContents, model: ModelPackage, *, shown_id: str) -> Edit:
    """Use another model from now on; the one before it stays a key away.

    Args:
        contents: Of the study.
        model: The new one.
        shown_id: Id of the model on show, which is the one before where the study names none.
    """
    facts = contents.facts
    if facts.model == model.card.id:
        return Edit(name=f"Switch to {model.card.title}", changes=())
    before = facts.model or shown_id
    after = replace(facts, model=model.card.id, previous_model=before)
    return Edit(name=f"Switch to {model.card.title}", changes=(changed(facts, after),))


def switched_back(contents: StudyContents, models: tuple[ModelPackage, ...]) -> Edit:
    """Use the model before the one in use; once more, that one again.

    Raises:
        LabelError: There was none before, or it is gone.
    """
    facts = contents.facts
    if not facts.previous_model:
        raise LabelError("no model was used before this one: train one and switch to it")
    model = model_with_id(models, facts.previous_model)
    if model is None:
        raise LabelError(f"the model used before, {facts.previous_model}, is no longer there")
    after = replace(facts, model=facts.previous_model, previous_model=facts.model)
    return Edit(name=f"Back to {model.card.title}", changes=(changed(facts, after),))


def model_with_id(models: tuple[ModelPackage, ...], model_id: str) -> ModelPackage | None:
    """The model of an id; None where there is none, or no id."""
    return next((each for each in models if model_id and each.card.id == model_id), None)


def in_use(
    contents: StudyContents, models: tuple[ModelPackage, ...], shown: ModelPackage | None
) -> ModelPackage | None:
    """The model that a study uses: the one on show where it names none, or one that is gone.

    Args:
        contents: Of the study.
        models: Those at hand.
        shown: The one on show; where it is none of them, the first one is used.
    """
    named = model_with_id(models, contents.facts.model)
    if named is not None:
        return named
    return shown if shown in models else next(iter(models), None)
