"""What to do with exceptions nobody expected: log them, tell once, go on."""

import logging
import sys
import threading
from dataclasses import dataclass
from traceback import format_exception
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

logger = logging.getLogger(__name__)
qt_logger = logging.getLogger("qt")
QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """An exception that is our fault."""

    summary: str
    """One line."""
    report: str
    """The traceback, to be copied into a report."""


class DefectReporter(QObject):
    """Catches what falls through everywhere else, in any thread."""

    defect_found = Signal(object)  # Defect

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told: set[str] = set()

    def install(self) -> None:
        """Take over from Python's and Qt's own ways, for the rest of the process."""
        sys.excepthook = self.take
        threading.excepthook = self._take_from_thread
        qInstallMessageHandler(log_qt_message)

    def take(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Log an exception, and tell of it the first time; a repeated one fills the log only."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        report = "".join(format_exception(kind, error, trace))
        logger.error("unexpected exception\n%s", report)
        if report in self._told:
            return
        self._told.add(report)
        self.defect_found.emit(Defect(summary=f"{kind.__name__}: {error}", report=report))

    def _take_from_thread(self, failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None:
            self.take(failed.exc_type, failed.exc_value, failed.exc_traceback)


def log_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Send Qt's own messages to the log."""
    qt_logger.log(QT_LEVELS.get(kind, logging.WARNING), "%s: %s", context.category, message)
