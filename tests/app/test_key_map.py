"""Which keys do what."""

import pytest

from app.action_spec import ActionSpec, Menu
from app.key_map import (
    held_keys,
    overrides_of,
    overrides_text,
    own_keys,
    reserved_keys,
    use_of,
    with_keys,
    without,
)
from app.modes import Mode


def row(action_id: str, *keys: str, mode: Mode | None = None) -> ActionSpec:
    return ActionSpec(id=action_id, text=action_id, menu=Menu.FILE, shortcuts=keys, mode=mode)


OVERLAY = row("overlay", "O", "Shift+O")
OPEN = row("open", "Ctrl+O")
OUT = row("mark-out", "O", mode=Mode.TEACH)
SPECS = (OVERLAY, OPEN, OUT)


def test_a_row_of_the_mode_has_the_key_and_the_others_are_silent_meanwhile() -> None:
    assert held_keys(SPECS, {}, Mode.TEACH) == {
        "overlay": ("Shift+O",),
        "open": ("Ctrl+O",),
        "mark-out": ("O",),
    }
    assert held_keys(SPECS, {}, Mode.INSPECT)["overlay"] == ("O", "Shift+O")
    assert held_keys(SPECS, {}, Mode.INSPECT)["mark-out"] == ()


def test_keys_of_the_labels_go_before_everything() -> None:
    held = held_keys(SPECS, {}, Mode.TEACH, frozenset("O"))
    assert held["mark-out"] == ()
    assert held["overlay"] == ("Shift+O",)


def test_own_keys_replace_those_of_the_table_and_may_be_none() -> None:
    held = held_keys(SPECS, {"overlay": ("K",), "open": ()}, Mode.INSPECT)
    assert held["overlay"] == ("K",)
    assert held["open"] == ()


def test_keys_that_a_mode_needs_are_those_of_its_rows_with_own_keys() -> None:
    assert reserved_keys(SPECS, {"mark-out": ("P",)}, Mode.TEACH) == {"P"}


def test_a_key_of_a_row_of_the_same_kind_is_a_conflict() -> None:
    use = use_of("Ctrl+O", OVERLAY, SPECS, {})
    assert use.conflicts == (OPEN,)
    assert use.is_silent_in == ()


def test_a_key_of_another_mode_is_no_conflict_but_named() -> None:
    assert use_of("O", OPEN, SPECS, {}).is_silent_in == (OUT,)
    assert use_of("Ctrl+O", OUT, SPECS, {}).silences == (OPEN,)
    assert use_of("Ctrl+O", OUT, SPECS, {}).conflicts == ()


def test_a_key_set_here_is_taken_away_there() -> None:
    overrides = with_keys("overlay", ("Ctrl+O",), SPECS, {})
    assert own_keys(OVERLAY, overrides) == ("Ctrl+O",)
    assert own_keys(OPEN, overrides) == ()


def test_a_row_that_is_reset_gets_its_keys_back_from_whoever_has_them() -> None:
    taken = with_keys("overlay", ("Ctrl+O",), SPECS, {})
    assert without("open", SPECS, taken) == {"overlay": ()}
    assert without("overlay", SPECS, without("open", SPECS, taken)) == {}


def test_setting_the_first_keys_leaves_nothing_to_remember() -> None:
    assert with_keys("overlay", ("O", "Shift+O"), SPECS, {"overlay": ("K",)}) == {}


def test_overrides_survive_being_written() -> None:
    overrides = {"overlay": ("K", '"'), "open": ()}
    assert overrides_of(overrides_text(overrides)) == overrides


@pytest.mark.parametrize("text", ["", "[]", '{"open": "O"}', '{"open": [1]}'])
def test_other_text_means_no_keys(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        overrides_of(text)
