"""Actions that a mirror makes another one: swipe left and swipe right, clockwise and counter."""

import re

import numpy as np

from engine.arrays import IntArray

NO_NAME = -1
"""In place of the mirror image of an action where that is none of the actions."""
OTHER_SIDE = {
    "left": "right",
    "clockwise": "counter-clockwise",
    "cw": "ccw",
    "leftward": "rightward",
    "leftwards": "rightwards",
}
"""Words that a mirror exchanges."""
SPELLINGS = {
    "counterclockwise": "counter-clockwise",
    "anticlockwise": "counter-clockwise",
    "anti-clockwise": "counter-clockwise",
}
_SIDES = OTHER_SIDE | {other: word for word, other in OTHER_SIDE.items()}
_WORD = re.compile(r"(?:counter-|anti-)?[a-z0-9]+")


def mirrored_actions(names: tuple[str, ...]) -> IntArray:
    """What each action is in a mirror, told by the words of its name.

    Args:
        names: Of the actions, in any spelling of case and of the gaps between words.

    Returns:
        ``(K,)`` index of another action, mostly its own; ``NO_NAME`` where the name has a side and
        none of the others is its counterpart: a clip of it has no mirror image that can be named.
    """
    words = [_words(name) for name in names]
    places = {each: number for number, each in enumerate(words)}
    mirrored = (tuple(_SIDES.get(word, word) for word in each) for each in words)
    return np.array([places.get(each, NO_NAME) for each in mirrored], dtype=np.int64)


def _words(name: str) -> tuple[str, ...]:
    return tuple(SPELLINGS.get(word, word) for word in _WORD.findall(name.lower()))
