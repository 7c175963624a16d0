"""Pictures and drawings on disk: whole or not at all."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from engine.errors import EngineError
from engine.formats import write_bytes_atomically


def save_image(image: QImage, path: Path) -> Path:
    """Write a PNG.

    Raises:
        EngineError: The system refuses; says why.
    """
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise EngineError(f"{path}: a picture of this size cannot be packed as PNG")
    return save_bytes(bytes(data.data()), path)


def save_bytes(data: bytes, path: Path) -> Path:
    """Write a file beside its place and put it there.

    Raises:
        EngineError: The system refuses; says why.
    """
    if not path.parent.is_dir():
        raise EngineError(f"{path}: there is no folder {path.parent}; make it first")
    write_bytes_atomically(path, data)
    return path
