"""The recordings that are shipped, for the first start and for trying things out.

They are made by ``engine.synthesis`` and no model is trained on them.
"""

from dataclasses import dataclass
from pathlib import Path

from engine.places import assets_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One shipped recording."""

    id: str
    """Also the file's name without its ending."""
    title: str
    """For people, e.g. ``Sit down``."""
    expected: tuple[str, ...]
    """The action of each person, in words of the everyday models; empty where one person does
    several."""
    story: str = ""
    """What the title leaves out."""

    @property
    def path(self) -> Path:
        """The file."""
        return assets_folder() / "samples" / f"{self.id}.npz"


SAMPLES: tuple[Sample, ...] = (
    Sample(id="throw", title="Throw", expected=("throw",)),
    Sample(id="wave", title="Wave", expected=("wave",)),
    Sample(id="walk-around", title="Walk around", expected=("walk",)),
    Sample(id="sit-down", title="Sit down", expected=("sit down",)),
    Sample(id="stand-up", title="Stand up", expected=("stand up",)),
    Sample(id="pick-up", title="Pick up with two hands", expected=("pick up",)),
    Sample(id="pick-up-one-hand", title="Pick up with one hand", expected=("pick up",)),
    Sample(id="carry", title="Carry", expected=("carry",)),
    Sample(id="clap", title="Clap", expected=("clap",)),
    Sample(id="donning", title="Put on a jacket", expected=("donning",)),
    Sample(id="doffing", title="Take off a jacket", expected=("doffing",)),
    Sample(
        id="two-people",
        title="Two people",
        expected=("sit down", "carry"),
        story="One sits down, one carries",
    ),
    Sample(id="errand", title="An errand", expected=(), story="Eight actions in 42 seconds"),
)
"""The first one is shown at the first start."""
