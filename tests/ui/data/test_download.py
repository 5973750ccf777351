"""A published data set that is not here yet: offered with its size and licence, watched, given up, tried again."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from cnnbuilder.engine.data.catalogue import find
from cnnbuilder.engine.messages import CancelData, DataDownloaded, DataProgress, DownloadData, Failed
from cnnbuilder.text import bytes_text
from cnnbuilder.ui.data.workspace import DataWorkspace
from tests.ui.data.test_workspace import asked, room
from tests.ui.runs import Stand

__all__ = ["room"]


@pytest.fixture
def shown(room: DataWorkspace, stand: Stand, monkeypatch: pytest.MonkeyPatch) -> DataWorkspace:
    """CIFAR-10 is looked at, wherever the test runs not on this computer."""
    monkeypatch.setattr(type(find("cifar10")), "missing", lambda _self: "CIFAR-10 is not on this computer.")
    stand.session.data.show(find("cifar10"))
    return room


def press(qtbot: Any, button: Any) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_is_offered_with_its_size_and_licence(shown: DataWorkspace) -> None:
    assert shown.standstill.isVisible()
    info = find("cifar10")
    assert shown.standstill.button.text() == f"Download {bytes_text(info.bytes)}"
    assert info.licence in shown.standstill.sentence.text()


def test_it_is_watched_and_then_here(
    shown: DataWorkspace, stand: Stand, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(qtbot, shown.standstill.button)
    [request] = asked(stand, DownloadData)
    assert request.data == "cifar10"
    assert shown.reading.isVisible()
    stand.hear(DataProgress(request.number, 1_500_000, 170_000_000, 70.0))
    assert shown.reading.sentence.text().startswith("Downloading 1.5 MB of 170 MB · ")
    assert shown.reading.bar.value() == 9
    monkeypatch.setattr(type(find("cifar10")), "missing", lambda _self: None)
    stand.hear(DataDownloaded(request.number, "cifar10"))
    assert not shown.reading.isVisible()
    assert not shown.standstill.isVisible()


def test_it_is_given_up_and_can_go_on(shown: DataWorkspace, stand: Stand, qtbot: Any) -> None:
    press(qtbot, shown.standstill.button)
    [request] = asked(stand, DownloadData)
    press(qtbot, shown.reading.cancel)
    assert [cancel.number for cancel in asked(stand, CancelData)] == [request.number]
    assert shown.standstill.isVisible()
    press(qtbot, shown.standstill.button)
    assert len(asked(stand, DownloadData)) == 2


def test_a_failure_is_said_and_tried_again(shown: DataWorkspace, stand: Stand, qtbot: Any) -> None:
    press(qtbot, shown.standstill.button)
    [request] = asked(stand, DownloadData)
    stand.hear(Failed("There is no connection to the internet.", number=request.number))
    assert shown.standstill.sentence.text() == "There is no connection to the internet."
    press(qtbot, shown.standstill.button)
    assert len(asked(stand, DownloadData)) == 2


def test_another_set_can_be_looked_at_meanwhile(shown: DataWorkspace, stand: Stand, qtbot: Any) -> None:
    press(qtbot, shown.standstill.button)
    stand.session.data.show(find("mnist"))
    assert not shown.reading.isVisible()
    stand.session.data.show(find("cifar10"))
    assert shown.reading.isVisible()
