import numpy as np
import pytest

from engine.errors import LayoutError
from engine.formats import read_recording
from engine.layouts import LAYOUTS, layout_by_id
from engine.layouts.maps import (
    MADE_UP_CONFIDENCE,
    RowKind,
    map_between,
    map_findings,
    map_recording,
)
from engine.layouts.points import RECIPES, make_point, points_of
from engine.skeleton import Axis
from tests.engine.formats.making import make_recording

MAPPED = tuple(layout for layout in LAYOUTS if points_of(layout) is not None)
SPATIAL = tuple(layout for layout in MAPPED if layout.dimensions == 3)
PAIRS = [
    (source.id, target.id)
    for source in MAPPED
    for target in MAPPED
    if source is not target and source.dimensions >= target.dimensions
]


def between(source, target):
    return map_between(layout_by_id(source), layout_by_id(target))


def row(mapping, joint):
    """Sources by name, and the kind, of one joint."""
    found = mapping.rows[mapping.target.index(joint)]
    return {mapping.source.joints[s]: w for s, w in found.sources}, found.kind


def body(layout, frames=4):
    """A made-up person in a layout, nothing missing."""
    random = np.random.default_rng(1)
    positions = random.normal(size=(frames, 2, layout.num_joints, layout.dimensions))
    return positions.astype(np.float32), np.full((frames, 2, layout.num_joints), 0.8, np.float32)


def test_the_body_layouts_of_the_issue_have_maps():
    ids = {layout.id for layout in MAPPED}
    assert ids >= {"kinect-v1", "kinect-v2", "blazepose-33", "coco-17", "msr-action3d", "utd-mhad"}


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_every_pair_has_a_row_for_each_joint_and_weights_that_sum_to_one(source, target):
    mapping = between(source, target)
    assert len(mapping.rows) == mapping.target.num_joints
    for each in mapping.rows:
        weights = [weight for _, weight in each.sources]
        if each.kind is RowKind.MISSING:
            assert weights == []
        else:
            assert sum(weights) == pytest.approx(1)
        if each.kind is RowKind.EXACT:
            assert weights == [1]


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_left_stays_left_in_every_pair(source, target):
    mapping = between(source, target)
    for joint, each in enumerate(mapping.rows):
        mirrored = mapping.rows[mapping.target.mirror[joint]]
        assert mirrored.kind is each.kind
        expected = {mapping.source.mirror[s]: w for s, w in each.sources}
        assert dict(mirrored.sources) == pytest.approx(expected)


def test_utd_is_kinect_v1_in_another_order():
    mapping = between("utd-mhad", "kinect-v1")
    assert mapping.joints(RowKind.EXACT) == mapping.target.joints
    for target, each in enumerate(mapping.rows):
        [(source, _)] = each.sources
        assert mapping.source.joints[source] == mapping.target.joints[target]


def test_kinect_v1_to_v2_says_which_joints_are_made_up():
    mapping = between("kinect-v1", "kinect-v2")
    assert mapping.joints(RowKind.MADE_UP) == (
        "mid spine",
        "neck",
        "left hand tip",
        "left thumb",
        "right hand tip",
        "right thumb",
    )
    assert mapping.joints(RowKind.MISSING) == ()
    assert row(mapping, "mid spine")[0] == pytest.approx(
        {"hip centre": 0.43, "shoulder centre": 0.57}
    )


def test_blazepose_to_kinect_v2_is_the_measured_map():
    mapping = between("blazepose-33", "kinect-v2")
    half = {"left shoulder": 0.5, "right shoulder": 0.5}
    assert row(mapping, "shoulder centre") == (half, RowKind.MADE_UP)
    assert row(mapping, "hip centre")[0] == {"left hip": 0.5, "right hip": 0.5}
    assert row(mapping, "left wrist") == ({"left wrist": 1.0}, RowKind.EXACT)
    assert row(mapping, "left hand tip")[0] == {"left index finger": 1.0}
    assert row(mapping, "right foot")[0] == {"right foot index": 1.0}
    # hips at 0.6 of their offset from the middle
    assert row(mapping, "left hip")[0] == pytest.approx({"left hip": 0.8, "right hip": 0.2})
    # head = ears + 0.1 (ears - shoulders)
    head = {"left ear": 0.55, "right ear": 0.55, "left shoulder": -0.05, "right shoulder": -0.05}
    assert row(mapping, "head")[0] == pytest.approx(head)


def test_a_kinect_knows_no_eyes_and_ears():
    mapping = between("kinect-v2", "coco-17")
    assert mapping.joints(RowKind.MISSING) == ("left eye", "right eye", "left ear", "right ear")
    positions, confidence = mapping.apply(*body(mapping.source))
    assert np.isnan(positions[:, :, 1:5]).all()
    assert not confidence[:, :, 1:5].any()
    assert not np.isnan(positions[:, :, 5:]).any()


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_a_map_moves_with_the_body(source, target):
    mapping = between(source, target)
    positions, confidence = body(mapping.source)
    shift = np.arange(1, mapping.source.dimensions + 1, dtype=np.float32)
    still, _ = mapping.apply(positions, confidence)
    moved, _ = mapping.apply(positions + shift, confidence)
    expected = still + shift[: mapping.target.dimensions]
    assert np.allclose(moved, expected, atol=1e-4, equal_nan=True)


def test_exact_joints_are_copied_bit_for_bit_and_keep_their_confidence():
    mapping = between("kinect-v1", "kinect-v2")
    positions, confidence = body(mapping.source)
    mapped, certain = mapping.apply(positions, confidence)
    wrist = mapping.source.index("left wrist")
    target = mapping.target.index("left wrist")
    assert np.array_equal(mapped[:, :, target], positions[:, :, wrist])
    assert np.array_equal(certain[:, :, target], confidence[:, :, wrist])
    assert mapped.dtype == certain.dtype == np.float32


def test_made_up_joints_have_half_the_confidence_of_their_least_certain_source():
    mapping = between("kinect-v1", "kinect-v2")
    positions, confidence = body(mapping.source)
    confidence[:, :, mapping.source.index("hip centre")] = 0.4
    _, certain = mapping.apply(positions, confidence)
    spine = certain[:, :, mapping.target.index("mid spine")]
    assert spine == pytest.approx(0.4 * MADE_UP_CONFIDENCE)


def test_a_joint_made_from_a_missing_joint_is_missing_and_no_other_is():
    mapping = between("kinect-v1", "kinect-v2")
    positions, confidence = body(mapping.source)
    positions[1, 0, mapping.source.index("hip centre")] = np.nan
    mapped, certain = mapping.apply(positions, confidence)
    gone = {int(v) for v in np.flatnonzero(np.isnan(mapped[1, 0]).any(axis=-1))}
    assert gone == {mapping.target.index("hip centre"), mapping.target.index("mid spine")}
    assert not certain[1, 0, sorted(gone)].any()
    assert not np.isnan(mapped[0]).any()


def test_depth_can_be_dropped():
    mapping = between("kinect-v1", "coco-17")
    positions, confidence = body(mapping.source)
    mapped, _ = mapping.apply(positions, confidence)
    assert mapped.shape == (4, 2, 17, 2)
    knee, target = mapping.source.index("left knee"), mapping.target.index("left knee")
    assert np.array_equal(mapped[:, :, target], positions[:, :, knee, :2])


def test_depth_cannot_be_made_up():
    with pytest.raises(LayoutError, match="coco-17 is flat, kinect-v1 needs 3 dimensions"):
        between("coco-17", "kinect-v1")


def test_a_hand_is_no_body():
    with pytest.raises(LayoutError, match="hand layout sfinge-hand-20, and a body"):
        between("sfinge-hand-20", "kinect-v1")
    with pytest.raises(LayoutError, match="hand layout such as shrec-hand-22 is needed"):
        between("kinect-v1", "shrec-hand-22")


def test_a_layout_nobody_described_has_no_map():
    with pytest.raises(LayoutError, match="nobody has described jhmdb-15"):
        between("kinect-v1", "jhmdb-15")


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.id)
def test_the_map_to_the_same_layout_changes_nothing(layout):
    positions, confidence = body(layout)
    mapped, certain = map_between(layout, layout).apply(positions, confidence)
    assert np.array_equal(mapped, positions)
    assert np.array_equal(certain, confidence)


def test_arrays_of_another_layout_are_refused():
    mapping = between("kinect-v1", "kinect-v2")
    with pytest.raises(LayoutError, match="needs"):
        mapping.apply(*body(layout_by_id("kinect-v2")))


def test_recipes_that_need_each_other_end():
    assert make_point("left hand", frozenset({"left thumb"})) is None
    assert make_point("left toe", frozenset()) is None
    for point in RECIPES:
        assert make_point(point, frozenset({"nothing"})) is None


def test_a_mapped_recording_says_what_was_made_up():
    recording = make_recording(
        layout_by_id("kinect-v1"),
        label="wave",
        orientations=np.zeros((3, 1, 20, 4), np.float32),
    )
    mapped = map_recording(recording, layout_by_id("coco-17"))
    assert mapped.layout.id == "coco-17"
    assert mapped.label == "wave"
    assert mapped.up is recording.up
    assert mapped.orientations is None
    messages = [finding.message for finding in mapped.findings]
    assert messages == [
        "From kinect-v1 to coco-17, 3 of 17 joints made up from others: nose, left hip, right hip.",
        "From kinect-v1 to coco-17, 4 of 17 joints unknown: "
        "left eye, right eye, left ear, right ear.",
        "From kinect-v1 to coco-17, the depth is dropped.",
    ]


def test_an_exact_map_has_nothing_to_report():
    assert map_findings(between("utd-mhad", "kinect-v1")) == ()


def test_a_recording_in_the_wanted_layout_stays_as_it_is():
    recording = make_recording(layout_by_id("kinect-v1"))
    assert map_recording(recording, recording.layout) is recording


def test_depth_is_not_dropped_where_it_is_not_the_last_coordinate():
    recording = make_recording(layout_by_id("kinect-v1"), up=Axis.PLUS_Z)
    with pytest.raises(LayoutError, match="Z up"):
        map_recording(recording, layout_by_id("coco-17"))


def test_made_up_joints_land_near_the_measured_ones_of_a_real_kinect_v2(shared_data):
    truth = read_recording(shared_data / "ntu-raw/S001C001P001R001A002.skeleton")
    there = between("kinect-v2", "msr-action3d").apply(truth.positions, truth.confidence)
    back = between("msr-action3d", "kinect-v2").apply(*there)[0]
    error = np.linalg.norm(back - truth.positions, axis=-1)
    assert np.median(error[:, 0].max(axis=-1)) < 0.12  # metres, the worst joint
    assert np.median(error) < 0.005
