"""Clips of a run in which nobody is seen: they are left out when it begins.

People leave the picture, and somebody reviews those frames, too. Who labels does not have to look;
who reads the files does, and a run reads them when its turn has come, once.
"""

from dataclasses import replace
from pathlib import Path

from engine.datasets.splits import SplitFiles, read_split, stored, write_split
from engine.datasets.study import STUDY_ID, files_of, read_person_clip
from engine.errors import TrainingError
from engine.preprocess.people import people_seen
from engine.study.clips import CLIPS_FILE, ClipList, StudyClip, write_clips
from engine.study.forecast import FEWEST_CLASSES
from engine.study.learning import DIVISION_FILE


def looked_through(folder: Path, clips: ClipList) -> ClipList:
    """The clips of a run without those in which nobody is seen, also in its files.

    Args:
        folder: Of the run.
        clips: As it keeps them.

    Raises:
        TrainingError: Too little is left.
        EngineError: A file cannot be read, or the disk refuses.
    """
    if clips.num_unseen is not None:
        return clips
    unseen = unseen_in(clips)
    kept = tuple(each for each in clips.clips if each.name not in unseen)
    labels = {each.label for each in kept}
    if len(labels) < min(FEWEST_CLASSES, len(clips.actions)):
        raise TrainingError(
            f"nobody is seen in {len(unseen):,} of {len(clips.clips):,} clips, and the others show "
            "one action alone; label where the person is in the picture"
        )
    seen = replace(
        clips,
        clips=kept,
        actions=tuple(each for each in clips.actions if each in labels),
        num_unseen=len(unseen),
    )
    if unseen and (folder / DIVISION_FILE).is_file():
        _divide(folder / DIVISION_FILE, seen)
    write_clips(seen, folder / CLIPS_FILE)  # the last one: if it is killed before, it looks again
    return seen


def unseen_in(clips: ClipList) -> frozenset[str]:
    """Names of clips without anybody in any frame.

    Raises:
        EngineError: A file cannot be read.
    """
    ordered = sorted(zip(clips.clips, files_of(clips), strict=True), key=_place)
    return frozenset(
        clip.name for clip, file in ordered if not people_seen(read_person_clip(file).positions)
    )


def _place(pair: tuple[StudyClip, object]) -> tuple[str, int]:
    clip, _ = pair
    return clip.path, clip.start


def _divide(path: Path, seen: ClipList) -> None:
    """Take clips that are gone out of a division.

    Raises:
        EngineError: Nothing is left to learn from, or the disk refuses.
    """
    split = read_split(path)
    files = {file.name: file for file in files_of(seen)}
    left = SplitFiles(
        train=tuple(files[name] for name in split.train if name in files),
        validation=tuple(files[name] for name in split.validation if name in files),
        validation_by=split.validation_by,
        rule=split.rule,
    )
    write_split(stored(STUDY_ID, left), path)
