"""The cards to begin with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnbuilder.ui.canvas.template_cards import EmptyCanvas
from cnnbuilder.ui.widgets.theme import theme


@pytest.fixture
def cards(qtbot: QtBot, home: object) -> Iterator[EmptyCanvas]:
    widget = EmptyCanvas()
    widget.resize(887, 560)
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    widget.close()
    shiboken6.delete(widget)


def test_three_cards_and_a_way_to_begin_with_nothing(cards: EmptyCanvas, qtbot: QtBot) -> None:
    assert [card.accessibleName() for card in cards.cards] == ["Digits", "LeNet-5", "Colour shapes"]
    chosen: list[str] = []
    cards.template_chosen.connect(chosen.append)
    for widget in (*cards.cards, cards.empty):
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    assert chosen == ["digits", "lenet5", "colour-32", "empty"]


def test_keys_reach_every_card(cards: EmptyCanvas, qtbot: QtBot) -> None:
    cards.activateWindow()
    cards.cards[0].setFocus()
    QTest.keyClick(cards.cards[0], Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is cards.cards[1]
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
        with qtbot.waitSignal(cards.template_chosen) as chosen:
            QTest.keyClick(cards.cards[1], key)
        assert chosen.args == ["lenet5"]


def test_a_narrow_window_puts_them_below_each_other(cards: EmptyCanvas) -> None:
    every = [*cards.cards, cards.images]
    cards.resize(1100, 560)
    assert len({card.y() for card in every}) == 1
    cards.resize(887, 560)
    assert [card.y() for card in every] == [every[0].y()] * 2 + [every[2].y()] * 2
    assert every[0].y() < every[2].y()
    cards.resize(420, 560)
    assert len({card.y() for card in every}) == 4
    assert all(card.geometry().right() < 420 for card in every)


def test_own_images_are_a_card_of_their_own(cards: EmptyCanvas, qtbot: QtBot) -> None:
    assert cards.images.accessibleName() == "Your images"
    assert "Drop a folder" in cards.images.accessibleDescription()
    with qtbot.waitSignal(cards.images_wanted):
        QTest.mouseClick(cards.images, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(cards.images_wanted):
        QTest.keyClick(cards.images, Qt.Key.Key_Return)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_nothing_is_clipped_at_any_text_size(cards: EmptyCanvas, scale: float) -> None:
    theme.set_scale(scale)
    for card in (*cards.cards, cards.images):
        assert card.words_height() <= card.height() - card.picture_height()
        assert card.geometry().right() <= cards.width()
