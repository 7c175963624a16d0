"""Looking through folders for files of known names."""

import re
from collections.abc import Iterator
from pathlib import Path

from engine.errors import FileFormatError


def files_below(folder: Path) -> tuple[Path, ...]:
    """All files in a folder and its subfolders, in the order of their paths.

    A path that is itself a file stands for itself.
    """
    if folder.is_file():
        return (folder,)
    return tuple(path for path in sorted(folder.rglob("*")) if path.is_file())


def named(folder: Path, pattern: re.Pattern[str]) -> Iterator[tuple[Path, re.Match[str]]]:
    """The files in a folder and its subfolders whose whole names match, in order."""
    for path in files_below(folder):
        match = pattern.fullmatch(path.name)
        if match is not None:
            yield path, match


def key_below(folder: Path, path: Path) -> str:
    """The file's path below the folder, with ``/`` on every system."""
    return path.name if path == folder else path.relative_to(folder).as_posix()


def lines_of(path: Path) -> tuple[str, ...]:
    """The lines of a small text file.

    Raises:
        FileFormatError: It cannot be read, or is no text.
    """
    try:
        return tuple(path.read_text(encoding="utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise FileFormatError(f"is not a readable text file: {error}", path=path) from error
