"""How much of a study is labelled, with what, and by whom it is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.study.contents import StudyContents


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Segments, and the frames in them."""

    segments: int = 0
    frames: int = 0

    def plus(self, frames: int) -> "Count":
        """With one more segment."""
        return Count(segments=self.segments + 1, frames=self.frames + frames)


NONE = Count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What is labelled in the recordings and on the tiers that are shown."""

    total: Count = NONE
    """All segments, reviewed ones too."""
    reviewed: Count = NONE
    """Those that say that nothing happens."""
    doubtful: Count = NONE
    """Those with doubts; they are counted with their actions, too."""
    by_action: Mapping[str, Count] = field(default_factory=dict)
    """By the action's id; archived actions, too, while they have segments."""
    by_action_and_actor: Mapping[tuple[str, str], Count] = field(default_factory=dict)
    """By the action's id and the actor (``StudyRecording.actor``)."""
    by_recording: Mapping[str, Count] = field(default_factory=dict)
    """By the recording's id."""
    frames: int = 0
    """Frames of every person of every recording: what there is to label on one tier."""

    def action(self, action_id: str) -> Count:
        """Of one action."""
        return self.by_action.get(action_id, NONE)

    def actors(self, action_id: str) -> Mapping[str, Count]:
        """Of one action, by actor."""
        return {
            actor: count
            for (action, actor), count in self.by_action_and_actor.items()
            if action == action_id
        }


def counts(contents: StudyContents, *, tier_id: str | None = None) -> Counts:
    """Count what is labelled.

    Args:
        contents: What is there.
        tier_id: Count only this tier; None for all that are shown.
    """
    tiers = {each.id for each in contents.shown_tiers if tier_id in (None, each.id)}
    total = reviewed = doubtful = NONE
    by_action: dict[str, Count] = {}
    by_both: dict[tuple[str, str], Count] = {}
    by_recording: dict[str, Count] = {}
    for recording in contents.shown_recordings:
        of_it = NONE
        for segment in contents.segments.get(recording.id, {}).values():
            if segment.tier_id not in tiers:
                continue
            frames = segment.num_frames
            of_it = of_it.plus(frames)
            total = total.plus(frames)
            if segment.is_doubtful:
                doubtful = doubtful.plus(frames)
            action = segment.action_id
            if action is None:
                reviewed = reviewed.plus(frames)
                continue
            by_action[action] = by_action.get(action, NONE).plus(frames)
            both = (action, recording.actor(segment.person))
            by_both[both] = by_both.get(both, NONE).plus(frames)
        if of_it.segments:
            by_recording[recording.id] = of_it
    return Counts(
        total=total,
        reviewed=reviewed,
        doubtful=doubtful,
        by_action=by_action,
        by_action_and_actor=by_both,
        by_recording=by_recording,
        frames=sum(each.num_frames * each.num_people for each in contents.shown_recordings),
    )
