"""Fixtures for tests with widgets: one application for all of them, set up as the program does."""

import os
import sys

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from app.views.scene.surface import configure_surface_format, prepare_opengl_platform


def display_is_missing() -> bool:
    """Whether there is nothing that windows with OpenGL could be shown on."""
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return True
    is_linux = sys.platform.startswith("linux")
    return is_linux and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@pytest.fixture(autouse=True)
def _display_for_gl_tests(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("gl") is not None and display_is_missing():
        pytest.skip("no X display for OpenGL: run it with start.py test, or under xvfb-run")


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The application's arguments: asked for just before it is made, so surfaces are set here."""
    if display_is_missing():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if QCoreApplication.instance() is None:
        configure_surface_format(is_paced=False)
    return ["skelarium-tests"]


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The one application, with OpenGL checking each of its calls."""
    prepare_opengl_platform(qapp, is_checked=True)
    return qapp
