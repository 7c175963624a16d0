from dataclasses import replace

import numpy as np
import pytest

from app.scene_contents import SceneContents
from app.scene_model import build_scene
from app.scene_theme import SceneTheme
from app.second_manner import Manner, SecondView, manner_of, manner_text
from app.second_state import NO_SECOND, SecondPhase, contents_beside
from engine.alignment.placing import Place
from engine.alignment.timing import By
from tests.app.figures import RIGHT_HAND, recording_of
from tests.app.laid_pairs import FRAMES, laid, raising, two


def state_of(first, second, manner=Manner(view=SecondView.SIDE)):  # type: ignore[no-untyped-def]  # noqa: B008
    return replace(
        NO_SECOND,
        phase=SecondPhase.READY,
        recording=second,
        manner=manner,
        laid=laid(first, second),
    )


def test_a_manner_is_remembered_word_by_word() -> None:
    chosen = Manner(by=By.STRETCHED, place=Place.FREE, same_size=False, view=SecondView.SIDE)

    assert manner_of(manner_text(chosen)) == chosen
    with pytest.raises(ValueError, match="not enough values"):
        manner_of("movement pinned")


def test_another_view_measures_the_same() -> None:
    assert Manner().measures_as(Manner(view=SecondView.SIDE))
    assert not Manner().measures_as(Manner(same_size=False))


def test_only_a_ghost_is_drawn_upon_the_body() -> None:
    state = state_of(*two())

    assert state.is_split
    assert state.ghost is None
    as_ghost = replace(state, manner=Manner())
    assert as_ghost.ghost is as_ghost.laid.ghost
    assert not as_ghost.is_split


def test_frames_without_a_partner_hold_the_nearest_end() -> None:
    first, second = recording_of(raising()), recording_of(raising()[:20])

    found = laid(first, second)

    assert found.partners[:20].tolist() == list(range(20))
    assert set(found.partners[20:].tolist()) == {19}


@pytest.mark.parametrize("place", list(Place))
def test_beside_the_first_stands_the_second_in_the_same_room(place: Place) -> None:
    first, second = two()
    model = build_scene(first)
    contents = SceneContents(theme=SceneTheme.dark(), model=model, frame=10)
    state = state_of(first, second, Manner(view=SecondView.SIDE, place=place))

    beside = contents_beside(contents, state, network=0)

    assert beside.model is not None
    assert beside.model.recording is second
    others = [joint for joint in range(20) if joint != RIGHT_HAND]
    there, here = beside.model.positions[beside.frame, 0], model.positions[10, 0]
    assert there[others] == pytest.approx(here[others], abs=0.03)
    assert there[RIGHT_HAND, 1] > here[RIGHT_HAND, 1] + 0.02
    place_of = second.positions[beside.frame, 0]
    assert beside.model.transform.apply(place_of) == pytest.approx(there, abs=1e-5)


def test_somebody_who_walks_away_stays_in_a_pinned_view() -> None:
    first = recording_of(raising())
    away = raising()
    away[..., 0] += np.linspace(0, 4, FRAMES)[:, None, None]
    second = recording_of(away)
    contents = SceneContents(theme=SceneTheme.dark(), model=build_scene(first), frame=FRAMES - 1)

    def middle(place: Place) -> float:
        manner = Manner(view=SecondView.SIDE, place=place)
        beside = contents_beside(contents, state_of(first, second, manner), network=0)
        assert beside.model is not None
        return float(beside.model.positions[beside.frame, 0, :, 0].mean())

    assert contents.model is not None
    here = float(contents.model.positions[FRAMES - 1, 0, :, 0].mean())
    assert abs(middle(Place.PINNED) - here) < 0.3
    assert abs(middle(Place.FREE) - here) > 1.0


def test_the_view_beside_draws_nothing_that_belongs_to_the_first() -> None:
    first, second = two()
    contents = SceneContents(
        theme=SceneTheme.dark(), model=build_scene(first), frame=10, lit=((0, 3),), joint=4
    )
    state = state_of(first, second)
    with_ghost = replace(contents, second=state.laid.ghost)

    beside = contents_beside(with_ghost, state, network=0)

    assert (beside.second, beside.lit, beside.joint) == (None, (), None)
