"""What the model sees: a pill for each station, and which frames are used."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QToolButton, QWidget

from app.seen_model import SeenScene
from app.theme import TypeRole, font
from app.views.flow import FlowLayout
from app.views.pieces import column, label
from app.views.why_strip import FramesStrip
from app.why_words import fed_text, frames_text, stage_text
from engine.inspection.seen import Station

SHORT_NAMES = {
    Station.RAW: "Raw",
    Station.FILLED: "Gaps filled",
    Station.RESAMPLED: "Resampled",
    Station.CENTRED: "Centred",
    Station.TURNED: "Turned",
    Station.SCALED: "Joints",
    Station.BONE: "Bones",
    Station.JOINT_MOTION: "Motion",
    Station.BONE_MOTION: "Bone motion",
}


def chip_name(seen: SeenScene) -> str:
    """What its pill says."""
    stage = seen.stage
    if stage.voxels is not None:
        return f"Voxels {stage.voxels.space}"
    return SHORT_NAMES[stage.station]


class SeesTool(QWidget):
    """Picks a stage, and says what it is."""

    stage_requested = Signal(int)
    seek_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scenes: tuple[SeenScene, ...] = ()
        self._number = 0
        self._flow = QWidget()
        self._row = FlowLayout(self._flow, spacing=6)
        self.chips: list[QToolButton] = []
        self.title = label("", TypeRole.STRONG)
        self.words = label("", TypeRole.SMALL, tone="muted")
        self.fed = label("", TypeRole.SMALL)
        self.frames = label("", TypeRole.SMALL, tone="muted")
        self.strip = FramesStrip()
        for text in (self.words, self.fed, self.frames):
            text.setWordWrap(True)
        self._about = (self._flow, self.title, self.words, self.fed, self.strip, self.frames)
        box = column(self, margins=(0, 0, 0, 0), spacing=10)
        for piece in self._about:
            box.addWidget(piece)
        self.strip.seek_requested.connect(self.seek_requested)
        self._refresh()

    def show_stages(self, scenes: tuple[SeenScene, ...], number: int) -> None:
        """Offer stages and stand on one."""
        if scenes is not self._scenes:
            self._scenes = scenes
            self._rebuild()
        self._number = number
        self._refresh()

    def _rebuild(self) -> None:
        names = [chip_name(seen) for seen in self._scenes]
        if names == [chip.text() for chip in self.chips]:
            return
        while (item := self._row.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.chips = []
        for number, name in enumerate(names):
            chip = QToolButton(self._flow)
            chip.setText(name)
            chip.setFont(font(TypeRole.SMALL))
            chip.setCheckable(True)
            chip.setProperty("kind", "pill")
            chip.setToolTip(self._scenes[number].stage.name)
            chip.clicked.connect(partial(self._ask, number))
            self.chips.append(chip)
            self._row.addWidget(chip)
            chip.show()

    def _ask(self, number: int) -> None:
        self.stage_requested.emit(number)

    def _refresh(self) -> None:
        for piece in self._about:
            piece.setVisible(bool(self._scenes))
        if not self._scenes:
            self.strip.show_stage(None)
            return
        seen = self._scenes[self._number]
        for number, chip in enumerate(self.chips):
            chip.setChecked(number == self._number)
        self.title.setText(seen.stage.name)
        self.words.setText(stage_text(seen))
        self.fed.setText(fed_text(seen.stage))
        self.frames.setText(frames_text(seen.stage, seen.model))
        self.strip.set_clip(seen.start, seen.start + seen.model.num_frames)
        self.strip.show_stage(seen.stage)
