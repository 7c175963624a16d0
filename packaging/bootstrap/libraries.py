"""The system's libraries that Qt and OpenGL load, which no Python package brings along."""

import os
import sys
from collections.abc import Sequence
from ctypes import CDLL
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from bootstrap.report import SetupError, run_quietly, say


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemLibrary:
    """A shared library and the Debian package it comes in."""

    file: str
    package: str


LIBRARIES = (
    SystemLibrary(file="libGL.so.1", package="libgl1"),
    SystemLibrary(file="libEGL.so.1", package="libegl1"),
    SystemLibrary(file="libglib-2.0.so.0", package="libglib2.0-0"),
    SystemLibrary(file="libfontconfig.so.1", package="libfontconfig1"),
    SystemLibrary(file="libdbus-1.so.3", package="libdbus-1-3"),
    SystemLibrary(file="libxkbcommon-x11.so.0", package="libxkbcommon-x11-0"),
    SystemLibrary(file="libxcb-cursor.so.0", package="libxcb-cursor0"),
    SystemLibrary(file="libxcb-icccm.so.4", package="libxcb-icccm4"),
    SystemLibrary(file="libxcb-keysyms.so.1", package="libxcb-keysyms1"),
    SystemLibrary(file="libxcb-shape.so.0", package="libxcb-shape0"),
)
"""Found by starting Qt on a bare Debian 12; everything else comes in as a dependency of these."""


def is_loadable(library: SystemLibrary) -> bool:
    """Whether the dynamic linker finds it."""
    try:
        CDLL(library.file)
    except OSError:
        return False
    return True


def missing_libraries() -> tuple[SystemLibrary, ...]:
    """What Qt would look for in vain; always empty on other systems than Linux."""
    if not sys.platform.startswith("linux"):
        return ()
    return tuple(library for library in LIBRARIES if not is_loadable(library))


def missing_venv_package() -> tuple[str, ...]:
    """Debian keeps the part of Python that makes environments in a package of its own."""
    if find_spec("ensurepip") is not None:
        return ()
    return (f"python{sys.version_info.major}.{sys.version_info.minor}-venv",)


def missing_xvfb_package() -> tuple[str, ...]:
    """The X server that draws into memory."""
    return () if which("Xvfb") else ("xvfb",)


def has_nvidia_device() -> bool:
    """Whether this Linux machine has an NVIDIA driver."""
    files = (Path("/proc/driver/nvidia/version"), Path("/dev/nvidiactl"))
    return any(file.exists() for file in files) or which("nvidia-smi") is not None


def install_command(packages: Sequence[str]) -> str:
    """What a person types to install Debian packages."""
    names = " ".join(packages)
    return f"sudo apt-get update && sudo apt-get install -y --no-install-recommends {names}"


def can_install() -> bool:
    """Whether this process may install system packages: Debian's tool, and root."""
    return which("apt-get") is not None and os.name == "posix" and os.geteuid() == 0


def install(packages: Sequence[str]) -> None:
    """Install system packages, or say which command does.

    Raises:
        SetupError: This process may not, or it failed; the message holds the exact command.
    """
    if not packages:
        return
    if which("apt-get") is None:
        raise SetupError(
            "These parts of the system are missing (by their names in Debian):\n"
            f"  {' '.join(packages)}\nInstall what your system calls them, then start again."
        )
    if not can_install():
        raise SetupError(
            f"Parts of the system are missing. Run\n  {install_command(packages)}\n"
            "then start again."
        )
    say(f"installing {len(packages)} system packages: {' '.join(packages)}")
    failure = _apt_get(packages)
    if failure is not None:
        # an installation that was cut short leaves dpkg with work to finish
        run_quietly(["dpkg", "--configure", "-a"], environment=_apt_environment())
        failure = _apt_get(packages)
    if failure is not None:
        raise SetupError(
            f"{failure}\nThe system packages could not be installed. When that is mended, run\n"
            f"  {install_command(packages)}\nthen start again."
        )


def _apt_environment() -> dict[str, str]:
    return {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}


def _apt_get(packages: Sequence[str]) -> str | None:
    """Update the lists, install; returns what went wrong."""
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    for command in (["apt-get", "update"], install):
        failure = run_quietly(command, environment=_apt_environment())
    return failure
