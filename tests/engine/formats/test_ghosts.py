import numpy as np

from engine.formats.ghosts import ghost_findings


def standing(frames, *, width=0.5, height=1.7):
    corners = [[0, 0, 3], [width, 0, 3], [0, height, 3], [width / 2, height / 2, 3]]
    return np.repeat(np.array(corners, np.float32)[None, None], frames, axis=0)


def test_a_body_on_its_own_is_never_doubted():
    assert ghost_findings(standing(30, width=5), ("1",)) == ()


def test_two_standing_people_are_none():
    assert ghost_findings(np.concatenate([standing(30)] * 2, axis=1), ("1", "2")) == ()


def test_a_body_wider_than_tall_is_reported():
    positions = np.concatenate([standing(30), standing(30, width=1.6, height=1.0)], axis=1)
    [finding] = ghost_findings(positions, ("1", "chair"))
    assert finding.message == (
        "Body chair may be a ghost (a chair, a wall): it is wider than tall in 30 of its 30 frames."
    )


def test_a_body_that_lies_down_for_a_while_is_none():
    positions = np.concatenate([standing(30), standing(30)], axis=1)
    positions[:15, 1] = standing(15, width=1.6, height=0.4)[:, 0]
    assert ghost_findings(positions, ("1", "2")) == ()


def test_a_body_seen_for_a_moment_is_reported_only_beside_a_longer_one():
    positions = np.concatenate([standing(30), standing(30)], axis=1)
    positions[5:, 1] = np.nan
    [finding] = ghost_findings(positions, ("1", "2"))
    assert "only 5 of 30 frames" in finding.message
    assert ghost_findings(positions[:8], ("1", "2")) == ()


def test_a_body_that_is_never_there_is_none():
    positions = np.concatenate([standing(30)] * 3, axis=1)
    positions[:, 1] = np.nan
    assert ghost_findings(positions, ("1", "2", "3")) == ()
