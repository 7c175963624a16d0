"""What can be done with a study as a whole: rows of the table of actions.

They are there in every mode: a study stays open while its recordings are inspected.
"""

from app.action_spec import ActionSpec, Menu


def _row(
    action_id: str,
    text: str,
    *shortcuts: str,
    starts_group: bool = False,
    repeats: bool = False,
    is_checkable: bool = False,
) -> ActionSpec:
    return ActionSpec(
        id=f"study.{action_id}",
        text=text,
        menu=Menu.STUDY,
        shortcuts=shortcuts,
        starts_group=starts_group,
        repeats=repeats,
        is_checkable=is_checkable,
    )


STUDY_ACTIONS: tuple[ActionSpec, ...] = (
    _row("new", "New study…", "Ctrl+N"),
    _row("open", "Open study…", "Ctrl+Shift+O"),
    _row("keep", "Save study as…", "Ctrl+Shift+S"),
    _row("undo", "Undo", "Ctrl+Z", starts_group=True, repeats=True),
    _row("redo", "Redo", "Ctrl+Shift+Z", "Ctrl+Y", repeats=True),
    _row("history", "History", "Ctrl+H", is_checkable=True),
    _row("add", "Add recordings…", "Ctrl+Shift+A", starts_group=True),
    _row("add-folder", "Add folder…"),
    _row("add-dataset", "Add data set…"),
    _row("add-shown", "Add the recording on show"),
    _row("import", "Import labels…", "Ctrl+I", starts_group=True),
    _row("export", "Export labels…", "Ctrl+Shift+E"),
    _row("find", "Find moved recordings…", starts_group=True),
    _row("backups", "Restore a backup…"),
    _row("check", "Check the study"),
    _row("facts", "Name and annotator…", starts_group=True),
    _row("close", "Close study"),
)
