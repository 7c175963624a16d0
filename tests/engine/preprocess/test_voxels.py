"""Voxels: the grid, who is on it, coarser resolutions, the way back to coordinates."""

import numpy as np

from engine.preprocess.voxels import (
    Pool,
    Sites,
    Voxels,
    coarser_sites,
    distinct_of,
    finest_sites,
    order_of,
    voxelise,
)


def random_clips(seed: int, *, clips: int = 2, channels: int = 3, people: int = 2) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.normal(size=(clips, channels, 8, 6, people)).astype(np.float32)


def voxels_of(inputs: np.ndarray, space: int = 16, coordinates: int = 3) -> Voxels:
    return voxelise(inputs, coordinates=coordinates, space=space)


def places(sites: Sites) -> set[tuple[int, ...]]:
    rows = np.column_stack([sites.clips, sites.steps, sites.cells])
    return {tuple(row) for row in rows.tolist()}


def test_the_smallest_coordinate_falls_into_the_first_voxel_and_the_largest_into_the_last():
    voxels = voxels_of(random_clips(0), space=64)
    assert (voxels.cells.min(axis=(1, 2)) == 0).all()
    assert (voxels.cells.max(axis=(1, 2)) == 63).all()


def test_the_middle_of_a_voxel_is_at_most_half_an_edge_from_its_joints():
    inputs = random_clips(1)
    voxels = voxels_of(inputs)
    sites = finest_sites(voxels)
    centres = voxels.centres(sites.clips, sites.cells, 1)
    points = inputs.transpose(0, 2, 4, 3, 1).reshape(2, 8, 12, 3)
    away = np.abs(centres[sites.of_joints] - points)
    assert (away <= voxels.edges[:, None, None] * 0.5001).all()


def test_the_middle_of_a_coarse_voxel_is_the_middle_of_the_fine_ones_in_it():
    voxels = voxels_of(random_clips(2))
    clips = np.zeros(2, dtype=np.int64)
    fine = np.array([[4, 8, 0], [7, 11, 3]])
    middle = voxels.centres(clips, fine, 1).mean(axis=0)
    np.testing.assert_allclose(voxels.centres(clips[:1], fine[:1] // 4, 4)[0], middle, rtol=1e-5)


def test_people_who_are_not_there_have_no_site_and_do_not_stretch_the_grid():
    inputs = random_clips(3) + 50
    inputs[1, ..., 1] = 0
    sites = finest_sites(voxels_of(inputs))
    assert (sites.of_joints[1, :, 6:] == -1).all()
    assert (sites.of_joints[1, :, :6] >= 0).all()
    alone = voxels_of(inputs[1:, ..., :1])
    np.testing.assert_array_equal(voxels_of(inputs).cells[1, :, :6], alone.cells[0])


def test_a_clip_without_anybody_lies_in_one_voxel():
    inputs = np.zeros((1, 3, 8, 6, 2), dtype=np.float32)
    sites = finest_sites(voxels_of(inputs))
    assert len(sites) == 8
    assert (sites.cells == 0).all()


def test_an_axis_without_extent_is_one_voxel_thick():
    inputs = random_clips(4)
    inputs[:, 1] = 7.5
    voxels = voxels_of(inputs)
    assert (voxels.cells[..., 1] == 0).all()
    np.testing.assert_array_equal(voxels.edges[:, 1], 0)


def test_pictures_have_two_axes():
    inputs = random_clips(5, channels=3)
    flat = voxels_of(inputs, coordinates=2)
    assert finest_sites(flat).cells.shape[1] == 2
    np.testing.assert_array_equal(flat.cells, voxels_of(inputs).cells[..., :2])


def test_joints_in_the_same_voxel_of_a_frame_share_a_site():
    inputs = random_clips(6)
    inputs[:, :, :, 3] = inputs[:, :, :, 2]
    sites = finest_sites(voxels_of(inputs, space=64))
    np.testing.assert_array_equal(sites.of_joints[..., 3], sites.of_joints[..., 2])
    for site in range(len(sites)):
        clip, frame, _ = np.argwhere(sites.of_joints == site)[0]
        assert (sites.clips[site], sites.steps[site]) == (clip, frame)


def test_coarser_sites_are_the_halved_places_of_the_finer_ones():
    fine = finest_sites(voxels_of(random_clips(7)))
    for time in (1, 2):
        coarse, parents = coarser_sites(fine, Pool(time=time))
        halved = {(n, t // time, *(c // 2 for c in cell)) for n, t, *cell in places(fine)}
        assert places(coarse) == halved
        assert len(coarse) == len(halved)
        np.testing.assert_array_equal(coarse.cells[parents], fine.cells // 2)
        np.testing.assert_array_equal(coarse.steps[parents], fine.steps // time)
        np.testing.assert_array_equal(coarse.clips[parents], fine.clips)
        np.testing.assert_array_equal(coarse.of_joints, parents[fine.of_joints])


def test_sites_of_a_clip_do_not_depend_on_the_rest_of_the_batch():
    inputs = random_clips(8, clips=3)
    together, alone = finest_sites(voxels_of(inputs)), finest_sites(voxels_of(inputs[1:2]))
    np.testing.assert_array_equal(together.cells[together.clips == 1], alone.cells)


def test_keys_are_put_in_the_order_of_a_stable_sort():
    keys = np.random.default_rng(9).integers(0, 5, 200) * 10**9
    np.testing.assert_array_equal(order_of(keys), np.argsort(keys, kind="stable"))
    distinct, place = distinct_of(keys)
    np.testing.assert_array_equal(distinct, np.unique(keys))
    np.testing.assert_array_equal(distinct[place], keys)
