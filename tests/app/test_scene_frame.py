from dataclasses import replace

import numpy as np
import pytest

from app.overlays import OverlayFrame, OverlaySettings, OverlaySpots, prepared
from app.overlays.focal import FOCAL
from app.scene_frame import SMALLEST_DISC, FrameStyle, SceneFrame, scene_frame
from app.scene_model import SceneModel, build_scene
from app.scene_theme import SceneTheme
from engine.arrays import FloatArray
from tests.app.figures import HEAD, RIGHT_HAND, explanation_of, recording_of, standing

DARK = SceneTheme.dark()


def model_of(positions: FloatArray) -> SceneModel:
    return build_scene(recording_of(positions))


def all_rows(frame: SceneFrame) -> tuple[FloatArray, ...]:
    return (
        frame.limbs, frame.trails, frame.links, frame.spots, frame.halos, frame.rings,
        frame.pins, frame.floor_rings,
    )  # fmt: skip


def focal_frame(model: SceneModel, frame: int = 0) -> OverlayFrame:
    shape = (model.num_frames, model.num_people, 20)
    explanation = explanation_of(
        np.tile(np.linspace(0, 1, 20), (*shape[:2], 1)), links=np.full((*shape[:2], 10, 20), 0.9)
    )
    wish = OverlaySettings(focal_joints=4, link_threshold=0.5)
    return FOCAL.draw(prepared(explanation), model.recording, frame, wish)


def test_every_visible_joint_and_bone_is_a_limb_at_its_place() -> None:
    model = model_of(standing())

    limbs = scene_frame(model, 0, FrameStyle(theme=DARK)).limbs

    assert len(limbs) == 20 + 19
    joints = limbs[(limbs[:, 0:3] == limbs[:, 4:7]).all(axis=1)]
    found = sorted(map(tuple, joints[:, 0:3].tolist()))
    assert found == sorted(map(tuple, model.positions[0, 0].tolist()))


def test_bones_to_missing_joints_are_not_drawn_and_nothing_is_ever_nan() -> None:
    positions = standing(40)
    positions[20:, 0, RIGHT_HAND] = np.nan
    positions[:, 0, HEAD] = np.nan
    model = model_of(positions)
    style = FrameStyle(theme=DARK, overlay=focal_frame(model, 25), has_trails=True, hovered=(0, 7))

    frame = scene_frame(model, 25, style)

    assert len(frame.limbs) == 18 + 17
    assert all(np.isfinite(rows).all() for rows in all_rows(frame))
    assert np.isfinite(frame.shadow_area).all()


def test_a_missing_joint_is_a_ring_where_it_was_last_seen_and_then_fades_away() -> None:
    positions = standing(90)
    positions[20:, 0, RIGHT_HAND] = np.nan
    model = model_of(positions)
    style = FrameStyle(theme=DARK)

    soon, late, gone = (scene_frame(model, f, style).rings for f in (21, 40, 60))

    assert soon[:, 0:3] == pytest.approx(model.positions[19, 0, RIGHT_HAND][None])
    assert late[0, 7] < soon[0, 7]
    assert len(gone) == 0


def test_a_person_who_has_left_leaves_no_rings() -> None:
    positions = standing(30)
    positions[10:] = np.nan

    frame = scene_frame(model_of(positions), 12, FrameStyle(theme=DARK))

    assert all(len(rows) == 0 for rows in all_rows(frame))


def test_a_joint_that_was_never_seen_is_not_drawn_at_all() -> None:
    positions = standing(10)
    positions[:, 0, RIGHT_HAND] = np.nan

    assert len(scene_frame(model_of(positions), 5, FrameStyle(theme=DARK)).rings) == 0


def test_people_have_colours_of_their_own() -> None:
    model = model_of(standing(people=((-1, 0, 3), (1, 0, 3))))

    limbs = scene_frame(model, 0, FrameStyle(theme=DARK)).limbs

    bones = limbs[~(limbs[:, 0:3] == limbs[:, 4:7]).all(axis=1)]
    assert {tuple(row) for row in bones[:, 8:11].round(4).tolist()} == {
        tuple(np.float32(DARK.person(m)).round(4).tolist()) for m in range(2)
    }


def test_focal_joints_take_the_scale_s_colour_grow_and_get_halos() -> None:
    model = model_of(standing())
    overlay = focal_frame(model)

    plain = scene_frame(model, 0, FrameStyle(theme=DARK))
    lit = scene_frame(model, 0, FrameStyle(theme=DARK, overlay=overlay))

    assert len(plain.halos) == 0
    assert len(lit.halos) == 4
    at_joint = np.flatnonzero((lit.limbs[:, 0:3] == model.positions[0, 0, 19]).all(axis=1))
    ball = lit.limbs[at_joint[-1]]
    assert ball[8:11] == pytest.approx(overlay.joint_colours[0, 19, :3])
    assert ball[3] > model.joint_radius[19]


def test_joints_out_of_focus_step_back_towards_the_background() -> None:
    model = model_of(standing())

    plain = scene_frame(model, 0, FrameStyle(theme=DARK)).limbs
    lit = scene_frame(model, 0, FrameStyle(theme=DARK, overlay=focal_frame(model))).limbs

    def saturation(rows: FloatArray) -> float:
        at_head = rows[(rows[:, 0:3] == model.positions[0, 0, HEAD]).all(axis=1)][-1]
        return float(np.ptp(at_head[8:11]))

    assert saturation(lit) < 0.6 * saturation(plain)


def test_links_lead_from_their_parts_to_visible_joints_only() -> None:
    positions = standing()
    positions[:, 0, 19] = np.nan
    model = model_of(positions)

    frame = scene_frame(model, 0, FrameStyle(theme=DARK, overlay=focal_frame(model)))

    ends = {tuple(row) for row in frame.links[:, 3:6].tolist()}
    assert ends == {tuple(model.positions[0, 0, joint].tolist()) for joint in (16, 17, 18)}
    assert len(frame.links) == 3 * 10
    assert len(frame.pins) == 10


def test_trails_show_the_last_second_and_stop_at_gaps() -> None:
    positions = standing(90)
    positions[..., 0] += np.linspace(0, 1, 90)[:, None, None]
    positions[70:75, 0, RIGHT_HAND] = np.nan
    model = model_of(positions)
    style = FrameStyle(theme=DARK, has_trails=True)

    whole, cut, first = (scene_frame(model, f, style).trails for f in (60, 80, 0))

    assert len(whole) == 4 * 30
    assert len(cut) == 4 * 30 - 6
    assert len(first) == 0
    assert whole[:, 10].max() > whole[:, 10].min()


def test_the_selected_person_stands_in_a_ring_where_there_is_another_one() -> None:
    two = model_of(standing(people=((-1, 0, 3), (1, 0, 3))))
    alone = model_of(standing())

    ring = scene_frame(two, 0, FrameStyle(theme=DARK, selected=1)).floor_rings

    assert ring[0, 1] == pytest.approx(two.stage.floor)
    assert ring[0, 4:7] == pytest.approx(DARK.person(1))
    assert len(scene_frame(alone, 0, FrameStyle(theme=DARK, selected=0)).floor_rings) == 0


def test_the_joint_under_the_pointer_is_ringed() -> None:
    model = model_of(standing())

    pins = scene_frame(model, 0, FrameStyle(theme=DARK, hovered=(0, HEAD))).pins

    assert pins[0, 0:3] == pytest.approx(model.positions[0, 0, HEAD])


def test_the_joint_whose_map_is_open_is_ringed_beside_the_one_under_the_pointer() -> None:
    model = model_of(standing())
    style = FrameStyle(theme=DARK, picked=(0, RIGHT_HAND), hovered=(0, HEAD))

    pins = scene_frame(model, 0, style).pins

    assert pins[:, 0:3] == pytest.approx(model.positions[0, 0, [RIGHT_HAND, HEAD]])


def test_joints_marked_on_the_timeline_are_ringed_where_they_are_seen() -> None:
    positions = standing().copy()
    positions[0, 0, HEAD] = np.nan
    model = model_of(positions)
    style = FrameStyle(theme=DARK, lit=((0, RIGHT_HAND), (0, HEAD)))

    pins = scene_frame(model, 0, style).pins

    assert pins[:, 0:3] == pytest.approx(model.positions[0, 0, [RIGHT_HAND]])


def test_the_line_under_the_pointer_stands_out() -> None:
    model = model_of(standing())
    overlay = focal_frame(model)

    plain = scene_frame(model, 0, FrameStyle(theme=DARK, overlay=overlay)).links
    hovered = scene_frame(model, 0, FrameStyle(theme=DARK, overlay=overlay, hovered_link=2)).links

    changed = np.flatnonzero((plain != hovered).any(axis=1))
    assert changed.tolist() == [2]
    assert hovered[2, 6] > plain[2, 6]
    assert overlay.links.width_px[2] == plain[2, 6], "the overlay itself is left as it was"


def test_discs_lie_at_their_places_and_grow_with_the_scene() -> None:
    model = model_of(1000 * standing())  # millimetres
    place = model.recording.positions[0, 0, HEAD]
    spots = OverlaySpots(
        name="Activation",
        positions=place[None],
        magnitudes=np.ones(1, dtype=np.float32),
        radius=np.array([200.0], dtype=np.float32),
        largest=200.0,
        rgba=np.full((1, 4), 0.5, dtype=np.float32),
    )
    overlay = replace(OverlayFrame.nothing(1, 20), spots=spots)

    rows = scene_frame(model, 0, FrameStyle(theme=DARK, overlay=overlay)).spots

    assert rows[0, 0:3] == pytest.approx(model.positions[0, 0, HEAD], abs=1e-4)
    assert rows[0, 3] == pytest.approx(200.0 * model.transform.scale)
    assert rows[0, 8:10].tolist() == [0.0, -1.0]

    small = replace(overlay, spots=replace(spots, radius=spots.radius / 200, largest=2.0))
    rows = scene_frame(model, 0, FrameStyle(theme=DARK, overlay=small)).spots
    assert rows[0, 3] == pytest.approx(SMALLEST_DISC / 2), "half of what the strongest one has"


def test_a_frame_of_a_long_recording_has_no_more_rows_than_one_of_a_short_one() -> None:
    places = ((-1, 0, 3), (1, 0, 3))
    counts = []
    for num_frames in (100, 10_000):
        model = model_of(standing(num_frames, places))
        overlay = focal_frame(model, num_frames - 20)
        style = FrameStyle(theme=DARK, overlay=overlay, selected=0, has_trails=True)
        frame = scene_frame(model, num_frames - 20, style)
        counts.append([len(rows) for rows in all_rows(frame)])

    assert counts[0] == counts[1]
    assert counts[0][0] == 2 * (20 + 19)
