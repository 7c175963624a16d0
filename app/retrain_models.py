"""The models of the study on show: offered beside the installed ones, and the one in use asked."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from app.document import Document
from app.open_study import OpenStudy
from app.retrain_switch import model_with_id
from app.study_desk import StudyDesk
from engine.runtime.packages import ModelPackage
from engine.study.contents import StudyContents


class StudyModels(QObject):
    """Keeps the document's models, and the one that is asked, in step with the study."""

    def __init__(
        self,
        document: Document,
        desk: StudyDesk,
        pick_model: Callable[[ModelPackage], None],
        parent: QObject,
    ) -> None:
        """Offer none yet.

        Args:
            document: Has the models.
            desk: Has the study.
            pick_model: Asks another model from now on.
            parent: Owner.
        """
        super().__init__(parent)
        self._document = document
        self._desk = desk
        self._pick_model = pick_model
        self._own: tuple[ModelPackage, ...] = ()
        self._followed = ""
        """Id of the model that the study used when it was looked at last."""
        self._without: ModelPackage | None = None
        """What was asked while no study named a model."""

    @Slot(object)
    def take_study(self, study: OpenStudy | None) -> None:
        """Turn to another study."""
        if study is None:
            self.follow(StudyContents())
            self.take_study_models(())
        else:
            self.follow(self._desk.contents)

    @Slot(object)
    def take_study_models(self, models: tuple[ModelPackage, ...]) -> None:
        """Offer these models of the study, after those installed."""
        gone = {each.folder for each in self._own}
        installed = tuple(each for each in self._document.models if each.folder not in gone)
        self._own = models
        folders = {each.folder for each in installed}
        offered = (*installed, *(each for each in models if each.folder not in folders))
        if offered != self._document.models:
            self._document.set_models(offered)

    @Slot(object)
    def take_all(self, models: tuple[ModelPackage, ...]) -> None:
        """The installed models have been looked for: the study's own stay among them."""
        folders = {each.folder for each in models}
        if any(each.folder not in folders for each in self._own):
            self.take_study_models(self._own)
            return
        self.follow(self._desk.contents)

    def follow(self, contents: StudyContents) -> None:
        """Ask the model that the study uses, where that has changed."""
        wanted, shown = contents.facts.model, self._document.model
        if wanted == self._followed:
            return
        if not self._followed:
            self._without = shown
        model = model_with_id(self._document.models, wanted) if wanted else self._usual()
        if model is None:
            return  # it comes with the study's models
        self._followed = wanted
        if model is not shown:
            self._pick_model(model)

    def _usual(self) -> ModelPackage | None:
        """What was asked before the study named a model; else the first one installed."""
        models = self._document.models
        is_there = self._without is not None and self._without in models
        return self._without if is_there else next(iter(models), None)
