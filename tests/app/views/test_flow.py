from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.views.flow import FlowLayout


def flow_of(qtbot: QtBot, count: int, width: int) -> tuple[QWidget, list[QPushButton]]:
    """Buttons of 60 by 20 in a widget of some width."""
    parent = QWidget()
    qtbot.addWidget(parent)
    layout = FlowLayout(parent, spacing=10)
    buttons = [QPushButton() for _ in range(count)]
    for button in buttons:
        button.setFixedSize(60, 20)
        layout.addWidget(button)
    parent.resize(width, 200)
    parent.show()
    qtbot.waitExposed(parent)
    return parent, buttons


def test_widgets_go_on_in_the_next_row_where_there_is_no_room(qtbot: QtBot) -> None:
    _, buttons = flow_of(qtbot, 3, width=130)

    places = [(button.x(), button.y()) for button in buttons]
    assert places == [(0, 0), (70, 0), (0, 30)]


def test_a_narrow_flow_is_higher(qtbot: QtBot) -> None:
    parent, _ = flow_of(qtbot, 3, width=400)
    layout = parent.layout()
    assert layout is not None

    assert layout.heightForWidth(200) == 20
    assert layout.heightForWidth(199) == 50
    assert layout.heightForWidth(10) == 80
    assert layout.sizeHint().width() == 60


def test_items_can_be_taken_out(qtbot: QtBot) -> None:
    parent, _ = flow_of(qtbot, 2, width=400)
    layout = parent.layout()
    assert layout is not None

    assert layout.itemAt(2) is None
    assert layout.takeAt(0) is not None
    assert layout.takeAt(5) is None
    assert layout.count() == 1
