"""Arrays as PNG, for drawings that hold pictures."""

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
RGBA_8_BIT = bytes([8, 6, 0, 0, 0])
"""Bits, colour type, compression, filter, interlace (PNG specification, 11.2.2)."""


def png_bytes(pixels: NDArray[np.uint8]) -> bytes:
    """``(H, W, 4)`` RGBA, colours not multiplied by their opacity, as a PNG file."""
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + 4 * width), dtype=np.uint8)  # each row begins with filter 0
    rows[:, 1:] = np.ascontiguousarray(pixels).reshape(height, -1)
    header = struct.pack(">II", width, height) + RGBA_8_BIT
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def data_url(pixels: NDArray[np.uint8]) -> str:
    """The same as an address that holds the file itself."""
    return f"data:image/png;base64,{base64.b64encode(png_bytes(pixels)).decode()}"


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
