import pytest

from app.views.scene.surface import opengl_platform


@pytest.mark.parametrize(
    ("qt_platform", "environment", "choice"),
    [
        ("wayland", {}, "egl"),
        ("wayland-egl", {}, "egl"),
        ("xcb", {}, "glx"),
        ("xcb", {"QT_XCB_GL_INTEGRATION": "xcb_egl"}, "egl"),
        ("xcb", {"QT_XCB_GL_INTEGRATION": "xcb_glx"}, "glx"),
    ],
)
def test_opengl_functions_come_from_where_the_contexts_do(
    qt_platform: str, environment: dict[str, str], choice: str
) -> None:
    assert opengl_platform(qt_platform, environment) == choice
