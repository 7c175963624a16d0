"""Blocks shared by the networks.

Activations are ``(B, T, V, C)``, channels last: joints of one frame lie
together for spatial attention, a step in time is one fixed stride for temporal convolution, and
every projection is one matrix product.
"""

import math
from abc import abstractmethod

import torch
from torch import Tensor, nn
from torch.nn import functional

NEGATIVE_SLOPE = 0.1
"""Of every LeakyReLU [closest: DSTA-Net, ACCV 2020]."""


def sinusoid(length: int, channels: int) -> Tensor:
    """Sine and cosine position encoding (Vaswani et al. 2017, section 3.5).

    Args:
        length: Number of positions.
        channels: Width, even.

    Returns:
        ``(length, channels)`` float32, sines in even and cosines in odd channels.
    """
    position = torch.arange(length, dtype=torch.float32).unsqueeze(1)
    rate = torch.exp(
        torch.arange(0, channels, 2, dtype=torch.float32) * (-math.log(10000.0) / channels)
    )
    encoding = torch.zeros(length, channels)
    encoding[:, 0::2] = torch.sin(position * rate)
    encoding[:, 1::2] = torch.cos(position * rate)
    return encoding


class ChannelNorm(nn.BatchNorm1d):
    """Batch normalisation over the last axis of ``(..., C)``."""

    def forward(self, x: Tensor) -> Tensor:
        """``(..., C)`` -> ``(..., C)``."""
        return super().forward(x.reshape(-1, x.shape[-1])).view(x.shape)


class Foldable(nn.Module):
    """A block that can take its normalisation, ``norm``, into its weights for inference."""

    norm: nn.Module

    @torch.no_grad()
    def fold(self) -> None:
        """Do so, in place; the result is equal up to rounding, and training is over."""
        if isinstance(self.norm, nn.BatchNorm1d | nn.BatchNorm2d):
            self.take_in(*folded_affine(self.norm))
            self.norm = nn.Identity()

    @abstractmethod
    def take_in(self, gain: Tensor, shift: Tensor) -> None:
        """Take the affine map that the normalisation is into the weights, in place.

        Args:
            gain: ``(C,)`` float64, C the channels that are normalised.
            shift: The same.
        """


class ProjectNorm(Foldable):
    """A linear projection of the channels followed by batch normalisation.

    ``fold`` turns the pair into one projection for inference; the result is equal up to rounding.
    """

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.project = nn.Linear(channels_in, channels_out)
        self.norm: nn.Module = ChannelNorm(channels_out)

    def forward(self, x: Tensor) -> Tensor:
        """``(..., C_in)`` -> ``(..., C_out)``."""
        result: Tensor = self.norm(self.project(x))
        return result

    def take_in(self, gain: Tensor, shift: Tensor) -> None:
        """Into the projection."""
        scale_outputs(self.project, gain, shift)


class TemporalConvNorm(Foldable):
    """Dilated convolution along time, one joint at a time, then batch normalisation.

    Padding keeps step j of the output centred on step ``stride * j`` of the input.
    """

    def __init__(
        self, channels_in: int, channels_out: int, *, kernel: int, stride: int, dilation: int
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            channels_in,
            channels_out,
            kernel_size=(kernel, 1),
            stride=(stride, 1),
            padding=(dilation * (kernel - 1) // 2, 0),
            dilation=(dilation, 1),
        )
        self.norm: nn.Module = ChannelNorm(channels_out)

    def forward(self, x: Tensor) -> Tensor:
        """``(B, T, V, C_in)`` -> ``(B, ceil(T / stride), V, C_out)``."""
        # the permuted view is exactly torch's channels_last memory: nothing is copied
        result: Tensor = self.norm(self.conv(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1))
        return result

    def take_in(self, gain: Tensor, shift: Tensor) -> None:
        """Into the convolution."""
        scale_outputs(self.conv, gain, shift)


class PooledClassifier(nn.Module):
    """Global average pooling and a linear layer.

    Pooling and layer commute, so the share of every place in every logit is known in the forward
    pass: the class activations (Zhou et al., CVPR 2016), of which Grad-CAM's map is a difference
    (``engine.explain.focus``).
    """

    def __init__(self, channels: int, classes: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(channels, classes)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Classify.

        Args:
            features: ``(N, M, S, V, C)``.

        Returns:
            Logits ``(N, K)`` and class activations ``(N, M, S, V, K)``; without dropout their mean
            over people, steps and joints plus the bias are the logits.
        """
        logits = self.linear(self.dropout(features.mean(dim=(1, 2, 3))))
        return logits, functional.linear(features, self.linear.weight)


def folded_affine(norm: nn.BatchNorm1d | nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """Gain and shift ``(C,)`` float64 of a batch normalisation with its running statistics."""
    mean, variance = norm.running_mean, norm.running_var
    if mean is None or variance is None:
        raise ValueError("only a normalisation with running statistics can be folded")
    gain = norm.weight.double() * torch.rsqrt(variance.double() + norm.eps)
    return gain, norm.bias.double() - mean.double() * gain


@torch.no_grad()
def scale_outputs(layer: nn.Linear | nn.Conv2d, gain: Tensor, shift: Tensor) -> None:
    """Take an affine map of a layer's result into its weight and bias, in place, in float64.

    Args:
        layer: With a bias.
        gain: ``(C_out,)`` float64.
        shift: The same.
    """
    if layer.bias is None:
        raise ValueError("only a layer with a bias can take a normalisation in")
    by_output = gain.view(-1, *[1] * (layer.weight.dim() - 1))
    layer.weight.copy_(layer.weight.double() * by_output)
    layer.bias.copy_(layer.bias.double() * gain + shift)


def fold_for_inference(network: nn.Module) -> None:
    """Fold a network's normalisations into the projections before them, in place, for inference."""
    for module in network.modules():
        if isinstance(module, Foldable):
            module.fold()
