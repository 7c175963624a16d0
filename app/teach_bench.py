"""Teaching: the study, its labels, its runs of training; three benches around one desk."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app.action_colours import palette_of
from app.label_bench import LabelBench
from app.mode_keeper import ModeKeeper
from app.modes import ModeSwitch
from app.retrain_bench import RetrainBench
from app.services.study_keeping import StudyKeeping
from app.study_bench import StudyBench
from app.study_desk import StudyDesk
from app.study_places import scratch_folder
from app.teach_parts import TeachParts
from engine.study.contents import StudyContents


class TeachBench(QObject):
    """Holds the desk and the benches around it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        keeping = StudyKeeping(self)
        self.desk = StudyDesk(self, keeping=keeping, find_scratch=scratch_folder)
        self.modes = ModeSwitch(self)
        self.keeper = ModeKeeper(self.modes, self)
        self.study = StudyBench(keeping, self)
        self.label = LabelBench(self)
        self.retrain = RetrainBench(self)

    def connect_all(self, parts: TeachParts) -> None:
        """Connect everything.

        Args:
            parts: What is read, shown and acted upon.
        """
        self.keeper.connect_all(parts.window, parts.settings)
        self._document = parts.document
        self.desk.contents_changed.connect(self._take_contents)
        for bench in (self.study, self.label, self.retrain):
            bench.connect_all(parts)

    @Slot(object)
    def _take_contents(self, contents: StudyContents) -> None:
        """Draw actions in the study's colours, everywhere at once."""
        self._document.set_action_palette(palette_of(contents))

    def restore(self) -> None:
        """Stand as it was left, once the window's panels do."""
        self.keeper.restore()

    def remember(self) -> None:
        """Keep for next time how everything stands."""
        self.keeper.remember()

    def work_of_actions(self) -> dict[str, Callable[..., object]]:
        """What the rows of the table of actions do that are about teaching."""
        study, label, retrain = self.study, self.label, self.retrain
        works = study.work_of_actions() | label.work_of_actions() | retrain.work_of_actions()
        return works | self.keeper.work_of_actions()

    def put_aside(self) -> bool:
        """Take back one thing; whether there was one."""
        return any(bench.put_aside() for bench in (self.label, self.retrain, self.study))

    def close(self, *, longest_ms: int | None = None) -> bool:
        """End the threads; runs of training go on.

        Args:
            longest_ms: Wait no longer for a thread that is busy; None waits until it is not.

        Returns:
            Whether all have ended.
        """
        benches = (self.label, self.retrain, self.study)
        have_ended = [bench.close(longest_ms=longest_ms) for bench in benches]
        return all(have_ended)
