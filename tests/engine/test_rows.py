from types import SimpleNamespace

import pytest

from engine.errors import LayoutError
from engine.rows import row_by_id

ROWS = (SimpleNamespace(id="a"), SimpleNamespace(id="b"))


def test_a_row_is_found_by_its_id():
    assert row_by_id(ROWS, "b", "letter") is ROWS[1]


def test_a_row_that_is_not_there_lists_those_that_are():
    with pytest.raises(LayoutError, match=r"no letter 'c'; there are a, b"):
        row_by_id(ROWS, "c", "letter", LayoutError)
