"""The table of the tour."""

import numpy as np

from app.tour import rows_of, story_text, table_text
from engine.prediction import PredictionTrack
from engine.recording import Clip
from engine.samples import Sample
from tests.app import stand_ins

PAIR = Sample(id="pair", title="Pair", expected=("wave", "sit down"))
PREDICTIONS = stand_ins.answer(Clip.whole(stand_ins.recording(40, people=2))).predictions


def test_each_person_has_a_line_that_says_whether_it_is_right() -> None:
    rows = rows_of(PAIR, PREDICTIONS)
    assert [row.cells for row in rows] == [
        ("pair, P1", "wave", "wave", "0.80", "yes"),
        ("pair, P2", "sit down", "clap", "0.80", "no"),
    ]


def test_columns_line_up() -> None:
    lines = table_text(rows_of(PAIR, PREDICTIONS)).splitlines()
    starts = {line.index(word) for line, word in zip(lines[1:], ("0.80", "0.80"), strict=True)}
    assert starts == {lines[0].index("probability")}


def test_a_story_tells_steady_answers_and_leaves_out_flickering_ones() -> None:
    best = [0] * 10 + [1, 2, 1, 2] + [2] * 10
    starts = np.arange(len(best)) * 5
    track = PredictionTrack(
        model_id="m",
        class_names=stand_ins.ACTIONS,
        starts=starts,
        stops=starts + 60,
        probabilities=np.stack([stand_ins.probabilities(each) for each in best]),
        person=0,
    )
    assert story_text(track) == "wave, then sit down"
