"""Fixtures for every test."""

import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest

from app.display import some_display


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees or changes what the user of this machine has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SKELARIUM_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _own_display(request: pytest.FixtureRequest) -> Iterator[None]:
    """Test processes side by side draw in a display each: windows cover none of another's."""
    is_one_of_many = hasattr(request.config, "workerinput")
    if not is_one_of_many or not sys.platform.startswith("linux") or which("Xvfb") is None:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            patch.delenv(name, raising=False)
        with some_display():
            yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real recordings beside the checkout; the test skips where there is none."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no real recordings beside the checkout (../shared/data)")
    return folder


@pytest.fixture(scope="session")
def tiny_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a model package made by a real, very short training run on synthetic clips."""
    from tests.tiny_training import make_tiny_package

    return make_tiny_package(tmp_path_factory.mktemp("tiny"))
