"""What is written over a 3D view: joints' names, and the panel beside what is under the pointer."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSizeF
from PySide6.QtGui import QImage, QPainter

from app.camera import CameraState, Viewport
from app.scene_contents import SceneContents
from app.scene_pick import Hit
from app.views.scene.captions import (
    CaptionStyle,
    joint_names,
    paint_names,
    panel_image,
    panel_place,
    panel_text,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneWords:
    """All that the writing of one picture depends on."""

    contents: SceneContents
    camera: CameraState
    viewport: Viewport
    style: CaptionStyle
    hit: Hit | None
    """Under the pointer."""
    anchor: QPointF | None
    """Where the panel about it stands; None where that is out of view."""


class SceneWriting:
    """Writes; keeps the panel as a picture while it says the same."""

    def __init__(self) -> None:
        self._panel: QImage | None = None

    def forget_panel(self) -> None:
        """Something else is under the pointer, or colours are others."""
        self._panel = None

    def paint(self, painter: QPainter, words: SceneWords) -> None:
        """Write names and the panel, as far as they are wanted."""
        contents, model = words.contents, words.contents.shown
        if model is None:
            return
        if contents.has_labels:
            names = joint_names(
                model,
                contents.shown_frame,
                words.camera,
                words.viewport,
                words.style,
                contents.shown_person,
            )
            paint_names(painter, names, words.style)
        if words.hit is None or words.anchor is None:
            return
        if self._panel is None or self._panel.devicePixelRatio() != words.style.pixel_ratio:
            units, theme = model.recording.units, words.style.theme
            text = panel_text(words.hit, units, theme, has_company=model.num_people > 1)
            self._panel = panel_image(text, words.style)
        size: QSizeF = self._panel.deviceIndependentSize()
        painter.drawImage(panel_place(words.anchor, size, words.viewport), self._panel)
