"""How a study and what is done with it are put into words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.timecode import grouped

Reasons = tuple[tuple[Path, str], ...]
"""Of each file why."""
MOST_LISTED = 400
"""Lines of a list of what was left out."""
_UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')


def folder_name(name: str) -> str:
    """A study's name as the name of a folder, on every system."""
    return _UNFIT.sub("-", name).strip(" .-") or "study"


def capital(text: str) -> str:
    """The same words as a sentence begins."""
    return text[:1].upper() + text[1:]


def count_words(count: int, one: str, more: str) -> str:
    """``1 recording``, ``1 040 recordings``."""
    return f"{grouped(count)} {one if count == 1 else more}"


def recordings_words(count: int) -> str:
    """``3 recordings``."""
    return count_words(count, "recording", "recordings")


STOPPED = "stopped"


def added_words(
    num_added: int, num_segments: int, num_known: int, num_refused: int, *, is_part: bool = False
) -> str:
    """What came of adding recordings, in one line; a part of them where it was stopped."""
    if is_part and not num_added and not num_segments:
        return "Stopped before anything was added"
    if not num_added and not num_refused:
        return "Nothing new: the study has them all" if num_known else "There was nothing to add"
    parts = [f"{recordings_words(num_added)} added" if num_added else "Nothing added"]
    if num_segments:
        parts.append(count_words(num_segments, "segment", "segments"))
    if num_known:
        parts.append(f"{grouped(num_known)} known already")
    if num_refused:
        parts.append(f"{grouped(num_refused)} left out")
    if is_part:
        parts.append(STOPPED)
    return "  ·  ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Something to be looked at in detail."""

    button: str
    """What the button says that shows it."""
    title: str
    message: str
    lines: tuple[str, ...]
    is_wrong: bool

    @property
    def text(self) -> str:
        """The lines, or as many as anybody reads."""
        shown = self.lines[:MOST_LISTED]
        rest = len(self.lines) - len(shown)
        return "\n".join((*shown, f"… and {grouped(rest)} more") if rest > 0 else shown)


def both_listings(first: Listing | None, second: Listing | None) -> Listing | None:
    """Two of them as one; None for none."""
    if first is None or second is None:
        return first or second
    return replace(
        first if first.is_wrong else second,
        title=f"{first.title}, {second.title}",
        lines=(*first.lines, *second.lines),
    )


def left_out_listing(refused: Reasons, notes: Reasons = ()) -> Listing | None:
    """What was left out and why, and what else was noticed; None for nothing."""
    lines = tuple(f"{path.name}: {reason}   ({path.parent})" for path, reason in (*refused, *notes))
    if refused:
        return Listing(
            button="What was left out",
            title=f"{count_words(len(refused), 'thing was', 'things were')} left out",
            message="Everything else was taken over.",
            lines=lines,
            is_wrong=True,
        )
    if notes:
        words = count_words(len(notes), "note", "notes")
        message = "Everything was taken over; this is worth knowing."
        return Listing(button=words, title=words, message=message, lines=lines, is_wrong=False)
    return None


def faults_listing(found: Sequence[str]) -> Listing | None:
    """What a check of the study found; None for nothing."""
    if not found:
        return None
    return Listing(
        button="What was found",
        title=f"{count_words(len(found), 'fault', 'faults')} found in the study",
        message="Each line says what is wrong and what to do.",
        lines=tuple(found),
        is_wrong=True,
    )


def study_title(name: str, *, is_saved: bool, is_read_only: bool) -> str:
    """A study in the window's title."""
    if is_read_only:
        return f"{name} · read-only"
    return f"{name} · {'saved' if is_saved else 'writing…'}"


def not_written_words(names: Sequence[str], reason: str) -> str:
    """Why changes were taken back, in one line."""
    what = f"“{names[0]}”" if len(names) == 1 else count_words(len(names), "change", "changes")
    verb = "was" if len(names) == 1 else "were"
    return f"{what} could not be written and {verb} taken back: {reason}"
