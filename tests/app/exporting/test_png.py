"""Arrays as PNG."""

import base64

import numpy as np
from PySide6.QtGui import QImage

from app.exporting.png import data_url, png_bytes


def test_pixels_come_back_as_they_were() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (5, 7, 4), dtype=np.uint8)
    pixels[..., 3] |= 128
    read = QImage.fromData(png_bytes(pixels)).convertToFormat(QImage.Format.Format_RGBA8888)
    assert (read.width(), read.height()) == (7, 5)
    rows = np.frombuffer(read.constBits(), np.uint8).reshape(5, read.bytesPerLine())
    assert np.array_equal(rows[:, :28].reshape(5, 7, 4), pixels)


def test_an_address_holds_the_file() -> None:
    pixels = np.full((1, 1, 4), 9, dtype=np.uint8)
    kind, _, content = data_url(pixels).partition(",")
    assert kind == "data:image/png;base64"
    assert base64.b64decode(content) == png_bytes(pixels)
