"""A data set that is made by drawing: classes are named, examples drawn, and it lies on the disk as any folder does."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from cnnbuilder.engine.messages import InspectData
from cnnbuilder.network.data import Folder
from cnnbuilder.ui.data.drawn_page import DrawnPage
from cnnbuilder.ui.session.drawn_set import LEAST, DrawnSet
from tests.ui.data.conftest import Looking
from tests.ui.data.pressing import click, press

LEFT = Qt.MouseButton.LeftButton


def draw(qtbot: Any, page: DrawnPage, *points: tuple[float, float]) -> None:
    """A stroke through points given in shares of the field."""
    side = page.field.width()
    places = [QPoint(round(x * side), round(y * side)) for x, y in points]
    qtbot.mousePress(page.field, LEFT, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(page.field, place)
    qtbot.mouseRelease(page.field, LEFT, pos=places[-1])


def name(qtbot: Any, page: DrawnPage, text: str) -> None:
    page.name.setFocus()
    qtbot.keyClicks(page.name, text)
    press(qtbot, page.name, Qt.Key.Key_Return)


def test_classes_are_named_examples_drawn_and_enter_is_next(looking: Looking) -> None:
    qtbot, workspace = looking.qtbot, looking.warm().workspace
    click(qtbot, workspace.add_images.draw)
    page = workspace.drawn
    assert page.isVisible() and not workspace.head.isVisible()
    assert not page.use.isEnabled()
    assert not page.field.isEnabled()
    name(qtbot, page, "line")
    name(qtbot, page, "corner")
    assert [page.classes.item(row).text() for row in range(2)] == ["corner · 0 drawings", "line · 0 drawings"]
    assert page.current == "corner"
    for step in range(LEAST):
        draw(qtbot, page, (0.2, 0.2), (0.2, 0.6 + step / 20), (0.7, 0.6 + step / 20))
        press(qtbot, page.field, Qt.Key.Key_Return)
        assert page.field.empty
    press(qtbot, page.field, Qt.Key.Key_2)
    assert page.current == "line"
    for step in range(LEAST):
        assert not page.use.isEnabled()
        draw(qtbot, page, (0.2, 0.2 + step / 20), (0.8, 0.7))
        click(qtbot, page.next)
    assert page.set.count("line") == LEAST
    image = QImage(str(page.set.folder / "line" / "0001.png"))
    assert (image.width(), image.height()) == (112, 112)
    assert max(image.pixelColor(56, y).red() for y in range(112)) > 200
    assert image.pixelColor(0, 0).red() == 0
    click(qtbot, page.use)
    (request,) = [sent for sent in looking.stand.engine.sent if isinstance(sent, InspectData)]
    assert request.data.source == Folder(str(page.set.folder))
    assert workspace.reading.isVisible()


def test_the_last_drawing_can_be_taken_away_and_escape_goes_back(looking: Looking) -> None:
    qtbot, workspace = looking.qtbot, looking.warm().workspace
    click(qtbot, workspace.add_images.draw)
    page = workspace.drawn
    name(qtbot, page, "cross")
    draw(qtbot, page, (0.2, 0.2), (0.8, 0.8))
    press(qtbot, page.field, Qt.Key.Key_Return)
    assert page.set.count("cross") == 1
    click(qtbot, page.take_back)
    assert page.set.count("cross") == 0
    press(qtbot, page.field, Qt.Key.Key_Escape)
    assert workspace.grid.isVisible()
    assert workspace.head.title.text() == "MNIST"


@pytest.mark.parametrize("typed", ["a/b", "..", " x ", "con:t", "ö", "." * 90])
def test_whatever_a_class_is_called_it_lies_below_the_folder(home: object, typed: str) -> None:
    made = DrawnSet("my drawings")
    path = made.add(made.add_class(typed), b"x")
    assert path.is_file()
    assert path.parent.parent == made.folder
    assert made.classes == (path.parent.name,)
