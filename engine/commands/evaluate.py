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

if TYPE_CHECKING:
    from engine.judging.disturbance import Disturbance
    from engine.judging.report import Report
    from engine.judging.scope import Selection
    from engine.judging.shares import Share
    from engine.judging.verdict import Verdict
    from engine.runtime.evaluation import Unknown
    from engine.runtime.packages import ModelPackage

WAYS = ("noise", "joints", "missing", "slow", "turned", "child", "mirror", "camera")
"""Rows of ``engine.judging.disturbance.DISTURBANCES``, which is not loaded to print the help."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    formats = ", ".join(dataset.id for dataset in DATASETS)
    parser.add_argument("--model", metavar="ID", help="model id or package folder (default: first)")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data set")
    parser.add_argument("--format", required=True, metavar="FORMAT", help=f"one of {formats}")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument(
        "--protocol", default="", metavar="ID", help="the test side of a published protocol"
    )
    chosen.add_argument("--split", type=Path, metavar="FILE", help="a stored split's test side")
    parser.add_argument(
        "--side",
        choices=("test", "validation", "train"),
        default="test",
        help="of the stored split (%(default)s)",
    )
    parser.add_argument("--views", type=int, nargs="+", metavar="N", help="only these cameras")
    parser.add_argument("--people", type=int, nargs="+", metavar="N", help="only these people")
    parser.add_argument(
        "--leave-out",
        nargs="*",
        metavar="PATTERN",
        help="clips to do without, by name; without patterns, those known to be labelled wrongly",
    )
    unknown = parser.add_mutually_exclusive_group()
    unknown.add_argument(
        "--only-known", action="store_true", help="leave out actions the model does not know"
    )
    unknown.add_argument(
        "--as-others",
        action="store_true",
        help="for actions the model does not know, the right answer is 'none of these'",
    )
    add_session_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="write report.html and report.json there"
    )
    parser.add_argument(
        "--calibrate",
        action="store_true",
        help="write temperature and threshold into the model's card; take clips that neither "
        "trained nor judge",
    )
    parser.add_argument(
        "--record",
        action="store_true",
        help="write top-1, and on which clips it was measured, into the model's card in place of "
        "what that says; take clips that judge and did not train",
    )
    parser.add_argument(
        "--disturb",
        nargs="*",
        metavar="WAY",
        help=f"measure also on clips as a poorer source gives them: {', '.join(WAYS)}; "
        "without a WAY, all of them",
    )


def run(words: Namespace) -> int:
    """Evaluate; progress goes to standard error."""
    from engine.commands.progress import Progress
    from engine.judging.calibration import calibrate
    from engine.judging.disturbance import disturbed
    from engine.judging.report import describe, report_on, subject_of
    from engine.judging.report_files import write_report
    from engine.judging.scope import choose
    from engine.runtime.evaluation import evaluate

    ways = disturbances_of(words)
    package = _package(words)
    dataset = dataset_by_id(words.format)
    contents = dataset.contents(words.data)
    contents, scope = choose(dataset, words.data, contents, selection_of(words, dataset.leave_out))
    recognizer = opened(package, words)
    clips = len(contents.files)
    unknown = unknown_of(words)
    verdict = evaluate(recognizer, dataset, contents, Progress(clips, "clips"), unknown)
    calibration = package.card.calibration
    if words.calibrate:
        calibration = calibrate(verdict.log_probabilities, verdict.truths)
        verdict = verdict.calibrated(calibration)
    subject = subject_of(package.card, recognizer.choice.text)
    report = report_on(subject, scope, verdict, calibration, is_fitted_here=words.calibrate)
    card = replace(
        package.card,
        calibration=calibration,
        metrics=report.metrics if words.record else package.card.metrics,
    )
    if card != package.card:
        save_card(replace(package, card=card))
    if words.report is not None:
        write_report(report, words.report)
    suffered = [
        (
            way,
            evaluate(
                recognizer, *disturbed(dataset, contents, way), Progress(clips, "clips"), unknown
            ),
        )
        for way in ways
    ]
    if words.json:
        told = {way.id: {"clips": each.clips, "top1": each.top1} for way, each in suffered}
        print(json.dumps(describe(report) | ({"disturbed": told} if told else {}), indent=2))
    else:
        print_report(report)
        for way, each in suffered:
            print(f"{way.title}: {_with_range(each.top1_share)}")
        if words.report is not None:
            print(f"report: {words.report / 'report.html'}")
    return 0


def _package(words: Namespace) -> "ModelPackage":
    """The model asked for.

    Raises:
        ModelPackageError: There is none.
    """
    from engine.runtime.packages import find_model

    return find_model(words.model)


def selection_of(words: Namespace, wrongly_labelled: tuple[str, ...]) -> "Selection":
    """Which clips the words ask for.

    Args:
        words: Of the command line.
        wrongly_labelled: Patterns of the data set's clips whose labels are known to be wrong.
    """
    from engine.judging.scope import Selection, Side

    patterns: tuple[str, ...] = ()
    if words.leave_out is not None:
        patterns = tuple(words.leave_out) or wrongly_labelled
    return Selection(
        protocol=words.protocol,
        split=words.split,
        side=Side(words.side),
        views=tuple(words.views or ()),
        people=tuple(words.people or ()),
        leave_out=patterns,
    )


def unknown_of(words: Namespace) -> "Unknown":
    """What the words want done with actions that the model does not know."""
    from engine.runtime.evaluation import Unknown

    if words.only_known:
        return Unknown.LEAVE_OUT
    return Unknown.AS_OTHERS if words.as_others else Unknown.REFUSE


def disturbances_of(words: Namespace) -> "tuple[Disturbance, ...]":
    """In which ways the words want the clips disturbed; all where they name none.

    Raises:
        EngineError: There is no such way.
    """
    from engine.judging.disturbance import disturbance_by_id

    if words.disturb is None:
        return ()
    return tuple(disturbance_by_id(way) for way in words.disturb or WAYS)


def save_card(package: "ModelPackage") -> None:
    """Write a package's card anew, whole or not at all.

    Raises:
        EngineError: The folder cannot be written.
    """
    from engine.formats import write_bytes_atomically
    from engine.runtime.cards import CARD_FILE
    from engine.tables import table_text

    write_bytes_atomically(package.folder / CARD_FILE, table_text(package.card).encode())
    sys.stderr.write(f"written into {package.folder / CARD_FILE}\n")


def print_report(report: "Report") -> None:
    """Accuracy, calibration, recall of each action and the confusion table."""
    from engine.judging.calibration import refusals

    verdict, measured = report.verdict, report.reliability
    print(f"{report.scope.dataset}: {report.scope.rule}")
    print(f"top-1  {_with_range(verdict.top1_share)}")
    if verdict.top5_share is not None:
        print(f"top-5  {_with_range(verdict.top5_share)}")
    if verdict.mean_of_rounds is not None:
        mean, deviation = verdict.mean_of_rounds
        print(f"rounds {mean:.1%} on average, standard deviation {deviation:.1%}")
    where = f" ({report.origin})" if report.is_fitted_here else ""
    temperature, below = "each round's temperature", "each round's threshold"
    if report.calibration is not None:
        temperature = f"temperature {report.calibration.temperature:.2f}"
        below = f"{report.calibration.none_below:.2f}"
    print(
        f"calibration error {measured.ece_before:.1%}; {measured.ece_after:.1%} at "
        f"{temperature}{where}"
    )
    counted = refusals(report.calibrated)
    parts = (
        (counted.kept, "right answers kept"),
        (counted.wrong, "wrong ones refused"),
        (counted.others, "clips of other actions refused"),
    )
    told = ", ".join(f"{s.count:,} of {s.of:,} {what}" for s, what in parts if s.of)
    print(f"none of these below {below}{where}: {told}")
    print_table(verdict)
    for each in verdict.skipped:
        print(f"not answered: {each.reason}")


def _with_range(share: "Share") -> str:
    if share.value is None or share.interval is None:
        return "no clips"
    low, high = share.interval
    return f"{share.value:.1%} of {share.of:,} clips (95 %: {low:.1%} to {high:.1%})"


def print_table(verdict: "Verdict") -> None:
    """Recall of each action, and what its clips were taken for."""
    names, confusion = verdict.class_names, verdict.confusion
    width = max(len(name) for name in names)
    numbers = "".join(f"{number + 1:>5}" for number in range(len(names)))
    print(f"{'':{width + 4}}  recall{numbers}")
    for number, (name, recall) in enumerate(zip(names, verdict.recalls, strict=True)):
        share = "     –" if recall.value is None else f"{recall.value:6.1%}"
        counts = "".join(f"{count or '·':>5}" for count in confusion[number].tolist())
        print(f"{number + 1:>3} {name:<{width}}  {share}{counts}")


EVALUATE = Command(
    name="evaluate",
    summary="measure a model on a labelled data set",
    add_arguments=add_arguments,
    run=run,
)
