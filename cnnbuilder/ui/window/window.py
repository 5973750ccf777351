"""The window: top bar, messages, workspaces and status bar around the session that it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from cnnbuilder.ui.build.workspace import BuildWorkspace
from cnnbuilder.ui.plots.loading import library
from cnnbuilder.ui.session.background_tasks import BackgroundTasks
from cnnbuilder.ui.session.conditions import conditions, missing_text
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.engine_child import EngineChild
from cnnbuilder.ui.session.messages import Message
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.message_bars import MessageBars
from cnnbuilder.ui.window import layout_memory
from cnnbuilder.ui.window.data_chip import DataChip
from cnnbuilder.ui.window.device_chip import DeviceChip
from cnnbuilder.ui.window.focus_order import move_focus, move_region
from cnnbuilder.ui.window.menus import Menus
from cnnbuilder.ui.window.session_host import SessionHost
from cnnbuilder.ui.window.status_bar import StatusBar
from cnnbuilder.ui.window.top_bar import TopBar
from cnnbuilder.ui.window.view_choices import ViewChoices

IDLE_MS = 300
"""So long after the plots' library is there a person has looked at the window, and has hardly pressed Train."""


class OtherWindows(Protocol):
    """The windows of the process, this one among them."""

    def show_empty(self, beside: Window | None = None) -> Window: ...
    def close_all(self) -> None: ...
    def closed(self, window: Window) -> None: ...


class Window(QMainWindow):
    """Owns the child processes, and lends them to the sessions that it shows, one at a time."""

    answers = Signal()
    """Painted for the first time, and back in the event loop: a person can work."""

    def __init__(self, document: Document | None = None, windows: OtherWindows | None = None) -> None:
        super().__init__()
        self.windows = windows
        self.child = EngineChild(self)
        self.tasks = BackgroundTasks(self.child)
        self.bars = MessageBars()
        self.top_bar = TopBar()
        self.status_bar = StatusBar()
        self.data = DataChip(self.top_bar.data, self)
        self.device = DeviceChip(self.top_bar.device, self.child, self)
        self.choices = ViewChoices(self)
        self._hosts: dict[Session, SessionHost] = {}
        self._menus: dict[SessionHost, Menus] = {}
        self._painted = self._closed = self._alt = False
        self._places = QStackedWidget()
        self._lay_out()
        self.setAcceptDrops(True)
        self.setMinimumSize(480, 320)
        self.host: SessionHost
        # After whatever else waits for the first answer.
        self.answers.connect(library.load, Qt.ConnectionType.QueuedConnection)
        self.show_session(Session(self.child, self.tasks, document, self))
        layout_memory.restore(self, self.build)
        # What views listen to goes last: every one of them is gone by then.
        for lasting in (self.session, self.child):
            lasting.setParent(None)
            lasting.setParent(self)

    def _lay_out(self) -> None:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.top_bar, self.bars, self._places, self.status_bar):
            column.addWidget(widget, int(widget is self._places))
        self.setCentralWidget(holder)

    # --- the session ------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The session that is shown."""
        return self.host.session

    @property
    def build(self) -> BuildWorkspace:
        """The session's Build workspace."""
        return self.host.build

    @property
    def menus(self) -> list[QMenu]:
        """The menus of the session that is shown."""
        return self._menus[self.host].all

    def show_session(self, session: Session) -> None:
        """Shows another session's document, workspaces and run; the one before keeps its place for later."""
        before = getattr(self, "host", None)
        if before is not None and before.session is session:
            return
        if before is not None:
            self._let_go(before)
        host = self._hosts.get(session)
        if host is None:
            host = self._hosts[session] = SessionHost(session, self)
            self._menus[host] = Menus(host, self, self, self.data.menu)
            self._places.addWidget(host.workspaces)
        self.host = host
        self._places.setCurrentWidget(host.workspaces)
        self.top_bar.set_menus(self._menus[host].all)
        self._fill_top_bar(host)
        self.status_bar.show_strip(host.strip)
        self.data.show_session(session)
        for signal, slot in self._connections(host):
            signal.connect(slot)
        self._session_changed()
        self._name_window()
        self._run_changed()
        self._workspace_switched(host.workspaces.current)

    def _let_go(self, host: SessionHost) -> None:
        for signal, slot in self._connections(host):
            signal.disconnect(slot)
        self.bars.close_all()

    def _connections(self, host: SessionHost) -> tuple[tuple[SignalInstance, Callable[..., object]], ...]:
        """The signals of a session that the frame follows while it is shown."""
        session = host.session
        return (
            (session.document_changed, self._session_changed),
            (session.memory.changed, self._session_changed),
            (session.document.path_changed, self._name_window),
            (session.document.undo_stack.cleanChanged, self._name_window),
            (session.run_changed, self._run_changed),
            (session.message_requested, self._show_message),
            (session.message_withdrawn, self.bars.close_message),
            (session.hint_requested, self.status_bar.say),
            (session.data.shown_changed, self._fill_train),
            (host.closing.closable, self._close_soon),
            (host.workspaces.switched, self._workspace_switched),
            (host.strip.wanted_changed, self._show_strip),
            (self.top_bar.switch.chosen, host.go_to),
            (self.top_bar.train.clicked, host.train),
            (self.top_bar.pause.clicked, session.pause_or_go_on),
            (self.status_bar.problems_clicked, self._show_problems),
            (self.status_bar.fix_clicked, session.complete),
        )

    def _fill_top_bar(self, host: SessionHost) -> None:
        self.top_bar.clear_actions()
        for group in (("open", "save", "export"), ("undo", "redo")):
            if group[0] == "undo":
                self.top_bar.add_gap()
            for name in group:
                self.top_bar.add_action(host.actions[name])
        for button, name in ((self.top_bar.train, "train"), (self.top_bar.pause, "pause")):
            button.setToolTip(host.actions[name].toolTip())
        self.top_bar.offer_stop([host.actions[name] for name in ("stop", "discard")])

    # --- what changed -----------------------------------------------------------------------------

    def _session_changed(self) -> None:
        session = self.session
        document = session.document
        missing = missing_text(document)
        precision = session.memory.precision(document.project.training)
        self.status_bar.show_state(
            document.project,
            document.analysis,
            missing,
            precision,
            session.memory.room,
            condition=next(iter(conditions(document)), None),
        )
        self.host.actions["classifier"].setEnabled(missing is not None)
        self.host.actions["first-problem"].setEnabled(bool(document.analysis.problems))

    def _name_window(self) -> None:
        file = self.session.file
        self.top_bar.show_title(file.name, file.edited)
        self.setWindowTitle(f"{file.name}[*] – cnnbuilder")
        self.setWindowModified(file.edited)

    def _run_changed(self) -> None:
        runner, actions = self.session.runner, self.host.actions
        active, state = runner.active, runner.state
        self.top_bar.show_running(active, state == "paused" or runner.status.pausing)
        self.top_bar.pause.setEnabled(state in ("training", "paused"))
        for name in ("pause", "discard"):
            actions[name].setEnabled(active)
        actions["stop"].setEnabled(active and state != "stopping")
        for name in ("train", "train-here", "quick"):
            actions[name].setEnabled(not active)
        actions["pause"].setText(actions.text_of("go-on" if state == "paused" else "pause"))
        actions["test"].setEnabled(state == "finished")

    def _show_message(self, message: Message) -> None:
        self.bars.show_message(message.key, message.text, message.choices, message.details)

    def _show_problems(self) -> None:
        found = conditions(self.session.document)
        if found:
            # No problem, and on no list: it is shown on its block.
            self.host.open_problem(found[0].problem)
        else:
            self.host.show_page("problems")

    def _workspace_switched(self, key: str) -> None:
        self.top_bar.switch.show_current(key)
        self._show_strip()
        self._fill_train()

    def _fill_train(self) -> None:
        """One filled button a screen: where a data set can be taken that is not in use, that comes first."""
        looking = self.host.workspaces.current == "data" and self.session.data.choice_comes_first
        self.top_bar.set_train_filled(not looking)

    def _show_strip(self) -> None:
        self.host.strip.setVisible(self.host.strip.wanted and self.host.workspaces.current != "train")

    def _close_soon(self) -> None:
        QTimer.singleShot(0, self, self.close)

    # --- events -----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.answers.emit)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.focusWidget() is None:
            self.build.take_focus()

    def focusNextPrevChild(self, next: bool) -> bool:
        return move_focus(self, self._regions(), rows=(self.top_bar, self.status_bar), forward=next)

    def move_to_region(self, forward: bool) -> None:
        """F6: the keyboard goes on to the next panel."""
        move_region(self, self._regions(), forward)

    def _regions(self) -> tuple[QWidget, ...]:
        return self.top_bar, self.bars, *self.host.workspaces.regions(), self.status_bar

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._alt = event.key() == Qt.Key.Key_Alt
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        # Alt alone opens the menu; with another key in between it was a shortcut.
        if event.key() == Qt.Key.Key_Alt and self._alt and not event.isAutoRepeat():
            self.top_bar.open_menu()
        self._alt = False
        super().keyReleaseEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.WindowDeactivate, QEvent.Type.ShortcutOverride):
            key = event.key() if isinstance(event, QKeyEvent) else None
            if key != Qt.Key.Key_Alt:
                self._alt = False
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.host.opening.drag_enters(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.host.opening.dropped(event)

    def sizeHint(self) -> QSize:
        return QSize(1440, 900)

    # --- coming and going -------------------------------------------------------------------------

    def make_soon(self, key: str) -> None:
        """Makes a workspace in the next idle moment, where it has not been shown yet."""
        if not self._closed:
            QTimer.singleShot(IDLE_MS, self, lambda: self._closed or self.host.workspaces.workspace(key))

    def new_window(self) -> None:
        """Another window with an empty document."""
        if self.windows is not None:
            self.windows.show_empty(self)

    def quit(self) -> None:
        """Closes every window, each asking for itself."""
        if self.windows is not None:
            self.windows.close_all()
        else:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._closed and not all(host.closing.may_close() for host in self._hosts.values()):
            event.ignore()
            return
        if not self._closed:
            self._closed = True
            layout_memory.save(self, self.build)
            self.shutdown()
            for host in self._hosts.values():
                host.session.close()
            if self.windows is not None:
                self.windows.closed(self)
        event.accept()

    def shutdown(self) -> None:
        """Ends what runs for this window: children and what they were asked. Unsaved work stays kept."""
        for host in self._hosts.values():
            host.shutdown()
        self.tasks.shutdown()
        self.child.shutdown()
