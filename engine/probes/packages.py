"""Probe: which of the packages that the program needs are installed and load."""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from engine.probes.facts import PackageFact, send


class NeededPackage(NamedTuple):
    """A package by its name for pip and the module that shows whether it loads."""

    name: str
    module: str | None
    """None where another probe loads it."""


PACKAGES = (
    NeededPackage("numpy", "numpy"),
    NeededPackage("msgspec", "msgspec"),
    NeededPackage("tomli-w", "tomli_w"),
    NeededPackage("PySide6-Essentials", "PySide6.QtWidgets"),
    NeededPackage("PyOpenGL", "OpenGL"),
    NeededPackage("safetensors", "safetensors"),
    NeededPackage("onnx", "onnx"),
    NeededPackage("onnxscript", None),
    NeededPackage("opencv-python-headless", "cv2"),
    NeededPackage("torch", None),
)
ONNXRUNTIME_BUILDS = ("onnxruntime-gpu", "onnxruntime")
"""One of them is enough; both together break each other."""


def package_facts() -> tuple[PackageFact, ...]:
    """Every needed package; loads those that are light."""
    facts = [_fact(package) for package in PACKAGES]
    builds = [name for name in ONNXRUNTIME_BUILDS if _version(name) is not None]
    problem = "both builds are installed; remove both, then install one" if builds[1:] else None
    facts += [
        PackageFact(name=name, version=_version(name), problem=problem)
        for name in builds or ONNXRUNTIME_BUILDS[-1:]
    ]
    return tuple(facts)


def _fact(package: NeededPackage) -> PackageFact:
    problem = None
    if package.module is not None:
        try:
            import_module(package.module)
        except (ImportError, OSError, AttributeError, RuntimeError, SystemError) as error:
            problem = f"{type(error).__name__}: {error}"
    return PackageFact(name=package.name, version=_version(package.name), problem=problem)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    send(package_facts())
