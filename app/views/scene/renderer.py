"""Draws a ``SceneFrame`` with OpenGL 3.3 core or OpenGL ES 3.0.

Import it only with an OpenGL context at hand and after ``prepare_opengl_platform``. Order matters: the
floor and its shadows are painted without depth, then bodies front and outline, then what lies above.
"""

from dataclasses import dataclass
from math import tan

import numpy as np
from OpenGL import GL

from app.camera import CameraState, Viewport
from app.scene_frame import SceneFrame
from app.scene_model import Stage, floor_edge
from app.scene_theme import SceneTheme
from app.views.scene import shaders
from app.views.scene.gl_objects import GraphicsError, Instances, Program

OLDEST_DESKTOP, OLDEST_ES = (3, 3), (3, 0)
LIMB_ATTRIBUTES = (4, 4, 4, 4)
LINE_ATTRIBUTES = (3, 3, 1, 4, 4)
MARK_ATTRIBUTES = (4, 4, 2)
LAMP = (-0.42, 0.62, 0.66)
"""Towards the light, as the camera sees it: over the viewer's left shoulder."""
SUN_SLANT = (0.26, -0.18)
"""How far shadows move along X and Z for each unit of height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """From where, how large and in which colours a frame is drawn."""

    camera: CameraState
    width: int
    """Device pixels."""
    height: int
    pixel_ratio: float
    """Device pixels in one logical pixel."""
    theme: SceneTheme
    stage: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphicsFacts:
    """What the context really is, for reports."""

    version: str
    renderer: str
    samples: int


class Renderer:
    """The scene's OpenGL objects in one context.

    Args:
        is_es: Whether the context speaks OpenGL ES.

    Raises:
        GraphicsError: The context is too old or refuses the shaders.
    """

    def __init__(self, *, is_es: bool) -> None:
        self.facts = _facts()
        _check_version(is_es=is_es)
        header = shaders.ES_HEADER if is_es else shaders.DESKTOP_HEADER
        self._air = Program(header, shaders.BACKDROP_VERTEX, shaders.AIR_FRAGMENT)
        self._floor = Program(header, shaders.BACKDROP_VERTEX, shaders.FLOOR_FRAGMENT)
        self._shadow = Program(header, shaders.SHADOW_VERTEX, shaders.SHADOW_FRAGMENT)
        self._limb = Program(header, shaders.LIMB_VERTEX, shaders.LIMB_FRAGMENT)
        self._line = Program(header, shaders.LINE_VERTEX, shaders.LINE_FRAGMENT)
        self._mark = Program(header, shaders.MARK_VERTEX, shaders.MARK_FRAGMENT)
        self._empty = int(GL.glGenVertexArrays(1))
        self._limbs = Instances(LIMB_ATTRIBUTES)
        self._trails, self._links = Instances(LINE_ATTRIBUTES), Instances(LINE_ATTRIBUTES)
        self._halos, self._rings = Instances(MARK_ATTRIBUTES), Instances(MARK_ATTRIBUTES)
        self._pins, self._floor_rings = Instances(MARK_ATTRIBUTES), Instances(MARK_ATTRIBUTES)
        self._uploaded: SceneFrame | None = None

    def draw(self, frame: SceneFrame | None, shot: Shot) -> None:
        """Draw a frame, or the empty room, into the framebuffer that is bound."""
        GL.glViewport(0, 0, shot.width, shot.height)
        GL.glDisable(GL.GL_CULL_FACE)
        GL.glDisable(GL.GL_STENCIL_TEST)
        GL.glDisable(GL.GL_SCISSOR_TEST)
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glEnable(GL.GL_BLEND)
        GL.glColorMask(True, True, True, True)
        GL.glDepthMask(True)
        GL.glClearColor(0.0, 0.0, 0.0, 1.0)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
        if frame is not None:
            self._upload(frame)
            self._aim(shot)
            self._gather_shadows(frame.casting, shot)
        self._draw_backdrop(shot)
        if frame is not None:
            self._draw_bodies(shot)
            self._draw_above(shot)
        GL.glBindVertexArray(0)
        GL.glBindBuffer(GL.GL_ARRAY_BUFFER, 0)
        GL.glUseProgram(0)

    def release(self) -> None:
        """Delete everything; the context must be current."""
        for program in self._programs():
            program.release()
        for instances in self._all_instances():
            instances.release()
        GL.glDeleteVertexArrays(1, [self._empty])

    def _programs(self) -> tuple[Program, ...]:
        return (
            self._air, self._floor, self._shadow, self._limb, self._line, self._mark
        )  # fmt: skip

    def _all_instances(self) -> tuple[Instances, ...]:
        return (
            self._limbs, self._trails, self._links, self._halos, self._rings, self._pins,
            self._floor_rings,
        )  # fmt: skip

    def _upload(self, frame: SceneFrame) -> None:
        if frame is self._uploaded:  # only the camera has moved
            return
        rows = (
            frame.limbs, frame.trails, frame.links, frame.halos, frame.rings, frame.pins,
            frame.floor_rings,
        )  # fmt: skip
        for instances, array in zip(self._all_instances(), rows, strict=True):
            instances.fill(array)
        self._uploaded = frame

    def _aim(self, shot: Shot) -> None:
        """Give the camera to the programs that draw bodies and what surrounds them."""
        view, lens = shot.camera.view_matrix(), _lens(shot)
        for program in (self._shadow, self._limb, self._line, self._mark):
            program.use()
            program.set_matrix("view", view)
            program.set("lens", *lens)
            program.set("viewport", shot.width, shot.height)
            program.set("near", shot.camera.near)
            program.set("pixel_ratio", shot.pixel_ratio)

    def _gather_shadows(self, casting: int, shot: Shot) -> None:
        """Leave the darkest shadow on each pixel of the floor in the alpha channel; 1 is full light."""
        GL.glColorMask(False, False, False, True)
        GL.glBlendEquation(GL.GL_MIN)
        self._shadow.use()
        self._shadow.set("floor_y", shot.stage.floor)
        self._shadow.set("slant", *SUN_SLANT)
        self._shadow.set("darkness", shot.theme.shadow)
        self._limbs.draw(casting)
        GL.glColorMask(True, True, True, True)
        GL.glBlendEquation(GL.GL_FUNC_ADD)

    def _draw_backdrop(self, shot: Shot) -> None:
        """Paint air and floor, multiplied by the light left in the alpha channel, which becomes 1."""
        theme, stage = shot.theme, shot.stage
        GL.glBlendFuncSeparate(GL.GL_DST_ALPHA, GL.GL_ZERO, GL.GL_ONE, GL.GL_ZERO)
        GL.glBindVertexArray(self._empty)
        GL.glEnable(GL.GL_SCISSOR_TEST)
        viewport = Viewport(width=shot.width, height=shot.height)
        top = shot.height - round(floor_edge(stage, shot.camera, viewport))  # rows count from below
        for program, first, last in ((self._air, top, shot.height), (self._floor, 0, top)):
            program.use()
            program.set_matrix("view", shot.camera.view_matrix())
            program.set("lens", *_lens(shot))
            program.set("top", *theme.background_top)
            program.set("bottom", *theme.background_bottom)
            if program is self._floor:
                program.set("eye", *shot.camera.eye)
                program.set("floor_y", stage.floor)
                program.set("stage", *stage.middle, stage.radius)
                program.set("cell", stage.grid_cell)
                program.set("pool", *theme.floor)
                program.set("grid", *theme.grid, theme.grid_opacity)
            GL.glScissor(0, first, shot.width, last - first)
            GL.glDrawArrays(GL.GL_TRIANGLES, 0, 3)
        GL.glDisable(GL.GL_SCISSOR_TEST)
        GL.glBlendFuncSeparate(
            GL.GL_SRC_ALPHA, GL.GL_ONE_MINUS_SRC_ALPHA, GL.GL_ZERO, GL.GL_ONE
        )  # the picture stays opaque
        self._mark.use()
        self._floor_rings.draw()

    def _draw_bodies(self, shot: Shot) -> None:
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glDepthFunc(GL.GL_LESS)
        GL.glDisable(GL.GL_BLEND)
        self._limb.use()
        lamp = np.array(LAMP) / np.linalg.norm(LAMP)
        self._limb.set("lamp", *lamp)
        self._limb.set("up", *shot.camera.rotation[:, 1])
        self._limb.set("rim", shot.theme.rim)
        self._limb.set("is_edge", 0.0)
        self._limbs.draw()
        GL.glEnable(GL.GL_BLEND)
        GL.glDepthMask(False)
        self._limb.set("is_edge", 1.0)
        self._limbs.draw()
        self._line.use()
        self._trails.draw()
        self._mark.use()
        self._rings.draw()
        GL.glDepthMask(True)

    def _draw_above(self, shot: Shot) -> None:
        GL.glDisable(GL.GL_DEPTH_TEST)
        if self._halos.count:
            self._mark.use()
            if shot.theme.is_dark:  # light adds up
                GL.glBlendFuncSeparate(GL.GL_SRC_ALPHA, GL.GL_ONE, GL.GL_ZERO, GL.GL_ONE)
            self._halos.draw()
            GL.glBlendFuncSeparate(
                GL.GL_SRC_ALPHA, GL.GL_ONE_MINUS_SRC_ALPHA, GL.GL_ZERO, GL.GL_ONE
            )
        self._line.use()
        self._links.draw()
        self._mark.use()
        self._pins.draw()
        GL.glDisable(GL.GL_BLEND)


def _lens(shot: Shot) -> tuple[float, float, float, float]:
    camera = shot.camera
    focal = 1.0 / tan(camera.fov / 2)
    near, far = camera.near, camera.far
    return (
        focal * shot.height / shot.width,
        focal,
        (far + near) / (near - far),
        2 * far * near / (near - far),
    )


def _facts() -> GraphicsFacts:
    samples = GL.glGetIntegerv(GL.GL_SAMPLES)
    return GraphicsFacts(
        version=_text(GL.glGetString(GL.GL_VERSION)),
        renderer=_text(GL.glGetString(GL.GL_RENDERER)),
        samples=int(np.asarray(samples).reshape(-1)[0]),
    )


def _check_version(*, is_es: bool) -> None:
    version = _text(GL.glGetString(GL.GL_VERSION))
    numbers = next((word for word in version.split() if word[0].isdigit()), "0.0").split(".")
    found = int(numbers[0]), int(numbers[1])
    oldest = OLDEST_ES if is_es else OLDEST_DESKTOP
    if found < oldest:
        kind = "OpenGL ES" if is_es else "OpenGL"
        raise GraphicsError(
            f"the 3D view needs {kind} {oldest[0]}.{oldest[1]}, this machine offers {version}"
        )


def _text(words: bytes | str | None) -> str:
    if words is None:
        return "unknown"
    return words.decode(errors="replace") if isinstance(words, bytes) else words
