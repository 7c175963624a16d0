from dataclasses import replace

import numpy as np

from app.overlays import OverlaySettings, prepared
from app.scene_contents import SceneContents, drawing, overlay_frame, picked_joint
from app.scene_model import build_scene
from app.scene_theme import SceneTheme
from tests.app.figures import explanation_of, recording_of, standing
from tests.app.overlays.made import with_times


def contents() -> SceneContents:
    return SceneContents(theme=SceneTheme.dark()).with_model(
        build_scene(recording_of(standing(10)))
    )


def test_frames_beyond_the_recording_are_its_ends() -> None:
    assert contents().at_frame(99).frame == 9
    assert contents().at_frame(-3).frame == 0


def test_another_recording_starts_clean() -> None:
    explanation = prepared(explanation_of(np.full((10, 1, 20), 0.5)))
    busy = replace(contents(), frame=7, explanation=explanation, selected=0, hovered=(0, 3))

    clean = busy.with_model(busy.model)

    assert (clean.frame, clean.explanation, clean.selected, clean.hovered) == (0, None, None, None)


def test_without_explanation_or_choice_there_is_no_overlay() -> None:
    explanation = prepared(explanation_of(np.full((10, 1, 20), 0.5)))

    assert overlay_frame(contents()) is None
    assert overlay_frame(replace(contents(), explanation=explanation)) is None
    assert overlay_frame(replace(contents(), overlay_ids=("focal",))) is None


def test_the_theme_decides_which_way_the_scale_runs() -> None:
    chosen = replace(
        contents(),
        explanation=prepared(explanation_of(np.full((10, 1, 20), 1.0))),
        overlay_ids=("focal",),
        overlay_settings=OverlaySettings(focal_joints=5, link_threshold=0.2),
    )

    dark = overlay_frame(chosen)
    light = overlay_frame(replace(chosen, theme=SceneTheme.light()))

    assert dark is not None
    assert light is not None
    assert dark.joint_colours[0, 0, :3].mean() > light.joint_colours[0, 0, :3].mean()


def test_without_a_recording_there_is_nothing_to_draw() -> None:
    assert drawing(SceneContents(theme=SceneTheme.dark()), None) is None


def test_a_person_that_the_recording_does_not_have_cannot_be_selected() -> None:
    assert contents().with_selected(0).selected == 0
    assert contents().with_selected(1).selected is None
    assert contents().with_selected(None).selected is None


def test_with_somebody_selected_only_their_joints_are_lit() -> None:
    pair = recording_of(standing(10, ((-1, 0, 3), (1, 0, 3))))
    chosen = replace(
        contents().with_model(build_scene(pair)),
        explanation=prepared(explanation_of(np.full((10, 2, 20), 1.0))),
        overlay_ids=("focal",),
    )

    everybody, second = overlay_frame(chosen), overlay_frame(chosen.with_selected(1))

    assert everybody is not None
    assert second is not None
    assert everybody.focal.any(axis=1).tolist() == [True, True]
    assert second.focal.any(axis=1).tolist() == [False, True]


def test_an_overlay_without_data_adds_nothing_and_others_are_drawn_beside_it() -> None:
    both = replace(
        contents(),
        explanation=prepared(explanation_of(np.full((10, 1, 20), 1.0))),
        overlay_ids=("voxels", "focus", "focal"),
    )

    drawn = overlay_frame(both)

    assert drawn is not None
    assert len(drawn.readings) == 2
    assert len(drawn.spots) == 0
    assert overlay_frame(replace(both, overlay_ids=("voxels",))) is None


def test_the_joint_whose_map_is_open_is_marked_only_where_there_is_such_a_map() -> None:
    weights = np.full((1, 20, 1, 2, 2), 0.5, dtype=np.float32)
    moments = prepared(with_times(weights, np.array([0, 6], dtype=np.float32)))
    picked = replace(contents(), joint=5, explanation=moments, overlay_ids=("time",))

    assert picked_joint(picked) == (0, 5)
    assert picked_joint(replace(picked, overlay_ids=())) is None
    assert picked_joint(replace(picked, joint=None)) is None
    without = prepared(explanation_of(np.full((10, 1, 20), 1.0)))
    assert picked_joint(replace(picked, explanation=without)) is None
