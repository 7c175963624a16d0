"""The clips of a study, or those that one of its runs was given.

The folder is a study's, whose labels are read as they are now and never written, or a run's; or the
file ``clips.json`` itself. A clip shows one person alone, whoever else is in the recording. People
are numbered from 1 in the order of their names; somebody whom nobody has named is somebody else in
each recording.
"""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from engine.datasets.base import Aspect, DatasetFormat, Found, LabelledFile, Protocol
from engine.errors import EngineError
from engine.formats import read_recording
from engine.recording import Clip, Recording
from engine.study.clips import CLIPS_FILE, ClipList, clips_of, read_clips
from engine.study.selecting import Choice
from engine.study.whereabouts import STUDY_FILE

STUDY_ID = "study"
KEPT = 2
"""Recordings kept in memory: the clips of one are read one after the other."""
LEAVE_ONE_OUT = Protocol(
    id="leave-one-person-out",
    title="Each person judges once",
    source="Nobody is on both sides",
    by=Aspect.PERSON,
    leave_one_out=True,
)


def clips_in(path: Path) -> ClipList | None:
    """The clips that a folder or file gives; None where it is neither a study's nor a run's.

    Raises:
        EngineError: They cannot be read.
    """
    if path.is_file():
        return read_clips(path) if path.name == CLIPS_FILE else None
    if (path / CLIPS_FILE).is_file():
        return read_clips(path / CLIPS_FILE)
    if not (path / STUDY_FILE).is_file():
        return None
    from engine.study.store import Study

    study = Study.open(path, read_only=True)
    try:
        return clips_of(study.contents, path, Choice()).clips
    finally:
        study.close()


def files_of(clips: ClipList) -> tuple[LabelledFile, ...]:
    """Clips as data sets know them, in their order."""
    numbers = {actor: number for number, actor in enumerate(clips.actors, start=1)}
    return tuple(
        LabelledFile(
            path=Path(each.path),
            action=clips.actions.index(each.label),
            person=numbers[each.actor],
            view=each.view or 1,
            start=each.start,
            stop=each.stop,
            item=each.person,
            key=each.key,
        )
        for each in clips.clips
    )


def _search(folder: Path) -> Found:
    clips = clips_in(folder)
    if clips is None:
        return Found(files=())
    return Found(
        files=files_of(clips),
        notes=clips.notes,
        actions=clips.actions,
        layout_id=clips.layout_id,
        protocols=(LEAVE_ONE_OUT,) if len(clips.actors) > 1 else (),
    )


def read_person_clip(file: LabelledFile) -> Clip:
    """Read a clip and cut its person out, in the file's own layout.

    Raises:
        EngineError: The file cannot be read, or has no such frames or person.
    """
    recording = recording_at(file.path)
    person = file.item
    if not isinstance(person, int) or not 0 <= person < recording.num_people:
        raise EngineError(
            f"{file.name}: expected person {person} in a recording of {recording.num_people}; "
            "the labels belong to another recording"
        )
    return file.cut(Clip.whole(person_of(recording, person)))


def person_of(recording: Recording, person: int) -> Recording:
    """A recording with one of its people alone."""
    return replace(
        recording,
        positions=recording.positions[:, [person]],
        confidence=recording.confidence[:, [person]],
    )


def recording_at(path: Path) -> Recording:
    """A recording, from memory if it was read a moment ago and has not changed.

    Raises:
        EngineError: It cannot be read.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise EngineError(
            f"{path} cannot be read ({error.strerror or error}); put the recording back, or let "
            "the study find it again"
        ) from error
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=KEPT)
def _read(path: Path, _changed: int, _size: int) -> Recording:
    return read_recording(path)


STUDY = DatasetFormat(
    id=STUDY_ID,
    name="a study of one's own",
    terms="Your own recordings and labels, or as their makers say. Not contained here.",
    pattern=f"{STUDY_FILE}, or {CLIPS_FILE} of one of its runs",
    search=_search,
    read_clip=read_person_clip,
)
