"""oneDNN keeps few programs of networks whose shapes never come again, and all those of others."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tiny_training import tiny_job
from trainer.primitives import FEW, STORE_OF_ONEDNN, STORE_OF_TORCH, keep_few

PRODUCTS = """
import os, sys
from pathlib import Path
from tests.tiny_training import tiny_job
from trainer.primitives import keep_few
keep_few(tiny_job(Path("data"), sys.argv[1]), os.environ)
import torch
left = torch.ones(1000, 64, dtype=torch.bfloat16)
right = torch.ones(64, 64, dtype=torch.bfloat16)
for rows in (*range(900, 940), 900):
    left[:rows] @ right
"""


def programs_made(kind):
    """How many programs were made for products of forty shapes and the first of them again."""
    finished = subprocess.run(
        [sys.executable, "-c", PRODUCTS, kind],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "ONEDNN_VERBOSE": "2", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    made = [line for line in finished.stdout.splitlines() if ",create:cache_miss," in line]
    if not made:
        pytest.skip("oneDNN does not multiply in bfloat16 on this machine")
    return len(made)


@pytest.mark.parametrize(("kind", "made"), [("spa-4d", 41), ("fg-stformer", 40)])
def test_only_a_network_over_voxels_forgets_a_shape_that_comes_again_late(kind, made):
    assert programs_made(kind) == made


@pytest.mark.parametrize("kind", ["spa-4d", "spa-3+1d"])
def test_networks_over_voxels_keep_few_of_both_stores(tmp_path, kind):
    environment = {}
    keep_few(tiny_job(tmp_path, kind), environment)
    assert environment == {STORE_OF_TORCH: FEW, STORE_OF_ONEDNN: FEW}


def test_who_has_set_a_store_keeps_it(tmp_path):
    environment = {STORE_OF_ONEDNN: "99"}
    keep_few(tiny_job(tmp_path, "spa-4d"), environment)
    assert environment[STORE_OF_ONEDNN] == "99"
