"""Which pictures of the model's attention are drawn, and what follows when an answer comes."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.overlays import OVERLAYS, Overlay, OverlaySettings, drawable, usual_overlay
from engine.prediction import Explanation, LinkMap, PointMap


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayState:
    """What the user has picked, or the program in the user's place."""

    settings: OverlaySettings
    overlay_ids: tuple[str, ...] = ()
    """Wanted; those that the explanation on show has no data for are not drawn."""
    is_on: bool = True
    """Whether anything is drawn at all."""
    is_chosen: bool = False
    """Whether the user has picked them: other models then keep them where they can."""
    network: int = 0
    """Whose explanation is shown, of a model with several networks."""

    @property
    def drawn(self) -> tuple[str, ...]:
        """Ids of what is drawn where there is data for it."""
        return self.overlay_ids if self.is_on else ()


def switched(state: OverlayState, overlay_id: str, explanation: Explanation | None) -> OverlayState:
    """With one overlay more or less; when the last one goes, all of it is off until wanted."""
    if not state.is_on:
        return replace(state, overlay_ids=(overlay_id,), is_on=True, is_chosen=True)
    if overlay_id not in state.overlay_ids:
        return replace(state, overlay_ids=(*state.overlay_ids, overlay_id), is_chosen=True)
    left = tuple(each for each in state.overlay_ids if each != overlay_id)
    if not left or (explanation is not None and not drawable(left, explanation)):
        return replace(state, is_on=False)
    return replace(state, overlay_ids=left, is_chosen=True)


def fitting(state: OverlayState, explanation: Explanation | None) -> OverlayState:
    """The state for an explanation that has come: what the user picked, or else the usual one."""
    if explanation is None:
        return state
    if state.is_chosen and drawable(state.overlay_ids, explanation):
        return state
    usual = (usual_overlay(explanation).id,)
    return replace(state, overlay_ids=usual, is_chosen=False)


def for_another_model(state: OverlayState, focal_joints: int) -> OverlayState:
    """The state without what was picked among the maps of the model before."""
    first = for_network(state, 0)
    return replace(first, settings=replace(first.settings, focal_joints=focal_joints))


def for_network(state: OverlayState, network: int) -> OverlayState:
    """The state for another network of a model: the first of its maps, all heads."""
    settings = replace(state.settings, joint_map=0, link_map=0, head=None, point_map=0)
    return replace(state, settings=settings, network=network)


def next_overlay(state: OverlayState, explanation: Explanation) -> OverlayState:
    """The next overlay alone, of those that there is data for."""
    rows = drawable(tuple(overlay.id for overlay in OVERLAYS), explanation)
    shown = drawable(state.drawn, explanation)
    after = rows.index(shown[-1]) + 1 if shown else 0
    wanted = rows[after % len(rows)]
    return replace(state, overlay_ids=(wanted.id,), is_on=True, is_chosen=True)


def next_map(state: OverlayState, explanation: Explanation) -> OverlayState:
    """The next map of the overlays that are drawn: action, block or level."""
    settings, shown = state.settings, drawable(state.drawn, explanation)
    picks = [pick for pick in PICKS if pick.overlay_id in {overlay.id for overlay in shown}]
    for pick in picks:
        settings = pick.put(settings, (pick.get(settings) + 1) % len(pick.names(explanation)))
    return replace(state, settings=settings)


def next_head(state: OverlayState, explanation: Explanation) -> OverlayState:
    """The next attention head; after the last all of them."""
    heads = num_heads(state, explanation)
    head = state.settings.head
    following = 0 if head is None else head + 1
    return replace(
        state, settings=replace(state.settings, head=following if following < heads else None)
    )


def num_heads(state: OverlayState, explanation: Explanation) -> int:
    """Attention heads of what is drawn; 0 where nothing has any."""
    ids = {overlay.id for overlay in drawable(state.drawn, explanation)}
    heads = 0
    if "attention" in ids:
        links = explanation.links
        number = state.settings.link_map
        heads = (links[number] if number < len(links) else links[0]).weights.shape[2]
    if "time" in ids:
        heads = max(heads, explanation.times[0].weights.shape[2])
    return heads


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPick:
    """A picker for the maps of an overlay."""

    overlay_id: str
    label: str
    names: Callable[[Explanation], tuple[str, ...]]
    get: Callable[[OverlaySettings], int]
    put: Callable[[OverlaySettings, int], OverlaySettings]


def _names(maps: tuple[LinkMap, ...] | tuple[PointMap, ...]) -> tuple[str, ...]:
    return tuple(each.name for each in maps)


PICKS: tuple[MapPick, ...] = (
    MapPick(
        overlay_id="focus",
        label="Heat",
        names=lambda explanation: tuple(each.name for each in explanation.joint_maps),
        get=lambda settings: settings.joint_map,
        put=lambda settings, number: replace(settings, joint_map=number),
    ),
    MapPick(
        overlay_id="attention",
        label="Map",
        names=lambda explanation: _names(explanation.links),
        get=lambda settings: settings.link_map,
        put=lambda settings, number: replace(settings, link_map=number),
    ),
    MapPick(
        overlay_id="voxels",
        label="Level",
        names=lambda explanation: _names(explanation.points),
        get=lambda settings: settings.point_map,
        put=lambda settings, number: replace(settings, point_map=number),
    ),
)


def overlay_rows(state: OverlayState, explanation: Explanation | None) -> tuple[Overlay, ...]:
    """The overlays that are drawn of an explanation."""
    return () if explanation is None else drawable(state.drawn, explanation)
