"""Pictures of the real window with the shipped sample and model, each from a process of its own."""

import os
import sys
from pathlib import Path
from subprocess import CompletedProcess, run

import pytest
from PySide6.QtGui import QColor, QImage

from app.colours import LIGHT_COLOURS
from engine.samples import SAMPLES

pytestmark = pytest.mark.gl

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 1000, 640
MODEL = "everyday-fg-stformer"
CLIP = next(sample for sample in SAMPLES if sample.id == "sit-down")


def snapshot(out: Path, *words: str, home: Path) -> CompletedProcess[str]:
    """Run the command as a user does."""
    command = [sys.executable, "-m", "app", "snapshot", str(CLIP.path), "--out", str(out)]
    command += ["--model", MODEL, *words]  # the last --model counts
    return run(
        command,
        cwd=ROOT,
        env={**os.environ, "SKELARIUM_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def colours_in(picture: QImage, left: float, top: float, right: float, bottom: float) -> set[int]:
    """The colours of a part of a picture, given in shares of its sides."""
    xs = range(round(left * picture.width()), round(right * picture.width()), 3)
    ys = range(round(top * picture.height()), round(bottom * picture.height()), 3)
    return {picture.pixel(x, y) for x in xs for y in ys}


def test_the_picture_shows_the_window_the_body_and_the_answer(tmp_path: Path) -> None:
    out = tmp_path / "shot.png"
    words = ("--size", f"{WIDTH}x{HEIGHT}", "--scale", "2", "--theme", "light", "--frame", "30")
    done = snapshot(out, *words, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(out)
    picture = QImage(str(out))
    assert (picture.width(), picture.height()) == (2 * WIDTH, 2 * HEIGHT)
    assert picture.pixelColor(4, 4) == QColor(LIGHT_COLOURS.window)
    assert len(colours_in(picture, 0.3, 0.2, 0.6, 0.6)) > 300, "no body in the 3D view"
    assert len(colours_in(picture, 0.75, 0.1, 1.0, 0.4)) > 10, "no answer in the panel"
    assert len(colours_in(picture, 0.2, 0.85, 0.95, 0.95)) > 10, "no focus lane"
    assert not (tmp_path / "settings.ini").exists(), "a picture changes no settings"


def test_the_overlay_can_be_left_out(tmp_path: Path) -> None:
    pictures = []
    for overlay in ("focal", "none"):
        out = tmp_path / f"{overlay}.png"
        words = ("--size", f"{WIDTH}x{HEIGHT}", "--overlay", overlay, "--view", "front")
        assert snapshot(out, *words, home=tmp_path).returncode == 0
        pictures.append(QImage(str(out)))
    places = [(x, y) for x in range(300, 640, 4) for y in range(80, 400, 4)]
    changed = [place for place in places if pictures[0].pixel(*place) != pictures[1].pixel(*place)]
    assert len(changed) > 20


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--frame", "5000"), "has frames 0 to"),
        (("--person", "4"), "has 1, counted from 1"),
        (("--model", "nobody"), "no model nobody"),
        (("--overlay", "aura"), "no overlay 'aura'"),
        (("--overlay", "focal,voxels"), "has no such data; it has focal, focus, attention"),
        (("--network", "2"), "the model has 1, counted from 1"),
        (("--joint", "tail"), "the joints are hip centre"),
    ],
    ids=["frame", "person", "model", "overlay", "data", "network", "joint"],
)
def test_what_cannot_be_is_one_line_and_no_picture(
    words: tuple[str, ...], reason: str, tmp_path: Path
) -> None:
    out = tmp_path / "shot.png"
    done = snapshot(out, *words, home=tmp_path)
    assert done.returncode == 2
    assert reason in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not out.exists()
