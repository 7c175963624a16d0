"""The first start: the shipped sample, the shipped model, the real recognizer."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.providers import shipped_providers
from engine.samples import SAMPLES
from tests.e2e.conftest import Desk

pytestmark = pytest.mark.gl


def test_the_first_sample_plays_with_its_answer_and_the_overlay(
    open_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SKELARIUM_HOME", str(tmp_path))
    desk = open_desk(providers=shipped_providers())
    contents = lambda: desk.workbench.scene._contents  # noqa: E731
    desk.qtbot.waitUntil(lambda: contents().explanation is not None, timeout=15000)
    assert desk.workbench.player.is_playing
    assert desk.workbench.player.is_looping
    assert desk.shown == SAMPLES[0].path
    window = desk.workbench.window
    assert window.answer.rows[0].name.full_text == SAMPLES[0].expected[0]
    assert contents().overlay_ids == ("time",)
    assert "ms" in window.top_bar.picker.timing.text()
    assert [entry.title for entry in desk.workbench.document.library.samples] == [
        sample.title for sample in SAMPLES
    ]
