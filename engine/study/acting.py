"""Who acts in a recording: which of its people, and what they are called."""

from engine.datasets.ntu_bodies import denoise_bodies
from engine.formats import FORMATS
from engine.formats.names import facts_from_name
from engine.preprocess.people import main_people
from engine.recording import Recording

NTU = "ntu"
_PUBLISHED = frozenset(row.id for row in FORMATS if row.id != "npz")
"""Formats that are a data set's own."""


def main_person(recording: Recording, start: int = 0, stop: int | None = None) -> int:
    """Who moves most: an index into M.

    Of the bodies of NTU RGB+D, of which some are furniture, it is the first actor by that data
    set's own rules.

    Args:
        recording: Of any number of people.
        start: First frame looked at.
        stop: The frame after the last one; None for the end.
    """
    if recording.num_people == 1:
        return 0
    if recording.source.format_id == NTU and recording.person_ids:
        first = denoise_bodies(recording).person_ids[0]
        return recording.person_ids.index(first)
    found = main_people(recording.positions[start:stop], 1)
    return found[0] if found else 0


def named_actor(recording: Recording, name: str) -> str:
    """Who acts by a data set's file name, e.g. ``utkinect s03``; empty where it does not say.

    The same however the recording came in, and not the name of another data set's person.

    Args:
        recording: For the data set that it is from.
        name: Of its file, without the ending, or of its place in a container.
    """
    facts = facts_from_name(name)
    if facts.person is None:
        return ""
    source = recording.source.origin or recording.source
    if source.format_id in _PUBLISHED:
        return actor_name(source.format_id, facts.person)
    return actor_name(NTU if facts.setup is not None else "", facts.person)


def actor_name(data_set: str, number: int) -> str:
    """What a data set's person is called in a study; a set without a name is one's own."""
    return f"{data_set} s{number:02d}".strip()


def actors_at(person: int, name: str) -> tuple[str, ...]:
    """Names of a recording's people by index, where one of them is known; empty for none."""
    return (*("",) * person, name) if name else ()
