"""The commands that the engine brings to the command line: one row each.

The rows' modules load nothing heavy; what a command needs it imports when it runs, so that
`skelarium info` never waits for torch.
"""

from engine.commands.base import Command
from engine.commands.compare import COMPARE
from engine.commands.convert import CONVERT
from engine.commands.doctor import DOCTOR
from engine.commands.evaluate import EVALUATE
from engine.commands.explain import EXPLAIN
from engine.commands.info import INFO
from engine.commands.models import MODELS
from engine.commands.predict import PREDICT

COMMANDS: tuple[Command, ...] = (INFO, CONVERT, MODELS, PREDICT, EXPLAIN, COMPARE, EVALUATE, DOCTOR)
"""In the order of `skelarium --help`. The app adds rows of its own."""
