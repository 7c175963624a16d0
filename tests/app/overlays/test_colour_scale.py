import numpy as np
import pytest

from app.overlays.colour_scale import STEPS, scale_rgba, scale_table

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB
DEUTERANOPIA = np.array(
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]
)
PROTANOPIA = np.array(
    [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]
)


def linear(colours: np.ndarray) -> np.ndarray:
    return np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("vision", [np.eye(3), DEUTERANOPIA, PROTANOPIA])
def test_on_dark_stronger_is_brighter_for_every_kind_of_vision(vision: np.ndarray) -> None:
    seen = linear(scale_table(on_dark=True)) @ vision.T
    luminance = seen @ (0.2126, 0.7152, 0.0722)

    assert (np.diff(luminance[::16]) > 0).all()


@pytest.mark.parametrize("vision", [np.eye(3), DEUTERANOPIA, PROTANOPIA])
def test_on_light_stronger_is_darker_for_every_kind_of_vision(vision: np.ndarray) -> None:
    seen = linear(scale_table(on_dark=False)) @ vision.T
    luminance = seen @ (0.2126, 0.7152, 0.0722)

    assert (np.diff(luminance[::16]) < 0).all()


def test_the_ends_of_the_table_are_the_ends_of_the_scale() -> None:
    colours = scale_rgba(np.array([[-1.0, 0.0], [1.0, 2.0]]))

    table = scale_table(on_dark=True)
    assert table.shape == (STEPS, 3)
    assert (colours[0, :, :3] == table[0]).all()
    assert (colours[1, :, :3] == table[-1]).all()
    assert (colours[..., 3] == 1).all()


def test_what_has_no_score_is_transparent() -> None:
    assert scale_rgba(np.array([np.nan, 0.5]))[:, 3].tolist() == [0.0, 1.0]
