"""The Data workspace, used as a person uses it: looking changes nothing, one button does."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from cnnbuilder.engine.data.catalogue import all_data_sets, find, resolve
from cnnbuilder.engine.messages import BrowseData, BrowseImage, DataBrowsed, Failed, ImageBrowsed
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.edits import append, create
from cnnbuilder.network.fit import input_shape
from cnnbuilder.ui.data.workspace import DataWorkspace
from tests.ui.runs import READY, Stand


@pytest.fixture
def room(stand: Stand, qtbot: Any) -> DataWorkspace:
    """The workspace, shown, with the child up."""
    stand.child._take(stand.child._generation, [READY])
    room = DataWorkspace(stand.session)
    qtbot.addWidget(room)
    room.resize(1366, 690)
    room.show()
    qtbot.waitExposed(room)
    return room


def answer(request: BrowseData) -> DataBrowsed:
    """Two images of each class, grey 4 × 4."""
    classes = len(resolve(request.data).classes)
    counts = tuple((5_400 + label, 500, 980) for label in range(classes))
    return DataBrowsed(
        request.number, request.data, request.part, request.label, 0, counts, (1, 4, 4), bytes(2 * 16)
    )


def asked(stand: Stand, kind: type) -> list[Any]:
    return [request for engine in stand.engines for request in engine.asked(kind)]


def test_the_data_sets_that_are_here_are_listed_and_the_one_in_use_is_marked(room: DataWorkspace) -> None:
    assert all(room.source_model.row_of(info.name) is not None for info in all_data_sets())
    row = room.source_model.row_of("mnist")
    assert row is not None
    said = room.source_model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "MNIST" in said and "in use" in said
    assert room.head.in_use.isVisible()
    assert not room.head.use.isVisible()


def test_the_classes_come_with_their_counts_and_images(room: DataWorkspace, stand: Stand, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: bool(asked(stand, BrowseData)))
    request = asked(stand, BrowseData)[0]
    assert (request.data, request.part) == (Data(Inside("mnist")), "train")
    stand.hear(answer(request))
    assert room.classes.rowCount() == 10
    assert room.classes.images_of(0) == 5_400
    assert room.browser.counts(Data(Inside("mnist")))[3] == (5_403, 500, 980)


def test_looking_at_another_changes_nothing_and_using_it_is_one_step(
    room: DataWorkspace, stand: Stand, qtbot: Any
) -> None:
    before = stand.document.project
    steps = stand.document.undo_stack.count()
    room.sources.show_current("shapes")
    room.sources.setFocus()
    qtbot.keyClick(room.sources, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: room.head.title.text() == find("shapes").title)
    assert stand.document.project is before
    assert room.head.change.text() == "Using it sets Input to 3 × 32 × 32; the 10 outputs stay."
    qtbot.mouseClick(room.head.use, Qt.MouseButton.LeftButton)
    assert stand.document.project.data == Data(Inside("shapes"))
    assert input_shape(stand.document.project.network) == (3, 32, 32)
    assert stand.document.undo_stack.count() == steps + 1
    assert room.head.in_use.isVisible()
    stand.document.undo_stack.undo()
    assert stand.document.project == before


def test_an_image_opens_beside_what_the_network_gets_and_escape_goes_back(
    room: DataWorkspace, stand: Stand, qtbot: Any
) -> None:
    qtbot.waitUntil(lambda: bool(asked(stand, BrowseData)))
    while (done := len(room.browser._rows)) < len(asked(stand, BrowseData)):
        stand.hear(answer(asked(stand, BrowseData)[done]))
    room.grid.take_focus(2, 0)
    qtbot.keyClick(room.grid, Qt.Key.Key_Return)
    assert room.image.isVisible()
    qtbot.waitUntil(lambda: any(request.place is not None for request in asked(stand, BrowseImage)))
    request = next(request for request in asked(stand, BrowseImage) if request.place is not None)
    assert request.shape == (1, 32, 32)
    stand.hear(
        ImageBrowsed(
            request.number, request.data, "train", request.label, request.place, bytes(16), (1, 4, 4), bytes(32 * 32), None, None
        )
    )  # fmt: skip
    room.grab()
    qtbot.keyClick(room.image, Qt.Key.Key_Escape)
    assert not room.image.isVisible()
    assert room.grid.isVisible()


def test_a_failure_is_a_sentence_with_a_way_on(room: DataWorkspace, stand: Stand, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: bool(asked(stand, BrowseData)))
    stand.hear(Failed("The file is damaged.", number=asked(stand, BrowseData)[0].number))
    assert room.standstill.isVisible()
    assert "The file is damaged." in room.standstill.sentence.text()
    count = len(asked(stand, BrowseData))
    qtbot.mouseClick(room.standstill.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(asked(stand, BrowseData)) > count)


def test_too_few_outputs_are_said_with_the_mend(room: DataWorkspace, stand: Stand) -> None:
    network = stand.document.project.network
    stand.document.edit_network("Add", append(network, create("Linear", network, None, 3)))
    assert room.preparation.mend.isVisible()
    room.preparation.mend.click()
    assert not room.preparation.mend.isVisible()
