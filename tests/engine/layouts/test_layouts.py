import numpy as np
import pytest

from engine.errors import LayoutError
from engine.formats import read_recording
from engine.layouts import LAYOUTS, layout_by_id
from engine.layouts.derived import HAND_PART_NAMES, body_parts, hand_parts, mirror_by_name
from engine.skeleton import PART_NAMES, Axis, LayoutKind

BODIES = tuple(layout for layout in LAYOUTS if layout.kind is LayoutKind.BODY)
HANDS = tuple(layout for layout in LAYOUTS if layout.kind is LayoutKind.HAND)

PUBLISHED_PARENTS = {
    "kinect-v1": (1, 2, 2, 2, 2, 4, 5, 6, 2, 8, 9, 10, 0, 12, 13, 14, 0, 16, 17, 18),
    "utd-mhad": (1, 2, 3, 3, 1, 4, 5, 6, 1, 8, 9, 10, 3, 12, 13, 14, 3, 16, 17, 18),
    "msr-action3d": (2, 2, 3, 6, 6, 6, 6, 0, 1, 7, 8, 9, 10, 4, 5, 13, 14, 15, 16, 2),
    "kinect-v2": (
        *(1, 20, 20, 2, 20, 4, 5, 6, 20, 8, 9, 10, 0),
        *(12, 13, 14, 0, 16, 17, 18, 20, 22, 7, 24, 11),
    ),
    "shrec-hand-22": (1, 1, 0, 2, 3, 4, 1, 6, 7, 8, 1, 10, 11, 12, 1, 14, 15, 16, 1, 18, 19, 20),
    "sfinge-hand-20": (0, 0, 1, 2, 0, 4, 5, 6, 0, 8, 9, 10, 0, 12, 13, 14, 0, 16, 17, 18),
}
JOINT_COUNTS = {
    "kinect-v1": 20,
    "kinect-v2": 25,
    "utd-mhad": 20,
    "msr-action3d": 20,
    "coco-17": 17,
    "openpose-18": 18,
    "body-25": 25,
    "blazepose-33": 33,
    "jhmdb-15": 15,
    "shrec-hand-22": 22,
    "sfinge-hand-20": 20,
    "blazepose-hand-21": 21,
}
FLAT = {"coco-17", "openpose-18", "body-25", "jhmdb-15"}


def by_id(layout):
    return layout.id


def test_every_layout_is_in_the_table_once():
    assert {layout.id: layout.num_joints for layout in LAYOUTS} == JOINT_COUNTS
    assert len(LAYOUTS) == len(JOINT_COUNTS)


def test_layouts_are_found_by_id():
    for layout in LAYOUTS:
        assert layout_by_id(layout.id) is layout


def test_an_unknown_id_lists_the_known_ones():
    with pytest.raises(LayoutError, match="no skeleton layout 'kinect'; there are kinect-v1, "):
        layout_by_id("kinect")


@pytest.mark.parametrize("layout", LAYOUTS, ids=by_id)
def test_parents_are_the_published_ones(layout):
    expected = PUBLISHED_PARENTS.get(layout.id, layout.parents)
    assert layout.parents == expected
    assert len(layout.bones) == layout.num_joints - 1


@pytest.mark.parametrize("layout", BODIES, ids=by_id)
def test_bodies_have_the_ten_parts_of_the_paper(layout):
    assert tuple(part.name for part in layout.parts) == PART_NAMES


@pytest.mark.parametrize("layout", HANDS, ids=by_id)
def test_hands_have_a_palm_and_five_fingers(layout):
    assert tuple(part.name for part in layout.parts) == HAND_PART_NAMES
    for part in layout.parts[1:]:
        assert all(layout.joints[joint].startswith(part.name) for joint in part.joints)


@pytest.mark.parametrize("layout", BODIES, ids=by_id)
def test_the_parts_of_the_two_sides_mirror_each_other(layout):
    parts = {part.name: part.joints for part in layout.parts}
    for name, joints in parts.items():
        if name.startswith("left "):
            mirrored = tuple(layout.mirror[joint] for joint in joints)
            assert parts[name.replace("left", "right")] == mirrored


def test_kinect_v2_parts_are_those_of_the_plan():
    parts = [tuple(j + 1 for j in part.joints) for part in layout_by_id("kinect-v2").parts]
    assert parts == [
        (3, 4, 21), (1, 2, 21), (5, 6, 7), (8, 22, 23), (9, 10, 11),
        (12, 24, 25), (13, 14, 15), (14, 15, 16), (17, 18, 19), (18, 19, 20),
    ]  # fmt: skip


@pytest.mark.parametrize("layout", BODIES, ids=by_id)
def test_mirroring_swaps_left_and_right_by_name(layout):
    for joint, other in enumerate(layout.mirror):
        name, partner = layout.joints[joint], layout.joints[other]
        swapped = {"left": "right", "right": "left"}
        side, _, rest = name.partition(" ")
        assert partner == (f"{swapped[side]} {rest}" if side in swapped else name)


@pytest.mark.parametrize("layout", BODIES, ids=by_id)
def test_bones_mirror_onto_bones(layout):
    bones = set(layout.bones)
    for child, parent in bones:
        assert (layout.mirror[child], layout.mirror[parent]) in bones


@pytest.mark.parametrize("layout", LAYOUTS, ids=by_id)
def test_flat_layouts_are_pictures_with_y_down(layout):
    assert (layout.dimensions == 2) == (layout.id in FLAT)
    if layout.dimensions == 2:
        assert layout.up is Axis.MINUS_Y


def test_a_side_joint_without_partner_is_refused():
    with pytest.raises(LayoutError, match="needs a partner 'right ear'"):
        mirror_by_name(("head", "left ear"))


def test_parts_come_in_full():
    with pytest.raises(LayoutError, match="10 parts are needed, 1 given"):
        body_parts((0,))
    with pytest.raises(LayoutError, match="6 parts are needed, 2 given"):
        hand_parts((0,), (1,))


REAL_FILES = {
    "kinect-v1": "nw-ucla/a01_s01_e00_v01.json",
    "utd-mhad": "utd-mhad/a10_s1_t1_skeleton.mat",
    "msr-action3d": "msr-action3d-samples/a01_s01_e01_skeleton3D.txt",
    "kinect-v2": "ntu-raw/S001C001P001R001A002.skeleton",
}


@pytest.mark.parametrize("layout_id", REAL_FILES)
def test_real_people_stand_upright_and_have_arms_as_long_as_each_other(shared_data, layout_id):
    recording = read_recording(shared_data / REAL_FILES[layout_id])
    layout = layout_by_id(layout_id)
    assert recording.layout is layout
    place = dict(zip(layout.joints, np.median(recording.positions[:, 0], axis=0), strict=True))
    assert layout.up is Axis.PLUS_Y
    assert place["head"][1] > place["shoulder centre"][1] > place["hip centre"][1]
    for side in ("left", "right"):
        assert place["hip centre"][1] > place[f"{side} knee"][1] > place[f"{side} ankle"][1]
    # facing the camera: x grows to the camera's own left, which is the person's right
    assert place["left shoulder"][0] < place["right shoulder"][0]
    bones = {
        layout.joints[child]: np.nanmedian(
            np.linalg.norm(
                recording.positions[:, 0, child] - recording.positions[:, 0, parent], axis=-1
            )
        )
        for child, parent in layout.bones
    }
    for joint in ("elbow", "wrist", "knee", "ankle"):
        assert bones[f"left {joint}"] == pytest.approx(bones[f"right {joint}"], rel=0.4)
        assert 0.1 < bones[f"left {joint}"] < 0.7


def test_a_real_hand_has_bones_of_a_hand_and_points_its_fingers(shared_data):
    recording = read_recording(shared_data / "sfinge3d/Dictionary/1/1.txt")
    layout = layout_by_id("sfinge-hand-20")
    for child, parent in layout.bones:
        length = np.linalg.norm(
            recording.positions[:, 0, child] - recording.positions[:, 0, parent], axis=-1
        )
        assert 0.005 < np.median(length) < 0.12
