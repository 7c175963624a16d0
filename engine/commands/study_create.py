"""``skelarium study create``: a new, empty study."""

import json
from argparse import ArgumentParser, Namespace

from engine.commands.base import Command
from engine.commands.studies import add_study_argument


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    add_study_argument(parser)
    parser.add_argument("--name", metavar="NAME", help="what it is called (the folder's name)")
    parser.add_argument(
        "--annotator", default="", metavar="NAME", help="whose name new segments bear"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(words: Namespace) -> int:
    """Make the folder and the study in it."""
    from engine.study.recordings import set_facts
    from engine.study.store import Study

    name = " ".join((words.name or "").split()) or words.study.absolute().name
    study = Study.create(words.study, name)
    try:
        study.do(set_facts(study.contents, annotator=words.annotator))
        facts = study.contents.facts
    finally:
        study.close()
    if words.json:
        told = {"study": str(words.study), "name": facts.name, "annotator": facts.annotator}
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        print(f"{words.study}: study {facts.name} created")
    return 0


CREATE = Command(
    name="create",
    summary="begin a study in a new or empty folder",
    add_arguments=add_arguments,
    run=run,
)
"""A row of ``skelarium study``."""
