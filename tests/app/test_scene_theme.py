import pytest

from app.scene_theme import SceneTheme, rgb


def test_a_colour_code_becomes_its_three_shares() -> None:
    assert rgb("#ff8000") == pytest.approx((1.0, 128 / 255, 0.0))


def test_further_people_start_again_from_the_first_colour() -> None:
    theme = SceneTheme.dark()

    assert theme.person(len(theme.people)) == theme.person(0)
    assert len(set(theme.people)) == len(theme.people)


def test_light_is_brighter_than_dark() -> None:
    dark, light = SceneTheme.dark(), SceneTheme.light()

    assert max(dark.background_top) < 0.3
    assert min(light.background_top) > 0.8
    assert min(dark.text) > max(dark.panel) + 0.5
    assert max(light.text) < min(light.panel) - 0.5
