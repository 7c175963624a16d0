import sys

import pytest

from tests.engine.study.killed_study import kill

KILLS = 5


@pytest.mark.skipif(sys.platform == "win32", reason="ends processes in another way")
def test_whatever_was_told_as_done_is_there_after_a_kill(tmp_path):
    done = [kill(tmp_path / "study", seed) for seed in range(KILLS)]
    assert sum(each.told for each in done) > KILLS
    assert done[-1].steps > 0
