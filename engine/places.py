"""Folders the program reads from and writes to."""

import os
import sys
from pathlib import Path

SOURCE_ROOT = Path(__file__).resolve().parent.parent


def assets_folder() -> Path:
    """Shipped models, samples and icons: beside the source, or inside a built program."""
    bundled = getattr(sys, "_MEIPASS", None)
    return (Path(bundled) if bundled else SOURCE_ROOT) / "assets"


def user_folder() -> Path:
    """The user's models, studies and settings; ``SKELARIUM_HOME`` moves it. Not created here."""
    chosen = os.environ.get("SKELARIUM_HOME")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home())) / "Skelarium"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Skelarium"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "skelarium"


def cache_folder() -> Path:
    """What can be made again at any time; ``SKELARIUM_HOME`` moves it. Not created here."""
    if os.environ.get("SKELARIUM_HOME"):
        return user_folder() / "cache"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "Skelarium" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "Skelarium"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "skelarium"
