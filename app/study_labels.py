"""Label files into a study and out of it."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.services.study_work import OnProgress, ShouldStop
from app.study_reading import Read, StudyReading
from app.study_words import STOPPED, count_words, folder_name, left_out_listing
from app.views.file_questions import ask_files, ask_new_file
from engine.errors import EngineError
from engine.study.contents import Change, Edit, StudyContents

if TYPE_CHECKING:
    from engine.annotations.clocks import TimesOf

LABEL_FILES = "Label files"


class StudyLabels(QObject):
    """Asks for files, merges or writes them, and tells what came of it."""

    def __init__(self, reading: StudyReading, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reading = reading

    @Slot()
    def ask_import(self) -> None:
        """Ask for label files to be merged with the study."""
        from engine.annotations import ANNOTATIONS

        patterns = [f"*{suffix}" for row in ANNOTATIONS for suffix in row.suffixes]
        every = f"{LABEL_FILES} ({' '.join(dict.fromkeys(patterns))})"
        filters = (every, "All files (*)")
        ask_files(self._reading.window, "Import labels", filters, self.import_files)

    def import_files(self, paths: tuple[Path, ...]) -> None:
        """Merge label files with the study; nothing that is labelled is changed."""

        def work(
            contents: StudyContents, folder: Path, tell: OnProgress, should_stop: ShouldStop
        ) -> Read:
            from engine.annotations.clocks import times_in_files

            return _merged(contents, paths, times_in_files(folder), tell, should_stop)

        self._reading.read("Importing labels", work, self._tell_imported)

    def _tell_imported(self, read: Read) -> None:
        words = [f"{count_words(read.num_segments, 'segment', 'segments')} imported"]
        if read.known:
            words.append(f"{read.known} known already")
        if read.refused:
            words.append(f"{len(read.refused)} left out")
        if read.is_part:
            words.append(STOPPED)
        self._reading.say(
            "  ·  ".join(words),
            left_out_listing(read.refused, read.notes),
            undoes=read.edit.name if read.edit.changes else "",
            is_wrong=not read.num_segments and bool(read.refused),
            is_part=read.is_part and bool(read.edit.changes),
        )

    @Slot()
    def ask_export(self) -> None:
        """Ask where the study's labels shall be written to."""
        from engine.annotations import ANNOTATIONS

        desk = self._reading.desk
        if desk.study is None or not desk.contents.num_segments:
            self._reading.say("There are no labels to export yet", is_wrong=True)
            return
        by_filter = {
            f"{row.name} ({' '.join(f'*{each}' for each in row.suffixes)})": row
            for row in ANNOTATIONS
        }
        ask_new_file(
            self._reading.window,
            "Export labels",
            tuple(by_filter),
            lambda path, chosen: self.export_to(path, by_filter[chosen].id),
            name=folder_name(desk.contents.facts.name or "labels"),
            suffixes={
                words: "" if row.is_folder else row.suffixes[0].removeprefix(".")
                for words, row in by_filter.items()
            },
        )

    def export_to(self, path: Path, format_id: str) -> None:
        """Write the study's labels as a file, or as a folder of them."""
        contents, study = self._reading.desk.contents, self._reading.desk.study
        folder = Path() if study is None else study.folder

        def work(tell: OnProgress, should_stop: ShouldStop) -> tuple[int, tuple[str, ...]]:
            from engine.annotations.clocks import times_in_files
            from engine.annotations.exporting import export_labels

            del should_stop  # it is written as a whole
            done = export_labels(contents, path, format_id, times_of=times_in_files(folder))
            tell(1.0)
            return done.num_segments, done.left_out

        def tell_done(done: tuple[int, tuple[str, ...]]) -> None:
            number, left_out = done
            self._reading.say(
                f"{count_words(number, 'segment', 'segments')} written to {path.name}",
                left_out_listing(tuple((path, reason) for reason in left_out)),
            )

        self._reading.work.run(
            "Exporting labels", work, on_result=tell_done, on_error=self._reading.tell_error
        )


def _merged(
    contents: StudyContents,
    paths: tuple[Path, ...],
    times_of: "TimesOf",
    tell: OnProgress,
    should_stop: ShouldStop,
) -> Read:
    """Several label files, one after the other, in one edit."""
    from engine.annotations.importing import import_labels

    changes: list[Change] = []
    refused: list[tuple[Path, str]] = []
    notes: list[tuple[Path, str]] = []
    known, num_segments, names = 0, 0, []
    is_part = False
    for number, path in enumerate(paths):
        if should_stop():
            is_part = True
            break
        try:
            done = import_labels(contents, path, times_of=times_of)
        except EngineError as error:
            if len(paths) == 1:
                raise
            refused.append((path, str(error)))
            continue
        contents = contents.applied(done.edit)
        changes += done.edit.changes
        refused += ((path, reason) for reason in done.left_out)
        notes += ((path, note) for note in done.notes)
        known += done.known
        num_segments += done.num_segments
        names.append(done.edit.name)
        tell((number + 1) / len(paths))
    name = names[0] if len(names) == 1 else f"Import {len(names)} label files"
    return Read(
        edit=Edit(name=name, changes=tuple(changes)),
        refused=tuple(refused),
        notes=tuple(notes),
        known=known,
        num_segments=num_segments,
        is_part=is_part,
    )
