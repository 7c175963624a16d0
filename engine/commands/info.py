"""``skelarium info``: what is in a recording, and what its reader noticed."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from engine.commands.base import Command
from engine.commands.runner import EXIT_MENDABLE
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.recording import Recording


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    path: Path
    message: str


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's words."""
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="recordings")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(words: Namespace) -> int:
    """Describe each file that can be read; a broken one does not hide the others."""
    from engine.formats import read_recording

    recordings: list[Recording] = []
    failures: list[_Failure] = []
    for path in words.files:
        try:
            recordings.append(read_recording(path))
        except EngineError as error:
            failures.append(_Failure(path=path, message=str(error)))
    if words.json:
        content = {
            "recordings": [describe(recording) for recording in recordings],
            "errors": [{"path": str(f.path), "message": f.message} for f in failures],
        }
        print(json.dumps(content, indent=2))
    elif recordings:
        print("\n\n".join("\n".join(report_lines(recording)) for recording in recordings))
    for failure in failures:
        print(f"skelarium: {failure.message}", file=sys.stderr)
    return EXIT_MENDABLE if failures else 0


def describe(recording: "Recording") -> dict[str, object]:
    """A recording's facts with stable keys."""
    source = recording.source
    return {
        "path": str(source.path) if source.path else None,
        "format": source.format_id,
        "layout": recording.layout.id,
        "joints": recording.layout.num_joints,
        "dimensions": recording.layout.dimensions,
        "people": recording.num_people,
        "person_ids": list(recording.person_ids),
        "frames": recording.num_frames,
        "duration_s": round(duration_s(recording), 6),
        "fps": _exact(recording.fps),
        "shown_fps": _exact(recording.shown_fps),
        "has_timestamps": recording.timestamps is not None,
        "has_orientations": recording.orientations is not None,
        "units": recording.units.value,
        "up": recording.up.value,
        "label": recording.label,
        "findings": [
            {"kind": finding.kind.value, "message": finding.message, "count": finding.count}
            for finding in recording.findings
        ],
        "sha256": source.sha256,
        "origin": None
        if source.origin is None
        else {
            "name": source.origin.path.name if source.origin.path else None,
            "format": source.origin.format_id,
            "sha256": source.origin.sha256,
        },
    }


def report_lines(recording: "Recording") -> Iterator[str]:
    """The report for people."""
    from engine.formats import format_by_id

    source = recording.source
    layout = recording.layout
    yield source.path.name if source.path else "recording"
    yield _row("format", f"{format_by_id(source.format_id).name} ({source.format_id})")
    yield _row("layout", f"{layout.name} ({layout.id}), {layout.num_joints} joints")
    names = f" ({', '.join(recording.person_ids)})" if recording.person_ids else ""
    yield _row("people", f"{recording.num_people}{names}")
    yield _row("frames", f"{recording.num_frames:,}")
    yield _row("duration", f"{duration_s(recording):.3f} s")
    assumed = "" if recording.fps else " (assumed)"
    yield _row("frame rate", f"{float(recording.shown_fps):g} frames a second{assumed}")
    yield _row("units", f"{recording.units.value}, {recording.up.value} is up")
    yield _row("action", recording.label or "not stated")
    yield _row("sha256", source.sha256)
    if source.origin is not None:
        name = source.origin.path.name if source.origin.path else "a recording made here"
        yield _row("made from", f"{name} ({source.origin.format_id})")
    for finding in recording.findings:
        yield _row("noticed", finding.message)


def duration_s(recording: "Recording") -> float:
    """Seconds from the first frame to the end of the last."""
    return recording.time_s(recording.num_frames - 1) + float(1 / recording.shown_fps)


def _exact(fps: Fraction | None) -> float | None:
    return None if fps is None else float(fps)


def _row(label: str, text: str) -> str:
    return f"  {label:<11} {text}"


INFO = Command(
    name="info",
    summary="say what is in a recording and what its reader noticed",
    add_arguments=add_arguments,
    run=run,
)
