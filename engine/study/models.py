"""Models that a study's runs have made, and which one it uses. Reads cards only."""

from pathlib import Path

from engine.errors import EngineError
from engine.runtime.cards import CARD_FILE, read_card
from engine.runtime.packages import ModelPackage, find_model, installed_models
from engine.study.contents import StudyContents

RUNS_FOLDER = "jobs"
"""Of a study; its runs are folders in it."""
PACKAGE_FOLDER = "model"
"""Of a run; its finished package."""
RECEIPT_FILE = "receipt.json"
"""Of a run; says what it was given."""


def study_models(study_folder: Path) -> tuple[ModelPackage, ...]:
    """Packages of a study's finished runs, the newest first; those that cannot be read are none."""
    found: list[ModelPackage] = []
    paths = (study_folder / RUNS_FOLDER).glob(f"*/{PACKAGE_FOLDER}/{CARD_FILE}")
    for path in sorted(paths, reverse=True):
        try:
            found.append(ModelPackage(folder=path.parent, card=read_card(path.parent)))
        except EngineError:
            continue  # 'skelarium study check' names packages that cannot be read
    return tuple(found)


def all_models(study_folder: Path) -> tuple[ModelPackage, ...]:
    """Models that a study can use: its own, then the installed ones."""
    return (*study_models(study_folder), *installed_models())


def model_by_id(study_folder: Path, model_id: str) -> ModelPackage | None:
    """A model that a study can use; None where there is none of that id."""
    return next((each for each in all_models(study_folder) if each.card.id == model_id), None)


def model_in_use(study_folder: Path, contents: StudyContents) -> ModelPackage | None:
    """The model that a study uses; the shipped one where it names none or it is gone.

    None where there is no model at all.
    """
    named = model_by_id(study_folder, contents.facts.model) if contents.facts.model else None
    if named is not None:
        return named
    installed = installed_models()
    return installed[0] if installed else None


def named_model(study_folder: Path, name: str) -> ModelPackage:
    """The model with an id, of the study or installed, or a package's folder.

    Raises:
        ModelPackageError: There is none; the message lists those installed.
    """
    own = {each.card.id: each for each in study_models(study_folder)}
    return own[name] if name in own else find_model(name)
