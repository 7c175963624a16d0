"""Every text of a report can be read, in light and in dark."""

import pytest

from engine.judging.palette import DARK, LIGHT, STEPS, contrast, mixed, step_of

READABLE = 4.5
VISIBLE = 3.0
LOOKS = pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert mixed("#000000", "#ff8000", 0.5) == "#804000"


@LOOKS
def test_words_are_readable_on_both_backgrounds(look):
    for words in (look.text, look.muted):
        assert contrast(words, look.page) >= READABLE
        assert contrast(words, look.raised) >= READABLE


@LOOKS
@pytest.mark.parametrize("number", range(len(STEPS)))
def test_numbers_are_readable_on_every_step_of_the_heat_map(look, number):
    for colour in (look.right, look.wrong):
        background = look.step(colour, number)
        assert contrast(look.text_on(background), background) >= READABLE


@LOOKS
def test_bars_stand_out_from_their_tracks_and_lines_from_bars(look):
    assert contrast(look.bar, look.page) >= VISIBLE
    assert contrast(look.text, look.bar) >= VISIBLE


def test_steps_cover_every_share():
    assert [step_of(share) for share in (0.001, 0.16, 0.17, 0.5, 0.84, 1.0)] == [0, 0, 1, 3, 5, 5]
