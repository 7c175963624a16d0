"""How fast a run learns at each moment of it."""

import pytest

from engine.errors import TrainingError
from trainer.job import Course, Schedule
from trainer.schedules import described, learning_rate

PAPER = Schedule(
    passes=80,
    batch=32,
    course=Course.STEPS,
    learning_rate=0.01,
    warm_up=5 / 80,
    milestones=(50 / 80, 70 / 80),
    label_smoothing=0,
    average=0,
)


def rates(schedule: Schedule, *passes: float) -> list[float]:
    return [learning_rate(schedule, number / schedule.passes) for number in passes]


def test_one_cycle_rises_then_falls():
    schedule = Schedule(learning_rate=0.1, warm_up=0.2)
    found = [learning_rate(schedule, progress) for progress in (0, 0.1, 0.2, 0.6, 1)]
    assert found[0] == pytest.approx(0.1 / 40)
    assert found[0] < found[1] < found[2] == pytest.approx(0.1)
    assert found[2] > found[3] > found[4] == pytest.approx(1e-4)


def test_steps_warm_up_in_a_line_and_fall_at_each_milestone():
    assert rates(PAPER, 0, 2.5, 5) == pytest.approx([0.00025, 0.005125, 0.01])
    assert rates(PAPER, 49.99, 50, 69.99, 70, 80) == pytest.approx([1e-2, 1e-3, 1e-3, 1e-4, 1e-4])


@pytest.mark.parametrize(("passes", "after"), [(65, (35, 55)), (120, (60, 90)), (50, (20, 35, 45))])
def test_a_step_falls_with_the_first_step_of_its_pass(passes, after):
    schedule = Schedule(
        passes=passes,
        course=Course.STEPS,
        learning_rate=1,
        warm_up=0,
        milestones=tuple(number / passes for number in after),
    )
    for number, pass_number in enumerate(after, start=1):
        first = (pass_number + 0 / 7) / passes
        last_before = (pass_number - 1 + 6 / 7) / passes
        assert learning_rate(schedule, first) == pytest.approx(0.1**number)
        assert learning_rate(schedule, last_before) == pytest.approx(0.1 ** (number - 1))


def test_each_milestone_may_have_a_factor_of_its_own():
    schedule = Schedule(
        passes=20,
        course=Course.STEPS,
        learning_rate=1e-3,
        warm_up=0,
        milestones=(0.4, 0.7, 0.9),
        decay=(0.5, 0.2),
    )
    assert rates(schedule, 0, 8, 14, 18) == pytest.approx([1e-3, 5e-4, 1e-4, 2e-5])


def test_without_milestones_the_rate_stays():
    schedule = Schedule(course=Course.STEPS, learning_rate=0.3, warm_up=0)
    assert {learning_rate(schedule, progress) for progress in (0, 0.5, 1)} == {0.3}


def test_a_cosine_warms_up_in_a_line_and_falls_to_next_to_nothing():
    schedule = Schedule(course=Course.COSINE, learning_rate=0.2, warm_up=0.1)
    found = [learning_rate(schedule, progress) for progress in (0, 0.05, 0.1, 0.55, 1)]
    assert found == pytest.approx([0.005, 0.1025, 0.2, 0.1001, 0.0002])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"milestones": (0.5,)}, "milestones are for steps"),
        ({"course": Course.STEPS, "milestones": (0.7, 0.5)}, "rising shares"),
        ({"course": Course.STEPS, "milestones": (50,)}, "rising shares"),
        ({"decay": ()}, "one factor or more"),
        ({"passes": 0}, "passes must be 1 at least"),
        ({"batch": 2, "parts": 3}, "a batch of 2 has no 3 parts"),
    ],
)
def test_a_schedule_that_cannot_be_says_why(wrong, words):
    with pytest.raises(TrainingError, match=words):
        Schedule(**wrong)


def test_a_schedule_is_described_in_words():
    assert described(PAPER) == (
        "80 passes of SGD, a rate of 0.01, ×0.1 after 50, ×0.1 after 70, 5 passes of warm-up, "
        "batch 32, weight decay 0.0005"
    )
    assert "one cosine cycle to 0.05" in described(Schedule())
    assert "average of weights 0.995" in described(Schedule())
