"""One colour for one action in the real window, with and without a study."""

import pytest

from app.modes import Mode
from app.views.answer_panel import AnswerPanel
from engine.study.actions import add_action, recolour_action, rename_action
from tests.app.stand_ins import ACTIONS
from tests.e2e.conftest import PAIR, Desk

pytestmark = pytest.mark.gl
LIME = "#a8bf4a"


def in_lanes(desk: Desk, name: str) -> set[str]:
    """The colours that an action has in the answers of all models."""
    stack = desk.workbench.window.timeline.stack
    assert stack is not None
    lanes = [lane for group in stack.groups for lane in group.answers]
    assert lanes
    return {lane.colours[lane.class_names.index(name)] for lane in lanes}


def in_panel(panel: AnswerPanel, name: str) -> str:
    return next(row.bar.colour.name() for row in panel.rows if row.name.full_text == name)


def everywhere(desk: Desk, name: str) -> set[str]:
    window, document = desk.workbench.window, desk.workbench.document
    panes = {each.colour for each in desk.workbench.second._captions() if each.answer == name}
    palette = {document.action_palette.colour(name, ACTIONS)}
    return in_lanes(desk, name) | {in_panel(window.answer, name)} | panes | palette


def test_an_action_of_the_study_has_its_colour_everywhere_at_once(desk: Desk) -> None:
    study = desk.workbench.teach.desk
    before = {name: everywhere(desk, name) for name in ACTIONS}
    assert all(len(found) == 1 for found in before.values())

    desk.workbench.teach.modes.switch(Mode.TEACH)
    study.change(lambda contents: add_action(contents, "Wave", colour=LIME))
    desk.qtbot.waitUntil(lambda: study.is_settled and bool(study.contents.actions))
    assert everywhere(desk, "wave") == {LIME}
    assert everywhere(desk, "clap") == before["clap"], "whose colour nobody has taken"

    (action,) = study.contents.offered_actions
    study.change(lambda contents: recolour_action(contents, action.id, *before["clap"]))
    assert everywhere(desk, "wave") == before["clap"]
    assert not everywhere(desk, "clap") & before["clap"], "two actions in one colour mislead"

    study.change(lambda contents: rename_action(contents, action.id, "stroll"))
    assert everywhere(desk, "wave") == before["wave"]

    study.leave()
    desk.qtbot.waitUntil(lambda: study.study is None)
    assert {name: everywhere(desk, name) for name in ACTIONS} == before


def test_lanes_that_are_built_later_have_the_study_s_colours(desk: Desk) -> None:
    study = desk.workbench.teach.desk
    study.change(lambda contents: add_action(contents, "wave", colour=LIME))
    desk.qtbot.waitUntil(lambda: study.is_settled and bool(study.contents.actions))
    desk.workbench.librarian.open_path(PAIR)
    desk.wait_for(PAIR)
    assert in_lanes(desk, "wave") == {LIME}
