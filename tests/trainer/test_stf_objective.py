"""STF's losses: the focus is Grad-CAM's, each moves what it should, two runs make one answer."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine.errors import TrainingError
from engine.explain.focus import focus
from engine.layouts.kinect_v1 import KINECT_V1
from engine.preprocess.recipe import Preprocessing, Scaling
from engine.runtime.cards import (
    CARD_SCHEMA,
    Metrics,
    ModelCard,
    NetworkPart,
    PackageFile,
    Provenance,
)
from engine.runtime.fusion import fuse
from tests.engine.models.stf_networks import random_input, seeded, tiny_stf, warmed
from trainer.stf_objective import (
    EXPLORING,
    FOCUSING,
    STFObjective,
    at_frames,
    earlier_focus,
    exploration_loss,
    forgetting,
    last_focus,
    log_odds,
    stf_loss,
)

NONE = STFObjective(exploration=0.0, divergence=0.0, coherence=0.0, embedding=0.0)
CONFIG = tiny_stf()
ACTIONS = torch.tensor([0, 1, 2, 3])
SMALLEST = np.finfo(np.float64).tiny


def made_up(scale: float = 1.0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Features ``(N, M, S, V, C)`` in front of a linear layer, its weight and its logits."""
    random = torch.Generator().manual_seed(3)
    features = torch.randn(3, 2, 4, 5, 6, generator=random, dtype=torch.float64)
    weight = torch.randn(7, 6, generator=random, dtype=torch.float64) * scale
    return features, weight, features.mean(dim=(1, 2, 3)) @ weight.T


def grad_cam(features: torch.Tensor, weight: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """Eq. 2 by autograd, of the softmax probability as the paper writes it."""
    features = features.clone().requires_grad_()
    logits = features.mean(dim=(1, 2, 3)) @ weight.T
    answers = torch.softmax(logits, dim=1).gather(1, classes.unsqueeze(1))
    (gradient,) = torch.autograd.grad(answers.sum(), features)
    shares = gradient.mean(dim=(2, 3), keepdim=True)
    return functional.relu((shares * features.detach()).sum(-1))


@pytest.mark.parametrize("action", [0, 3, 6])
@pytest.mark.parametrize("scale", [0.1, 1.0, 20.0])
def test_the_focus_is_autograds_grad_cam_of_the_probability(action, scale):
    features, weight, logits = made_up(scale)
    classes = torch.full((3,), action)
    found = last_focus(features @ weight.T, logits, classes)

    expected = grad_cam(features, weight, classes)
    expected = expected / expected.amax(dim=(1, 2, 3), keepdim=True).clamp_min(SMALLEST)
    torch.testing.assert_close(found, expected, atol=1e-6, rtol=1e-6)


def test_the_focus_of_a_network_is_autograds_grad_cam_at_its_last_block():
    network = warmed(CONFIG).double()
    held = []
    network.backbone.blocks[2].register_forward_hook(
        lambda _block, _inputs, found: held.append(found.features)
    )
    output = network(random_input(CONFIG, 3).double())
    for action in range(4):
        probability = torch.softmax(output.logits, dim=1)[:, action].sum()
        (gradient,) = torch.autograd.grad(probability, held[0], retain_graph=True)
        expected = earlier_focus(held[0], gradient, people=2)
        found = last_focus(output.class_activations, output.logits, torch.full((3,), action))
        torch.testing.assert_close(found, expected, atol=1e-9, rtol=1e-9)


def test_the_focus_holds_where_the_network_is_sure():
    features, weight, _ = made_up()
    own = features.mean(dim=(1, 2, 3))
    weight = torch.cat([(own * 40).mean(0, keepdim=True), weight])
    logits = own @ weight.T
    logits[:, 0] = logits[:, 1:].amax(1) + 30  # p is 1 to the last digit of float32
    found = last_focus((features @ weight.T).float(), logits.float(), torch.zeros(3).long())
    exact = last_focus(features @ weight.T, logits, torch.zeros(3).long())
    assert (torch.softmax(logits.float(), 1)[:, 0] == 1).all()
    assert exact.amax() == 1
    torch.testing.assert_close(found.double(), exact, atol=1e-4, rtol=1e-4)


def test_the_focus_is_the_one_that_explanations_show():
    features, weight, logits = made_up()
    for action in range(7):
        found = last_focus(features @ weight.T, logits, torch.full((3,), action))
        for clip in range(3):
            shown, _ = focus(
                (features @ weight.T)[clip].float().numpy(), logits[clip].numpy(), action
            )
            np.testing.assert_allclose(found[clip].numpy(), shown, atol=1e-5)


def test_the_focus_has_a_gradient():
    features, weight, logits = made_up()
    ranked = logits.argmax(1)

    def whole(values: torch.Tensor) -> torch.Tensor:
        return last_focus(values @ weight.T, values.mean(dim=(1, 2, 3)) @ weight.T, ranked)

    assert torch.autograd.gradcheck(whole, features.requires_grad_(), fast_mode=True)


def test_an_earlier_focus_at_the_last_layer_is_the_last_focus():
    features, weight, logits = made_up()
    features.requires_grad_()
    logits = features.mean(dim=(1, 2, 3)) @ weight.T
    classes = torch.tensor([1, 4, 2])
    (gradient,) = torch.autograd.grad(log_odds(logits, classes).sum(), features)
    flat, flat_gradient = (each.flatten(0, 1).permute(0, 3, 2, 1) for each in (features, gradient))
    torch.testing.assert_close(
        earlier_focus(flat, flat_gradient, people=2),
        last_focus(features @ weight.T, logits, classes),
    )


def test_nothing_in_focus_is_zero_and_has_a_gradient_that_is_a_number():
    activations = torch.zeros(2, 1, 3, 4, 5, requires_grad=True)
    found = last_focus(activations, torch.zeros(2, 5), torch.tensor([0, 1]))
    assert not found.any()
    found.sum().backward()
    assert torch.isfinite(activations.grad).all()


def test_steps_are_on_the_frames_they_are_centred_on():
    steps = torch.tensor([0.0, 1.0, 0.0, 2.0]).view(1, 1, 4, 1)
    frames = at_frames(steps, 16).flatten()
    assert frames[[0, 4, 8, 12]].tolist() == [0, 1, 0, 2]
    assert frames[[2, 6, 10]].tolist() == [0.5, 0.5, 1.0]
    assert frames[13:].tolist() == [2, 2, 2]


def loss_and_moved(objective: STFObjective, count: int = 4) -> tuple[torch.Tensor, set[str], bool]:
    """The part that the objective adds, the parameters that it moves, whether all is finite."""
    network = seeded(CONFIG).train()
    total, parts = stf_loss(network, random_input(CONFIG, count), ACTIONS[:count], objective)
    added = total - parts.cross_entropy
    added.backward()
    gradients = {
        name: parameter.grad
        for name, parameter in network.named_parameters()
        if parameter.grad is not None
    }
    moved = {name for name, gradient in gradients.items() if gradient.abs().max() > 1e-9}
    return added.detach(), moved, all(torch.isfinite(each).all() for each in gradients.values())


@pytest.mark.parametrize("name", ["exploration", "divergence", "coherence"])
def test_a_loss_on_the_focus_moves_the_whole_network(name):
    added, moved, is_finite = loss_and_moved(replace(NONE, **{name: 1.0}))
    assert is_finite
    assert added.abs() > 1e-3
    for part in ("input_norm", "blocks.0", "blocks.1", "blocks.2", "focus.0", "focus.5"):
        assert any(part in each for each in moved), part
    assert "backbone.classifier.linear.weight" in moved


def test_the_embedding_loss_moves_what_embeds_and_what_it_sees_but_not_its_target():
    added, moved, is_finite = loss_and_moved(replace(NONE, embedding=1.0))
    assert is_finite
    assert added > 1e-3
    for module in range(6):
        assert f"focus.{module}.embed.2.weight" in moved
    assert not any("classifier" in each or "blocks.2" in each for each in moved)


def test_the_total_is_the_weighted_sum():
    network = seeded(CONFIG).train()
    objective = STFObjective(exploration=0.3, divergence=0.5, coherence=0.7, embedding=0.9)
    total, parts = stf_loss(network, random_input(CONFIG, 4), ACTIONS, objective)
    expected = (
        parts.cross_entropy
        + 0.3 * parts.exploration
        + 0.5 * parts.divergence
        + 0.7 * parts.coherence
        + 0.9 * parts.embedding
    )
    torch.testing.assert_close(total, expected)
    assert 0 < parts.exploration < 1
    assert parts.divergence < 0 < parts.coherence


def test_the_papers_two_runs_leave_out_each_others_losses():
    network, inputs = seeded(CONFIG).train(), random_input(CONFIG, 4)
    _, first = stf_loss(network, inputs, ACTIONS, EXPLORING)
    _, second = stf_loss(network, inputs, ACTIONS, FOCUSING)
    assert first.exploration > 0
    assert [float(part.detach()) for part in first[2:]] == [0, 0, 0]
    assert second.exploration == 0
    assert all(part != 0 for part in second[2:])
    weights = (EXPLORING.exploration, FOCUSING.divergence, FOCUSING.coherence, FOCUSING.embedding)
    assert weights == (0.01, 0.1, 0.1, 0.01)


def test_exploration_shows_the_network_the_clip_without_what_is_in_focus():
    config = tiny_stf(channels=4)
    network = warmed(config)
    inputs = random_input(config, 2)
    seen = []
    network.trace, answer = lambda clips: seen.append(clips) or answer(clips), network.trace
    mask = torch.zeros(2, 2, 4, 20)
    mask[0, 1, 2, 5] = 1.0  # first clip, second person, third step, joint 5

    left = exploration_loss(network, inputs, mask, torch.tensor([3, 0]))

    (masked,) = seen
    assert not masked[0, :, 8, 5, 1].any()  # position and visibility, in the step's own frame
    torch.testing.assert_close(masked[0, :, 10, 5, 1], 0.5 * inputs[0, :, 10, 5, 1])
    untouched = torch.ones_like(inputs, dtype=torch.bool)
    untouched[0, :, 5:12, 5, 1] = False
    assert torch.equal(masked[untouched], inputs[untouched])
    shares = torch.softmax(network(masked).logits, dim=1)
    torch.testing.assert_close(left, (shares[0, 3] + shares[1, 0]) / 2)


def test_masked_clips_are_not_remembered():
    network, inputs = seeded(CONFIG).train(), random_input(CONFIG, 4)
    before = {name: each.clone() for name, each in network.named_buffers() if "running" in name}
    with forgetting(network):
        network(inputs)
    after = dict(network.named_buffers())
    assert all(torch.equal(each, after[name]) for name, each in before.items())
    network(inputs)
    assert not any(torch.equal(each, after[name]) for name, each in before.items())


def trained_parts(objective: STFObjective) -> tuple[list[float], list[float]]:
    """The parts before and after ten steps on four clips."""
    network, inputs = seeded(CONFIG).train(), random_input(CONFIG, 4)
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    shown = []
    for _ in range(10):
        total, parts = stf_loss(network, inputs, ACTIONS, objective)
        shown.append([float(part.detach()) for part in parts])
        optimiser.zero_grad()
        total.backward()
        optimiser.step()
    return shown[0], shown[-1]


def test_exploring_leaves_less_and_less_of_the_masked_answer():
    first, last = trained_parts(replace(EXPLORING, exploration=1.0))
    assert last[0] < first[0]
    assert last[1] < first[1]


def test_focusing_tells_classes_apart_and_teaches_the_embeddings():
    first, last = trained_parts(FOCUSING)
    assert last[0] < first[0]
    assert last[2] < first[2]
    assert last[4] < first[4]


def test_targets_may_be_probabilities():
    network, inputs = seeded(CONFIG).eval(), random_input(CONFIG, 4)
    one, _ = stf_loss(network, inputs, ACTIONS, NONE)
    other, _ = stf_loss(network, inputs, functional.one_hot(ACTIONS, 4).float(), NONE)
    torch.testing.assert_close(one, other)


def test_the_two_runs_answer_together_by_the_mean_of_their_probabilities():
    networks = [warmed(CONFIG), warmed(CONFIG)]
    torch.nn.init.normal_(networks[1].backbone.classifier.linear.weight)
    files = PackageFile(name="a", sha256=""), PackageFile(name="b", sha256="")
    card = ModelCard(
        schema=CARD_SCHEMA,
        id="stf",
        title="STF",
        layout_id=KINECT_V1.id,
        class_names=("a", "b", "c", "d"),
        preprocessing=Preprocessing(frames=CONFIG.frames, centre_joint=1, scaling=Scaling.BODY),
        networks=tuple(NetworkPart(network=CONFIG, weights=each, onnx=each) for each in files),
        metrics=Metrics(summary="None."),
        provenance=Provenance(data="None.", clips=0, recipe="None.", licence="Apache-2.0"),
    )
    with torch.inference_mode():
        logits = [network(random_input(CONFIG, 3)).logits for network in networks]
    mean = (torch.softmax(logits[0], 1) + torch.softmax(logits[1], 1)) / 2
    np.testing.assert_allclose(fuse([each.numpy() for each in logits], card), mean, atol=1e-6)


def test_a_negative_weight_is_refused():
    with pytest.raises(TrainingError, match="coherence loss must not be negative"):
        STFObjective(coherence=-0.1)
