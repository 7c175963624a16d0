"""Exports without a window to be seen: one is opened, posed, drawn from and closed."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.camera import Viewport
from app.exporting.orders import FilmOrder, Order, PictureOrder
from app.scene_model import Followed, framed
from app.snapshot import SnapshotJob, posed_window, settle

if TYPE_CHECKING:
    from app.exporting.exporter import Exported
    from app.workbench import Workbench

POLL_MS = 5
PER_CENT = 100
VIEW_SHARE = 0.52
"""About so much of a film's height is the view, where lanes are below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What came of it."""

    path: Path
    remark: str
    refusal: str
    """Why there is no answer in it; empty where there is one."""


def export(job: SnapshotJob, orders: Callable[["Workbench"], tuple[Order, ...]]) -> Iterator[Made]:
    """Open a recording, wait for the answer, carry out orders one after the other.

    Args:
        job: How the window stands.
        orders: What is wanted, once the recording is there.

    Yields:
        Each file as soon as it is there; the window is closed after the last one.

    Raises:
        EngineError: No display or no 3D drawing; no such recording, model, frame; the disk refuses.
    """
    with posed_window(job) as posed:
        for order in orders(posed.workbench):
            done = _performed(posed.workbench, order, posed.failures)
            path = done.path or Path()
            yield Made(path=path, remark=done.remark, refusal=posed.refusal)


def fit_view(workbench: "Workbench", job: SnapshotJob, order: PictureOrder) -> tuple[Order, ...]:
    """Frame the body in a picture, unless the words say where to look from."""
    _fit(workbench, job, Viewport(width=order.width, height=order.height))
    return (order,)


def fit_film(workbench: "Workbench", job: SnapshotJob, order: FilmOrder) -> tuple[Order, ...]:
    """The same for a film: what stands below the view takes a part of its height."""
    height = order.height * VIEW_SHARE if order.has_lanes else order.height
    _fit(workbench, job, Viewport(width=order.width, height=height))
    return (order,)


def _fit(workbench: "Workbench", job: SnapshotJob, view: Viewport) -> None:
    scene, recording = workbench.scene, workbench.document.recording
    contents = scene.contents
    if job.look.camera is None and contents.shown is not None and recording is not None:
        followed = None
        if workbench.following.is_on(recording.layout.kind):
            followed = Followed(frame=contents.shown_frame, person=contents.shown_person)
        scene.touch(framed(contents.shown, scene.camera, view, followed))


def _performed(workbench: "Workbench", order: Order, failures: list[Exception]) -> "Exported":
    """Let the window live until an order is carried out.

    Raises:
        EngineError: It cannot be.
        Exception: A defect of the program.
    """
    from engine.commands.progress import Progress

    exporter = workbench.export.exporter
    exporter.keeps_camera = True
    done: list[Exported] = []
    progress = Progress(PER_CENT, "per cent of the film", sys.stderr)
    exporter.exported.connect(done.append)
    exporter.failed.connect(failures.append)
    if isinstance(order, FilmOrder):
        exporter.progressed.connect(lambda share: progress(round(share * PER_CENT)))
    try:
        exporter.perform(order)
        while not done and not failures:
            settle(POLL_MS)
    finally:
        exporter.exported.disconnect(done.append)
        exporter.failed.disconnect(failures.append)
    if failures:
        raise failures[0]
    return done[0]
