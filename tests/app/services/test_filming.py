"""Films that are written and read back."""

import sys
from dataclasses import replace
from pathlib import Path
from threading import Thread

import cv2
import numpy as np
import pytest

from app.exporting.orders import Codec
from app.services import filming
from app.services.filming import WAITING, Film, FilmInbox, FilmPlan, mpeg4_rate, write_film
from engine.errors import EngineError

WIDTH, HEIGHT, COUNT = 128, 96, 7


def plan(out: Path, codec: Codec = Codec.MPEG4) -> FilmPlan:
    return FilmPlan(out=out, width=WIDTH, height=HEIGHT, fps=25.0, count=COUNT, codec=codec)


def picture(number: int) -> np.ndarray:
    """A bright bar that walks to the right; blue, green, red."""
    made = np.full((HEIGHT, WIDTH, 3), 20, dtype=np.uint8)
    made[:, 16 * number : 16 * number + 16] = (40, 160, 240)
    return made


def filled(count: int = COUNT) -> FilmInbox[int]:
    """An inbox that gets so many frames from another thread."""
    inbox: FilmInbox[int] = FilmInbox()

    def fill() -> None:
        sent = 0
        while sent < count:
            sent += inbox.put(sent)

    Thread(target=fill, daemon=True).start()
    return inbox


def read_back(path: Path) -> tuple[cv2.VideoCapture, list[np.ndarray]]:
    film = cv2.VideoCapture(str(path))
    frames = []
    while True:
        is_there, frame = film.read()
        if not is_there:
            return film, frames
        frames.append(frame)


def test_a_film_has_its_frames_size_and_rate(tmp_path: Path) -> None:
    out = tmp_path / "a b.mp4"
    made = write_film(plan(out), filled(), picture, lambda: False)
    assert made == Film(path=out, codec=Codec.MPEG4, count=COUNT)
    film, frames = read_back(out)
    assert len(frames) == COUNT
    assert film.get(cv2.CAP_PROP_FPS) == pytest.approx(25.0)
    assert frames[0].shape == (HEIGHT, WIDTH, 3)
    for number, frame in enumerate(frames):
        bar = frame[HEIGHT // 2, 16 * number + 8].astype(int)
        assert np.abs(bar - (40, 160, 240)).max() < 30
    assert [path.name for path in tmp_path.iterdir()] == ["a b.mp4"]


def test_a_film_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    seen: list[int] = []

    def compose(number: int) -> np.ndarray:
        seen.append(number)
        return picture(number)

    made = write_film(plan(tmp_path / "f.mp4"), filled(3), compose, lambda: len(seen) == 3)
    assert made is None
    assert list(tmp_path.iterdir()) == []


def test_a_film_before_it_stays_when_a_newer_one_fails(tmp_path: Path) -> None:
    out = tmp_path / "f.mp4"
    out.write_bytes(b"before")

    def fail(_: int) -> np.ndarray:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_film(plan(out), filled(1), fail, lambda: False)
    assert out.read_bytes() == b"before"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"f\.mp4: cannot be written \(No such file"):
        write_film(plan(tmp_path / "gone" / "f.mp4"), FilmInbox(), picture, lambda: False)


@pytest.mark.parametrize("fps", [1000 / 15, 59.94006, 119.88012, 240.0])
def test_mpeg4_takes_rates_that_clocks_of_cameras_have(tmp_path: Path, fps: float) -> None:
    out = tmp_path / "f.mp4"
    made = write_film(replace(plan(out), fps=fps), filled(), picture, lambda: False)
    assert made is not None
    assert made.codec is Codec.MPEG4
    film, frames = read_back(out)
    assert len(frames) == COUNT
    assert film.get(cv2.CAP_PROP_FPS) == pytest.approx(fps, rel=1e-4)


def test_a_rate_is_as_exact_as_it_can_be() -> None:
    assert [mpeg4_rate(fps) for fps in (29.97003, 1000 / 15, 700.123)] == [29.97, 66.67, 700.1]


def test_a_folder_is_no_film_and_that_is_said_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="is a folder; name a file"):
        write_film(plan(tmp_path), FilmInbox(), picture, lambda: False)


def test_missing_codecs_are_said_and_another_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = (Codec.H264, cv2.CAP_FFMPEG, "zzzz")
    monkeypatch.setattr(filming, "_codecs", lambda _: (row,))
    with pytest.raises(EngineError, match="written as h264: OpenCV here has no such codec"):
        write_film(plan(tmp_path / "f.mp4", Codec.H264), FilmInbox(), picture, lambda: False)
    with pytest.raises(EngineError, match=r"none of H\.264, MPEG-4, VP9"):
        write_film(plan(tmp_path / "f.mp4", Codec.AUTO), FilmInbox(), picture, lambda: False)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(EngineError, match="pip install opencv-python-headless"):
        write_film(plan(tmp_path / "f.mp4"), FilmInbox(), picture, lambda: False)


def test_a_film_that_is_not_whole_is_no_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full: OpenCV says nothing, the film is cut short."""

    def write_fewer(writer: cv2.VideoWriter, *_: object) -> bool:
        writer.write(picture(0))
        return True

    monkeypatch.setattr(filming, "_write_all", write_fewer)
    with pytest.raises(EngineError, match="cannot be read back: 1 of 7 frames"):
        write_film(plan(tmp_path / "f.mp4"), FilmInbox(), picture, lambda: False)
    monkeypatch.setattr(filming, "LITTLE_SPACE", 10**18)
    with pytest.raises(EngineError, match="the disk is full"):
        write_film(plan(tmp_path / "f.mp4"), FilmInbox(), picture, lambda: False)
    assert list(tmp_path.iterdir()) == []


def test_an_inbox_holds_a_few_frames() -> None:
    inbox: FilmInbox[int] = FilmInbox()
    assert [inbox.put(number) for number in range(WAITING + 1)] == [True] * WAITING + [False]
    assert inbox.is_full
    assert inbox.take() == 0
    assert not inbox.is_full
