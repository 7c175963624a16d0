"""Clips in one file that is mapped into memory: decoded once, then read from where they lie.

A pack holds, one after the other, the positions of all clips back to back in float32, a bit for
each of their joints that says whether it was seen, a header in JSON, and 24 bytes that say how long
the header is and whether all of it is whole. Nothing of it is in memory that is not looked at, and
what the system has read once it keeps as long as it has room.

float16 would be half as large and off by up to 2 mm: measured on NW-UCLA, whose people stand 1.5 to
4 m from the camera.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from struct import Struct
from tempfile import NamedTemporaryFile
from typing import IO
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.arrays import FloatArray, IntArray, missing_joints
from engine.datasets.base import LabelledFile
from engine.errors import TrainingError
from engine.places import SOURCE_ROOT
from engine.preprocess.temporal import fill_gaps

BitArray = NDArray[np.uint8]

PACK_SUFFIX = ".pack"
PARTIAL_SUFFIX = ".partial"
KEPT_DAYS = 60
"""A pack that no run has opened for so long is deleted."""
PARTIAL_DAYS = 1
"""A file that is still not whole after so long belongs to a run that died."""
READING_CODE = ("formats", "datasets", "layouts", "preprocess", "runtime/inputs.py")
"""Below ``engine``: what decides how a file is read. Packs that other code wrote are foreign."""
_VERSION = 1
_FOOTER = Struct("<QII8s")
"""Bytes of the header; CRC-32 of everything before it; of the header; the magic word."""
_MAGIC = b"SKELPACK"
_CHECKED_BYTES = 1 << 20
_DAY_S = 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class PackHeader:
    """What a pack says of itself."""

    version: int
    key: str
    """Digest of what the clips were read from and how; a pack with another one is foreign."""
    layout_id: str
    people: int
    """M."""
    joints: int
    """V."""
    channels: int
    """C."""
    names: tuple[str, ...]
    """Of each clip in its data set."""
    actions: tuple[int, ...]
    """Of each clip, an index into the data set's."""
    lengths: tuple[int, ...]
    """Frames of each clip."""

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """``(F, M, V, C)`` of all frames."""
        return sum(self.lengths), self.people, self.joints, self.channels

    @property
    def content_bytes(self) -> int:
        """How long the file is before the header."""
        frames, people, joints, channels = self.shape
        return frames * (4 * people * joints * channels + bytes_of_bits(people * joints))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Clips back to back, gaps filled; who is not there is all zero."""

    positions: FloatArray
    """``(F, M, V, C)`` float32, +y up."""
    seen: BitArray
    """``(F, ⌈M·V/8⌉)`` uint8: which joints were seen, as ``numpy.packbits`` packs them."""
    starts: IntArray
    """``(N,)`` first frame of each clip."""
    lengths: IntArray
    """``(N,)`` frames of each clip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackWish:
    """Which pack is wanted."""

    key: str
    layout_id: str
    names: tuple[str, ...]
    actions: tuple[int, ...]

    def path(self, folder: Path) -> Path:
        """Where it lies among others."""
        return folder / f"{self.key[:32]}{PACK_SUFFIX}"


def bytes_of_bits(bits: int) -> int:
    """How many bytes hold so many bits."""
    return -(-bits // 8)


def wish_for(
    files: tuple[LabelledFile, ...], layout_id: str, facts: tuple[object, ...]
) -> PackWish:
    """The pack of some files, another one as soon as one of them is altered.

    Args:
        files: In the order in which their clips lie there.
        layout_id: Of the clips.
        facts: What else decides what is read of them.
    """
    digest = sha256(f"{_VERSION} {code_digest()} {facts}".encode())
    for file in files:
        status = file.path.stat() if file.path.exists() else None
        state = None if status is None else (status.st_size, status.st_mtime_ns)
        span = (file.start, file.stop, file.item)
        digest.update(repr((str(file.path.absolute()), span, file.action, state)).encode())
    return PackWish(
        key=digest.hexdigest(),
        layout_id=layout_id,
        names=tuple(file.name for file in files),
        actions=tuple(file.action for file in files),
    )


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Of the code that reads recordings; in a built program, which has none, of the program."""
    digest = sha256()
    for part in (SOURCE_ROOT / "engine" / each for each in READING_CODE):
        for path in sorted(part.rglob("*.py")) if part.is_dir() else [part]:
            if path.is_file():
                digest.update(path.read_bytes())
    if getattr(sys, "frozen", False):
        status = Path(sys.executable).stat()
        digest.update(f"{status.st_size} {status.st_mtime_ns}".encode())
    return digest.hexdigest()


def pack_in_memory(clips: Iterable[FloatArray]) -> Pack:
    """Clips ``(T, M, V, C)``, at least one, NaN where missing, without a file."""
    prepared = [_prepared(clip) for clip in clips]
    return _pack_of(
        np.concatenate([positions for positions, _ in prepared]),
        np.concatenate([seen for _, seen in prepared]),
        np.array([len(positions) for positions, _ in prepared]),
    )


def pack_in_folder(folder: Path, wish: PackWish, clips: Iterator[FloatArray]) -> Pack:
    """The pack that is wished for, out of a folder; written there if it is not there or damaged.

    Args:
        folder: Of packs; made if it does not exist.
        wish: Which.
        clips: Its clips ``(T, M, V, C)``, NaN where missing, all of one M, V and C; looked at only
            if they have to be written, and one at a time.

    Raises:
        TrainingError: The folder cannot be written.
    """
    path = wish.path(folder)
    pack = open_pack(path, wish.key)
    if pack is None:
        write_pack(path, wish, clips)
        pack = open_pack(path, wish.key)
    if pack is None:
        raise TrainingError(f"{path} is damaged as soon as it is written; look after the disk")
    with suppress(OSError):
        os.utime(path)
    return pack


def open_pack(path: Path, key: str) -> Pack | None:
    """Map a pack into memory; None where there is none, or another one, or a damaged one."""
    try:
        content = np.asarray(np.memmap(path, dtype=np.uint8, mode="r"))
        header = _checked_header(path, content)
    except (OSError, ValueError, msgspec.DecodeError):
        return None
    if header is None or header.key != key:
        return None
    frames, people, joints, channels = header.shape
    floats = 4 * frames * people * joints * channels
    return _pack_of(
        content[:floats].view("<f4").reshape(header.shape),
        content[floats : header.content_bytes].reshape(frames, bytes_of_bits(people * joints)),
        np.array(header.lengths),
    )


def _checked_header(path: Path, content: BitArray) -> PackHeader | None:
    if len(content) < _FOOTER.size:
        return None
    size, content_sum, header_sum, magic = _FOOTER.unpack(content[-_FOOTER.size :].tobytes())
    start = len(content) - _FOOTER.size - size
    if magic != _MAGIC or start < 0:
        return None
    text = content[start : len(content) - _FOOTER.size].tobytes()
    if crc32(text) != header_sum:
        return None
    header = msgspec.json.decode(text, type=PackHeader)
    if header.version != _VERSION or header.content_bytes != start:
        return None
    return header if _sum_of(path, start) == content_sum else None


def _sum_of(path: Path, size: int) -> int:
    """CRC-32 of the start of a file; read, not mapped, so that none of it stays."""
    total = 0
    with path.open("rb") as file:
        while size > 0 and (data := file.read(min(size, _CHECKED_BYTES))):
            total = crc32(data, total)
            size -= len(data)
    return total


def write_pack(path: Path, wish: PackWish, clips: Iterator[FloatArray]) -> None:
    """Write a pack beside its place and rename it: it is there whole or not at all.

    Args:
        path: Where.
        wish: What is in it.
        clips: Its clips ``(T, M, V, C)``, NaN where missing, one at a time.

    Raises:
        TrainingError: The disk refuses.
    """
    partial: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        forget_old_packs(path.parent)
        with NamedTemporaryFile(
            dir=path.parent, prefix=f"{path.stem}.", suffix=PARTIAL_SUFFIX, delete=False
        ) as file:
            partial = Path(file.name)
            _write_content(file, wish, clips)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        # another run may have been quicker, and on Windows has it open
        if open_pack(path, wish.key) is None:
            raise TrainingError(
                f"{path.parent} cannot be written ({error.strerror or error}); make room, or set "
                "SKELARIUM_HOME to another folder"
            ) from error
    finally:
        if partial is not None:
            with suppress(OSError):
                partial.unlink()


def _write_content(file: IO[bytes], wish: PackWish, clips: Iterator[FloatArray]) -> None:
    lengths: list[int] = []
    all_seen = bytearray()
    shape: tuple[int, ...] = ()
    total = 0
    for clip in clips:
        positions, seen = _prepared(clip)
        shape = positions.shape
        lengths.append(len(positions))
        all_seen += seen.tobytes()
        data = positions.astype("<f4").tobytes()
        total = crc32(data, total)
        file.write(data)
    total = crc32(all_seen, total)
    file.write(all_seen)
    _, people, joints, channels = shape
    header = PackHeader(
        version=_VERSION,
        key=wish.key,
        layout_id=wish.layout_id,
        people=people,
        joints=joints,
        channels=channels,
        names=wish.names,
        actions=wish.actions,
        lengths=tuple(lengths),
    )
    text = msgspec.json.encode(header)
    file.write(text + _FOOTER.pack(len(text), total, crc32(text), _MAGIC))


def forget_old_packs(folder: Path) -> None:
    """Delete what no run has opened for long, and what a run that died left behind."""
    for suffix, days in ((PACK_SUFFIX, KEPT_DAYS), (PARTIAL_SUFFIX, PARTIAL_DAYS)):
        for path in folder.glob(f"*{suffix}"):
            with suppress(OSError):  # somebody else has it open, or was quicker
                if time.time() - path.stat().st_mtime > days * _DAY_S:
                    path.unlink()


def _prepared(clip: FloatArray) -> tuple[FloatArray, BitArray]:
    seen = ~missing_joints(clip).reshape(len(clip), -1)
    return fill_gaps(clip), np.packbits(seen, axis=1)


def _pack_of(positions: FloatArray, seen: BitArray, lengths: IntArray) -> Pack:
    return Pack(
        positions=positions, seen=seen, starts=np.cumsum(lengths) - lengths, lengths=lengths
    )
