"""What can be asked for."""

from fractions import Fraction
from pathlib import Path

import pytest

from app.exporting.orders import FilmOrder, LanesOrder, PictureOrder, checked_span
from engine.errors import EngineError

OUT = Path("out")


def test_the_scale_multiplies_pixels() -> None:
    assert PictureOrder(out=OUT, width=300, height=201, scale=1.5).pixels == (450, 302)


@pytest.mark.parametrize(("width", "scale"), [(8, 1.0), (9000, 4.0)])
def test_pictures_that_cannot_be_are_refused(width: int, scale: float) -> None:
    with pytest.raises(EngineError, match="sides must be 16 to"):
        PictureOrder(out=OUT, width=width, height=400, scale=scale)


def test_films_are_even_and_neither_too_fast_nor_too_large() -> None:
    with pytest.raises(EngineError, match="must be even, got 641x480"):
        FilmOrder(out=OUT, width=641, height=480)
    with pytest.raises(EngineError, match="frames a second, got 500"):
        FilmOrder(out=OUT, fps=Fraction(500))
    with pytest.raises(EngineError, match="times as fast, got 100"):
        FilmOrder(out=OUT, speed=Fraction(100))
    with pytest.raises(EngineError, match="sides must be"):
        FilmOrder(out=OUT, width=8000)


def test_lanes_have_a_width_that_can_be_read() -> None:
    with pytest.raises(EngineError, match="300 to 8000 pixels wide, got 20"):
        LanesOrder(out=OUT, width=20)


def test_frames_are_those_of_the_recording() -> None:
    assert checked_span(None, 40) == (0, 40)
    assert checked_span((3, 9), 40) == (3, 9)
    with pytest.raises(EngineError, match="frames 30:50: the recording has frames 0:40"):
        checked_span((30, 50), 40)
