"""Curves as numbers."""

import numpy as np
import pytest

from app.action_colours import NO_STUDY_PALETTE, ActionPalette
from app.why_plot_model import Curve, Plot, delay_plot, deletion_plot
from tests.app.test_why_words import curve, delay


def test_the_top_three_are_drawn_with_the_answer_on_top_and_a_mark_where_it_settled() -> None:
    plot = delay_plot(delay(0.1, 0.6, 0.7, 0.9), NO_STUDY_PALETTE)
    assert [each.name for each in plot.curves] == ["sit down", "clap", "wave"]
    assert plot.mark is not None
    assert plot.mark.x == 0.6
    assert plot.text_at(1) == "0.60 s: wave 0.60, clap 0.24, sit down 0.16"


def test_beginnings_without_the_person_are_gaps() -> None:
    unseen = delay(np.nan, 0.6, 0.7, 0.9)
    assert delay_plot(unseen, NO_STUDY_PALETTE).text_at(0) == "0.30 s: "


def test_curves_have_the_study_s_colours_where_it_has_the_action() -> None:
    palette = ActionPalette(named=(("wave", "#112233"),), offered=("#112233",))
    plot = delay_plot(delay(0.1, 0.6, 0.7, 0.9), palette)
    assert plot.curves[-1].colour == "#112233"
    assert len({each.colour for each in plot.curves}) == 3


def test_the_band_is_mean_and_spread_of_the_random_orders() -> None:
    plot = deletion_plot(curve(0.2), "#112233")
    assert plot.band is not None
    low, high = plot.band
    np.testing.assert_allclose((low + high) / 2, 0.5)
    np.testing.assert_allclose(high - low, 2 * curve(0.2).random[:, 0].std())
    assert [each.colour for each in plot.curves] == ["", "#112233"]
    assert plot.curves[-1].name == "favourites first"
    assert plot.text_at(2) == "50%: favourites first 0.20, at random 0.50"


@pytest.mark.parametrize(("last", "expected"), [(1.3, 0.5), (0.4, 0.1), (60.0, 15.0)])
def test_ticks_are_round_and_few(last: float, expected: float) -> None:
    x = np.linspace(0.0, last, 9)
    ticks = Plot(
        x=x,
        curves=(Curve(name="a", y=np.zeros(9)),),
        x_title="s",
        is_share=False,
    ).ticks()
    assert 2 <= len(ticks) <= 6
    assert ticks[1][0] - ticks[0][0] == pytest.approx(expected)


def test_one_frame_is_a_plot_too() -> None:
    plot = Plot(
        x=np.array([0.0]),
        curves=(Curve(name="a", y=np.array([0.5])),),
        x_title="s",
        is_share=False,
    )
    assert plot.span[1] > plot.span[0]
    assert plot.step_at(0.3) == 0
