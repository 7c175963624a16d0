"""The bar at the top: name, menus, what is on show, the model, the theme, help."""

from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QMenuBar,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from app.action_spec import Menu
from app.document import AnswerState
from app.library import Library
from app.theme import TypeRole, font
from app.timecode import duration_text
from app.views.action_set import ActionSet
from app.views.pieces import ElidedLabel, Readout, label
from app.views.untrained_badge import UntrainedBadge
from engine.runtime.packages import ModelPackage

PICKER_WIDTH, LEAST_PICKER_WIDTH = 300, 150
TITLE_GAPS = 12
"""Around what is on show, so that it touches nothing."""
MOST_LISTED = 12
"""Recordings in the menu; the library has more."""


class ModelPicker(QPushButton):
    """The model that is asked and how long it took; press to pick another."""

    model_requested = Signal(object)  # ModelPackage

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models: tuple[ModelPackage, ...] = ()
        self._picked: ModelPackage | None = None
        self.setProperty("kind", "picker")
        self.setAccessibleName("Model")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumWidth(LEAST_PICKER_WIDTH)
        self.setMaximumWidth(PICKER_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(11, 6, 11, 6)
        row.setSpacing(10)
        self.name = ElidedLabel("No model installed")
        self.timing = Readout(TypeRole.SMALL, widest="CPU 000 ms", tone="muted")
        self.timing.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.timing.hide()
        for piece in (self.name, self.timing):
            piece.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(self.name, 1)
        row.addWidget(self.timing)
        self.setFixedHeight(self.fontMetrics().height() + 14)
        self.clicked.connect(self._offer)
        self._refresh()

    def sizeHint(self) -> QSize:
        """Wide enough for a model's title and its timing (called by Qt)."""
        return QSize(PICKER_WIDTH, super().sizeHint().height())

    @Slot(object)
    def show_models(self, models: tuple[ModelPackage, ...]) -> None:
        """Offer these models."""
        self._models = models
        self._refresh()

    @Slot(object)
    def show_model(self, model: ModelPackage | None) -> None:
        """Show the model that is asked."""
        self._picked = model
        self._refresh()

    @Slot(object)
    def show_timing(self, state: AnswerState) -> None:
        """Show how long the last answer took."""
        answer = state.answer
        self.timing.say(f"CPU {duration_text(answer.seconds)}" if answer else "")
        self.timing.setVisible(answer is not None)

    def _refresh(self) -> None:
        title = self._picked.card.title if self._picked else "No model installed"
        self.name.set_full_text(title)
        self.setEnabled(bool(self._models))
        self.setToolTip(
            "The model that is asked; press to pick another"
            if self._models
            else "No model is installed: train one with “skelarium train”"
        )

    def _offer(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for number, model in enumerate(self._models):
            action = menu.addAction(model.card.title)
            action.setCheckable(True)
            action.setChecked(model is self._picked)
            action.setData(number)
            action.setToolTip(model.card.metrics.summary)
            group.addAction(action)
        menu.setToolTipsVisible(True)
        menu.setMinimumWidth(self.width())
        menu.triggered.connect(
            lambda action: self.model_requested.emit(self._models[int(action.data())])
        )
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))


class RecentMenu(QMenu):
    """Recordings opened before."""

    open_requested = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Open recent", parent)
        self.setToolTipsVisible(True)
        self.setEnabled(False)
        self.triggered.connect(lambda action: self.open_requested.emit(Path(str(action.data()))))

    @Slot(object)
    def show_library(self, library: Library) -> None:
        """List the newest recordings."""
        self.clear()
        for entry in library.recordings[:MOST_LISTED]:
            action = self.addAction(entry.title)
            action.setData(str(entry.path))
            action.setToolTip(str(entry.path))
        self.setEnabled(not self.isEmpty())


class TopBar(QWidget):
    """One row over everything."""

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = self._study = self._recording = ""
        self.menu_bar = QMenuBar()
        self.menu_bar.setNativeMenuBar(False)
        self.menu_bar.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.menus = actions.fill(self.menu_bar)
        self.recent = RecentMenu(self)
        self.menus[Menu.FILE].insertMenu(actions["file.quit"], self.recent)
        self.title = ElidedLabel(mode=Qt.TextElideMode.ElideLeft)
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title.setFont(font(TypeRole.STRONG))
        self.picker = ModelPicker()
        self.untrained = UntrainedBadge()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(6)
        row.addWidget(label("Skelarium", TypeRole.TITLE))
        row.addSpacing(8)
        row.addWidget(_mode_switch(actions, self))
        row.addWidget(self.menu_bar, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.title, 1)
        row.addWidget(self.untrained)
        row.addWidget(self.picker)
        row.addSpacing(6)
        row.addWidget(actions.button("view.theme", self))
        row.addWidget(actions.button("help.keys", self))

    def event(self, event: QEvent) -> bool:
        """Share the room anew whenever there is more or less of it (called by Qt)."""
        is_done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._share_room()
        return is_done

    def _share_room(self) -> None:
        """Let the model's name make way for what is on show, down to a width."""
        wanted = self.title.fontMetrics().horizontalAdvance(self.title.full_text) + TITLE_GAPS
        room = self.title.width() + self.picker.width()
        self.picker.setMaximumWidth(min(max(room - wanted, LEAST_PICKER_WIDTH), PICKER_WIDTH))

    def show_title(self, title: str) -> None:
        """Say what is on show."""
        self._title = title
        self._say()

    def show_study(self, name: str, recording: str) -> None:
        """Say which study is open.

        Args:
            name: Its name; empty for none.
            recording: The recording on show, as the study calls it; empty where it has it not.
        """
        self._study, self._recording = name, recording
        self._say()

    def _say(self) -> None:
        title = self._recording or self._title
        self.title.set_full_text("  /  ".join(each for each in (self._study, title) if each))
        self._share_room()


def _mode_switch(actions: ActionSet, parent: QWidget) -> QFrame:
    """What the window is used for: one of a few words side by side."""
    frame = QFrame(parent)
    frame.setProperty("kind", "segments")
    row = QHBoxLayout(frame)
    row.setContentsMargins(2, 2, 2, 2)
    row.setSpacing(2)
    for action_id in ("mode.inspect", "mode.teach"):
        button = actions.button(action_id, frame, word=actions[action_id].text())
        button.setProperty("kind", "segment")
        row.addWidget(button)
    return frame
