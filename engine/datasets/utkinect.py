"""UTKinect-Action3D (Xia, Chen, Aggarwal, CVPRW 2012): 10 actions in untrimmed recordings.

``actionLabel.txt`` names the actions of each recording with the frame numbers of their first and
last frame; the recordings have rows for about every fourth frame number. A clip is the rows whose
numbers lie in a span. In the published file one span has no numbers (``carry: NaN NaN``), and one
is a misprint that covers two other actions; see ``_MISPRINTS``.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.arrays import IntArray
from engine.datasets.base import Aspect, DatasetFormat, Found, LabelledFile, Protocol
from engine.datasets.listing import files_below, key_below, lines_of, named
from engine.errors import FileFormatError
from engine.formats import read_recording
from engine.formats.actions import UTKINECT as ACTIONS

_LABELS = "actionLabel.txt"
_NAME = re.compile(r"joints_(s(\d\d)_e(\d\d))\.txt")
_HEADING = re.compile(r"s\d\d_e\d\d")
_SPAN = re.compile(r"(?P<word>[A-Za-z]+):\s*(?P<first>\d+|NaN)\s+(?P<last>\d+|NaN)")
_WORDS = (
    "walk",
    "sitDown",
    "standUp",
    "pickUp",
    "carry",
    "throw",
    "push",
    "pull",
    "waveHands",
    "clapHands",
)
"""As the labels write the actions, in their order."""
_MISPRINTS = {("s03_e01", "push", 2556, 3622): (3556, 3622)}
"""The printed span starts before the throw at 3226 to 3282, lasts 36 s and has 170 rows, where
every other push has 6 to 15; with one digit changed it stands between throw and pull."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """One line of the label file, in frame numbers, both ends included."""

    sequence: str
    action: int
    first: int
    last: int


def _search(folder: Path) -> Found:
    labels = next((path for path in files_below(folder) if path.name == _LABELS), None)
    if labels is None:
        return Found(files=(), notes=(f"There is no {_LABELS}.",))
    spans, notes = _read_labels(labels)
    files: list[LabelledFile] = []
    for path, match in named(folder, _NAME):
        wanted = [span for span in spans if span.sequence == match[1]]
        ids = _frame_ids(path)
        for span in wanted:
            rows = np.flatnonzero((ids >= span.first) & (ids <= span.last))
            if not len(rows):
                words = f"{_WORDS[span.action]} {span.first} to {span.last}"
                notes.append(f"{path.name} has no rows for {words}; left out.")
                continue
            files.append(
                LabelledFile(
                    path=path,
                    action=span.action,
                    person=int(match[2]),
                    repetition=int(match[3]),
                    view=1,
                    start=int(rows[0]),
                    stop=int(rows[-1]) + 1,
                    key=key_below(folder, path),
                )
            )
    return Found(files=tuple(files), notes=tuple(notes))


def _frame_ids(path: Path) -> IntArray:
    """``(T,)`` frame numbers of a recording's frames."""
    recording = read_recording(path)
    if recording.frame_ids is None:
        return np.arange(recording.num_frames, dtype=np.int64)
    return recording.frame_ids


def _read_labels(path: Path) -> tuple[list[_Span], list[str]]:
    spans: list[_Span] = []
    notes: list[str] = []
    sequence = ""
    for number, line in enumerate(lines_of(path), start=1):
        text = line.strip()
        if _HEADING.fullmatch(text):
            sequence = text
            continue
        if not text:
            continue
        match = _SPAN.fullmatch(text)
        if match is None or match["word"] not in _WORDS or not sequence:
            raise FileFormatError(
                f"expected s01_e01 or an action with two frame numbers, found {text[:40]!r}; "
                "the labels are damaged, copy them again",
                path=path,
                line=number,
            )
        if "NaN" in (match["first"], match["last"]):
            notes.append(f"{sequence}: {match['word']} has no frame numbers; left out.")
            continue
        span = (int(match["first"]), int(match["last"]))
        mended = _MISPRINTS.get((sequence, match["word"], *span), span)
        if mended != span:
            notes.append(
                f"{sequence}: {match['word']} {span[0]} to {span[1]} is a misprint; "
                f"taken for {mended[0]} to {mended[1]}."
            )
        spans.append(
            _Span(
                sequence=sequence,
                action=_WORDS.index(match["word"]),
                first=mended[0],
                last=mended[1],
            )
        )
    return spans, notes


UTKINECT = DatasetFormat(
    id="utkinect",
    name="UTKinect-Action3D",
    layout_id="kinect-v1",
    actions=ACTIONS,
    terms=(
        "UTKinect-Action3D (Xia, Chen, Aggarwal: View Invariant Human Action Recognition Using "
        "Histograms of 3D Joints, CVPR Workshops 2012). Research data by its authors, who state no "
        "licence. Not contained here."
    ),
    pattern="joints_sSS_eEE.txt and actionLabel.txt",
    search=_search,
    protocols=(
        Protocol(
            id="leave-one-recording-out",
            title="Each recording judges once",
            source=(
                "Xia, Chen, Aggarwal, CVPRW 2012: leave one sequence out; here a sequence is a "
                "whole recording, so that no frame is on both sides. The person's other "
                "recording is trained on, as published"
            ),
            by=Aspect.RECORDING,
            leave_one_out=True,
        ),
        Protocol(
            id="leave-one-person-out",
            title="Each person judges once",
            source="Stricter than the published one: nobody is on both sides",
            by=Aspect.PERSON,
            leave_one_out=True,
        ),
    ),
)
