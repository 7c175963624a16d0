"""Chance by place: the same batch on any device, in any thread, at any start."""

from dataclasses import replace

import numpy as np
import pytest

from tests.tiny_training import fits_of, tiny_job
from trainer import sampling
from trainer.sampling import Place, Purpose, Share, making_of, network_key, order_of_pass

PLACE = Place(seed=3, network=7, number=2, step=5)


ACTIONS = np.repeat([0, 1, 2], [40, 8, 2])


def making(data, share=None, **schedule):
    job = tiny_job(data, **{"batch": 4, **schedule})
    (fit,) = fits_of(replace(job, data=replace(job.data, test_people=())), data)
    return making_of(fit.job, fit.planned, fit.split.train, fit.split.layout, share or Share())


def inputs(made, number=0, step=0):
    batches = list(made.batches(number, step))
    return np.concatenate([part.inputs for part in batches[0]])


def test_chance_is_a_function_of_the_place_and_the_purpose():
    def drawn(place, purpose, *more):
        return tuple(place.chance(purpose, *more).integers(2**40, size=4).tolist())

    others = [replace(PLACE, **{name: 11}) for name in ("seed", "network", "number", "step")]
    draws = [drawn(each, Purpose.CLIPS, 0) for each in (PLACE, *others)]
    draws += [drawn(PLACE, Purpose.CLIPS, 1), drawn(PLACE, Purpose.ORDER, 0)]
    assert len(set(draws)) == len(draws)
    assert drawn(PLACE, Purpose.CLIPS, 0) == draws[0]
    assert PLACE.torch_seed(0, 1) == PLACE.torch_seed(0, 1)
    assert len({PLACE.torch_seed(0, 0), PLACE.torch_seed(0, 1), PLACE.torch_seed(1, 0)}) == 3
    assert 0 <= PLACE.torch_seed(0) < 2**63


def test_the_order_of_a_pass_does_not_depend_on_the_step():
    order = order_of_pass(PLACE, ACTIONS)
    np.testing.assert_array_equal(order, order_of_pass(replace(PLACE, step=0), ACTIONS))
    np.testing.assert_array_equal(np.sort(order), np.arange(50))
    assert (order != order_of_pass(replace(PLACE, number=3), ACTIONS)).any()


def test_a_pass_may_show_rare_actions_as_often_as_common_ones():
    passes = [order_of_pass(replace(PLACE, number=n), ACTIONS, 1.0) for n in range(30)]
    assert {len(each) for each in passes} == {50}
    seen = np.mean([np.bincount(ACTIONS[each], minlength=3) for each in passes], axis=0)
    np.testing.assert_allclose(seen, 50 / 3, atol=0.6)
    often = np.bincount(np.concatenate(passes), minlength=50)
    assert often.min() > 0
    half = [order_of_pass(replace(PLACE, number=n), ACTIONS, 0.5) for n in range(30)]
    between = np.mean([np.bincount(ACTIONS[each], minlength=3) for each in half], axis=0)
    np.testing.assert_allclose(
        between, 50 * np.sqrt([40, 8, 2]) / np.sqrt([40, 8, 2]).sum(), atol=1
    )
    again = order_of_pass(replace(PLACE, number=4, step=9), ACTIONS, 1.0)
    np.testing.assert_array_equal(again, passes[4])


def test_a_batch_is_the_same_whatever_was_made_before(data):
    made = making(data)
    whole = list(made.batches(1, 0))
    later = list(made.batches(1, 1))
    assert len(whole) == 2
    assert len(later) == 1
    np.testing.assert_array_equal(whole[1][0].inputs, later[0][0].inputs)
    assert np.abs(whole[0][0].inputs - whole[1][0].inputs).max() > 0.1
    assert np.abs(inputs(made, 0) - inputs(made, 1)).max() > 0.1


def test_a_pass_sees_every_clip_once(data):
    made = making(data, batch=3)
    seen = np.concatenate([part.actions for (part,) in made.batches(0, 0)])
    assert len(seen) == made.steps * 3 == 6  # whole batches only, of eight clips


@pytest.mark.parametrize("group", [1, 3, 16])
@pytest.mark.parametrize(("ranks", "parts"), [(2, 1), (1, 2), (2, 2), (4, 1), (3, 1)])
def test_those_who_share_a_batch_see_together_what_one_alone_sees(
    data, monkeypatch, group, ranks, parts
):
    monkeypatch.setattr(sampling, "GROUP", group)
    alone = making(data, batch=8, mixup=0.3)
    ((whole,),) = alone.batches(0, 0)
    shares = [
        next(iter(replace(alone, share=Share(rank=r, ranks=ranks, parts=parts)).batches(0, 0)))
        for r in range(ranks)
    ]
    for name in ("inputs", "targets", "actions"):
        together = np.concatenate(
            [getattr(share[part], name) for part in range(parts) for share in shares]
        )
        np.testing.assert_array_equal(together, getattr(whole, name))
    assert sum(part.weight for share in shares for part in share) == pytest.approx(1)
    assert whole.weight == 1.0


def test_a_network_has_its_key_from_what_it_is(data):
    job = tiny_job(data)
    twice = replace(job, networks=(job.networks[0], job.networks[0]))
    one, other = (fit.planned for fit in fits_of(twice, data))
    (sem,) = (fit.planned for fit in fits_of(tiny_job(data, "sem-net"), data))
    assert network_key(one) == network_key(other) != network_key(sem)
