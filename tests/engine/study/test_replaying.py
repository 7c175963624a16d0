from dataclasses import replace

import pytest

from engine.study.contents import Edit, StudyContents, added, changed
from engine.study.history import History, Step
from engine.study.replaying import contradiction, rows_of
from tests.engine.study.making_labels import segment, study

ONE, TWO = segment("one", 0, 10), segment("two", 20, 30)
FILL = Edit(name="Fill", changes=tuple(map(added, list(rows_of(study()))[1:])))
DRAW = Edit(name="Draw", changes=(added(ONE),))
TRIM = Edit(name="Trim", changes=(changed(ONE, replace(ONE, stop=5)),))
STEPS = (FILL, DRAW, TRIM)


def told(contents, position, steps=STEPS):
    history = History(
        steps=tuple(
            Step(number=number, name=step.name, time=0.0)
            for number, step in enumerate(steps, start=1)
        ),
        position=position,
    )
    return contradiction(contents, history, lambda number: steps[number - 1])


@pytest.mark.parametrize("position", [0, 1, 2, 3])
def test_rows_that_are_what_the_steps_made_of_them_are_fine(position):
    contents = StudyContents(facts=study().facts)
    for step in STEPS[:position]:
        contents = contents.applied(step)
    assert told(contents, position) == ""


@pytest.mark.parametrize(
    ("contents", "position", "words"),
    [
        (study(ONE), 3, "step 3 of the history (Trim) did something else"),
        (study(replace(ONE, note="x")), 2, "step 2 of the history (Draw) did something else"),
        (study(), 2, "step 2 of the history (Draw) did something else"),
        (study(ONE, TWO), 2, "1 of its rows came from no step of the history"),
        (study(ONE), 1, "1 of its rows came from no step of the history"),
    ],
)
def test_rows_that_are_something_else_are_told(contents, position, words):
    assert told(contents, position) == words


def test_an_undone_step_that_does_not_fit_is_told():
    other = Edit(name="Trim", changes=(changed(TWO, replace(TWO, stop=25)),))
    assert told(study(ONE), 2, (FILL, DRAW, other)) == (
        "step 3 of the history (Trim) cannot be done again"
    )


def test_it_can_be_stopped():
    history = History(steps=(Step(number=1, name="Fill", time=0.0),), position=1)
    assert contradiction(study(TWO), history, lambda _: FILL, should_stop=lambda: True) == ""
