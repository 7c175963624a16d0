"""The lanes of labels and proposals of the recording on show, made where an edit is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.action_colours import palette_of
from app.label_clock import LabelClock
from app.label_state import LabelState
from app.lanes.base import Lane
from app.lanes.label_rows import LabelBook
from app.lanes.labels import LabelLane
from app.lanes.proposals import ProposalLane
from app.modes import Mode
from engine.labels import Action, Tier
from engine.study.contents import StudyContents
from engine.study.proposals import Proposal
from engine.study.tiers import FIRST_TIER

HINT = "Press I and O around a movement, then Enter – or drag here"
ALL_JUDGED = "Every proposal is judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFacts:
    """What these lanes are made from."""

    contents: StudyContents
    book: LabelBook
    state: LabelState
    mode: Mode
    num_people: int
    clock: LabelClock
    proposals: Callable[[int], tuple[Proposal, ...]]
    """The open ones of a person."""
    has_answers: bool = False
    """Whether a model has said anything."""
    network_name: str = ""
    class_names: tuple[str, ...] = ()
    """Of the model, in the order of their colours."""


class LabelLanes:
    """Makes lanes, and the very same ones again where nothing has changed."""

    def __init__(self) -> None:
        self._before: dict[tuple[str, int, str], Lane] = {}
        self._names: tuple[str, ...] = ()
        self._actions: Mapping[str, Action] = {}
        self._colours: Mapping[str, str] = {}

    def made(self, facts: LabelFacts) -> tuple[Lane, ...]:
        """Lanes of all people, from the top: labels by tier, then proposals."""
        lanes: dict[tuple[str, int, str], Lane] = {}
        colours = self._colours_of(facts)
        for person in range(facts.num_people):
            for tier in _tiers(facts):
                lane: Lane = _label_lane(facts, person, tier)
                lanes["labels", person, tier.id] = lane
            if facts.mode is Mode.TEACH and facts.has_answers:
                lanes["proposals", person, ""] = _proposal_lane(facts, person, colours)
        for key, lane in lanes.items():
            old = self._before.get(key)
            if old is not None and _are_alike(old, lane):
                lanes[key] = old
        self._before = lanes
        return tuple(lanes.values())

    def _colours_of(self, facts: LabelFacts) -> Mapping[str, str]:
        """Of what the model proposes; the very same while actions are."""
        actions, names = facts.contents.actions, facts.class_names
        if actions is not self._actions or names != self._names:
            self._actions, self._names = actions, names
            colours = palette_of(facts.contents).colours(names)
            self._colours = dict(zip(names, colours, strict=True))
        return self._colours


def _tiers(facts: LabelFacts) -> tuple[Tier, ...]:
    """All that are shown; while one only looks, those that have labels."""
    shown = facts.contents.shown_tiers
    if facts.mode is Mode.TEACH:
        return shown or (Tier(id="-", name=FIRST_TIER),)
    used = {tier_id for (_, tier_id), rows in facts.book.rows.items() if len(rows)}
    return tuple(each for each in shown if each.id in used)


def _label_lane(facts: LabelFacts, person: int, tier: Tier) -> LabelLane:
    tier_id = "" if tier.id == "-" else tier.id
    state = facts.state
    is_active = facts.mode is Mode.TEACH and (person, tier_id) == (state.person, state.tier_id)
    return LabelLane(
        person=person,
        tier_id=tier_id,
        tier_name=tier.name,
        annotator=tier.annotator,
        rows=facts.book.rows_of(person, tier_id),
        actions=facts.contents.actions,
        clock=facts.clock,
        is_active=is_active,
        hint=HINT if is_active else "",
    )


def _proposal_lane(facts: LabelFacts, person: int, colours: Mapping[str, str]) -> ProposalLane:
    found = facts.proposals(person)
    return ProposalLane(
        person=person,
        proposals=found,
        network_name=facts.network_name,
        colours=colours,
        clock=facts.clock,
        message="" if found else ALL_JUDGED,
    )


def _are_alike(old: Lane, new: Lane) -> bool:
    if isinstance(old, LabelLane) and isinstance(new, LabelLane):
        is_same = old.rows is new.rows and old.actions is new.actions
        named = [(each.tier_name, each.annotator, each.clock) for each in (old, new)]
        shown = [(each.is_active, each.hint) for each in (old, new)]
        return is_same and named[0] == named[1] and shown[0] == shown[1]
    if isinstance(old, ProposalLane) and isinstance(new, ProposalLane):
        is_same = old.proposals is new.proposals and old.colours is new.colours
        said = [(each.network_name, each.message, each.clock) for each in (old, new)]
        return is_same and said[0] == said[1]
    return False
