"""The last layers of a network, fitted anew on features of a few clips within a second.

What comes before them is frozen while this happens, so that every clip has to be looked at but
once for each variation. The layers are linear ones on what a network has pooled: the classifier,
and FG-STFormer's hidden layer before it.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.architectures.base import NetworkConfig
from engine.arrays import IntArray
from engine.models.fg_stformer import FGSTFormer
from engine.models.layers import NEGATIVE_SLOPE, PooledClassifier
from engine.models.spa_net import SPANet

SMOOTHING = 0.1
ITERATIONS = 200
DECAY = 3e-4
"""How dear it is to leave where a layer started: for rows that there were, what they were, for new
ones nothing at all. Of the sum of squares, with features of unit spread [ours]."""
SMALLEST_SPREAD = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last layers of a network, from pooled features to logits."""

    layers: tuple[nn.Linear, ...]
    """One after the other, LeakyReLU between them; the last one is the classifier."""

    @property
    def width(self) -> int:
        """D of the features that it takes."""
        return self.layers[0].in_features

    def logits(self, features: Tensor) -> Tensor:
        """``(N, D)`` -> ``(N, K)``."""
        return _applied([(each.weight, each.bias) for each in self.layers], features)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Features with what they are of, on which a head is fitted."""

    features: Tensor
    """``(N, D)`` float32."""
    targets: Tensor
    """``(N, K)`` float32 shares of the actions, each row of sum 1."""

    @property
    def actions(self) -> Tensor:
        """``(N,)`` int64, what each is most."""
        return self.targets.argmax(dim=1)

    def loss(self, logits: Tensor) -> Tensor:
        """What logits ``(N, K)`` miss of the targets: every action that occurs counts alike."""
        missed = functional.cross_entropy(logits, self.targets, reduction="none")
        return (self.weights() * missed).sum()

    def weights(self) -> Tensor:
        """``(N,)`` float32 of sum 1: every action that occurs counts alike."""
        actions = self.actions
        shares = 1 / torch.bincount(actions)[actions].float()
        return shares / shares.sum()

    def joined(self, other: "Examples") -> "Examples":
        """These and others."""
        return Examples(
            features=torch.cat([self.features, other.features]),
            targets=torch.cat([self.targets, other.targets]),
        )


def smooth(actions: Tensor, classes: int) -> Tensor:
    """``(N,)`` int64 actions -> ``(N, K)`` shares: nearly all for each, the rest for everything."""
    whole = functional.one_hot(actions, classes).float()
    return whole * (1 - SMOOTHING) + SMOOTHING / classes


def classifier_of(network: nn.Module) -> nn.Linear:
    """The layer that gives the logits.

    Raises:
        TypeError: The network ends in another way.
    """
    if isinstance(network, FGSTFormer | SPANet):
        return network.classifier
    found = [each for each in network.modules() if isinstance(each, PooledClassifier)]
    if len(found) != 1:
        raise TypeError(f"{type(network).__name__} does not end in one pooled classifier")
    return found[0].linear


def head_of(network: nn.Module) -> Head:
    """All layers after pooling, of any of ``ARCHITECTURES``."""
    last = classifier_of(network)
    if isinstance(network, FGSTFormer):
        return Head(layers=(network.hidden, last))
    return Head(layers=(last,))


def renewed(
    network: nn.Module, config: NetworkConfig, rows: IntArray
) -> tuple[nn.Module, NetworkConfig]:
    """The same network for other actions.

    Args:
        network: The old one; stays as it is.
        config: What it was built from.
        rows: ``(K,)`` which of the old rows each new action starts from; -1 for none.

    Returns:
        The new network, in which rows without a start are zero, and what it is built from.
    """
    changed = replace(config, classes=len(rows))  # type: ignore[type-var]
    fresh = changed.build()
    state = copy.deepcopy(network.state_dict())
    name = name_of(network, classifier_of(network))
    old = torch.from_numpy(rows)
    for part in ("weight", "bias"):
        values = state[f"{name}.{part}"]
        kept = values[old.clamp_min(0)]
        kept[old < 0] = 0
        state[f"{name}.{part}"] = kept
    fresh.load_state_dict(state)
    return fresh.eval(), changed


def name_of(network: nn.Module, module: nn.Module) -> str:
    """What a module is called in its network."""
    return next(name for name, each in network.named_modules() if each is module)


def fit_head(head: Head, examples: Examples, *, iterations: int = ITERATIONS) -> None:
    """Fit the layers to features, in place.

    Regularised multinomial regression by L-BFGS (with a hidden layer: a small network), over
    features brought to mean 0 and spread 1, and kept near what the layers were.

    Args:
        head: Where to start, and what to keep near.
        examples: What to fit to.
        iterations: Of L-BFGS.
    """
    centre = examples.features.mean(dim=0)
    spread = examples.features.std(dim=0, correction=0).clamp_min(SMALLEST_SPREAD)
    shown = (examples.features - centre) / spread
    starts = [(each.weight.detach().clone(), each.bias.detach().clone()) for each in head.layers]
    weight, bias = starts[0]
    starts[0] = (weight * spread, bias + weight @ centre)
    layers = [(weight.clone(), bias.clone()) for weight, bias in starts]
    if len(layers) > 1:
        _break_ties(layers[-1][0])
    parameters = [each.requires_grad_() for layer in layers for each in layer]

    def loss() -> Tensor:
        left = [
            (now - start).square().sum()
            for (now, _), (start, _) in zip(layers, starts, strict=True)
        ]
        return examples.loss(_applied(layers, shown)) + DECAY * torch.stack(left).sum()

    _minimise(loss, parameters, iterations)
    fitted = [(weight.detach(), bias.detach()) for weight, bias in layers]
    weight, bias = fitted[0]
    fitted[0] = (weight / spread, bias - (weight / spread) @ centre)
    with torch.no_grad():
        for layer, (weight, bias) in zip(head.layers, fitted, strict=True):
            layer.weight.copy_(weight)
            layer.bias.copy_(bias)


def _minimise(loss: Callable[[], Tensor], parameters: list[Tensor], iterations: int) -> None:
    optimiser = torch.optim.LBFGS(
        parameters, max_iter=iterations, history_size=10, line_search_fn="strong_wolfe"
    )

    def closure() -> float:
        optimiser.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return float(value.detach())

    optimiser.step(closure)  # type: ignore[no-untyped-call]


def _break_ties(rows: Tensor) -> None:
    """Rows of nothing start a little apart, always the same; in place."""
    noise = torch.randn(rows.shape, generator=torch.Generator().manual_seed(0)) * 0.05
    rows += noise * (rows == 0)


def _applied(layers: list[tuple[Tensor, Tensor]], features: Tensor) -> Tensor:
    for weight, bias in layers[:-1]:
        features = functional.leaky_relu(functional.linear(features, weight, bias), NEGATIVE_SLOPE)
    return functional.linear(features, *layers[-1])
