"""Exporting from the real window, and reading everything back."""

import csv
import json
import os
import shlex
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from subprocess import run
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from app.document import LanesProgress, LaneWork
from app.exporting.choices import Kind
from app.exporting.command_words import command_text, order_words, window_words
from app.exporting.exporter import Exported
from app.exporting.orders import (
    FilmOrder,
    Ground,
    LanesOrder,
    NumbersOrder,
    Order,
    PictureOrder,
)
from app.providers import shipped_providers
from app.scene_theme import SceneTheme
from app.views.export_dialog import ExportDialog
from engine.places import assets_folder
from tests.e2e.conftest import LONG, SHORT, Desk, providers_of
from tests.e2e.hands import press

pytestmark = pytest.mark.gl

ROOT = Path(__file__).resolve().parents[2]
THROW: Path = assets_folder() / "samples" / "throw.npz"
LEFT = Qt.MouseButton.LeftButton
CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
LONGEST_MS = 20_000
SVG = "{http://www.w3.org/2000/svg}"


def dialog_of(desk: Desk) -> ExportDialog:
    """The dialog, opened by its key."""
    press(desk, Qt.Key.Key_E, CONTROL)
    dialog = desk.workbench.export.dialog
    assert dialog is not None
    assert dialog.isVisible()
    assert not dialog.isModal()
    return dialog


def perform(desk: Desk, order: Order) -> Exported:
    """Carry an order out and wait for it."""
    exporter = desk.workbench.export.exporter
    with desk.qtbot.waitSignal(exporter.exported, timeout=LONGEST_MS) as told:
        exporter.perform(order)
    made: Exported = told.args[0]
    return made


def export(desk: Desk, kind: Kind, out: Path, **choices: object) -> None:
    """Pick in the dialog, press Export, and wait."""
    dialog = dialog_of(desk)
    dialog.pick_kind(kind)
    dialog._take(replace(dialog.choices, **choices))
    dialog.path.clear()
    QTest.keyClicks(dialog.path, str(out))
    with desk.qtbot.waitSignal(desk.workbench.export.exporter.exported, timeout=LONGEST_MS):
        QTest.mouseClick(dialog.export, LEFT)
    assert out.exists()
    assert out.name in desk.workbench.export.note.text.full_text
    assert desk.workbench.export.note.folder.isVisible()


def pixels_of(path: Path) -> np.ndarray:
    """``(h, w, 4)`` RGBA of a picture."""
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGBA8888)
    assert not image.isNull(), path
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    whole = rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4)
    return whole.copy()  # the image takes its pixels along when it goes


def frames_of(path: Path) -> tuple[cv2.VideoCapture, list[np.ndarray]]:
    """A film and its frames, blue first."""
    film, frames = cv2.VideoCapture(str(path)), []
    while True:
        is_there, frame = film.read()
        if not is_there:
            return film, frames
        frames.append(frame)


def has_colour(pixels: np.ndarray, rgb: tuple[float, ...], *, within: int) -> bool:
    """Whether some pixels are about of a colour, whatever the light on them."""
    wanted = np.array(rgb) / np.linalg.norm(rgb)
    found = pixels.reshape(-1, 3).astype(float)
    bright = found[np.linalg.norm(found, axis=1) > 60]
    straight = bright / np.linalg.norm(bright, axis=1, keepdims=True)
    return int((straight @ wanted > 0.985).sum()) > within


def test_every_kind_is_exported_from_the_dialog_and_read_back(desk: Desk, tmp_path: Path) -> None:
    picture = tmp_path / "view.png"
    export(
        desk, Kind.PICTURE, picture, size="320x240", scale=2, ground=Ground.TRANSPARENT,
        for_dark=True, has_legend=False,
    )  # fmt: skip
    pixels = pixels_of(picture)
    assert pixels.shape == (480, 640, 4)
    assert [pixels[y, x, 3] for y in (0, -1) for x in (0, -1)] == [0, 0, 0, 0]
    body = pixels[pixels[..., 3] == 255][:, :3]
    assert len(body) > 1000
    assert has_colour(body, SceneTheme.dark().person(0), within=100)

    lanes = tmp_path / "lanes.svg"
    export(desk, Kind.LANES, lanes)
    drawing = ElementTree.parse(lanes).getroot()
    words = [each.text for each in drawing.iter(f"{SVG}text")]
    assert {"Answer", "Focus", "Speed", "FG-STFormer", "wave"} <= set(words)

    film = tmp_path / "clip.mp4"
    export(desk, Kind.FILM, film, film_size="640x360")
    read, frames = frames_of(film)
    assert len(frames) == 40
    assert frames[0].shape == (360, 640, 3)
    assert read.get(cv2.CAP_PROP_FPS) == pytest.approx(30.0)
    assert np.abs(frames[0].astype(int) - frames[-1]).max() > 60, "the playhead has moved"

    numbers = tmp_path / "numbers"
    export(desk, Kind.NUMBERS, numbers)
    with np.load(numbers / "explain.npz") as arrays:
        assert arrays["probabilities"].shape == (1, 3)
    told = json.loads((numbers / "explain.json").read_text(encoding="utf-8"))
    assert told["model"] == "stand-in"


def test_a_film_shows_the_body_moving_with_its_overlay(
    open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    desk = open_desk(THROW, providers=providers_of("everyday-fg-stformer"))
    desk.qtbot.waitUntil(lambda: desk.workbench.is_settled, timeout=LONGEST_MS)
    desk.workbench.player.pause()
    order = FilmOrder(out=tmp_path / "f.mp4", width=480, height=320, span=(20, 60), has_lanes=False)
    made = perform(desk, order)
    _, frames = frames_of(tmp_path / "f.mp4")
    assert len(frames) == 40
    assert made.remark.startswith("40 frames")
    moved = np.abs(frames[0].astype(int) - frames[30]).max(axis=-1) > 50
    assert moved.sum() > 200
    flat = np.concatenate([frame[..., ::-1].reshape(-1, 3) for frame in frames[::8]])
    saturated = flat[flat.max(axis=1).astype(int) - flat.min(axis=1) > 110]
    green_to_yellow = (saturated[:, 1] > 120) & (saturated[:, 2] < 130)
    assert green_to_yellow.sum() > 100, "no focal joints"


def test_a_film_of_a_long_recording_asks_window_after_window(
    open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    desk = open_desk(LONG)
    desk.wait_for(LONG)
    before = len(desk.recognizer.clips)
    perform(
        desk,
        FilmOrder(out=tmp_path / "f.mp4", width=320, height=240, span=(0, 300), speed=10),  # type: ignore[arg-type]
    )
    _, frames = frames_of(tmp_path / "f.mp4")
    assert len(frames) == 30
    starts = [clip.start for clip in desk.recognizer.clips[before:]]
    assert len(set(starts)) > 3


def test_lanes_that_lack_answers_are_told_to(
    open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    desk = open_desk(LONG)
    desk.wait_for(LONG)
    document = desk.workbench.document
    desk.qtbot.waitUntil(lambda: desk.workbench.is_settled, timeout=LONGEST_MS)
    assert perform(desk, LanesOrder(out=tmp_path / "whole.svg")).remark == ""
    working = LanesProgress(work=LaneWork.ANSWERS, fraction=0.4)
    document.set_track_state(replace(document.track_state, progress=working))
    made = perform(desk, LanesOrder(out=tmp_path / "part.svg"))
    assert made.remark == "not everything is answered yet"
    film = FilmOrder(out=tmp_path / "f.mp4", width=64, height=64, span=(0, 2))
    assert perform(desk, film).remark.endswith("; not everything is answered yet")
    bare = replace(film, has_lanes=False)
    assert "answered" not in perform(desk, bare).remark


def test_a_film_that_is_stopped_leaves_nothing_and_the_window_lives(
    desk: Desk, tmp_path: Path
) -> None:
    export_bench = desk.workbench.export
    export_bench.exporter.perform(
        FilmOrder(out=tmp_path / "f.mp4", width=640, height=480, speed=1, turn=30.0)  # type: ignore[arg-type]
    )
    desk.qtbot.waitUntil(lambda: export_bench.note.bar.value() > 100)
    press(desk, Qt.Key.Key_Escape)
    assert not export_bench.exporter.is_busy
    assert export_bench.note.isHidden()
    desk.qtbot.waitUntil(lambda: list(tmp_path.iterdir()) == [])
    desk.go_to(7)


def test_what_cannot_be_written_is_one_line_in_the_note(desk: Desk, tmp_path: Path) -> None:
    export_bench = desk.workbench.export
    for order in (
        PictureOrder(out=tmp_path / "gone" / "v.png", width=64, height=64),
        LanesOrder(out=tmp_path / "gone" / "l.svg"),
        FilmOrder(out=tmp_path / "gone" / "f.mp4", width=64, height=64),
    ):
        with desk.qtbot.waitSignal(export_bench.exporter.failed, timeout=LONGEST_MS):
            export_bench.exporter.perform(order)
        said = export_bench.note.text.full_text
        assert "gone" in said
        assert len(said.splitlines()) == 1
        assert export_bench.note.text.property("tone") == "warning"
        assert not export_bench.exporter.is_busy


def test_a_film_under_way_is_not_thrown_away_for_a_picture(desk: Desk, tmp_path: Path) -> None:
    bench = desk.workbench.export
    bench.exporter.perform(FilmOrder(out=tmp_path / "f.mp4", width=320, height=240))
    desk.qtbot.waitUntil(lambda: bench.note.bar.value() > 20)
    with desk.qtbot.waitSignal(bench.exporter.exported, timeout=LONGEST_MS) as told:
        press(desk, Qt.Key.Key_C, CONTROL | SHIFT)
        assert "wait for it, or stop it with Esc" in bench.note.text.full_text
        press(desk, Qt.Key.Key_C, CONTROL | ALT)
        assert bench.note.text.full_text.startswith("Copied as a command")
    assert told.args[0].path == tmp_path / "f.mp4"
    assert len(frames_of(tmp_path / "f.mp4")[1]) == 40
    assert bench.note.text.full_text.startswith("Saved f.mp4")


def test_the_recording_itself_is_never_replaced(
    open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    mine = tmp_path / "mine.npz"
    mine.write_bytes(THROW.read_bytes())
    desk = open_desk(mine, providers=shipped_providers())
    desk.qtbot.waitUntil(lambda: desk.workbench.is_settled, timeout=LONGEST_MS)
    exporter = desk.workbench.export.exporter
    for order in (
        LanesOrder(out=mine),
        FilmOrder(out=tmp_path / "gone" / ".." / "mine.npz", width=64, height=64),
        PictureOrder(out=mine, width=64, height=64),
    ):
        with desk.qtbot.waitSignal(exporter.failed):
            exporter.perform(order)
        assert "is the recording itself" in desk.workbench.export.note.text.full_text
    assert mine.read_bytes() == THROW.read_bytes()


def test_a_preview_of_each_kind_is_drawn_and_is_of_that_kind(desk: Desk) -> None:
    dialog = dialog_of(desk)
    for kind, ratio in ((Kind.FILM, 16 / 9), (Kind.LANES, None), (Kind.PICTURE, None)):
        with desk.qtbot.waitSignal(desk.workbench.export.preview.drawn, timeout=LONGEST_MS):
            dialog.pick_kind(kind)
        image = dialog.preview.image
        assert image is not None, kind
        if ratio is not None:
            assert image.width() / image.height() == pytest.approx(ratio, abs=0.02)
        colours = {image.pixel(x, y) for x in range(0, image.width(), 9) for y in range(0, 90, 9)}
        assert len(colours) > 5, kind


def test_the_copied_line_says_that_a_second_recording_is_not_in_it(desk: Desk) -> None:
    workbench = desk.workbench
    workbench.second.open(LONG)
    desk.qtbot.waitUntil(lambda: workbench.is_settled, timeout=LONGEST_MS)
    press(desk, Qt.Key.Key_C, CONTROL | ALT)
    assert workbench.export.note.text.full_text.endswith("; it leaves out the second recording")
    workbench.second.questions.close()
    desk.qtbot.waitUntil(lambda: workbench.is_settled, timeout=LONGEST_MS)
    press(desk, Qt.Key.Key_C, CONTROL | ALT)
    assert workbench.export.note.text.full_text.endswith("paste it into a terminal")


def test_the_picture_and_the_command_go_to_the_clipboard(desk: Desk) -> None:
    exporter = desk.workbench.export.exporter
    with desk.qtbot.waitSignal(exporter.exported, timeout=LONGEST_MS):
        press(desk, Qt.Key.Key_C, CONTROL | SHIFT)
    image = QGuiApplication.clipboard().image()
    scene = desk.workbench.scene
    assert (image.width(), image.height()) == (2 * scene.width(), 2 * scene.height())
    assert desk.workbench.export.note.text.full_text == "Picture copied"

    press(desk, Qt.Key.Key_C, CONTROL | ALT)
    words = shlex.split(QGuiApplication.clipboard().text())
    assert words[:3] == ["skelarium", "snapshot", str(SHORT)]
    assert words[words.index("--model") + 1] == "stand-in"


def test_choices_are_remembered_by_the_next_window(
    open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    desk = open_desk(SHORT)
    desk.wait_for(SHORT)
    export(desk, Kind.LANES, tmp_path / "l.svg", lanes_width=800)
    again = open_desk(SHORT)
    again.wait_for(SHORT)
    dialog = dialog_of(again)
    assert (dialog.choices.kind, dialog.choices.lanes_width) == (Kind.LANES, 800)
    assert Path(dialog.path.text()).parent == tmp_path


def test_there_is_nothing_to_export_without_a_recording(open_desk: Callable[..., Desk]) -> None:
    providers = replace(shipped_providers(), samples=(), list_models=tuple)
    desk = open_desk(providers=providers)
    desk.workbench.actions["file.export"].trigger()
    assert desk.workbench.export.dialog is None
    assert "open a recording first" in desk.workbench.export.note.text.full_text


def run_line(words: tuple[str, ...], home: Path) -> None:
    """Run a copied line as a user does."""
    program, *rest = shlex.split(command_text(words))
    assert program == "skelarium"
    done = run(
        [sys.executable, "-m", "app", *rest],
        cwd=ROOT,
        env={**os.environ, "SKELARIUM_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_copied_lines_make_the_same_pictures_and_numbers(
    open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    desk = open_desk(THROW, providers=shipped_providers())
    workbench = desk.workbench
    desk.qtbot.waitUntil(lambda: workbench.is_settled, timeout=LONGEST_MS)
    workbench.player.pause()
    desk.go_to(37)
    settings = replace(workbench.document.overlay.settings, focal_joints=7, link_count=30)
    workbench.document.change_overlay(
        replace(
            workbench.document.overlay, overlay_ids=("focus", "attention"), is_chosen=True,
            settings=settings,
        )
    )  # fmt: skip
    workbench.actions["view.trails"].trigger()
    scene = workbench.scene
    scene.touch(replace(scene.camera, azimuth=-0.7, elevation=0.3))
    exporter = workbench.export.exporter

    here = tmp_path / "here.png"
    order = PictureOrder(
        out=here, width=400, height=300, scale=1.5, ground=Ground.TRANSPARENT, is_dark=False
    )
    perform(desk, order)
    there = tmp_path / "there.png"
    run_line(order_words(replace(order, out=there), exporter.showing(order)), tmp_path)
    one, other = pixels_of(here).astype(int), pixels_of(there).astype(int)
    assert one.shape == (450, 600, 4)
    assert np.abs(one - other).max(axis=-1).mean() < 0.5
    assert (one[..., 3] > 0).mean() > 0.02

    numbers = NumbersOrder(out=tmp_path / "here")
    perform(desk, numbers)
    run_line(
        order_words(replace(numbers, out=tmp_path / "there"), exporter.showing(numbers)), tmp_path
    )
    for name in ("answers.csv", "joints.csv"):
        first, second = (
            list(csv.reader((tmp_path / place / name).read_text(encoding="utf-8").splitlines()))
            for place in ("here", "there")
        )
        assert [row[:-1] for row in first] == [row[:-1] for row in second]
        values = [np.array([row[-1] for row in rows[1:]], float) for rows in (first, second)]
        assert np.abs(values[0] - values[1]).max() < 1e-5

    lanes = LanesOrder(out=tmp_path / "here.svg", width=700)
    perform(desk, lanes)
    run_line(
        order_words(replace(lanes, out=tmp_path / "there.svg"), exporter.showing(lanes)), tmp_path
    )
    drawn, again = (
        [(each.tag, each.text, each.get("x")) for each in ElementTree.parse(path).iter()]
        for path in (tmp_path / "here.svg", tmp_path / "there.svg")
    )
    assert drawn == again

    film = FilmOrder(out=tmp_path / "here.mp4", width=240, height=320, span=(30, 36), turn=20.0)
    perform(desk, film)
    run_line(
        order_words(replace(film, out=tmp_path / "there.mp4"), exporter.showing(film)), tmp_path
    )
    _, first_frames = frames_of(tmp_path / "here.mp4")
    _, second_frames = frames_of(tmp_path / "there.mp4")
    assert len(first_frames) == len(second_frames) == 6
    for frame, same in zip(first_frames, second_frames, strict=True):
        assert np.abs(frame.astype(int) - same).mean() < 1.0

    run_line(window_words(exporter.showing(), tmp_path / "window.png"), tmp_path)
    whole = pixels_of(tmp_path / "window.png").astype(int)[..., :3]
    assert whole.shape[:2] == (workbench.window.height(), workbench.window.width())
    corner = scene.mapTo(workbench.window, scene.rect().topLeft())
    grabbed = scene.grabFramebuffer().convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(grabbed.constBits(), np.uint8).reshape(grabbed.height(), -1)
    seen = rows.reshape(grabbed.height(), grabbed.width(), 4)[..., :3].astype(int)
    part = whole[corner.y() :, corner.x() :][80 : seen.shape[0] - 80, : seen.shape[1]]
    assert np.abs(part - seen[80:-80]).max(axis=-1).mean() < 2.0
