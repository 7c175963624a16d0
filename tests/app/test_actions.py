"""The table of actions."""

from collections import Counter

from PySide6.QtGui import QKeySequence

from app.actions import ACTIONS
from engine.places import assets_folder


def test_ids_are_not_used_twice() -> None:
    assert len({spec.id for spec in ACTIONS}) == len(ACTIONS)


def test_no_key_does_two_things() -> None:
    keys = Counter(
        QKeySequence(shortcut).toString() for spec in ACTIONS for shortcut in spec.shortcuts
    )
    assert [key for key, count in keys.items() if count > 1] == []


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
