"""The middle of the window: the 3D view with what floats on it."""

from PySide6.QtCore import QEvent, QMargins, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from app.theme import TypeRole, font
from app.timecode import grouped
from app.views.action_set import ActionSet
from app.views.compare_table import CompareTable
from app.views.icons import ICON_PX, icon, picture
from app.views.pieces import column, label
from app.views.scene.scene_view import SceneView
from app.views.stage_panes import StagePanes
from engine.recording import Finding, Recording
from engine.skeleton import LayoutKind

MARGIN = 12
GAP = 8
GLASS_OPACITY = 0.82
CARD_WIDTH = 360
LOWEST_PANES = 150
"""Height that panes keep, captions included; below it the table makes room."""


class Glass(QFrame):
    """A rounded plate that lets the scene shine through."""

    RADIUS = 7

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the plate (called by Qt)."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = QColor(self.palette().color(QPalette.ColorRole.Window))
        fill.setAlphaF(GLASS_OPACITY)
        painter.setBrush(fill)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        outline = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(outline, self.RADIUS, self.RADIUS)
        painter.end()


class ButtonPlate(Glass):
    """A few buttons side by side."""

    def __init__(self, buttons: tuple[QToolButton, ...], parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 3, 4, 3)
        row.setSpacing(1)
        for button in buttons:
            row.addWidget(button)


class FindingsCard(QFrame):
    """What the reader noticed, sentence by sentence."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._box = column(self, margins=(14, 12, 14, 12), spacing=8)
        self.setAccessibleName("Notes on this recording")
        self.hide()

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Write one paragraph a finding."""
        while (item := self._box.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self._box.addWidget(label("ABOUT THIS RECORDING", TypeRole.HEADING, tone="muted"))
        for finding in findings:
            paragraph = label(finding.message, TypeRole.TEXT)
            paragraph.setWordWrap(True)
            paragraph.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._box.addWidget(paragraph)

    def fit(self, width: int) -> None:
        """Take the height that the sentences need at a width."""
        self.setFixedWidth(width)
        self.resize(width, self._box.totalHeightForWidth(width))


class InfoPlate(Glass):
    """People, frame rate and frames; and a button when the reader noticed something."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._recording: Recording | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 4, 3)
        row.setSpacing(6)
        self.facts = label("", TypeRole.SMALL, tone="muted")
        self.facts.setAccessibleName("About the recording")
        self.facts.setContentsMargins(0, 4, 6, 4)
        self.notes = QToolButton()
        self.notes.setProperty("kind", "word")
        self.notes.setFont(font(TypeRole.SMALL))
        self.notes.setCheckable(True)
        self.notes.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.notes.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.notes.hide()
        row.addWidget(self.facts)
        row.addWidget(self.notes)

    def show_facts(self, recording: Recording | None) -> None:
        """Say what kind of recording it is."""
        self.setVisible(recording is not None)
        if recording is None:
            return
        self._recording = recording
        count = len(recording.findings)
        self.notes.setVisible(count > 0)
        self.notes.setText("1 note" if count == 1 else f"{count} notes")
        self.notes.setToolTip("What was noticed while reading this file")
        self.notes.setAccessibleName("Notes on this recording")
        self.notes.setIcon(icon("info", self.palette()))

    def fit(self, width: int) -> None:
        """Say everything, or less where that is wider than ``width``: notes are last to go."""
        if self._recording is None:
            return
        facts = facts_of(self._recording)
        fewest = 0 if self._recording.findings else 1
        for count in range(len(facts), fewest - 1, -1):
            self.facts.setText("  ·  ".join(facts[:count]))
            self.facts.setVisible(count > 0)
            self.adjustSize()
            if self.width() <= width:
                return


def facts_of(recording: Recording) -> tuple[str, ...]:
    """``2 people``, ``30 fps``, ``1 040 frames``."""
    one, more = (
        ("hand", "hands") if recording.layout.kind is LayoutKind.HAND else ("person", "people")
    )
    people = f"{recording.num_people} {one if recording.num_people == 1 else more}"
    rate = f"{float(recording.shown_fps):g} fps"
    if recording.fps is None and recording.timestamps is None:
        rate += " assumed"
    frames = "1 frame" if recording.num_frames == 1 else f"{grouped(recording.num_frames)} frames"
    return people, rate, frames


class DropFrame(QWidget):
    """Shown while files hang over the window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw (called by Qt)."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = self.palette().color(QPalette.ColorRole.Highlight)
        fill = QColor(self.palette().color(QPalette.ColorRole.Window))
        fill.setAlphaF(0.7)
        painter.setBrush(fill)
        painter.setPen(QPen(accent, 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(10, 10, -10, -10), 12, 12)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.setFont(font(TypeRole.TITLE))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Drop to open")
        painter.setFont(font(TypeRole.TEXT))
        below = self.rect().translated(0, round(1.6 * painter.fontMetrics().height()))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, "with Shift: compare with this one")
        painter.end()


class EmptyStage(QWidget):
    """What to do while there is no recording."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        box = column(self, margins=(20, 20, 20, 20), spacing=6)
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title = label("Drop a recording here", TypeRole.TITLE)
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = label("or pick one from the library, or press Ctrl+O", TypeRole.TEXT, tone="muted")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box.addStretch(1)
        for widget in (self._icon, title, hint):
            box.addWidget(widget)
        box.addStretch(1)
        self.recolour()

    def recolour(self) -> None:
        """Draw the icon in the palette's colours."""
        colour = self.palette().color(QPalette.ColorRole.PlaceholderText)
        self._icon.setPixmap(picture("drop", colour, 2 * ICON_PX, self.devicePixelRatioF()))


class Stage(QWidget):
    """The scene, with buttons, facts and notes over it; above it while it is split into panes."""

    covered_changed = Signal(QMargins)
    """How far the buttons and facts reach over the scene from its sides."""

    def __init__(self, scene: SceneView, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scene = scene
        self.panes = StagePanes(scene, self)
        self.panes.split_changed.connect(self._place)
        self.table = CompareTable(self)
        self._has_table = False
        looks = (("front", "Front"), ("side", "Side"), ("top", "Top"))
        drawn = (("follow", "Follow"), ("trails", "Trails"), ("labels", "Names"))
        self.looks = ButtonPlate(
            (
                *(actions.button(f"view.{name}", self, word=word) for name, word in looks),
                actions.button("view.frame-all", self),
            ),
            self,
        )
        self.drawn = ButtonPlate(
            (
                *(actions.button(f"view.{name}", self, word=word) for name, word in drawn),
                actions.button("compare.side-by-side", self),
            ),
            self,
        )
        self.info = InfoPlate(self)
        self.findings = FindingsCard(self)
        self.empty = EmptyStage(self)
        self.drop = DropFrame(self)
        self.info.notes.toggled.connect(self._toggle_findings)
        self.setMinimumSize(320, 200)
        self.show_recording(None)

    @Slot(object)
    def show_recording(self, recording: Recording | None) -> None:
        """Say what is on the stage."""
        self.empty.setVisible(recording is None)
        self.looks.setVisible(recording is not None)
        self.drawn.setVisible(recording is not None)
        self.info.notes.setChecked(False)
        self.info.show_facts(recording)
        if recording is not None:
            self.findings.show_findings(recording.findings)
        self._place()

    def show_table(self, is_shown: bool) -> None:
        """Have the table of models under the panes while there are several, or not."""
        self._has_table = is_shown
        if self.panes.is_split:
            self._place()

    def show_drop(self, is_over: bool) -> None:
        """Show that files may be dropped."""
        self.drop.setVisible(is_over)
        self.drop.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep everything in its corner (called by Qt)."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme (called by Qt)."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.empty.recolour()
            self.info.notes.setIcon(icon("info", self.palette()))

    def _toggle_findings(self, is_open: bool) -> None:
        self.findings.setVisible(is_open)
        self._place()
        self.findings.raise_()

    def _place(self) -> None:
        whole = QRect(0, 0, self.width(), self.height())
        for widget in (self.empty, self.drop):
            widget.setGeometry(whole)
        for plate in (self.looks, self.drawn):
            plate.adjustSize()
        self.looks.move(MARGIN, MARGIN)
        beside = self.looks.geometry().right() + 1 + GAP
        if beside + self.drawn.width() + MARGIN <= self.width():
            self.drawn.move(beside, MARGIN)
        else:  # no room side by side
            self.drawn.move(MARGIN, self.height() - self.drawn.height() - MARGIN)
        self._place_info()
        covered = self.covered
        is_split = self.panes.is_split
        room = whole.marginsRemoved(_with_air(covered)) if is_split else whole
        under = self.table.sizeHint().height() if is_split and self._has_table else 0
        under = under if room.height() - under >= LOWEST_PANES else 0
        self.table.setVisible(under > 0)
        if is_split:  # plates over seams would belong to no pane
            self.panes.setGeometry(room.adjusted(0, 0, 0, -under))
            self.table.setGeometry(0, room.bottom() + 1 - under, self.width(), under)
            covered = QMargins()
        else:
            self.panes.setGeometry(whole)
        self.covered_changed.emit(covered)

    @property
    def covered(self) -> QMargins:
        """How far buttons and facts reach over the scene from its sides."""
        plates = [plate for plate in (self.looks, self.drawn, self.info) if not plate.isHidden()]
        middle = self.height() / 2
        above = [plate.geometry().bottom() + 1 for plate in plates if plate.y() < middle]
        below = [self.height() - plate.y() for plate in plates if plate.y() >= middle]
        return QMargins(0, max(above, default=0), 0, max(below, default=0))

    def _place_info(self) -> None:
        """Put facts and notes at the right: above, else below; fewer where room is scarce."""
        middle = self.height() / 2
        room_above, room_below = (
            self._room_beside(
                tuple(p for p in (self.looks, self.drawn) if (p.y() < middle) is above)
            )
            for above in (True, False)
        )
        if self.panes.is_split:  # fewer facts rather than another row
            room_below = 0
        self.info.fit(max(room_above, room_below))
        is_above = self.info.width() <= room_above
        self.findings.fit(min(CARD_WIDTH, self.width() - 2 * MARGIN))
        card_left = self.width() - self.findings.width() - MARGIN
        left = max(self.width() - self.info.width() - MARGIN, MARGIN)
        if is_above:
            self.info.move(left, MARGIN)
            self.findings.move(card_left, self.info.geometry().bottom() + GAP)
            return
        top = self.height() - self.info.height() - MARGIN
        if self.info.width() > room_below:  # not even one fact: in a row of its own
            top -= self.drawn.height() + GAP
        self.info.move(left, top)
        self.findings.move(card_left, self.info.y() - self.findings.height() - GAP)

    def _room_beside(self, plates: tuple[QWidget, ...]) -> int:
        """Width that is free at the right of plates in one row."""
        taken = max((plate.geometry().right() + 1 + GAP for plate in plates), default=MARGIN)
        return self.width() - taken - MARGIN


def _with_air(covered: QMargins) -> QMargins:
    """Room for the plates, with as much air below them as above."""
    top, bottom = (side + GAP if side else 0 for side in (covered.top(), covered.bottom()))
    return QMargins(covered.left(), top, covered.right(), bottom)
