"""Making the environment: create it, fill it with the pinned packages, see that they load."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from re import search
from shutil import rmtree
from subprocess import DEVNULL, CalledProcessError, SubprocessError, run
from venv import EnvBuilder

from bootstrap.environment import Environment, Extent
from bootstrap.libraries import has_nvidia_device
from bootstrap.report import SetupError, run_quietly, say

CPU_TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
"""PyPI's torch for Linux brings gigabytes of CUDA along; this index has the build without."""
INDEX_ANSWER_LIMIT_S = 5.0
LARGE_DOWNLOAD_MB = 20.0
CHECKED_MODULES = (
    "PySide6",
    "OpenGL",
    "numpy",
    "msgspec",
    "onnx",
    "onnxruntime",
    "onnxscript",
    "safetensors",
    "tomli_w",
    "torch",
    "app",
    "engine",
    "trainer",
)
"""Importing these shows that no package was left half installed; none needs a system library."""


def install(environment: Environment, extent: Extent) -> None:
    """Create, complete or mend the environment.

    Raises:
        SetupError: It cannot be done here; the message says why and what to do.
    """
    with _alone(environment.root):
        if environment.is_ready(extent):  # another start.py was faster
            return
        say(f"setting up {environment.folder} (once; some minutes)")
        is_new = _find_or_create(environment)
        _fill(environment, extent)
        failure = _try_imports(environment)
        if failure is not None and not is_new:
            say("a package is broken; starting afresh")
            discard(environment)
            _create(environment)
            _fill(environment, extent)
            failure = _try_imports(environment)
        if failure is not None:
            raise SetupError(f"{failure}\nA package was installed and does not load; see above.")
        environment.stamp(extent).write_text(environment.key() or "", encoding="utf-8")
        say("ready")


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Let one start.py at a time work on a checkout; a second one waits."""
    if os.name == "nt":
        yield
        return
    from fcntl import LOCK_EX, LOCK_NB, flock

    descriptor = os.open(root, os.O_RDONLY)
    try:
        try:
            flock(descriptor, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            say("waiting for another start.py that is setting up this folder")
            flock(descriptor, LOCK_EX)
        os.set_inheritable(descriptor, True)
        yield
    finally:
        os.close(descriptor)


def _find_or_create(environment: Environment) -> bool:
    """Use the environment that is there, or make one; returns whether it is new."""
    if environment.folder.exists():
        if is_usable(environment):
            return False
        say("the environment that is there cannot be used")
        discard(environment)
    _create(environment)
    return True


def is_usable(environment: Environment) -> bool:
    """Whether its Python runs, is new enough, and has pip."""
    probes = (
        ["-c", "import sys; sys.exit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix)"],
        ["-m", "pip", "install", "--help"],
    )
    return all(_succeeds([str(environment.python), "-P", *probe], limit_s=60.0) for probe in probes)


def _succeeds(command: Sequence[str], *, limit_s: float) -> bool:
    try:
        done = run(command, check=False, stdout=DEVNULL, stderr=DEVNULL, timeout=limit_s)
    except (OSError, SubprocessError):
        return False
    return done.returncode == 0


def discard(environment: Environment) -> None:
    """Delete the environment if start.py made it, else move it out of the way."""
    if environment.mark.exists() and not environment.folder.is_symlink():
        rmtree(environment.folder)
        return
    number = 1
    while (aside := environment.root / f".venv-before-{number}").exists():
        number += 1
    say(f"it was not made by start.py, so it is kept as {aside.name}")
    environment.folder.rename(aside)


def _create(environment: Environment) -> None:
    say(f"creating an environment with Python {sys.version.split()[0]}")
    environment.folder.mkdir()
    environment.mark.write_text("start.py made this folder and may delete it.\n", encoding="utf-8")
    try:
        EnvBuilder(with_pip=True, symlinks=os.name != "nt").create(environment.folder)
    except (CalledProcessError, OSError) as error:
        raise SetupError(f"Python could not create {environment.folder}: {error}") from error


def _fill(environment: Environment, extent: Extent) -> None:
    """Install the program, in place, and what it needs.

    The build tool comes first, at its pinned version, and is used from the environment itself: once
    everything is there, a changed pyproject.toml needs no network.

    Raises:
        SetupError: pip failed; with all it wrote.
    """
    target = f"{environment.root}[test]" if extent is Extent.TESTS else str(environment.root)
    command = [str(environment.python), "-m", "pip", "install", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off"]
    command += ["--constraint", str(environment.constraints)]
    say("installing packages")
    for stamped in Extent:
        environment.stamp(stamped).unlink(missing_ok=True)
    program = [*torch_index(environment), "--no-build-isolation", "--editable", target]
    for what in (["setuptools"], program):
        failure = run_quietly([*command, *what], environment=os.environ, on_line=tell)
        if failure is not None:
            raise SetupError(
                f"{failure}\nThe packages could not be installed; the lines above say why. "
                "When that is mended, start again: what was downloaded is kept."
            )


def tell(line: str) -> None:
    """Pass on the lines of pip that explain a wait."""
    size = search(r"\((\d+(?:\.\d+)?) (M|G)B\)", line)
    if line.strip().startswith("Downloading ") and size is not None:
        if float(size[1]) * (1000 if size[2] == "G" else 1) >= LARGE_DOWNLOAD_MB:
            say(f"downloading {line.split()[1].rsplit('/', 1)[-1]} {size[0]}")
    elif line.startswith("Installing collected packages:"):
        say(f"unpacking {line.count(',') + 1} packages")


def torch_index(environment: Environment) -> list[str]:
    """Where pip should also look for torch.

    Only on a Linux machine without an NVIDIA device, only while nobody told pip where to look, and
    only if that index answers: a machine with a slow or closed network does as well as it can.
    """
    if not sys.platform.startswith("linux") or has_nvidia_device():
        return []
    pip = [str(environment.python), "-m", "pip", "config", "list"]
    try:
        settings = run(pip, check=False, capture_output=True, text=True, timeout=60.0).stdout
    except (OSError, SubprocessError):
        return []
    if search(r"(index-url|find-links|no-index)=", settings):
        return []
    ask = (
        "from urllib.request import Request, urlopen;"
        f"request = Request('{CPU_TORCH_INDEX}/torch/', method='HEAD');"
        f"urlopen(request, timeout={INDEX_ANSWER_LIMIT_S})"
    )
    command = [str(environment.python), "-P", "-c", ask]
    answers = _succeeds(command, limit_s=2 * INDEX_ANSWER_LIMIT_S)
    return ["--extra-index-url", CPU_TORCH_INDEX] if answers else []


def _try_imports(environment: Environment) -> str | None:
    """Load every package once; returns what went wrong."""
    say("trying the packages")
    command = [str(environment.python), "-P", "-c", f"import {', '.join(CHECKED_MODULES)}"]
    return run_quietly(command, environment=os.environ)
