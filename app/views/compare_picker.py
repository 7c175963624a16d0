"""The small button at the head of the lanes: which models the one shown is compared with."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.compare_state import MOST_BESIDE
from app.theme import TypeRole, font
from engine.runtime.packages import ModelPackage

FEWEST_TO_CHOOSE = 2


class ComparePicker(QToolButton):
    """Press to tick models; each brings a lane of its own, two bring the lane of agreement."""

    compare_requested = Signal(object)  # tuple[ModelPackage, ...]

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._models: tuple[ModelPackage, ...] = ()
        self._shown: ModelPackage | None = None
        self._compared: tuple[ModelPackage, ...] = ()
        self.setProperty("kind", "word")
        self.setText("+ Compare")
        self.setFont(font(TypeRole.SMALL))
        self.setAccessibleName("Compare models")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self.offer)
        self._refresh()

    def show_models(
        self,
        models: tuple[ModelPackage, ...],
        shown: ModelPackage | None,
        compared: tuple[ModelPackage, ...],
    ) -> None:
        """Offer these models.

        Args:
            models: All there are.
            shown: Always has a lane.
            compared: Ticked.
        """
        self._models, self._shown, self._compared = models, shown, compared
        self._refresh()

    def _refresh(self) -> None:
        is_useful = len(self._models) >= FEWEST_TO_CHOOSE
        self.setEnabled(is_useful)
        self.setToolTip(
            "Compare with up to three other models  (C)"
            if is_useful
            else "There is one model only: train or install another to compare them"
        )

    def menu_of_models(self) -> QMenu:
        """A menu with a tick for each model."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        is_full = len(self._compared) >= MOST_BESIDE
        for number, model in enumerate(self._models):
            action = menu.addAction(model.card.title)
            is_ticked = model in self._compared or model is self._shown
            action.setCheckable(True)
            action.setChecked(is_ticked)
            action.setEnabled(model is not self._shown and (is_ticked or not is_full))
            action.setData(number)
            action.setToolTip(
                "The model shown" if model is self._shown else model.card.metrics.summary
            )
        menu.triggered.connect(lambda action: self._toggle(self._models[int(action.data())]))
        return menu

    def offer(self) -> None:
        """Open the menu under the button."""
        self.offer_at(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def offer_at(self, place: QPoint) -> None:
        """Open the menu somewhere else, in the screen's coordinates."""
        if self.isEnabled():
            self.menu_of_models().popup(place)

    def _toggle(self, model: ModelPackage) -> None:
        if model in self._compared:
            wanted = tuple(each for each in self._compared if each is not model)
        else:
            wanted = (*self._compared, model)
        self.compare_requested.emit(wanted[:MOST_BESIDE])
