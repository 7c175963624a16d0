"""What the trainer's tests share: a tiny data set, and a tiny package of each kind of network."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tiny_training import make_tiny_package, write_tiny_dataset


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with eight clips."""
    folder = tmp_path / "data"
    folder.mkdir()
    write_tiny_dataset(folder)
    return folder


@pytest.fixture(scope="session")
def package_of(
    tmp_path_factory: pytest.TempPathFactory, tiny_package: Path
) -> Callable[[str], Path]:
    """Gives the folder of a package of a kind, trained on the tiny data set once a session."""
    made = {"fg-stformer": tiny_package}

    def give(kind: str) -> Path:
        if kind not in made:
            made[kind] = make_tiny_package(tmp_path_factory.mktemp(kind), kind)
        return made[kind]

    return give
