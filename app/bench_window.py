"""How fluently the whole window plays: frames a second with each overlay of each model.

Run as a module, in a process and on a display of its own; prints one JSON object.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import EngineError

if TYPE_CHECKING:
    from app.workbench import Workbench

SAMPLE = "two-people.npz"
SIZE = (1600, 1000)
SPEED = Fraction(4)
"""Of playing: more frames fall due than a screen shows, so drawing is what limits."""
WARM_UP_MS = 300


def measure_window(seconds: float) -> dict[str, object]:
    """Frames a second of the 3D view in the real window while everything else runs along.

    Args:
        seconds: For each overlay.
    """
    from app.application import make_application, make_workbench
    from app.providers import shipped_providers
    from app.snapshot import wait_until
    from engine.places import assets_folder

    application = make_application()
    with tempfile.TemporaryDirectory(prefix="skelarium-") as folder:
        settings = Path(folder) / "settings.ini"
        bench = make_workbench(application, settings, shipped_providers())
        try:
            bench.window.resize(*SIZE)
            bench.start((assets_folder() / "samples" / SAMPLE,))
            bench.window.show()
            wait_until(lambda: bench.is_settled, "the answer", [])
            bench.player.set_speed(SPEED)
            bench.player.set_looping(True)
            rates = {name: round(_rate(bench, seconds), 1) for name in _overlays(bench)}
            view = (bench.scene.width(), bench.scene.height())
        finally:
            bench.close()
            bench.window.close()
    application.shutdown()
    return {"window": list(SIZE), "view": list(view), "frames_per_second": rates}


def _overlays(bench: "Workbench") -> Iterator[str]:
    """Draw nothing, then one overlay after the other of every model; the name of each."""
    from app.overlays import OVERLAYS, drawable
    from app.snapshot import wait_until

    document = bench.document
    document.change_overlay(replace(document.overlay, is_on=False))
    yield "none"
    for model in document.models:
        bench.window.top_bar.picker.model_requested.emit(model)
        wait_until(lambda: bench.is_settled, f"the answer of {model.card.id}", [])
        if document.explanation is None:
            raise EngineError(f"{model.card.id} cannot answer for {SAMPLE}")
        every = tuple(overlay.id for overlay in OVERLAYS)
        for overlay in drawable(every, document.explanation):
            state = replace(document.overlay, overlay_ids=(overlay.id,), is_on=True, is_chosen=True)
            document.change_overlay(state)
            yield f"{model.card.id} {overlay.id}"


def _rate(bench: "Workbench", seconds: float) -> float:
    from app.snapshot import settle

    swaps = [0]

    def count() -> None:
        swaps[0] += 1

    bench.player.play()
    settle(WARM_UP_MS)
    connection = bench.scene.frameSwapped.connect(count)
    began = time.perf_counter()
    settle(round(seconds * 1000))
    taken = time.perf_counter() - began
    bench.scene.frameSwapped.disconnect(connection)
    bench.player.pause()
    return swaps[0] / taken


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure_window(float(sys.argv[1]))))
