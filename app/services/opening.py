"""Reading recordings in the io threads; the newest wish wins."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.scene_model import SceneModel, build_scene
from app.services.task_runner import Task, TaskControl, TaskRunner
from engine.recording import Recording

ReadRecording = Callable[[Path], Recording]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A recording that was read and prepared for drawing."""

    path: Path
    recording: Recording
    scene: SceneModel


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningFailure:
    """A recording that could not be read."""

    path: Path
    error: Exception


class OpeningService(QObject):
    """Reads one recording at a time for the window."""

    started = Signal(object)  # Path
    opened = Signal(object)  # Opened
    failed = Signal(object)  # OpeningFailure

    def __init__(
        self, runner: TaskRunner, read: ReadRecording, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._read = read
        self._task: Task | None = None

    def open(self, path: Path) -> None:
        """Read a file; one still being read is forgotten."""
        if self._task is not None:
            self._task.cancel()
        self.started.emit(path)

        def work(_: TaskControl) -> Opened:
            recording = self._read(path)
            return Opened(path=path, recording=recording, scene=build_scene(recording))

        self._task = self._runner.submit(
            work,
            on_result=self.opened.emit,
            on_error=lambda error: self.failed.emit(OpeningFailure(path=path, error=error)),
        )

    def forget(self) -> None:
        """What is read now is not told of."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
