"""What the window's tests share: a document, a window, and failure on Qt's warnings and on whatever is left behind."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.plots.loading import library
from cnnbuilder.ui.session.background_tasks import BackgroundTasks
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.engine_child import EngineChild
from cnnbuilder.ui.session.selection import Selection
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.train.workspace import TrainWorkspace
from cnnbuilder.ui.widgets.style import Style
from cnnbuilder.ui.widgets.theme import theme
from tests.ui.runs import FakeEngine, Stand

ALLOWED = "This plugin does not support propagateSizeHints()"


@pytest.fixture(scope="session", autouse=True)
def _dressed(qapp: QApplication) -> Iterator[None]:
    """Every widget is tested in the program's own clothes."""
    Style(qapp)
    # What stands before the first window (torch, where its tests came first) need not be searched after each test.
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def _delete_deferred() -> None:
    for _round in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()


def _active_timers() -> set[int]:
    return {
        id(found)
        for found in gc.get_objects()
        if issubclass(
            type(found), QTimer
        )  # isinstance would ask the object, and torch's modules answer with work
        and shiboken6.isValid(found)
        and found.isActive()
        and not found.isSingleShot()
    }


@pytest.fixture(autouse=True)
def _nothing_is_left(qapp: QApplication, qtlog: object) -> Iterator[None]:
    """A Qt warning fails the test that caused it, and so does a widget, timer, thread or child it leaves."""
    before_widgets = {id(widget) for widget in QApplication.topLevelWidgets()}
    before_timers = _active_timers()
    before_threads = set(threading.enumerate())
    before_children = {child.pid for child in psutil.Process().children()}
    yield
    theme.set_mode("system")
    theme.set_scale(1.0)
    _delete_deferred()
    gc.collect()
    _delete_deferred()
    warnings = [record.message for record in qtlog.records if record.type_name != "QtDebugMsg"]  # type: ignore[attr-defined]
    assert [text for text in warnings if ALLOWED not in text] == []
    left = [widget for widget in QApplication.topLevelWidgets() if id(widget) not in before_widgets]
    assert [_described(widget) for widget in left] == []
    assert _active_timers() - before_timers == set()
    for thread in set(threading.enumerate()) - before_threads:
        thread.join(5)
        assert not thread.is_alive(), f"the thread {thread.name} is left"
    children = [child for child in psutil.Process().children() if child.pid not in before_children]
    # The spawned child's resource tracker is Python's own and lives as long as the process.
    assert [child for child in children if not _is_tracker(child)] == []


def _is_tracker(child: psutil.Process) -> bool:
    try:
        return "resource_tracker" in " ".join(child.cmdline())
    except psutil.Error:
        return True


def _described(widget: QWidget) -> str:
    return (
        f"{type(widget).__name__} “{widget.windowTitle() or widget.accessibleName() or widget.objectName()}”"
    )


@pytest.fixture
def document(home: Path) -> Document:
    """The network of the Digits template, without a file."""
    return Document(TEMPLATES["digits"].make())


MakeWindow = Callable[[Document], "Window"]  # type: ignore[name-defined]  # noqa: F821


@pytest.fixture
def make_window(qapp: QApplication, home: Path, qtbot: object) -> Iterator[MakeWindow]:
    """Makes windows that are shown now and closed after the test."""
    from cnnbuilder.ui.window.window import Window

    made: list[Window] = []

    def make(document: Document) -> Window:
        window = Window(document)
        made.append(window)
        # The offscreen screen is small: a window is maximised there, and a test wants a usual one.
        window.setWindowState(Qt.WindowState.WindowNoState)
        window.resize(1440, 900)
        window.show()
        qtbot.waitExposed(window)  # type: ignore[attr-defined]
        QApplication.processEvents()
        return window

    yield make
    for window in made:
        if shiboken6.isValid(window):
            close_window(window)


def close_window(window: QWidget) -> None:
    """Closes without a question."""
    window.session.document.undo_stack.setClean()  # type: ignore[attr-defined]
    window.session.file.decline()  # type: ignore[attr-defined]
    if window.session.runner.active:  # type: ignore[attr-defined]
        window.session.runner.stop_now()  # type: ignore[attr-defined]
    window.close()
    window.deleteLater()
    _delete_deferred()


@pytest.fixture
def window(make_window: MakeWindow, document: Document) -> object:
    """A shown window with the Digits template; no child process runs until something asks for one."""
    return make_window(document)


Show = Callable[..., QWidget]


MakeSession = Callable[[Document], Session]


@pytest.fixture
def make_session(home: Path) -> Iterator[MakeSession]:
    """Makes sessions with a child that nobody starts."""
    child = EngineChild(engine=FakeEngine)
    tasks = BackgroundTasks(child, engine=FakeEngine)
    made: list[Session] = []

    def make(document: Document) -> Session:
        made.append(Session(child, tasks, document))
        return made[-1]

    yield make
    for session in made:
        session.close()
    child.shutdown()


@pytest.fixture
def session(make_session: MakeSession, document: Document) -> Session:
    """The document's session."""
    return make_session(document)


@pytest.fixture
def selection(session: Session) -> Selection:
    return session.selection


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Shows a panel in a window of its own, active, as large as said."""

    frames: list[QWidget] = []  # what nobody holds is collected at once

    def shown(panel: QWidget, width: int = 320, height: int = 820) -> QWidget:
        frame = QWidget()
        frames.append(frame)
        frame.setProperty("role", "panel")
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
        frame.resize(width, height)
        qtbot.addWidget(frame)
        frame.show()
        qtbot.waitExposed(frame)
        frame.activateWindow()
        qtbot.waitUntil(frame.isActiveWindow)
        return frame

    return shown


@pytest.fixture
def stand(qtbot: Any, home: Path, tmp_path: Path) -> Iterator[Stand]:
    stand = Stand(qtbot, tmp_path / "lenet.runs")
    yield stand
    stand.shutdown()


@pytest.fixture
def plots_loaded(qtbot: QtBot) -> None:
    """Plots can be drawn, as they can a moment after a window answers."""
    library.load()
    qtbot.waitUntil(lambda: library.ready)


@pytest.fixture
def panel(stand: Stand, plots_loaded: None, qtbot: Any) -> TrainWorkspace:
    """The Train workspace, shown."""
    panel = TrainWorkspace(stand.session)
    qtbot.addWidget(panel)
    panel.resize(1366, 690)
    panel.show()
    qtbot.waitExposed(panel)
    return panel
