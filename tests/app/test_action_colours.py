"""One colour for one action, everywhere."""

from app.action_colours import (
    ACTION_COLOURS,
    NO_STUDY_PALETTE,
    NOTHING_COLOUR,
    UNKNOWN_COLOUR,
    ActionPalette,
    palette_of,
)
from engine.study.actions import (
    COLOURS,
    PALETTE,
    add_action,
    archive_action,
    recolour_action,
    rename_action,
)
from engine.study.contents import StudyContents

MODEL = tuple(f"class {number}" for number in range(30))


def study(**colours: str) -> StudyContents:
    contents = StudyContents()
    for name, colour in colours.items():
        contents = contents.applied(add_action(contents, name, colour=colour))
    return contents


def test_without_a_study_a_model_s_actions_have_their_places_colours_over_and_over() -> None:
    assert NO_STUDY_PALETTE.colours(MODEL) == (ACTION_COLOURS * 3)[: len(MODEL)]
    assert palette_of(StudyContents()) == NO_STUDY_PALETTE


def test_colours_are_told_apart() -> None:
    assert len(set(ACTION_COLOURS)) == len(ACTION_COLOURS)
    assert ACTION_COLOURS is COLOURS, "one table for the window and for studies"


def test_a_name_that_the_study_knows_has_its_colour_whatever_its_case() -> None:
    palette = palette_of(study(**{"Wave Hands": "#112233"}))
    assert palette.colours(("sit", "WAVE hands")) == (ACTION_COLOURS[0], "#112233")
    assert palette.colour("wave hands", ()) == "#112233"


def test_no_other_action_has_a_colour_of_the_study_s_while_others_are_left() -> None:
    contents = study(walk=ACTION_COLOURS[0], jump=ACTION_COLOURS[2])
    found = palette_of(contents).colours(("a", "b", "walk", "c", "d", "e"))
    assert found[2] == ACTION_COLOURS[0]
    others = found[:2] + found[3:]
    assert not {ACTION_COLOURS[0], ACTION_COLOURS[2]} & set(others)
    assert len(set(others)) == len(others)


def test_a_colour_that_is_nearly_the_study_s_is_avoided_too() -> None:
    red = int(ACTION_COLOURS[0][1:3], 16)
    nearly = f"#{red + 3:02x}{ACTION_COLOURS[0][3:]}"
    assert palette_of(study(walk=nearly)).colours(("a",)) != (ACTION_COLOURS[0],)


def test_what_comes_after_a_name_changes_nothing_for_it() -> None:
    palette = palette_of(study(walk=ACTION_COLOURS[1], sit=ACTION_COLOURS[4]))
    whole = palette.colours(MODEL)
    assert all(palette.colours(MODEL[:count]) == whole[:count] for count in range(len(MODEL)))


def test_where_the_study_has_all_colours_others_still_get_some() -> None:
    palette = palette_of(study(**{f"mine {place}": each for place, each in enumerate(COLOURS)}))
    found = palette.colours(MODEL)
    assert not set(found) & set(COLOURS)
    assert len(set(found)) > len(COLOURS), "shades of them"
    every = palette_of(study(**{f"mine {place}": each for place, each in enumerate(PALETTE)}))
    assert set(every.colours(MODEL)) <= set(PALETTE)


def test_renaming_recolouring_and_archiving_show_in_the_palette() -> None:
    contents = study(walk="#112233")
    (action,) = contents.offered_actions
    renamed = contents.applied(rename_action(contents, action.id, "stroll"))
    assert palette_of(renamed).colour("walk", ("walk",)) == ACTION_COLOURS[0]
    assert palette_of(renamed).colour("stroll", ("walk", "stroll")) == "#112233"
    other = contents.applied(recolour_action(contents, action.id, "#445566"))
    assert palette_of(other).colour("walk", ()) == "#445566"
    archived = contents.applied(archive_action(contents, action.id))
    assert palette_of(archived).colour("walk", ()) == "#112233", "its segments are there still"
    assert palette_of(archived).offered == ()


def test_nothing_happening_is_quiet_with_and_without_a_study() -> None:
    for palette in (NO_STUDY_PALETTE, palette_of(study(walk="#112233"))):
        assert palette.colours(("Nothing happens", "hop"))[0] == NOTHING_COLOUR
    assert NOTHING_COLOUR not in ACTION_COLOURS


def test_a_name_of_nobody_s_is_quiet() -> None:
    assert ActionPalette().colour("hop", ("walk",)) == UNKNOWN_COLOUR
