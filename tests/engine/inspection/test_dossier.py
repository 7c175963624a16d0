"""Everything at once: no more than was asked for, told of on the way, stopped on demand."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.architectures.sem_net import config_for
from engine.errors import EngineError
from engine.inspection.asking import StoppedError
from engine.inspection.dossier import Inquiry, Part, contrasts_of, investigate, maps_to_test
from engine.inspection.named_arrays import dossier_arrays
from engine.inspection.occlusion import occlusion
from engine.inspection.summary import summary_of
from tests.engine.inspection.planted_model import (
    FOOT,
    FRAMES,
    HAND,
    clip_of,
    moving,
    recognizer_of,
)
from tests.planted import LAYOUT

QUICK = Inquiry(random_orders=1, prefixes=3)


def both():
    return clip_of(np.concatenate([moving(HAND), moving(FOOT) + np.float32(1)], axis=1))


def test_all_parts_are_about_the_person_asked_for(planted):
    dossier = investigate(planted, both(), replace(QUICK, person=1), tell=lambda *_: None)
    assert dossier.about == 1
    assert {curve.person for curve in dossier.curves} == {1}
    assert {curve.action for curve in dossier.curves} == {"right foot"}
    assert dossier.delay is not None
    assert dossier.delay.person == 1
    assert {each.first for each in dossier.contrasts} == {"right foot"}
    assert {stage.people for stage in dossier.stages} == {(1,)}
    names = [curve.map_name for curve in dossier.curves]
    assert names[0].startswith("SEM-Net · joint: Focus on ")
    assert names[1].startswith("Occlusion: Lost of ")


def test_of_people_seen_together_there_is_one_answer(pair):
    told: list[tuple[Part, float]] = []
    dossier = investigate(pair, both(), QUICK, tell=lambda *words: told.append(words))
    assert (dossier.about, len(dossier.answer.predictions)) == (0, 1)
    assert [len(dossier.curves), len(dossier.notes)] == [3, 2]
    assert [part for part, share in told if share == 1] == [
        Part.OCCLUSION,
        Part.DELETION,
        Part.DELAY,
    ]
    summary = summary_of(dossier)
    assert summary["about"] is None
    arrays = dossier_arrays(dossier)
    np.testing.assert_array_equal(arrays["persons"], [-1])
    assert arrays["deletion_order"].shape == (3, 40, 2)


def test_what_is_not_asked_for_is_not_measured(planted):
    told: list[Part] = []
    wanted = Inquiry(parts=frozenset({Part.ANSWERS, Part.SEEN}))
    dossier = investigate(planted, both(), wanted, tell=lambda part, _: told.append(part))
    assert told == []
    assert dossier.stages
    assert (dossier.curves, dossier.delay, dossier.occlusion, dossier.contrasts) == (
        (),
        None,
        None,
        (),
    )


@pytest.mark.parametrize("part", [Part.OCCLUSION, Part.DELETION, Part.DELAY])
def test_it_stops_wherever_it_is(planted, part):
    told: list[Part] = []
    with pytest.raises(StoppedError):
        investigate(
            planted,
            both(),
            QUICK,
            tell=lambda each, _: told.append(each),
            should_stop=lambda: part in told,
        )
    assert told[-1] == part


def test_numbers_below_one_are_refused_before_any_work():
    for name in ("random_orders", "prefixes", "blocks"):
        with pytest.raises(EngineError, match="must be at least 1, got 0"):
            Inquiry(**{name: 0})


def test_a_model_of_one_action_has_nothing_to_compare_and_says_so(tmp_path):
    config = config_for(LAYOUT, classes=3, people=1, frames=FRAMES, size="tiny")
    torch.manual_seed(0)
    recognizer = recognizer_of(tmp_path, config, config.build().eval())
    clip = clip_of(moving(HAND))
    examination = recognizer.examine(recognizer.question(clip))
    lost = occlusion(recognizer, clip)
    (prediction,) = examination.answer.predictions
    alone = replace(prediction, class_names=("one",), probabilities=np.ones(1, np.float32))
    examination = replace(examination, answer=replace(examination.answer, predictions=(alone,)))
    maps, (note,) = contrasts_of(examination, 0, lost)
    assert maps == ()
    assert "nothing to compare" in note
    assert len(maps_to_test(examination.answer, lost)) == 2
