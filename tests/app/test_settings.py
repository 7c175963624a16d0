"""What is remembered between runs."""

from fractions import Fraction
from pathlib import Path

import pytest

from app.settings import (
    LOOPING,
    OPACITY,
    RECENT_FILES,
    SETTINGS,
    SPEED,
    THEME,
    Setting,
    Settings,
    ThemeChoice,
)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_a_fresh_file_holds_the_defaults(setting: Setting[object], tmp_path: Path) -> None:
    assert Settings(tmp_path / "s.ini").get(setting) == setting.default


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_every_row_survives_being_written(setting: Setting[object]) -> None:
    assert setting.from_text(setting.to_text(setting.default)) == setting.default


def test_rows_have_keys_of_their_own() -> None:
    keys = [setting.key for setting in SETTINGS]
    assert len(set(keys)) == len(keys)


def test_values_are_there_in_the_next_run(tmp_path: Path) -> None:
    kept = Settings(tmp_path / "s.ini")
    paths = (Path("/data/a, b.json"), Path("/data/ü “c”.npz"))
    kept.set(THEME, ThemeChoice.LIGHT)
    kept.set(SPEED, Fraction(1, 20))
    kept.set(LOOPING, False)
    kept.set(RECENT_FILES, paths)
    kept.save()
    again = Settings(tmp_path / "s.ini")
    assert again.get(THEME) is ThemeChoice.LIGHT
    assert again.get(SPEED) == Fraction(1, 20)
    assert again.get(LOOPING) is False
    assert again.get(RECENT_FILES) == paths


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        (THEME, "purple"),
        (OPACITY, "1.7"),
        (OPACITY, "much"),
        (OPACITY, "nan"),
        (SPEED, "1/0"),
        (LOOPING, "perhaps"),
        (RECENT_FILES, "[1, {"),
        (RECENT_FILES, '{"a": 1}'),
    ],
)
def test_a_damaged_value_becomes_the_default(
    setting: Setting[object], text: str, tmp_path: Path
) -> None:
    section, key = setting.key.split("/")
    text = text.replace('"', '\\"')
    (tmp_path / "s.ini").write_text(f'[{section}]\n{key}="{text}"\n', encoding="utf-8")
    assert Settings(tmp_path / "s.ini").get(setting) == setting.default
