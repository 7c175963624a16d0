"""Files that are there whole or not at all."""

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from app.exporting.saving import save_bytes, save_image
from engine.errors import EngineError


def test_a_picture_keeps_how_far_it_is_seen_through(tmp_path: Path) -> None:
    image = QImage(3, 2, QImage.Format.Format_ARGB32)
    image.fill(QColor(200, 100, 50, 30))
    read = QImage(str(save_image(image, tmp_path / "a.png")))
    assert read.pixelColor(1, 1) == QColor(200, 100, 50, 30)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"x\.svg: there is no folder .*gone; make it first"):
        save_bytes(b"", tmp_path / "gone" / "x.svg")


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(EngineError, match="cannot be written"):
        save_bytes(b"x", tmp_path / "taken")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
