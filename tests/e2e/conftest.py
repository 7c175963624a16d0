"""The real window, with recordings in memory and a model that answers at once."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import AnswerPhase
from app.providers import Providers, shipped_providers
from app.settings import Settings
from app.theme import install_type
from app.workbench import Workbench
from engine.errors import FileFormatError
from engine.layouts.shrec_hand_22 import SHREC_HAND_22
from engine.recording import Finding, FindingKind, Recording
from engine.runtime.packages import find_model
from tests.app import stand_ins
from tests.app.conftest import _display_for_gl_tests, qapp, qapp_args
from tests.app.figures import recording_of

__all__ = ["_display_for_gl_tests", "qapp", "qapp_args"]

SHORT, PAIR, HAND, LONG, BROKEN = (
    Path(f"/recordings/{name}.npz").absolute()
    for name in ("short", "pair", "hand", "long", "broken")
)


@dataclass
class Desk:
    """A window and what it was given."""

    workbench: Workbench
    recognizer: stand_ins.StandInRecognizer
    qtbot: QtBot

    @property
    def phase(self) -> AnswerPhase:
        return self.workbench.document.answer_state.phase

    @property
    def shown(self) -> Path | None:
        """The file on show."""
        recording = self.workbench.document.recording
        return recording.source.path if recording else None

    def wait_for(self, path: Path) -> None:
        """Wait until a recording is on show with its answer, then stand on its first frame."""
        self.qtbot.waitUntil(
            lambda: (
                self.shown == path
                and self.phase is AnswerPhase.ANSWERED
                and self.workbench.overview.is_settled
                and self.workbench.lanes.is_settled
            )
        )
        self.workbench.player.pause()
        self.go_to(0)

    def go_to(self, frame: int) -> None:
        """Show a frame and wait until everything does."""
        self.workbench.player.seek(frame)
        self.wait_for_frame(frame)

    def wait_for_frame(self, frame: int) -> None:
        """Wait until the view shows a frame."""
        self.qtbot.waitUntil(lambda: self.frame_in_view == frame)

    @property
    def frame_in_view(self) -> int:
        return self.workbench.scene._contents.frame


def providers_of(model_id: str) -> Providers:
    """What is shipped, with one of the models alone."""
    return replace(shipped_providers(), list_models=lambda: (find_model(model_id),))


def hand_recording() -> Recording:
    """A hand that states its gesture and of which its reader noticed something."""
    angles = np.linspace(0.0, 2.0, SHREC_HAND_22.num_joints)
    shape = np.stack([np.cos(angles), np.sin(angles), angles / 9], axis=-1) * 0.1
    positions = np.tile(shape, (30, 1, 1, 1))
    noticed = Finding(kind=FindingKind.NO_FRAME_RATE, message="The file states no frame rate.")
    made = recording_of(positions, layout=SHREC_HAND_22, up=SHREC_HAND_22.up)
    return replace(
        made,
        fps=None,
        source=replace(made.source, path=HAND),
        label="grab",
        findings=(noticed,),
    )


def recordings() -> dict[Path, Recording | Exception]:
    """What can be opened."""
    return {
        SHORT: stand_ins.recording(40, path=SHORT),
        PAIR: stand_ins.recording(60, people=2, path=PAIR),
        HAND: hand_recording(),
        LONG: stand_ins.recording(900, people=2, path=LONG),
        BROKEN: FileFormatError("expected 60 numbers, got 59; copy it again", path=BROKEN, line=7),
    }


@pytest.fixture(autouse=True)
def _own_studies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scratch study of one test is not that of the next."""
    monkeypatch.setenv("SKELARIUM_HOME", str(tmp_path / "home"))


@pytest.fixture
def open_desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Opens the window, as often as wanted; each closes the one before, settings stay."""
    open_ones: list[Workbench] = []
    font = qapp.font()
    install_type(qapp)

    def open_one(*paths: Path, providers: Providers | None = None) -> Desk:
        close_all()
        recognizer = stand_ins.StandInRecognizer()
        models = (stand_ins.package(), stand_ins.package("other", "Other · FG-STFormer"))
        given = providers or stand_ins.providers(recordings(), recognizer, models=models)
        workbench = Workbench(qapp, Settings(tmp_path / "settings.ini"), given)
        open_ones.append(workbench)
        workbench.window.resize(1280, 800)
        workbench.start(paths)
        workbench.window.show()
        qtbot.waitExposed(workbench.window)
        workbench.window.activateWindow()
        return Desk(workbench, recognizer, qtbot)

    def close_all() -> None:
        while open_ones:
            workbench = open_ones.pop()
            workbench.window.close()
            workbench.close()
            # deleted here and now: not by Python's garbage collection in the midst of the next test
            workbench.window.deleteLater()
            workbench.deleteLater()
            qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            gc.collect()

    yield open_one
    close_all()
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())
    qapp.setFont(font)


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """The window on a short recording, paused on its first frame."""
    made = open_desk(SHORT)
    made.wait_for(SHORT)
    return made
