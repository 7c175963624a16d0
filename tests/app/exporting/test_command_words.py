"""The line that makes the same: what is said is what the commands read."""

import shlex
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from app.camera import CameraState
from app.commands import APP_COMMANDS
from app.export_commands import film_order, is_view_alone, picture_order
from app.export_words import view_job
from app.exporting.command_words import (
    Showing,
    command_text,
    order_words,
    unsaid,
    window_words,
)
from app.exporting.orders import (
    Codec,
    FilmOrder,
    Ground,
    LanesOrder,
    NumbersOrder,
    Order,
    PictureOrder,
)
from app.overlays import OverlaySettings
from app.settings import ANSWER_THRESHOLD, LINK_COUNT, LINK_THRESHOLD, OPACITY

USUAL = OverlaySettings(
    focal_joints=12,
    link_threshold=LINK_THRESHOLD.default,
    link_count=LINK_COUNT.default,
    opacity=OPACITY.default,
)
CAMERA = CameraState(azimuth=-0.5, elevation=0.2, distance=2.5, target=(0.1, 0.0, -0.2))
PLAIN = Showing(
    recording=Path("/data/my walk.npz"),
    frame=12,
    camera=CAMERA,
    settings=USUAL,
    threshold=ANSWER_THRESHOLD.default,
    size=(1280, 800),
    is_dark=True,
    model="everyday",
    person=0,
    overlays=("focal",),
    usual_focal_joints=12,
)
RICH = replace(
    PLAIN,
    settings=replace(
        USUAL, focal_joints=5, link_count=20, link_threshold=0.3, opacity=0.5, joint_map=1,
        link_map=2, head=0,
    ),
    overlays=("focus", "attention"),
    compared=("one", "two"),
    person=1,
    joint="right hand",
    network=1,
    threshold=0.6,
    is_dark=False,
    has_trails=True,
    has_names=True,
    is_following=True,
    span=(30, 90),
)  # fmt: skip


def parsed(words: tuple[str, ...]) -> Namespace:
    """As the command line reads a line that was taken apart by a shell."""
    program, name, *rest = shlex.split(command_text(words))
    assert program == "skelarium"
    command = next(each for each in APP_COMMANDS if each.name == name)
    parser = ArgumentParser(exit_on_error=False)
    command.add_arguments(parser)
    return parser.parse_args(rest)


def test_the_window_comes_back_as_it_was() -> None:
    words = parsed(window_words(RICH, Path("shot.png")))
    job = view_job(words)
    assert not is_view_alone(words)
    assert job.recording == RICH.recording
    assert (job.model_id, job.compared) == ("everyday", ("one", "two"))
    assert (job.frame, job.person, job.joint, job.network) == (12, 1, "right hand", 1)
    assert (job.overlays, job.head, job.is_dark) == (("focus", "attention"), 0, False)
    look = job.look
    assert dict(look.maps) == {"focus": 1, "attention": 2}
    assert (look.focal_joints, look.link_count) == (5, 20)
    assert (look.link_threshold, look.opacity, look.threshold) == (0.3, 0.5, 0.6)
    assert (look.has_trails, look.has_names, look.is_following) == (True, True, True)
    assert look.camera is not None
    stands = look.camera.applied(CameraState())
    assert stands.azimuth == pytest.approx(CAMERA.azimuth, abs=1e-5)
    assert stands.target == CAMERA.target
    assert words.size == (1280, 800)


def test_side_by_side_is_said_of_the_window_only() -> None:
    beside = replace(RICH, is_side_by_side=True)
    assert "--beside" in window_words(beside, Path("shot.png"))
    assert "--compare" in order_words(FilmOrder(out=Path("f.mp4")), beside)


def test_what_is_as_at_first_is_not_said() -> None:
    line = command_text(window_words(PLAIN, Path("shot.png")))
    usual = ("--map", "--links", "--opacity", "--focal-joints", "--theme", "--trails", "--network")
    assert [word for word in usual if word in line] == []
    assert "'/data/my walk.npz'" in line


@pytest.mark.parametrize(
    "order",
    [
        PictureOrder(out=Path("v.png"), width=640, height=480),
        PictureOrder(
            out=Path("a b.png"), width=640, height=480, scale=2.0, ground=Ground.TRANSPARENT,
            is_dark=False, has_legend=False, has_grid=True, has_shadows=False,
        ),
        PictureOrder(out=Path("v.png"), width=640, height=480, ground=Ground.WHITE, is_dark=False),
        PictureOrder(out=Path("v.png"), width=640, height=480, ground=Ground.WHITE, is_dark=True),
    ],
    ids=["room", "nothing", "white", "white-for-dark"],
)  # fmt: skip
def test_pictures_come_back(order: PictureOrder) -> None:
    words = parsed(order_words(order, PLAIN))
    assert is_view_alone(words)
    assert picture_order(words) == order


@pytest.mark.parametrize(
    "order",
    [
        FilmOrder(out=Path("f.mp4")),
        FilmOrder(
            out=Path("f.mp4"), width=640, height=360, fps=Fraction(30000, 1001),
            speed=Fraction(1, 2), span=(3, 9), is_dark=False, is_white=True, has_lanes=False,
            turn=-20.0, codec=Codec.VP9,
        ),
    ],
    ids=["usual", "own"],
)  # fmt: skip
def test_films_come_back(order: FilmOrder) -> None:
    assert film_order(parsed(order_words(order, RICH))) == order


def test_lanes_name_all_models() -> None:
    order = LanesOrder(out=Path("l.svg"), span=(5, 50), width=900, is_dark=True)
    words = parsed(order_words(order, replace(RICH, open_everybody=True)))
    assert words.model == ["everyday", "one", "two"]
    assert (words.frames, words.width, words.theme, words.everybody) == ((5, 50), 900, "dark", True)
    assert (words.person, words.joint, words.network) == (2, "right hand", 2)


def test_numbers_ask_about_the_clip_on_show() -> None:
    words = parsed(order_words(NumbersOrder(out=Path("n")), RICH))
    assert (words.frames, words.person) == ((30, 90), 2)
    assert words.only == ["answers", "joints", "links", "times", "points"]
    full: Order = NumbersOrder(out=Path("n"), is_full=True, replaces=True)
    words = parsed(order_words(full, PLAIN))
    assert {"deletion", "seen", "answers"} <= set(words.only)
    assert words.force


def test_on_windows_the_line_is_quoted_as_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    assert command_text(("skelarium", "film", "my walk.npz")) == 'skelarium film "my walk.npz"'


def test_what_a_line_leaves_out_is_told() -> None:
    odd = replace(PLAIN, is_asking_why=True, has_second=True, is_side_by_side=True)
    picture, lanes = PictureOrder(out=Path("v.png"), width=64, height=64), LanesOrder(out=Path("l"))
    assert unsaid(odd) == ("what “Ask why” draws", "the second recording")
    assert unsaid(odd, picture) == unsaid(odd, FilmOrder(out=Path("f.mp4"))) == unsaid(odd)
    assert unsaid(odd, lanes) == ("the second recording",)
    assert unsaid(odd, NumbersOrder(out=Path("n"))) == ()
    assert unsaid(RICH) == ()
