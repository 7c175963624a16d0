"""Rows gathered and summed up by index, with gradients that gather too.

torch adds up the gradient of a gathered row one index after the other, and sorts the indices of
sums anew in every layer: two fifths of the time of a step of SPA-Net. Here whoever gathers also
says which rows of the result came from each row, once for all layers that gather alike. A gradient
is then a sum of listed rows, in the same order every time, in float32 also where the numbers are
narrower.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx, once_differentiable
from torch.nn import functional


class Lists(NamedTuple):
    """Lists of rows, one behind the other; both int64."""

    members: Tensor
    """``(p,)`` the rows that are listed."""
    starts: Tensor
    """``(n + 1,)`` where each of n lists begins, and the end of the last."""


def is_learning() -> bool:
    """Whether gradients may be wanted of what is computed now."""
    return torch.is_grad_enabled() and not torch.compiler.is_exporting()


def lists_of(owners: Tensor, count: int, unused: int = 0) -> Lists:
    """What each owner has.

    Args:
        owners: ``(p,)`` int64 whose each thing is, in ``0 .. count - 1``.
        count: Of lists to make.
        unused: How many of the last lists stay empty, whoever belongs there.

    Returns:
        Their things in ascending order.
    """
    used = count - unused
    kept = (owners < used).nonzero().squeeze(1)
    order = owners[kept].argsort(stable=True)
    return Lists(members=kept[order], starts=_starts(owners[kept], count))


def lists_of_one(owners: Tensor, nobody: int) -> Lists:
    """The owner of each thing, as lists of one; empty for things that are nobody's.

    Args:
        owners: ``(p,)`` int64.
        nobody: What stands for none.
    """
    is_owned = owners != nobody
    ends = is_owned.cumsum(0)
    return Lists(members=owners[is_owned], starts=functional.pad(ends, (1, 0)))


def _starts(owners: Tensor, count: int) -> Tensor:
    return functional.pad(torch.bincount(owners, minlength=count).cumsum(0), (1, 0))


def rows_of(features: Tensor, indices: Tensor, uses: Lists | None = None) -> Tensor:
    """Listed rows.

    Args:
        features: ``(n, C)``.
        indices: ``(...)`` int64.
        uses: For each row of the features those of the result, counted through, that hand their
            gradient on to it; None to let torch find them.

    Returns:
        ``(..., C)``.
    """
    if uses is None:
        return functional.embedding(indices, features)
    result: Tensor = _Rows.apply(features, indices, uses.members, uses.starts)  # type: ignore[no-untyped-call]
    return result


def summed_rows(features: Tensor, lists: Tensor, uses: Lists | None = None) -> Tensor:
    """Sums of listed rows.

    A graph gathers and adds up; torch itself need not write the gathered rows down, which takes a
    tenth of the time.

    Args:
        features: ``(n, C)``.
        lists: ``(m, L)`` int64.
        uses: For each row of the features the sums that hand their gradient on to it; None to let
            torch find them.

    Returns:
        ``(m, C)``.
    """
    if torch.compiler.is_exporting():
        return functional.embedding(lists, features).sum(dim=1)
    if uses is None:
        return functional.embedding_bag(lists, features, mode="sum")
    result: Tensor = _Sums.apply(features, lists, uses.members, uses.starts)  # type: ignore[no-untyped-call]
    return result


def largest_of_rows(features: Tensor, lists: Tensor) -> Tensor:
    """The largest number of each channel among listed rows.

    Args:
        features: ``(n, C)``.
        lists: ``(m, L)`` int64, all n rows; each in one list, some perhaps several times there.

    Returns:
        ``(m, C)``. Its gradient goes to the rows that have that number, in equal shares.
    """
    if not is_learning():
        return functional.embedding(lists, features).amax(dim=1)
    result: Tensor = _Largest.apply(features, lists)  # type: ignore[no-untyped-call]
    return result


def _sums_of(rows: Tensor, members: Tensor, starts: Tensor) -> Tensor:
    return functional.embedding_bag(members, rows, starts, mode="sum", include_last_offset=True)


class _Rows(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: FunctionCtx, features: Tensor, indices: Tensor, members: Tensor, starts: Tensor
    ) -> Tensor:
        ctx.save_for_backward(members, starts)
        return functional.embedding(indices, features)

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, gradient: Tensor) -> tuple[Tensor | None, ...]:
        members, starts = ctx.saved_tensors  # type: ignore[attr-defined]
        rows = gradient.reshape(-1, gradient.shape[-1])
        return _sums_of(rows, members, starts), None, None, None


class _Sums(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: FunctionCtx, features: Tensor, lists: Tensor, members: Tensor, starts: Tensor
    ) -> Tensor:
        ctx.save_for_backward(members, starts)
        return functional.embedding_bag(lists, features, mode="sum")

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, gradient: Tensor) -> tuple[Tensor | None, ...]:
        members, starts = ctx.saved_tensors  # type: ignore[attr-defined]
        return _sums_of(gradient.contiguous(), members, starts), None, None, None


class _Largest(torch.autograd.Function):
    @staticmethod
    def forward(ctx: FunctionCtx, features: Tensor, lists: Tensor) -> Tensor:
        result = functional.embedding(lists, features).amax(dim=1)
        ctx.save_for_backward(features, lists, result)
        return result

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, gradient: Tensor) -> tuple[Tensor | None, ...]:
        features, lists, result = ctx.saved_tensors  # type: ignore[attr-defined]
        owners = lists.new_empty(len(features))
        owners[lists] = torch.arange(len(lists), device=lists.device)[:, None].expand_as(lists)
        is_largest = features == result.index_select(0, owners)
        by_owner = lists_of(owners, len(lists))
        shares = _sums_of(is_largest.to(gradient.dtype), *by_owner)
        spread = (gradient / shares).index_select(0, owners)
        return torch.where(is_largest, spread, 0), None
