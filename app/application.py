"""Starting the program with its window."""

import logging
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from PySide6.QtWidgets import QApplication

from app.providers import Providers, shipped_providers
from app.services.startup_report import StartupReport, wanted_report
from app.settings import Settings
from app.theme import install_type
from app.views.scene.surface import configure_surface_format, prepare_opengl_platform
from app.workbench import Workbench
from engine.places import user_folder

SETTINGS_FILE = "settings.ini"
PATIENCE_MS = 500
"""So long each busy thread may hold up the end of the program."""


def main(paths: tuple[Path, ...]) -> int:
    """Show the window until it is closed.

    Args:
        paths: Recordings to open: the first is shown, the others join the library; or the folder
            of a study. Without any, the study that was open last is opened, or a sample shown.

    Returns:
        The exit status.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    application = make_application()
    settings = Settings(user_folder() / SETTINGS_FILE)
    workbench = Workbench(application, settings, shipped_providers())
    workbench.defects.install()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Qt's loop would not let Python hear of Ctrl+C
    _report_startup(workbench)
    workbench.start(paths)
    workbench.window.show()
    status = application.exec()
    if not workbench.close(longest_ms=PATIENCE_MS):
        _leave(status)
    return status


def _leave(status: int) -> NoReturn:
    """End the process while a thread still reads: everything is saved, nobody waits for it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def make_application() -> QApplication:
    """The application with its type and name, before any window."""
    configure_surface_format()
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Skelarium")
    application.setStyle("Fusion")
    prepare_opengl_platform(application)
    install_type(application)
    return application


def make_workbench(
    application: QApplication, settings_path: Path, providers: Providers | None = None
) -> Workbench:
    """The program with its window, not yet shown, on settings of its own."""
    return Workbench(application, Settings(settings_path), providers or shipped_providers())


def _report_startup(workbench: Workbench) -> None:
    path = wanted_report()
    if path is None:
        return
    report = StartupReport(path, workbench)
    workbench.document.recording_changed.connect(report.take_recording)
    workbench.inference.answered.connect(report.take_answer)
    workbench.scene.frameSwapped.connect(report.take_frame)
    report.finished.connect(workbench.window.close)
