"""Where studies lie, and what of some dropped or named paths is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.places import user_folder

MOST_RECENT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Paths by what can be done with them."""

    studies: tuple[Path, ...] = ()
    """Their folders."""
    folders: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()


def studies_folder() -> Path:
    """Where studies go unless another place is chosen."""
    return user_folder() / "studies"


def scratch_folder() -> Path:
    """The study that begins by itself when somebody labels without one."""
    return studies_folder() / "scratch"


def sort_paths(paths: Sequence[Path]) -> Sorted:
    """Tell studies, other folders and files apart; looks at the disk.

    Args:
        paths: Files and folders; a study's folder or its database is that study.
    """
    from engine.study.whereabouts import STUDY_FILE

    studies, folders, files = [], [], []
    for path in paths:
        if path.name == STUDY_FILE:
            studies.append(path.parent)
        elif (path / STUDY_FILE).is_file():
            studies.append(path)
        elif path.is_dir():
            folders.append(path)
        else:
            files.append(path)
    return Sorted(studies=tuple(studies), folders=tuple(folders), files=tuple(files))


def with_recent(recent: tuple[Path, ...], folder: Path) -> tuple[Path, ...]:
    """Recent studies with one more in front."""
    return (folder, *(each for each in recent if each != folder))[:MOST_RECENT]
