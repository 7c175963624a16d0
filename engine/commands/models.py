"""``skelarium models``: which models are installed."""

import json
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from engine.commands.base import Command

if TYPE_CHECKING:
    from engine.runtime.packages import ModelPackage


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def describe(package: "ModelPackage") -> dict[str, object]:
    """A model's facts with stable keys."""
    card = package.card
    return {
        "id": card.id,
        "title": card.title,
        "layout": card.layout_id,
        "classes": list(card.class_names),
        "frames": card.frames,
        "people": card.people,
        "focal_joints": card.focal_joints,
        "networks": [
            {"kind": part.network.kind, "stream": part.stream.value, "weight": part.weight}
            for part in card.networks
        ],
        "fusion": card.fusion.value,
        "top1": card.metrics.top1,
        "metrics": card.metrics.summary,
        "trained_on": card.provenance.data,
        "licence": card.provenance.licence,
        "folder": str(package.folder),
    }


def run(words: Namespace) -> int:
    """Print the table or the JSON object."""
    from engine.runtime.packages import installed_models

    packages = installed_models()
    if words.json:
        print(json.dumps({"models": [describe(package) for package in packages]}, indent=2))
        return 0
    if not packages:
        print("no models installed")
    for package in packages:
        card = package.card
        print(f"{card.id}\n  {card.title}; takes {card.layout_id}, {card.frames} frames")
        print(f"  knows {', '.join(card.class_names)}")
        print(f"  {card.metrics.summary}")
    return 0


MODELS = Command(
    name="models", summary="list the installed models", add_arguments=add_arguments, run=run
)
