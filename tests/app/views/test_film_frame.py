"""Frames of a film."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QApplication

from app.action_colours import ActionPalette
from app.camera import CameraState
from app.colours import DARK_COLOURS
from app.player import FrameClock
from app.scene_contents import SceneContents
from app.scene_theme import SceneTheme
from app.theme import palette
from app.timeline_model import TimeSpan
from app.views.film_frame import Below, FilmComposer, FilmShot
from app.views.scene.offscreen import Still
from engine.recording import Clip
from tests.app import stand_ins
from tests.app.exporting.test_lanes_svg import stack_of

WIDTH, HEIGHT = 640, 360
RECORDING = stand_ins.recording(300)
VIEW_COLOUR = (200, 40, 90)


@pytest.fixture
def composer(qapp: QApplication) -> FilmComposer:
    del qapp
    below = Below(
        stack=stack_of(RECORDING),
        person=0,
        span=TimeSpan.whole(300),
        clock=FrameClock.of(RECORDING),
        threshold=0.4,
        title="a model",
        palette=palette(DARK_COLOURS),
        people=(QColor("red"),),
        is_on_dark=True,
    )
    return FilmComposer(width=WIDTH, height=HEIGHT, font=QFont(), below=below)


def shot_of(composer: FilmComposer, frame: int = 30, *, is_answered: bool = True) -> FilmShot:
    width, height = composer.view_size
    still = Still(
        contents=SceneContents(theme=SceneTheme.dark()), camera=CameraState(), width=width,
        height=height, pixel_ratio=composer.pixel_ratio,
    )  # fmt: skip
    pixels = np.full((height, width, 4), 255, dtype=np.uint8)
    pixels[..., :3] = VIEW_COLOUR
    answer = stand_ins.answer(Clip.whole(RECORDING)).predictions[0]
    return FilmShot(
        still=still, pixels=pixels, frame=frame, prediction=answer if is_answered else None
    )


def test_the_view_stands_above_the_answer_and_the_lanes(composer: FilmComposer) -> None:
    made = composer(shot_of(composer))
    assert made.shape == (HEIGHT, WIDTH, 3)
    height = composer.view_size[1]
    assert 0.3 * HEIGHT < height < 0.7 * HEIGHT
    assert (made[:height] == VIEW_COLOUR[::-1]).all(), "blue comes first"
    assert len(np.unique(made[height:].reshape(-1, 3), axis=0)) > 100


def test_the_playhead_moves_and_the_bars_go_with_the_answer(composer: FilmComposer) -> None:
    first, later = composer(shot_of(composer, 30)), composer(shot_of(composer, 200))
    changed = np.argwhere((first != later).any(axis=-1))
    lanes = changed[changed[:, 0] > HEIGHT - 60]
    assert len(lanes) > 40
    assert lanes[:, 1].max() - lanes[:, 1].min() > 100
    silent = composer(shot_of(composer, 30, is_answered=False))
    caption = slice(composer.view_size[1], composer.view_size[1] + 25)
    assert (first[caption, :300] != silent[caption, :300]).any()
    assert (first[caption, 420:] == silent[caption, 420:]).all()


def test_the_view_alone_fills_the_film(composer: FilmComposer) -> None:
    alone = replace(composer, below=None)
    assert alone.view_size == (WIDTH, HEIGHT)
    assert (alone(shot_of(alone)) == VIEW_COLOUR[::-1]).all()


def test_on_white_what_is_seen_through_is_paper(composer: FilmComposer) -> None:
    white = replace(composer, below=None, is_white=True)
    shot = shot_of(white)
    made = white(replace(shot, pixels=np.zeros_like(shot.pixels)))
    assert (made == 255).all()


def test_words_grow_with_the_film(composer: FilmComposer) -> None:
    large = replace(composer, width=2560, height=1440)
    assert large.pixel_ratio == 2 * replace(composer, width=1280, height=720).pixel_ratio
    assert large.view_size[1] > 2 * composer.view_size[1]


def test_a_film_without_lanes_yet_still_has_an_answer(composer: FilmComposer) -> None:
    below = composer.below
    assert below is not None
    bare = replace(composer, below=replace(below, stack=None))
    assert bare.rows == ()
    assert bare(shot_of(bare)).shape == (HEIGHT, WIDTH, 3)


def test_an_upright_film_has_room_for_names_and_lanes(composer: FilmComposer) -> None:
    upright = replace(composer, width=1080, height=1920)
    assert upright.pixel_ratio == 1.5
    assert upright.image(shot_of(upright)).width() == 1080


def test_bars_have_the_study_s_colours(composer: FilmComposer) -> None:
    named = tuple((name, "#12fe34") for name in stand_ins.ACTIONS)
    assert composer.below is not None
    below = replace(composer.below, stack=None, action_palette=ActionPalette(named=named))

    def greens(made: FilmComposer) -> int:
        blue, green, red = np.moveaxis(made(shot_of(made)).astype(int), -1, 0)
        return int(((green > 2 * red + 60) & (green > 2 * blue + 60)).sum())

    assert greens(replace(composer, below=replace(below, action_palette=ActionPalette()))) == 0
    assert greens(replace(composer, below=below)) > 100
