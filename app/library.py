"""The recordings offered in the library panel: opened, dropped beside others, and samples."""

from dataclasses import dataclass, replace
from pathlib import Path

from app.timecode import grouped

MOST_RECENT = 30
"""How many opened recordings are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryEntry:
    """One recording to pick."""

    title: str
    path: Path
    detail: str = ""
    """Short, shown at the right: how many frames."""
    story: str = ""
    """What happens in it, said on hover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibrarySection:
    """Recordings under one heading."""

    title: str
    entries: tuple[LibraryEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """All recordings offered."""

    samples: tuple[LibraryEntry, ...] = ()
    recordings: tuple[LibraryEntry, ...] = ()
    """Newest first."""

    def opened(self, path: Path, *, num_frames: int) -> "Library":
        """With a recording that was just opened in front, unless it is a sample."""
        if any(sample.path == path for sample in self.samples):
            return self
        entry = LibraryEntry(title=path.stem, path=path, detail=f"{grouped(num_frames)} f")
        return self._with_first((entry,))

    def joined(self, paths: tuple[Path, ...]) -> "Library":
        """With recordings that were dropped but not opened, in their order."""
        known = {entry.path for entry in (*self.recordings, *self.samples)}
        return self._with_first(
            tuple(LibraryEntry(title=path.stem, path=path) for path in paths if path not in known)
        )

    def without(self, path: Path) -> "Library":
        """Without a recording that turned out to be gone."""
        return replace(self, recordings=tuple(e for e in self.recordings if e.path != path))

    def _with_first(self, entries: tuple[LibraryEntry, ...]) -> "Library":
        new_paths = {entry.path for entry in entries}
        kept = tuple(entry for entry in self.recordings if entry.path not in new_paths)
        return replace(self, recordings=(*entries, *kept)[:MOST_RECENT])

    def sections(self, wanted: str = "") -> tuple[LibrarySection, ...]:
        """The sections that hold something.

        Args:
            wanted: Words that must all occur in an entry's texts or folder name.
        """
        words = wanted.casefold().split()
        found = (
            LibrarySection(
                title=title, entries=tuple(entry for entry in entries if _matches(entry, words))
            )
            for title, entries in (("Recordings", self.recordings), ("Samples", self.samples))
        )
        return tuple(section for section in found if section.entries)


def _matches(entry: LibraryEntry, words: list[str]) -> bool:
    text = f"{entry.title} {entry.detail} {entry.story} {entry.path.parent.name}".casefold()
    return all(word in text for word in words)
