import pytest

from app.overlays import OVERLAYS, overlay_by_id
from engine.errors import EngineError


def test_every_overlay_is_found_by_its_id() -> None:
    assert [overlay_by_id(overlay.id) for overlay in OVERLAYS] == list(OVERLAYS)
    assert len({overlay.id for overlay in OVERLAYS}) == len(OVERLAYS)


def test_an_unknown_overlay_is_refused_with_those_there_are() -> None:
    with pytest.raises(EngineError, match="focal"):
        overlay_by_id("halo")
