"""The palette, used as a person uses it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from cnnbuilder.blocks import OFFERED
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.build.palette import Palette
from cnnbuilder.ui.build.palette_card import Card, Heading
from cnnbuilder.ui.widgets.theme import theme


@pytest.fixture
def palette(show) -> Palette:
    palette = Palette()
    show(palette, 232)
    return palette


def _cards(palette: Palette) -> list[Card]:
    return [card for card in palette.findChildren(Card) if card.isVisible()]


def _card(palette: Palette, name: str) -> Card:
    return next(card for card in _cards(palette) if card.text() == name)


def _heading(palette: Palette, name: str) -> Heading:
    return next(heading for heading in palette.findChildren(Heading) if heading.text() == name)


def test_basics_stand_open_in_the_order_of_a_network(palette: Palette) -> None:
    assert [card.text() for card in _cards(palette)] == [
        "Conv2d",
        "ReLU",
        "MaxPool2d",
        "Flatten",
        "Linear",
        "Dropout",
    ]


def test_other_families_are_folded_and_open_by_a_click(palette: Palette, qtbot: QtBot) -> None:
    heading = _heading(palette, "Pooling")
    assert "6" in heading.accessibleName()
    qtbot.mouseClick(heading, Qt.MouseButton.LeftButton)
    assert "AvgPool2d" in [card.text() for card in _cards(palette)]
    qtbot.mouseClick(heading, Qt.MouseButton.LeftButton)
    assert "AvgPool2d" not in [card.text() for card in _cards(palette)]


def test_every_kind_can_be_reached(palette: Palette) -> None:
    for heading in palette.findChildren(Heading):
        heading.setChecked(True)
    assert {card.text() for card in _cards(palette)} >= {kind.kind() for kind in OFFERED}


def test_a_word_for_what_it_does_finds_a_block_and_enter_appends_it(palette: Palette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.search, "dense")
    assert [card.text() for card in _cards(palette)] == ["Linear"]
    with qtbot.waitSignal(palette.append_requested) as taken:
        qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert taken.args == ["Linear"]


def test_a_miss_is_answered_with_the_nearest(palette: Palette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.search, "Covn2d")
    texts = [label.text() for label in palette.findChildren(QLabel) if label.isVisible()]
    assert "No block is called “Covn2d”. Conv2d?" in texts
    assert [card.text() for card in _cards(palette)] == ["Conv2d"]


@pytest.mark.parametrize(("typed", "led"), [("history", "Train"), ("own images", "Data"), ("why", "F1")])
def test_what_is_no_block_is_led_to(palette: Palette, qtbot: QtBot, typed: str, led: str) -> None:
    qtbot.keyClicks(palette.search, typed)
    texts = [label.text() for label in palette.findChildren(QLabel) if label.isVisible()]
    assert any(led in text for text in texts)
    assert not any("No block is called" in text for text in texts)


def test_escape_clears_the_search(palette: Palette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.search, "pool")
    qtbot.keyClick(palette.search, Qt.Key.Key_Escape)
    assert palette.search.text() == ""
    assert len(_cards(palette)) == 6


def test_up_and_down_walk_through_everything(palette: Palette, qtbot: QtBot) -> None:
    palette.search.setFocus()
    seen = []
    for _step in range(30):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
        seen.append(QApplication.focusWidget().text())
    assert seen[:3] == ["Conv2d", "ReLU", "MaxPool2d"]
    assert seen[-1] == "Templates"
    for _step in range(30):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up)
    assert QApplication.focusWidget() is palette.search


def test_right_and_left_open_and_fold_a_family(palette: Palette, qtbot: QtBot) -> None:
    heading = _heading(palette, "Pooling")
    heading.setFocus()
    qtbot.keyClick(heading, Qt.Key.Key_Right)
    assert heading.isChecked()
    qtbot.keyClick(heading, Qt.Key.Key_Down)
    assert QApplication.focusWidget().text() == "MaxPool2d"
    qtbot.keyClick(heading, Qt.Key.Key_Left)
    assert not heading.isChecked()


def test_typing_on_a_card_goes_on_in_the_search(palette: Palette, qtbot: QtBot) -> None:
    card = _card(palette, "ReLU")
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_L)
    assert palette.search.text() == "l"
    assert QApplication.focusWidget() is palette.search


@pytest.mark.parametrize("by", ["double-click", "enter"])
def test_double_click_and_enter_append(palette: Palette, qtbot: QtBot, by: str) -> None:
    card = _card(palette, "MaxPool2d")
    with qtbot.waitSignal(palette.append_requested) as taken:
        if by == "enter":
            card.setFocus()
            qtbot.keyClick(card, Qt.Key.Key_Return)
        else:
            qtbot.mouseDClick(card, Qt.MouseButton.LeftButton)
    assert taken.args == ["MaxPool2d"]


def test_a_template_is_opened_by_double_click(palette: Palette, qtbot: QtBot) -> None:
    _heading(palette, "Templates").setChecked(True)
    card = _card(palette, TEMPLATES["lenet5"].title)
    with qtbot.waitSignal(palette.template_requested) as taken:
        qtbot.mouseDClick(card, Qt.MouseButton.LeftButton)
    assert taken.args == ["lenet5"]


def test_everything_has_a_name_for_a_screen_reader(palette: Palette) -> None:
    for heading in palette.findChildren(Heading):
        heading.setChecked(True)
    for card in _cards(palette):
        assert card.accessibleName()
        assert card.accessibleDescription()
        assert card.toolTip()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_no_target_is_smaller_than_24_pixels_and_no_name_is_cut(palette: Palette, scale: float) -> None:
    theme.set_scale(scale)
    palette.window().resize(round(232 * scale), 800)
    QApplication.processEvents()
    for row in [*_cards(palette), *palette.findChildren(Heading)]:
        assert row.height() >= 24
        assert row.width() >= row.minimumSizeHint().width()


# The drag


def _mouse(
    card: Card, kind: QEvent.Type, by: QPoint, buttons: Qt.MouseButton, button: Qt.MouseButton
) -> None:
    place = QPointF(card.rect().center() + by)
    event = QMouseEvent(
        kind, place, QPointF(card.mapToGlobal(place.toPoint())), button, buttons, Qt.KeyboardModifier(0)
    )
    QApplication.sendEvent(card, event)


def _press(card: Card) -> None:
    _mouse(card, QEvent.Type.MouseButtonPress, QPoint(), Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton)


def _move(card: Card, x: int, y: int) -> None:
    _mouse(card, QEvent.Type.MouseMove, QPoint(x, y), Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton)


def _release(card: Card, x: int, y: int) -> None:
    _mouse(
        card, QEvent.Type.MouseButtonRelease, QPoint(x, y), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    )


class _Heard:
    def __init__(self, palette: Palette) -> None:
        self.said: list[str] = []
        self.points: list[QPoint] = []
        palette.drag_began.connect(lambda kind, point: self.hear(f"began {kind}", point))
        palette.drag_moved.connect(lambda point: self.hear("moved", point))
        palette.drag_ended.connect(lambda point: self.hear("ended", point))
        palette.drag_cancelled.connect(lambda: self.said.append("cancelled"))

    def hear(self, what: str, point: QPoint) -> None:
        self.said.append(what)
        self.points.append(point)


def test_a_drag_tells_where_it_is_from_beginning_to_end(palette: Palette) -> None:
    heard = _Heard(palette)
    card = _card(palette, "Conv2d")
    _press(card)
    _move(card, 2, 0)
    assert heard.said == [], "a hand trembles"
    _move(card, 40, 10)
    _move(card, 300, 120)
    _release(card, 310, 130)
    assert heard.said == ["began Conv2d", "moved", "ended"]
    assert heard.points[-1] == card.mapToGlobal(card.rect().center() + QPoint(310, 130))


def test_a_click_is_no_drag(palette: Palette, qtbot: QtBot) -> None:
    heard = _Heard(palette)
    qtbot.mouseClick(_card(palette, "Conv2d"), Qt.MouseButton.LeftButton)
    assert heard.said == []


@pytest.mark.parametrize("by", ["escape", "right button", "losing the window"])
def test_a_drag_is_let_go(palette: Palette, qtbot: QtBot, by: str) -> None:
    heard = _Heard(palette)
    card = _card(palette, "Linear")
    _press(card)
    _move(card, 40, 10)
    if by == "escape":
        qtbot.keyClick(palette.search, Qt.Key.Key_Escape)
    elif by == "right button":
        _mouse(
            card,
            QEvent.Type.MouseButtonPress,
            QPoint(50, 20),
            Qt.MouseButton.RightButton,
            Qt.MouseButton.RightButton,
        )
    else:
        QApplication.sendEvent(palette.window(), QEvent(QEvent.Type.WindowDeactivate))
    _move(card, 300, 120)
    _release(card, 300, 120)
    assert heard.said == ["began Linear", "cancelled"]
    assert QApplication.overrideCursor() is None


def test_a_key_that_is_no_letter_types_nothing(palette: Palette, qtbot: QtBot) -> None:
    card = _card(palette, "ReLU")
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    qtbot.keyClick(card, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert palette.search.text() == ""


def test_two_drags_follow_each_other(palette: Palette) -> None:
    heard = _Heard(palette)
    for name in ("Conv2d", "ReLU"):
        card = _card(palette, name)
        _press(card)
        _move(card, 40, 10)
        _release(card, 50, 10)
    assert heard.said == ["began Conv2d", "ended", "began ReLU", "ended"]
