"""The line at the window's foot: the few keys one needs first, as they hold at the moment."""

from PySide6.QtCore import Qt, Slot

from app.modes import Mode
from app.theme import TypeRole, font
from app.views.action_set import ActionSet, key_text
from app.views.pieces import ElidedLabel

FIRST_KEYS: dict[Mode, tuple[tuple[tuple[str, ...], str], ...]] = {
    Mode.INSPECT: (
        (("playback.toggle",), "play"),
        (("playback.previous", "playback.next"), "frame"),
        (("view.overlay",), "overlay"),
        (("help.keys",), "all keys"),
    ),
    Mode.TEACH: (
        (("playback.toggle",), "play"),
        (("playback.previous", "playback.next"), "frame"),
        (("label.mark-in", "label.mark-out"), "mark"),
        (("label.add",), "label"),
        (("label.accept", "label.reject"), "accept, reject"),
        (("study.undo",), "undo"),
        (("help.keys",), "all keys"),
    ),
}
BETWEEN = "      "


class KeyHint(ElidedLabel):
    """Says them in one line."""

    def __init__(self, actions: ActionSet) -> None:
        super().__init__(mode=Qt.TextElideMode.ElideRight)
        self._actions = actions
        self.setFont(font(TypeRole.SMALL))
        self.setProperty("tone", "muted")
        self.setContentsMargins(14, 5, 14, 6)
        actions.keys_changed.connect(self._say)
        self._say()

    @Slot()
    def _say(self) -> None:
        known = {spec.id for spec in self._actions.specs}
        hints = []
        for ids, word in FIRST_KEYS[self._actions.mode]:
            held = [self._actions.keys_of(each) for each in ids if each in known]
            keys = [_shortest(each) for each in held if each]
            if keys:
                hints.append(f"{'  '.join(keys)}  {word}")
        self.set_full_text(BETWEEN.join(hints))


def _shortest(keys: tuple[str, ...]) -> str:
    """The key that says least: ``?`` rather than ``F1``."""
    return min((key_text(key) for key in keys), key=len)
