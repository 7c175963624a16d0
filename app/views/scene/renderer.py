"""Draws a ``SceneFrame`` with OpenGL 3.3 core or OpenGL ES 3.0.

Import it only with an OpenGL context at hand and after ``prepare_opengl_platform``. Order matters:
the floor and its shadows are painted without depth, then bodies, front and outline, then what lies
above.
"""

from dataclasses import dataclass

import numpy as np
from OpenGL import GL

from app.camera import Viewport, project
from app.scene_frame import SHADOW_BLUR, SUN_SLANT, SceneFrame
from app.views.scene import shaders
from app.views.scene.backdrop import Backdrop
from app.views.scene.gl_objects import GraphicsError, Instances, Program
from app.views.scene.shot import Shot, lens

OLDEST_DESKTOP, OLDEST_ES = (3, 3), (3, 0)
LIMB_ATTRIBUTES = (4, 4, 4, 4)
LINE_ATTRIBUTES = (3, 3, 1, 4, 4)
MARK_ATTRIBUTES = (4, 4, 2)
LAMP = (-0.42, 0.62, 0.66)
"""Towards the light, as the camera sees it: over the viewer's left shoulder."""


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
        self._backdrop = Backdrop(header)
        self._shadow = Program(header, shaders.SHADOW_VERTEX, shaders.SHADOW_FRAGMENT)
        self._shade = Program(header, shaders.BACKDROP_VERTEX, shaders.SHADE_FRAGMENT)
        self._limb = Program(header, shaders.LIMB_VERTEX, shaders.LIMB_FRAGMENT)
        self._line = Program(header, shaders.LINE_VERTEX, shaders.LINE_FRAGMENT)
        self._mark = Program(header, shaders.MARK_VERTEX, shaders.MARK_FRAGMENT)
        self._empty = int(GL.glGenVertexArrays(1))
        self._limbs = Instances(LIMB_ATTRIBUTES)
        self._trails, self._links = Instances(LINE_ATTRIBUTES), Instances(LINE_ATTRIBUTES)
        self._spots = Instances(MARK_ATTRIBUTES)
        self._halos, self._rings = Instances(MARK_ATTRIBUTES), Instances(MARK_ATTRIBUTES)
        self._pins, self._floor_rings = Instances(MARK_ATTRIBUTES), Instances(MARK_ATTRIBUTES)
        self._second = Instances(LIMB_ATTRIBUTES)
        self._uploaded: SceneFrame | None = None

    def draw(self, frame: SceneFrame | None, shot: Shot, target: int) -> None:
        """Draw a frame, or the empty room.

        Args:
            frame: The bodies; None for nobody.
            shot: Camera, size, colours.
            target: Framebuffer to draw into, already bound.
        """
        GL.glViewport(-shot.left, -shot.bottom, shot.width, shot.height)
        GL.glDisable(GL.GL_CULL_FACE)
        GL.glDisable(GL.GL_STENCIL_TEST)
        GL.glDisable(GL.GL_SCISSOR_TEST)
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glBlendEquation(GL.GL_FUNC_ADD)
        GL.glColorMask(True, True, True, True)
        GL.glDepthMask(True)
        if shot.is_room:
            self._backdrop.draw(shot, target, is_multisampled=self.facts.samples > 1)
        else:
            GL.glClearColor(0.0, 0.0, 0.0, 1.0 if shot.has_shadows and frame is not None else 0.0)
            GL.glClear(GL.GL_COLOR_BUFFER_BIT)
        if frame is not None:
            GL.glClear(GL.GL_DEPTH_BUFFER_BIT)
            GL.glEnable(GL.GL_BLEND)
            self._upload(frame)
            self._aim(shot)
            if shot.has_shadows:
                self._gather_shadows(frame, shot)
                self._lay_shadows(frame, shot)
            if shot.has_grid and not shot.is_room:
                self._backdrop.draw_grid(shot)
            _blend(shot)
            self._mark.use()
            self._floor_rings.draw()
            self._draw_bodies(shot)
            self._draw_above(shot)
        GL.glBindVertexArray(0)
        GL.glBindBuffer(GL.GL_ARRAY_BUFFER, 0)
        GL.glUseProgram(0)

    def release(self) -> None:
        """Delete everything; the context must be current."""
        self._backdrop.release()
        for program in self._programs():
            program.release()
        for instances in self._all_instances():
            instances.release()
        GL.glDeleteVertexArrays(1, [self._empty])

    def _programs(self) -> tuple[Program, ...]:
        return (
            self._shadow, self._shade, self._limb, self._line, self._mark
        )  # fmt: skip

    def _all_instances(self) -> tuple[Instances, ...]:
        return (
            self._limbs, self._trails, self._links, self._spots, self._halos, self._rings,
            self._pins, self._floor_rings, self._second,
        )  # fmt: skip

    def _upload(self, frame: SceneFrame) -> None:
        if frame is self._uploaded:  # only the camera has moved
            return
        rows = (
            frame.limbs, frame.trails, frame.links, frame.spots, frame.halos, frame.rings,
            frame.pins, frame.floor_rings, frame.second,
        )  # fmt: skip
        for instances, array in zip(self._all_instances(), rows, strict=True):
            instances.fill(array)
        self._uploaded = frame

    def _aim(self, shot: Shot) -> None:
        """Give the camera to the programs that draw bodies and what surrounds them."""
        view, numbers = shot.camera.view_matrix(), lens(shot)
        for program in (self._shadow, self._limb, self._line, self._mark):
            program.use()
            program.set_matrix("view", view)
            program.set("lens", *numbers)
            program.set("viewport", shot.width, shot.height)
            program.set("near", shot.camera.near)
            program.set("pixel_ratio", shot.pixel_ratio)

    def _gather_shadows(self, frame: SceneFrame, shot: Shot) -> None:
        """Keep in each pixel's alpha channel what its darkest shadow lets through."""
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glColorMask(False, False, False, True)
        GL.glBlendEquation(GL.GL_MIN)
        self._shadow.use()
        self._shadow.set("floor_y", shot.stage.floor)
        self._shadow.set("slant", *SUN_SLANT)
        self._shadow.set("blur", *SHADOW_BLUR)
        self._shadow.set("darkness", shot.theme.shadow)
        self._limbs.draw(frame.casting)
        GL.glBlendEquation(GL.GL_FUNC_ADD)

    def _lay_shadows(self, frame: SceneFrame, shot: Shot) -> None:
        """Darken the floor by what was gathered; without one, what is not let through is black."""
        if shot.is_room:
            left, bottom, width, height = _shadow_box(frame, shot)
            GL.glEnable(GL.GL_SCISSOR_TEST)
            GL.glScissor(left - shot.left, bottom - shot.bottom, width, height)
            GL.glColorMask(True, True, True, False)
            GL.glBlendFunc(GL.GL_ZERO, GL.GL_DST_ALPHA)
        else:
            GL.glBlendFunc(GL.GL_ONE_MINUS_DST_ALPHA, GL.GL_ZERO)
        self._shade.use()
        self._shade.set("lens", 1.0, 1.0, 0.0, 0.0)
        GL.glBindVertexArray(self._empty)
        GL.glDrawArrays(GL.GL_TRIANGLES, 0, 3)
        if shot.is_room:
            GL.glColorMask(False, False, False, True)
            GL.glClearColor(0.0, 0.0, 0.0, 1.0)
            GL.glClear(GL.GL_COLOR_BUFFER_BIT)
            GL.glDisable(GL.GL_SCISSOR_TEST)
        GL.glColorMask(True, True, True, True)

    def _draw_bodies(self, shot: Shot) -> None:
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glDepthFunc(GL.GL_LESS)
        GL.glDisable(GL.GL_BLEND)
        self._limb.use()
        lamp = np.array(LAMP) / np.linalg.norm(LAMP)
        self._limb.set("lamp", *lamp)
        self._limb.set("up", *shot.camera.rotation[:, 1])
        self._limb.set("bounce", shot.theme.bounce)
        self._limb.set("rim", shot.theme.rim)
        self._limb.set("is_edge", 0.0)
        self._limb.set("opacity", 1.0)
        self._limbs.draw()
        GL.glEnable(GL.GL_BLEND)
        GL.glDepthMask(False)
        self._limb.set("is_edge", 1.0)
        self._limbs.draw()
        if self._second.count:
            self._draw_second(shot)
        self._line.use()
        self._trails.draw()
        self._mark.use()
        self._rings.draw()
        GL.glDepthMask(True)

    def _draw_second(self, shot: Shot) -> None:
        """Another recording's body, see-through: its depth first, so that only its front shows."""
        GL.glDepthMask(True)
        GL.glColorMask(False, False, False, False)
        self._limb.set("is_edge", 0.0)
        self._second.draw()
        GL.glColorMask(True, True, True, True)
        GL.glDepthMask(False)
        GL.glDepthFunc(GL.GL_LEQUAL)
        self._limb.set("opacity", shot.theme.second_opacity)
        for is_edge in (0.0, 1.0):
            self._limb.set("is_edge", is_edge)
            self._second.draw()
            GL.glDepthFunc(GL.GL_LESS)

    def _draw_above(self, shot: Shot) -> None:
        GL.glDisable(GL.GL_DEPTH_TEST)
        if self._halos.count:
            self._mark.use()
            _blend(shot, adds_up=shot.theme.is_dark)  # light does
            self._halos.draw()
            _blend(shot)
        if self._spots.count:
            self._mark.use()
            self._spots.draw()
        self._line.use()
        self._links.draw()
        self._mark.use()
        self._pins.draw()
        GL.glDisable(GL.GL_BLEND)


def _blend(shot: Shot, *, adds_up: bool = False) -> None:
    """Paint over what is there, or add to it; a picture of a room stays opaque."""
    below = GL.GL_ONE if adds_up else GL.GL_ONE_MINUS_SRC_ALPHA
    opacity = (GL.GL_ZERO, GL.GL_ONE) if shot.is_room else (GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA)
    GL.glBlendFuncSeparate(GL.GL_SRC_ALPHA, below, *opacity)


def _shadow_box(frame: SceneFrame, shot: Shot) -> tuple[int, int, int, int]:
    """Device pixels that shadows may touch: left, bottom, width, height."""
    viewport = Viewport(width=shot.width, height=shot.height)
    x0, z0, x1, z1 = frame.shadow_area
    y = shot.stage.floor
    corners = np.array([[x0, y, z0], [x1, y, z0], [x0, y, z1], [x1, y, z1]])
    places = project(shot.camera, viewport, corners)[:, :2]
    if not np.isfinite(places).all():  # reaches behind the camera
        return 0, 0, shot.width, shot.height
    size = np.array([shot.width, shot.height])
    left, top = np.clip(np.floor(places.min(axis=0)) - 1, 0, size).astype(int)
    right, bottom = np.clip(np.ceil(places.max(axis=0)) + 1, 0, size).astype(int)
    return int(left), int(shot.height - bottom), int(right - left), int(bottom - top)


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
