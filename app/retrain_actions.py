"""What can be done about training, with a key or from the menu: rows of the table of actions."""

from app.action_spec import ActionSpec, Menu
from app.modes import Mode

RETRAIN, PANEL, OTHER_MODEL, NEXT_FLIP = (
    "retrain.start",
    "retrain.panel",
    "retrain.other-model",
    "retrain.next-flip",
)
CHECK, ACCEPT, KEEP, DOUBT, NEXT = (
    "retrain.check",
    "retrain.accept",
    "retrain.keep",
    "retrain.doubt",
    "retrain.next",
)


def _row(action_id: str, text: str, *shortcuts: str, starts_group: bool = False) -> ActionSpec:
    return ActionSpec(
        id=action_id,
        text=text,
        menu=Menu.TRAIN,
        shortcuts=shortcuts,
        starts_group=starts_group,
        mode=Mode.TEACH,
    )


RETRAIN_ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(id=RETRAIN, text="Retrain", menu=Menu.TRAIN, shortcuts=("Ctrl+R",)),
    ActionSpec(id=PANEL, text="Training and its results", menu=Menu.TRAIN, shortcuts=("Ctrl+T",)),
    ActionSpec(
        id=OTHER_MODEL, text="Back to the model before", menu=Menu.TRAIN, shortcuts=("Ctrl+B",)
    ),
    _row(NEXT_FLIP, "Next clip whose answer turned", "Ctrl+J"),
    _row(CHECK, "Check the labels", "Ctrl+K", starts_group=True),
    _row(ACCEPT, "Take the model’s word", "Alt+Y"),
    _row(KEEP, "Keep the label", "Alt+K"),
    _row(DOUBT, "Mark the label doubtful", "Alt+Q"),
    _row(NEXT, "Next label to check", "Alt+N"),
)
