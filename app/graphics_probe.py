"""Probe for `skelarium doctor`: what Qt and OpenGL make of the display. Run as a program."""

from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext, QSurfaceFormat

from engine.probes.facts import GraphicsFact, send

GL_RENDERER = 0x1F01
GL_VERSION = 0x1F02


def graphics_fact() -> GraphicsFact:
    """Make the kind of OpenGL context that the 3D view needs, and ask it who draws.

    Raises:
        RuntimeError: There is no such context.
    """
    application = QGuiApplication([])
    wanted = QSurfaceFormat()
    wanted.setVersion(3, 3)
    wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    surface = QOffscreenSurface()
    surface.setFormat(wanted)
    surface.create()
    context = QOpenGLContext()
    context.setFormat(wanted)
    if not context.create() or not context.makeCurrent(surface):
        raise RuntimeError("no OpenGL 3.3 here; update the graphics driver")
    functions = context.functions()
    fact = GraphicsFact(
        platform=application.platformName(),
        renderer=str(functions.glGetString(GL_RENDERER)),
        version=str(functions.glGetString(GL_VERSION)),
    )
    context.doneCurrent()
    return fact


if __name__ == "__main__":
    send((graphics_fact(),))
