"""What the window takes from the engine: files and models, always from other threads."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.library import LibraryEntry
from app.services.inference import ClipRecognizer, OpenModel
from app.services.opening import ReadRecording
from engine.recording import Recording
from engine.runtime.packages import ModelPackage


@dataclass(frozen=True, slots=True, kw_only=True)
class Providers:
    """Where recordings and models come from."""

    read: ReadRecording
    list_models: Callable[[], tuple[ModelPackage, ...]]
    """The first one is asked unless another was picked before."""
    open_model: OpenModel
    name_filters: Callable[[], tuple[str, ...]]
    """For file dialogs, in Qt's notation."""
    samples: tuple[LibraryEntry, ...]
    """The first one is shown when nothing else is asked for."""


def shipped_providers() -> Providers:
    """The engine's own."""
    return Providers(
        read=_read,
        list_models=_list_models,
        open_model=_open_model,
        name_filters=_name_filters,
        samples=_samples(),
    )


def _read(path: Path) -> Recording:
    from engine.formats import read_recording

    return read_recording(path)


def _list_models() -> tuple[ModelPackage, ...]:
    from engine.runtime.packages import installed_models

    return installed_models()


def _open_model(package: ModelPackage) -> ClipRecognizer:
    from engine.runtime.recognizer import open_recognizer

    return open_recognizer(package)


def _name_filters() -> tuple[str, ...]:
    """All recordings, then each format; a file of another name may be one all the same."""
    from engine.formats import FORMATS

    patterns = {row.name: " ".join(f"*{suffix}" for suffix in row.suffixes) for row in FORMATS}
    endings = dict.fromkeys(suffix for row in FORMATS for suffix in row.suffixes)
    every = " ".join(f"*{suffix}" for suffix in endings)
    rows = (f"{name} ({pattern})" for name, pattern in patterns.items())
    return (f"Recordings ({every})", *rows, "All files (*)")


def _samples() -> tuple[LibraryEntry, ...]:
    from engine.samples import SAMPLES

    return tuple(
        LibraryEntry(title=sample.title, path=sample.path, story=sample.story) for sample in SAMPLES
    )
