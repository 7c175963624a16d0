"""What is picked in the dialog."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from app.exporting.choices import (
    ExportChoices,
    ExportFacts,
    Kind,
    Reach,
    choices_from,
    choices_text,
    order_of,
    size_from,
    suggested_path,
)
from app.exporting.orders import FilmOrder, Ground, LanesOrder, NumbersOrder, PictureOrder
from app.player import FrameClock
from engine.errors import EngineError

OUT = Path("there")
DRAWING = Path("there.svg")


@pytest.fixture
def facts(tmp_path: Path) -> ExportFacts:
    return ExportFacts(
        stem="walk", folder=tmp_path, view_size=(800, 500), is_dark=True,
        clock=FrameClock(num_frames=90, fps=Fraction(30)), shown=(10, 40), marked=(20, 25),
    )  # fmt: skip


def test_choices_survive_the_settings_file() -> None:
    picked = ExportChoices(kind=Kind.FILM, ground=Ground.WHITE, reach=Reach.MARKED, turn=20)
    assert choices_from(choices_text(picked)) == picked


@pytest.mark.parametrize("text", ["", "{", '{"kind": "opera"}', '{"scale": "large"}'])
def test_damaged_choices_are_as_at_first(text: str) -> None:
    assert choices_from(text) == ExportChoices()


def test_a_picture_is_as_large_as_the_view_unless_said(facts: ExportFacts) -> None:
    order = order_of(ExportChoices(), facts, OUT)
    assert order == PictureOrder(out=Path("there.png"), width=800, height=500, scale=2.0)
    own = order_of(ExportChoices(size="1920 × 1080", scale=1), facts, OUT)
    assert isinstance(own, PictureOrder)
    assert own.pixels == (1920, 1080)


@pytest.mark.parametrize(
    ("ground", "for_dark", "is_dark"),
    [
        (Ground.WINDOW, False, True),
        (Ground.WHITE, True, False),
        (Ground.TRANSPARENT, False, False),
        (Ground.TRANSPARENT, True, True),
    ],
)
def test_colours_suit_the_ground(
    facts: ExportFacts, ground: Ground, for_dark: bool, is_dark: bool
) -> None:
    order = order_of(ExportChoices(ground=ground, for_dark=for_dark), facts, OUT)
    assert isinstance(order, PictureOrder)
    assert order.is_dark is is_dark


@pytest.mark.parametrize(
    ("reach", "span"),
    [(Reach.ALL, None), (Reach.SHOWN, (10, 40)), (Reach.MARKED, (20, 25))],
)
def test_frames_are_those_meant(
    facts: ExportFacts, reach: Reach, span: tuple[int, int] | None
) -> None:
    lanes = order_of(ExportChoices(kind=Kind.LANES, reach=reach), facts, OUT)
    assert lanes == LanesOrder(out=DRAWING, span=span)


def test_a_timeline_that_shows_everything_is_the_whole_recording(facts: ExportFacts) -> None:
    everything = replace(facts, shown=(0, 90))
    order = order_of(ExportChoices(kind=Kind.LANES, reach=Reach.SHOWN), everything, OUT)
    assert order == LanesOrder(out=DRAWING)


def test_a_film_takes_rates_and_sizes_as_they_are_written(facts: ExportFacts) -> None:
    picked = ExportChoices(kind=Kind.FILM, film_size="641x480", fps="29,97", speed="0.5")
    order = order_of(picked, facts, OUT)
    assert isinstance(order, FilmOrder)
    assert (order.width, order.height) == (642, 480)
    assert (order.fps, order.speed) == (Fraction("29.97"), Fraction(1, 2))


def test_numbers_may_be_measured(facts: ExportFacts) -> None:
    picked = ExportChoices(kind=Kind.NUMBERS, is_full=True)
    assert order_of(picked, facts, OUT) == NumbersOrder(out=OUT, is_full=True)


@pytest.mark.parametrize("text", ["", "wide", "12", "3x", "x4"])
def test_what_is_no_size_says_what_one_is(text: str) -> None:
    with pytest.raises(EngineError, match="such as 1920x1080"):
        size_from(text)


def test_a_name_that_is_taken_gets_a_number(facts: ExportFacts) -> None:
    first = suggested_path(ExportChoices(), facts)
    assert first == facts.folder / "walk-view.png"
    first.touch()
    assert suggested_path(ExportChoices(), facts).name == "walk-view-2.png"
    (facts.folder / "else").mkdir()
    elsewhere = ExportChoices(kind=Kind.NUMBERS, folder=str(facts.folder / "else"))
    assert suggested_path(elsewhere, facts) == facts.folder / "else" / "walk-numbers"


def test_a_folder_that_is_gone_is_not_offered(facts: ExportFacts, tmp_path: Path) -> None:
    gone = ExportChoices(folder=str(tmp_path / "stick"))
    assert suggested_path(gone, facts).parent == facts.folder


@pytest.mark.parametrize(
    ("kind", "name"),
    [(Kind.PICTURE, "a.png"), (Kind.LANES, "a.svg"), (Kind.FILM, "a.mp4"), (Kind.NUMBERS, "a")],
)
def test_a_file_gets_the_ending_that_says_what_it_is(
    facts: ExportFacts, kind: Kind, name: str
) -> None:
    order = order_of(ExportChoices(kind=kind), facts, Path("a"))
    assert order.out == Path(name)
    assert order_of(ExportChoices(kind=Kind.PICTURE), facts, Path("A.PNG")).out == Path("A.PNG")
    assert order_of(ExportChoices(kind=Kind.LANES), facts, Path("v1.5")).out == Path("v1.5.svg")


def test_a_folder_is_no_picture(facts: ExportFacts, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="is a folder; name a file in it"):
        order_of(ExportChoices(), facts, tmp_path)


def test_nothing_marked_is_not_everything(facts: ExportFacts) -> None:
    unmarked = replace(facts, marked=None)
    with pytest.raises(EngineError, match="nothing is marked: drag along the timeline with Shift"):
        order_of(ExportChoices(kind=Kind.FILM, reach=Reach.MARKED), unmarked, OUT)
