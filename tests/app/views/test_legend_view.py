import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.overlays import Legend, LegendMark
from app.scene_theme import SceneTheme
from app.views.legend_view import LegendView, number_text


def legend(mark: LegendMark = LegendMark.SCALE, low: float = 0.0) -> Legend:
    return Legend(title="Focus on wave", mark=mark, low=low, high=1.0, strongest=0.00031)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (1.0, "1"), (0.8749, "0.87"), (0.00031, "0.00031"), (-0.75, "\N{MINUS SIGN}0.75")],
)
def test_numbers_have_two_digits_that_count(value: float, text: str) -> None:
    assert number_text(value) == text


def test_each_overlay_has_a_row_with_its_ends_and_its_true_maximum(qtbot: QtBot) -> None:
    view = LegendView()
    qtbot.addWidget(view)
    view.show_legends((legend(), legend(LegendMark.DISCS)))
    view.show_legends((legend(LegendMark.ATTENTION, low=-1.0),))
    view.show()

    first, second = view.rows
    assert first.title.full_text == "Focus on wave"
    assert (first.low.text(), first.high.text()) == ("\N{MINUS SIGN}1", "1")
    assert first.strongest.text() == "max 0.00031"
    assert not second.isVisible()


def test_without_anything_drawn_there_is_no_legend(qtbot: QtBot) -> None:
    view = LegendView()
    qtbot.addWidget(view)
    view.show_legends((legend(),))
    view.show_legends(())
    view.show()

    assert not view.rows[0].isVisible()


def strip(view: LegendView) -> QImage:
    return view.rows[0].strip.grab().toImage()


def test_strips_show_what_is_drawn_in_the_colours_of_the_view(qtbot: QtBot) -> None:
    view = LegendView()
    qtbot.addWidget(view)
    view.resize(240, 80)
    view.show_legends((legend(),))
    view.show()
    qtbot.waitExposed(view)
    dark = SceneTheme.dark()
    found = []
    for mark, low in (
        (LegendMark.SCALE, 0.0),
        (LegendMark.DISCS, 0.0),
        (LegendMark.LINKS, 0.0),
        (LegendMark.ATTENTION, 0.0),
        (LegendMark.ATTENTION, -1.0),
    ):
        view.show_legends((legend(mark, low),))
        found.append(strip(view))

    middle = found[0].height() // 2
    assert len({image.pixel(image.width() - 5, middle) for image in found[:4]}) == 4
    left = found[4].pixelColor(6, middle)
    right = found[4].pixelColor(found[4].width() - 6, middle)
    assert left.getRgbF()[:3] == pytest.approx(dark.against, abs=0.02)
    assert right.getRgbF()[:3] == pytest.approx(dark.attention, abs=0.02)
    view.set_theme(SceneTheme.light())
    assert strip(view) != found[4]
