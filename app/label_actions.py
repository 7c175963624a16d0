"""What can be done with labels, with a key or from the menu: rows of the table of actions.

All of them belong to Teach mode. The keys of the study's actions are no rows: they come with it.
"""

from app.action_spec import ActionSpec, Menu
from app.modes import Mode

NUDGE, TIERS, PROPOSALS = "Nudge", "Tier and person", "Proposals"


def _row(
    action_id: str,
    text: str,
    *shortcuts: str,
    starts_group: bool = False,
    repeats: bool = False,
    is_checkable: bool = False,
    submenu: str = "",
) -> ActionSpec:
    return ActionSpec(
        id=f"label.{action_id}",
        text=text,
        menu=Menu.LABEL,
        shortcuts=shortcuts,
        starts_group=starts_group,
        repeats=repeats,
        is_checkable=is_checkable,
        submenu=submenu,
        mode=Mode.TEACH,
    )


LABEL_ACTIONS: tuple[ActionSpec, ...] = (
    _row("mark-in", "Mark the first frame", "I"),
    _row("mark-out", "Mark the last frame", "O"),
    _row("add", "Add a segment from the marks", "Return", "Enter"),
    _row("reviewed", "Nothing happens between the marks", "R"),
    _row("reviewed-rest", "Nothing else happens here", "Shift+R"),
    _row("start-here", "Segment starts here", "[", starts_group=True),
    _row("stop-here", "Segment ends here", "]"),
    _row("start-earlier", "Start a frame earlier", "Ctrl+[", repeats=True, submenu=NUDGE),
    _row("start-later", "Start a frame later", "Alt+[", repeats=True, submenu=NUDGE),
    _row("stop-later", "End a frame later", "Ctrl+]", repeats=True, submenu=NUDGE),
    _row("stop-earlier", "End a frame earlier", "Alt+]", repeats=True, submenu=NUDGE),
    _row("earlier", "Segment a frame earlier", "Alt+Left", repeats=True, submenu=NUDGE),
    _row("later", "Segment a frame later", "Alt+Right", repeats=True, submenu=NUDGE),
    _row("split", "Split at the playhead", "S", starts_group=True),
    _row("merge", "Merge", "M"),
    _row("copy", "Copy", "Ctrl+C"),
    _row("paste", "Paste at the playhead", "Ctrl+V"),
    _row("remove", "Remove", "Del", "Backspace"),
    _row("doubt", "Doubtful", "Q", starts_group=True),
    _row("note", "Note…", "F2"),
    _row("next", "Next segment", "K", starts_group=True, repeats=True),
    _row("previous", "Segment before", "J", repeats=True),
    _row("all", "Pick the whole tier", "Ctrl+A"),
    _row("loop", "Play what is picked over and over", "L", is_checkable=True),
    _row("tier-up", "Tier above", "Up", starts_group=True, submenu=TIERS),
    _row("tier-down", "Tier below", "Down", submenu=TIERS),
    _row("person-up", "Person above", "Ctrl+Up", submenu=TIERS),
    _row("person-down", "Person below", "Ctrl+Down", submenu=TIERS),
    _row(
        "next-uncertain",
        "Next uncertain proposal",
        "N",
        repeats=True,
        submenu=PROPOSALS,
    ),
    _row(
        "previous-uncertain",
        "Uncertain proposal before",
        "Shift+N",
        repeats=True,
        submenu=PROPOSALS,
    ),
    _row("accept", "Accept the proposal", "A", submenu=PROPOSALS),
    _row("reject", "Reject the proposal", "X", submenu=PROPOSALS),
    _row("accept-all", "Accept all above the threshold", "Shift+A", submenu=PROPOSALS),
)
