"""Prints how fast the 3D view draws, as JSON; takes the seconds to draw for, 5 if not given."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.bench_scene import measure_scene_fps

if __name__ == "__main__":
    duration_s = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    sys.stdout.write(json.dumps(measure_scene_fps(duration_s), indent=2) + "\n")
