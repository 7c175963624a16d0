from dataclasses import replace

import numpy as np
import pytest

from app.overlay_state import (
    PICKS,
    OverlayState,
    fitting,
    for_another_model,
    for_network,
    next_head,
    next_map,
    next_overlay,
    num_heads,
    switched,
)
from engine.prediction import Explanation
from tests.app import stand_ins
from tests.app.overlays.made import JOINTS, focus_only, link_map, with_links, with_times

STATE = stand_ins.overlay_state()
HEADS = 3


def blocks(*heads: int) -> Explanation:
    """As of SEM-Net: a link map a block, of so many heads."""
    return with_links(
        *(
            link_map(np.full((1, 1, count, JOINTS, JOINTS), 0.5, dtype=np.float32), f"Block {n}")
            for n, count in enumerate(heads, start=1)
        )
    )


def moments() -> Explanation:
    """As of T-TR, of two heads."""
    weights = np.full((1, JOINTS, 2, 2, 2), 0.5, dtype=np.float32)
    return with_times(weights, np.array([0, 6], dtype=np.float32))


def chosen(*ids: str) -> OverlayState:
    return replace(STATE, overlay_ids=ids, is_chosen=True)


def test_nothing_chosen_takes_what_the_paper_draws_and_goes_along_with_the_model() -> None:
    first = fitting(STATE, blocks(1))
    second = fitting(first, moments())

    assert first.overlay_ids == ("attention",)
    assert second.overlay_ids == ("time",)
    assert not second.is_chosen


def test_what_the_user_chose_stays_as_long_as_one_of_it_works() -> None:
    both = chosen("focus", "attention")

    assert fitting(both, blocks(1)) is both
    assert fitting(both, moments()) is both, "the focus works"


def test_a_choice_that_does_not_work_at_all_gives_way_to_the_usual() -> None:
    shown = fitting(chosen("voxels"), moments())

    assert (shown.overlay_ids, shown.is_chosen) == (("time",), False)


def test_before_there_is_an_answer_nothing_is_decided() -> None:
    assert fitting(STATE, None) is STATE


def test_switched_off_overlays_stay_off_with_another_model() -> None:
    assert fitting(replace(STATE, is_on=False), moments()).drawn == ()


def test_one_more_overlay_is_drawn_with_the_others_and_one_less_without_it() -> None:
    more = switched(chosen("attention"), "focus", blocks(1))
    less = switched(more, "attention", blocks(1))

    assert more.drawn == ("attention", "focus")
    assert less.drawn == ("focus",)


def test_switching_the_last_one_off_switches_all_off_and_keeps_it_for_later() -> None:
    off = switched(chosen("focus"), "focus", blocks(1))

    assert off.drawn == ()
    assert replace(off, is_on=True).drawn == ("focus",)


def test_the_last_one_is_the_last_that_can_be_seen() -> None:
    off = switched(chosen("voxels", "focus"), "focus", blocks(1))

    assert off.drawn == ()


def test_one_that_is_pressed_while_all_are_off_is_drawn_alone() -> None:
    state = replace(chosen("focus"), is_on=False)

    assert switched(state, "attention", None).drawn == ("attention",)


def test_the_next_overlay_goes_through_those_there_is_data_for() -> None:
    seen = []
    state = replace(STATE, is_on=False)
    for _ in range(3):
        state = next_overlay(state, blocks(1))
        seen.append(state.drawn)

    assert seen == [("focus",), ("attention",), ("focus",)]


@pytest.mark.parametrize(("overlay", "seen"), [("focus", [1, 0, 1]), ("attention", [1, 2, 0])])
def test_the_next_map_goes_through_those_of_the_overlay_drawn(
    overlay: str, seen: list[int]
) -> None:
    explanation, state = blocks(1, 1, 1), chosen(overlay)
    pick = next(each for each in PICKS if each.overlay_id == overlay)
    found = []
    for _ in seen:
        state = next_map(state, explanation)
        found.append(pick.get(state.settings))

    assert found == seen
    others = [each for each in PICKS if each is not pick]
    assert [each.get(state.settings) for each in others] == [0, 0]


def test_the_next_head_goes_through_all_heads_and_back_to_all_of_them() -> None:
    state, seen = chosen("attention"), []
    for _ in range(HEADS + 1):
        state = next_head(state, blocks(HEADS))
        seen.append(state.settings.head)

    assert seen == [0, 1, 2, None]


def test_heads_are_those_of_the_map_that_is_drawn() -> None:
    explanation = blocks(1, HEADS)
    second = replace(chosen("attention"), settings=replace(STATE.settings, link_map=1))

    assert num_heads(chosen("attention"), explanation) == 1
    assert num_heads(second, explanation) == HEADS
    assert num_heads(chosen("focus"), explanation) == 0
    assert num_heads(chosen("time"), moments()) == 2
    assert num_heads(chosen("focus"), focus_only()) == 0


def test_another_network_or_model_starts_with_the_first_of_its_maps() -> None:
    settings = replace(STATE.settings, joint_map=1, link_map=2, head=1, point_map=1)
    busy = replace(chosen("focus"), settings=settings, network=1)

    model, network = for_another_model(busy, focal_joints=7), for_network(busy, 2)

    assert model.settings == replace(STATE.settings, focal_joints=7)
    assert (model.network, network.network) == (0, 2)
    assert network.settings == STATE.settings
    assert model.overlay_ids == ("focus",)
