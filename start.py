#!/usr/bin/env python3
"""Set Skelarium up and start it, with nothing but Python.

    python3 start.py                      open the app
    python3 start.py clip.json            open the app with a recording
    python3 start.py test [...]           pass the tests; further words go to pytest
    python3 start.py predict clip.json    any other words: the command line

The first start makes the environment `.venv`; later starts find it ready and take no time. This
file is plain enough for any Python 3, so that an old one gets a sentence instead of a SyntaxError;
the work is in `packaging/bootstrap`.
"""

import os
import sys
from pathlib import Path
from shutil import which

OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")
RETRIED = "SKELARIUM_OLDER_PYTHON"


def newer_python():
    # type: () -> str | None
    """A newer Python on the search path, unless this one was already chosen that way."""
    if RETRIED in os.environ or os.name == "nt":
        return None
    return next((found for found in map(which, NEWER_PYTHONS) if found), None)


def main():
    # type: () -> int
    """Look at the version of Python, then hand over."""
    if sys.version_info < OLDEST_PYTHON:
        newer = newer_python()
        if newer is not None:
            os.environ[RETRIED] = "1"
            os.execv(newer, [newer] + sys.argv)
        sys.stderr.write(
            "Skelarium needs Python 3.11 or newer, and this is {}.{}.{} ({}).\n"
            "Install a newer one (https://www.python.org/downloads), then run\n"
            "  python3.11 {}\n".format(*sys.version_info[:3], sys.executable, " ".join(sys.argv))
        )
        return 1
    root = Path(__file__).resolve().parent
    sys.path.insert(0, str(root / "packaging"))
    from bootstrap.launch import launch

    return launch(root, sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
