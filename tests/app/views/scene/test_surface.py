import os

import pytest
from PySide6.QtGui import QGuiApplication

from app.views.scene.surface import prepare_opengl_platform


class Platform(QGuiApplication):
    """Stands in for an application on another desktop."""

    def __init__(self, name: str) -> None:  # no second application is made
        self._name = name

    def platformName(self) -> str:  # noqa: N802
        return self._name


@pytest.mark.parametrize(
    ("platform", "integration", "choice"),
    [("wayland-egl", None, "egl"), ("xcb", None, "glx"), ("xcb", "xcb_egl", "egl")],
)
def test_opengl_functions_come_from_where_the_contexts_do(
    monkeypatch: pytest.MonkeyPatch, platform: str, integration: str | None, choice: str
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PYOPENGL_PLATFORM", "undone by the fixture")
    monkeypatch.delenv("PYOPENGL_PLATFORM")
    monkeypatch.delenv("QT_XCB_GL_INTEGRATION", raising=False)
    if integration is not None:
        monkeypatch.setenv("QT_XCB_GL_INTEGRATION", integration)

    prepare_opengl_platform(Platform(platform), is_checked=True)

    assert os.environ["PYOPENGL_PLATFORM"] == choice


def test_a_choice_that_was_made_already_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYOPENGL_PLATFORM", "osmesa")

    prepare_opengl_platform(Platform("xcb"), is_checked=True)

    assert os.environ["PYOPENGL_PLATFORM"] == "osmesa"
