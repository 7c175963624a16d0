"""Studies with a few labels, made in memory."""

from collections.abc import Iterable

from engine.labels import Action, Segment, StudyRecording, Tier
from engine.study.contents import Edit, StudyContents, added

RECORDING = "r"
NUM_FRAMES = 400
ACTIONS = (
    Action(id="walk", name="walk", colour="#5c8ffa", key="1", position=0),
    Action(id="sit", name="sit down", colour="#f2a93b", key="2", position=1),
)
TIERS = (Tier(id="t", name="Labels", position=0), Tier(id="u", name="Hands", position=1))


def segment(
    segment_id: str, start: int, stop: int, action_id: str | None = "walk", **others: object
) -> Segment:
    """Of the first person on the first tier, where nothing else is said."""
    words: dict[str, object] = {
        "recording_id": RECORDING,
        "person": 0,
        "tier_id": "t",
        "start": start,
        "stop": stop,
        "action_id": action_id,
    }
    return Segment(id=segment_id, **(words | others))  # type: ignore[arg-type]


def recording(num_people: int = 2) -> StudyRecording:
    """Of 400 frames."""
    return StudyRecording(
        id=RECORDING, path="/made.npz", sha256="x", title="made", format_id="made",
        layout_id="kinect-v1", num_frames=NUM_FRAMES, num_people=num_people, fps="30",
    )  # fmt: skip


def study(*segments: Segment, tiers: Iterable[Tier] = TIERS) -> StudyContents:
    """A recording with two people, two actions, two tiers, and some segments."""
    rows = (*ACTIONS, *tiers, recording(), *segments)
    return StudyContents().applied(Edit(name="", changes=tuple(added(each) for each in rows)))
