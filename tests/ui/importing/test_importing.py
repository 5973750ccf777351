"""Networks that come from elsewhere into a window: files, what is dropped, and torchvision through the child."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from cnnbuilder.engine.messages import Failed, NetworkRead, ReadNetwork
from cnnbuilder.network.equality import equal
from cnnbuilder.network.file import dumps
from cnnbuilder.network.project import Training
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.build.problems import ProblemsView
from cnnbuilder.ui.importing.dialog import ImportDialog
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.run_directory import unsaved
from cnnbuilder.ui.window import files as files_module
from cnnbuilder.ui.window.window import Window

SOURCE = """from torch import nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 8, 3, padding=1)
        self.pool = nn.Maxpool2d(2)
        self.fc = nn.Linear(8 * 14 * 14, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv2(self.conv1(x))))
        return self.fc(x.flatten(1))
"""


@pytest.fixture
def window(make_window: Callable[[Document], Window]) -> Window:
    return make_window(Document())


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text(SOURCE)
    return path


class Child:
    """Takes the place of the child process: keeps the questions, and answers when told to."""

    def __init__(self, window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[ReadNetwork] = []
        self.answers: list[Callable[[object], None]] = []
        monkeypatch.setattr(window.tasks, "ask", self._ask)

    def _ask(self, make: Callable[[int], ReadNetwork], answered: Callable[[object], None]) -> None:
        self.asked.append(make(len(self.asked)))
        self.answers.append(answered)


@pytest.fixture
def child(window: Window, monkeypatch: pytest.MonkeyPatch) -> Child:
    return Child(window, monkeypatch)


@pytest.fixture
def dialog(window: Window) -> Iterator[ImportDialog]:
    window.host.actions["import"].trigger()
    found = window.findChild(ImportDialog)
    assert isinstance(found, ImportDialog)
    yield found


def kinds(window: Window) -> list[str]:
    return [block.kind() for block in window.session.document.project.network.blocks]


def sentence(window: Window) -> str:
    bar = window.bars.bar("import")
    return bar.label.text() if bar else ""


def test_a_file_becomes_a_new_document_and_says_what_was_read(window: Window, net: Path) -> None:
    assert window.host.opening.open_path(net)
    assert kinds(window) == ["Input", "Conv2d", "Conv2d", "ReLU", "Unread", "Flatten", "Linear"]
    assert window.session.document.path is None
    assert not window.session.document.undo_stack.count()
    assert sentence(window) == "Read net.py: 7 blocks, 3 remarks."


def test_the_remarks_lead_to_their_blocks(window: Window, net: Path, qtbot: QtBot) -> None:
    window.host.opening.open_path(net)
    bar = window.bars.bar("import")
    assert bar is not None
    qtbot.mouseClick(bar.buttons[0], Qt.MouseButton.LeftButton)
    page = window.host.show_page("problems")
    assert isinstance(page, ProblemsView)
    assert page.remarks is not None
    rows = page.remarks.rows
    lines = [(row.remark.line, row.remark.message) for row in rows]
    assert (8, "conv2 says in_channels = 16, but 8 arrive; it takes what arrives.") in lines
    row = next(row for row in rows if row.remark.line == 8)
    assert "conv2" in [label.text() for label in row.findChildren(QLabel)]
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert window.session.selection.ids == {"b3"}
    qtbot.mouseClick(page.remarks.done, Qt.MouseButton.LeftButton)
    assert not page.remarks.isVisible()
    assert sentence(window) == ""


def test_what_was_probably_meant_is_one_press_away(window: Window, net: Path, qtbot: QtBot) -> None:
    window.host.opening.open_path(net)
    page = window.host.show_page("problems")
    assert isinstance(page, ProblemsView)
    (card,) = page.cards
    assert [button.text() for button in card.buttons] == ["Use nn.MaxPool2d(2)", "Remove it"]
    qtbot.mouseClick(card.buttons[0], Qt.MouseButton.LeftButton)
    assert kinds(window) == ["Input", "Conv2d", "Conv2d", "ReLU", "MaxPool2d", "Flatten", "Linear"]
    assert window.session.document.analysis.problems == ()
    assert window.session.document.undo_stack.undoText() == "Use nn.MaxPool2d(2)"
    window.session.document.undo_stack.undo()
    assert "Unread" in kinds(window)


def test_remarks_go_with_their_document(window: Window, net: Path) -> None:
    window.host.opening.open_path(net)
    assert window.host.importer.last.present is not None
    window.session.begin_template("lenet5")
    assert window.host.importer.last.present is None
    assert sentence(window) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"class A(:", "net.py: Line 1 is not Python: invalid syntax."),
        (b"", "net.py: There is no PyTorch layer in this source."),
        (b"\xff\xfe\x00", "net.py: This is not a text file. Choose a .py file."),
    ],
)
def test_what_cannot_be_read_leaves_the_project_alone(
    window: Window, net: Path, text: bytes, expected: str
) -> None:
    window.session.begin_template("digits")
    before = window.session.document.project
    net.write_bytes(text)
    assert not window.host.opening.open_path(net)
    assert window.session.document.project is before
    assert sentence(window) == expected


def test_a_folder_and_a_missing_file_are_named(window: Window, tmp_path: Path) -> None:
    (tmp_path / "models.py").mkdir()
    assert not window.host.opening.open_path(tmp_path / "models.py")
    assert sentence(window) == "models.py: This is a folder; choose a .py file in it."
    assert not window.host.opening.open_path(tmp_path / "gone.py")
    assert sentence(window).startswith("gone.py: The file cannot be read")


def test_unsaved_work_is_asked_about_first(
    window: Window, net: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.session.begin_template("digits")
    edited = replace(window.session.document.project, training=Training(epochs=7))
    window.session.document.edit("Epochs", edited)
    monkeypatch.setattr(files_module, "choose", lambda *_args: 2)
    assert not window.host.opening.open_path(net)
    assert window.session.document.project is edited
    monkeypatch.setattr(files_module, "choose", lambda *_args: 1)
    assert window.host.opening.open_path(net)
    assert "Unread" in kinds(window)


def test_a_file_dropped_on_the_window_is_imported(window: Window, net: Path, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(net))])
    action, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPointF(200, 200).toPoint(), action, data, left, none)
    QApplication.sendEvent(window, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(200, 200), action, data, left, none))
    qtbot.waitUntil(lambda: "Unread" in kinds(window))


def test_the_dialog_offers_a_file(
    window: Window, dialog: ImportDialog, net: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(net), ""))
    qtbot.mouseClick(dialog.file, Qt.MouseButton.LeftButton)
    assert "Unread" in kinds(window)


def test_a_network_of_torchvision_is_found_by_typing(
    window: Window, dialog: ImportDialog, child: Child, qtbot: QtBot
) -> None:
    assert dialog.list.count() == 68
    qtbot.keyClicks(dialog.search, "wide resnet")
    assert [dialog.list.item(row).text() for row in range(dialog.list.count())] == [
        "wide_resnet101_2",
        "wide_resnet50_2",
    ]
    QTest.keyClick(dialog.search, Qt.Key.Key_Down)
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert [asked.name for asked in child.asked] == ["wide_resnet50_2"]
    assert dialog.busy
    assert dialog.word.text() == "Reading wide_resnet50_2 …"
    dialog.reject()


def test_a_mistyped_name_is_offered_the_nearest(dialog: ImportDialog, child: Child, qtbot: QtBot) -> None:
    qtbot.keyClicks(dialog.search, "resnt50")
    assert dialog.name == "resnet50"
    assert dialog.word.text() == "No network is called “resnt50”. The nearest is resnet50."
    dialog.search.clear()
    qtbot.keyClicks(dialog.search, "§§§§")
    assert dialog.name == ""
    assert not dialog.take.isEnabled()
    dialog.reject()


def test_what_the_child_read_becomes_the_document_with_its_runs(
    window: Window, dialog: ImportDialog, child: Child, qtbot: QtBot
) -> None:
    project = TEMPLATES["lenet5"].make()
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    (asked,) = child.asked
    assert asked.runs_folder is not None
    run = Path(asked.runs_folder) / "0001"
    run.mkdir(parents=True)
    answer = NetworkRead(asked.number, dumps(project), ("Its weights are those of IMAGENET1K_V1.",), str(run))
    child.answers[0](answer)
    assert equal(window.session.document.project.network, project.network)
    assert unsaved(window.session.document.id) == run.parent
    assert window.session.run_directory.folder == run.parent
    assert window.session.run_directory.has_runs()
    count = len(project.network.blocks)
    assert sentence(window) == f"Read {asked.name}: {count} blocks. Its weights are those of IMAGENET1K_V1."


def test_a_failure_is_said_in_the_dialog_and_another_may_be_chosen(
    window: Window, dialog: ImportDialog, child: Child
) -> None:
    before = window.session.document.project
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    child.answers[0](Failed("torchvision is not installed.", "Traceback …", number=0))
    assert dialog.word.text() == "torchvision is not installed."
    assert dialog.details.isVisible()
    assert not dialog.busy
    assert dialog.take.isEnabled()
    assert window.session.document.project is before
    dialog.reject()


def test_cancelled_nothing_of_what_still_comes_is_kept(
    window: Window, dialog: ImportDialog, child: Child
) -> None:
    before = window.session.document.project
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    (asked,) = child.asked
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    run = Path(str(asked.runs_folder)) / "0001"
    run.mkdir(parents=True)
    child.answers[0](NetworkRead(asked.number, dumps(TEMPLATES["digits"].make()), (), str(run)))
    assert window.session.document.project is before
    assert not run.parent.exists()


def test_a_window_that_closes_leaves_no_weights_behind(
    window: Window, dialog: ImportDialog, child: Child
) -> None:
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    folder = Path(str(child.asked[0].runs_folder))
    folder.mkdir(parents=True)
    dialog.reject()
    window.close()
    assert not folder.exists()


def test_the_real_child_reads_a_network_while_the_window_lives(
    window: Window, dialog: ImportDialog, qtbot: QtBot
) -> None:
    qtbot.keyClicks(dialog.search, "squeezenet1_1")
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(window.session.document.project.network.blocks), timeout=60_000)
    assert window.session.document.analysis.problems == ()
    assert window.session.document.analysis.params == 1_235_496
    assert sentence(window).startswith("Read squeezenet1_1: ")
    assert window.session.document.path is None
