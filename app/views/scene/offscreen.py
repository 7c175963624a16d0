"""Pictures of the scene that no window shows: any size, see-through where wanted.

It has an OpenGL context of its own, so that what the window keeps for its next picture stays. Large
pictures are drawn part by part: no part takes long, and none needs more than a card can give.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QOffscreenSurface, QOpenGLContext, QSurfaceFormat

from app.camera import CameraState
from app.scene_contents import SceneContents, drawing, overlay_frame
from app.scene_model import Stage
from app.views.scene.shot import Shot
from engine.errors import EngineError

if TYPE_CHECKING:
    from app.scene_frame import SceneFrame
    from app.views.scene.gl_objects import Framebuffer

PART_PX = 256
"""Side of a part: drawn in some 10 ms without a graphics card."""
BAND_AREA = 600_000
"""Pixels of a band of a frame, likewise."""
SAMPLES = 4
"""Of each pixel of a picture, where the machine has so many."""
NO_CONTEXT = "pictures cannot be drawn: no OpenGL 3.3 context could be made; run skelarium doctor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """A picture to be drawn."""

    contents: SceneContents
    camera: CameraState
    width: int
    """Device pixels."""
    height: int
    pixel_ratio: float
    """Device pixels in one logical pixel: how thick lines are."""
    is_room: bool = True
    """Air and floor behind the bodies; else nothing."""
    has_grid: bool = True
    """Of what has no room: lines on the floor."""
    has_shadows: bool = True

    def canvas(self) -> NDArray[np.uint8]:
        """``(height, width, 4)`` for its parts."""
        return np.empty((self.height, self.width, 4), dtype=np.uint8)

    def shot(self, corner: tuple[int, int] | None) -> Shot:
        """What the renderer is told of one part; None for all of it."""
        model = self.contents.shown
        return Shot(
            camera=self.camera,
            width=self.width,
            height=self.height,
            pixel_ratio=self.pixel_ratio,
            theme=self.contents.theme,
            stage=Stage() if model is None else model.stage,
            corner=corner,
            is_room=self.is_room,
            has_grid=self.has_grid,
            has_shadows=self.has_shadows,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a picture that has been drawn."""

    left: int
    top: int
    pixels: NDArray[np.uint8]
    """``(h, w, 4)`` RGBA, the top row first, colours multiplied by their opacity."""
    done: float
    """Share of the picture that is there with it."""

    def put(self, canvas: NDArray[np.uint8]) -> None:
        """Lay it into its place in ``(H, W, 4)`` of the whole picture."""
        height, width = self.pixels.shape[:2]
        canvas[self.top : self.top + height, self.left : self.left + width] = self.pixels


class OffscreenScene:
    """Draws stills. Used in the main thread; made when the first picture is wanted.

    Raises:
        EngineError: There is no OpenGL that can draw the scene.
    """

    def __init__(self) -> None:
        self._surface = QOffscreenSurface()
        self._surface.setFormat(QSurfaceFormat.defaultFormat())
        self._surface.create()
        self._context = QOpenGLContext()
        self._context.setFormat(QSurfaceFormat.defaultFormat())
        if not self._context.create() or not self._context.makeCurrent(self._surface):
            raise EngineError(NO_CONTEXT)
        from app.views.scene.gl_objects import Framebuffer, GraphicsError, largest_view
        from app.views.scene.renderer import Renderer

        try:
            self._renderer = Renderer(is_es=self._context.isOpenGLES())
        except GraphicsError as error:
            raise EngineError(f"pictures cannot be drawn: {error}") from error
        self._part = Framebuffer(samples=SAMPLES)
        self._band = Framebuffer(samples=0)
        self._largest = largest_view()
        self._drawn: tuple[SceneContents, SceneFrame | None] | None = None

    def parts(self, still: Still) -> Iterator[Part]:
        """Draw a picture part by part, each when it is asked for; every pixel from four samples.

        Raises:
            EngineError: No picture can be so large here.
        """
        return self._cut(still, self._part, (PART_PX, PART_PX))

    def bands(self, still: Still) -> Iterator[Part]:
        """The same as the window draws it, in as few bands as are quick: for films.

        Raises:
            EngineError: No picture can be so large here.
        """
        return self._cut(still, self._band, (still.width, max(BAND_AREA // still.width, 1)))

    def _cut(self, still: Still, target: "Framebuffer", largest: tuple[int, int]) -> Iterator[Part]:
        if still.width > self._largest[0] or still.height > self._largest[1]:
            raise EngineError(
                f"this machine draws pictures of up to {self._largest[0]}x{self._largest[1]} "
                f"pixels, not {still.width}x{still.height}; take a smaller size or scale"
            )
        columns = range(0, still.width, largest[0])
        rows = range(0, still.height, largest[1])
        count = len(columns) * len(rows)
        keeps_room = count == 1 and target is self._band
        for number, (left, bottom) in enumerate((x, y) for y in rows for x in columns):
            size = min(largest[0], still.width - left), min(largest[1], still.height - bottom)
            corner = None if keeps_room else (left, bottom)
            yield Part(
                left=left,
                top=still.height - bottom - size[1],
                pixels=self._pixels(still, target, corner, size),
                done=(number + 1) / count,
            )

    def release(self) -> None:
        """Delete everything."""
        if self._context.makeCurrent(self._surface):
            self._renderer.release()
            self._part.release()
            self._band.release()
            self._context.doneCurrent()
        self._surface.destroy()

    def _pixels(
        self,
        still: Still,
        target: "Framebuffer",
        corner: tuple[int, int] | None,
        size: tuple[int, int],
    ) -> NDArray[np.uint8]:
        if not self._context.makeCurrent(self._surface):
            raise EngineError(NO_CONTEXT)
        target.resize(*size)
        target.bind()
        self._renderer.draw(self._drawing(still.contents), still.shot(corner), target.name)
        return target.pixels()

    def _drawing(self, contents: SceneContents) -> "SceneFrame | None":
        """The arrays of some contents, made once for all parts."""
        if self._drawn is None or self._drawn[0] is not contents:
            self._drawn = contents, drawing(contents, overlay_frame(contents))
        return self._drawn[1]
