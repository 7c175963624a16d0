from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import FileFormatError
from engine.labels import NOTHING
from engine.study.clips import (
    CLIPS_FILE,
    MOST_WINDOWS,
    clips_of,
    cut,
    free,
    in_turn,
    read_clips,
    recording_keys,
    surrounded,
    typical_window,
    write_clips,
)
from engine.study.selecting import Choice, LeftOutReason, select
from tests.engine.study.test_selecting import segment
from tests.tiny_study import contents_of, recording_row, tiny_rows


def test_a_segment_about_as_long_as_a_window_stays_whole():
    assert cut(10, 40, 20) == [(10, 40)]


def test_a_segment_much_longer_than_a_window_becomes_windows_from_end_to_end():
    spans = cut(100, 160, 20)
    assert spans[0] == (100, 120)
    assert spans[-1] == (140, 160)
    assert {stop - start for start, stop in spans} == {20}
    assert len(spans) == 5


def test_windows_of_a_very_long_segment_lie_farther_apart():
    spans = cut(0, 100_000, 20)
    assert len(spans) == MOST_WINDOWS
    assert spans[-1] == (99_980, 100_000)


def test_a_short_segment_is_seen_amid_what_is_around_it_but_not_past_the_end():
    assert surrounded(40, 50, 30, 100) == (30, 60)
    assert surrounded(0, 10, 30, 100) == (0, 20)
    assert surrounded(90, 100, 30, 100) == (80, 100)


def test_what_is_left_of_a_span_lies_between_the_others():
    assert free(0, 100, [(50, 60), (10, 20), (15, 30)]) == [(0, 10), (30, 50), (60, 100)]
    assert free(0, 10, [(0, 10)]) == []


def test_the_window_is_as_long_as_the_actions_within_reason():
    def window(frames: int) -> float:
        rows = [segment(f"s{n}", 1000 * n, 1000 * n + frames, "lift") for n in range(3)]
        contents = contents_of((recording_row(Path("r0.json"), "Ann"),), tuple(rows))
        return typical_window(select(contents, Choice()).actions)

    assert window(90) == 3.0
    assert window(36) == 1.2
    assert window(15) == 0.8
    assert window(130) == pytest.approx(4.33)
    assert window(900) == 6.0
    assert typical_window(()) == 2.5


def test_among_short_and_long_actions_the_window_is_the_usual_one():
    rows = [segment(f"a{n}", 1000 * n, 1000 * n + 30 * (n + 1), "lift") for n in range(3)]
    rows += [segment(f"b{n}", 5000 + 1000 * n, 5000 + 1000 * n + 150, "kick") for n in range(3)]
    contents = contents_of((recording_row(Path("r0.json"), "Ann"),), tuple(rows))
    assert typical_window(select(contents, Choice()).actions) == 2.5


def test_every_action_gives_clips_and_reviewed_spans_give_the_background():
    made = clips_of(tiny_rows(Path("/data")), Path("/study"), Choice())
    assert made.clips.actions == ("lift", "kick", NOTHING)
    assert made.clips.actors == ("Ann", "Bob", "Cem")
    assert {each.path for each in made.clips.clips} == {f"/data/r{n}.json" for n in range(3)}
    names = [each.name for each in made.clips.clips]
    assert len(set(names)) == len(names)
    lifts = [each for each in made.clips.clips if each.label == "lift"]
    assert {(each.start, each.stop) for each in lifts if each.actor == "Ann"} >= {(10, 32)}
    assert len(made.clips.segments) == 27


def test_background_never_shows_an_action_even_if_another_tier_reviewed_it():
    rows = (
        segment("a", 20, 40, "lift"),
        segment("b", 60, 80, "lift"),
        segment("n", 0, 140, None, tier_id="other"),
    )
    contents = contents_of((recording_row(Path("r0.json"), "Ann"),), rows)
    found = clips_of(contents, Path(), Choice(), window_s=0.5).clips
    quiet = [each for each in found.clips if each.label == NOTHING]
    assert quiet
    for each in quiet:
        assert not any(
            each.start < stop and start < each.stop for start, stop in ((20, 40), (60, 80))
        )


def test_there_is_no_more_background_than_twice_the_largest_action():
    rows = (
        segment("a", 0, 20, "lift"),
        segment("b", 30, 50, "lift"),
        *(segment(f"n{n}", 1000 * n, 1000 * n + 900, None) for n in range(1, 9)),
    )
    contents = contents_of((recording_row(Path("r0.json"), "Ann", num_frames=10_000),), rows)
    found = clips_of(contents, Path(), Choice()).clips
    lifts = sum(each.label == "lift" for each in found.clips)
    assert sum(each.label == NOTHING for each in found.clips) == 2 * lifts


def test_an_action_with_a_single_clip_is_left_out_and_said_so():
    rows = (
        segment("a", 0, 60, "lift"),
        segment("b", 80, 150, "kick"),
        segment("c", 200, 270, "kick"),
    )
    contents = contents_of((recording_row(Path("r0.json"), "Ann"),), rows)
    made = clips_of(contents, Path(), Choice())
    assert made.clips.actions == ("kick",)
    assert [(each.reason, each.segment_ids) for each in made.left_out] == [
        (LeftOutReason.FEW, ("a",))
    ]


def test_people_held_out_give_no_clips_but_judge():
    made = clips_of(tiny_rows(Path()), Path(), Choice(hold_out=("Bob",))).clips
    assert made.actors == ("Ann", "Cem")
    assert {each.actor for each in made.segments} == {"Ann", "Bob", "Cem"}


def test_a_recording_that_shows_several_things_is_not_answered_as_a_whole():
    several = clips_of(tiny_rows(Path()), Path(), Choice()).clips
    assert several.whole_up_to_s < 2
    rows = tuple(recording_row(Path(f"r{number}.json"), "Ann") for number in range(2))
    one_each = tuple(
        replace(segment(f"s{row.id}", 0, 60, "lift"), recording_id=row.id) for row in rows
    )
    assert clips_of(contents_of(rows, one_each), Path(), Choice()).clips.whole_up_to_s == 8


def test_recordings_of_one_title_are_told_apart():
    rows = [recording_row(Path(f"r{n}.json"), "", title="walk") for n in range(2)]
    keys = recording_keys(rows)
    assert len(set(keys.values())) == 2
    assert recording_keys([replace(rows[0], title="a#b[1]")]) == {"r0": "a_b_1_"}


def test_a_limited_number_is_taken_from_everybody_in_turn():
    clips = clips_of(tiny_rows(Path()), Path(), Choice()).clips.clips
    groups = [[each for each in clips if each.actor == actor] for actor in ("Ann", "Bob", "Cem")]
    taken = in_turn(groups, 7)
    assert [sum(each.actor == actor for each in taken) for actor in ("Ann", "Bob", "Cem")] == [
        3,
        2,
        2,
    ]
    assert len({each.name for each in taken}) == 7


def test_clips_stay_as_they_were_written(tmp_path):
    clips = clips_of(tiny_rows(tmp_path), tmp_path, Choice()).clips
    write_clips(clips, tmp_path / CLIPS_FILE)
    assert read_clips(tmp_path / CLIPS_FILE) == clips


@pytest.mark.parametrize("content", [b"", b"[]", b'{"version": 99}', b'{"version": 1, "study": 3}'])
def test_clips_that_are_none_are_refused_by_name(tmp_path, content):
    path = tmp_path / CLIPS_FILE
    path.write_bytes(content)
    with pytest.raises(FileFormatError, match=CLIPS_FILE):
        read_clips(path)


def test_a_short_segment_that_fills_its_recording_is_one_clip():
    rows = (recording_row(Path("r0.json"), "Ann", num_frames=12),)
    rows += (recording_row(Path("r1.json"), "Bob", num_frames=12),)
    segments = (
        segment("a", 0, 12, "lift"),
        replace(segment("b", 0, 12, "lift"), recording_id="r1"),
    )
    found = clips_of(contents_of(rows, segments), Path(), Choice()).clips
    assert [each.name for each in found.clips] == ["r0#0[0:12]", "r1#0[0:12]"]
