"""Segments as SVG."""

from app.colours import LIGHT_COLOURS
from app.exporting.svg_blocks import NOTHING_ID
from app.exporting.svg_lane import LanePlace, lane_parts, patterns
from app.lanes.label_rows import LabelRows
from app.lanes.labels import LabelLane
from app.lanes.proposals import ProposalLane
from engine.study.proposals import Proposal
from tests.app.labels_made import ACTIONS, segment
from tests.app.lanes.made import view

PLACE = LanePlace(left=100.0, top=10.0, width=500.0, height=24.0)


def drawn(lane: LabelLane | ProposalLane) -> str:
    drawing = lane.drawing(view(100, 500))
    return "".join(lane_parts(drawing, PLACE, LIGHT_COLOURS, is_dark=False))


def test_labels_are_full_reviewed_spans_hatched_and_doubts_marked() -> None:
    rows = (segment("a", 10, 40, is_doubtful=True), segment("b", 50, 90, None))
    made = LabelLane(
        person=0,
        tier_id="t",
        tier_name="Labels",
        rows=LabelRows.of(rows),
        actions={each.id: each for each in ACTIONS},
    )
    said = drawn(made)
    assert said.count('class="label"') == 1
    assert 'fill="#5c8ffa"' in said
    assert f"url(#{NOTHING_ID})" in said
    assert said.count('class="doubt"') == 1
    assert f'id="{NOTHING_ID}"' in patterns(LIGHT_COLOURS, is_dark=False)


def test_proposals_are_dashed_and_seen_through() -> None:
    proposal = Proposal(start=10, stop=60, name="wave", score=0.5, model_id="m")
    said = drawn(ProposalLane(person=0, proposals=(proposal,), colours={"wave": "#4fc796"}))
    assert 'stroke-dasharray="3 3"' in said
    assert 'class="label"' not in said
    assert "wave 0.50" in said
