"""The words that say what a model runs on, shared by every command that opens one."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.runtime.packages import ModelPackage
    from engine.runtime.recognizer import Recognizer

BACKENDS = ("auto", "onnxruntime", "torch")
DEVICES = ("cpu", "cuda")


def add_session_arguments(parser: ArgumentParser) -> None:
    """Declare them."""
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="CPU threads (1)")
    parser.add_argument(
        "--backend", choices=BACKENDS, default="auto", help="what computes (auto: the fastest)"
    )
    parser.add_argument("--device", choices=DEVICES, help="on what (the fastest there is)")


def opened(package: "ModelPackage", words: Namespace) -> "Recognizer":
    """The model, on what the words ask for; on a command line torch may be loaded.

    Raises:
        EngineError: What was asked for does not work on this machine.
        ModelPackageError: A file is missing or altered.
    """
    from engine.runtime.backends import Backend, Device
    from engine.runtime.recognizer import open_recognizer

    if words.threads < 1:
        raise EngineError(f"--threads must be at least 1, got {words.threads}")
    return open_recognizer(
        package,
        threads=words.threads,
        backend=Backend(words.backend),
        device=None if words.device is None else Device(words.device),
        allow_torch=True,
    )
