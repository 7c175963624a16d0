"""While a run is at work: where it stands, its curves, and every other run of the study."""

from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.retrain_plot_model import accuracy_plot, loss_plot
from app.retrain_rows import colour_of
from app.retrain_state import Running
from app.retrain_words import (
    count_text,
    doing_text,
    end_text,
    means_text,
    phase_word,
    run_name,
    run_title,
)
from app.theme import TypeRole, font
from app.views.pieces import ElidedLabel, Rule, SectionHeader, column
from app.views.retrain_pieces import (
    Progress,
    ShareBar,
    Words,
    add,
    push_button,
    show,
)
from app.views.retrain_plot import RunPlotView
from engine.study.contents import StudyContents
from trainer.retraining import Ask, NetworkCurve, Run, RunPhase, RunState

MARK = 4.0
NAMES_SHARE = 0.42
AT_WORK = (RunPhase.PREPARING, RunPhase.TRAINING, RunPhase.JUDGING)
CAN_STOP = (RunPhase.TRAINING, RunPhase.PAUSED)


class RunLine(QAbstractButton):
    """One of the study's runs: a mark, its name, where it stands."""

    PAD = 7

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self._state = RunState()
        self._is_shown = False
        self._looks: tuple[object, ...] = ()
        self.setFont(font(TypeRole.SMALL))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_run(self, run: Run, state: RunState, *, is_shown: bool) -> None:
        """Show where a run stands.

        Args:
            run: The run.
            state: Where it stands.
            is_shown: Whether the page is about it.
        """
        looks = (run.folder, phase_word(state), is_shown)
        if looks == self._looks:
            return
        self._looks = looks
        self._run, self._state, self._is_shown = run, state, is_shown
        self.setAccessibleName(f"{run_name(run)}: {phase_word(state)}")
        self.setToolTip(run.title)
        self.update()

    def sizeHint(self) -> QSize:
        """One line (called by Qt)."""
        return QSize(200, self.fontMetrics().height() + 2 * self.PAD - 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        del event
        if self._run is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, room = self.palette(), self.rect()
        if self._is_shown or self.underMouse() or self.hasFocus():
            role = QPalette.ColorRole.AlternateBase if self._is_shown else QPalette.ColorRole.Light
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(role))
            painter.drawRoundedRect(room, 5, 5)
        self._paint_mark(painter, QPointF(self.PAD + MARK, room.height() / 2))
        painter.setFont(self.font())
        text = QRectF(room).adjusted(self.PAD + 2 * MARK + 8, 0, -self.PAD, 0)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        word = phase_word(self._state)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(text, int(Qt.AlignmentFlag.AlignRight | middle), word)
        text.setRight(text.right() - self.fontMetrics().horizontalAdvance(word) - 8)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        name = run_title(self._run, datetime.now().astimezone())
        shown = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(text.width()))
        painter.drawText(text, int(Qt.AlignmentFlag.AlignLeft | middle), shown)
        painter.end()

    def _paint_mark(self, painter: QPainter, at: QPointF) -> None:
        """Full while at work, a ring while waiting, a tick or a cross at the end."""
        palette, phase = self.palette(), self._state.phase
        role = QPalette.ColorRole
        quiet = palette.color(role.PlaceholderText)
        painter.setPen(QPen(quiet, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if phase in AT_WORK:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(role.Highlight))
            painter.drawEllipse(at, MARK, MARK)
        elif phase is RunPhase.FINISHED:
            painter.drawPolyline(
                [at + QPointF(-4, 0.5), at + QPointF(-1, 3.5), at + QPointF(4.5, -3.5)]
            )
        elif phase is RunPhase.FAILED:
            painter.setPen(QPen(palette.color(role.BrightText), 1.6))
            for side in (-1, 1):
                painter.drawLine(at + QPointF(-3, -3 * side), at + QPointF(3, 3 * side))
        elif phase is RunPhase.PAUSED:
            for side in (-2, 2):
                painter.drawLine(at + QPointF(side, -3.5), at + QPointF(side, 3.5))
        elif phase is RunPhase.CANCELLED:
            painter.drawLine(at + QPointF(-3.5, 0), at + QPointF(3.5, 0))
        else:
            painter.drawEllipse(at, MARK - 0.8, MARK - 0.8)


class RecallBars(QWidget):
    """How many of each action's clips are named right, as far as the training tells."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = column(self, margins=(0, 0, 0, 0), spacing=0)
        self._lines: list[ShareBar] = []

    @property
    def lines(self) -> tuple[ShareBar, ...]:
        """Those that are shown."""
        return tuple(line for line in self._lines if not line.isHidden())

    def show_recall(self, state: RunState, colours: dict[str, str]) -> None:
        """Show the shares of a run's actions, in its own order."""
        recall = tuple(state.recall.items())
        while len(self._lines) < len(recall):
            self._lines.append(ShareBar())
            self._box.addWidget(self._lines[-1])
        widest = max((self.fontMetrics().horizontalAdvance(name) for name, _ in recall), default=0)
        wide = min(widest, round(self.width() * NAMES_SHARE))
        for number, line in enumerate(self._lines):
            line.setVisible(number < len(recall))
            if number < len(recall):
                name, share = recall[number]
                line.set_names_width(wide)
                line.show_line(name, f"{share:.2f}", share, colours.get(name, ""))


class RunPage(QWidget):
    """One run, and the others below."""

    asked = Signal(object)  # Ask, of the run that is shown
    go_on_requested = Signal()
    run_requested = Signal(object)  # Path, of another run's folder
    result_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = Running()
        self._actions = StudyContents().actions
        self._curves: tuple[NetworkCurve, ...] | None = None
        self.nothing = Words(TypeRole.TEXT)
        self.title = ElidedLabel()
        self.title.setFont(font(TypeRole.STRONG))
        self.progress = Progress("How far the run is")
        self.doing = Words(TypeRole.TEXT, tone="")
        self.means = Words()
        self.message = Words(tone="warning")
        self.pause = push_button("Pause", self._turn_pause)
        self.stop = push_button("Stop and keep", lambda: self.asked.emit(Ask.STOP))
        self.stop.setToolTip("End now, and make a model of what it has learnt")
        self.cancel = push_button("Cancel", lambda: self.asked.emit(Ask.CANCEL))
        self.cancel.setToolTip("End now, and keep nothing")
        self.go_on = push_button("Go on", self.go_on_requested.emit, is_main=True)
        self.result = push_button("See the result", self.result_requested.emit, is_main=True)
        self.loss = RunPlotView("Loss by pass")
        self.accuracy = RunPlotView("Accuracy by pass")
        self.recall_header = SectionHeader("Recall")
        self.recall_header.remark.set_full_text("of clips that watch")
        self.recall = RecallBars()
        self.runs_header = SectionHeader("Runs")
        self._lines: list[RunLine] = []
        self._build()

    def _build(self) -> None:
        box = column(self, margins=(0, 0, 0, 0), spacing=9)
        add(box, self.nothing, self.title, self.progress, self.doing, self.means, self.message)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.pause, self.stop, self.cancel):
            button.setFont(font(TypeRole.SMALL))
            buttons.addWidget(button, 1)
        box.addLayout(buttons)
        add(box, self.go_on, self.result, self.loss, self.accuracy)
        add(box, self.recall_header, self.recall)
        self.rule = Rule()
        add(box, self.rule, self.runs_header)
        self._list = QVBoxLayout()
        self._list.setSpacing(1)
        box.addLayout(self._list)

    @property
    def lines(self) -> tuple[RunLine, ...]:
        """The runs listed, the newest first."""
        return tuple(line for line in self._lines if not line.isHidden())

    def show_running(self, running: Running, contents: StudyContents) -> None:
        """Show where the study's runs stand."""
        if running == self._running and running.runs and contents.actions is self._actions:
            return
        self._running, self._actions = running, contents.actions
        shown = running.shown
        self.nothing.say(
            "" if running.runs else "Nothing has been trained yet: press Retrain on the first page."
        )
        has_run = shown is not None
        show(has_run, self.title, self.rule, self.runs_header)
        if shown is None:
            show(False, self.progress, self.pause, self.stop, self.cancel, self.go_on)
            show(False, self.result, self.recall, self.recall_header)
            self._show_curves(())
            for words in (self.doing, self.means, self.message):
                words.say("")
        else:
            self._show_run(shown.run, shown.state, contents)
        self._show_runs(running)

    def _show_run(self, run: Run, state: RunState, contents: StudyContents) -> None:
        phase, is_over = state.phase, state.phase.is_over
        self.title.set_full_text(f"{run_title(run, datetime.now().astimezone())}")
        self.progress.setVisible(not is_over)
        self.progress.show_share(state.share_done)
        self.doing.say(doing_text(state, len(state.waits_for)))
        self.means.say("" if is_over else means_text(state))
        self.message.say(end_text(state))
        is_waiting = phase is RunPhase.WAITING
        self.pause.setText("Resume" if phase is RunPhase.PAUSED else "Pause")
        self.pause.setVisible(not is_over and not is_waiting)
        self.pause.setEnabled(phase in (RunPhase.TRAINING, RunPhase.PAUSED))
        self.stop.setVisible(not is_over and not is_waiting)
        self.stop.setEnabled(phase in CAN_STOP)
        self.cancel.setVisible(not is_over)
        self.go_on.setVisible(is_over and state.can_go_on and phase is not RunPhase.FINISHED)
        self.go_on.setText("Start" if phase is RunPhase.PREPARED else "Go on")
        self.result.setVisible(phase is RunPhase.FINISHED and state.has_outcome)
        self._show_curves(state.curves)
        colours = {name: colour_of(contents, name) for name in state.recall}
        show(bool(state.recall), self.recall_header, self.recall)
        self.recall.show_recall(state, colours)

    def _show_curves(self, curves: tuple[NetworkCurve, ...]) -> None:
        if curves == self._curves:
            return  # they change with every pass, and are painted anew then
        self._curves = curves
        has_curves = any(curve.points for curve in curves)
        self.loss.show_plot(loss_plot(curves) if has_curves else None)
        self.accuracy.show_plot(accuracy_plot(curves) if has_curves else None)
        show(has_curves, self.loss, self.accuracy)

    def _show_runs(self, running: Running) -> None:
        runs = tuple(reversed(running.runs))
        while len(self._lines) < len(runs):
            line = RunLine()
            line.clicked.connect(self._pick)
            self._lines.append(line)
            self._list.addWidget(line)
        for number, line in enumerate(self._lines):
            line.setVisible(number < len(runs))
            if number < len(runs):
                each = runs[number]
                is_shown = each is running.shown
                line.show_run(each.run, each.state, is_shown=is_shown)
        self.runs_header.remark.set_full_text(count_text(len(runs), "run"))

    # wishes

    def _pick(self) -> None:
        sender = self.sender()
        runs = tuple(reversed(self._running.runs))
        for line, each in zip(self._lines, runs, strict=False):
            if line is sender:
                self.run_requested.emit(each.run.folder)

    def _turn_pause(self) -> None:
        shown = self._running.shown
        is_paused = shown is not None and shown.state.phase is RunPhase.PAUSED
        self.asked.emit(Ask.RESUME if is_paused else Ask.PAUSE)
