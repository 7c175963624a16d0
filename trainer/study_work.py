"""What a run of a study does when its turn has come: learn, write the model, compare."""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from engine.datasets.splits import read_split
from engine.runtime.cards import Windows, read_card
from engine.runtime.packages import ModelPackage
from engine.study.clips import CLIPS_FILE, ClipList, read_clips
from engine.study.dividing import group_by
from engine.study.learning import DIVISION_FILE, division_of
from engine.study.outcome import OUTCOME_FILE
from trainer.combine import described
from trainer.events import FINISHED, EventLog
from trainer.export import write_card
from trainer.job import load_job
from trainer.launcher import PACKAGE_FOLDER
from trainer.lesson_file import LESSON_FILE, load_lesson
from trainer.pulse import EndAskedError, Pulse
from trainer.receipts import Receipt, read_receipt
from trainer.run import placed, train_and_package
from trainer.study_judging import Judging, judge
from trainer.study_quick import quick_run
from trainer.study_unseen import looked_through
from trainer.workplace import Workplace

STRIDES = 10
"""In which a window goes on, of its own length."""
SHORTEST_STRIDE_S = 0.1


def work(folder: Path, events: EventLog, pulse: Pulse, stack: ExitStack) -> None:
    """Do a run from its files to its last event.

    Args:
        folder: Of the run.
        events: Where it is told.
        pulse: Hears what is asked.
        stack: What it enters is left in the end.

    Raises:
        EndAskedError: The run was cancelled, or stopped before there was anything to keep.
        EngineError: It cannot be done; the message says why.
        OSError: The disk refuses.
    """
    began = time.monotonic()
    receipt = read_receipt(folder)
    clips = looked_through(folder, read_clips(folder / CLIPS_FILE))
    place = Workplace(folder=folder, events=events, pulse=pulse)
    with set_aside(folder):
        if (folder / LESSON_FILE).is_file():
            judging, was_stopped = quick_run(load_lesson(folder), clips, place)
        else:
            judging, was_stopped = full_run(clips, place, stack)
        package = own_card(folder / PACKAGE_FOLDER, receipt, clips)
        pulse.state = "judging"
        outcome = judge(package, receipt, clips, judging, place, time.monotonic() - began)
    held_out = outcome.held_out
    right = sum(each.after == each.label for each in held_out)
    events.write(
        FINISHED,
        accuracy=right / len(held_out) if held_out else None,
        package=str(package.folder),
        outcome=str(folder / OUTCOME_FILE),
        stopped=was_stopped,
    )


@contextmanager
def set_aside(folder: Path) -> Iterator[None]:
    """Within it, nothing is there of what an earlier start made; in the end, if nothing new is.

    Args:
        folder: Of the run; its model may be in use.
    """
    model, outcome = places = (folder / PACKAGE_FOLDER, folder / OUTCOME_FILE)
    before = {path: path.with_name(f"{path.name}.before") for path in places}
    if model.exists():  # else what is aside is of a start before one that was killed
        for path, aside in before.items():
            _remove(aside)
            if path.exists():
                path.rename(aside)
    _remove(outcome)
    try:
        yield
    except EndAskedError:
        _remove(model)  # a run that was cancelled has made nothing
        raise
    finally:
        has_made = model.exists()
        for path, aside in before.items():
            if aside.exists() and not has_made:
                aside.rename(path)
            _remove(aside)


def full_run(clips: ClipList, place: Workplace, stack: ExitStack) -> tuple[Judging, bool]:
    """Train the run's job, and write the package into its folder.

    Args:
        clips: What is learnt from, and what watches.
        place: Where it runs.
        stack: What is entered is left in the end.

    Returns:
        How the model is to be judged, and whether somebody asked for the end before it came.

    Raises:
        EndAskedError: It was cancelled, or stopped before there was anything to keep.
        EngineError: It cannot be done; the message says why.
    """
    job = load_job(place.folder)
    made = train_and_package(job, placed(job, place, stack))
    split = read_split(place.folder / DIVISION_FILE)
    names = {each.name: each for each in clips.clips}
    division = division_of(place.folder)
    key = group_by(division)
    watched = frozenset(key(names[name]) for name in split.validation)
    return Judging(division=division, watched=watched), made is not None and made.was_stopped


def own_card(folder: Path, receipt: Receipt, clips: ClipList) -> ModelPackage:
    """Give a run's package its own name, and windows as its clips were cut.

    Args:
        folder: Of the package.
        receipt: Of the run.
        clips: Of the run.
    """
    card = read_card(folder)
    stride = max(round(clips.window_s / STRIDES, 2), SHORTEST_STRIDE_S)
    card = replace(
        card,
        id=receipt.model_id,
        title=f"{clips.study} {receipt.number} · {receipt.mode.value} · {described(card.networks)}",
        windows=Windows(
            window_s=clips.window_s, stride_s=stride, whole_up_to_s=clips.whole_up_to_s
        ),
    )
    write_card(card, folder)
    return ModelPackage(folder=folder, card=card)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
