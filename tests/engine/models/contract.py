"""What every network has to keep to, as functions that the tests of each call with its settings.

Clips are ``(N, C, T, V, M)`` float32; whatever a network makes its inputs of them.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from engine.architectures.base import NetworkConfig
from engine.arrays import FloatArray
from engine.models.layers import Foldable, fold_for_inference
from trainer.export import export_onnx, onnx_differences
from trainer.inputs import tensors_of

Clips = Callable[[NetworkConfig, int, int], FloatArray]
"""Makes clips for a network: how many, and from which seed."""


def random_clips(config: NetworkConfig, batch: int, seed: int = 0) -> FloatArray:
    """Every number by itself."""
    shape = (batch, config.channels, config.frames, config.joints, config.people)
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def wandering_clips(config: NetworkConfig, batch: int, seed: int = 0) -> FloatArray:
    """People who wander: neighbouring frames have voxels in common."""
    random = np.random.default_rng(seed)
    shape = (batch, config.channels, config.frames, config.joints, config.people)
    body = random.normal(size=(*shape[:2], 1, *shape[3:]))
    return (body + 0.05 * random.normal(size=shape).cumsum(axis=2)).astype(np.float32)


def random_input(config: NetworkConfig, batch: int, seed: int = 0) -> torch.Tensor:
    """``random_clips`` for a network that takes the clips as they are."""
    return torch.from_numpy(random_clips(config, batch, seed))


def run(network: nn.Module, config: NetworkConfig, clips: FloatArray):
    """The network's outputs."""
    return network(*tensors_of(config, clips))


def parameter_count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def seeded(config: NetworkConfig) -> nn.Module:
    """Fresh weights, always the same."""
    torch.manual_seed(0)
    return config.build()


def warm(
    network: nn.Module,
    config: NetworkConfig,
    *,
    batches: int = 20,
    batch: int = 8,
    clips: Clips = random_clips,
) -> nn.Module:
    """The same network when its normalisations have seen data, as after training."""
    with torch.no_grad():
        for seed in range(batches):
            run(network, config, clips(config, batch, seed))
    return network.eval()


def losses_of_training(
    network: nn.Module, config: NetworkConfig, clips: FloatArray, *, steps: int, rate: float
) -> list[float]:
    """Train a network on a few clips of four actions; its loss at every step."""
    inputs, actions = tensors_of(config, clips), torch.arange(len(clips)) % 4
    optimiser = torch.optim.Adam(network.parameters(), lr=rate)
    losses = []
    for _ in range(steps):
        loss = nn.functional.cross_entropy(network(*inputs).logits, actions)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    return losses


def parameters_without_gradient(network: nn.Module) -> list[str]:
    return [
        name
        for name, parameter in network.named_parameters()
        if parameter.grad is None or not parameter.grad.any()
    ]


def parameters_that_do_not_learn(
    network: nn.Module,
    config: NetworkConfig,
    clips: FloatArray,
    *,
    but: str | tuple[str, ...] = "bias",
) -> list[str]:
    """Names of parameters that change no logit of the clips, as far as gradients can tell.

    ``but``: endings of names to leave out. A constant before a normalisation, or added to every key
    before a softmax, cannot matter.
    """
    network.zero_grad()
    run(network, config, clips).logits.square().sum().backward()
    return [name for name in parameters_without_gradient(network) if not name.endswith(but)]


@torch.inference_mode()
def assert_independent_of_batch(
    network: nn.Module,
    config: NetworkConfig,
    clips: FloatArray,
    *,
    outputs: Sequence[str] = ("logits",),
) -> None:
    """Each clip has the same outputs alone as among the others."""
    together = run(network, config, clips)._asdict()
    for clip in range(len(clips)):
        alone = run(network, config, clips[clip : clip + 1])._asdict()
        for name in outputs:
            torch.testing.assert_close(
                together[name][clip : clip + 1], alone[name], atol=1e-5, rtol=1e-5
            )


@torch.inference_mode()
def assert_folding_changes_nothing(
    network: nn.Module, config: NetworkConfig, clips: FloatArray
) -> None:
    """Folded once, all outputs stay; folded twice, it is folded once. The network stays folded."""
    before = run(network, config, clips)
    fold_for_inference(network)
    after = run(network, config, clips)
    blocks = [module for module in network.modules() if isinstance(module, Foldable)]
    assert blocks
    assert all(isinstance(block.norm, nn.Identity) for block in blocks)
    fold_for_inference(network)
    again = run(network, config, clips)
    torch.testing.assert_close(tuple(before), tuple(after), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(tuple(after), tuple(again))


def normalisations(network: nn.Module) -> list[str]:
    """Names of all there are."""
    kinds = (nn.BatchNorm1d, nn.BatchNorm2d)
    return [name for name, module in network.named_modules() if isinstance(module, kinds)]


def assert_graph_agrees(
    network: nn.Module,
    config: NetworkConfig,
    folder: Path,
    batches: Iterable[FloatArray],
    *,
    outputs: Sequence[str],
) -> None:
    """The exported graph has these outputs, in this order, and says of clips what the network says.

    Args:
        network: In torch.
        config: What it was built from.
        folder: Where to write.
        batches: Clips ``(N, C, T, V, M)``; N may differ.
        outputs: All that the network has.
    """
    path = folder / "network.onnx"
    export_onnx(network, config, path)
    for clips in batches:
        differences = onnx_differences(network, config, path, clips)
        assert list(differences) == list(outputs)
        assert all(difference < 1e-4 for difference in differences.values()), differences
