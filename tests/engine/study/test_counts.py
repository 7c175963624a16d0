"""How much is labelled."""

from dataclasses import replace

from engine.study.counts import Count, counts
from engine.study.tiers import archive_tier
from tests.engine.study.making_labels import ALSO_P1, FRAMES, OTHER, P2, segment, study


def a_study():
    return study(
        segment("a", 0, 10),
        segment("b", 20, 50, "clap", is_doubtful=True),
        segment("c", 0, 5, place=P2),
        segment("d", 0, 7, place=OTHER),
        segment("r", 60, 100, None),
        segment("e", 0, 3, "clap", place=ALSO_P1),
    )


def test_segments_and_frames_are_counted_by_action_and_actor():
    found = counts(a_study(), tier_id="mine")
    assert found.total == Count(segments=5, frames=92)
    assert found.action("wave") == Count(segments=3, frames=22)
    assert found.action("clap") == Count(segments=1, frames=30)
    assert found.action("nobody does it") == Count()
    # ada acts in both recordings
    assert found.actors("wave") == {
        "ada": Count(segments=2, frames=17),
        "bo": Count(segments=1, frames=5),
    }
    assert found.reviewed == Count(segments=1, frames=40)
    assert found.doubtful == Count(segments=1, frames=30)
    assert found.by_recording == {
        "walk": Count(segments=4, frames=85),
        "sit": Count(segments=1, frames=7),
    }
    assert found.frames == 3 * FRAMES


def test_what_is_archived_is_not_counted():
    contents = a_study()
    contents = contents.applied(archive_tier(contents, "yours"))
    assert counts(contents) == counts(a_study(), tier_id="mine")
    recordings = {
        key: replace(row, is_archived=key == "walk") for key, row in contents.recordings.items()
    }
    found = counts(replace(contents, recordings=recordings))
    assert found.total == Count(segments=1, frames=7)
    assert found.frames == FRAMES
