"""A screen where there is none."""

import os
import shutil
import sys

import pytest

from app.display import has_display, some_display
from engine.errors import EngineError

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has Xvfb")


@pytest.fixture
def screenless(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@on_linux
@pytest.mark.usefixtures("screenless")
def test_a_private_screen_comes_and_goes() -> None:
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    assert not has_display()
    with some_display():
        assert has_display()
        assert os.environ["DISPLAY"].startswith(":")
        assert os.environ["QT_QPA_PLATFORM"] == "xcb"
    assert "DISPLAY" not in os.environ
    assert "QT_QPA_PLATFORM" not in os.environ


@on_linux
@pytest.mark.usefixtures("screenless")
def test_without_xvfb_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(EngineError, match="apt-get install xvfb"), some_display():
        pass


@on_linux
@pytest.mark.usefixtures("screenless")
def test_the_screen_there_is_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    with some_display():
        assert os.environ["DISPLAY"] == ":7"


@on_linux
@pytest.mark.usefixtures("screenless")
def test_a_platform_without_a_screen_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert not has_display()
