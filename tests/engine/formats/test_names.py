import pytest

from engine.formats.names import NameFacts, facts_from_name, person_ids


@pytest.mark.parametrize(
    ("stem", "facts"),
    [
        ("a01_s02_e03_v01", NameFacts(action=1, person=2, take=3, view=1)),
        ("a12_s10_e00_v02", NameFacts(action=12, person=10, take=0, view=2)),
        ("a20_s10_e02_skeleton3D", NameFacts(action=20, person=10, take=2)),
        ("a7_s1_t4_skeleton", NameFacts(action=7, person=1, take=4)),
        ("joints_s05_e02", NameFacts(person=5, take=2)),
        (
            "S017C003P020R002A060",
            NameFacts(setup=17, view=3, person=20, take=2, action=60),
        ),
        ("my recording", NameFacts()),
        ("", NameFacts()),
    ],
)
def test_names_of_data_sets_are_read(stem, facts):
    assert facts_from_name(stem) == facts


def test_a_person_is_named_only_where_the_name_says():
    assert person_ids(NameFacts(person=3)) == ("s03",)
    assert person_ids(NameFacts()) == ()
