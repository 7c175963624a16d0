"""A picture of the real window, with the answer in it."""

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING

from app.display import some_display
from app.exporting.look import PLAIN, Look, apply_look
from engine.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication

    from app.document import Document
    from app.workbench import Workbench
    from engine.recording import Recording
    from engine.runtime.packages import ModelPackage

LONGEST_S = 60.0
POLL_MS = 10
ARRANGE_MS = 600
"""The camera takes half a second to turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotJob:
    """What is to be in the picture."""

    recording: Path
    out: Path
    model_id: str | None = None
    frame: int | None = None
    """None for the middle of the recording."""
    overlays: tuple[str, ...] | None = None
    """Ids; empty for the bare body, None for what the network's paper draws."""
    network: int = 0
    """Index of the network of the model whose explanation is drawn."""
    map_number: int = 0
    """Which of the maps of the overlays is drawn."""
    head: int | None = None
    """Index of the attention head; None for the strongest of all."""
    joint: str | None = None
    """Name of the joint whose map in time is open."""
    person: int | None = None
    """Index; None for the one who moves most."""
    preset: str | None = None
    """Value of ``app.camera.Preset``; None for the view the window opens with."""
    size: tuple[int, int] = (1600, 1000)
    """Logical pixels."""
    scale: float = 1.0
    """Device pixels per logical pixel."""
    is_dark: bool = True
    look: Look = PLAIN
    """What else is not as the window opens."""
    compared: tuple[str, ...] = ()
    """Ids of models that the one shown is compared with in the lanes."""
    is_side_by_side: bool = False
    """Whether each of them has a 3D view of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A picture that was taken."""

    path: Path
    refusal: str
    """Why there is no answer in it; empty when there is one."""


def take_snapshot(job: SnapshotJob) -> Snapshot:
    """Open a recording in the window, wait for the answer, save a picture of the whole window.

    Raises:
        EngineError: No display or no 3D drawing; no such recording, model, frame, overlay, person.
    """
    with posed_window(job) as posed:
        picture = posed.workbench.window.grab()
        if not picture.save(str(job.out)):
            raise EngineError(f"{job.out}: cannot be written; name a .png in a folder that exists")
        return Snapshot(path=job.out.resolve(), refusal=posed.refusal)


@dataclass(frozen=True, slots=True, kw_only=True)
class PosedWindow:
    """The window with everything in its place."""

    workbench: "Workbench"
    failures: list[Exception]
    """What goes wrong from now on."""

    @property
    def refusal(self) -> str:
        """Why there is no answer; empty when there is one."""
        return self.workbench.document.answer_state.message


@contextmanager
def posed_window(job: SnapshotJob) -> "Iterator[PosedWindow]":
    """A window of its own on a recording, which has its answer and stands as the job says.

    Raises:
        EngineError: No display or no 3D drawing; no such recording, model, frame, overlay, person.
    """
    with some_display(), tempfile.TemporaryDirectory(prefix="skelarium-") as folder:
        os.environ["QT_SCALE_FACTOR"] = f"{job.scale:g}"
        os.environ.setdefault("QT_SCALE_FACTOR_ROUNDING_POLICY", "PassThrough")
        from app.application import make_application

        application = make_application()
        try:
            with _posed(job, application, Path(folder)) as posed:
                yield posed
        finally:
            application.shutdown()


@contextmanager
def _posed(job: SnapshotJob, application: "QApplication", folder: Path) -> "Iterator[PosedWindow]":
    from app.theme import Theme

    with _window(job, application, folder) as workbench, _first_failure(workbench) as failure:
        workbench.set_theme(Theme.DARK if job.is_dark else Theme.LIGHT)
        workbench.window.resize(*job.size)
        workbench.start((job.recording,))
        workbench.window.show()
        _wait_for_answers(workbench, failure)
        _arrange(workbench, job)
        settle(ARRANGE_MS)
        apply_look(workbench, job.look)
        _wait_for_answers(workbench, failure)
        settle(POLL_MS)
        if workbench.scene.facts is None:
            raise EngineError("the 3D view could not be drawn; run skelarium doctor")
        yield PosedWindow(workbench=workbench, failures=failure)


def _wait_for_answers(workbench: "Workbench", failures: list[Exception]) -> None:
    wait_until(
        lambda: workbench.is_settled,
        "the model's answer",
        failures,
        lambda: workbench.document.track_state.progress,
    )


@contextmanager
def _first_failure(workbench: "Workbench") -> "Iterator[list[Exception]]":
    """What goes wrong meanwhile: complaints that would open a dialog, and exceptions in slots."""
    failures: list[Exception] = []
    workbench.librarian.complained.connect(
        lambda complaint: failures.append(EngineError(complaint.message))
    )
    before = sys.excepthook

    def take(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Exception):
            failures.append(error)
        else:
            before(kind, error, trace)

    sys.excepthook = take
    try:
        yield failures
    finally:
        sys.excepthook = before


@contextmanager
def _window(job: SnapshotJob, application: "QApplication", folder: Path) -> "Iterator[Workbench]":
    from app.application import make_workbench
    from app.providers import shipped_providers

    providers = replace(shipped_providers(), list_models=lambda: _models(job))
    workbench = make_workbench(application, folder / "settings.ini", providers)
    try:
        yield workbench
    finally:
        workbench.close()
        workbench.window.close()


def _models(job: SnapshotJob) -> "tuple[ModelPackage, ...]":
    from engine.runtime.packages import find_model, installed_models

    if job.model_id is None and not job.compared:
        return installed_models()
    found = tuple(find_model(each) for each in (job.model_id, *job.compared))
    if len({model.folder for model in found}) < len(found):
        named = ", ".join(model.card.id for model in found)
        raise EngineError(f"expected different models to compare, got {named}")
    return found


def _arrange(workbench: "Workbench", job: SnapshotJob) -> None:
    from app.camera import Preset

    document, player = workbench.document, workbench.player
    frame = player.num_frames // 2 if job.frame is None else job.frame
    if not 0 <= frame < player.num_frames:
        raise EngineError(
            f"--frame {frame}: {job.recording.name} has frames 0 to {player.num_frames - 1}"
        )
    recording = document.recording
    people = recording.num_people if recording else 0
    if job.person is not None and not 0 <= job.person < people:
        raise EngineError(
            f"--person {job.person + 1}: {job.recording.name} has {people}, counted from 1"
        )
    joint = _joint_of(job, recording)
    _check_overlays(job)
    player.pause()
    player.seek(frame)
    _arrange_overlays(document, job)
    if joint is not None:
        document.select_joint(joint)
    if job.person is not None:
        document.select_person(job.person)
    if job.preset is not None:
        workbench.scene.set_preset(Preset(job.preset))
    if job.compared:
        workbench.lanes.compare(document.models[1:])
    if job.is_side_by_side:
        workbench.compare.set_on(True)


def _joint_of(job: SnapshotJob, recording: "Recording | None") -> int | None:
    if job.joint is None or recording is None:
        return None
    names = recording.layout.joints
    if job.joint not in names:
        raise EngineError(f"--joint {job.joint}: the joints are {', '.join(names)}")
    return names.index(job.joint)


def _check_overlays(job: SnapshotJob) -> None:
    from app.overlays import overlay_by_id

    for overlay_id in job.overlays or ():
        overlay_by_id(overlay_id)


def _arrange_overlays(document: "Document", job: SnapshotJob) -> None:
    """Draw the overlays asked for, of the maps asked for."""
    from app.overlay_state import PICKS, for_network
    from app.overlays import OVERLAYS, drawable

    explanation, answer = document.explanation, document.answer_state.answer
    if explanation is None or answer is None:  # a refusal is in the picture, and told
        document.change_overlay(replace(document.overlay, is_on=job.overlays != ()))
        return
    if not 0 <= job.network < len(answer.explanations):
        count = len(answer.explanations)
        raise EngineError(f"--network {job.network + 1}: the model has {count}, counted from 1")
    explanation = answer.explanations[job.network]
    for overlay_id in job.overlays or ():
        if not drawable((overlay_id,), explanation):
            there = drawable(tuple(overlay.id for overlay in OVERLAYS), explanation)
            raise EngineError(
                f"--overlay {overlay_id}: {explanation.network} has no such data; it has "
                f"{', '.join(overlay.id for overlay in there)}"
            )
    document.change_overlay(for_network(document.overlay, job.network))
    state = document.overlay
    if job.overlays is not None:
        ids = job.overlays or state.overlay_ids
        state = replace(state, overlay_ids=ids, is_on=bool(job.overlays), is_chosen=True)
    settings = replace(state.settings, head=job.head)
    for pick in PICKS:
        names = pick.names(explanation)
        settings = pick.put(settings, min(job.map_number, max(len(names) - 1, 0)))
    document.change_overlay(replace(state, settings=settings))


def settle(milliseconds: int) -> None:
    """Let the window do what it has to for a while: turn the camera, lay out, paint."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(
    condition: Callable[[], bool],
    what: str,
    failures: list[Exception],
    progress: Callable[[], object] = lambda: None,
) -> None:
    """Let the window live until a condition holds.

    Args:
        condition: Is waited for.
        what: It is, for a complaint.
        failures: Looked at meanwhile.
        progress: While this changes, work goes on and is waited for, however long it takes.

    Raises:
        EngineError: It does not come about, or a complaint came instead.
        Exception: A defect of the program came instead.
    """
    end, before = monotonic() + LONGEST_S, progress()
    while not condition() and not failures:
        now = progress()
        if now != before:
            end, before = monotonic() + LONGEST_S, now
        if monotonic() > end:
            raise EngineError(f"{what} did not come within {LONGEST_S:.0f} s")
        settle(POLL_MS)
    if failures:
        raise failures[0]
