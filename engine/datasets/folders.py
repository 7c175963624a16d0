"""Anybody's clips: a folder for each action, with recordings of any readable format in it.

``wave/anything.json``. Who acts is read from a folder between the two (``wave/person 3/…``, also
``p3``, ``s03``, ``subject_3``) or from the file's name (``_p3_``, ``_s03_``), the camera from
``_v2``; where neither says, the person is unknown and a split by person is refused. What no format
knows is left out and counted.
"""

import re
from collections import Counter
from pathlib import Path

from engine.datasets.base import UNKNOWN, DatasetFormat, Found, LabelledFile
from engine.datasets.listing import files_below, key_below
from engine.errors import EngineError, FileFormatError
from engine.formats import read_recording, recognise
from engine.formats.base import SNIFF_BYTES
from engine.formats.names import facts_from_name
from engine.formats.reading import plural

_PERSON_FOLDER = re.compile(r"(?:person|subject|p|s)[ _-]?0*(\d+)", re.IGNORECASE)
_PERSON_NAME = re.compile(r"(?:^|[_\- ])(?:person|subject|p|s)0*(\d+)(?=[_\-. ]|$)", re.IGNORECASE)
_VIEW_NAME = re.compile(r"(?:^|[_\- ])(?:view|v)0*(\d+)(?=[_\-. ]|$)", re.IGNORECASE)


def _search(folder: Path) -> Found:
    if not folder.is_dir():
        return Found(files=())
    clips: dict[str, list[Path]] = {}
    unread = 0
    for path in files_below(folder):
        parts = path.relative_to(folder).parts
        if len(parts) <= 1 or any(part.startswith(".") for part in parts):
            continue
        if _is_readable(path):
            clips.setdefault(parts[0], []).append(path)
        else:
            unread += 1
    actions = tuple(sorted(clips))
    files = [
        LabelledFile(
            path=path,
            action=actions.index(action),
            person=_person(folder, path),
            view=_view(path),
            key=key_below(folder, path),
        )
        for action in actions
        for path in clips[action]
    ]
    notes: list[str] = []
    if unread:
        notes.append(f"{plural(unread, 'file')} of no known format left out.")
    unknown = sum(file.person == UNKNOWN for file in files)
    if unknown:
        notes.append(f"{plural(unknown, 'recording')} with nobody's number in its path.")
    layout_id = _layout(clips, notes)
    return Found(files=tuple(files), actions=actions, notes=tuple(notes), layout_id=layout_id)


def _is_readable(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return recognise(file.read(SNIFF_BYTES)) is not None
    except OSError as error:
        raise FileFormatError(f"cannot be read ({error.strerror or error})", path=path) from error


def _person(folder: Path, path: Path) -> int:
    between = path.relative_to(folder).parts[1:-1]
    for part in reversed(between):
        match = _PERSON_FOLDER.fullmatch(part)
        if match is not None:
            return int(match[1])
    match = _PERSON_NAME.search(path.stem)
    if match is not None:
        return int(match[1])
    return facts_from_name(path.stem).person or UNKNOWN


def _view(path: Path) -> int:
    match = _VIEW_NAME.search(path.stem)
    if match is not None:
        return int(match[1])
    return facts_from_name(path.stem).view or 1


def _layout(clips: dict[str, list[Path]], notes: list[str]) -> str:
    """The layout of most actions' first recordings; damaged ones do not vote."""
    votes: Counter[str] = Counter()
    for paths in clips.values():
        try:
            votes[read_recording(paths[0]).layout.id] += 1
        except EngineError as error:
            notes.append(f"{error}.")
    return votes.most_common(1)[0][0] if votes else ""


FOLDERS = DatasetFormat(
    id="folders",
    name="folders of clips by action",
    terms="Your own recordings, or as their makers say. Not contained here.",
    pattern="ACTION/any recording",
    search=_search,
)
