"""What keys and clicks wish of the overlays, and what is remembered of them."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from app.document import Document
from app.overlay_state import OverlayState, for_network, next_head, next_map, next_overlay
from app.overlays import OVERLAYS, OverlaySettings
from app.scene_pick import JointHit
from app.settings import (
    LINK_COUNT,
    LINK_THRESHOLD,
    OPACITY,
    OVERLAYS_CHOSEN,
    OVERLAYS_ON,
    Settings,
)
from engine.prediction import Explanation


def first_overlay(settings: Settings, *, focal_joints: int) -> OverlayState:
    """The overlays as they were remembered.

    Args:
        settings: What was remembered.
        focal_joints: K until a model says its own.
    """
    known = {overlay.id for overlay in OVERLAYS}
    chosen = tuple(each for each in settings.get(OVERLAYS_CHOSEN) if each in known)
    return OverlayState(
        overlay_ids=chosen,
        is_on=settings.get(OVERLAYS_ON),
        is_chosen=bool(chosen),
        settings=OverlaySettings(
            focal_joints=focal_joints,
            link_threshold=settings.get(LINK_THRESHOLD),
            link_count=settings.get(LINK_COUNT),
            opacity=settings.get(OPACITY),
        ),
    )


def keep_overlay(settings: Settings, overlay: OverlayState) -> None:
    """Remember the overlays: those that the user chose, not those that a paper draws."""
    settings.set(OVERLAYS_CHOSEN, overlay.overlay_ids if overlay.is_chosen else ())
    settings.set(OVERLAYS_ON, overlay.is_on)
    settings.set(LINK_COUNT, overlay.settings.link_count)
    settings.set(LINK_THRESHOLD, overlay.settings.link_threshold)
    settings.set(OPACITY, overlay.settings.opacity)


class OverlayWishes(QObject):
    """Turns wishes into changes of the document."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document

    @Slot(bool)
    def switch(self, is_on: bool) -> None:
        """Draw overlays, or none."""
        self._document.change_overlay(replace(self._document.overlay, is_on=is_on))

    @Slot()
    def show_next(self) -> None:
        """Draw the next overlay alone."""
        self._change(next_overlay)

    @Slot()
    def show_next_map(self) -> None:
        """Draw the next map: action, block or level."""
        self._change(next_map)

    @Slot()
    def show_next_head(self) -> None:
        """Draw the next attention head; after the last, all of them."""
        self._change(next_head)

    @Slot()
    def show_next_network(self) -> None:
        """Show where the model's next network looked."""
        answer, overlay = self._document.answer_state.answer, self._document.overlay
        if answer is not None and answer.explanations:
            network = (overlay.network + 1) % len(answer.explanations)
            self._document.change_overlay(for_network(overlay, network))

    @Slot(object)
    def pick_joint(self, hit: JointHit) -> None:
        """Turn to the joint clicked; clicked again, it is let go."""
        document = self._document
        is_picked = hit.joint == document.joint and hit.person == document.person
        document.select_joint(None if is_picked else hit.joint)

    def _change(self, change: Callable[[OverlayState, Explanation], OverlayState]) -> None:
        document = self._document
        if document.explanation is not None:
            document.change_overlay(change(document.overlay, document.explanation))
