"""Before a run: one button, and all that it will do."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from app.retrain_state import Preparing, Wishes
from app.retrain_words import count_text, mode_text, rest_of_doubts
from app.study_words import capital
from app.theme import TypeRole
from app.views.choice import Choice
from app.views.flow import FlowLayout
from app.views.pieces import ElidedLabel, Rule, SectionHeader, column
from app.views.retrain_pieces import Switch, Words, add, push_button, show, toggle_button
from app.views.retrain_table import ForecastTable, TableLine
from engine.labels import NOTHING
from engine.study.contents import StudyContents
from engine.study.forecast import Forecast, RetrainMode

MODES: dict[RetrainMode, tuple[str, str]] = {
    RetrainMode.QUICK: ("Quick", "The last layers of a model that is there learn, in seconds"),
    RetrainMode.FULL: ("Full", "All layers learn, in the background"),
}


class BeforePage(QWidget):
    """What Retrain will do."""

    start_requested = Signal()
    wishes_requested = Signal(object)  # Wishes
    by_person_requested = Signal(bool)
    run_requested = Signal()
    """To the page of the run that goes on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = Preparing()
        self.start = push_button("Retrain", self.start_requested.emit, is_main=True)
        self.start.setMinimumHeight(38)
        self.why = Words(TypeRole.TEXT, tone="")
        self.complaint = Words(tone="warning")
        self.modes = Switch("How", MODES)
        self.how = Words()
        self.bases = Choice("From", "The model that goes on learning")
        self.untrained = Words(TypeRole.STRONG, tone="")
        self.header = SectionHeader("Learnt from")
        self.table = ForecastTable()
        self.table_area = QScrollArea()
        self.table_area.setWidgetResizable(True)
        self.table_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table_area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table_area.setWidget(self.table)
        self.read = ElidedLabel()
        self.read.setProperty("tone", "muted")
        self.by_person = toggle_button(
            "By person", "How many clips of each person", self._turn_by_person
        )
        self.doubts = Words(tone="warning")
        self.held_out = Words()
        self.left_out = Words()
        self.knows = Words()
        self.doubtful = toggle_button(
            "Doubtful ones, too", "Also learn from segments marked doubtful", self._turn_doubtful
        )
        self.keep = toggle_button(
            "Keep the base’s actions",
            "The new model also knows what the base knows, beside the study’s own actions",
            self._turn_keep,
        )
        self._build()
        self._connect()

    def _build(self) -> None:
        box = column(self, margins=(0, 0, 0, 0), spacing=9)
        add(box, self.untrained, self.modes, self.how, self.bases)
        add(box, self.start, self.why, self.complaint)
        self.rule = Rule()
        box.addWidget(self.rule)
        self.detail = QWidget()
        rows = column(self.detail, margins=(0, 2, 0, 0), spacing=7)
        rows.addWidget(self.header)
        rows.addWidget(self.table_area)
        foot = QHBoxLayout()
        foot.setSpacing(4)
        foot.addWidget(self.read, 1)
        foot.addWidget(self.by_person)
        rows.addLayout(foot)
        add(rows, self.doubts, self.held_out, self.left_out, self.knows)
        options = QWidget()
        flow = FlowLayout(options, spacing=6)
        for button in (self.doubtful, self.keep):
            flow.addWidget(button)
        rows.addWidget(options)
        box.addWidget(self.detail)

    def _connect(self) -> None:
        self.modes.picked.connect(lambda mode: self._wish(replace(self._wishes, mode=mode)))
        self.bases.picked.connect(self._pick_base)
        self.table.read.connect(self.read.set_full_text)

    @property
    def _wishes(self) -> Wishes:
        return self._shown.wishes

    # what is shown

    def show_preparing(self, preparing: Preparing, contents: StudyContents) -> None:
        """Show what is known."""
        self._shown = preparing
        wishes, forecast = preparing.wishes, preparing.forecast
        has_study = preparing.has_study
        self.start.setText("Starting…" if preparing.is_starting else "Retrain")
        self.start.setEnabled(preparing.can_start)
        self.why.say(capital(preparing.why_not))
        self.complaint.say(preparing.complaint)
        untrained = preparing.untrained
        self.untrained.say("" if untrained is None else untrained.text)
        self.modes.show_value(wishes.mode)
        self.how.say(mode_text(preparing) if has_study else "")
        self.bases.show_names(tuple(each.title for each in preparing.bases), preparing.base)
        show(has_study, self.modes, self.bases, self.start)
        has_clips = forecast is not None and any(each.segments for each in forecast.actions)
        show(has_study and has_clips, self.rule, self.detail)
        if forecast is not None and has_clips:
            self._show_forecast(forecast, preparing, contents)

    def _show_forecast(
        self, forecast: Forecast, preparing: Preparing, contents: StudyContents
    ) -> None:
        colours = {each.name: each.colour for each in contents.offered_actions}
        lines = tuple(
            TableLine(action=each, colour=colours.get(each.name, ""))
            for each in forecast.actions
            if each.segments or each.name == NOTHING or each.doubt
        )
        self.header.remark.set_full_text(count_text(forecast.num_clips, "clip"))
        self.table.show_lines(lines, forecast.actors, by_person=preparing.by_person)
        self.table_area.setFixedHeight(
            self.table.heightForWidth(self.table_area.viewport().width()) + 2
        )
        self.by_person.setChecked(preparing.by_person)
        self.by_person.setVisible(len(forecast.actors) > 1)
        self.doubts.say("\n".join(rest_of_doubts(forecast)))
        self.held_out.say(forecast.held_out_text)
        left_out = "\n".join(f"Left out: {each.text}." for each in forecast.left_out)
        self.left_out.say(left_out)
        wishes = preparing.wishes
        is_quick = wishes.mode is RetrainMode.QUICK
        strangers = [each for each in forecast.class_names if each not in colours]
        kept = [each for each in strangers if each != NOTHING]
        self.knows.say(
            f"It will also know {count_text(len(kept), 'action')} of the base." if kept else ""
        )
        self.keep.setVisible(is_quick and preparing.base >= 0)
        self.keep.setChecked(bool(kept))
        self.doubtful.setChecked(wishes.with_doubtful)
        self.doubtful.setVisible(
            wishes.with_doubtful
            or any(
                segment.is_doubtful
                for rows in contents.segments.values()
                for segment in rows.values()
            )
        )

    # wishes

    def _wish(self, wishes: Wishes) -> None:
        self.wishes_requested.emit(wishes)

    def _pick_base(self, number: int) -> None:
        self._wish(replace(self._wishes, base_id=self._shown.bases[number].id))

    def _turn_by_person(self) -> None:
        self.by_person_requested.emit(self.by_person.isChecked())

    def _turn_doubtful(self) -> None:
        self._wish(replace(self._wishes, with_doubtful=self.doubtful.isChecked()))

    def _turn_keep(self) -> None:
        self._wish(replace(self._wishes, keep_base_actions=self.keep.isChecked()))
