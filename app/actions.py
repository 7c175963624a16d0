"""Everything that can be done with a key or from a menu: one row each.

A row brings the menu entry, the key, the tooltip and the line on the keys sheet. What it does is
connected in ``application.py``.
"""

from app.action_spec import ActionSpec, Menu
from app.label_actions import LABEL_ACTIONS
from app.retrain_actions import RETRAIN_ACTIONS
from app.study_actions import STUDY_ACTIONS

__all__ = ("ACTIONS", "ActionSpec", "Menu")

ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(
        id="file.open", text="Open recording…", menu=Menu.FILE, shortcuts=("Ctrl+O",), icon="folder"
    ),
    ActionSpec(
        id="file.export",
        text="Export…",
        menu=Menu.FILE,
        shortcuts=("Ctrl+E",),
        starts_group=True,
    ),
    ActionSpec(
        id="file.copy-picture", text="Copy picture", menu=Menu.FILE, shortcuts=("Ctrl+Shift+C",)
    ),
    ActionSpec(
        id="file.copy-command",
        text="Copy as command",
        menu=Menu.FILE,
        shortcuts=("Ctrl+Alt+C",),
    ),
    ActionSpec(
        id="file.quit", text="Quit", menu=Menu.FILE, shortcuts=("Ctrl+Q",), starts_group=True
    ),
    ActionSpec(
        id="playback.toggle",
        text="Play or pause",
        menu=Menu.PLAYBACK,
        shortcuts=("Space",),
        icon="play",
    ),
    ActionSpec(
        id="playback.previous",
        text="Previous frame",
        menu=Menu.PLAYBACK,
        shortcuts=("Left", ","),
        icon="step-back",
        starts_group=True,
        repeats=True,
    ),
    ActionSpec(
        id="playback.next",
        text="Next frame",
        menu=Menu.PLAYBACK,
        shortcuts=("Right", "."),
        icon="step-forward",
        repeats=True,
    ),
    ActionSpec(
        id="playback.previous-ten",
        text="Back ten frames",
        menu=Menu.PLAYBACK,
        shortcuts=("Shift+Left",),
        repeats=True,
    ),
    ActionSpec(
        id="playback.next-ten",
        text="On ten frames",
        menu=Menu.PLAYBACK,
        shortcuts=("Shift+Right",),
        repeats=True,
    ),
    ActionSpec(
        id="playback.start",
        text="First frame",
        menu=Menu.PLAYBACK,
        shortcuts=("Home",),
        icon="to-start",
    ),
    ActionSpec(
        id="playback.end",
        text="Last frame",
        menu=Menu.PLAYBACK,
        shortcuts=("End",),
        icon="to-end",
    ),
    ActionSpec(
        id="playback.slower",
        text="Slower",
        menu=Menu.PLAYBACK,
        shortcuts=("[",),
        starts_group=True,
    ),
    ActionSpec(id="playback.faster", text="Faster", menu=Menu.PLAYBACK, shortcuts=("]",)),
    ActionSpec(
        id="playback.loop",
        text="Loop",
        menu=Menu.PLAYBACK,
        shortcuts=("L",),
        icon="loop",
        is_checkable=True,
    ),
    ActionSpec(
        id="playback.stop-work",
        text="Stop filling the lanes",
        menu=Menu.PLAYBACK,
        shortcuts=("Esc",),
        starts_group=True,
    ),
    ActionSpec(
        id="mode.inspect", text="Inspect", menu=Menu.VIEW, shortcuts=("Ctrl+1",), is_checkable=True
    ),
    ActionSpec(
        id="mode.teach", text="Teach", menu=Menu.VIEW, shortcuts=("Ctrl+2",), is_checkable=True
    ),
    ActionSpec(
        id="view.front", text="From the front", menu=Menu.VIEW, shortcuts=("1",), starts_group=True
    ),
    ActionSpec(id="view.side", text="From the side", menu=Menu.VIEW, shortcuts=("2",)),
    ActionSpec(id="view.top", text="From above", menu=Menu.VIEW, shortcuts=("3",)),
    ActionSpec(
        id="view.frame-all",
        text="Fit everybody in view",
        menu=Menu.VIEW,
        shortcuts=("0", "R"),
        icon="fit",
    ),
    ActionSpec(
        id="view.follow",
        text="Follow",
        menu=Menu.VIEW,
        shortcuts=("F",),
        is_checkable=True,
        starts_group=True,
    ),
    ActionSpec(
        id="view.trails", text="Trails", menu=Menu.VIEW, shortcuts=("T",), is_checkable=True
    ),
    ActionSpec(
        id="view.labels", text="Joint names", menu=Menu.VIEW, shortcuts=("N",), is_checkable=True
    ),
    ActionSpec(
        id="view.overlay",
        text="Where the model looked",
        menu=Menu.VIEW,
        shortcuts=("O",),
        is_checkable=True,
    ),
    ActionSpec(id="view.next-overlay", text="Next overlay", menu=Menu.VIEW, shortcuts=("Shift+O",)),
    ActionSpec(
        id="view.next-map",
        text="Next map: action, block or level",
        menu=Menu.VIEW,
        shortcuts=("B",),
    ),
    ActionSpec(id="view.next-head", text="Next attention head", menu=Menu.VIEW, shortcuts=("H",)),
    ActionSpec(
        id="view.next-network", text="Next network of the model", menu=Menu.VIEW, shortcuts=("W",)
    ),
    ActionSpec(
        id="view.person",
        text="Next person",
        menu=Menu.VIEW,
        shortcuts=("P",),
        starts_group=True,
    ),
    ActionSpec(
        id="view.zoom-in",
        text="Timeline closer",
        menu=Menu.TIMELINE,
        shortcuts=("+", "="),
        icon="zoom-in",
    ),
    ActionSpec(
        id="view.zoom-out",
        text="Timeline farther",
        menu=Menu.TIMELINE,
        shortcuts=("-",),
        icon="zoom-out",
    ),
    ActionSpec(
        id="timeline.zoom-whole",
        text="All of it, or what is marked",
        menu=Menu.TIMELINE,
        shortcuts=("\\",),
    ),
    ActionSpec(
        id="timeline.zoom-frame", text="Down to one frame", menu=Menu.TIMELINE, shortcuts=("|",)
    ),
    ActionSpec(
        id="timeline.page-back",
        text="A page back",
        menu=Menu.TIMELINE,
        shortcuts=("PgUp",),
        repeats=True,
    ),
    ActionSpec(
        id="timeline.page-on",
        text="A page on",
        menu=Menu.TIMELINE,
        shortcuts=("PgDown",),
        repeats=True,
    ),
    ActionSpec(
        id="timeline.next-edge",
        text="Next change: answer or gap",
        menu=Menu.TIMELINE,
        shortcuts=("Ctrl+Right",),
        starts_group=True,
        repeats=True,
    ),
    ActionSpec(
        id="timeline.previous-edge",
        text="Change before",
        menu=Menu.TIMELINE,
        shortcuts=("Ctrl+Left",),
        repeats=True,
    ),
    ActionSpec(
        id="timeline.snap",
        text="Snap to changes",
        menu=Menu.TIMELINE,
        shortcuts=("G",),
        is_checkable=True,
    ),
    ActionSpec(
        id="timeline.compare",
        text="Compare with other models…",
        menu=Menu.TIMELINE,
        shortcuts=("C",),
        starts_group=True,
    ),
    ActionSpec(
        id="compare.side-by-side",
        text="Models side by side",
        menu=Menu.TIMELINE,
        shortcuts=("Shift+C",),
        icon="panes",
        is_checkable=True,
    ),
    ActionSpec(
        id="compare.table",
        text="Table of models side by side",
        menu=Menu.TIMELINE,
        shortcuts=("Shift+T",),
        is_checkable=True,
    ),
    ActionSpec(
        id="compare.recording",
        text="Compare with another recording…",
        menu=Menu.TIMELINE,
        shortcuts=("Shift+R",),
        starts_group=True,
    ),
    ActionSpec(
        id="compare.second-view",
        text="Other recording as ghost or side by side",
        menu=Menu.TIMELINE,
        shortcuts=("Shift+G",),
    ),
    ActionSpec(
        id="compare.swap",
        text="Swap the recordings compared",
        menu=Menu.TIMELINE,
        shortcuts=("Shift+X",),
    ),
    ActionSpec(
        id="timeline.next-difference",
        text="Next disagreement",
        menu=Menu.TIMELINE,
        shortcuts=("D",),
    ),
    ActionSpec(
        id="timeline.previous-difference",
        text="Disagreement before",
        menu=Menu.TIMELINE,
        shortcuts=("Shift+D",),
    ),
    ActionSpec(
        id="view.theme",
        text="Dark or light",
        menu=Menu.VIEW,
        shortcuts=("Ctrl+D",),
        icon="contrast",
        starts_group=True,
    ),
    ActionSpec(id="why.hide", text="Hide joints and ask again", menu=Menu.WHY, shortcuts=("M",)),
    ActionSpec(
        id="why.contrast", text="Why this action and not that", menu=Menu.WHY, shortcuts=("Y",)
    ),
    ActionSpec(id="why.sees", text="What the model sees", menu=Menu.WHY, shortcuts=("V",)),
    ActionSpec(id="why.delay", text="When the answer settled", menu=Menu.WHY, shortcuts=("E",)),
    ActionSpec(id="why.test", text="Do the favourites matter", menu=Menu.WHY, shortcuts=("U",)),
    ActionSpec(
        id="help.keys",
        text="Keys",
        menu=Menu.HELP,
        shortcuts=("F1", "?"),
        icon="help",
    ),
    ActionSpec(id="help.change-keys", text="Change keys…", menu=Menu.HELP),
    ActionSpec(id="help.about", text="About Skelarium", menu=Menu.HELP),
    *STUDY_ACTIONS,
    *RETRAIN_ACTIONS,
    *LABEL_ACTIONS,
)
