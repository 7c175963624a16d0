"""What is written over a drawn scene: joint names and the legend. Works in any thread."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QImage, QPainter

from app.camera import Viewport
from app.overlays import Legend, drawable
from app.scene_contents import SceneContents
from app.views.export_legend import legend_height, paint_legend
from app.views.scene.captions import CaptionStyle, joint_names, paint_names
from app.views.scene.offscreen import Still

MARGIN = 14.0
METRES_PER_INCH = 0.0254
USUAL_DPI = 96.0
"""At one device pixel for a logical one."""


def legends_of(contents: SceneContents) -> tuple[Legend, ...]:
    """What the numbers of the overlays that are drawn mean."""
    prepared = contents.explanation
    is_about_answer = contents.seen is None and contents.hidden.is_empty
    if prepared is None or contents.contrast is not None or not is_about_answer:
        return ()
    legends = (
        legend
        for overlay in drawable(contents.overlay_ids, prepared.explanation)
        for legend in overlay.legends(prepared, contents.overlay_settings)
    )
    return tuple(dict.fromkeys(legends))


def image_of_scene(pixels: NDArray[np.uint8], pixel_ratio: float) -> QImage:
    """``(h, w, 4)`` RGBA, colours multiplied by their opacity, as a picture of its own."""
    whole = np.ascontiguousarray(pixels)
    height, width = whole.shape[:2]
    kind = QImage.Format.Format_RGBA8888_Premultiplied
    image = QImage(whole.data, width, height, 4 * width, kind).copy()  # the pixels are numpy's
    image.setDevicePixelRatio(pixel_ratio)
    return image


def on_white(image: QImage) -> QImage:
    """The same on paper."""
    paper = QImage(image.size(), QImage.Format.Format_RGB32)
    paper.setDevicePixelRatio(image.devicePixelRatio())
    paper.fill(Qt.GlobalColor.white)
    painter = QPainter(paper)
    painter.drawImage(0, 0, image)
    painter.end()
    return paper


def write_over(image: QImage, still: Still, font: QFont, *, has_legend: bool) -> None:
    """Write joint names and the legend, where they are wanted.

    Args:
        image: Of the scene.
        still: What it shows.
        font: Of joint names.
        has_legend: Whether there is to be one; it stands at the lower left.
    """
    contents, model = still.contents, still.contents.shown
    legends = legends_of(contents) if has_legend else ()
    painter = QPainter(image)
    if contents.has_labels and model is not None:
        ratio = still.pixel_ratio
        view = Viewport(width=still.width / ratio, height=still.height / ratio)
        style = CaptionStyle(font=font, theme=contents.theme, pixel_ratio=ratio)
        names = joint_names(
            model, contents.shown_frame, still.camera, view, style, contents.shown_person
        )
        paint_names(painter, names, style)
    if legends:
        top = still.height / still.pixel_ratio - MARGIN - legend_height(legends)
        paint_legend(painter, QPointF(MARGIN, top), legends, contents.theme)
    painter.end()


def finished_picture(
    pixels: NDArray[np.uint8], still: Still, font: QFont, *, has_legend: bool, is_white: bool
) -> QImage:
    """A drawn scene as a picture to be saved: see-through, on paper or in its room.

    Args:
        pixels: ``(h, w, 4)`` RGBA, colours multiplied by their opacity.
        still: What they show.
        font: Of joint names.
        has_legend: Whether the legend is in it.
        is_white: Whether it lies on paper.
    """
    image = image_of_scene(pixels, still.pixel_ratio)
    if is_white:
        image = on_white(image)
    elif still.is_room:
        image = image.convertToFormat(QImage.Format.Format_RGB32)
    write_over(image, still, font, has_legend=has_legend)
    if not is_white and not still.is_room:
        image = image.convertToFormat(QImage.Format.Format_ARGB32)
    per_metre = round(USUAL_DPI * still.pixel_ratio / METRES_PER_INCH)
    image.setDotsPerMeterX(per_metre)
    image.setDotsPerMeterY(per_metre)
    return image
