"""What the export tests share: a child that answers when the test says so, and a place chosen in the file dialog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from cnnbuilder.engine.messages import Answer, AnyRequest, Export, Exported, Failed
from cnnbuilder.ui.exporting.check import CheckDialog
from cnnbuilder.ui.exporting.dialog import ExportDialog
from cnnbuilder.ui.session.background_tasks import Answered
from cnnbuilder.ui.window.window import Window


class Child:
    """Takes errands and answers them when the test wants it."""

    def __init__(self) -> None:
        self.asked: list[AnyRequest] = []
        self._answered: list[Answered] = []

    def ask(self, make: Callable[[int], AnyRequest], answered: Answered) -> None:
        self.asked.append(make(len(self.asked) + 1))
        self._answered.append(answered)

    @property
    def export(self) -> Export:
        request = self.asked[-1]
        assert isinstance(request, Export)
        return request

    def write(self, content: bytes = b"graph", *remarks: str) -> None:
        """The child has done what it was asked last."""
        out = Path(self.export.out)
        if self.export.out.endswith("/"):
            out.mkdir()
            (out / "model.py").write_bytes(content)
        else:
            out.write_bytes(content)
        self.answer(Exported(self.export.number, self.export.out, remarks))

    def answer(self, answer: Answer | Failed) -> None:
        self._answered[-1](answer)


@pytest.fixture
def child(window: Window, monkeypatch: pytest.MonkeyPatch) -> Child:
    child = Child()
    monkeypatch.setattr(window.tasks, "ask", child.ask)
    return child


@pytest.fixture
def saves_to(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path | str], list[str]]:
    """The place that a person chooses in the system's dialog; returns what the dialog proposed."""

    def choose(place: Path | str) -> list[str]:
        offered: list[str] = []

        def answer(_parent: object, _title: str, start: str, *_rest: object) -> tuple[str, str]:
            offered.append(start)
            return str(place), ""

        monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: answer(*args)[0])
        return offered

    return choose


def dialog_of(window: Window) -> ExportDialog:
    """The export dialog that is open."""
    [dialog] = [found for found in window.findChildren(ExportDialog) if found.isVisible()]
    return dialog


def check_of(window: Window) -> CheckDialog:
    """The comparison that is open."""
    [dialog] = [found for found in window.findChildren(CheckDialog) if found.isVisible()]
    return dialog
