"""Choices that must be made before the first OpenGL context and the first ``import OpenGL``."""

import os
import sys
from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QSurfaceFormat

OPENGL_VERSION = (3, 3)
OPENGL_ES_VERSION = (3, 0)


def configure_surface_format(*, use_es: bool = False, is_paced: bool = True) -> None:
    """Say which contexts Qt is to make; call it before the application is made.

    The scene smooths its own edges, so no multisampling is asked for: the picture is the same on
    every machine, and drawing without a graphics card stays fast.

    Args:
        use_es: Ask for OpenGL ES 3.0, which the scene's shaders run on as well.
        is_paced: Wait for the display between frames; measurements do not.
    """
    # docks that float take their contexts' objects along
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    surface = QSurfaceFormat()
    if use_es:
        surface.setRenderableType(QSurfaceFormat.RenderableType.OpenGLES)
        surface.setVersion(*OPENGL_ES_VERSION)
    else:
        surface.setVersion(*OPENGL_VERSION)
        surface.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    surface.setDepthBufferSize(24)
    surface.setSamples(0)
    surface.setSwapInterval(1 if is_paced else 0)
    QSurfaceFormat.setDefaultFormat(surface)


def prepare_opengl_platform(app: QGuiApplication, *, is_checked: bool = False) -> None:
    """Make PyOpenGL look up functions where Qt's contexts come from.

    Call it once the application exists and before anything imports ``OpenGL.GL``; with the wrong
    choice the view stays blank on some Wayland desktops.

    Args:
        app: The application; its platform decides.
        is_checked: Ask OpenGL for errors after each call: for tests.
    """
    if sys.platform.startswith("linux"):
        os.environ.setdefault("PYOPENGL_PLATFORM", opengl_platform(app.platformName(), os.environ))
    import OpenGL

    OpenGL.ERROR_CHECKING = is_checked
    OpenGL.ERROR_LOGGING = False


def opengl_platform(qt_platform: str, environment: Mapping[str, str]) -> str:
    """PyOpenGL's name for where Qt takes its contexts from on Linux.

    Args:
        qt_platform: Qt's name of its platform plug-in.
        environment: Variables that Qt goes by.
    """
    is_egl = environment.get("QT_XCB_GL_INTEGRATION") == "xcb_egl"
    return "egl" if is_egl or qt_platform.startswith("wayland") else "glx"
