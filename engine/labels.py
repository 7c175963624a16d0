"""What people say of recordings: actions, tiers, segments, and who acts.

All of it is values. An edit of labels is an :class:`engine.study.contents.Edit`, made by a function
from what is there; nothing here changes in place.
"""

import re
from dataclasses import dataclass
from enum import Enum
from secrets import token_hex

from engine.errors import EngineError

NOTHING = "nothing happens"
"""The class that reviewed spans without an action teach a model."""
ID_BYTES = 8
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class LabelError(EngineError):
    """An edit of labels that cannot be: the message says which segment or action is in the way."""


class Origin(Enum):
    """Who said it first."""

    HUMAN = "human"
    MODEL = "model"
    """A model's proposal that somebody accepted."""
    IMPORT = "import"
    """A label file or a data set."""


def new_id() -> str:
    """An id that no other row has."""
    return token_hex(ID_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that people do, as a study names it.

    Raises:
        LabelError: It has no name, or a colour that is none.
    """

    id: str
    name: str
    colour: str
    """``#rrggbb``, lower case."""
    key: str = ""
    """The key that gives it while labelling: a digit or an upper-case letter; empty for none."""
    position: int = 0
    """Its place in the list."""
    is_archived: bool = False
    """No longer offered; its segments stay."""

    def __post_init__(self) -> None:
        if not self.name.strip() or self.name != " ".join(self.name.split()):
            raise LabelError(f"an action needs a name without spare spaces, not {self.name!r}")
        if not _COLOUR.fullmatch(self.colour):
            raise LabelError(f"{self.name}: a colour is #rrggbb, not {self.colour!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A row of segments under each person: an annotator's, or a kind of action's."""

    id: str
    name: str
    annotator: str = ""
    """Whose it is; empty for everybody's."""
    position: int = 0
    is_archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRecording:
    """A recording of a study: where it lies, and what is known of it without reading it."""

    id: str
    path: str
    """Absolute; of one made in the study below its folder, with ``/``."""
    sha256: str
    """Of the file's bytes; finds it again when it has moved."""
    title: str
    format_id: str
    layout_id: str
    num_frames: int
    num_people: int
    fps: str
    """An exact fraction, e.g. ``30`` or ``30000/1001``."""
    actors: tuple[str, ...] = ()
    """Who each of its people is, by index; empty where nobody has said. Models are judged on actors
    that they were not trained on."""
    view: int = 0
    """The camera's number, 0 where that is unknown."""
    is_inside: bool = False
    """Whether the file lies in the study's folder."""
    is_archived: bool = False
    """Taken out of the study; its segments stay."""

    def actor(self, person: int) -> str:
        """Who a person is; one who is not named is somebody of this recording alone."""
        if person < len(self.actors) and self.actors[person]:
            return self.actors[person]
        return f"{self.id}/{person}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A span of a person's frames with an action, or reviewed and found to have none.

    Raises:
        LabelError: It has no frames.
    """

    id: str
    recording_id: str
    person: int
    """Index into the recording's people."""
    tier_id: str
    start: int
    stop: int
    """Half-open span of the recording's frames."""
    action_id: str | None
    """None for: reviewed, nothing happens."""
    annotator: str = ""
    origin: Origin = Origin.HUMAN
    model_id: str = ""
    """Whose proposal it was."""
    score: float | None = None
    """The probability it was proposed with."""
    is_doubtful: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.stop:
            raise LabelError(f"a segment needs frames, not {self.start} to {self.stop}")

    @property
    def num_frames(self) -> int:
        """How long it is."""
        return self.stop - self.start

    def overlaps(self, start: int, stop: int) -> bool:
        """Whether it shares a frame with a span."""
        return self.start < stop and start < self.stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A model's proposal that somebody turned down: it is not offered again."""

    id: str
    recording_id: str
    person: int
    start: int
    stop: int
    name: str
    """The action, as the model calls it."""
    model_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFacts:
    """What holds for a study as a whole: a single row."""

    id: str = "study"
    name: str = ""
    annotator: str = ""
    """Whose name new segments bear."""
    model: str = ""
    """The model in use: an id of an installed one, or of a run's; empty for the shipped one."""
    previous_model: str = ""
    """The one before it, a key away."""
