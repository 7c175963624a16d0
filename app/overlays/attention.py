"""Attention between joints or parts as lines: the strongest weights, orange, as SEM-Net draws them.

S-TR's attention of each frame and STF's graphs are drawn in the same way. The larger a weight, the
thicker and the less transparent its line, from the weakest to the strongest drawn anywhere in the
clip: attention is often spread so evenly that a scale from nought would tell nothing apart.
Negative weights (of STF's graphs) are blue. What a joint pays to itself is no line.
"""

from dataclasses import replace

import numpy as np

from app.overlays.base import (
    Legend,
    LegendMark,
    Overlay,
    OverlayFrame,
    OverlayLinks,
    OverlaySettings,
    spoken_of,
)
from app.overlays.lines import Ends, lines_between
from app.overlays.prepared import PreparedExplanation, PreparedLinks, head_row
from engine.arrays import FloatArray
from engine.prediction import Explanation
from engine.recording import Recording

DIMMING = 0.8
"""How far bodies step back behind the lines."""


def draw_attention(
    explanation: PreparedExplanation, recording: Recording, frame: int, settings: OverlaySettings
) -> OverlayFrame:
    """The strongest links of each person in one frame.

    Args:
        explanation: Where the network looked.
        recording: The recording it looked at.
        frame: Recording frame; outside the explanation's span nothing is drawn.
        settings: Which link map and head, how many links, opacity, whose.
    """
    nothing = OverlayFrame.nothing(recording.num_people, recording.layout.num_joints)
    step, links = explanation.step(frame), explanation.link_map(settings.link_map)
    if step is None or links is None or settings.opacity <= 0:
        return nothing
    lines = _strongest(
        links, int(links.steps[step]), recording.positions[frame], recording, settings
    )
    dimming = np.full_like(nothing.dimming, DIMMING * settings.opacity)
    return replace(nothing, links=lines, dimming=dimming)


def _strongest(
    links: PreparedLinks,
    step: int,
    positions: FloatArray,
    recording: Recording,
    settings: OverlaySettings,
) -> OverlayLinks:
    row = head_row(settings.head, links.num_heads)
    people = slice(min(recording.num_people, links.weights.shape[1]))
    best = slice(settings.link_count)
    weights = links.weights[step, people, row, best]  # (M, R)
    pairs = links.pairs[step, people, row, best]
    shown = spoken_of(len(weights), settings.person) & (np.abs(weights) > 0)  # never for NaN
    person, rank = np.nonzero(shown)
    order = np.argsort(np.abs(weights[person, rank]), kind="stable")
    person, rank = person[order], rank[order]
    weight, pair = weights[person, rank], pairs[person, rank]
    low = weakest_drawn(links, row, settings.link_count)
    spread = max(links.strongest - low, float(np.finfo(np.float32).tiny))
    strength = np.clip((np.abs(weight) - low) / spread, 0.0, 1.0).astype(np.float32)
    colours = np.array([settings.attention_colour, settings.against_colour], dtype=np.float32)
    ends = Ends(
        person=person,
        asking=links.asking,
        asked=links.asked,
        from_index=(pair // links.num_asked).astype(np.int64),
        to_index=(pair % links.num_asked).astype(np.int64),
        weights=weight,
    )
    rgb = colours[(weight < 0).astype(np.int64)]
    lines = lines_between(ends, positions, recording.layout, strength, rgb)
    lines.rgba[:, 3] *= settings.opacity
    return lines


def weakest_drawn(links: PreparedLinks, row: int, count: int) -> float:
    """Least magnitude of the strongest ``count`` links of all steps and people; 0 of signed maps.

    Args:
        links: Of the clip.
        row: Which head, as ``head_row`` counts.
        count: Links a step and person.
    """
    if links.lowest < 0:
        return 0.0
    last = min(count, links.weights.shape[-1]) - 1
    weakest = float(np.fmin.reduce(links.weights[:, :, row, last], axis=None))
    return abs(weakest) if np.isfinite(weakest) else 0.0  # where there are fewer links


def _lacking(explanation: Explanation) -> str:
    if explanation.links:
        return ""
    return "This network has no attention between joints; SEM-Net, S-TR, STF and FG-STFormer do."


def _legends(explanation: PreparedExplanation, settings: OverlaySettings) -> tuple[Legend, ...]:
    links = explanation.link_map(settings.link_map)
    if links is None:
        return ()
    row = head_row(settings.head, links.num_heads)
    low = weakest_drawn(links, row, settings.link_count)
    return (
        Legend(
            title=links.name,
            mark=LegendMark.ATTENTION,
            low=-links.strongest if links.lowest < 0 else low,
            high=links.strongest,
            strongest=links.strongest,
        ),
    )


ATTENTION = Overlay(
    id="attention",
    name="Attention",
    hint="Whom each joint looks at: the strongest weights as lines",
    lacking=_lacking,
    legends=_legends,
    draw=draw_attention,
)
