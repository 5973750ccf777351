"""The help on a kind of block: said for every kind, and PyTorch's page one press away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from cnnbuilder.blocks import KINDS
from cnnbuilder.ui.fields.block_help import BlockHelp, HelpButton, usual_values


@pytest.mark.parametrize("kind", [name for name in KINDS if name != "Unread"])
def test_every_kind_says_when_to_use_it_and_where_it_comes_from(kind: str, qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    said = {label.text() for label in BlockHelp(KINDS[kind], page).findChildren(QLabel)}
    assert KINDS[kind].when in said
    assert not KINDS[kind].paper or KINDS[kind].paper in said
    assert all(word != "None" for text in said for word in text.replace(",", "").split())


def test_usual_values_are_written_as_people_say_them() -> None:
    text = usual_values(KINDS["Conv2d"])
    assert text.startswith(
        "Filters 8, 16, 32, 64, 128, 256 · Kernel size 1×1, 3×3, 5×5, 7×7 · Stride 1×1, 2×2"
    )


@pytest.fixture
def button(qtbot: QtBot) -> Iterator[HelpButton]:
    window = QWidget()
    window.resize(600, 500)
    made = HelpButton(KINDS["Conv2d"], window)
    qtbot.addWidget(window)
    window.show()
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
    assert made.card is not None
    assert made.card.isVisible()
    yield made
    window.close()


def test_pytorchs_page_is_one_press_away(
    button: HelpButton, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    assert button.card is not None
    assert button.card.page.toolTip() == "https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html"
    qtbot.mouseClick(button.card.page, Qt.MouseButton.LeftButton)
    assert opened == [button.card.page.toolTip()]
    assert not button.card.isVisible()


def test_escape_a_second_press_and_a_click_elsewhere_close_it(button: HelpButton, qtbot: QtBot) -> None:
    assert button.card is not None
    qtbot.keyClick(button, Qt.Key.Key_Escape)
    assert not button.card.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.card.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.card.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    other = QWidget(button.window())
    other.show()
    qtbot.mouseClick(other, Qt.MouseButton.LeftButton)
    assert not button.card.isVisible()
