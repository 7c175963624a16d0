"""What the window takes from the engine."""

from app.providers import shipped_providers
from engine.formats import FORMATS
from engine.samples import SAMPLES


def test_every_format_brings_its_filter_to_the_file_dialog() -> None:
    every, *rows, last = shipped_providers().name_filters()
    assert [row.partition(" (*")[0] for row in rows] == [format_.name for format_ in FORMATS]
    assert all(f"*{suffix}" in every for format_ in FORMATS for suffix in format_.suffixes)
    assert last == "All files (*)"


def test_samples_can_be_read() -> None:
    providers = shipped_providers()
    first = providers.read(providers.samples[0].path)
    assert first.source.path == SAMPLES[0].path
    assert len(providers.samples) == len(SAMPLES)
