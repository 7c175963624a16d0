"""Probe: which model packages are there, and which of them cannot be used."""

from pathlib import Path

from engine.errors import EngineError
from engine.probes.facts import ModelFact, send


def model_facts() -> tuple[ModelFact, ...]:
    """Every package in the models' folders, the unreadable ones too."""
    from engine.runtime.cards import CARD_FILE
    from engine.runtime.packages import model_folders

    return tuple(
        _fact(card.parent)
        for folder in model_folders()
        for card in sorted(folder.glob(f"*/{CARD_FILE}"))
    )


def _fact(folder: Path) -> ModelFact:
    from engine.runtime.cards import read_card
    from engine.runtime.packages import ModelPackage

    try:
        package = ModelPackage(folder=folder, card=read_card(folder))
        for part in package.card.networks:
            for file in (part.weights, part.onnx, part.features):
                if file is not None:
                    package.checked_path(file)
    except EngineError as error:
        return ModelFact(id=folder.name, folder=str(folder), problem=str(error))
    return ModelFact(id=package.card.id, folder=str(folder), problem=None)


if __name__ == "__main__":
    send(model_facts())
