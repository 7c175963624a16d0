"""A small study to label in: two recordings, two people in the first one, two tiers."""

from engine.labels import Action, Segment, StudyFacts, StudyRecording, Tier
from engine.study.contents import StudyContents
from engine.study.placing import Place

FRAMES = 300
P1 = Place(recording_id="walk", person=0, tier_id="mine")
P2 = Place(recording_id="walk", person=1, tier_id="mine")
ALSO_P1 = Place(recording_id="walk", person=0, tier_id="yours")
OTHER = Place(recording_id="sit", person=0, tier_id="mine")


def recording(recording_id, *, num_people=1, num_frames=FRAMES, actors=(), fps="30", suffix=".npz"):
    return StudyRecording(
        id=recording_id,
        path=f"/data/{recording_id}{suffix}",
        sha256=recording_id.encode().hex().ljust(64, "0"),
        title=recording_id,
        format_id="npz",
        layout_id="kinect-v1",
        num_frames=num_frames,
        num_people=num_people,
        fps=fps,
        actors=actors,
    )


def segment(name, start, stop, action_id="wave", place=P1, **more):
    return Segment(
        id=name,
        recording_id=place.recording_id,
        person=place.person,
        tier_id=place.tier_id,
        start=start,
        stop=stop,
        action_id=action_id,
        **more,
    )


def study(*segments):
    """Two recordings, two actions, two tiers, and those segments."""
    rows = {}
    for each in segments:
        rows.setdefault(each.recording_id, {})[each.id] = each
    return StudyContents(
        facts=StudyFacts(name="study", annotator="Ada"),
        actions={
            "wave": Action(id="wave", name="wave", colour="#5c8ffa", key="1", position=0),
            "clap": Action(id="clap", name="clap", colour="#f2a93b", key="2", position=1),
        },
        tiers={
            "mine": Tier(id="mine", name="Labels", position=0),
            "yours": Tier(id="yours", name="Second look", annotator="Bo", position=1),
        },
        recordings={
            "walk": recording("walk", num_people=2, actors=("ada", "bo")),
            "sit": recording("sit", actors=("ada",)),
        },
        segments=rows,
    )


def spans(contents, place=P1):
    """``(start, stop, action)`` of a place's segments."""
    found = contents.segments_of(place.recording_id, person=place.person, tier_id=place.tier_id)
    return [(each.start, each.stop, each.action_id) for each in found]
