"""Exporting, connected with the window: its dialog, its note over the 3D view, its keys."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from app.document import Document
from app.export_preview import ExportPreview
from app.exporting.choices import (
    ExportChoices,
    ExportFacts,
    choices_from,
    choices_text,
    picture_of,
)
from app.exporting.command_words import command_text, order_words, unsaid, window_words
from app.exporting.exported_file import ExportedFile
from app.exporting.exporter import Exported, Exporter, ExportParts
from app.exporting.orders import FilmOrder, LanesOrder, NumbersOrder, Order, PictureOrder
from app.player import FrameClock
from app.settings import EXPORT_CHOICES, Settings
from app.time_left import TimeLeft
from app.views.export_dialog import ExportDialog
from app.views.export_note import ExportNote
from engine.errors import EngineError

WORKING = {
    PictureOrder: "Drawing the picture",
    LanesOrder: "Drawing the lanes",
    FilmOrder: "Making the film",
    NumbersOrder: "Writing the numbers",
}
STILL_BUSY = "Something is being exported already: wait for it, or stop it with Esc"
COPIED_COMMAND = "Copied as a command: paste it into a terminal"
SNAPSHOT_FILE = Path("skelarium.png")


class ExportBench(QObject):
    """Connects what exports with the rest; ``connect_all`` once everything is there."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._dialog: ExportDialog | None = None
        self._time_left = TimeLeft()
        self._order: Order | None = None

    def connect_all(self, parts: ExportParts, settings: Settings) -> None:
        """Connect the exporter with the note over the stage.

        Args:
            parts: What is exported from.
            settings: Keep what was picked last.
        """
        self._parts = parts
        self._settings = settings
        self._choices = choices_from(settings.get(EXPORT_CHOICES))
        self.exporter = Exporter(self._document, parts, self)
        self.preview = ExportPreview(self.exporter, parts, self)
        self.note = ExportNote(parts.window.stage)
        self.exporter.begun.connect(self._begin)
        self.exporter.progressed.connect(self._tell_progress)
        self.exporter.exported.connect(self._tell_exported)
        self.exporter.failed.connect(self._tell_failure)
        self.note.stop_requested.connect(self._stop)
        self._document.recording_changed.connect(self._renew)

    def work_of_actions(self) -> dict[str, Callable[..., object]]:
        """What the rows of the table of actions do that export."""
        return {
            "file.export": self.open,
            "file.copy-picture": self.copy_picture,
            "file.copy-command": self.copy_command,
        }

    def close(self, *, longest_ms: int | None = None) -> bool:
        """Stop, and end the thread; whether it has ended."""
        self.preview.stop()
        return self.exporter.close(longest_ms=longest_ms)

    def put_aside(self) -> bool:
        """Close the note, and stop what is being made; whether there was anything."""
        return self.note.put_aside()

    @property
    def dialog(self) -> ExportDialog | None:
        """Where it was opened before."""
        return self._dialog

    # wishes

    @Slot()
    def open(self) -> None:
        """Ask what to export."""
        try:
            facts = self._facts()
        except EngineError as error:
            self._tell_failure(error)
            return
        if self._dialog is None:
            dialog = ExportDialog(self._choices, facts, self._parts.window)
            dialog.export_requested.connect(self._perform)
            dialog.command_requested.connect(self._copy_line)
            dialog.copy_requested.connect(self.copy_picture)
            dialog.choices_changed.connect(self._keep)
            dialog.preview_requested.connect(self.preview.show)
            self.preview.drawn.connect(dialog.show_preview)
            self._dialog = dialog
        else:
            self._dialog.set_facts(facts)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        self._dialog.set_facts(facts)

    @Slot()
    def copy_picture(self) -> None:
        """The 3D view onto the clipboard, as the dialog last said."""
        try:
            self._perform(picture_of(self._choices, self._facts(), None))
        except EngineError as error:
            self._tell_failure(error)

    @Slot(object)
    def _perform(self, order: Order) -> None:
        """Carry an order out, unless one is under way: minutes of work are not thrown away."""
        if self.exporter.is_busy:
            self.note.remind(STILL_BUSY)
        else:
            self.exporter.perform(order)

    @Slot()
    def copy_command(self) -> None:
        """The line that makes a picture of this window onto the clipboard."""
        self._copy_line(None)

    @Slot(object)
    def _copy_line(self, order: Order | None) -> None:
        """The same for what an order makes; None is the window."""
        try:
            showing = self.exporter.showing(order)
        except EngineError as error:
            self._tell_failure(error)
            return
        if order is None:
            words = window_words(showing, SNAPSHOT_FILE)
        else:
            words = order_words(order, showing)
        QGuiApplication.clipboard().setText(command_text(words))
        left_out = " and ".join(unsaid(showing, order))
        said = COPIED_COMMAND + (f"; it leaves out {left_out}" if left_out else "")
        if self.exporter.is_busy:
            self.note.remind(said, is_wrong=False)
        else:
            self.note.say(said)

    @Slot(object)
    def _keep(self, choices: ExportChoices) -> None:
        self._choices = choices
        self._settings.set(EXPORT_CHOICES, choices_text(choices))

    @Slot()
    def _stop(self) -> None:
        self.exporter.stop()

    @Slot()
    def _renew(self) -> None:
        """The dialog is about another recording now."""
        if self._dialog is not None and self._dialog.isVisible():
            self.open() if self._document.recording is not None else self._dialog.hide()

    def _facts(self) -> ExportFacts:
        recording, parts = self.exporter.recording(), self._parts
        path, timeline = recording.source.path, parts.window.timeline
        span, brush = timeline.span, timeline.brush
        first = max(int(span.first + 1e-6), 0)
        last = min(max(int(span.last + 1 - 1e-6), first + 1), recording.num_frames)
        return ExportFacts(
            stem=path.stem if path else "recording",
            folder=path.parent if path else Path.home(),
            view_size=(parts.scene.width(), parts.scene.height()),
            is_dark=parts.scene.contents.theme.is_dark,
            clock=FrameClock.of(recording),
            shown=(first, last),
            marked=None if brush is None else (brush.start, brush.stop),
        )

    # what comes of it

    @Slot(object)
    def _begin(self, order: Order) -> None:
        self._order, self._time_left = order, TimeLeft()
        if isinstance(order, FilmOrder) or (isinstance(order, NumbersOrder) and order.is_full):
            self._tell_progress(0.0)

    @Slot(float)
    def _tell_progress(self, fraction: float) -> None:
        if self._order is not None:
            what = WORKING[type(self._order)]
            self.note.show_progress(what, fraction, self._time_left.at(fraction))

    @Slot(object)
    def _tell_exported(self, made: Exported) -> None:
        self._order = None
        if made.path is None:
            self.note.say("Picture copied")
            return
        remark = f"  ·  {made.remark}" if made.remark else ""
        self.note.show_exported(
            ExportedFile(words=f"Saved {made.path.name}{remark}", path=made.path)
        )

    @Slot(object)
    def _tell_failure(self, error: Exception) -> None:
        self._order = None
        words = str(error) if isinstance(error, EngineError) else "nothing was exported: a defect"
        self.note.say(f"{words[:1].upper()}{words[1:]}", is_wrong=True)
