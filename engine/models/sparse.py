"""Sparse convolution and sparse max-pooling over rulebooks (Shi et al., Eq. 9 and 10).

Features are ``(n, C)``, a row a site; ``engine.preprocess.rulebook`` says which sites meet which
weight. Every operation gathers: a row of a result is written once, so that the forward pass is the
same every time and on every machine, and a graph of it needs no scatter. Gradients gather too: see
``engine.models.gathering``.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.models.gathering import (
    Lists,
    is_learning,
    largest_of_rows,
    lists_of,
    lists_of_one,
    rows_of,
    summed_rows,
)
from engine.models.layers import (
    NEGATIVE_SLOPE,
    ChannelNorm,
    Foldable,
    ProjectNorm,
    scale_outputs,
)


class BookUses(NamedTuple):
    """Which rows of a result hand their gradient on to each row that it was made of."""

    pairs: Lists
    """``n + 1``, of the rows of blocks; the row of zeros has none."""
    sums: Lists
    """``B * R``, of the sites that sum them up; none where a block is filled up."""
    taps: Lists
    """``n + 1``, of the rows at the same voxel in the steps that a convolution sees."""
    branches: Lists | None
    """``(n + 1) * branches``, of the rows that ``BranchRows`` names."""


class SiteBook(NamedTuple):
    """How the n sites of one resolution hang together; all int64."""

    steps: Tensor
    """``(n, lags)`` the sites at the same voxel in other steps; n where there is none."""
    pairs: Tensor
    """``(B, R)`` the site that each row of each block sees; n where the block is filled up."""
    blocks: Tensor
    """``(B,)`` offset of each block."""
    sums: Tensor
    """``(n, L)`` rows of all blocks that each site sums up."""
    branches: Tensor | None = None
    """``(branches, n, 3)`` what ``BranchRows`` says; None where no layer looks along time."""
    uses: BookUses | None = None
    """Where gradients go; None where nothing learns."""


def with_zeros(features: Tensor) -> Tensor:
    """``(n, C)`` -> ``(n + 1, C)``: what is not there is zero."""
    return functional.pad(features, (0, 0, 0, 1))


def uses_in_book(book: SiteBook, taps: slice) -> BookUses:
    """Where the gradients of a book's layers go.

    Args:
        book: Of a resolution.
        taps: Columns of its steps that the convolutions see.
    """
    count, branches = len(book.steps), book.branches
    rows = book.pairs.flatten()
    owners = torch.empty_like(rows)
    owners[book.sums] = torch.arange(count, device=rows.device)[:, None].expand_as(book.sums)
    # what lists are filled up with is nobody's
    owners.masked_fill_(rows == count, count)
    return BookUses(
        pairs=lists_of(rows, count + 1, unused=1),
        sums=lists_of_one(owners, nobody=count),
        taps=lists_of(book.steps[:, taps].flatten(), count + 1, unused=1),
        branches=None
        if branches is None
        else lists_of(branches.flatten(), (count + 1) * len(branches), unused=len(branches)),
    )


def multiplied_as(features: Tensor) -> Tensor:
    """In the numbers in which matrices are multiplied now: narrow rows are gathered sooner."""
    kind = features.device.type
    if torch.compiler.is_exporting() or not torch.is_autocast_enabled(kind):
        return features
    return features.to(torch.get_autocast_dtype(kind))


def sparse_max(features: Tensor, children: Tensor) -> Tensor:
    """Sparse max-pooling (Eq. 10).

    Args:
        features: ``(n, C)`` of the finer sites.
        children: ``(m, L)`` finer sites of each coarser one, some perhaps several times.

    Returns:
        ``(m, C)``; empty voxels do not count, also where all features are negative.
    """
    return largest_of_rows(features, children)


class SparseConvNorm(Foldable):
    """Sparse convolution at stride 1, then batch normalisation: sites out are sites in.

    The kernel is a cube of space within a step and, with three taps, the same voxel one step before
    and after (the hybrid kernel of Choy et al., CVPR 2019). Weights start as if a site had one
    neighbour: they have one or two in the beginning, and the normalisation sets the scale anyway.
    """

    def __init__(
        self, channels_in: int, channels_out: int, *, neighbours: int, taps: slice
    ) -> None:
        """Make one.

        Args:
            channels_in: Of the features.
            channels_out: Of the result.
            neighbours: Offsets of the kernel without its centre.
            taps: Columns of ``SiteBook.steps`` seen at the same voxel, the site itself included.
        """
        super().__init__()
        self.taps = taps
        seen = taps.stop - taps.start
        self.near = nn.Parameter(torch.empty(neighbours, channels_in, channels_out))
        self.same = nn.Linear(seen * channels_in, channels_out)
        self.norm: nn.Module = ChannelNorm(channels_out)
        bound = channels_in**-0.5
        nn.init.uniform_(self.near, -bound, bound)

    def forward(self, features: Tensor, book: SiteBook) -> Tensor:
        """``(n, C_in)`` -> ``(n, C_out)``."""
        uses = book.uses
        features = multiplied_as(features)
        padded = with_zeros(features)
        weights = self.near.index_select(0, book.blocks)  # (B, C_in, C_out)
        seen = rows_of(padded, book.pairs, None if uses is None else uses.pairs)
        products = torch.bmm(seen, weights).flatten(0, 1)
        near = summed_rows(products, book.sums, None if uses is None else uses.sums)
        same = features
        if self.taps.stop - self.taps.start > 1:
            columns = book.steps[:, self.taps]
            same = rows_of(padded, columns, None if uses is None else uses.taps).flatten(1)
        result: Tensor = self.norm(near + self.same(same))
        return result

    def take_in(self, gain: Tensor, shift: Tensor) -> None:
        """Into both weights and the bias."""
        self.near.copy_(self.near.double() * gain)
        scale_outputs(self.same, gain, shift)


class OneHotConvNorm(Foldable):
    """The same convolution of one-hot features: it looks its sums up instead of multiplying.

    Row ``number * P + joint`` of the table is row ``joint`` of the weight matrix ``number``, of the
    neighbours first, then of the taps.
    """

    def __init__(self, labels: int, channels_out: int, *, weights: int) -> None:
        """Make one.

        Args:
            labels: Length of the one-hot features.
            channels_out: Of the result.
            weights: Number of weight matrices.
        """
        super().__init__()
        self.table = nn.Parameter(torch.empty(weights * labels, channels_out))
        self.bias = nn.Parameter(torch.zeros(channels_out))
        self.norm: nn.Module = ChannelNorm(channels_out)
        nn.init.uniform_(self.table, -1, 1)

    def forward(self, entries: Tensor) -> Tensor:
        """``(n, L)`` int64 rows to sum up, filled up with the number of rows -> ``(n, C_out)``."""
        padded, uses = with_zeros(self.table), None
        if is_learning():
            rows, width = lists_of(entries.flatten(), len(padded), unused=1), entries.shape[1]
            uses = rows._replace(members=rows.members // width)
        result: Tensor = self.norm(summed_rows(padded, entries, uses) + self.bias)
        return result

    def take_in(self, gain: Tensor, shift: Tensor) -> None:
        """Into the table and the bias."""
        self.table.copy_(self.table.double() * gain)
        self.bias.copy_(self.bias.double() * gain + shift)


class BranchRows(nn.Module):
    """Which rows each branch of ``SameVoxelConvNorm`` sees; equal on all of a resolution."""

    def __init__(self, lags: tuple[int, ...], dilations: tuple[int, ...]) -> None:
        """Make one.

        Args:
            lags: What the columns of ``SiteBook.steps`` are.
            dilations: Of the branches.
        """
        super().__init__()
        self.count = len(dilations)
        columns = [lags.index(lag) for each in dilations for lag in (-each, 0, each)]
        self.columns: Tensor
        self.register_buffer("columns", torch.tensor(columns), persistent=False)
        self.branch: Tensor
        self.register_buffer("branch", torch.arange(self.count).view(-1, 1, 1), persistent=False)

    def forward(self, steps: Tensor) -> Tensor:
        """``(n, lags)`` -> ``(branches, n, 3)``: rows of features that are cut into branches."""
        seen = steps.index_select(1, self.columns).view(-1, self.count, 3)
        return seen.transpose(0, 1) * self.count + self.branch


class SameVoxelConvNorm(Foldable):
    """Multi-scale convolution in time at a fixed voxel, then batch normalisation.

    As the paper's MS-TFF (Fig. 4): a projection of all channels, which are then split into a branch
    for each dilation; every branch sees three steps. A voxel that is empty in one of them counts as
    zero there.
    """

    def __init__(self, channels: int, branches: int) -> None:
        """Make one.

        Args:
            channels: In and out, a multiple of the number of branches.
            branches: One for each dilation of ``BranchRows``.
        """
        super().__init__()
        self.branches = branches
        self.width = channels // branches
        self.project = ProjectNorm(channels, channels)
        self.weight = nn.Parameter(torch.empty(self.branches, 3 * self.width, self.width))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.norm: nn.Module = ChannelNorm(channels)
        bound = (3 * self.width) ** -0.5
        nn.init.uniform_(self.weight, -bound, bound)

    def forward(self, features: Tensor, rows: Tensor, uses: Lists | None = None) -> Tensor:
        """``(n, C)``, and of their resolution what ``BranchRows`` says and ``BookUses`` of that.

        Returns:
            ``(n, C)``.
        """
        hidden = functional.leaky_relu(self.project(features), NEGATIVE_SLOPE)
        cut = with_zeros(hidden).view(-1, self.width)  # ((n + 1) * branches, width)
        seen = rows_of(cut, rows, uses).flatten(2)  # (branches, n, 3 * width)
        mixed = torch.bmm(seen, self.weight).transpose(0, 1).flatten(1)
        result: Tensor = self.norm(mixed + self.bias)
        return result

    def take_in(self, gain: Tensor, shift: Tensor) -> None:
        """Into the weights and the bias."""
        by_branch = gain.view(self.branches, 1, self.width)
        self.weight.copy_(self.weight.double() * by_branch)
        self.bias.copy_(self.bias.double() * gain + shift)
