"""Programs and instance buffers: the few OpenGL objects that the scene is drawn with.

Import it only with an OpenGL context at hand and after ``prepare_opengl_platform``.
"""

import ctypes

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL

from engine.arrays import FloatArray


class GraphicsError(Exception):
    """This machine's OpenGL cannot draw the scene; the message says why."""


class Program:
    """A vertex and a fragment shader, linked.

    Args:
        header: Version and precision lines.
        vertex: Source without them.
        fragment: Source without them.

    Raises:
        GraphicsError: The driver refuses the source; with its words.
    """

    def __init__(self, header: str, vertex: str, fragment: str) -> None:
        self._id = int(GL.glCreateProgram())
        for kind, source in ((GL.GL_VERTEX_SHADER, vertex), (GL.GL_FRAGMENT_SHADER, fragment)):
            shader = _compiled(kind, header + source)
            GL.glAttachShader(self._id, shader)
            GL.glDeleteShader(shader)  # goes with the program
        GL.glLinkProgram(self._id)
        if not GL.glGetProgramiv(self._id, GL.GL_LINK_STATUS):
            raise GraphicsError(f"shaders do not link: {_text(GL.glGetProgramInfoLog(self._id))}")
        self._places: dict[str, int] = {}

    def use(self) -> None:
        """Draw with it from now on; uniforms are set on the program in use."""
        GL.glUseProgram(self._id)

    def set(self, name: str, *values: float) -> None:
        """Set a float, vec2, vec3 or vec4."""
        setter = (GL.glUniform1f, GL.glUniform2f, GL.glUniform3f, GL.glUniform4f)[len(values) - 1]
        setter(self._place(name), *values)

    def set_matrix(self, name: str, matrix: FloatArray) -> None:
        """Set a mat4 from a ``(4, 4)`` row-major matrix."""
        # transposing here rather than in the call: OpenGL ES 3.0 takes column-major only
        columns = np.ascontiguousarray(matrix.T, dtype=np.float32)
        GL.glUniformMatrix4fv(self._place(name), 1, False, columns)

    def release(self) -> None:
        """Delete it; its context must be current."""
        GL.glDeleteProgram(self._id)

    def _place(self, name: str) -> int:
        if name not in self._places:
            self._places[name] = int(GL.glGetUniformLocation(self._id, name))
        return self._places[name]


class Instances:
    """Rectangles, one for each row of an array; the rows are the rectangles' attributes.

    Args:
        widths: Floats in each attribute, in the order of the row; locations count from 1, location
            0 is the rectangle's corner, -1 or 1 both ways.
    """

    def __init__(self, widths: tuple[int, ...]) -> None:
        self._count = 0
        self._vertices = int(GL.glGenVertexArrays(1))
        self._buffers = [int(name) for name in GL.glGenBuffers(2)]
        GL.glBindVertexArray(self._vertices)
        corners = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]], dtype=np.float32)
        GL.glBindBuffer(GL.GL_ARRAY_BUFFER, self._buffers[0])
        GL.glBufferData(GL.GL_ARRAY_BUFFER, corners.nbytes, corners, GL.GL_STATIC_DRAW)
        GL.glEnableVertexAttribArray(0)
        GL.glVertexAttribPointer(0, 2, GL.GL_FLOAT, False, 0, None)
        GL.glBindBuffer(GL.GL_ARRAY_BUFFER, self._buffers[1])
        stride, offset = 4 * sum(widths), 0
        for location, width in enumerate(widths, start=1):
            GL.glEnableVertexAttribArray(location)
            GL.glVertexAttribPointer(
                location, width, GL.GL_FLOAT, False, stride, ctypes.c_void_p(offset)
            )
            GL.glVertexAttribDivisor(location, 1)
            offset += 4 * width
        GL.glBindVertexArray(0)

    @property
    def count(self) -> int:
        """Rows at hand."""
        return self._count

    def fill(self, rows: FloatArray) -> None:
        """Replace all rows: ``(N, sum of widths)`` float32."""
        self._count = len(rows)
        if not self._count:
            return
        rows = np.ascontiguousarray(rows, dtype=np.float32)
        GL.glBindBuffer(GL.GL_ARRAY_BUFFER, self._buffers[1])
        GL.glBufferData(GL.GL_ARRAY_BUFFER, rows.nbytes, rows, GL.GL_STREAM_DRAW)

    def draw(self, first: int | None = None) -> None:
        """Draw every row, or the first few, with the program in use."""
        count = self._count if first is None else min(first, self._count)
        if count:
            GL.glBindVertexArray(self._vertices)
            GL.glDrawArraysInstanced(GL.GL_TRIANGLE_STRIP, 0, 4, count)

    def release(self) -> None:
        """Delete it; its context must be current."""
        GL.glDeleteVertexArrays(1, [self._vertices])
        GL.glDeleteBuffers(2, self._buffers)


class Framebuffer:
    """Colour and depth to draw into and read from.

    Args:
        samples: Of each pixel; 0 for the pixel itself. Fewer where the machine has no more.
    """

    def __init__(self, *, samples: int) -> None:
        self._samples = min(samples, int(GL.glGetIntegerv(GL.GL_MAX_SAMPLES)))
        self._size = (0, 0)
        self._buffers = [int(name) for name in GL.glGenRenderbuffers(3)]
        self._drawn, self._read = (int(name) for name in GL.glGenFramebuffers(2))

    @property
    def name(self) -> int:
        """OpenGL's, of what is drawn into."""
        return self._drawn

    def resize(self, width: int, height: int) -> None:
        """Take a size; what was in it is lost."""
        if self._size == (width, height):
            return
        self._size = (width, height)
        colour, depth, resolved = self._buffers
        for buffer, samples, kind in (
            (colour, self._samples, GL.GL_RGBA8),
            (depth, self._samples, GL.GL_DEPTH_COMPONENT24),
            (resolved, 0, GL.GL_RGBA8),
        ):
            GL.glBindRenderbuffer(GL.GL_RENDERBUFFER, buffer)
            GL.glRenderbufferStorageMultisample(GL.GL_RENDERBUFFER, samples, kind, width, height)
        for framebuffer, place, buffer in (
            (self._drawn, GL.GL_COLOR_ATTACHMENT0, colour),
            (self._drawn, GL.GL_DEPTH_ATTACHMENT, depth),
            (self._read, GL.GL_COLOR_ATTACHMENT0, resolved),
        ):
            GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, framebuffer)
            GL.glFramebufferRenderbuffer(GL.GL_FRAMEBUFFER, place, GL.GL_RENDERBUFFER, buffer)

    def bind(self) -> None:
        """Draw into it from now on; every sample is worked out by itself where that can be."""
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._drawn)
        if self._samples and bool(GL.glMinSampleShading):  # OpenGL 4.0 or ES 3.2
            GL.glEnable(GL.GL_SAMPLE_SHADING)
            GL.glMinSampleShading(1.0)

    def pixels(self) -> NDArray[np.uint8]:
        """``(h, w, 4)`` RGBA, the top row first."""
        width, height = self._size
        if self._samples:
            box = (0, 0, width, height)
            GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, self._drawn)
            GL.glBindFramebuffer(GL.GL_DRAW_FRAMEBUFFER, self._read)
            GL.glBlitFramebuffer(*box, *box, GL.GL_COLOR_BUFFER_BIT, GL.GL_NEAREST)
            GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, self._read)
        pixels = np.empty((height, width, 4), dtype=np.uint8)
        GL.glPixelStorei(GL.GL_PACK_ALIGNMENT, 4)
        GL.glReadPixels(0, 0, width, height, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, pixels)
        return pixels[::-1]

    def release(self) -> None:
        """Delete it; its context must be current."""
        GL.glDeleteFramebuffers(2, [self._drawn, self._read])
        GL.glDeleteRenderbuffers(3, self._buffers)


def largest_view() -> tuple[int, int]:
    """Pixels that a viewport can have; larger ones are cut without a word."""
    width, height = np.asarray(GL.glGetIntegerv(GL.GL_MAX_VIEWPORT_DIMS)).tolist()
    return int(width), int(height)


def _compiled(kind: int, source: str) -> int:
    shader = int(GL.glCreateShader(kind))
    GL.glShaderSource(shader, source)
    GL.glCompileShader(shader)
    if not GL.glGetShaderiv(shader, GL.GL_COMPILE_STATUS):
        raise GraphicsError(f"a shader does not compile: {_text(GL.glGetShaderInfoLog(shader))}")
    return shader


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words
