from dataclasses import dataclass, field

import pytest

from engine.errors import FileFormatError
from engine.preprocess.recipe import Scaling
from engine.tables import read_table, table_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    size: int
    scaling: Scaling = Scaling.AXES


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    name: str
    pairs: tuple[tuple[int, ...], ...]
    inner: Inner
    note: str | None = None
    more: Inner = field(default_factory=lambda: Inner(size=9))


VALUE = Outer(name="ä·x", pairs=((1, 2), (3,)), inner=Inner(size=4, scaling=Scaling.BODY))


def test_a_value_goes_through_a_file_and_comes_back(tmp_path):
    path = tmp_path / "value.toml"
    path.write_text(table_text(VALUE), encoding="utf-8")
    assert read_table(path, Outer) == VALUE


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("size = 4", 'size = "four"', r"Expected `int`.*inner\.size"),
        ("size = 4", "size = 4\nsise = 5", r"unknown key inner\.sise"),
        ("size = 4", "", "size"),
        ('name = "ä·x"', "name = ", "not a readable TOML"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(tmp_path, old, new, words):
    path = tmp_path / "value.toml"
    path.write_text(table_text(VALUE).replace(old, new), encoding="utf-8")
    with pytest.raises(FileFormatError, match=words):
        read_table(path, Outer)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileFormatError, match=r"absent\.toml"):
        read_table(tmp_path / "absent.toml", Outer)


def test_only_dataclasses_become_tables():
    with pytest.raises(TypeError, match="dict"):
        table_text({})
