"""What came of asking why, in plain words."""

from app.scene_model import SceneModel
from app.seen_model import SeenScene
from app.why_state import Contrast, Measure, WhyTool
from engine.inspection.delay import DecisionDelay
from engine.inspection.deletion import DeletionCurve
from engine.inspection.seen import SeenStage, Station
from engine.skeleton import SkeletonLayout

TOOL_TITLES = {
    WhyTool.HIDE: "Hide joints and ask again",
    WhyTool.CONTRAST: "Why this and not that",
    WhyTool.SEES: "What the model sees",
    WhyTool.DELAY: "When the answer settled",
    WhyTool.TEST: "Do the favourites matter?",
}
MEASURE_NAMES = {
    Measure.FOCUS: "Where it looked (focus)",
    Measure.SCORE: "What adds to the score",
    Measure.STILL: "What is lost standing still",
}
MEASURE_HINTS = {
    Measure.FOCUS: "The focus on one action less the focus on the other (STF, Eq. 4)",
    Measure.SCORE: "What each joint and moment adds to one action's score and not to the other's",
    Measure.STILL: "How the odds change when a joint stands still for a while: for any network",
}
STATION_WORDS = {
    Station.RAW: "The recording as it was captured.",
    Station.FILLED: "On the model's own joints, without gaps: what nobody saw is filled in and "
    "drawn as a ghost.",
    Station.RESAMPLED: "Brought to as many frames as the model takes. The ghost is the recording.",
    Station.CENTRED: "Moved, so that the body stands in the middle of space.",
    Station.TURNED: "Turned, so that everybody stands and faces alike.",
    Station.SCALED: "The joints as the networks get them.",
    Station.BONE: "Each bone as an arrow from its parent joint to its own.",
    Station.JOINT_MOTION: "Where each joint goes until the next frame, drawn {gain:g} times as "
    "long.",
    Station.BONE_MOTION: "How each bone changes until the next frame, drawn {gain:g} times as "
    "long.",
    Station.VOXELS: "The boxes of space that somebody is in. Finer than that the network does not "
    "see.",
}
FAVOURITES_NAMED = 3


def measure_text(contrast: Contrast) -> str:
    """How to read a contrast, and where the network cannot tell it, why."""
    first, second = contrast.joint_map.first, contrast.joint_map.second
    colours = f"Orange speaks for “{first}”, blue for “{second}”."
    if contrast.has_focus:
        return colours
    return (
        f"{colours} This network has no focus on single actions, so each joint was made to stand "
        "still for a third of these frames, to see which of the two loses by it."
    )


def curve_text(curve: DeletionCurve) -> str:
    """Whether the favourites matter more than joints picked at random."""
    orders = len(curve.random)
    beaten = round(curve.beaten * orders)
    of_orders = f"all {orders} random orders"
    if beaten < orders:
        of_orders = f"{beaten} of {orders} random orders"
    if curve.advantage > curve.random_spread:
        return (
            f"Yes. With the favourites standing still first, “{curve.action}” falls sooner than in "
            f"{of_orders}."
        )
    if curve.advantage < -curve.random_spread:
        return (
            f"No. Joints picked at random matter more to “{curve.action}” than these favourites: "
            f"it falls sooner than in {of_orders} only."
        )
    return (
        f"Hardly. “{curve.action}” falls about as soon as with joints picked at random (sooner "
        f"than in {of_orders})."
    )


def area_text(curve: DeletionCurve) -> str:
    """The figures behind ``curve_text``."""
    mean = float(curve.random_areas.mean())
    return (
        f"Area under the curve {curve.guided_area:.2f}, at random {mean:.2f} ± "
        f"{curve.random_spread:.2f}; smaller means that they matter more."
    )


def favourites_text(curve: DeletionCurve, layout: SkeletonLayout) -> str:
    """``Favourites: right hand, right wrist, head``."""
    names = [layout.joints[joint] for _, joint in curve.order[:FAVOURITES_NAMED]]
    return f"Favourites: {', '.join(names)}"


def delay_text(delay: DecisionDelay) -> str:
    """When the answer was settled."""
    name, settled, first = delay.class_names[delay.answer], delay.settled, delay.first_on_top
    text = (
        f"Settled on “{name}” after {settled.seconds:.2f} s, {settled.share:.0%} of these frames."
    )
    if first.frame != settled.frame:
        text += f" It was on top for the first time after {first.seconds:.2f} s."
    return text


def stage_text(seen: SeenScene) -> str:
    """What a stage is."""
    return STATION_WORDS[seen.stage.station].format(gain=seen.gain)


def fed_text(stage: SeenStage) -> str:
    """Who is fed with it."""
    if stage.networks:
        return f"Fed to {', '.join(stage.networks)}"
    if stage.station in (Station.BONE, Station.JOINT_MOTION, Station.BONE_MOTION):
        return "Shown to compare; no network of this model is fed with it"
    return "On the way to the network"


def frames_text(stage: SeenStage, scene: SceneModel) -> str:
    """How many frames are used, dropped and repeated."""
    recorded, fed = scene.num_frames, len(stage.frames)
    dropped, repeated = len(stage.dropped), int(stage.repeated.sum())
    if not dropped and not repeated:
        return f"All {recorded} frames are used, none is dropped or repeated"
    text = f"{fed} frames are fed: of {recorded} recorded, {dropped} are dropped"
    return f"{text}, {repeated} are repeats" if repeated else text
