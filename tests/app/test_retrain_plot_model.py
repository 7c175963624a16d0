"""Curves of a run as numbers."""

import pytest

from app.retrain_plot_model import LineRole, accuracy_plot, loss_plot, round_step
from tests.app.retrain_made import curve
from trainer.retraining import CurvePoint, NetworkCurve


def test_the_loss_runs_over_the_passes_that_are_planned() -> None:
    plot = loss_plot((curve(done=6, passes=10),))
    (line,) = plot.lines
    assert line.x.tolist() == [1, 2, 3, 4, 5, 6]
    assert plot.x_span == (1.0, 10.0)
    assert plot.y_span[0] == 0.0
    assert plot.y_span[1] > 2.0


def test_accuracy_has_a_line_for_clips_held_out_where_they_were_judged() -> None:
    plot = accuracy_plot((curve(done=6),))
    held_out = next(line for line in plot.lines if line.role is LineRole.HELD_OUT)
    assert held_out.x.tolist() == [3, 6]
    assert plot.y_span == (0.0, 1.0)
    assert plot.shown_roles == (LineRole.TRAINED, LineRole.HELD_OUT)


def test_networks_that_are_done_stand_back() -> None:
    plot = loss_plot((curve("joint", done=10), curve("bone", done=2)))
    assert [line.is_quiet for line in plot.lines] == [True, False]


def test_before_the_first_pass_there_is_nothing_to_see_and_still_a_span() -> None:
    for plot in (loss_plot(()), loss_plot((NetworkCurve(name="joint", passes=10),))):
        assert plot.is_empty
        assert plot.x_span[1] > plot.x_span[0]
        assert plot.y_span[1] > plot.y_span[0]
        assert plot.text_at(3.0) == ""
        assert plot.y_ticks()


def test_a_loss_that_is_no_number_is_left_out() -> None:
    points = tuple(
        CurvePoint(number=number, loss=loss, train_accuracy=0.5, accuracy=None)
        for number, loss in ((1, 2.0), (2, float("nan")), (3, 1.0))
    )
    (line,) = loss_plot((NetworkCurve(name="joint", points=points, passes=9),)).lines
    assert line.x.tolist() == [1, 3]


def test_what_is_under_the_pointer_is_read_at_the_nearest_pass() -> None:
    plot = accuracy_plot((curve(done=6),))
    assert plot.text_at(5.8) == "pass 6  ·  clips trained on 0.8  ·  clips held out 0.5"
    assert plot.text_at(5.1) == "pass 5  ·  clips trained on 0.75", "nothing was held out there"


def test_ticks_are_few_round_and_within_the_plot() -> None:
    for passes in (2, 7, 15, 40, 80, 400):
        plot = loss_plot((curve(done=2, passes=passes),))
        places = [place for place, _ in plot.x_ticks()]
        assert 1 <= len(places) <= 7
        assert all(plot.x_span[0] <= place <= plot.x_span[1] for place in places)
        assert all(place == int(place) for place in places)


@pytest.mark.parametrize(
    ("least", "step"), [(0.0, 1.0), (0.013, 0.02), (0.5, 0.5), (1.1, 2.0), (60.0, 100.0)]
)
def test_steps_are_the_next_round_number(least: float, step: float) -> None:
    assert round_step(least) == pytest.approx(step)
