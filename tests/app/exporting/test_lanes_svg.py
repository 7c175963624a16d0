"""Lanes as a drawing that is read back as XML."""

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from app.action_colours import NOTHING_COLOUR
from app.exporting.lanes_svg import LanesSheet, lanes_svg
from app.lanes.answers import AnswerLane
from app.lanes.difference import difference_lane
from app.lanes.facts import DifferenceFacts, FocusFacts, Kept, LaneFacts, ModelFacts
from app.lanes.stack import LaneStack, build_stack
from app.player import NS_PER_S, FrameClock
from app.timeline_model import TimeSpan
from engine.recording import Recording
from tests.app.laid_pairs import aligned, two
from tests.app.stand_ins import ACTIONS, recording, track

SVG = "{http://www.w3.org/2000/svg}"


def stack_of(shown: Recording, models: int = 2) -> LaneStack:
    """The lanes of models that answer in windows of different lengths."""
    people = range(shown.num_people)
    names = ("FG-STFormer", "SEM-Net")[:models]
    facts = LaneFacts(
        recording=shown,
        models=tuple(
            ModelFacts(
                model_key=name,
                network_name=name,
                class_names=ACTIONS,
                answers=tuple(
                    track(shown, person=person, window=60 + 20 * number) for person in people
                ),
            )
            for number, name in enumerate(names)
        ),
        focus=FocusFacts(
            over_time=tuple(
                np.linspace(0, 1, shown.num_frames * 20, dtype=np.float32).reshape(-1, 20)
                for _ in people
            )
        ),
    )
    return build_stack(facts, Kept())


def sheet_of(shown: Recording, **changes: object) -> LanesSheet:
    clock = FrameClock.of(shown)
    sheet = LanesSheet(
        stack=stack_of(shown),
        span=TimeSpan.whole(shown.num_frames),
        threshold=0.4,
        title="long · a model",
        people=("#ff0000", "#00ff00"),
        time_s=lambda frame: clock.start_of(frame) / NS_PER_S,
        frame_at_s=lambda seconds: clock.frame_at(round(seconds * NS_PER_S)),
    )
    return replace(sheet, **changes)


@pytest.fixture
def shown() -> Recording:
    made = recording(300)
    made.positions.flags.writeable = True
    positions = made.positions.copy()
    positions[40:60] = np.nan
    return replace(made, positions=positions)


def words(drawing: ElementTree.Element, kind: str | None = None) -> list[str]:
    found = drawing.iter(f"{SVG}text")
    return [each.text or "" for each in found if kind is None or each.get("class") == kind]


def count(drawing: ElementTree.Element, kind: str) -> int:
    return sum(each.get("class") == kind for each in drawing.iter())


def test_the_drawing_has_lanes_names_and_an_action_for_each_word(shown: Recording) -> None:
    sheet = sheet_of(shown)
    drawing = ElementTree.fromstring(lanes_svg(sheet))

    assert words(drawing, "name") == ["Answer", "Answer", "Agreement", "Focus", "Speed"]
    assert words(drawing, "remark")[:2] == ["FG-STFormer", "SEM-Net"]
    lanes = sheet.stack.groups[0].lanes
    wanted = sum(len(lane.drawing(sheet.view).words) for lane in lanes)
    assert wanted > 4
    assert len(words(drawing, "action")) == wanted
    assert drawing.get("width") == "1200"
    assert next(drawing.iter(f"{SVG}title")).text == "long · a model"


def test_shapes_are_shapes_and_only_heat_is_a_picture(shown: Recording) -> None:
    drawing = ElementTree.fromstring(lanes_svg(sheet_of(shown)))
    images = list(drawing.iter(f"{SVG}image"))
    assert [image.get("class") for image in images] == ["heat"]
    assert (images[0].get("href") or "").startswith("data:image/png;base64,")
    assert count(drawing, "cell") > 10
    assert count(drawing, "differ") > 0
    assert count(drawing, "agree") > 0
    assert count(drawing, "gap") == 5, "one in each lane"
    assert count(drawing, "curve") > 0


def test_nothing_happening_is_a_line_along_the_foot(shown: Recording) -> None:
    stack = stack_of(shown, 1)
    (group,) = stack.groups
    lanes = tuple(
        replace(lane, class_names=names, action_order=names)
        if isinstance(lane, AnswerLane)
        else lane
        for lane in group.lanes
        for names in [("nothing happens", *ACTIONS[1:])]
    )
    quiet = replace(stack, groups=(replace(group, lanes=lanes),))
    drawing = ElementTree.fromstring(lanes_svg(sheet_of(shown, stack=quiet)))
    feet = [each for each in drawing.iter() if each.get("class") == "foot"]
    assert feet
    assert {each.get("fill") for each in feet} == {NOTHING_COLOUR}
    cells = [each.get("fill") for each in drawing.iter() if each.get("class") == "cell"]
    assert cells
    assert NOTHING_COLOUR not in cells
    assert count(ElementTree.fromstring(lanes_svg(sheet_of(shown))), "foot") == 0


def test_the_legend_names_what_is_in_sight(shown: Recording) -> None:
    whole = ElementTree.fromstring(lanes_svg(sheet_of(shown)))
    legend = next(each for each in whole.iter() if each.get("id") == "legend")
    assert {*ACTIONS, "models agree", "not seen"} <= set(words(legend))
    start = sheet_of(shown, span=TimeSpan.whole(300).on(0, 20))
    few = ElementTree.fromstring(lanes_svg(start))
    legend = next(each for each in few.iter() if each.get("id") == "legend")
    assert "clap" not in words(legend)
    assert "not seen" not in words(legend)


def test_times_stand_on_the_axis_and_frames_where_it_is_close(shown: Recording) -> None:
    whole = ElementTree.fromstring(lanes_svg(sheet_of(shown)))
    axis = next(each for each in whole.iter() if each.get("id") == "axis")
    assert "00:05" in {word[:5] for word in words(axis)}
    close = sheet_of(shown, span=TimeSpan.whole(300).on(10, 16), person="P2")
    axis = next(
        each for each in ElementTree.fromstring(lanes_svg(close)).iter() if each.get("id") == "axis"
    )
    assert {"10", "15", "P2 · frames"} <= set(words(axis))


def test_people_have_headings_and_their_own_lanes() -> None:
    drawing = ElementTree.fromstring(lanes_svg(sheet_of(recording(200, people=2))))
    assert [word for word in words(drawing) if word in ("P1", "P2")] == ["P1", "P2"]
    assert words(drawing, "name").count("Speed") == 2
    ids = [each.get("id") for each in drawing.iter() if each.get("id")]
    assert len(ids) == len(set(ids))


def test_dark_and_light_differ_in_page_and_letters(shown: Recording) -> None:
    light, dark = (
        ElementTree.fromstring(lanes_svg(sheet_of(shown, is_dark=dark))) for dark in (False, True)
    )
    pages = [next(each for each in drawing.findall(f"{SVG}rect")) for drawing in (light, dark)]
    assert [page.get("fill") for page in pages] == ["#ffffff", "#1c1f25"]
    assert light.get("fill") != dark.get("fill")


def test_an_empty_lane_says_why(shown: Recording) -> None:
    facts = LaneFacts(
        recording=shown,
        models=(
            ModelFacts(
                model_key="m", network_name="m", class_names=ACTIONS, answers=(None,),
                message="No answer & no <hope>",
            ),
        ),
    )  # fmt: skip
    drawing = ElementTree.fromstring(lanes_svg(sheet_of(shown, stack=build_stack(facts, Kept()))))
    assert "No answer & no <hope>" in words(drawing)
    assert words(drawing, "action") == []


def test_a_difference_lane_says_what_its_upper_edge_means() -> None:
    first, second = two()
    lane = difference_lane(aligned(first, second), "other")
    facts = LaneFacts(
        recording=first,
        models=(),
        focus=FocusFacts(over_time=(None,)),
        difference=DifferenceFacts(alignment=lane.alignment, other_name="other"),
    )
    sheet = sheet_of(first, stack=build_stack(facts, Kept()))
    assert lane.scale_text in words(ElementTree.fromstring(lanes_svg(sheet)))
