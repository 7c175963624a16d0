import numpy as np
import pytest

from engine.preprocess.recipe import Preprocessing, Scaling


def preprocessing(scaling: Scaling = Scaling.AXES) -> Preprocessing:
    return Preprocessing(frames=8, centre_joint=1, scaling=scaling)


def test_prepared_input_is_in_model_order_with_its_frame_map():
    positions = np.random.default_rng(0).normal(size=(15, 1, 20, 3)).astype(np.float32)

    inputs, at = preprocessing().prepare(positions)

    assert inputs.shape == (1, 3, 8, 20, 1)
    assert inputs.dtype == np.float32
    np.testing.assert_allclose(at, np.linspace(0, 14, 8))


@pytest.mark.parametrize("scaling", Scaling)
def test_place_and_size_of_the_body_do_not_matter(scaling):
    positions = np.random.default_rng(0).normal(size=(15, 1, 20, 3)).astype(np.float32)

    here, _ = preprocessing(scaling).prepare(positions)
    there, _ = preprocessing(scaling).prepare(positions * 1.7 + np.float32([3, -1, 2]))

    np.testing.assert_allclose(here, there, atol=1e-4)


@pytest.mark.parametrize("scaling", Scaling)
def test_a_clip_of_one_frame_with_nobody_in_it_gives_finite_input(scaling):
    inputs, _ = preprocessing(scaling).prepare(np.full((1, 1, 20, 3), np.nan, dtype=np.float32))
    assert np.isfinite(inputs).all()
