"""How a study and what is done with it are put into words."""

import re
from collections.abc import Sequence
from pathlib import Path

from app.timecode import grouped

MOST_LISTED = 400
"""Lines of a list of what was left out."""
_UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')


def folder_name(name: str) -> str:
    """A study's name as the name of a folder, on every system."""
    return _UNFIT.sub("-", name).strip(" .-") or "study"


def count_words(count: int, one: str, more: str) -> str:
    """``1 recording``, ``1 040 recordings``."""
    return f"{grouped(count)} {one if count == 1 else more}"


def recordings_words(count: int) -> str:
    """``3 recordings``."""
    return count_words(count, "recording", "recordings")


def added_words(num_added: int, num_segments: int, num_known: int, num_refused: int) -> str:
    """What came of adding recordings, in one line."""
    if not num_added and not num_refused:
        return "Nothing new: the study has them all" if num_known else "There was nothing to add"
    parts = [f"{recordings_words(num_added)} added" if num_added else "Nothing added"]
    if num_segments:
        parts.append(count_words(num_segments, "segment", "segments"))
    if num_known:
        parts.append(f"{grouped(num_known)} known already")
    if num_refused:
        parts.append(f"{grouped(num_refused)} left out")
    return "  ·  ".join(parts)


def refused_report(refused: Sequence[tuple[Path, str]]) -> str:
    """What was left out and why, a line each."""
    lines = [f"{path}: {reason}" for path, reason in refused[:MOST_LISTED]]
    rest = len(refused) - len(lines)
    return "\n".join([*lines, f"… and {grouped(rest)} more"] if rest > 0 else lines)


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
