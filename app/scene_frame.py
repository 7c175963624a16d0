"""What is drawn in one frame: arrays that go to the graphics card as they are. Pure numbers.

Rows are float32 in the scene frame (see ``scene_model``), colours sRGB:

* limbs ``(N, 16)``: end a (3), radius (1), end b (3), radius (1), colour a (3), glow a (1),
  colour b (3), glow b (1). A joint is a limb of length nought.
* lines ``(N, 15)``: end a (3), end b (3), width in logical pixels (1), rgba at a (4) and b (4).
* marks ``(N, 10)``: centre (3), radius in scene units (1), rgba (4), then for rings the stroke and
  the smallest radius in logical pixels (2; a negative stroke lies flat on the floor), for halos 0
  and the part of the radius that stays clear (2), for discs 0 and -1.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.overlays import OverlayFrame, OverlaySpots
from app.scene_model import SceneModel
from app.scene_theme import SceneTheme
from engine.arrays import BoolArray, FloatArray

LIMB_FLOATS, LINE_FLOATS, MARK_FLOATS = 16, 15, 10
SUN_SLANT = (0.26, -0.18)
"""How far shadows move along X and Z for each unit of height."""
SHADOW_BLUR = (0.012, 0.085)
"""Half the width of a shadow's edge: at the floor, and more for each unit of height."""
HEAD_FROM = 1.8
"""Joints this much larger than the usual one are heads."""
DIMMED = 0.62
"""How far joints out of focus go towards the theme's dim colour."""
BONE_SHARE = 0.45
"""How much of a focal joint's colour runs into its bones."""
FOCAL_GLOW = 0.45
RING_PX = 1.6
TRAIL_PX = 3.2
DISC = -1.0
"""In place of the clear part of a halo: a disc with an edge."""
SMALLEST_DISC = 0.03
"""Radius of the strongest disc at least, figure sizes."""
HOVERED_PX, PICKED_PX = 2.0, 2.6
"""Strokes of the rings around a joint."""
HOVERED_WIDER_PX = 2.5
GHOST_OPACITY, GHOST_PX, GHOST_RING_PX = 0.7, 2.0, 1.6
SEGMENT_PX, EDGE_PX = 3.4, 1.1
MISSING_FADE_S = 1.0
"""Missing joints are drawn hollow where they were last seen, for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameStyle:
    """What the user has chosen to see."""

    theme: SceneTheme
    overlay: OverlayFrame | None = None
    selected: int | None = None
    """Person with a ring on the floor."""
    has_trails: bool = False
    hovered: tuple[int, int] | None = None
    """Person and joint under the pointer."""
    picked: tuple[int, int] | None = None
    """Person and joint that something beside the view is about."""
    hovered_link: int | None = None
    """Which of the overlay's links is under the pointer."""
    hidden: BoolArray | None = None
    """``(M, V)`` joints that are hidden from the model: ghosts."""
    lit: tuple[tuple[int, int], ...] = ()
    """Persons and joints marked on the timeline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneFrame:
    """All drawing arrays of one frame; see the module for the columns."""

    limbs: FloatArray
    casting: int
    """So many limbs, from the first, cast shadows; joints hide in those of their bones."""
    shadow_area: tuple[float, float, float, float]
    """Least X and Z, greatest X and Z of all shadows on the floor."""
    trails: FloatArray
    links: FloatArray
    spots: FloatArray
    """Discs of overlays, above bodies and below links."""
    halos: FloatArray
    rings: FloatArray
    """Missing joints: behind bodies they are hidden."""
    pins: FloatArray
    """Above everything: where links start, the joint under the pointer."""
    floor_rings: FloatArray
    second: FloatArray
    """Limbs of another recording's body, see-through; they cast no shadows."""


def scene_frame(model: SceneModel, frame: int, style: FrameStyle) -> SceneFrame:
    """Drawing arrays of one frame of a recording."""
    visible = model.visible[frame]
    overlay = style.overlay
    links = _links(model, style)
    ghosts = None
    if style.hidden is not None and style.hidden.any():
        ghosts = ghosts_of(model, frame, visible & style.hidden, style.theme)
        visible = visible & ~style.hidden
    limbs, casting = _limbs(model, frame, visible, style)
    made = SceneFrame(
        limbs=limbs,
        casting=casting,
        shadow_area=_shadow_area(limbs[:casting], model.stage.floor),
        trails=_trails(model, frame, style.theme) if style.has_trails else _rows(0, LINE_FLOATS),
        links=links,
        spots=_spots(model, overlay),
        halos=_halos(model, frame, visible, style),
        rings=_missing(model, frame, model.visible[frame], style.theme),
        pins=_pins(model, frame, style),
        floor_rings=_floor_rings(model, frame, model.visible[frame], style),
        second=_rows(0, LIMB_FLOATS),
    )
    return made if ghosts is None else with_ghosts(made, ghosts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ghosts:
    """Bodies in outline: lines for bones, rings for joints."""

    lines: FloatArray
    rings: FloatArray


def ghosts_of(model: SceneModel, frame: int, joints: BoolArray, theme: SceneTheme) -> Ghosts:
    """Some joints of a frame in outline, with the bones that lead to them.

    Args:
        model: Whose joints.
        frame: Of the model.
        joints: ``(M, V)`` which; those that are missing have no ghost.
        theme: Colours.
    """
    visible, points = model.visible[frame], model.positions[frame]
    child, parent = model.bones[:, 0], model.bones[:, 1]
    both = visible[:, child] & visible[:, parent] & (joints[:, child] | joints[:, parent])
    whose, bone = np.nonzero(both)
    rgba = np.array([*theme.ghost, GHOST_OPACITY], dtype=np.float32)
    ends = points[whose, child[bone]], points[whose, parent[bone]]
    lines = _lines(*ends, GHOST_PX, rgba, rgba)
    person, joint = np.nonzero(joints & visible)
    centre = points[person, joint]
    return Ghosts(
        lines=lines,
        rings=_marks(centre, 1.05 * model.joint_radius[joint], rgba, GHOST_RING_PX, 4.0),
    )


def with_ghosts(frame: SceneFrame, ghosts: Ghosts) -> SceneFrame:
    """A frame with ghosts in it; bodies hide them."""
    return replace(
        frame,
        trails=np.concatenate([frame.trails, ghosts.lines]),
        rings=np.concatenate([frame.rings, ghosts.rings]),
    )


def with_segments(
    frame: SceneFrame,
    segments: tuple[FloatArray, FloatArray],
    theme: SceneTheme,
    *,
    are_arrows: bool,
) -> SceneFrame:
    """A frame with lines above everything.

    Args:
        frame: What is drawn.
        segments: ``(L, 3)`` starts and ``(L, 3)`` ends, in scene units.
        theme: Colours.
        are_arrows: They are thick and fade in towards their ends; otherwise they are fine.
    """
    start, end = segments
    first, width_px = (0.25, SEGMENT_PX) if are_arrows else (0.9, EDGE_PX)
    at_start = np.array([*theme.attention, first], dtype=np.float32)
    at_end = np.array([*theme.attention, 0.95], dtype=np.float32)
    lines = _lines(start, end, width_px, at_start, at_end)
    return replace(frame, links=np.concatenate([frame.links, lines]))


def _rows(count: int, floats: int) -> FloatArray:
    return np.zeros((count, floats), dtype=np.float32)


def _limbs(
    model: SceneModel, frame: int, visible: BoolArray, style: FrameStyle
) -> tuple[FloatArray, int]:
    """The bones between visible joints, then those joints; how many of the rows cast shadows."""
    own, joint_rgbg = _colours(model, style)
    radius = _ball_radii(model, style.overlay)
    points = model.positions[frame]  # (M, V, 3)
    joints = _rows(int(np.count_nonzero(visible)), LIMB_FLOATS)
    joints[:, 0:3] = joints[:, 4:7] = points[visible]
    joints[:, 3] = joints[:, 7] = radius[visible]
    joints[:, 8:12] = joints[:, 12:16] = joint_rgbg[visible]
    child, parent = model.bones[:, 0], model.bones[:, 1]
    both = visible[:, child] & visible[:, parent]  # (M, E)
    bones = _rows(int(np.count_nonzero(both)), LIMB_FLOATS)
    person, bone = np.nonzero(both)
    first, last = child[bone], parent[bone]
    bones[:, 0:3], bones[:, 4:7] = points[person, first], points[person, last]
    bones[:, 3], bones[:, 7] = model.bone_radius[bone].T
    bones[:, 8:12], bones[:, 12:16] = own[person, first], own[person, last]
    heads = model.joint_radius > HEAD_FROM * np.median(model.joint_radius)
    is_head = np.broadcast_to(heads, visible.shape)[visible]
    limbs = np.concatenate([bones, joints[is_head], joints[~is_head]])
    return limbs, len(bones) + int(np.count_nonzero(is_head))


def _shadow_area(limbs: FloatArray, floor: float) -> tuple[float, float, float, float]:
    if not len(limbs):
        return 0.0, 0.0, 0.0, 0.0
    ends = limbs[:, :8].reshape(-1, 4)  # (2N, 4): x, y, z, radius
    rise = np.maximum(ends[:, 1] - floor, 0.0)
    places = ends[:, (0, 2)] + rise[:, None] * np.array(SUN_SLANT, dtype=np.float32)
    reach = float((ends[:, 3] + SHADOW_BLUR[0] + SHADOW_BLUR[1] * rise).max())
    low, high = places.min(axis=0) - reach, places.max(axis=0) + reach
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _ball_radii(model: SceneModel, overlay: OverlayFrame | None) -> FloatArray:
    """``(M, V)``; heads grow by no more than a common joint would."""
    radius = np.broadcast_to(model.joint_radius, model.visible.shape[1:])
    if overlay is None:
        return radius
    common = np.minimum(radius, 1.3 * float(np.median(model.joint_radius)))
    return radius + (overlay.joint_scale - 1.0) * common


def _colours(model: SceneModel, style: FrameStyle) -> tuple[FloatArray, FloatArray]:
    """Colour and glow of bones at each joint, and of the joints: ``(M, V, 4)`` each."""
    theme = style.theme
    shape = (model.num_people, model.joint_radius.size)
    people = np.array([theme.person(m) for m in range(shape[0])], dtype=np.float32)
    bones = np.zeros((*shape, 4), dtype=np.float32)
    bones[..., :3] = people[:, None]
    joints = bones.copy()
    joints[..., :3] += theme.joint_tint * (1.0 - joints[..., :3])
    overlay = style.overlay
    if overlay is None or overlay.is_empty:
        return bones, joints
    step_back = (DIMMED * overlay.dimming)[..., None]
    rgb, share = overlay.joint_colours[..., :3], overlay.joint_colours[..., 3:]
    # bones carry a little of their focal end, and otherwise step back with everything else
    whole = (DIMMED * overlay.dimming.max(axis=-1, initial=0.0))[:, None, None]
    bones[..., :3] += whole * (np.array(theme.dim, dtype=np.float32) - bones[..., :3])
    bones[..., :3] += BONE_SHARE * share * (rgb - bones[..., :3])
    joints[..., :3] += step_back * (np.array(theme.dim, dtype=np.float32) - joints[..., :3])
    joints[..., :3] += share * (rgb - joints[..., :3])
    joints[..., 3] = FOCAL_GLOW * share[..., 0]
    return bones, joints


def _lines(
    start: NDArray[np.floating],
    end: NDArray[np.floating],
    width_px: NDArray[np.floating] | float,
    rgba_start: NDArray[np.floating],
    rgba_end: NDArray[np.floating],
) -> FloatArray:
    rows = _rows(len(start), LINE_FLOATS)
    rows[:, 0:3], rows[:, 3:6], rows[:, 6] = start, end, width_px
    rows[:, 7:11], rows[:, 11:15] = rgba_start, rgba_end
    return rows


def _trails(model: SceneModel, frame: int, theme: SceneTheme) -> FloatArray:
    """The last second of hands and feet, thinning out into the past."""
    joints = list(model.trail_joints)
    first = max(0, frame - model.trail_frames)
    if not joints or first == frame:
        return _rows(0, LINE_FLOATS)
    points = model.positions[first : frame + 1][:, :, joints]  # (L + 1, M, J, 3)
    known = model.visible[first : frame + 1][:, :, joints]
    age = np.linspace(-(frame - first) / model.trail_frames, 0.0, len(points)) + 1.0
    fade = np.broadcast_to(age[:, None, None] ** 1.6, known.shape)
    colour = np.empty((*known.shape, 4), dtype=np.float32)
    people = np.array([theme.person(m) for m in range(model.num_people)], dtype=np.float32)
    colour[..., :3] = people[:, None]
    colour[..., 3] = 0.85 * fade
    drawn = known[1:] & known[:-1]
    width = TRAIL_PX * (0.35 + 0.65 * fade[1:])
    return _lines(
        points[:-1][drawn], points[1:][drawn], width[drawn], colour[:-1][drawn], colour[1:][drawn]
    )


def _links(model: SceneModel, style: FrameStyle) -> FloatArray:
    """The overlay's lines; the one under the pointer stands out."""
    if style.overlay is None or not len(style.overlay.links):
        return _rows(0, LINE_FLOATS)
    links = style.overlay.links
    start, end = model.transform.apply(links.start), model.transform.apply(links.end)
    rgba, width_px = links.rgba, links.width_px
    if style.hovered_link is not None and style.hovered_link < len(links):
        rgba, width_px = rgba.copy(), width_px.copy()
        rgba[style.hovered_link, 3] = 1.0
        width_px[style.hovered_link] += HOVERED_WIDER_PX
    return _lines(start, end, width_px, rgba, rgba)


def _spots(model: SceneModel, overlay: OverlayFrame | None) -> FloatArray:
    """The overlay's discs."""
    if overlay is None or not len(overlay.spots):
        return _rows(0, MARK_FLOATS)
    spots = overlay.spots
    centre = model.transform.apply(spots.positions)
    return _marks(centre, disc_radii(model, spots), spots.rgba, 0.0, DISC)


def disc_radii(model: SceneModel, spots: OverlaySpots) -> FloatArray:
    """``(Q,)`` radii in the scene: discs of fine voxels are all drawn larger, to be seen at all."""
    largest = spots.largest * model.transform.scale
    growth = max(SMALLEST_DISC / largest, 1.0) if largest > 0 else 1.0
    return spots.radius * np.float32(model.transform.scale * growth)


def _marks(
    centre: NDArray[np.floating],
    radius: NDArray[np.floating] | float,
    rgba: NDArray[np.floating],
    stroke_px: float,
    smallest: NDArray[np.floating] | float = 0.0,
) -> FloatArray:
    rows = _rows(len(centre), MARK_FLOATS)
    rows[:, 0:3], rows[:, 3], rows[:, 4:8] = centre, radius, rgba
    rows[:, 8], rows[:, 9] = stroke_px, smallest
    return rows


def _halos(model: SceneModel, frame: int, visible: BoolArray, style: FrameStyle) -> FloatArray:
    """A soft glow around each focal joint, wider and brighter with its score."""
    overlay = style.overlay
    if overlay is None or not overlay.focal.any():
        return _rows(0, MARK_FLOATS)
    lit = overlay.focal & visible
    weight = np.nan_to_num(overlay.joint_weights[lit])
    person, joint = np.nonzero(lit)
    ball = _ball_radii(model, overlay)[lit]
    width = 2.2 * float(np.median(model.joint_radius)) * (0.6 + weight)
    rgba = overlay.joint_colours[lit].copy()
    rgba[:, 3] *= style.theme.halo * (0.35 + 0.65 * weight)
    centre = model.positions[frame][person, joint]
    return _marks(centre, ball + width, rgba, 0.0, ball / (ball + width))


def _missing(model: SceneModel, frame: int, visible: BoolArray, theme: SceneTheme) -> FloatArray:
    """Hollow rings where joints of people in sight were seen last."""
    last = model.last_seen[frame]
    age = (frame - last) / (MISSING_FADE_S * float(model.recording.shown_fps))
    hollow = ~visible & (last >= 0) & (age < 1.0) & np.any(visible, axis=-1, keepdims=True)
    person, joint = np.nonzero(hollow)
    rgba = np.empty((len(person), 4), dtype=np.float32)
    people = np.array([theme.person(m) for m in range(model.num_people)], dtype=np.float32)
    rgba[:, :3] = people[person]
    rgba[:, 3] = 0.9 * (1.0 - age[hollow])
    centre = model.positions[last[hollow], person, joint]
    return _marks(centre, 1.1 * model.joint_radius[joint], rgba, RING_PX, 4.0)


def _pins(model: SceneModel, frame: int, style: FrameStyle) -> FloatArray:
    """Small rings at parts that links lead to, one around each joint picked or pointed at."""
    found = [_link_pins(model, style.overlay)]
    lit = tuple((place, PICKED_PX) for place in style.lit)
    rings = (*lit, (style.picked, PICKED_PX), (style.hovered, HOVERED_PX))
    for place, stroke_px in rings:
        if place is None or not model.visible[frame][place]:
            continue
        centre = model.positions[frame][place][None]
        rgba = np.array([[*style.theme.accent, 0.95]], dtype=np.float32)
        radius = 1.25 * float(model.joint_radius[place[1]])
        found.append(_marks(centre, radius, rgba, stroke_px, 7.0))
    return np.concatenate(found)


def _link_pins(model: SceneModel, overlay: OverlayFrame | None) -> FloatArray:
    if overlay is None or not overlay.links.is_pinned.any():
        return _rows(0, MARK_FLOATS)
    links = overlay.links
    at_start, at_end = links.is_pinned.T
    places = np.concatenate([links.start[at_start], links.end[at_end]])
    rgba = np.concatenate([links.rgba[at_start], links.rgba[at_end]])
    _, index = np.unique(places, axis=0, return_index=True)
    small = 0.55 * float(np.median(model.joint_radius))
    colours = rgba[index].copy()
    colours[:, 3] = np.maximum(colours[:, 3], 0.8)
    return _marks(model.transform.apply(places[index]), small, colours, 1.4, 2.5)


def _floor_rings(
    model: SceneModel, frame: int, visible: BoolArray, style: FrameStyle
) -> FloatArray:
    """A ring under the selected person where there is more than one."""
    person = style.selected
    if person is None or model.num_people == 1 or not visible[person].any():
        return _rows(0, MARK_FLOATS)
    x, _, z = model.centre(frame, person)
    rgba = np.array([[*style.theme.person(person), 0.9]], dtype=np.float32)
    return _marks(np.array([[x, model.stage.floor, z]]), 0.24, rgba, -2.0)
