"""STF: starts as MS-G3D, costs a tenth more, gives each module a graph of the clip's own."""

import pytest
import torch

from engine.architectures.stf import configure_ms_g3d, configure_stf
from engine.models.stf import STFOutput, resampling
from engine.models.window_graph import compute_as_published
from tests.engine.models.contract import (
    assert_folding_changes_nothing,
    assert_graph_agrees,
    assert_independent_of_batch,
    parameter_count,
    parameters_that_do_not_learn,
    random_clips,
    random_input,
)
from tests.engine.models.stf_networks import (
    BEFORE_NORMS,
    NTU,
    assert_both_orders_answer_alike,
    macs,
    seeded,
    tiny_ms_g3d,
    tiny_stf,
    warmed,
)


def test_a_fresh_stf_is_the_ms_g3d_whose_weights_it_is_given():
    plain = warmed(tiny_ms_g3d())
    focused = tiny_stf().build().eval()
    focused.backbone.load_state_dict(plain.state_dict())
    inputs = random_input(tiny_stf(), 2)
    with torch.inference_mode():
        expected, found = plain(inputs), focused(inputs)
    assert not found.focus_graphs.any()
    torch.testing.assert_close(found.logits, expected.logits, atol=1e-6, rtol=0)
    torch.testing.assert_close(
        found.class_activations, expected.class_activations, atol=1e-5, rtol=1e-5
    )


def test_the_focus_costs_a_tenth_more_than_ms_g3d():
    costs = []
    for configure in (configure_ms_g3d, configure_stf):
        with torch.device("meta"):
            network = configure(NTU).build().eval()
            clip = torch.empty(1, 3, 300, 25, 2)
        compute_as_published(network)
        costs.append(macs(network, clip))
    assert 1.08 <= costs[1] / costs[0] <= 1.12


def test_the_full_network_has_the_planned_size():
    network = configure_stf(NTU).build()
    assert parameter_count(network) == 3_631_851


def test_outputs_have_the_shapes_of_people_modules_and_joints():
    config = tiny_stf()
    with torch.inference_mode():
        output = warmed(config)(random_input(config, 3))
    assert output.logits.shape == (3, 4)
    assert output.class_activations.shape == (3, 2, 4, 20, 4)
    assert output.focus_graphs.shape == (3, 2, 6, 3, 20, 20)
    assert output.embeddings.shape == (3, 2, 6, 4, 20)
    assert output.focus_graphs.abs().max() <= 1
    assert 0 <= output.embeddings.min() <= output.embeddings.max() <= 1


def test_every_clip_and_person_and_module_has_a_graph_of_its_own():
    config = tiny_stf()
    with torch.inference_mode():
        graphs = warmed(config)(random_input(config, 2)).focus_graphs
    flat = graphs.reshape(2 * 2 * 6, -1)
    apart = torch.cdist(flat, flat) + torch.eye(len(flat))
    assert apart.min() > 1e-3


def test_graphs_change_the_answer():
    config = tiny_stf()
    network, inputs = warmed(config), random_input(config, 2)
    with torch.inference_mode():
        before = network(inputs).logits
        for module in network.focus:
            module.last.weight.zero_()
        after = network(inputs).logits
    assert (before - after).abs().max() > 1e-3


def test_every_parameter_learns():
    config = tiny_stf()
    network, clips = seeded(config), random_clips(config, 4)
    assert parameters_that_do_not_learn(network, config, clips, but=BEFORE_NORMS) == []


def test_an_answer_does_not_depend_on_the_rest_of_the_batch():
    config = tiny_stf()
    network, clips = warmed(config), random_clips(config, 5)
    assert_independent_of_batch(network, config, clips, outputs=STFOutput._fields)


def test_both_orders_answer_alike():
    assert_both_orders_answer_alike(tiny_stf())


def test_folding_the_normalisations_changes_nothing():
    config = tiny_stf()
    assert_folding_changes_nothing(warmed(config), config, random_clips(config, 3))


def test_the_exported_graph_says_the_same_with_visibility_and_one_person(tmp_path):
    config = tiny_stf(channels=4, people=1)
    batches = [random_clips(config, 3, seed=7)]
    assert_graph_agrees(warmed(config), config, tmp_path, batches, outputs=STFOutput._fields)


@pytest.mark.parametrize("frames", [16, 64, 300])
def test_resampling_keeps_a_steady_course_and_the_mean_of_any(frames):
    matrix = resampling(frames, 64)
    assert matrix.shape == (frames, 64)
    torch.testing.assert_close(matrix.sum(dim=0), torch.ones(64))
    ramp = torch.linspace(0, 1, frames) @ matrix
    assert (ramp.diff() >= 0).all()
    torch.testing.assert_close(ramp.mean(), torch.tensor(0.5), atol=1e-3, rtol=0)
