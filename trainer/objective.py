"""What a network is trained for: the right answer, and for an STF where it looks besides."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from torch import Tensor, nn
from torch.nn import functional

from engine.models.layers import PooledClassifier
from trainer.devices import Compute
from trainer.job import STF_KIND, FocusLosses, NetworkChoice, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one batch came to."""

    loss: Tensor
    """Of no dimensions; the gradient flows from it."""
    logits: Tensor
    """``(N, K)`` float32, for counting right answers."""
    parts: Mapping[str, float]
    """What the loss is made of, by name; empty where it has no parts."""


class Objective(Protocol):
    """Judges a network on a batch; what a step of training makes smaller."""

    def __call__(
        self, network: nn.Module, inputs: tuple[Tensor, ...], targets: Tensor
    ) -> Judgement:
        """Judge.

        Args:
            network: In training mode.
            inputs: What its ``forward`` takes.
            targets: ``(N, K)`` float32 shares of the actions, each row of sum 1.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossEntropy:
    """The right answer alone."""

    label_smoothing: float
    compute: Compute = field(default_factory=Compute)
    """The device, and what the network computes in there."""

    def __call__(
        self, network: nn.Module, inputs: tuple[Tensor, ...], targets: Tensor
    ) -> Judgement:
        """Judge; see :class:`Objective`."""
        with self.compute.autocast():
            logits = network(*inputs).logits
        logits = logits.float()
        loss = functional.cross_entropy(logits, targets, label_smoothing=self.label_smoothing)
        return Judgement(loss=loss, logits=logits.detach(), parts={})


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusObjective:
    """The right answer of an STF, and where it looks."""

    label_smoothing: float
    losses: FocusLosses

    def __call__(
        self, network: nn.Module, inputs: tuple[Tensor, ...], targets: Tensor
    ) -> Judgement:
        """Judge; see :class:`Objective`.

        In float32 always: the gradient of a gradient has few digits to spare.
        """
        from engine.models.stf import STF
        from trainer.stf_objective import STFObjective, stf_loss

        if not isinstance(network, STF):
            raise TypeError(f"focus losses are an STF's, not for {type(network).__name__}")
        weights = STFObjective(
            exploration=self.losses.exploration,
            divergence=self.losses.divergence,
            coherence=self.losses.coherence,
            embedding=self.losses.embedding,
        )
        smooth = targets * (1 - self.label_smoothing) + self.label_smoothing / targets.shape[1]
        with first_logits(network) as logits:
            loss, parts = stf_loss(network, inputs[0], smooth, weights)
        return Judgement(
            loss=loss,
            logits=logits[0],
            parts={name: float(part.detach()) for name, part in parts._asdict().items()},
        )


@contextmanager
def first_logits(network: nn.Module) -> Iterator[list[Tensor]]:
    """Within it, the logits of the first clips that the network sees are kept, without gradient.

    Later ones are of clips that are masked to see what becomes of the answer.
    """
    kept: list[Tensor] = []

    def keep(_module: nn.Module, _inputs: object, outputs: tuple[Tensor, Tensor]) -> None:
        if not kept:
            kept.append(outputs[0].detach().float())

    classifiers = [each for each in network.modules() if isinstance(each, PooledClassifier)]
    handle = classifiers[0].register_forward_hook(keep)
    try:
        yield kept
    finally:
        handle.remove()


def objective_for(
    choice: NetworkChoice, schedule: Schedule, *, compute: Compute | None = None
) -> Objective:
    """What a network of a job is trained for, on a device; in float32 on the CPU if not said."""
    if choice.kind == STF_KIND:
        losses = choice.focus or FocusLosses()
        return FocusObjective(label_smoothing=schedule.label_smoothing, losses=losses)
    return CrossEntropy(label_smoothing=schedule.label_smoothing, compute=compute or Compute())
