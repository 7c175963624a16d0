"""The table of actions."""

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence

from app.actions import ACTIONS
from app.key_map import held_keys
from app.modes import Mode
from engine.places import assets_folder


def test_ids_are_not_used_twice() -> None:
    assert len({spec.id for spec in ACTIONS}) == len(ACTIONS)


@pytest.mark.parametrize("mode", list(Mode))
def test_no_key_does_two_things_in_the_same_mode(mode: Mode) -> None:
    held = held_keys(ACTIONS, {}, mode)
    keys = Counter(QKeySequence(key).toString() for row in held.values() for key in row)
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("mode", list(Mode))
def test_every_row_of_a_mode_keeps_all_of_its_keys_there(mode: Mode) -> None:
    held = held_keys(ACTIONS, {}, mode)
    assert [
        spec.id for spec in ACTIONS if spec.mode is mode and held[spec.id] != spec.shortcuts
    ] == []


def test_every_shortcut_is_one_qt_knows() -> None:
    unknown = [
        shortcut
        for spec in ACTIONS
        for shortcut in spec.shortcuts
        if QKeySequence(shortcut).toString() in ("", "Unknown")
    ]
    assert unknown == []


def test_every_icon_is_there() -> None:
    icons = assets_folder() / "icons"
    assert all((icons / f"{spec.icon}.svg").is_file() for spec in ACTIONS if spec.icon)
