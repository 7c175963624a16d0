"""SPA-Net: SPA-4D and SPA-3+1D over occupied voxels (Shi et al.: What and Where, section 3.2).

A site is a voxel with at least one joint in it in a frame; its feature says which joints of which
people they are. The paper gives the two kinds of block (Fig. 6), the space size, the kernel size,
sparse convolution and sparse max-pooling; the supplement with the layers is not public. Decided
here:

* Eight blocks of widths 32, 32, 64, 64 and four times 128. Of two people a voxel sees 0.6 others in
  its own frame at 64 voxels an axis, 2.8 at 32, 7.6 at 16 and 12.6 at 8, so space is pooled early:
  by a sparse max-pooling of kernel and stride 2 before blocks 3, 5 and 7.
* Time is halved in blocks 3 and 5 by the same pooling, which then takes in two steps. A strided
  convolution instead would leave voxels that are occupied in odd frames only without a shortcut;
  and so that every other layer has stride 1 and shares one rulebook a resolution.
* SPA-4D's kernel is hybrid: 5 x 5 x 5 voxels of the same frame, and the same voxel in the frames
  before and after, 127 weights in all. All 625 would be 41 million parameters a layer at width 256.
* A block: sparse convolution, normalisation, LeakyReLU; multi-scale convolution in time at a fixed
  voxel, normalisation; plus the block's input, projected where the width changes; LeakyReLU. The
  paper describes the convolution in time for SPA-3+1D. SPA-4D has it too, because its hybrid kernel
  reaches one frame; without dilations it is left out.
* The first block has no shortcut: its input is a label, and the centre of its kernel sees that
  already. One-hot features are looked up and not multiplied, which is equal.
* Several joints in one voxel have the maximum of their one-hot features: all of them are marked.
* An even kernel (the paper also tries 6) sees one voxel more on the lower side.
* In two dimensions the kernel is a square.
"""

from typing import NamedTuple

from torch import Tensor, nn
from torch.nn import functional

from engine.architectures.spa_net import SPANetConfig
from engine.models.gathering import is_learning, summed_rows
from engine.models.layers import NEGATIVE_SLOPE, ProjectNorm
from engine.models.sparse import (
    BranchRows,
    OneHotConvNorm,
    SameVoxelConvNorm,
    SiteBook,
    SparseConvNorm,
    sparse_max,
    uses_in_book,
    with_zeros,
)
from engine.preprocess.sparse_feeds import SparsePlan


class SPANetOutput(NamedTuple):
    """Logits, and what there is at the sites of all clips, in the order of ``Sites``.

    n is the number of the finest sites, m that of the coarsest.
    """

    logits: Tensor
    """``(N, classes)``."""
    activations: Tensor
    """``(m,)`` root mean square over the channels of the last block."""
    class_activations: Tensor
    """``(m, classes)``; their mean over a clip's sites plus the bias are its logits."""
    fine_activations: Tensor
    """``(n,)`` root mean square over the channels of the last block on the finest voxels."""


class SPABlock(nn.Module):
    """Sparse convolution, then convolution in time, around them the shortcut (Fig. 6)."""

    def __init__(self, config: SPANetConfig, block: int) -> None:
        super().__init__()
        plan, width = config.plan, config.widths[block]
        before = config.labels if block == 0 else config.widths[block - 1]
        self.convolve: nn.Module
        if block == 0:
            self.convolve = OneHotConvNorm(before, width, weights=plan.neighbours + len(plan.taps))
        else:
            self.convolve = SparseConvNorm(
                before, width, neighbours=plan.neighbours, taps=tap_columns(plan)
            )
        branches = len(config.dilations)
        self.in_time = SameVoxelConvNorm(width, branches) if branches else None
        self.has_shortcut = block > 0
        self.shortcut: nn.Module = (
            ProjectNorm(before, width) if self.has_shortcut and before != width else nn.Identity()
        )

    def forward(self, features: Tensor, book: SiteBook) -> Tensor:
        """``(n, C_in)`` -> ``(n, C_out)``; the first block takes entries ``(n, L)``."""
        mixed = self.convolve(features, book) if self.has_shortcut else self.convolve(features)
        if self.in_time is not None:
            seen_by = None if book.uses is None else book.uses.branches
            mixed = functional.leaky_relu(mixed, NEGATIVE_SLOPE)
            mixed = self.in_time(mixed, book.branches, seen_by)
        if self.has_shortcut:
            mixed = mixed + self.shortcut(features)
        return functional.leaky_relu(mixed, NEGATIVE_SLOPE)


class SPANet(nn.Module):
    """The whole network, of either kind."""

    def __init__(self, config: SPANetConfig) -> None:
        super().__init__()
        self.config = config
        self.blocks = nn.ModuleList(SPABlock(config, block) for block in range(len(config.widths)))
        self.branch_rows = (
            BranchRows(config.plan.lags, config.dilations) if config.dilations else None
        )
        self.dropout = nn.Dropout(config.dropout)
        self.classifier = nn.Linear(config.widths[-1], config.classes)

    def forward(self, clips: Tensor, entries: Tensor, *books: Tensor) -> SPANetOutput:
        """Classify.

        Args:
            clips: ``(N, C, T, V, M)``; only their number is used.
            entries: As ``engine.preprocess.sparse_feeds`` makes them, as is all that follows.
            books: Of each resolution children (not of the first), steps, pairs, blocks and sums;
                then the sites of the clips.
        """
        rest, clip_sites = list(books[:-1]), books[-1].view(clips.shape[0], -1)
        book = self.next_book(rest)
        features = fine = entries.view(book.steps.shape[0], -1)
        for number, block in enumerate(self.blocks):
            if number in self.config.pooled_blocks:
                children = rest.pop(0)
                book = self.next_book(rest)
                features = sparse_max(features, children.view(book.steps.shape[0], -1))
            features = block(features, book)
            if number < self.config.pooled_blocks[0]:
                fine = features
        counts = (clip_sites < features.shape[0]).sum(dim=1, keepdim=True)
        pooled = summed_rows(with_zeros(features), clip_sites) / counts
        return SPANetOutput(
            logits=self.classifier(self.dropout(pooled)),
            activations=magnitudes(features),
            class_activations=functional.linear(features, self.classifier.weight),
            fine_activations=magnitudes(fine),
        )

    def next_book(self, feeds: list[Tensor]) -> SiteBook:
        """Take steps, pairs, blocks and sums off the feeds, as the book of a resolution."""
        steps, sources, blocks, sums = feeds[:4]
        del feeds[:4]
        book = SiteBook(
            steps=steps,
            pairs=sources.view(blocks.shape[0], -1),
            blocks=blocks,
            sums=sums.view(steps.shape[0], -1),
            branches=None if self.branch_rows is None else self.branch_rows(steps),
        )
        if not is_learning():
            return book
        return book._replace(uses=uses_in_book(book, tap_columns(self.config.plan)))


def tap_columns(plan: SparsePlan) -> slice:
    """Columns of ``SiteBook.steps`` that convolutions see at the same voxel."""
    return slice(plan.lags.index(plan.taps[0]), plan.lags.index(plan.taps[-1]) + 1)


def magnitudes(features: Tensor) -> Tensor:
    """``(n, C)`` -> ``(n,)`` root mean square over channels."""
    return features.square().mean(dim=1).sqrt()
