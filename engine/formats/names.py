"""Facts that research data sets write into file names: action, person, view.

A name never decides what format a file has; it only adds what the content leaves out.
"""

import re
from dataclasses import dataclass

_ASEV = re.compile(
    r"a(?P<action>\d+)_s(?P<person>\d+)_[et](?P<take>\d+)(?:_v(?P<view>\d+))?", re.IGNORECASE
)
"""NW-UCLA ``a01_s01_e00_v01``, MSR-Action3D ``a01_s01_e01_…``, UTD-MHAD ``a1_s1_t1_…``."""
_NTU = re.compile(
    r"S(?P<setup>\d{3})C(?P<view>\d{3})P(?P<person>\d{3})R(?P<take>\d{3})A(?P<action>\d{3})"
)
"""NTU RGB+D ``S001C001P001R001A002``: setup, camera, person, repetition, action."""
_UTKINECT = re.compile(r"joints_s(?P<person>\d+)_e(?P<take>\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFacts:
    """What a file name of a data set says; None where it says nothing. Numbers as in the name."""

    action: int | None = None
    person: int | None = None
    take: int | None = None
    view: int | None = None
    setup: int | None = None


def facts_from_name(stem: str) -> NameFacts:
    """Read the numbers out of a file name.

    Args:
        stem: The name without folder and suffix, e.g. ``a01_s01_e00_v01``.

    Returns:
        The facts; all None for a name of no known pattern.
    """
    for pattern in (_NTU, _ASEV, _UTKINECT):
        match = pattern.match(stem)
        if match is not None:
            return _facts(pattern, match.groupdict())
    return NameFacts()


def _facts(pattern: re.Pattern[str], groups: dict[str, str | None]) -> NameFacts:
    values = {name: int(groups[name] or -1) for name in pattern.groupindex}
    known = {name: value for name, value in values.items() if value >= 0}
    return NameFacts(**known)


def person_ids(facts: NameFacts) -> tuple[str, ...]:
    """The one person of a single-person clip, as text; empty where the name does not say."""
    return () if facts.person is None else (f"s{facts.person:02d}",)
