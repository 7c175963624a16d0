"""What the program remembers between runs: a table of rows, and a text file that holds them.

A value that is missing, unreadable or out of range is replaced by the row's default: a damaged file
never keeps the program from starting.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import QByteArray, QSettings

from app.key_map import Overrides, overrides_of, overrides_text
from app.modes import Mode
from app.second_manner import Manner, manner_of, manner_text

logger = logging.getLogger(__name__)
STRONGEST_THRESHOLD = 0.5
"""A link with more than half of the attention is always drawn."""
FEWEST_LINKS, MOST_LINKS = 1, 200
"""Attention lines that can be asked for."""
ValueT = TypeVar("ValueT")


class ThemeChoice(Enum):
    """Colours of the window."""

    SYSTEM = "system"
    """As the desktop says; dark where it says nothing."""
    DARK = "dark"
    LIGHT = "light"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(Generic[ValueT]):
    """One thing to remember."""

    key: str
    """Section and name in the file."""
    meaning: str
    default: ValueT
    to_text: Callable[[ValueT], str]
    from_text: Callable[[str], ValueT]
    """Raises ValueError or KeyError for text that means nothing."""


def _share(text: str) -> float:
    value = float(text)
    if not 0.0 <= value <= 1.0:
        raise ValueError(text)
    return value


def _threshold(text: str) -> float:
    value = float(text)
    if not 0.0 <= value <= STRONGEST_THRESHOLD:
        raise ValueError(text)
    return value


def _link_count(text: str) -> int:
    value = int(text)
    if not FEWEST_LINKS <= value <= MOST_LINKS:
        raise ValueError(text)
    return value


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _flag(text: str) -> bool:
    return {"true": True, "false": False}[text]


def _paths(text: str) -> tuple[Path, ...]:
    found = json.loads(text)
    if not isinstance(found, list):
        raise TypeError(text)
    return tuple(Path(item) for item in found if isinstance(item, str))


def _flag_text(value: bool) -> str:
    return "true" if value else "false"


def _paths_text(paths: tuple[Path, ...]) -> str:
    return json.dumps([str(path) for path in paths])


THEME = Setting(
    key="window/theme",
    meaning="Colours of the window.",
    default=ThemeChoice.SYSTEM,
    to_text=lambda choice: choice.value,
    from_text=ThemeChoice,
)
RECENT_FILES: Setting[tuple[Path, ...]] = Setting(
    key="library/recent",
    meaning="Recordings opened before, newest first.",
    default=(),
    to_text=_paths_text,
    from_text=_paths,
)
MODEL = Setting(
    key="model/id",
    meaning="The model picked last.",
    default="",
    to_text=str,
    from_text=str,
)
OVERLAYS_CHOSEN: Setting[tuple[str, ...]] = Setting(
    key="overlay/ids",
    meaning="The overlays chosen, with spaces between; empty for what each network's paper draws.",
    default=(),
    to_text=" ".join,
    from_text=_words,
)
OVERLAYS_ON = Setting(
    key="overlay/on",
    meaning="Whether overlays are drawn.",
    default=True,
    to_text=_flag_text,
    from_text=_flag,
)
LINK_COUNT = Setting(
    key="overlay/link-count",
    meaning="How many attention lines a person, the strongest, 1 to 200; SEM-Net's paper draws 50.",
    default=50,
    to_text=str,
    from_text=_link_count,
)
LINK_THRESHOLD = Setting(
    key="overlay/link-threshold",
    meaning="Weakest link drawn, 0 to 0.5. Ten body parts share the attention that a joint gets: "
    "a part that looks no harder than the others has 0.1, and few links are above 0.12.",
    default=0.12,
    to_text=str,
    from_text=_threshold,
)
OPACITY = Setting(
    key="overlay/opacity",
    meaning="How far the overlay covers the bodies' own colours, 0 to 1.",
    default=0.9,
    to_text=str,
    from_text=_share,
)
COMPARED_MODELS: Setting[tuple[str, ...]] = Setting(
    key="lanes/compared",
    meaning="Ids of the models that the one picked is compared with, with spaces between.",
    default=(),
    to_text=" ".join,
    from_text=_words,
)
SIDE_BY_SIDE = Setting(
    key="compare/side-by-side",
    meaning="Whether the models compared stand side by side in 3D views of their own.",
    default=False,
    to_text=_flag_text,
    from_text=_flag,
)
COMPARE_TABLE = Setting(
    key="compare/table",
    meaning="Whether a table under these views lists answers, times and agreement.",
    default=True,
    to_text=_flag_text,
    from_text=_flag,
)
SECOND_MANNER = Setting(
    key="compare/second",
    meaning="How a second recording is laid upon the one on show: in time, in space, its size, and "
    "how it is shown.",
    default=Manner(),
    to_text=manner_text,
    from_text=manner_of,
)
ANSWER_THRESHOLD = Setting(
    key="lanes/threshold",
    meaning="An answer less probable than this counts as none of these in the lanes, 0 to 1.",
    default=0.4,
    to_text=str,
    from_text=_share,
)
SNAPPING = Setting(
    key="lanes/snap",
    meaning="Whether clicks in the lanes find edges near them.",
    default=True,
    to_text=_flag_text,
    from_text=_flag,
)
EXPORT_CHOICES = Setting(
    key="export/choices",
    meaning="What was picked in the export dialog, as JSON.",
    default="",
    to_text=str,
    from_text=str,
)
SPEED = Setting(
    key="playback/speed",
    meaning="Recording seconds per real second.",
    default=Fraction(1),
    to_text=str,
    from_text=Fraction,
)
LOOPING = Setting(
    key="playback/loop",
    meaning="Whether playback starts again at the end.",
    default=True,
    to_text=_flag_text,
    from_text=_flag,
)
FOLLOWING = Setting(
    key="scene/follow",
    meaning="Whether the camera walks along with the people.",
    default=False,
    to_text=_flag_text,
    from_text=_flag,
)
FOLLOWING_HANDS = Setting(
    key="scene/follow-hands",
    meaning="Whether the camera goes along with hands.",
    default=True,
    to_text=_flag_text,
    from_text=_flag,
)
TRAILS = Setting(
    key="scene/trails",
    meaning="Whether hands and feet leave trails.",
    default=False,
    to_text=_flag_text,
    from_text=_flag,
)
LABELS = Setting(
    key="scene/labels",
    meaning="Whether joints carry their names.",
    default=False,
    to_text=_flag_text,
    from_text=_flag,
)
MODE = Setting(
    key="window/mode",
    meaning="What the window is used for: inspect or teach.",
    default=Mode.INSPECT,
    to_text=lambda mode: mode.value,
    from_text=Mode,
)
RECENT_STUDIES: Setting[tuple[Path, ...]] = Setting(
    key="study/recent",
    meaning="Folders of studies opened before, newest first.",
    default=(),
    to_text=_paths_text,
    from_text=_paths,
)
OPEN_STUDY = Setting(
    key="study/open",
    meaning="Folder of the study that was open at the end and is opened again; empty for none.",
    default="",
    to_text=str,
    from_text=str,
)
KEYS: Setting[Overrides] = Setting(
    key="keys/own",
    meaning="Keys of your own as JSON: by the id of what they do, lists of keys.",
    default={},
    to_text=overrides_text,
    from_text=overrides_of,
)
SHOWN_PANELS = {
    mode: Setting(
        key=f"window/shown-{mode.value}",
        meaning="Panels shown in this mode, and after a bar those in front.",
        default="",
        to_text=str,
        from_text=str,
    )
    for mode in Mode
}

SETTINGS = (
    THEME,
    RECENT_FILES,
    MODEL,
    OVERLAYS_CHOSEN,
    OVERLAYS_ON,
    LINK_COUNT,
    LINK_THRESHOLD,
    OPACITY,
    COMPARED_MODELS,
    SIDE_BY_SIDE,
    COMPARE_TABLE,
    SECOND_MANNER,
    ANSWER_THRESHOLD,
    SNAPPING,
    EXPORT_CHOICES,
    SPEED,
    LOOPING,
    FOLLOWING,
    FOLLOWING_HANDS,
    TRAILS,
    LABELS,
    MODE,
    RECENT_STUDIES,
    OPEN_STUDY,
    KEYS,
    *SHOWN_PANELS.values(),
)
"""Every row; the window's own size and panels are kept beside them by Qt."""

GEOMETRY_KEY = "window/geometry"
PANELS_KEY = "window/panels"


class Settings:
    """The rows' values, in a file that can be read and mended by hand."""

    def __init__(self, path: Path) -> None:
        """Open or begin a settings file.

        Args:
            path: Its folder is made when something is first written.
        """
        self._file = QSettings(str(path), QSettings.Format.IniFormat)

    def get(self, setting: Setting[ValueT]) -> ValueT:
        """The value kept, or the default."""
        text = self._file.value(setting.key)
        if text is None:
            return setting.default
        try:
            return setting.from_text(str(text))
        except (ValueError, KeyError, TypeError, ZeroDivisionError):
            logger.info("setting %s cannot be %r; the default is used", setting.key, text)
            return setting.default

    def set(self, setting: Setting[ValueT], value: ValueT) -> None:
        """Keep a value."""
        self._file.setValue(setting.key, setting.to_text(value))

    def bytes_of(self, key: str) -> QByteArray:
        """Window state kept by Qt; empty when there is none."""
        value = self._file.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_bytes(self, key: str, state: QByteArray) -> None:
        """Keep window state."""
        self._file.setValue(key, state)

    def save(self) -> None:
        """Write to disk now."""
        self._file.sync()
