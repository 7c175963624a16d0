"""Reports: figures with stable keys, and a page that is whole in itself."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

from engine.errors import EngineError
from engine.judging.report import Report, describe, report_on, subject_of
from engine.judging.report_files import write_report
from engine.judging.report_html import page
from engine.judging.scope import Scope
from engine.judging.verdict import OTHER, Skipped, Verdict
from engine.places import assets_folder
from engine.runtime.cards import Calibration, read_card
from tests.engine.judging.making import NAMES, files_of, verdict_from

VOID = {"meta"}
FORBIDDEN = {"script", "link", "img", "iframe", "object", "embed", "base", "form", "a"}
CALIBRATION = Calibration(temperature=1.5, none_below=0.4, ece_before=0.1, ece_after=0.05, clips=60)


@pytest.fixture
def verdict() -> Verdict:
    random = np.random.default_rng(3)
    truths = np.arange(60) % 6
    rows = random.standard_normal((60, 6)) + 2.5 * np.eye(6)[truths]
    return verdict_from(rows, np.where(np.arange(60) > 55, OTHER, truths))


@pytest.fixture
def scope() -> Scope:
    return Scope(
        dataset_id="nw-ucla",
        dataset="Northwestern-UCLA <Multiview>",
        folder="data & more",
        rule="view 2",
        protocol="cross-view",
        split_digest="ab" * 32,
        clips_digest="cd" * 32,
        notes=("One span has no numbers.",),
    )


@pytest.fixture
def report(verdict, scope) -> Report:
    card = read_card(assets_folder() / "models" / "everyday-fg-stformer")
    return report_on(subject_of(card, "onnxruntime"), scope, verdict, None)


class Structure(HTMLParser):
    """Reads a page and checks that every element ends where it should."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.words: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def structure_of(text: str) -> Structure:
    structure = Structure()
    structure.feed(text)
    structure.close()
    assert structure.open == []
    return structure


def test_the_page_needs_nothing_but_itself(report):
    text = page(report)
    found = structure_of(text)
    assert text.startswith("<!doctype html>")
    assert FORBIDDEN.isdisjoint(found.seen)
    for name, value in found.attributes:
        assert not name.startswith("on")
        assert name not in ("href", "src", "style")
        assert name == "xmlns" or "//" not in (value or "")
    assert "url(" not in text
    assert "@import" not in text
    assert "prefers-color-scheme: dark" in text


def test_the_page_shows_what_was_measured_on_what(report):
    words = " ".join(structure_of(page(report)).words)
    for expected in (
        report.subject.title,
        "everyday-fg-stformer",
        "Northwestern-UCLA <Multiview>",
        "data & more",
        "cross-view",
        "abababababababab",
        "One span has no numbers.",
        f"{report.verdict.top1:.1%}",
        "None of these",
        "sit <down>",
    ):
        assert expected in words
    assert "&lt;Multiview&gt;" in page(report)


def test_every_drawing_is_well_formed_and_has_a_title(report):
    parts = page(report).split("<svg")[1:]
    drawings = [
        ElementTree.fromstring("<svg" + part.split("</svg>")[0] + "</svg>") for part in parts
    ]
    assert len(drawings) == 6  # confusion, recall, reliability, none, people, views
    for drawing in drawings:
        assert drawing.attrib["role"] == "img"
        assert drawing[0].text == drawing.attrib["aria-label"]


def test_the_heat_map_has_the_numbers_of_the_confusion_matrix(report):
    drawing = page(report).split('aria-label="Confusion matrix"')[2].split("</svg>")[0]
    shown = [
        int(piece.split(">")[1].split("<")[0])
        for piece in drawing.split("<text")[1:]
        if 'class="on-' in piece
    ]
    confusion = report.verdict.confusion
    assert shown == confusion[confusion.nonzero()].tolist()


def test_classes_that_the_drawings_use_have_colours_in_both_looks(report):
    text = page(report)
    style = text.split("<style>")[1].split("</style>")[0]
    dark = style.split("prefers-color-scheme: dark")[1]
    used = {
        name
        for key, value in structure_of(text).attributes
        if key == "class"
        for name in (value or "").split()
    }
    for name in used - {"lead", "tiles", "tile", "scroll", "figure", "heading", "small"}:
        assert f".{name}" in style
        assert f".{name}" in dark


def test_figures_come_with_stable_keys_and_survive_json(report):
    told = json.loads(json.dumps(describe(report)))
    verdict = report.verdict
    assert list(told) == [
        "schema", "model", "title", "weights_sha256", "runs_on", "measured_on", "clips", "top1",
        "top1_interval", "top5", "top5_interval", "mean_recall", "per_action", "actions", "classes",
        "confusion", "calibration", "none_of_these", "people", "views", "rounds",
        "mean_of_rounds", "deviation_of_rounds", "wrong", "skipped",
    ]  # fmt: skip
    assert told["clips"] == verdict.clips == 56
    assert told["top1"] == pytest.approx(verdict.top1, abs=1e-6)
    assert told["top1_interval"][0] < told["top1"] < told["top1_interval"][1]
    assert set(told["per_action"]) == set(NAMES)
    assert sum(row["clips"] for row in told["people"]) == 56
    assert [row["view"] for row in told["views"]] == [1, 2]
    assert sum(row["clips"] for row in told["calibration"]["before"]) == 56
    assert told["none_of_these"]["others"] == 4
    assert told["none_of_these"]["right_kept"] >= 0.95
    assert len(told["wrong"]) == 56 - np.trace(np.array(told["confusion"])) + 4


def test_the_surest_mistakes_come_first_and_say_what_was_meant(report):
    wrong = describe(report)["wrong"]
    sureness = [row["probability"] for row in wrong]
    assert sureness == sorted(sureness, reverse=True)
    assert {"none of these"} < {row["truth"] for row in wrong}
    assert all(row["truth"] != row["said"] for row in wrong)


def test_without_a_calibration_the_report_says_that_its_own_flatters(report):
    assert report.is_fitted_here
    assert describe(report)["calibration"]["fitted_on_these_clips"] is True
    assert describe(report)["calibration"]["in_card"] is False
    assert "flatters it, and is not in the model&#x27;s card" in page(report)
    np.testing.assert_array_equal(report.verdict.said, report.calibrated.said)


def test_a_model_that_is_calibrated_is_judged_as_it_answers(report, verdict, scope):
    calibrated = verdict.calibrated(CALIBRATION)
    found = report_on(report.subject, scope, calibrated, CALIBRATION)
    told = describe(found)
    assert not found.is_fitted_here
    assert told["calibration"]["in_card"] is True
    assert told["calibration"]["temperature"] == 1.5
    assert told["none_of_these"]["below"] == 0.4
    assert told["calibration"]["ece_before"] == describe(report)["calibration"]["ece_before"]
    assert "found on other clips" in page(found)
    assert "temperature 1.50" in page(found)


def test_clips_without_an_answer_are_listed(report, verdict, scope):
    lost = Skipped(file=files_of(1)[0], truth=1, reason="clip-000.json: nobody is <there>")
    found = report_on(report.subject, scope, replace(verdict, skipped=(lost,)), None)
    assert "nobody is &lt;there&gt;" in page(found)
    assert describe(found)["skipped"] == ["clip-000.json: nobody is <there>"]


def test_a_model_that_is_never_wrong_and_one_without_clips_have_reports_too(report, scope):
    perfect = verdict_from(10 * np.eye(6)[[0, 1, 2]], [0, 1, 2])
    empty = verdict_from(np.zeros((0, 6)), [])
    for verdict, words in ((perfect, "There are none."), (empty, "Nothing was measured.")):
        found = report_on(report.subject, scope, verdict, None)
        assert words in page(found)
        structure_of(page(found))
        json.dumps(describe(found))


def test_files_are_written_whole_and_a_folder_that_cannot_be_is_said_in_words(report, tmp_path):
    html, told = write_report(report, tmp_path / "new" / "folder")
    assert html.read_text(encoding="utf-8") == page(report)
    assert json.loads(told.read_text(encoding="utf-8"))["model"] == "everyday-fg-stformer"
    (tmp_path / "file").touch()
    with pytest.raises(EngineError, match="cannot be made"):
        write_report(report, tmp_path / "file")
