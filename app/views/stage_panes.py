"""One to four 3D views side by side, with one camera and a caption each.

The first view is always the same widget. The others show what it shows, each with a change of its
own: the overlays of another model, or another recording.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.pane_caption import PaneCaption, Standing
from app.scene_contents import SceneContents
from app.views.pane_caption_bar import PaneCaptionBar
from app.views.scene.scene_view import SceneView

if TYPE_CHECKING:
    from app.scene_model import SceneModel

__all__ = ["MOST_PANES", "PaneCaption", "PaneChange", "StagePanes", "Standing", "columns_for"]

MOST_PANES = 4
SEAM = 1
"""Pixels between two panes."""
MORE_COLUMNS = 1.05
"""Bodies must be drawn larger by this in fewer columns: side by side is easier to compare."""

PaneChange = Callable[[SceneContents], SceneContents]
"""From what the first view shows to what a pane shows."""


def columns_for(count: int, scale_of: Callable[[int], float]) -> int:
    """How many panes stand in a row so that bodies are drawn largest; all rows are full.

    Args:
        count: Panes.
        scale_of: How large bodies are drawn with a number of columns.
    """
    best = count
    for columns in range(count - 1, 0, -1):
        is_full = count % columns == 0
        if is_full and scale_of(columns) > MORE_COLUMNS * scale_of(best):
            best = columns
    return best


class StagePanes(QWidget):
    """The first view alone, or several with one camera.

    Args:
        first: The view that is always there; it leads the camera.
        parent: Owner.
    """

    caption_clicked = Signal(int)
    """Which pane's caption was pressed."""
    split_changed = Signal(bool)
    """Whether there are several panes now."""

    def __init__(self, first: SceneView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = first
        first.setParent(self)
        self._others: list[SceneView] = []
        self._bars: list[PaneCaptionBar] = []
        self._changes: dict[SceneView, PaneChange] = {}
        self._columns = 1
        self._unveiling = QTimer(self)
        self._unveiling.setInterval(0)
        self._unveiling.timeout.connect(self._show_next)
        self._model: SceneModel | None = None
        first.camera_changed.connect(self._lead)
        first.contents_changed.connect(self._pass_on)

    @property
    def views(self) -> tuple[SceneView, ...]:
        """All views there are, the first one first."""
        return (self.first, *self._others)

    @property
    def is_split(self) -> bool:
        """Whether there are several."""
        return bool(self._others)

    @property
    def bars(self) -> tuple[PaneCaptionBar, ...]:
        """The captions, one a view; none under a single view."""
        return tuple(self._bars)

    @property
    def is_settled(self) -> bool:
        """Whether all views are there to be seen."""
        return not self._unveiling.isActive()

    def show_panes(self, captions: tuple[PaneCaption, ...]) -> tuple[SceneView, ...]:
        """Show as many views as there are captions; one or none is the single view.

        New views show what the first one does, until ``set_change`` says otherwise; views that
        stay keep their change. Each new view is shown in a turn of its own: where there is no
        graphics card, the first picture takes a while.

        Args:
            captions: At most four.

        Returns:
            The views, the first of which is the one that is always there.
        """
        count = len(captions[:MOST_PANES])
        count = count if count > 1 else 0
        was_split = self.is_split
        while len(self._others) > max(count - 1, 0):
            self._drop(self._others.pop())
        while len(self._others) < count - 1:
            self._others.append(self._made())
        while len(self._bars) > count:
            bar = self._bars.pop()
            bar.hide()
            bar.deleteLater()
        while len(self._bars) < count:
            bar = PaneCaptionBar(self)
            bar.clicked.connect(partial(self.caption_clicked.emit, len(self._bars)))
            self._bars.append(bar)
            bar.show()
        for bar, caption in zip(self._bars, captions, strict=False):
            bar.show_caption(caption)
        if self.is_split is not was_split:
            self.split_changed.emit(self.is_split)  # may change the size of all of this
        self._place()
        self._unveiling.start()
        return self.views

    def set_captions(self, captions: tuple[PaneCaption, ...]) -> None:
        """Write other captions under the panes that there are."""
        needed = self._caption_height()
        for bar, caption in zip(self._bars, captions, strict=False):
            bar.show_caption(caption)
        if self._caption_height() != needed:
            self._place()

    def set_change(self, view: SceneView, change: PaneChange) -> None:
        """Let a view show what the first one does, changed.

        Args:
            view: Not the first one.
            change: Called for each change of what the first one shows; fast and without effects.
        """
        self._changes[view] = change
        view.show_contents(change(self.first.contents))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew (called by Qt)."""
        super().resizeEvent(event)
        self._place()

    # one camera, one body

    def _made(self) -> SceneView:
        view = SceneView(self.first.contents.theme, self)
        view.set_led(True)
        view.touch_requested.connect(self.first.touch)
        view.move_requested.connect(self.first.move_to)
        view.take_camera(self.first.camera)
        view.show_contents(self.first.contents)
        view.hide()
        return view

    def _show_next(self) -> None:
        hidden = (view for view in self._others if view.isHidden())
        view = next(hidden, None)
        if view is None:
            self._unveiling.stop()
        else:
            view.show()

    def _drop(self, view: SceneView) -> None:
        self._changes.pop(view, None)
        view.hide()
        view.deleteLater()

    def _lead(self, camera: object) -> None:
        """All cameras stand where the first one does, while it is in the recording's own room."""
        seen = self.first.contents.seen
        if seen is not None and seen.is_apart:
            return
        for view in self._others:
            view.take_camera(self.first.camera)
        del camera

    def _pass_on(self, contents: SceneContents) -> None:
        if contents.model is not self._model:
            self._model = contents.model
            self._place()  # other bodies may want other columns
        for view in self._others:
            change = self._changes.get(view)
            view.show_contents(contents if change is None else change(contents))

    # places

    def _caption_height(self) -> int:
        width = self._pane_width(self._columns)
        return max((bar.heightForWidth(width) for bar in self._bars), default=0)

    def _pane_width(self, columns: int) -> int:
        return (self.width() - (columns - 1) * SEAM) // columns

    def _scale(self, columns: int) -> float:
        """How large bodies are drawn in that many columns."""
        rows = len(self.views) // columns
        captions = (bar.heightForWidth(self._pane_width(columns)) for bar in self._bars)
        height = self.height() // rows - max(captions, default=0)
        return self.first.fitted_scale(self._pane_width(columns), max(height, 1))

    def _place(self) -> None:
        columns = self._columns = columns_for(len(self.views), self._scale)
        rows = len(self.views) // columns
        under = self._caption_height()
        for number, view in enumerate(self.views):
            row, column = divmod(number, columns)
            left, right = (self._edge(each, columns, self.width()) for each in (column, column + 1))
            top, bottom = (self._edge(each, rows, self.height()) for each in (row, row + 1))
            width, height = right - left - SEAM, bottom - top - SEAM
            view.setGeometry(left, top, width, max(height - under, 1))
            if self._bars:
                self._bars[number].setGeometry(left, top + height - under, width, under)

    def _edge(self, number: int, count: int, size: int) -> int:
        """Where a row or column begins; the last seam lies outside."""
        return round(number * (size + SEAM) / count)
