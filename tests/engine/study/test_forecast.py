from dataclasses import replace
from pathlib import Path

import pytest

from engine.labels import NOTHING
from engine.places import assets_folder
from engine.runtime.cards import read_card
from engine.study.contents import StudyContents
from engine.study.durations import Pace, about, full_seconds, usual_passes
from engine.study.forecast import QUICK_CLIPS, RetrainMode, RetrainWish, forecast
from engine.study.selecting import Choice
from tests.engine.study.test_selecting import segment
from tests.tiny_study import contents_of, recording_row, tiny_rows

QUICK, FULL = RetrainMode.QUICK, RetrainMode.FULL


@pytest.fixture(scope="module")
def base():
    return read_card(assets_folder() / "models" / "everyday-fg-stformer")


def one_person(*rows):
    return contents_of((recording_row(Path("r0.json"), "Ann", num_frames=5000),), rows)


def test_it_counts_clips_of_each_action_and_person(base):
    will = forecast(tiny_rows(Path()), base=base, mode=QUICK)
    assert will.can_start
    assert [each.name for each in will.actions] == ["lift", "kick", NOTHING]
    assert will.actions[0].segments == 6
    assert [name for name, _ in will.actions[0].by_actor] == ["Ann", "Bob", "Cem"]
    assert will.actors == ("Ann", "Bob", "Cem")
    assert "2 actions by 3 people, with background" in will.summary
    (doubt,) = will.doubts  # nothing is too little; files of the tiny study are NW-UCLA's
    assert doubt.startswith(f"{base.id} was made from Northwestern-UCLA")


def test_it_says_what_is_too_little_and_why(base):
    will = forecast(
        one_person(
            segment("a", 0, 60, "lift"),
            segment("b", 100, 160, "kick"),
            segment("c", 200, 260, "kick"),
            segment("d", 300, 360, "lift"),
        ),
        base=base,
        mode=QUICK,
    )
    said = " ".join(will.doubts)
    assert "lift: 2 clips only; better 5." in said
    assert "nothing is reviewed" in said
    assert "One person alone (Ann)" in said


def test_an_action_of_one_person_among_several_is_doubted(base):
    contents = tiny_rows(Path())
    segments = {
        key: {name: each for name, each in rows.items() if key == "r0" or each.action_id != "kick"}
        for key, rows in contents.segments.items()
    }
    will = forecast(replace(contents, segments=segments), base=base, mode=QUICK)
    assert "only" in will.actions[1].doubt or "all by Ann" in will.actions[1].doubt


def test_nothing_labelled_is_no_run(base):
    will = forecast(StudyContents(), base=base, mode=QUICK)
    assert not will.can_start
    assert "no labels yet" in will.refusal


def test_labels_that_cannot_be_used_are_no_run_and_it_says_why(base):
    will = forecast(
        tiny_rows(Path()),
        base=base,
        mode=QUICK,
        wish=RetrainWish(choice=Choice(missing=frozenset({"r0", "r1", "r2"}))),
    )
    assert "files are not where they were" in will.refusal


def test_one_action_alone_keeps_those_of_the_base_when_quick_and_is_no_full_run(base):
    contents = one_person(*(segment(f"a{n}", 100 * n, 100 * n + 60, "lift") for n in range(5)))
    quick = forecast(contents, base=base, mode=QUICK)
    assert quick.can_start
    assert quick.class_names == (*base.class_names, "lift")
    full = forecast(contents, base=base, mode=FULL)
    assert "tells actions apart" in full.refusal


def test_a_quick_lesson_needs_a_model_to_start_from():
    assert "choose one" in forecast(tiny_rows(Path()), base=None, mode=QUICK).refusal
    assert forecast(tiny_rows(Path()), base=None, mode=FULL).can_start


def test_a_quick_lesson_looks_at_no_more_clips_than_it_has_time_for(base):
    rows = [segment(f"a{n}", 100 * n, 100 * n + 60, "lift") for n in range(40)]
    rows += [segment(f"b{n}", 5000 + 100 * n, 5000 + 100 * n + 60, "kick") for n in range(40)]
    will = forecast(one_person(*rows), base=base, mode=QUICK)
    assert [each.clips for each in will.actions[:2]] == [QUICK_CLIPS, QUICK_CLIPS]
    assert forecast(one_person(*rows), base=base, mode=FULL).num_clips > 2 * QUICK_CLIPS


def test_a_full_run_takes_longer_with_more_networks_and_as_long_as_the_last_one_did():
    one, two = ("fg-stformer",), ("fg-stformer", "t-tr")
    assert full_seconds(two, 200, 250, None, None) > full_seconds(one, 200, 250, None, None)
    slow = Pace(clips_per_second=(("fg-stformer", 1.0),))
    assert full_seconds(one, 200, 250, 10, slow) > 2000


def test_networks_that_a_processor_is_slow_with_are_trained_for_who_asks_for_them():
    card = read_card(assets_folder() / "models" / "nw-ucla")
    usual = forecast(tiny_rows(Path()), base=card, mode=FULL)
    assert usual.networks == ("fg-stformer", "t-tr", "sem-net", "spa-4d")
    asked = forecast(tiny_rows(Path()), base=card, mode=FULL, wish=RetrainWish(networks=("stf",)))
    assert asked.networks == ("stf",)
    none = forecast(tiny_rows(Path()), base=card, mode=FULL, wish=RetrainWish(networks=("s-tr",)))
    assert "no such network" in none.refusal


def test_few_clips_are_seen_more_often():
    assert usual_passes(20) > usual_passes(200) > usual_passes(5000) >= 1


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(3, "about 5 s"), (42, "about 40 s"), (240, "about 4 min"), (7200, "about 2.0 h")],
)
def test_a_time_is_said_as_a_forecast_deserves(seconds, text):
    assert about(seconds) == text
