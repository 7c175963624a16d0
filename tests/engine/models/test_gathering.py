"""Gradients that gather: those that torch finds by itself, with less work."""

import pytest
import torch
from torch.nn import functional

from engine.models.gathering import (
    largest_of_rows,
    lists_of,
    lists_of_one,
    rows_of,
    summed_rows,
)

INDICES = torch.tensor([[3, 0, 3], [1, 5, 0], [5, 3, 4]])
"""Of six rows: row 2 is not taken, row 3 three times, row 5 is one of zeros."""


def features(rows=6, channels=4):
    made = torch.randn(rows, channels, generator=torch.Generator().manual_seed(1))
    return made.requires_grad_()


def gradients(result, of, weights=None):
    """Of a sum in which each number of the result counts differently."""
    if weights is None:
        weights = torch.randn(result.shape, generator=torch.Generator().manual_seed(2))
    (found,) = torch.autograd.grad((result * weights).sum(), of)
    return found


def test_lists_name_the_things_of_each_owner_in_order():
    found = lists_of(torch.tensor([2, 0, 2, 3, 0]), 4, unused=1)
    assert found.members.tolist() == [1, 4, 0, 2]
    assert found.starts.tolist() == [0, 2, 2, 4, 4]


def test_lists_of_one_are_empty_where_a_thing_is_nobodys():
    found = lists_of_one(torch.tensor([5, 7, 6]), nobody=7)
    assert found.members.tolist() == [5, 6]
    assert found.starts.tolist() == [0, 1, 1, 2]


def test_gathered_rows_have_the_gradient_that_torch_finds():
    rows = features()
    uses = lists_of(INDICES.flatten(), len(rows))
    found, expected = rows_of(rows, INDICES, uses), rows_of(rows, INDICES)
    torch.testing.assert_close(found, expected, rtol=0, atol=0)
    torch.testing.assert_close(gradients(found, rows), gradients(expected, rows))


def test_rows_of_zeros_learn_nothing():
    rows = features()
    found = gradients(rows_of(rows, INDICES, lists_of(INDICES.flatten(), 6, unused=1)), rows)
    assert not found[5].any()
    assert found[4].all()


def test_sums_have_the_gradient_that_torch_finds():
    rows = features()
    listed = lists_of(INDICES.flatten(), len(rows))
    uses = listed._replace(members=listed.members // INDICES.shape[1])
    found, expected = summed_rows(rows, INDICES, uses), summed_rows(rows, INDICES)
    torch.testing.assert_close(found, expected, rtol=0, atol=0)
    torch.testing.assert_close(gradients(found, rows), gradients(expected, rows))


def test_sums_take_a_row_as_often_as_it_is_listed():
    features = torch.arange(6.0).view(3, 2)
    lists = torch.tensor([[0, 2], [1, 1]])
    torch.testing.assert_close(summed_rows(features, lists), torch.tensor([[4.0, 6.0], [4.0, 6.0]]))


def test_narrow_gradients_are_added_up_in_wide_numbers():
    rows = torch.zeros(1, 8, dtype=torch.bfloat16, requires_grad=True)
    indices = torch.zeros(1000, dtype=torch.int64)
    (found,) = torch.autograd.grad(rows_of(rows, indices, lists_of(indices, 1)).sum(), rows)
    # one by one, a sum of bfloat16 stays at 256
    torch.testing.assert_close(found.float(), torch.full((1, 8), 1000.0))


def test_the_largest_have_the_gradient_that_torch_finds():
    rows = features()
    lists = torch.tensor([[4, 0, 4], [1, 5, 1], [3, 2, 3]])
    found = largest_of_rows(rows, lists)
    expected = functional.embedding(lists, rows).amax(dim=1)
    torch.testing.assert_close(found, expected, rtol=0, atol=0)
    torch.testing.assert_close(gradients(found, rows), gradients(expected, rows))


def test_rows_that_are_equally_large_share_the_gradient_however_often_they_are_listed():
    rows = torch.tensor([[2.0], [2.0], [1.0]], requires_grad=True)
    found = largest_of_rows(rows, torch.tensor([[0, 1, 2, 0, 0]]))
    torch.testing.assert_close(
        gradients(found, rows, torch.tensor([[4.0]])), torch.tensor([[2.0], [2.0], [0.0]])
    )


@pytest.mark.parametrize("is_learning", [True, False])
def test_the_largest_are_the_same_in_use_and_in_training(is_learning):
    with torch.set_grad_enabled(is_learning):
        found = largest_of_rows(features(), torch.tensor([[4, 0], [1, 5], [3, 2]]))
    assert found.requires_grad == is_learning
    torch.testing.assert_close(found[0], features()[[4, 0]].amax(dim=0))
