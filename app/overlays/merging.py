"""Several overlays at once: the only place where their frames become one.

* A joint takes the colour and shine of the first overlay, in the order of the table, that has any.
* It grows and steps back as far as the one that wants most.
* Readings stand below one another; of links and discs all are drawn, those of the first on top.
"""

from dataclasses import replace
from functools import reduce

import numpy as np

from app.overlays.base import OverlayFrame, OverlayLinks, OverlaySpots


def merged(frames: tuple[OverlayFrame, ...]) -> OverlayFrame:
    """One frame of several overlays.

    Args:
        frames: At least one, in the order of the table.
    """
    return reduce(_over, frames)


def _over(first: OverlayFrame, second: OverlayFrame) -> OverlayFrame:
    has_colour = first.joint_colours[..., 3:] > 0
    return OverlayFrame(
        joint_colours=np.where(has_colour, first.joint_colours, second.joint_colours),
        joint_scale=np.maximum(first.joint_scale, second.joint_scale),
        joint_weights=np.where(has_colour[..., 0], first.joint_weights, second.joint_weights),
        dimming=np.maximum(first.dimming, second.dimming),
        focal=first.focal | (second.focal & ~has_colour[..., 0]),
        readings=first.readings + second.readings,
        links=_links(second.links, first.links),
        spots=_spots(second.spots, first.spots),
    )


def _links(below: OverlayLinks, above: OverlayLinks) -> OverlayLinks:
    if not len(below) or not len(above):
        return above if len(above) else below
    return OverlayLinks(
        person=np.concatenate([below.person, above.person]),
        names=below.names + above.names,
        weights=np.concatenate([below.weights, above.weights]),
        start=np.concatenate([below.start, above.start]),
        end=np.concatenate([below.end, above.end]),
        is_pinned=np.concatenate([below.is_pinned, above.is_pinned]),
        rgba=np.concatenate([below.rgba, above.rgba]),
        width_px=np.concatenate([below.width_px, above.width_px]),
    )


def _spots(below: OverlaySpots, above: OverlaySpots) -> OverlaySpots:
    if not len(below) or not len(above):
        return above if len(above) else below
    return replace(
        above,
        positions=np.concatenate([below.positions, above.positions]),
        magnitudes=np.concatenate([below.magnitudes, above.magnitudes]),
        radius=np.concatenate([below.radius, above.radius]),
        rgba=np.concatenate([below.rgba, above.rgba]),
    )
