"""Batch normalisation whose statistics are of the clips of all processes.

torch's own ``SyncBatchNorm`` computes on CUDA alone, and has no second derivative, which the losses
of an STF need. Here the sums are exchanged in a way that autograd knows; all the rest is plain
arithmetic on tensors, so that every derivative is the one that a single process with the whole
batch would have.
"""

import torch
from torch import Tensor, distributed, nn
from torch.nn.modules.batchnorm import _BatchNorm


class SharedNorm(_BatchNorm):
    """What a batch normalisation becomes; in use it is the one it was."""

    def _check_input_dim(self, input: Tensor) -> None:  # noqa: A002 - torch's name
        """Any number of axes is fine."""

    def forward(self, x: Tensor) -> Tensor:
        """``(N, C, ...)`` -> the same shape; N may differ between processes."""
        if not self.training:
            return super().forward(x)
        axes = [0, *range(2, x.ndim)]
        shape = [1, -1, *[1] * (x.ndim - 2)]
        values = x if x.dtype is torch.float64 else x.float()
        count = values.new_full((1,), values.numel() / values.shape[1])
        sums = total(torch.cat([values.sum(axes), count]))
        count = sums[-1].detach()
        mean = sums[:-1] / count
        centred = values - mean.view(shape)
        variance = total(centred.square().sum(axes)) / count
        self._remember(mean.detach(), variance.detach(), float(count))
        result = centred * torch.rsqrt(variance + self.eps).view(shape)
        if self.weight is not None:
            result = result * self.weight.view(shape) + self.bias.view(shape)
        return result.to(x.dtype)

    @torch.no_grad()
    def _remember(self, mean: Tensor, variance: Tensor, count: float) -> None:
        if self.running_mean is None or self.running_var is None:
            return
        if self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
        share = 0.1 if self.momentum is None else self.momentum
        self.running_mean.lerp_(mean, share)
        self.running_var.lerp_(variance * count / max(count - 1, 1), share)


class Total(torch.autograd.Function):
    """The sum of a tensor over all processes; its gradient, and that one's, are summed alike."""

    @staticmethod
    def forward(_ctx: object, numbers: Tensor) -> Tensor:
        """``(...)`` -> the same shape."""
        result = numbers.clone()
        distributed.all_reduce(result)
        return result

    @staticmethod
    def backward(_ctx: object, gradient: Tensor) -> Tensor:
        """``(...)`` -> the same shape."""
        return total(gradient)


def total(numbers: Tensor) -> Tensor:
    """The sum of a tensor over all processes, for autograd."""
    result: Tensor = Total.apply(numbers)  # type: ignore[no-untyped-call]
    return result


def share_norms(network: nn.Module) -> None:
    """Let every batch normalisation of a network take its statistics of all processes, in place.

    A class of ours between the module's own and torch's: what the module makes of its axes stays,
    only the arithmetic is another.
    """
    for module in network.modules():
        if isinstance(module, _BatchNorm) and not isinstance(module, SharedNorm):
            kind = type(module)
            module.__class__ = type(f"Shared{kind.__name__}", (kind, SharedNorm), {})
