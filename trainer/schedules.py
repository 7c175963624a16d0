"""How the learning rate goes over a run, as a function of how much of it is done; torch-free."""

import math

from trainer.job import Course, Schedule

START = 1 / 40
"""Share of the highest rate that a run begins with."""
END = 1 / 1000
"""Share of it that a cosine ends with."""
NAMES = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW"}


def learning_rate(schedule: Schedule, progress: float) -> float:
    """The rate at a moment of a run.

    A run of one cycle goes up and down in cosines (Smith 2018); the others go up in a line. The
    papers' code raises the rate once a pass during the warm-up, here it rises with every step
    [ours].

    Args:
        schedule: Course, highest rate, share of warm-up.
        progress: Share of the run that is done, 0..1.
    """
    high = schedule.learning_rate
    if progress < schedule.warm_up:
        share = progress / schedule.warm_up
        if schedule.course is Course.ONE_CYCLE:
            share = (1 - math.cos(math.pi * share)) / 2
        return high * (START + (1 - START) * share)
    if schedule.course is Course.STEPS:
        return high * step_factor(schedule, progress)
    share = (progress - schedule.warm_up) / (1 - schedule.warm_up)
    return high * (END + (1 - END) * (1 + math.cos(math.pi * share)) / 2)


def step_factor(schedule: Schedule, progress: float) -> float:
    """What is left of the highest rate after the milestones up to now."""
    passed = sum(progress >= share for share in schedule.milestones)
    last = len(schedule.decay) - 1
    return math.prod(schedule.decay[min(index, last)] for index in range(passed))


def described(schedule: Schedule) -> str:
    """A schedule in a few words, for cards: e.g. ``80 passes of SGD, a rate of 0.01, …``."""
    high = f"{schedule.learning_rate:g}"
    words = [
        f"{schedule.passes} passes of {NAMES.get(schedule.optimiser, schedule.optimiser)}",
        {
            Course.ONE_CYCLE: f"one cosine cycle to {high}",
            Course.COSINE: f"a cosine down from {high}",
            Course.STEPS: f"a rate of {high}{_steps(schedule)}",
        }[schedule.course],
    ]
    if schedule.course is not Course.ONE_CYCLE and schedule.warm_up > 0:
        words.append(f"{schedule.warm_up * schedule.passes:.4g} passes of warm-up")
    words += [f"batch {schedule.batch}", f"weight decay {schedule.weight_decay:g}"]
    if schedule.label_smoothing > 0:
        words.append(f"label smoothing {schedule.label_smoothing:g}")
    if schedule.balance > 0:
        words.append(f"rare actions seen more often (balance {schedule.balance:g})")
    if schedule.mixup > 0:
        words.append(f"mixup {schedule.mixup:g}")
    if schedule.average > 0:
        words.append(f"average of weights {schedule.average:g}")
    if schedule.patience > 0:
        words.append(f"early stop after {schedule.patience} evaluations")
    return ", ".join(words)


def _steps(schedule: Schedule) -> str:
    last = len(schedule.decay) - 1
    return "".join(
        f", ×{schedule.decay[min(index, last)]:g} after {share * schedule.passes:.4g}"
        for index, share in enumerate(schedule.milestones)
    )
