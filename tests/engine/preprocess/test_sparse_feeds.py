"""What a graph over voxels is fed with: names, shapes, nothing that depends on the batch."""

import numpy as np

from engine.preprocess.sparse_feeds import SparsePlan, sites_of_clips, sparse_feeds
from engine.preprocess.voxels import Pool

PLAN = SparsePlan(
    coordinates=3,
    space=16,
    kernel=3,
    lags=(-3, -1, 0, 1, 3),
    taps=(-1, 0, 1),
    pools=(Pool(time=2), Pool(time=1)),
)


def random_clips(clips: int = 3) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(clips, 3, 8, 6, 2)).astype(np.float32)


def test_feeds_come_in_the_order_in_which_a_network_takes_them():
    feeds = sparse_feeds(random_clips(), PLAN)
    assert list(feeds) == [
        "input", "entries", "steps_0", "pairs_0", "blocks_0", "sums_0",
        "children_1", "steps_1", "pairs_1", "blocks_1", "sums_1",
        "children_2", "steps_2", "pairs_2", "blocks_2", "sums_2",
        "clip_sites",
    ]  # fmt: skip
    assert all(feed.dtype == np.int64 for name, feed in feeds.items() if name != "input")


def test_every_table_is_whole():
    feeds = sparse_feeds(random_clips(), PLAN)
    for level in range(3):
        sites = len(feeds[f"steps_{level}"])
        assert feeds[f"steps_{level}"].shape == (sites, len(PLAN.lags))
        assert len(feeds[f"sums_{level}"]) % sites == 0
        assert len(feeds[f"pairs_{level}"]) % len(feeds[f"blocks_{level}"]) == 0
        assert feeds[f"pairs_{level}"].max() == sites
        assert feeds[f"blocks_{level}"].max() < PLAN.neighbours
    assert len(feeds["entries"]) % len(feeds["steps_0"]) == 0
    assert len(feeds["clip_sites"]) % 3 == 0


def test_each_clip_has_its_own_sites():
    inputs = random_clips()
    _, levels = PLAN.sites(inputs)
    last = levels[-1]
    for clip, sites in enumerate(sites_of_clips(last, 3)):
        real = sites[sites < len(last)]
        np.testing.assert_array_equal(real, np.flatnonzero(last.clips == clip))


def test_steps_never_lead_into_another_clip():
    inputs = np.repeat(random_clips(1), 3, axis=0)
    feeds = sparse_feeds(inputs, PLAN)
    _, levels = PLAN.sites(inputs)
    for level, sites in enumerate(levels):
        table = feeds[f"steps_{level}"]
        clips = np.append(sites.clips, -1)[table]
        assert ((clips == sites.clips[:, None]) | (clips == -1)).all()
