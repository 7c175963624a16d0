"""What STF is trained towards: four losses on where it looks (Ke et al., AAAI 2022, Eq. 2 to 6).

All of them start from Q, Grad-CAM's map of the class that the network answers, and reach the
weights through it. At the last layer Q is a closed form of the forward pass
(``engine.explain.focus``), so that the exploration and the divergence loss need no second
derivative; only the coherence loss looks at an earlier layer, through autograd with a graph of its
own.

Where the paper leaves a choice open, this is what was decided:

* Q is found for each person of a clip and normalised over all of them, so that somebody who does
  nothing is not made to matter as much as the one who acts.
* Eq. 2 takes the gradient of a probability, which vanishes where the network is sure. The gradient
  of its log odds is the same but for one factor a clip, which the normalisation removes; it is used
  throughout.
* The distances are Euclidean norms over people, frames and joints of a clip, as written, meant over
  clips: the weights of the losses only balance at that size.
* The target of the embeddings is the Q of the predicted class, detached, brought to each module's
  frames; the loss is the mean over the six modules.
* In the coherence loss both sides learn: the paper's Eq. 5 is symmetrical.
* Masked clips (exploration) are no clips: normalisations see them with their batch's statistics,
  but do not remember them for evaluation.
* Exploration and divergence disturb each other, so there are two runs, and the answer is the mean
  of both networks' probabilities: a package with two networks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.errors import TrainingError
from engine.models.stf import STF, STFTrace

SMALLEST_RANGE = 1e-20
"""Maps that differ by less are flat: nothing is in focus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class STFObjective:
    """How much each loss counts beside the cross entropy; zero leaves it out, with its cost."""

    exploration: float = 0.01
    """L_e (Eq. 3): what is left of the answer once all that is in focus is masked."""
    divergence: float = 0.1
    """L_d (Eq. 4): how far apart the focus on the two most probable classes is, to be large."""
    coherence: float = 0.1
    """L_c (Eq. 5): how far apart the focus of the last two modules is."""
    embedding: float = 0.01
    """L_G: how far the embeddings are from the focus."""

    def __post_init__(self) -> None:
        for name in ("exploration", "divergence", "coherence", "embedding"):
            if getattr(self, name) < 0:
                raise TrainingError(f"the weight of the {name} loss must not be negative")


EXPLORING = STFObjective(divergence=0.0, coherence=0.0, embedding=0.0)
"""The first run: L_ce + L_e."""
FOCUSING = STFObjective(exploration=0.0)
"""The second run, also the one to take alone: L_ce + L_d + L_c + L_G."""


class STFLosses(NamedTuple):
    """The parts before they are weighted, zero where left out; all scalars."""

    cross_entropy: Tensor
    exploration: Tensor
    divergence: Tensor
    coherence: Tensor
    embedding: Tensor


def stf_loss(
    network: STF, inputs: Tensor, targets: Tensor, objective: STFObjective
) -> tuple[Tensor, STFLosses]:
    """The overall loss (Eq. 6), ready for ``backward``, and its parts.

    Args:
        network: In training mode.
        inputs: ``(N, C, T, V, M)`` float32.
        targets: ``(N,)`` int64, the true classes, or ``(N, K)`` probabilities of them.
        objective: What counts, and how much.
    """
    trace = network.trace(inputs)
    ranked = trace.logits.detach().topk(2, dim=1).indices
    answers = ranked[:, 0]
    nothing = trace.logits.new_zeros(())
    focus = last_focus(trace.class_activations, trace.logits, answers)
    parts = STFLosses(
        cross_entropy=functional.cross_entropy(trace.logits, targets),
        exploration=exploration_loss(network, inputs, focus, answers)
        if objective.exploration
        else nothing,
        divergence=-distance(focus, last_focus(trace.class_activations, trace.logits, ranked[:, 1]))
        if objective.divergence
        else nothing,
        coherence=coherence_loss(trace, answers) if objective.coherence else nothing,
        embedding=embedding_loss(trace, focus) if objective.embedding else nothing,
    )
    total = (
        parts.cross_entropy
        + objective.exploration * parts.exploration
        + objective.divergence * parts.divergence
        + objective.coherence * parts.coherence
        + objective.embedding * parts.embedding
    )
    return total, parts


def last_focus(activations: Tensor, logits: Tensor, classes: Tensor) -> Tensor:
    """Q of a class at the last layer (Eq. 2), in closed form.

    Args:
        activations: ``(N, M, S, V, K)`` class activations.
        logits: ``(N, K)``.
        classes: ``(N,)`` int64, y of each clip.

    Returns:
        ``(N, M, S, V)`` in 0..1.
    """
    shares = torch.softmax(of_rivals(logits, classes), dim=1)
    own = functional.one_hot(classes, logits.shape[1]).to(shares)
    return normalised(torch.einsum("nmsvk,nk->nmsv", activations, own - shares))


def earlier_focus(features: Tensor, gradient: Tensor, people: int) -> Tensor:
    """Q at a layer before the last (Eq. 2), of a gradient there.

    Args:
        features: ``(N * M, C, V, S)``.
        gradient: The same shape, of the log odds of each clip's class.
        people: M.

    Returns:
        ``(N, M, S, V)`` in 0..1.
    """
    weights = gradient.mean(dim=(2, 3))
    contrast = torch.einsum("bcvs,bc->bsv", features, weights)
    return normalised(contrast.view(-1, people, *contrast.shape[1:]))


def of_rivals(logits: Tensor, classes: Tensor) -> Tensor:
    """Logits ``(N, K)`` of all classes but one a clip, whose own is minus infinity."""
    return logits.scatter(1, classes.unsqueeze(1), -torch.inf)


def log_odds(logits: Tensor, classes: Tensor) -> Tensor:
    """``(N,)`` log odds of a class a clip: its gradient is the probability's over p (1 - p)."""
    own = logits.gather(1, classes.unsqueeze(1)).squeeze(1)
    return own - of_rivals(logits, classes).logsumexp(dim=1)


def normalised(contrast: Tensor) -> Tensor:
    """What is above zero of ``(N, ...)``, from 0 to 1 in each of the N."""
    positive = functional.relu(contrast)
    places = tuple(range(1, contrast.ndim))
    low = positive.amin(dim=places, keepdim=True)
    span = positive.amax(dim=places, keepdim=True) - low
    return (positive - low) / span.clamp_min(SMALLEST_RANGE)


def at_frames(focus: Tensor, frames: int) -> Tensor:
    """``(N, M, S, V)`` at the steps of the last layer -> ``(N, M, T, V)``, linear between steps.

    Step j is centred on frame j * T / S, and the last one stands for the frames after it.
    """
    steps = focus.shape[2]
    position = torch.arange(frames, device=focus.device) * (steps / frames)
    position = position.clamp(max=steps - 1)
    before = position.floor().long()
    after = (before + 1).clamp(max=steps - 1)
    share = (position - before).to(focus.dtype).unsqueeze(-1)
    return focus[:, :, before] * (1 - share) + focus[:, :, after] * share


def distance(one: Tensor, other: Tensor) -> Tensor:
    """Mean over clips of the Euclidean norm of the difference of two ``(N, ...)``."""
    return torch.linalg.vector_norm((one - other).flatten(1), dim=1).mean()


def exploration_loss(network: STF, inputs: Tensor, focus: Tensor, answers: Tensor) -> Tensor:
    """L_e (Eq. 3): probability that is left of each answer once its focus is masked.

    Args:
        network: Sees the masked clips without remembering their statistics.
        inputs: ``(N, C, T, V, M)``; every channel is masked, visibility too.
        focus: ``(N, M, S, V)``.
        answers: ``(N,)`` int64.
    """
    mask = at_frames(focus, inputs.shape[2]).permute(0, 2, 3, 1).unsqueeze(1)
    with forgetting(network):
        left = torch.softmax(network.trace(inputs - mask * inputs).logits, dim=1)
    return left.gather(1, answers.unsqueeze(1)).mean()


def coherence_loss(trace: STFTrace, answers: Tensor) -> Tensor:
    """L_c (Eq. 5): distance between the focus of STF-GCN-5 and that of STF-GCN-6.

    That is of the two pathways of the last block where they meet; the gradient there is that of
    their sum.
    """
    (gradient,) = torch.autograd.grad(
        log_odds(trace.logits, answers).sum(), trace.joined, create_graph=True
    )
    people = trace.class_activations.shape[1]
    one, other = (earlier_focus(pathway, gradient, people) for pathway in trace.pathways)
    return distance(one, other)


def embedding_loss(trace: STFTrace, focus: Tensor) -> Tensor:
    """L_G: mean distance of the modules' embeddings from the focus ``(N, M, S, V)``."""
    target = focus.detach()
    distances = [
        distance(
            embedding.transpose(1, 2).reshape(*target.shape[:2], -1, target.shape[3]),
            at_frames(target, embedding.shape[-1]),
        )
        for embedding in trace.embeddings
    ]
    return torch.stack(distances).mean()


@contextmanager
def forgetting(network: nn.Module) -> Iterator[None]:
    """Within it, batch normalisations do not update their running statistics."""
    norms = [
        each for each in network.modules() if isinstance(each, nn.BatchNorm1d | nn.BatchNorm2d)
    ]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 0.0
    try:
        yield
    finally:
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
