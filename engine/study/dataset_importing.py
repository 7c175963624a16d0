"""Getting data sets into a study: recordings with their labels, people and cameras."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from engine.datasets import dataset_by_id
from engine.datasets.base import UNKNOWN, Contents, DatasetFormat, LabelledFile, read_clip
from engine.datasets.folders import FOLDERS
from engine.datasets.ntu_bodies import read_actors
from engine.datasets.study import STUDY_ID
from engine.errors import EngineError
from engine.formats import read_recording
from engine.recording import Clip, Recording
from engine.study.acting import actor_name, actors_at, main_person, named_actor
from engine.study.additions import Added, Facts, Span
from engine.study.contents import StudyContents
from engine.study.joining import Joining
from engine.study.study_importing import add_study
from engine.study.takes import put_inside
from engine.study.whereabouts import OnProgress, ShouldStop, never, nothing_to_tell

DOUBT = "known to be labelled wrongly in the data set"
SEARCH_SHARE = 0.05
"""How much of the work finding the files is said to be."""


def add_dataset(  # noqa: PLR0913  # what, of what, where to, and how it goes on
    contents: StudyContents,
    folder: Path,
    format_id: str,
    *,
    study_folder: Path | None = None,
    recordings: Collection[str] | None = None,
    on_progress: OnProgress = nothing_to_tell,
    should_stop: ShouldStop = never,
) -> Added:
    """Add a data set: its recordings, with labels as segments, who acts, and the cameras.

    A clip that is a whole file becomes a segment over all of it, of the person who moves most where
    there are several; a span becomes a segment. Recordings that the study has get the labels that
    they do not have yet. Clips that are no files of their own (PYSKL, CTR-GCN, hand gestures) are
    written into the study. Another study is merged with this one.

    Args:
        contents: What is there.
        folder: The data set's, or its file where all of it is one.
        format_id: A row of ``engine.datasets.DATASETS``.
        study_folder: Where the study lies; needed for clips that are no files of their own.
        recordings: Only those, by their paths below the folder or names, with or without the
            ending; None for all.
        on_progress: Told the share done.
        should_stop: Where it says so, what was read until then is the edit.

    Raises:
        EngineError: The folder holds none, its labels are damaged, or nothing of it was wanted.
    """
    row = dataset_by_id(format_id)
    if row.id == STUDY_ID:
        return add_study(
            contents,
            folder,
            study_folder=study_folder,
            recordings=recordings,
            on_progress=on_progress,
            should_stop=should_stop,
        )
    found = _found(row, folder)
    on_progress(SEARCH_SHARE)
    groups = _groups(found.files, recordings)
    if not groups:
        raise EngineError(
            f"{folder} holds {row.name}, but none of the recordings asked for; "
            f"they are called as {found.files[0].key or found.files[0].path.name}"
        )
    joining = Joining(contents, study_folder)
    work = _Dataset(row=row, actions=found.actions, study_folder=study_folder)
    stopped = False
    for number, files in enumerate(groups):
        if should_stop():
            stopped = True
            break
        work.add(joining, files)
        on_progress(SEARCH_SHARE + (1 - SEARCH_SHARE) * (number + 1) / len(groups))
    return joining.added(row.name, notes=found.notes, stopped=stopped)


def _found(row: DatasetFormat, folder: Path) -> Contents:
    try:
        return row.contents(folder)
    except OSError as error:
        raise EngineError(f"{folder} cannot be read ({error.strerror or error})") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dataset:
    """What holds for all files of a data set."""

    row: DatasetFormat
    actions: tuple[str, ...]
    study_folder: Path | None

    def add(self, joining: Joining, files: tuple[LabelledFile, ...]) -> None:
        """Add one recording with all that is said of it."""
        first = files[0]
        try:
            recording, path = self._read(first)
            spans = tuple(self._spans(joining, recording, files))
            row = joining.take(recording, path, self._facts(first, recording, spans))
        except EngineError as error:
            joining.refuse(first.path, error)
            return
        for span in spans:
            joining.label(row, span, first.path)

    def _facts(self, file: LabelledFile, recording: Recording, spans: tuple[Span, ...]) -> Facts:
        name = PurePosixPath(file.key or file.path.name)
        return Facts(
            title=str(file.item) if isinstance(file.item, str) else name.stem,
            place=name.parent.parts,
            actors=actors_at(spans[0].person if spans else 0, _actor(self.row, recording, file)),
            view=file.view,
        )

    def _read(self, file: LabelledFile) -> tuple[Recording, Path]:
        """The recording that a clip is of, and its file."""
        if file.item is None and self.row.read_clip in (read_clip, read_actors):
            return read_recording(file.path), file.path
        if self.study_folder is None:
            raise EngineError(
                f"{file.path.name}: its clips are no recordings of their own; convert them first"
            )
        recording = self.row.read_clip(file).recording
        path, recording = put_inside(self.study_folder, recording, file.name)
        return recording, path

    def _spans(
        self, joining: Joining, recording: Recording, files: tuple[LabelledFile, ...]
    ) -> Iterator[Span]:
        for file in files:
            try:
                clip = file.cut(Clip.whole(recording))
            except EngineError as error:
                joining.refuse(file.path, error)
                continue
            wrong = any(fnmatch(file.path.name, pattern) for pattern in self.row.leave_out)
            yield Span(
                person=main_person(recording, clip.start, clip.stop),
                start=clip.start,
                stop=clip.stop,
                action=self.actions[file.action],
                doubt=DOUBT if wrong else "",
            )


def _groups(
    files: tuple[LabelledFile, ...], wanted: Collection[str] | None
) -> tuple[tuple[LabelledFile, ...], ...]:
    """Clips by the recording that they are of, in their order."""
    names = None if wanted is None else frozenset(wanted)
    found: dict[tuple[Path, str | int | None], list[LabelledFile]] = {}
    for file in files:
        if names is None or not names.isdisjoint(_names(file)):
            found.setdefault((file.path, file.item), []).append(file)
    return tuple(tuple(each) for each in found.values())


def _names(file: LabelledFile) -> tuple[str, ...]:
    """What a clip's recording may be called."""
    path = PurePosixPath(file.key or file.path.name)
    item = () if file.item is None else (str(file.item),)
    return (*item, str(path), str(path.with_suffix("")), path.name, path.stem)


def _actor(row: DatasetFormat, recording: Recording, file: LabelledFile) -> str:
    """Who acts: by the file's own name, which does not depend on what a row makes of it."""
    named = named_actor(recording, file.item if isinstance(file.item, str) else file.path.stem)
    if named or file.person == UNKNOWN:
        return named
    return actor_name("" if row is FOLDERS else row.id, file.person)
