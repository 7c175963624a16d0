"""Retrain: a study's labels become a run of training in a process of its own; light, for the app.

A run is a folder ``<study>/jobs/<number>-<how>-<base>``: its clips, frozen (``clips.json``), what
it was given (``receipt.json``), what is to be done (``job.toml`` or ``lesson.toml``), what it tells
(``events.jsonl``), and at the end the model and what came of it (``outcome.json``). Everything that
anybody needs to know of it stands there: a window that opens later finds it.
"""

import re
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

from engine.errors import EngineError, TrainingError
from engine.formats import write_bytes_atomically
from engine.runtime.cards import read_card
from engine.runtime.packages import ModelPackage
from engine.study.clips import CLIPS_FILE, write_clips
from engine.study.contents import StudyContents
from engine.study.forecast import (
    Forecast,
    RetrainMode,
    RetrainWish,
    forecast,
)
from engine.study.learning import data_words
from engine.study.models import PACKAGE_FOLDER, RUNS_FOLDER, model_in_use
from engine.study.whereabouts import missing, named_path, path_of
from engine.tables import table_text
from engine.version import program_version
from trainer.control import Ask
from trainer.events import EventLog
from trainer.job import JOB_FILE
from trainer.launcher import ask, start_process
from trainer.lesson_file import LESSON_FILE
from trainer.receipts import (
    Receipt,
    Run,
    Untrained,
    given_segments,
    read_receipt,
    runs_of,
    untrained_changes,
    write_receipt,
)
from trainer.run_watch import (
    QUEUED,
    CurvePoint,
    NetworkCurve,
    RunPhase,
    RunState,
    RunWatch,
    is_pending,
    measured_pace,
)
from trainer.study_jobs import Means, full_job, quick_lesson, write_division

if TYPE_CHECKING:
    import subprocess

__all__ = [
    "Ask",
    "CurvePoint",
    "Forecast",
    "NetworkCurve",
    "Receipt",
    "RetrainMode",
    "RetrainPlan",
    "RetrainWish",
    "Run",
    "RunPhase",
    "RunState",
    "RunWatch",
    "Untrained",
    "ask_run",
    "base_for",
    "forecast_of",
    "pending_runs",
    "prepare_run",
    "run_in",
    "run_of_model",
    "runs_of",
    "start_run",
    "untrained_changes",
]

LONGEST_SLUG = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrainPlan:
    """How a study is trained."""

    mode: RetrainMode
    base: ModelPackage | None
    """What it starts from; None, for full runs only, for chance."""
    wish: RetrainWish = field(default_factory=RetrainWish)
    device: str = "auto"
    """``auto``, ``cpu`` or ``cuda``."""
    threads: int = 1
    """CPU threads; one core stays free for the person at the machine."""
    seed: int = 1


def forecast_of(study_folder: Path, contents: StudyContents, plan: RetrainPlan) -> Forecast:
    """What a run would use, and how long it takes going by earlier runs on this machine.

    It looks where the recordings lie: not for the main thread of a window.
    """
    lost = frozenset(row.id for row in missing(contents, study_folder))
    choice = replace(plan.wish.choice, missing=lost)
    return forecast(
        found_near(contents, study_folder),
        base=None if plan.base is None else plan.base.card,
        mode=plan.mode,
        wish=replace(plan.wish, choice=choice),
        study_folder=study_folder,
        pace=measured_pace(tuple(run.folder for run in runs_of(study_folder))),
    )


def found_near(contents: StudyContents, study_folder: Path) -> StudyContents:
    """The same study with the paths of recordings that have moved along with it."""
    rows = {
        row.id: replace(row, path=str(path), is_inside=False)
        for row in contents.shown_recordings
        if (path := path_of(study_folder, row)) != named_path(study_folder, row)
    }
    return replace(contents, recordings={**contents.recordings, **rows}) if rows else contents


def prepare_run(study_folder: Path, contents: StudyContents, plan: RetrainPlan) -> Path:
    """Write a new run's folder with everything that decides its result; it does not start.

    Args:
        study_folder: Where the study lies.
        contents: Of the study: what is written is what people have said now.
        plan: How it is trained.

    Returns:
        The run's folder.

    Raises:
        TrainingError: It cannot start; the message says what is missing.
        EngineError: The disk refuses.
    """
    will = forecast_of(study_folder, contents, plan)
    if not will.can_start:
        raise TrainingError(will.refusal)
    number, folder = _new_folder(study_folder, will)
    try:
        _fill(folder, number, study_folder, contents, plan, will)
    except EngineError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _fill(
    folder: Path,
    number: int,
    study_folder: Path,
    contents: StudyContents,
    plan: RetrainPlan,
    will: Forecast,
) -> None:
    """Write the files of a run."""
    receipt = _receipt(study_folder, contents, plan, will, number)
    means = Means(threads=plan.threads, device=plan.device, seed=plan.seed)
    write_clips(will.cut.clips, folder / CLIPS_FILE)
    if plan.mode is RetrainMode.QUICK and plan.base is not None:
        lesson = quick_lesson(plan.base, will, receipt.model_id, means)
        _write(folder / LESSON_FILE, table_text(lesson))
    else:
        write_division(folder, will.cut.clips, will.divided)
        job = full_job(folder, plan.base, will, receipt.model_id, means)
        _write(folder / JOB_FILE, table_text(job))
    write_receipt(folder, receipt)  # the last one: a folder without it is no run


def _new_folder(study_folder: Path, will: Forecast) -> tuple[int, Path]:
    """The next number, and a folder that nobody else has just made."""
    runs = study_folder / RUNS_FOLDER
    words = re.findall(r"[a-z0-9]+", f"{will.mode.value} {will.base_id or 'chance'}".lower())
    slug = "-".join(words)[:LONGEST_SLUG].rstrip("-")
    try:
        runs.mkdir(parents=True, exist_ok=True)
        while True:
            taken = [each.name.partition("-")[0] for each in runs.iterdir() if each.is_dir()]
            number = max((int(each) for each in taken if each.isdecimal()), default=0) + 1
            folder = runs / f"{number:03}-{slug}"
            with suppress(FileExistsError):
                folder.mkdir()
                return number, folder
    except OSError as error:
        raise TrainingError(f"{runs} cannot be written ({error.strerror or error})") from error


def _write(path: Path, text: str) -> None:
    write_bytes_atomically(path, text.encode())


def _receipt(
    study_folder: Path, contents: StudyContents, plan: RetrainPlan, will: Forecast, number: int
) -> Receipt:
    old = model_in_use(study_folder, contents)
    layout_id = "" if plan.base is None else plan.base.card.layout_id
    choice = replace(will.wish.choice, layout_id=layout_id)
    return Receipt(
        number=number,
        title=f"Run {number} · {plan.mode.value} · {will.base_id or 'from chance'}",
        model_id=f"{_slug(contents.facts.name or study_folder.name)}-{number}",
        mode=plan.mode,
        base="" if plan.base is None else str(plan.base.folder.absolute()),
        base_id=will.base_id,
        base_title=will.base_title,
        old_model="" if old is None else str(old.folder.absolute()),
        old_model_id="" if old is None else old.card.id,
        choice=choice,
        class_names=will.class_names,
        num_clips=will.num_clips,
        division=will.held_out_text,
        left_out=tuple(each.text for each in will.left_out),
        doubts=will.doubts,
        caution=data_words([each.card for each in (plan.base, old) if each is not None], contents),
        seconds=round(will.seconds, 1),
        segments=given_segments(contents, choice),
        time=round(time.time(), 3),
        program=program_version(),
    )


def _slug(name: str) -> str:
    plain = "".join(each for each in normalize("NFKD", name) if not combining(each))
    words = re.findall(r"[a-z0-9]+", plain.lower())
    return "-".join(words)[:LONGEST_SLUG].rstrip("-") or "study"


def start_run(
    run_folder: Path, *, after: Sequence[Path] | None = None
) -> "subprocess.Popen[bytes]":
    """Start a run in a process of its own; one that was broken off goes on.

    It waits there, without torch, until the runs before it have ended, so that the queue goes on
    when this process has ended.

    Args:
        run_folder: Of the run.
        after: Runs to wait for; None for all others of the study that run or wait now.

    Raises:
        TrainingError: It runs already, has come to its end, or its folder cannot be written.
    """
    state = RunWatch(run_folder).poll()
    if not state.phase.is_over:
        raise TrainingError(f"{run_folder.name} runs already, or waits its turn")
    if state.phase is RunPhase.FINISHED and not state.can_go_on:
        raise TrainingError(f"{run_folder.name} has come to its end; begin a new run instead")
    before = pending_runs(run_folder.parent.parent) if after is None else tuple(after)
    words = ["--after", *(str(each.resolve()) for each in before)] if before else []
    try:
        EventLog(run_folder).write(QUEUED, after=[each.name for each in before])
    except OSError as error:
        raise TrainingError(f"{run_folder} cannot be written ({error.strerror})") from error
    return start_process(run_folder, ["-m", "trainer.study_run"], words)


def pending_runs(study_folder: Path) -> tuple[Path, ...]:
    """Runs of a study that are at work or wait their turn, the first one first."""
    return tuple(run.folder for run in runs_of(study_folder) if is_pending(run.folder))


def ask_run(run_folder: Path, what: Ask) -> None:
    """Ask a run to stop and keep what it has learnt, to be cancelled, to pause or to go on.

    One that waits its turn has nothing to keep: stopped, it is cancelled.

    Raises:
        TrainingError: Nothing runs in the folder, or it cannot be written.
    """
    ask(run_folder, what)


def run_in(folder: Path) -> Run:
    """The run in a folder.

    Raises:
        FileFormatError: It is none, or its receipt is damaged.
    """
    return Run(folder=folder, receipt=read_receipt(folder))


def base_for(study_folder: Path, model: ModelPackage | None) -> ModelPackage | None:
    """What a new run starts from: of a study's own model, what that started from.

    A model that has learnt from labels that were put right since would remember the wrong ones.

    Args:
        study_folder: Where the study lies.
        model: The one in use; None for none.
    """
    bases = {run.folder / PACKAGE_FOLDER: run.receipt.base for run in runs_of(study_folder)}
    seen = set()
    while model is not None and model.folder in bases and model.folder not in seen:
        seen.add(model.folder)
        folder = Path(bases[model.folder])
        try:
            model = ModelPackage(folder=folder, card=read_card(folder))
        except EngineError:
            return model
    return model


def run_of_model(runs: Sequence[Run], model_id: str) -> Run | None:
    """The run that made a model; None where none did."""
    return next((run for run in runs if run.receipt.model_id == model_id), None)
