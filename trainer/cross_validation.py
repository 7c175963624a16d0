"""``skelarium cross-validate``: a job for each person (or view) left out, judged together.

Each round is a job of its own in a folder of its own, trained in a child process; a round that is
finished is not trained again, one that was stopped goes on. Then each round's model answers the
clips of whom it has never seen, and all answers are counted together: every clip judges once.
"""

import json
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import Command
from engine.datasets.base import Aspect, Contents, Protocol
from engine.errors import TrainingError
from trainer.events import FINISHED
from trainer.job import SPLIT_FILE, TrainingJob

if TYPE_CHECKING:
    from engine.judging.report import Report
    from engine.judging.scope import Scope
    from engine.judging.verdict import Verdict
    from engine.runtime.cards import ModelCard

ROUNDS_FOLDER = "rounds"
LEAVABLE = {Aspect.PERSON: "test_people", Aspect.VIEW: "test_views"}
"""What a job can hold out without a published protocol, and its key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One job of a cross-validation."""

    name: str
    """For people, e.g. ``person 3``."""
    folder: Path
    job: TrainingJob

    @property
    def package(self) -> Path:
        """Where its model lies, once it is finished."""
        from trainer.launcher import PACKAGE_FOLDER

        return self.folder / PACKAGE_FOLDER

    @property
    def is_finished(self) -> bool:
        """Whether its model is there, and of the whole schedule."""
        from engine.runtime.cards import CARD_FILE
        from trainer.launcher import read_events

        if not (self.package / CARD_FILE).is_file():
            return False
        events, _ = read_events(self.folder, 0)
        ends = [event for event in events if event["event"] == FINISHED]
        return not ends or not ends[-1].get("stopped", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RoundResult:
    name: str
    verdict: "Verdict"
    card: "ModelCard"
    is_watched: bool
    """Whether its calibration comes from other clips than those that judge."""


def rounds_of(
    folder: Path, job: TrainingJob, contents: Contents, *, by: Aspect, protocol: str
) -> tuple[Round, ...]:
    """The jobs of a cross-validation, one for each value left out.

    Args:
        folder: Of the template; the rounds get folders below it.
        job: The template; what it holds out itself does not count.
        contents: Of its data set.
        by: Person or view.
        protocol: A published one with rounds instead; empty for none.

    Raises:
        TrainingError: The template divides by a stored split, or the aspect is no job's to leave
            out.
        EngineError: There is no such protocol, or nothing to leave out.
    """
    if job.data.split:
        raise TrainingError("the job divides its clips by a stored split; leave the key split out")
    if protocol:
        folds = _published(contents, protocol)
    elif by in LEAVABLE:
        folds = _folds_by(job, contents, by)
    else:
        raise TrainingError(f"a job cannot leave out a {by.value}; name a protocol of the data set")
    plain = replace(job.data, protocol="", test_views=(), test_people=())
    rounds = []
    for fold in folds:
        (value,) = fold.test
        name = f"{fold.by.value} {value}"
        if protocol:
            data = replace(plain, protocol=fold.id)
        elif by is Aspect.PERSON:
            data = replace(plain, test_people=(int(value),))
        else:
            data = replace(plain, test_views=(int(value),))
        rounds.append(
            Round(
                name=name,
                folder=folder / ROUNDS_FOLDER / re.sub(r"[^\w.-]+", "-", name),
                job=replace(job, name=f"{job.name} without {name}", data=data),
            )
        )
    return tuple(rounds)


def _published(contents: Contents, protocol_id: str) -> tuple[Protocol, ...]:
    protocol = contents.protocol(protocol_id)
    if not protocol.leave_one_out:
        raise TrainingError(f"{protocol.id} has one round only; train it with 'skelarium train'")
    return protocol.folds(contents.files)


def _folds_by(job: TrainingJob, contents: Contents, by: Aspect) -> tuple[Protocol, ...]:
    from engine.datasets.splits import without

    choice = job.data
    files = tuple(
        file
        for file in without(contents.files, choice.leave_out)
        if (not choice.train_views or file.view in choice.train_views)
        and (not choice.train_people or file.person in choice.train_people)
    )
    everyone = Protocol(
        id=f"leave-one-{by.value}-out",
        title=f"Each {by.value} judges once",
        source="",
        by=by,
        leave_one_out=True,
    )
    return everyone.folds(files)


def gather(rounds: Sequence[Round], contents: Contents) -> "Report":
    """Let each round's model answer the clips it has not seen, and count all together.

    Args:
        rounds: Finished ones, at least one.
        contents: Of the data set.

    Raises:
        EngineError: A round's package or split cannot be read.
    """
    from engine.judging.report import Report, Subject, report_on
    from engine.judging.verdict import joined

    job = rounds[0].job
    results = [_judge(each, contents) for each in rounds]
    verdict = joined([(each.name, each.verdict) for each in results])
    subject = Subject(
        id=job.name,
        title=f"{len(rounds)} rounds of {_common_title(rounds)}",
        trained_on=results[0].card.provenance.data,
        weights=tuple(part.weights.sha256 for each in results for part in each.card.networks),
    )
    scope = _scope(rounds, contents, verdict)
    if any(each.card.calibration is None for each in results):
        return report_on(subject, scope, verdict, None)
    return Report(
        subject=subject,
        scope=scope,
        verdict=verdict,
        calibrated=verdict,
        calibration=None,
        is_fitted_here=not all(each.is_watched for each in results),
    )


def _common_title(rounds: Sequence[Round]) -> str:
    first = rounds[0]
    return first.job.name.removesuffix(f" without {first.name}")


def _judge(each: Round, contents: Contents) -> _RoundResult:
    from engine.commands.progress import Progress
    from engine.datasets import dataset_by_id
    from engine.datasets.splits import read_split
    from engine.runtime.evaluation import evaluate
    from engine.runtime.packages import find_model
    from engine.runtime.recognizer import open_recognizer

    sides = read_split(each.folder / SPLIT_FILE).files(contents.files)
    package = find_model(str(each.package))
    recognizer = open_recognizer(package, threads=each.job.threads)
    verdict = evaluate(
        recognizer,
        dataset_by_id(each.job.data.format),
        replace(contents, files=sides.test),
        Progress(len(sides.test), f"clips of {each.name}"),
    )
    return _RoundResult(
        name=each.name,
        verdict=verdict,
        card=package.card,
        is_watched=bool(sides.validation),
    )


def _scope(rounds: Sequence[Round], contents: Contents, verdict: "Verdict") -> "Scope":
    from engine.datasets import dataset_by_id
    from engine.judging.scope import Scope, clips_digest

    choice = rounds[0].job.data
    return Scope(
        dataset_id=choice.format,
        dataset=dataset_by_id(choice.format).name,
        folder=choice.folder,
        rule=f"cross-validation; left out in turn: {', '.join(each.name for each in rounds)}",
        protocol=choice.protocol.removesuffix(f"-{rounds[0].name.split(' ', 1)[1]}"),
        clips_digest=clips_digest(verdict.files, contents.actions),
        notes=(*contents.notes, *_doubts(rounds)),
    )


def _doubts(rounds: Sequence[Round]) -> tuple[str, ...]:
    bases = dict.fromkeys(choice.base for choice in rounds[0].job.networks if choice.base)
    return tuple(
        f"Every round started from {base}: where that has seen whom a round leaves out, the "
        "figures flatter."
        for base in bases
    )


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument(
        "folder", type=Path, help="with the job.toml to repeat; rounds and report go there too"
    )
    parser.add_argument(
        "--by",
        choices=[aspect.value for aspect in LEAVABLE],
        default=Aspect.PERSON.value,
        help="who or what is left out in turn (%(default)s)",
    )
    parser.add_argument(
        "--protocol", default="", metavar="ID", help="a published protocol with rounds instead"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        default=[],
        metavar="VALUE",
        help="train these rounds only, e.g. 3 5: others may be trained elsewhere",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")


def run(words: Namespace) -> int:
    """Train what is not trained yet, then judge all rounds together."""
    from engine.commands.evaluate import print_report
    from engine.datasets import dataset_by_id
    from engine.judging.report import describe
    from engine.judging.report_files import write_report
    from trainer.job import load_job

    job = load_job(words.folder)
    contents = dataset_by_id(job.data.format).contents(Path(job.data.folder))
    rounds = rounds_of(words.folder, job, contents, by=Aspect(words.by), protocol=words.protocol)
    status = train_rounds(chosen_rounds(rounds, words.only))
    if status != 0:
        return status
    missing = [each.name for each in rounds if not each.is_finished]
    if missing:
        sys.stderr.write(f"still to be trained: {', '.join(missing)}; no report yet\n")
        return 0
    report = gather(rounds, contents)
    page, _ = write_report(report, words.folder)
    if words.json:
        sys.stdout.write(json.dumps(describe(report), indent=2) + "\n")
    else:
        print_report(report)
        sys.stdout.write(f"report: {page}\n")
    return 0


def chosen_rounds(rounds: Sequence[Round], values: Sequence[str]) -> tuple[Round, ...]:
    """The rounds that leave these out; all for none.

    Raises:
        TrainingError: There is no such round.
    """
    known = {each.name.split(" ", 1)[1]: each for each in rounds}
    strange = [value for value in values if value not in known]
    if strange:
        raise TrainingError(
            f"no round leaves out {', '.join(strange)}; there are {', '.join(known)}"
        )
    return tuple(known[value] for value in values) or tuple(rounds)


def train_rounds(rounds: Sequence[Round]) -> int:
    """Train those that are not finished, one after the other.

    Returns:
        0, or the exit status of the round that was stopped.

    Raises:
        TrainingError: A round's folder holds another job, or a round failed.
    """
    from trainer.commands import follow
    from trainer.launcher import create_job

    for number, each in enumerate(rounds, start=1):
        create_job(each.folder, each.job)
        state = "finished already" if each.is_finished else str(each.folder)
        sys.stderr.write(f"round {number} of {len(rounds)}, {each.name}: {state}\n")
        if each.is_finished:
            continue
        with redirect_stdout(sys.stderr):  # what is asked for is the report alone
            status = follow(each.folder)
        if status != 0:
            return status
        if not each.is_finished:
            raise TrainingError(
                f"{each.folder} was stopped before its model was whole; start again"
            )
    return 0


CROSS_VALIDATE = Command(
    name="cross-validate",
    summary="train a job once for each person left out, and judge all rounds together",
    add_arguments=add_arguments,
    run=run,
)
