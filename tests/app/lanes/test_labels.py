"""The lanes of labels and proposals."""

import numpy as np
import pytest

from app.lanes.base import Manner
from app.lanes.label_rows import LabelRows
from app.lanes.labels import NOTHING_WORD, LabelLane
from app.lanes.proposals import STRONGEST, ProposalLane
from app.lanes.spans import NARROWEST_BLOCK, NONE, span_pixels
from engine.labels import Origin, Segment
from engine.study.proposals import Proposal
from tests.app.labels_made import ACTIONS, segment
from tests.app.lanes.made import close_view, view

KNOWN = {each.id: each for each in ACTIONS}


def lane(*segments: Segment, hint: str = "") -> LabelLane:
    rows = LabelRows.of(segments)
    return LabelLane(person=0, tier_id="t", tier_name="Labels", rows=rows, actions=KNOWN, hint=hint)


def test_wide_segments_are_blocks_in_their_actions_colours() -> None:
    made = lane(segment("a", 10, 40), segment("b", 40, 80, "sit"), segment("c", 80, 99, None))
    blocks = made.drawing(view(100, 1000)).blocks
    assert blocks is not None
    assert blocks.lefts.tolist() == [100, 400, 800]
    assert [blocks.colours[tint] for tint in blocks.tints[:2]] == ["#5c8ffa", "#f2a93b"]
    assert blocks.manners.tolist() == [Manner.SAID, Manner.SAID, Manner.NOTHING]


def test_narrow_segments_are_columns_and_none_is_lost_at_any_zoom() -> None:
    frames = range(0, 100_000, 500)
    made = lane(*(segment(f"s{start}", start, start + 3) for start in frames))
    drawing = made.drawing(view(100_000, 1000))
    assert drawing.blocks is not None
    assert len(drawing.blocks) == 0
    assert drawing.picture is not None
    shown = np.flatnonzero(drawing.picture[2, :, 3])
    assert len(shown) == len(frames)


def test_there_are_never_more_entries_than_pixel_columns() -> None:
    made = lane(*(segment(f"s{start}", start, start + 1) for start in range(0, 5000, 2)))
    pixels = span_pixels(made.rows.starts, made.rows.stops, view(5000, 300))
    assert len(pixels.wide) + int((pixels.columns != NONE).sum()) <= 300


def test_only_what_is_seen_is_drawn() -> None:
    made = lane(segment("a", 10, 40), segment("b", 60, 80))
    blocks = made.drawing(close_view(100, 1000, 50, 90)).blocks
    assert blocks is not None
    assert len(blocks) == 1


def test_the_widest_column_and_the_narrowest_block_meet() -> None:
    made = lane(segment("a", 0, 15), segment("b", 50, 66))
    pixels = span_pixels(made.rows.starts, made.rows.stops, view(100, 100))
    assert pixels.wide.tolist() == [1]
    assert (pixels.columns[:15] == 0).all()
    assert pixels.is_end[[0, 14]].all()
    assert NARROWEST_BLOCK == 16


def test_names_are_where_they_fit_and_what_is_reviewed_has_its_own_word() -> None:
    made = lane(segment("a", 0, 40), segment("b", 40, 42, "sit"), segment("c", 50, 90, None))
    words = made.drawing(view(100, 1000)).words
    assert [(each.text, each.opacity) for each in words] == [("walk", 1.0), (NOTHING_WORD, 0.0)]


def test_doubtful_ones_are_marked_as_blocks_and_as_columns() -> None:
    made = lane(segment("a", 0, 40, is_doubtful=True), segment("b", 50, 55, is_doubtful=True))
    drawing = made.drawing(view(100, 200))
    assert drawing.blocks is not None
    assert drawing.blocks.doubtful.tolist() == [True]
    assert drawing.picture is not None
    column = drawing.picture[:, 104]
    assert column[1].tolist() != column[2].tolist()


def test_an_empty_lane_says_what_to_do() -> None:
    assert lane(hint="Press I").drawing(view(100, 100)).message == "Press I"


def test_pointing_tells_action_frames_seconds_origin_doubt_and_note() -> None:
    made = lane(
        segment(
            "a", 30, 60, origin=Origin.MODEL, model_id="everyday", score=0.831, annotator="Mia",
            is_doubtful=True, note="left arm",
        )
    )  # fmt: skip
    assert made.text_at(40, 0.5, view(100, 100)) == (
        "walk · frames 30 – 59 · 30 frames · 1.00 s · Mia · accepted from everyday, 0.83 · "
        "doubtful · “left arm”"
    )
    assert made.text_at(61, 0.5, view(100, 100)) == ""


def test_an_archived_action_still_has_its_name_and_colour() -> None:
    made = lane(segment("a", 0, 50, "unknown"))
    assert made.text_at(3, 0.5, view(100, 100)).startswith("unknown action")


@pytest.fixture
def proposed() -> ProposalLane:
    spans = ((10, 40, "wave", 0.9), (60, 61, "clap", 0.4))
    return ProposalLane(
        person=0,
        proposals=tuple(
            Proposal(start=start, stop=stop, name=name, score=score, model_id="m")
            for start, stop, name, score in spans
        ),
        colours={"wave": "#4fc796"},
        message="",
    )


def test_proposals_are_never_as_full_as_labels(proposed: ProposalLane) -> None:
    drawing = proposed.drawing(view(100, 1000))
    assert drawing.blocks is not None
    assert drawing.blocks.manners.tolist() == [Manner.PROPOSED]
    assert drawing.picture is not None
    assert 0 < drawing.picture[..., 3].max() < STRONGEST * 255
    assert [each.text for each in drawing.words] == ["wave 0.90"]


def test_pointing_at_a_proposal_says_what_to_press(proposed: ProposalLane) -> None:
    said = proposed.text_at(20, 0.5, view(100, 100))
    assert said.startswith("proposed: wave 0.90 · frames 10 – 39")
    assert said.endswith("A accepts, X rejects")
    assert proposed.at(50) is None
