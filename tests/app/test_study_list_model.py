"""A study's recordings as lines of a list."""

from dataclasses import replace

from app.study_list_model import StudyLines, summary
from engine.labels import Segment, StudyRecording, Tier
from engine.study.contents import Edit, StudyContents, added, changed


def recording(row_id: str, title: str, **facts: object) -> StudyRecording:
    row = StudyRecording(
        id=row_id,
        path=f"/data/{title}.json",
        sha256=row_id,
        title=title,
        format_id="f",
        layout_id="l",
        num_frames=100,
        num_people=2,
        fps="30",
    )
    return replace(row, **facts)  # type: ignore[arg-type]


def segment(
    row_id: str,
    start: int,
    stop: int,
    *,
    person: int = 0,
    tier: str = "t",
    action: str | None = "a",
) -> Segment:
    return Segment(
        id=row_id,
        recording_id="r",
        person=person,
        tier_id=tier,
        start=start,
        stop=stop,
        action_id=action,
    )


def study(*segments: Segment) -> StudyContents:
    rows = (
        recording("r", "walk 2"),
        recording("q", "walk 10", actors=("Ada",)),
        recording("p", "old", is_archived=True),
        Tier(id="t", name="Labels"),
        Tier(id="u", name="Others", position=1),
    )
    changes = tuple(added(row) for row in (*rows, *segments))
    return StudyContents().applied(Edit(name="make", changes=changes))


def test_lines_are_in_the_order_of_their_titles_with_numbers_by_size() -> None:
    lines = StudyLines().lines(study(), with_archived=True)
    assert [line.row.title for line in lines] == ["walk 2", "walk 10", "old"]


def test_archived_recordings_are_listed_only_when_asked_for() -> None:
    assert "old" not in [line.row.title for line in StudyLines().lines(study())]


def test_all_words_have_to_occur() -> None:
    counted = StudyLines()
    assert [line.row.id for line in counted.lines(study(), wanted="WALK ada")] == ["q"]
    assert counted.lines(study(), wanted="walk nobody") == ()


def test_frames_on_two_tiers_count_once_and_people_apart() -> None:
    contents = study(
        segment("1", 0, 50),
        segment("2", 25, 75, tier="u"),
        segment("3", 0, 25, person=1, action=None),
    )
    labelled = StudyLines().lines(contents)[0].labelled
    assert labelled.num_segments == 3
    assert labelled.done == 75 / 200
    assert labelled.reviewed == 25 / 200


def test_archived_tiers_count_for_nothing() -> None:
    contents = study(segment("1", 0, 50, tier="u"))
    tier = contents.tiers["u"]
    hidden = contents.applied(
        Edit(name="hide", changes=(changed(tier, replace(tier, is_archived=True)),))
    )
    assert StudyLines().lines(hidden)[0].labelled.num_segments == 0


def test_figures_follow_every_edit() -> None:
    counted = StudyLines()
    before = study()
    assert counted.lines(before)[0].labelled.done == 0.0
    after = before.applied(Edit(name="label", changes=(added(segment("1", 0, 100)),)))
    assert counted.lines(after)[0].labelled.done == 0.5
    assert counted.lines(after.applied(Edit(name="x", changes=())))[0].labelled.done == 0.5
    one = after.segments["r"]["1"]
    doubtful = Edit(name="doubt", changes=(changed(one, replace(one, is_doubtful=True)),))
    assert counted.lines(after.applied(doubtful))[0].labelled.num_doubtful == 1


def test_what_is_missing_is_said() -> None:
    line = StudyLines().lines(study(), missing={"r"})[0]
    assert line.is_missing
    assert "Find the file" in line.story


def test_a_study_in_figures() -> None:
    found = summary(study(segment("1", 0, 50)))
    assert found.text == "2 recordings · 1 person · 1 segment"
    assert found.num_archived == 1
