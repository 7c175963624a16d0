"""Studies on disk with the rows of :mod:`tests.engine.study.making_labels`."""

import sqlite3

from engine.study.contents import Edit, added
from engine.study.replaying import rows_of
from engine.study.store import Study
from tests.engine.study.making_labels import study as labels

FILE = "study.db"


def created(folder, *segments):
    """A new study with two recordings, actions and tiers, and those segments."""
    study = Study.create(folder, "study")
    rows = [row for row in rows_of(labels(*segments)) if row.id != "study"]
    study.do(Edit(name="Fill", changes=tuple(map(added, rows))))
    return study


def add(row, name="Add"):
    return Edit(name=name, changes=(added(row),))


def on_disk(folder):
    """What another process would read."""
    with Study.open(folder, read_only=True) as study:
        return study.contents, study.history


def tamper(folder, *statements):
    """Do something to the file behind the program's back."""
    connection = sqlite3.connect(folder / FILE)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def let_back_up(study):
    """Wait for the backup that opening a study begins: it is of the moment before any edit."""
    study._backups.close()
