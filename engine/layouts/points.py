"""Points of the body that joints stand for, and how a point nobody measured is made from others.

A joint stands for the point of its own name unless ``_STANDS_FOR`` says otherwise. Joints of one
point are copied, although each system places them a little differently (up to 7 cm at the hip
centre); anything else is made up by the recipes. The numbers were measured on real recordings of
each system (medians over people and frames) and, for BlazePose, against a Kinect v2.
"""

from engine.skeleton import SkeletonLayout

Weights = tuple[tuple[str, float], ...]
"""Points and their weights; the weights sum to one, so a moved body moves the made point along."""

SIDES = ("left", "right")

_KINECT_HIPS = {f"{side} hip": f"{side} kinect hip" for side in SIDES}
"""The Kinect places hips 11 to 15 cm apart, nearer the middle than where the legs begin."""

_STANDS_FOR: dict[str, dict[str, str]] = {
    "kinect-v1": _KINECT_HIPS,
    "kinect-v2": _KINECT_HIPS,
    "utd-mhad": _KINECT_HIPS,
    "msr-action3d": {},
    "coco-17": {},
    "openpose-18": {"neck": "shoulder centre"},
    "body-25": {"neck": "shoulder centre"} | {f"{side} big toe": f"{side} toe" for side in SIDES},
    "blazepose-33": {f"{side} foot index": f"{side} toe" for side in SIDES},
}
"""The layouts that can be mapped, each with the joints whose name is not their point's."""

_LOW_SPINE = 0.17
"""Height of the Kinect v1's spine joint between hip centre and shoulder centre."""
_MID_SPINE = 0.57
"""Height of the Kinect v2's mid spine between hip centre and shoulder centre."""
_NECK = 0.35
"""Height of the Kinect v2's neck between shoulder centre and head."""
_HEAD = 1.1
"""Height of the Kinect's head over the shoulder centre, where the ears' middle is 1."""
_HAND = 0.3
"""Length from wrist to hand, where the forearm is 1."""
_HAND_TIP = 0.7
"""Length from hand to hand tip, where wrist to hand is 1."""
_FOOT = 0.13
"""How far the foot continues the shin, where the shin is 1: its forward part is not known."""
_HIP = 0.6
"""Half distance of the Kinect's hips, where that of BlazePose's is 1 (0.5 to 0.7)."""


def points_of(layout: SkeletonLayout) -> tuple[str, ...] | None:
    """The point each joint stands for; None for layouts that have no map."""
    names = _STANDS_FOR.get(layout.id)
    if names is None:
        return None
    return tuple(names.get(joint, joint) for joint in layout.joints)


def _between(first: str, second: str, share: float) -> Weights:
    """The point at ``share`` of the way from first to second, beyond it where share > 1."""
    return ((first, 1.0 - share), (second, share))


def _middle(point: str) -> Weights:
    return ((f"left {point}", 0.5), (f"right {point}", 0.5))


def _towards(side: str, point: str, share: float) -> Weights:
    """A side's point moved to ``share`` of its distance from the body's middle."""
    other = "right" if side == "left" else "left"
    near = 0.5 + share / 2
    return ((f"{side} {point}", near), (f"{other} {point}", 1.0 - near))


def _side_recipes(side: str) -> dict[str, tuple[Weights, ...]]:
    def same(point: str) -> Weights:
        return ((f"{side} {point}", 1.0),)

    third = 1.0 / 3.0
    palm = ("wrist", "little finger", "index finger")
    return {
        f"{side} kinect hip": (_towards(side, "hip", _HIP),),
        f"{side} hip": (_towards(side, "kinect hip", 1.0 / _HIP),),
        f"{side} hand": (
            tuple((f"{side} {point}", third) for point in palm),
            _between(f"{side} elbow", f"{side} wrist", 1.0 + _HAND),
        ),
        f"{side} hand tip": (
            same("index finger"),
            _between(f"{side} wrist", f"{side} hand", 1.0 + _HAND_TIP),
        ),
        f"{side} thumb": (same("hand"),),
        f"{side} index finger": (same("hand tip"),),
        f"{side} little finger": (same("hand"),),
        f"{side} foot": (same("toe"), _between(f"{side} knee", f"{side} ankle", 1.0 + _FOOT)),
        f"{side} toe": (same("foot"),),
        f"{side} small toe": (same("toe"),),
        f"{side} heel": (same("ankle"),),
    }


RECIPES: dict[str, tuple[Weights, ...]] = {
    "hip centre": (_middle("kinect hip"), _middle("hip")),
    "shoulder centre": (_middle("shoulder"),),
    "spine": (_between("hip centre", "shoulder centre", _LOW_SPINE),),
    "mid spine": (_between("hip centre", "shoulder centre", _MID_SPINE),),
    "head": (
        (("left ear", _HEAD / 2), ("right ear", _HEAD / 2), ("shoulder centre", 1.0 - _HEAD)),
    ),
    "neck": (_between("shoulder centre", "head", _NECK),),
    "nose": ((("head", 1.0),),),
    **_side_recipes("left"),
    **_side_recipes("right"),
}
"""Ways to make a point, best first. Eyes, ears and mouth have none: a Kinect does not see them."""


def make_point(
    point: str, available: frozenset[str], pending: frozenset[str] = frozenset()
) -> dict[str, float] | None:
    """Weights over the available points that make another one.

    Args:
        point: What is wanted.
        available: Points that were measured.
        pending: Points being made at the moment: a recipe must not need its own result.

    Returns:
        The weights, or None where no recipe leads to it.
    """
    if point in available:
        return {point: 1.0}
    if point in pending:
        return None
    for recipe in RECIPES.get(point, ()):
        parts = [make_point(name, available, pending | {point}) for name, _ in recipe]
        made: dict[str, float] = {}
        for part, (_, weight) in zip(parts, recipe, strict=True):
            for name, share in (part or {}).items():
                made[name] = made.get(name, 0.0) + weight * share
        if None not in parts:
            return made
    return None
