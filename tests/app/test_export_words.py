"""Words that drawing commands share."""

from argparse import ArgumentError, ArgumentParser, Namespace
from fractions import Fraction

import pytest

from app.export_commands import FILM, LANES, film_order
from app.export_words import MapWish, map_word
from engine.commands.base import Command


def parsed(command: Command, *words: str) -> Namespace:
    parser = ArgumentParser(exit_on_error=False)
    command.add_arguments(parser)
    return parser.parse_args(["clip.json", "--out", "made", *words])


def test_a_map_is_one_for_all_or_one_for_each() -> None:
    assert map_word("3") == MapWish(number=2)
    assert map_word("focus=2,voxels=1") == MapWish(each=(("focus", 1), ("voxels", 0)))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--map", "aura=1"), "one of focus, attention, voxels"),
        (("--map", "focus=0"), "from 1 on"),
        (("--camera=1,2"), "expected yaw,pitch,distance"),
        (("--opacity", "2"), "0 to 1"),
        (("--frames", "9:3"), "expected FIRST:STOP"),
        (("--fps", "-3"), "above 0"),
        (("--size", "large"), "expected WIDTHxHEIGHT"),
        (("--codec", "gif"), "invalid choice"),
    ],
)
def test_words_that_mean_nothing_are_refused(words: tuple[str, ...], reason: str) -> None:
    given = (words,) if isinstance(words, str) else words
    with pytest.raises(ArgumentError, match=reason):
        parsed(FILM, *given)


def test_a_film_as_it_is_without_words() -> None:
    order = film_order(parsed(FILM))
    assert (order.width, order.height, order.fps, order.speed) == (1280, 720, None, Fraction(1))
    assert (order.is_dark, order.is_white, order.has_lanes, order.span) == (True, False, True, None)
    white = film_order(parsed(FILM, "--background", "white"))
    assert (white.is_white, white.is_dark) == (True, False)


def test_lanes_take_several_models() -> None:
    assert parsed(LANES, "--model", "one", "two").model == ["one", "two"]
    assert parsed(LANES).model == [None]
