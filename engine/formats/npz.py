"""Skelarium's own recording: a zip of numpy arrays with a JSON header, nothing lost, no pickle.

Members: ``recording.json`` (first), ``positions.npy``, ``confidence.npy`` and, where there are any,
``timestamps.npy``, ``frame_ids.npy``, ``orientations.npy``. ``numpy.load`` opens it too. The same
recording always gives the same bytes.
"""

import math
import re
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TypeVar
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from engine.arrays import DoubleArray, FloatArray
from engine.errors import EngineError, FileFormatError
from engine.formats.npz_header import HEADER_VERSION, Header, header_from_json, header_to_json
from engine.formats.reading import check_range, reason, source_of
from engine.layouts import layout_by_id
from engine.recording import Recording, Source

_HEADER = "recording.json"
_ARRAYS: Mapping[str, np.dtype[np.generic]] = {
    "positions": np.dtype("<f4"),
    "confidence": np.dtype("<f4"),
    "timestamps": np.dtype("<f8"),
    "frame_ids": np.dtype("<i8"),
    "orientations": np.dtype("<f4"),
}
_LARGEST_MEMBER = 512 * 1024 * 1024
_LARGEST_HEADER = 1024 * 1024
_NPY = re.compile(
    rb"\x93NUMPY\x01\x00(?P<length>..)"
    rb"\{'descr': '(?P<dtype>[<|>]\w{1,4})', 'fortran_order': False, "
    rb"'shape': \((?P<shape>(?:\d{1,9}, ?){0,4}\d{0,9})\), \} *\n",
    re.DOTALL,
)
"""Start of an array file as numpy writes them. Read by ourselves: numpy's own reader takes the
header for Python, and has more ways to fail than it documents."""
_ENCRYPTED = 0x1
_LONGEST_S = 1e12
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PERMISSIONS = 0o644 << 16

ScalarT = TypeVar("ScalarT", bound=np.generic)


class NpzFormat:
    """Skelarium recordings (``.npz``)."""

    id = "npz"
    name = "Skelarium recording"
    suffixes: tuple[str, ...] = (".npz",)
    can_write = True

    def sniff(self, head: bytes) -> bool:
        """Whether it is a zip whose first member is the header."""
        name = _HEADER.encode()
        return head.startswith(b"PK\x03\x04") and head[30 : 30 + len(name)] == name

    def read(self, path: Path, data: bytes) -> Recording:
        """Read a recording; see :class:`engine.formats.base.SkeletonFormat`."""
        members = _members(path, data)
        try:
            header = header_from_json(members.pop(_HEADER))
            layout = layout_by_id(header.layout)
            if layout.joints != header.joints:
                raise EngineError(
                    f"layout {layout.id} has other joints in the file than in this version; "
                    "open it with the version that wrote it"
                )
            arrays = {name.removesuffix(".npy"): content for name, content in members.items()}
            positions = _array(arrays, "positions", np.float32)
            confidence = _array(arrays, "confidence", np.float32)
            if positions is None or confidence is None:
                raise EngineError("expected positions and confidence, found one of them missing")
            _check_values(confidence, "confidence", 0.0, 1.0)
            timestamps = _array(arrays, "timestamps", np.float64)
            if timestamps is not None:
                _check_values(timestamps, "timestamps", -_LONGEST_S, _LONGEST_S)
            recording = Recording(
                layout=layout,
                positions=positions,
                confidence=confidence,
                fps=header.fps,
                units=header.units,
                source=_source(path, data, header.origin),
                up=header.up,
                timestamps=timestamps,
                frame_ids=_array(arrays, "frame_ids", np.int64),
                person_ids=header.person_ids,
                label=header.label,
                orientations=_array(arrays, "orientations", np.float32),
                findings=header.findings,
                assumed_fps=header.assumed_fps,
            )
            check_range(recording.positions, path)
        except FileFormatError:
            raise
        except EngineError as error:
            raise FileFormatError(str(error), path=path) from error
        return recording

    def write(self, recording: Recording) -> bytes:
        """Every field of a recording, bit for bit."""
        buffer = BytesIO()
        with ZipFile(buffer, "w") as archive:
            _add(archive, _HEADER, header_to_json(_header(recording)))
            for name, dtype in _ARRAYS.items():
                values = getattr(recording, name)
                if values is not None:
                    member = BytesIO()
                    npy.write_array(member, values.astype(dtype, copy=False), allow_pickle=False)
                    _add(archive, f"{name}.npy", member.getvalue())
        return buffer.getvalue()


def _header(recording: Recording) -> Header:
    return Header(
        version=HEADER_VERSION,
        layout=recording.layout.id,
        joints=recording.layout.joints,
        fps=recording.fps,
        assumed_fps=recording.assumed_fps,
        units=recording.units,
        up=recording.up,
        person_ids=recording.person_ids,
        label=recording.label,
        findings=recording.findings,
        origin=recording.source.origin or recording.source,
    )


def _add(archive: ZipFile, name: str, content: bytes) -> None:
    info = ZipInfo(name, date_time=_EPOCH)
    info.external_attr = _PERMISSIONS
    info.create_system = 3  # the same bytes on every system
    archive.writestr(info, content, compress_type=ZIP_STORED)


def _source(path: Path, data: bytes, origin: Source | None) -> Source:
    plain = source_of(path, data, NpzFormat.id)
    return Source(path=path, format_id=plain.format_id, sha256=plain.sha256, origin=origin)


def _members(path: Path, data: bytes) -> dict[str, bytes]:
    """The members' bytes by name, after their declared sizes were found bearable."""
    allowed = {_HEADER: _LARGEST_HEADER} | {f"{name}.npy": _LARGEST_MEMBER for name in _ARRAYS}
    members: dict[str, bytes] = {}
    try:
        with ZipFile(BytesIO(data)) as archive:
            for info in archive.infolist():
                if info.filename not in allowed or info.filename in members:
                    raise FileFormatError(
                        f"expected the members of a recording, found {info.filename[:40]!r}; "
                        "it is another kind of npz",
                        path=path,
                        byte=info.header_offset,
                    )
                if info.file_size > allowed[info.filename]:
                    raise FileFormatError(
                        f"{info.filename}: expected at most {allowed[info.filename]:,} bytes, "
                        f"found {info.file_size:,}; cut the recording into parts",
                        path=path,
                        byte=info.header_offset,
                    )
                if info.flag_bits & _ENCRYPTED or info.compress_type not in (
                    ZIP_STORED,
                    ZIP_DEFLATED,
                ):
                    raise FileFormatError(
                        f"{info.filename}: expected plain or deflated data, found another kind",
                        path=path,
                        byte=info.header_offset,
                    )
                members[info.filename] = archive.read(info)
    except (
        BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise FileFormatError(
            f"expected a whole zip archive, found {reason(error)}; copy it again",
            path=path,
        ) from error
    if _HEADER not in members:
        raise FileFormatError(f"expected {_HEADER} in it, found none", path=path)
    return members


def _check_values(
    values: FloatArray | DoubleArray, name: str, smallest: float, largest: float
) -> None:
    """Raises EngineError for values outside a range, or not a number."""
    with np.errstate(invalid="ignore"):
        wrong = ~((values >= smallest) & (values <= largest))
    if wrong.any():
        found = float(values[wrong][0])
        raise EngineError(f"{name}: expected {smallest:g} to {largest:g}, found {found:g}")


def _array(arrays: dict[str, bytes], name: str, kind: type[ScalarT]) -> NDArray[ScalarT] | None:
    """An array out of the bytes of its member, None where there is none.

    Raises:
        EngineError: It is not of the type it should be, or not of the size it says. Objects are
            never unpickled: only the type above is taken.
    """
    content = arrays.get(name)
    if content is None:
        return None
    header = _NPY.match(content)
    if header is None:
        raise EngineError(f"{name}: expected a plain numpy array, found {content[:40]!r}")
    expected = _ARRAYS[name]
    if header["dtype"] != expected.str.encode():
        raise EngineError(f"{name}: expected numbers of type {expected}, found another type")
    body = memoryview(content)[10 + int.from_bytes(header["length"], "little") :]
    shape = tuple(int(size) for size in header["shape"].split(b",") if size.strip())
    if math.prod(shape) * expected.itemsize != len(body):
        raise EngineError(f"{name}: expected numbers of shape {shape}, found {len(body):,} bytes")
    return np.frombuffer(body, dtype=expected).reshape(shape).astype(kind)
