"""Whether the camera goes with the body."""

import numpy as np

from app.following import Following
from engine.layouts.shrec_hand_22 import SHREC_HAND_22
from engine.skeleton import LayoutKind
from tests.app.figures import recording_of, standing

BODY = recording_of(standing(3))
HAND = recording_of(np.zeros((3, 1, 22, 3)), layout=SHREC_HAND_22)


def test_hands_are_followed_and_bodies_are_not_and_each_stays_as_it_was_left() -> None:
    following = Following(bodies=False, hands=True)
    told: list[bool] = []
    following.changed.connect(told.append)

    for recording in (BODY, HAND):
        following.show_recording(recording)
    following.set_on(False)
    following.show_recording(BODY)
    following.set_on(True)
    following.show_recording(HAND)

    assert told == [False, True, False, False, True, False]
    assert following.is_on(LayoutKind.BODY)
    assert not following.is_on(LayoutKind.HAND)
