"""``skelarium evaluate``: how often a model is right on a labelled data set."""

import json
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import Command
from engine.commands.sessions import add_session_arguments, opened
from engine.datasets import DATASETS, dataset_by_id
from engine.datasets.base import LabelledFile
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.runtime.evaluation import Evaluation


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    formats = ", ".join(dataset.id for dataset in DATASETS)
    parser.add_argument("--model", metavar="ID", help="model id or package folder (default: first)")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data set")
    parser.add_argument("--format", required=True, metavar="FORMAT", help=f"one of {formats}")
    parser.add_argument("--views", type=int, nargs="+", metavar="N", help="only these cameras")
    parser.add_argument("--people", type=int, nargs="+", metavar="N", help="only these people")
    add_session_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def chosen_files(files: tuple[LabelledFile, ...], words: Namespace) -> tuple[LabelledFile, ...]:
    """The files of the cameras and people asked for.

    Raises:
        EngineError: None is left.
    """
    kept = tuple(
        file
        for file in files
        if (words.views is None or file.view in words.views)
        and (words.people is None or file.person in words.people)
    )
    if not kept:
        raise EngineError(f"{words.data} holds no recording of those cameras and people")
    return kept


def describe(model_id: str, result: "Evaluation") -> dict[str, object]:
    """An evaluation with stable keys."""
    return {
        "model": model_id,
        "clips": result.clips,
        "top1": round(result.top1, 6),
        "per_action": {
            name: None if recall is None else round(recall, 6)
            for name, recall in zip(result.class_names, result.recalls, strict=True)
        },
        "classes": list(result.class_names),
        "confusion": result.confusion.tolist(),
        "wrong": [
            {"file": file.name, "said": result.class_names[said]} for file, said in result.wrong
        ],
        "skipped": list(result.skipped),
    }


def print_result(result: "Evaluation") -> None:
    """Accuracy, recall of each action and the confusion table."""
    print(f"top-1  {result.top1:.1%} of {result.clips + len(result.skipped)} clips")
    width = max(len(name) for name in result.class_names)
    numbers = "".join(f"{number + 1:>5}" for number in range(len(result.class_names)))
    print(f"{'':{width + 4}}  recall{numbers}")
    for number, name in enumerate(result.class_names):
        recall = result.recalls[number]
        share = "     –" if recall is None else f"{recall:6.1%}"
        counts = "".join(f"{count or '·':>5}" for count in result.confusion[number].tolist())
        print(f"{number + 1:>3} {name:<{width}}  {share}{counts}")
    for reason in result.skipped:
        print(f"not answered: {reason}")


def run(words: Namespace) -> int:
    """Evaluate; progress goes to standard error."""
    from engine.runtime.evaluation import evaluate
    from engine.runtime.packages import find_model

    package = find_model(words.model)
    dataset = dataset_by_id(words.format)
    contents = dataset.contents(words.data)
    contents = replace(contents, files=chosen_files(contents.files, words))
    recognizer = opened(package, words)

    def show_progress(done: int) -> None:
        if sys.stderr.isatty() and done % 20 == 0:
            print(f"\r{done} of {len(contents.files)}", end="", file=sys.stderr, flush=True)

    result = evaluate(recognizer, dataset, contents, show_progress)
    if words.json:
        print(json.dumps(describe(package.card.id, result), indent=2))
    else:
        print_result(result)
    return 0


EVALUATE = Command(
    name="evaluate",
    summary="measure a model on a labelled data set",
    add_arguments=add_arguments,
    run=run,
)
