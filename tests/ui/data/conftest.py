"""The Data workspace, shown, with a child that answers what the test lets it answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from cnnbuilder.engine.messages import AnyRequest, BrowseData, BrowseImage
from cnnbuilder.ui.data.workspace import DataWorkspace
from tests.ui.data.answers import answer_to, browsing
from tests.ui.runs import READY, Stand

Show = Callable[..., DataWorkspace]


class Looking:
    """The workspace and its child."""

    def __init__(self, qtbot: Any, stand: Stand) -> None:
        self.stand = stand
        self.qtbot = qtbot
        self._answered = 0
        self.workspace = DataWorkspace(stand.session)
        qtbot.addWidget(self.workspace)
        self.workspace.resize(1366, 690)
        self.workspace.show()
        qtbot.waitExposed(self.workspace)
        self.workspace.activateWindow()
        qtbot.waitUntil(self.workspace.isActiveWindow)

    @property
    def data(self) -> Any:
        return self.stand.session.data

    @property
    def asked(self) -> list[BrowseData | BrowseImage]:
        """What the child was asked that it has not answered."""
        return browsing(self._sent)[self._answered :]

    @property
    def _sent(self) -> list[AnyRequest]:
        return [request for engine in self.stand.engines for request in engine.sent]

    def answer(self) -> None:
        """The child answers everything, and what is asked because of it."""
        while self.asked:
            waiting = self.asked
            self._answered += len(waiting)
            self.stand.hear(*(answer_to(request) for request in waiting))

    def warm(self) -> Looking:
        """The child is up and has answered."""
        self.stand.hear(READY)
        self.answer()
        return self


@pytest.fixture
def looking(stand: Stand, qtbot: QtBot, tmp_path: Path) -> Looking:
    return Looking(qtbot, stand)
