"""MS-G3D: size and cost to the digit, shapes, learning, the graph that is exported."""

from dataclasses import replace

import pytest
import torch

from engine.architectures.stf import configure_ms_g3d
from engine.layouts import LAYOUTS
from engine.models.ms_g3d import MSG3DOutput
from engine.models.window_graph import compute_as_published
from tests.engine.models.contract import (
    assert_folding_changes_nothing,
    assert_graph_agrees,
    assert_independent_of_batch,
    losses_of_training,
    parameter_count,
    parameters_that_do_not_learn,
    random_clips,
    random_input,
)
from tests.engine.models.stf_networks import (
    BEFORE_NORMS,
    NTU,
    WISH,
    assert_both_orders_answer_alike,
    macs,
    seeded,
    tiny_ms_g3d,
    warmed,
)


def test_the_full_network_has_the_official_number_of_parameters():
    network = configure_ms_g3d(NTU).build()
    assert parameter_count(network) == 3_194_595


def test_the_full_network_costs_what_the_official_one_does_and_less_by_default():
    config = configure_ms_g3d(NTU)
    with torch.device("meta"):
        network = config.build().eval()
        clip = torch.empty(1, 3, 300, 25, 2)
    activations = 2 * 75 * 25 * 384 * 60  # shown by the explanation, not in the official network
    assert macs(network, clip) - activations == pytest.approx(27.80e9, rel=1e-3)
    compute_as_published(network)
    assert macs(network, clip) - activations == pytest.approx(32.77e9, rel=1e-3)


def test_the_small_network_costs_less_than_a_quarter():
    with torch.device("meta"):
        network = configure_ms_g3d(replace(NTU, size="small")).build().eval()
        clip = torch.empty(1, 3, 300, 25, 2)
    compute_as_published(network)
    assert macs(network, clip) < 32.77e9 / 4


def test_outputs_have_the_shapes_of_people_steps_and_joints():
    config = tiny_ms_g3d()
    with torch.inference_mode():
        output = warmed(config)(random_input(config, 3))
    assert output.logits.shape == (3, 4)
    assert output.class_activations.shape == (3, 2, 4, 20, 4)


def test_class_activations_and_bias_make_the_logits():
    config = tiny_ms_g3d()
    network = warmed(config)
    with torch.inference_mode():
        output = network(random_input(config, 3))
    made = output.class_activations.mean(dim=(1, 2, 3)) + network.classifier.linear.bias
    torch.testing.assert_close(made, output.logits, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_scales_beyond_the_longest_path_of_a_layout_fit(layout):
    wish = replace(WISH, layout=layout, channels=layout.dimensions, frames=8, people=1)
    config = replace(configure_ms_g3d(wish), graph_scales=13)
    with torch.inference_mode():
        output = config.build().eval()(random_input(config, 2))
    assert torch.isfinite(output.logits).all()
    assert output.class_activations.shape == (2, 1, 2, layout.num_joints, 4)


def test_loss_falls_on_eight_clips():
    config = tiny_ms_g3d(people=1)
    clips = random_clips(config, 8)
    losses = losses_of_training(seeded(config), config, clips, steps=20, rate=3e-3)
    assert losses[-1] < 0.2 * losses[0]


def test_every_parameter_learns():
    config = tiny_ms_g3d()
    network, clips = seeded(config), random_clips(config, 4)
    assert parameters_that_do_not_learn(network, config, clips, but=BEFORE_NORMS) == []


def test_an_answer_does_not_depend_on_the_rest_of_the_batch():
    config = tiny_ms_g3d()
    assert_independent_of_batch(warmed(config), config, random_clips(config, 5))


def test_both_orders_answer_alike():
    assert_both_orders_answer_alike(tiny_ms_g3d())


def test_folding_the_normalisations_changes_nothing():
    config = tiny_ms_g3d()
    assert_folding_changes_nothing(warmed(config), config, random_clips(config, 3))


def test_the_exported_graph_says_the_same(tmp_path):
    config = tiny_ms_g3d()
    batches = [random_clips(config, 3, seed=7)]
    assert_graph_agrees(warmed(config), config, tmp_path, batches, outputs=MSG3DOutput._fields)
