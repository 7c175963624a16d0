"""Which clips judge: by protocol, by stored split, by camera, by person, by name."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.datasets.base import Aspect, Contents, DatasetFormat, Found, LabelledFile, Protocol
from engine.datasets.splits import split_by_protocol, stored, write_split
from engine.errors import EngineError
from engine.judging.scope import Selection, Side, choose, clips_digest, protocol_or_round

BY_PERSON = Protocol(
    id="by-person", title="Person 3 judges", source="", by=Aspect.PERSON, train=(1, 2), test=(3,)
)
ROUNDS = Protocol(
    id="each-out", title="Each judges once", source="", by=Aspect.PERSON, leave_one_out=True
)
FILES = tuple(
    LabelledFile(
        path=Path(f"p{person}_v{view}_a{action}.txt"), action=action, person=person, view=view
    )
    for person in (1, 2, 3)
    for view in (1, 2)
    for action in (0, 1)
)
DATASET = DatasetFormat(
    id="made",
    name="Made",
    terms="",
    pattern="*.txt",
    search=lambda folder: Found(files=FILES),
    layout_id="kinect-v1",
    actions=("walk", "throw"),
    protocols=(BY_PERSON, ROUNDS),
)
CONTENTS = Contents(
    files=FILES, actions=DATASET.actions, layout_id="kinect-v1", protocols=DATASET.protocols
)


def chosen(**wanted):
    return choose(DATASET, Path("data"), CONTENTS, Selection(**wanted))


def people(contents: Contents) -> set[int]:
    return {file.person for file in contents.files}


def test_nothing_asked_for_is_everything():
    contents, scope = chosen()
    assert contents.files == FILES
    assert (scope.rule, scope.protocol, scope.split_digest) == ("all clips", "", "")


def test_a_protocol_gives_its_test_side():
    contents, scope = chosen(protocol="by-person", views=(2,))
    assert people(contents) == {3}
    assert {file.view for file in contents.files} == {2}
    assert scope.protocol == "by-person"
    assert scope.rule == "by-person, test side: Person 3 judges; view 2"


def test_of_a_protocol_with_rounds_one_is_named():
    assert people(chosen(protocol="each-out-2")[0]) == {2}
    assert protocol_or_round(CONTENTS, "each-out-2").train == (1, 3)
    with pytest.raises(EngineError, match="name one: each-out-1, each-out-2, each-out-3"):
        chosen(protocol="each-out")
    with pytest.raises(EngineError, match="there are by-person, each-out"):
        chosen(protocol="each-out-9")


@pytest.mark.parametrize("side", Side)
def test_a_stored_split_gives_the_side_asked_for(tmp_path, side):
    split = split_by_protocol(FILES, BY_PERSON, validation=0.5)
    write_split(stored("made", split), tmp_path / "split.toml")
    contents, scope = chosen(split=tmp_path / "split.toml", side=side)
    assert contents.files == getattr(split, side.value)
    assert scope.split_digest == stored("made", split).digest
    assert f"{side.value} side of by-person" in scope.rule


def test_a_split_of_another_data_set_is_refused(tmp_path):
    write_split(stored("other", split_by_protocol(FILES, BY_PERSON)), tmp_path / "split.toml")
    with pytest.raises(EngineError, match="divides other, not made"):
        chosen(split=tmp_path / "split.toml")
    with pytest.raises(EngineError, match="not both"):
        chosen(split=tmp_path / "split.toml", protocol="by-person")


def test_clips_are_left_out_by_name_and_nothing_left_is_said():
    contents, scope = chosen(leave_out=("p1_*", "p2_*_a0.txt"))
    assert len(contents.files) == 6
    assert "6 clips left out by name" in scope.rule
    with pytest.raises(EngineError, match="holds no recording of all clips; person 9"):
        chosen(people=(9,))


def test_the_digest_is_of_names_and_actions_and_not_of_their_order():
    digest = chosen()[1].clips_digest
    assert clips_digest(FILES[::-1], DATASET.actions) == digest
    other = (replace(FILES[0], action=1), *FILES[1:])
    assert clips_digest(other, DATASET.actions) != digest
