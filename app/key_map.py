"""Which keys do what: the rows of the table of actions, the user's own keys, the mode, the labels.

Keys are texts in Qt's portable notation. A row without a mode holds in every mode; where a row of
the mode that is on has the same key, that row has it meanwhile. Single keys that a study gives to
its actions go before everything else.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.action_spec import ActionSpec
from app.modes import Mode

Keys = tuple[str, ...]
Overrides = Mapping[str, Keys]
"""The user's own keys by the row's id; none at all for a row that has lost its keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """What stands in the way of a key, or stands back because of it."""

    conflicts: tuple[ActionSpec, ...] = ()
    """Rows of the same kind with the same key: one of the two has to go."""
    is_silent_in: tuple[ActionSpec, ...] = ()
    """Rows of a mode that have the key while their mode is on."""
    silences: tuple[ActionSpec, ...] = ()
    """Rows of every mode that do without the key while the mode is on."""


def own_keys(spec: ActionSpec, overrides: Overrides) -> Keys:
    """The keys of a row, wherever they hold."""
    return tuple(overrides.get(spec.id, spec.shortcuts))


def held_keys(
    specs: tuple[ActionSpec, ...],
    overrides: Overrides,
    mode: Mode,
    taken: Collection[str] = (),
) -> dict[str, Keys]:
    """The keys of each row that do something in a mode.

    Args:
        specs: The table of actions.
        overrides: The user's own keys.
        mode: The mode that is on.
        taken: Single keys that belong to the study's actions.

    Returns:
        By the row's id, for every row; no key is listed twice where the table and the overrides
        have no conflicts.
    """
    of_mode = {key for spec in specs if spec.mode is mode for key in own_keys(spec, overrides)}
    held: dict[str, Keys] = {}
    for spec in specs:
        keys = own_keys(spec, overrides)
        if spec.mode is not None and spec.mode is not mode:
            keys = ()
        elif spec.mode is None:
            keys = tuple(key for key in keys if key not in of_mode)
        held[spec.id] = tuple(key for key in keys if key not in taken)
    return held


def reserved_keys(
    specs: tuple[ActionSpec, ...], overrides: Overrides, mode: Mode
) -> frozenset[str]:
    """Keys that rows of a mode need: a study's actions had better take others."""
    return frozenset(
        key for spec in specs if spec.mode is mode for key in own_keys(spec, overrides)
    )


def use_of(
    key: str, wanted_by: ActionSpec, specs: tuple[ActionSpec, ...], overrides: Overrides
) -> KeyUse:
    """Who else has a key that a row is to get."""
    others = tuple(
        spec for spec in specs if spec.id != wanted_by.id and key in own_keys(spec, overrides)
    )
    same = tuple(spec for spec in others if spec.mode is wanted_by.mode)
    rest = tuple(spec for spec in others if spec.mode is not wanted_by.mode)
    if wanted_by.mode is None:
        return KeyUse(conflicts=same, is_silent_in=rest)
    return KeyUse(conflicts=same, silences=tuple(spec for spec in rest if spec.mode is None))


def with_keys(
    action_id: str, keys: Keys, specs: tuple[ActionSpec, ...], overrides: Overrides
) -> dict[str, Keys]:
    """Overrides with other keys for a row; whoever had one of them in its place loses it."""
    changed = dict(overrides)
    by_id = {spec.id: spec for spec in specs}
    row = by_id[action_id]
    for key in keys:
        for other in use_of(key, row, specs, changed).conflicts:
            changed[other.id] = tuple(each for each in own_keys(other, changed) if each != key)
    changed[action_id] = tuple(dict.fromkeys(keys))
    return _without_needless(specs, changed)


def without(action_id: str, specs: tuple[ActionSpec, ...], overrides: Overrides) -> dict[str, Keys]:
    """Overrides with a row's keys as the program brings them, taken back from whoever has them."""
    by_id = {spec.id: spec for spec in specs}
    return with_keys(action_id, by_id[action_id].shortcuts, specs, overrides)


def _without_needless(specs: tuple[ActionSpec, ...], overrides: Overrides) -> dict[str, Keys]:
    first = {spec.id: spec.shortcuts for spec in specs}
    return {each: keys for each, keys in overrides.items() if first.get(each, ()) != keys}


def overrides_text(overrides: Overrides) -> str:
    """Overrides as kept in the settings."""
    return json.dumps({each: list(keys) for each, keys in overrides.items()}, ensure_ascii=False)


def overrides_of(text: str) -> Overrides:
    """Overrides from the settings; rows that are no more are kept, they do nothing.

    Raises:
        ValueError: It is no JSON, or something else than lists of keys by name.
    """
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(text)
    overrides = {}
    for action_id, keys in found.items():
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise ValueError(text)
        overrides[action_id] = tuple(keys)
    return overrides
