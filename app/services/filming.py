"""Films, written in another thread: frames go in, a file comes out whole or not at all."""

import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Full, Queue
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.exporting.orders import Codec
from engine.errors import EngineError

if TYPE_CHECKING:
    from types import ModuleType

    from cv2 import VideoWriter

ShotT = TypeVar("ShotT")
WAITING = 3
"""Frames that wait for the writer at most: some 30 MB of a large film."""
POLL_S = 0.1
LITTLE_SPACE = 50_000_000
"""Bytes; a film that is not whole where less is left has filled the disk."""
MPEG4_FINEST = 65_535
"""Ticks of a second (ISO 14496-2, vop_time_increment_resolution)."""
NO_OPENCV = "films need OpenCV, which is not installed; run: pip install opencv-python-headless"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmPlan:
    """What is to be written."""

    out: Path
    width: int
    """Even, as is the height."""
    height: int
    fps: float
    count: int
    """Frames."""
    codec: Codec = Codec.AUTO


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A film that was written and read back."""

    path: Path
    codec: Codec
    count: int


class FilmInbox(Generic[ShotT]):
    """Frames on their way to the writer's thread, few at a time."""

    def __init__(self) -> None:
        self._queue: Queue[ShotT] = Queue(maxsize=WAITING)

    @property
    def is_full(self) -> bool:
        """Whether the writer has to catch up first."""
        return self._queue.full()

    def put(self, shot: ShotT) -> bool:
        """Hand a frame over; False where there is no room for it."""
        try:
            self._queue.put_nowait(shot)
        except Full:
            return False
        return True

    def take(self) -> ShotT | None:
        """The next frame; None when none has come for a while."""
        try:
            return self._queue.get(timeout=POLL_S)
        except Empty:
            return None


def write_film(
    plan: FilmPlan,
    inbox: FilmInbox[ShotT],
    compose: Callable[[ShotT], NDArray[np.uint8]],
    should_stop: Callable[[], bool],
) -> Film | None:
    """Write a film beside its place, read it back, and put it there: called in a worker thread.

    Args:
        plan: Where, how large, how many frames.
        inbox: The frames come from here.
        compose: Makes ``(h, w, 3)`` blue, green, red of each.
        should_stop: Asked between frames; then nothing is kept.

    Returns:
        None when it was stopped.

    Raises:
        EngineError: OpenCV or a codec is missing, or the disk refuses or is full.
    """
    if plan.out.is_dir():
        raise EngineError(f"{plan.out} is a folder; name a file such as film.mp4")
    cv2 = _opencv()
    temporary = _temporary_beside(plan.out)
    try:
        writer, codec = _opened(cv2, plan, temporary)
        try:
            written = _write_all(writer, plan, inbox, compose, should_stop)
        finally:
            writer.release()
        if not written:
            return None
        _check(cv2, plan, temporary)
        try:
            temporary.chmod(0o644)
            temporary.replace(plan.out)
        except OSError as error:
            raise cannot_write(plan.out, error) from error
        return Film(path=plan.out, codec=codec, count=plan.count)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def cannot_write(path: Path, error: OSError) -> EngineError:
    """Why a file cannot be there."""
    return EngineError(f"{path}: cannot be written ({error.strerror or error})")


def _opencv() -> "ModuleType":
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # codecs that are missing are tried
    try:
        import cv2
    except ImportError as error:
        raise EngineError(NO_OPENCV) from error
    cv2.utils.logging.setLogLevel(0)  # it tells on standard error what the exception says
    return cv2


def _temporary_beside(path: Path) -> Path:
    """An empty file of the same kind: the ending says how a film is packed."""
    try:
        with NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.stem}.", suffix=".mp4", delete=False
        ) as file:
            return Path(file.name)
    except OSError as error:
        raise cannot_write(path, error) from error


def _opened(cv2: "ModuleType", plan: FilmPlan, path: Path) -> "tuple[VideoWriter, Codec]":
    wanted = [row for row in _codecs(cv2) if plan.codec in (Codec.AUTO, row[0])]
    for codec, backend, code in wanted:
        fourcc = cv2.VideoWriter.fourcc(*code)
        fps = mpeg4_rate(plan.fps) if codec is Codec.MPEG4 else plan.fps
        writer = cv2.VideoWriter(str(path), backend, fourcc, fps, (plan.width, plan.height))
        if writer.isOpened():
            return writer, codec
        writer.release()
    if plan.codec is Codec.AUTO:
        raise EngineError("no film can be written: OpenCV here has none of H.264, MPEG-4, VP9")
    raise EngineError(
        f"no film can be written as {plan.codec.value}: OpenCV here has no such codec; take auto"
    )


def mpeg4_rate(fps: float) -> float:
    """The nearest rate that MPEG-4 can have, whose clock counts in decimals of a frame.

    OpenCV takes as many of them as a rate has, up to three, and is refused where they are too many.
    """
    digits = next((digits for digits in (3, 2, 1) if fps * 10**digits <= MPEG4_FINEST), 0)
    return round(fps, digits)


def _codecs(cv2: "ModuleType") -> tuple[tuple[Codec, int, str], ...]:
    """What may be there: H.264 comes with the system, not with OpenCV."""
    system = {"darwin": (cv2.CAP_AVFOUNDATION, "avc1"), "win32": (cv2.CAP_MSMF, "H264")}
    backend, code = system.get(sys.platform, (cv2.CAP_FFMPEG, "avc1"))
    return (
        (Codec.H264, backend, code),
        (Codec.MPEG4, cv2.CAP_FFMPEG, "mp4v"),
        (Codec.VP9, cv2.CAP_FFMPEG, "vp09"),
    )


def _write_all(
    writer: "VideoWriter",
    plan: FilmPlan,
    inbox: FilmInbox[ShotT],
    compose: Callable[[ShotT], NDArray[np.uint8]],
    should_stop: Callable[[], bool],
) -> bool:
    """Whether all frames came; False when it was stopped."""
    done = 0
    while done < plan.count:
        if should_stop():
            return False
        shot = inbox.take()
        if shot is not None:
            writer.write(compose(shot))
            done += 1
    return True


def _check(cv2: "ModuleType", plan: FilmPlan, path: Path) -> None:
    """Read the film back: OpenCV does not tell when the disk is full.

    Raises:
        EngineError: It is not whole.
    """
    film = cv2.VideoCapture(str(path))
    try:
        count = round(film.get(cv2.CAP_PROP_FRAME_COUNT)) if film.isOpened() else 0
        size = tuple(
            round(film.get(key)) for key in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
        )
        is_read = count > 0 and film.read()[0]
    finally:
        film.release()
    if is_read and count == plan.count and size == (plan.width, plan.height):
        return
    if shutil.disk_usage(path.parent).free < LITTLE_SPACE:
        raise EngineError(f"{plan.out}: cannot be written (the disk is full)")
    raise EngineError(
        f"{plan.out}: the film cannot be read back: {count} of {plan.count} frames; "
        "try another codec"
    )
