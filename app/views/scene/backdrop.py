"""Air and floor behind the bodies, painted once for each camera and then copied.

Import it only with an OpenGL context at hand and after ``prepare_opengl_platform``.
"""

from OpenGL import GL

from app.camera import Viewport
from app.scene_model import floor_edge
from app.views.scene import shaders
from app.views.scene.gl_objects import Program
from app.views.scene.shot import Shot, lens


class Backdrop:
    """A picture of the empty room.

    Without a graphics card the floor costs as much as everything else together, and while a
    recording plays the camera mostly stands still: the room is kept in a texture until camera, size
    or colours change.

    Args:
        header: Version and precision lines of the shaders.
    """

    def __init__(self, header: str) -> None:
        self._air = Program(header, shaders.BACKDROP_VERTEX, shaders.AIR_FRAGMENT)
        self._floor = Program(header, shaders.BACKDROP_VERTEX, shaders.FLOOR_FRAGMENT)
        self._header = header
        self._grid: Program | None = None
        self._vertices = int(GL.glGenVertexArrays(1))
        self._texture = int(GL.glGenTextures(1))
        self._framebuffer = int(GL.glGenFramebuffers(1))
        self._size = (0, 0)
        self._painted: Shot | None = None

    def draw(self, shot: Shot, target: int, *, is_multisampled: bool) -> None:
        """Cover the whole target with a room.

        Args:
            shot: Camera and colours.
            target: Framebuffer to draw into; bound again afterwards.
            is_multisampled: Such a target cannot be copied into and is painted directly, as is a
                part of a picture.
        """
        if is_multisampled or shot.corner is not None:
            self._paint(shot)
            return
        if self._painted != shot:
            self._resize(shot.width, shot.height)
            GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._framebuffer)
            self._paint(shot)
            self._painted = shot
        GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, self._framebuffer)
        GL.glBindFramebuffer(GL.GL_DRAW_FRAMEBUFFER, target)
        box = (0, 0, shot.width, shot.height)
        GL.glBlitFramebuffer(*box, *box, GL.GL_COLOR_BUFFER_BIT, GL.GL_NEAREST)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, target)

    def draw_grid(self, shot: Shot) -> None:
        """Lay the floor's lines under what is there already, see-through."""
        if self._grid is None:  # few pictures want it
            self._grid = Program(self._header, shaders.BACKDROP_VERTEX, shaders.GRID_FRAGMENT)
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glBlendFunc(GL.GL_ONE_MINUS_DST_ALPHA, GL.GL_ONE)
        GL.glBindVertexArray(self._vertices)
        self._grid.use()
        self._grid.set_matrix("view", shot.camera.view_matrix())
        self._grid.set("lens", *lens(shot))
        self._set_floor(self._grid, shot)
        GL.glDrawArrays(GL.GL_TRIANGLES, 0, 3)

    def release(self) -> None:
        """Delete it; its context must be current."""
        self._air.release()
        self._floor.release()
        if self._grid is not None:
            self._grid.release()
        GL.glDeleteVertexArrays(1, [self._vertices])
        GL.glDeleteFramebuffers(1, [self._framebuffer])
        GL.glDeleteTextures(1, [self._texture])

    def _resize(self, width: int, height: int) -> None:
        if self._size == (width, height):
            return
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._texture)
        GL.glTexImage2D(
            GL.GL_TEXTURE_2D, 0, GL.GL_RGBA8, width, height, 0,
            GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, None,
        )  # fmt: skip
        GL.glTexParameteri(GL.GL_TEXTURE_2D, GL.GL_TEXTURE_MIN_FILTER, GL.GL_NEAREST)
        GL.glBindTexture(GL.GL_TEXTURE_2D, 0)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._framebuffer)
        GL.glFramebufferTexture2D(
            GL.GL_FRAMEBUFFER, GL.GL_COLOR_ATTACHMENT0, GL.GL_TEXTURE_2D, self._texture, 0
        )
        self._size = (width, height)

    def _paint(self, shot: Shot) -> None:
        """The cheap gradient above the floor's edge, the floor below it."""
        theme, stage = shot.theme, shot.stage
        viewport = Viewport(width=shot.width, height=shot.height)
        edge = shot.height - round(floor_edge(stage, shot.camera, viewport))  # counted from below
        GL.glDisable(GL.GL_BLEND)
        GL.glDisable(GL.GL_DEPTH_TEST)
        GL.glEnable(GL.GL_SCISSOR_TEST)
        GL.glBindVertexArray(self._vertices)
        view = shot.camera.view_matrix()
        for program, first, last in ((self._air, edge, shot.height), (self._floor, 0, edge)):
            program.use()
            program.set_matrix("view", view)
            program.set("lens", *lens(shot))
            program.set("top", *theme.background_top)
            program.set("bottom", *theme.background_bottom)
            if program is self._floor:
                program.set("pool", *theme.floor)
                self._set_floor(program, shot)
            GL.glScissor(-shot.left, first - shot.bottom, shot.width, last - first)
            GL.glDrawArrays(GL.GL_TRIANGLES, 0, 3)
        GL.glDisable(GL.GL_SCISSOR_TEST)

    def _set_floor(self, program: Program, shot: Shot) -> None:
        theme, stage = shot.theme, shot.stage
        program.set("eye", *shot.camera.eye)
        program.set("floor_y", stage.floor)
        program.set("stage", *stage.middle, stage.radius)
        program.set("cell", stage.grid_cell)
        program.set("grid", *theme.grid, theme.grid_opacity)
