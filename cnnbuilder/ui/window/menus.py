"""The menu bar: every action of the window, in six menus, each with its shortcut and its tooltip."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from cnnbuilder.blocks import OFFERED
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.text import _
from cnnbuilder.ui.exporting.menu import export_menu
from cnnbuilder.ui.widgets import settings

if TYPE_CHECKING:
    from cnnbuilder.ui.window.window import Window

GAP = ""
"""In a list of action names: a separator."""
Keys = QKeySequence.StandardKey


class Menus:
    """Makes the actions of one window and puts them into its menu bar."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._actions = window.actions_by_name
        self._bar = window.menuBar()
        self._recent = QMenu(_("Open &recent"), window)
        self._recent.aboutToShow.connect(self._fill_recent)
        self._file()
        self._edit()
        self._view()
        self._network()
        self._train()
        self._help()

    def _menu(self, title: str, entries: Iterable[str | QMenu | QAction]) -> QMenu:
        menu = QMenuBar.addMenu(self._bar, title)
        menu.setToolTipsVisible(True)
        for entry in entries:
            if isinstance(entry, QMenu):
                entry.setToolTipsVisible(True)
                menu.addMenu(entry)
            elif isinstance(entry, QAction):
                menu.addAction(entry)
            elif entry == GAP:
                menu.addSeparator()
            else:
                menu.addAction(self._actions[entry])
        return menu

    def _file(self) -> None:
        window, add = self._window, self._actions.add
        add("new", _("&New"), _("Begin a new network"), window.opening.new, Keys.New, "new")
        add(
            "new-window",
            _("New &window"),
            _("Open another window"),
            window.opening.new_window,
            "Ctrl+Shift+N",
        )
        add("open", _("&Open…"), _("Open a project"), window.opening.open, Keys.Open, "open")
        add(
            "import",
            _("&Import…"),
            _("Read a network from a Python file, or one of torchvision"),
            window.importer.ask,
            "Ctrl+I",
        )
        add("save", _("&Save"), _("Save the project"), window.files.save, Keys.Save, "save")
        add(
            "save-as",
            _("Save &as…"),
            _("Save under another name"),
            window.files.save_as,
            "Ctrl+Shift+S",
            "save-as",
        )
        add("close", _("&Close window"), _("Close this window"), window.close, "Ctrl+W")
        add("quit", _("&Quit"), _("Close every window"), window.quit, "Ctrl+Q")
        templates = QMenu(_("New from &template"), window)
        for place, template in enumerate(TEMPLATES.values(), 1):
            action = templates.addAction(template.title)
            action.setStatusTip(template.summary)
            action.setToolTip(template.summary)
            action.setShortcut(f"Ctrl+Shift+{place}" if place <= 9 else "")
            action.triggered.connect(
                lambda _checked=False, name=template.name: window.opening.begin_template(name)
            )
        self._menu(
            _("&File"),
            [
                "new",
                "new-window",
                templates,
                GAP,
                "open",
                self._recent,
                "import",
                GAP,
                "save",
                "save-as",
                GAP,
                export_menu(window),
                GAP,
                "close",
                "quit",
            ],
        )

    def _edit(self) -> None:
        window = self._window
        stack = window.document.undo_stack
        # The stack's own actions name the step and know when there is one.
        undo = stack.createUndoAction(window, _("&Undo"))
        redo = stack.createRedoAction(window, _("&Redo"))
        self._actions.take("undo", undo, _("Take the last step back"), Keys.Undo, "undo")
        # Both ways to redo work on every system.
        self._actions.take("redo", redo, _("Do it again"), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo")
        self._menu(_("&Edit"), ["undo", "redo", GAP, *window.canvas_actions("edit")])

    def _view(self) -> None:
        window, add = self._window, self._actions.add
        pages = (
            ("blocks", _("&Blocks"), _("Show the blocks to build with"), "Alt+1"),
            ("outline", _("&Outline"), _("Show the network as a table"), "Alt+2"),
            ("training", _("&Training"), _("Show settings and curves"), "Alt+3"),
            ("analysis", _("&Analysis"), _("Show every number of every block"), "Alt+4"),
            ("code", _("&Code"), _("Show the PyTorch code"), "Alt+5"),
            ("problems", _("&Problems"), _("Show what is wrong, and how to mend it"), "Alt+6"),
        )
        for key, text, tip, keys in pages:
            add(key, text, tip, partial(window.show_page, key), keys)
        add(
            "search-blocks",
            _("&Find a block to add"),
            _("Type what a block does"),
            window.panes.search_blocks,
            "Ctrl+F",
        )
        add(
            "left",
            _("Fold the &left panel"),
            _("Fold or open the left panel"),
            window.panes.toggle_left,
            "Ctrl+Alt+Left",
        )
        add(
            "right",
            _("Fold the &inspector"),
            _("Fold or open the inspector"),
            window.panes.toggle_right,
            "Ctrl+Alt+Right",
        )
        add(
            "bottom",
            _("Fold the botto&m panel"),
            _("Fold or open the bottom panel"),
            window.toggle_bottom,
            "Ctrl+J",
        )
        add(
            "larger",
            _("&Larger text"),
            _("Make all text larger"),
            lambda: window.choices.step_text_size(1),
            "Ctrl+Alt++",
        )
        add(
            "smaller",
            _("S&maller text"),
            _("Make all text smaller"),
            lambda: window.choices.step_text_size(-1),
            "Ctrl+Alt+-",
        )
        entries: list[str | QMenu | QAction] = [*window.canvas_actions("view"), GAP]
        entries += [key for key, *_rest in pages]
        entries += [
            "search-blocks",
            GAP,
            "left",
            "right",
            "bottom",
            GAP,
            window.choices.themes,
            window.choices.sizes,
        ]
        self._menu(_("&View"), [*entries, "larger", "smaller"])

    def _network(self) -> None:
        window, add = self._window, self._actions.add
        add(
            "first-problem",
            _("Show the first &problem"),
            _("Go to the first problem and its fix"),
            window.show_first_problem,
            "F8",
        )
        add(
            "classifier",
            _("&Make it a classifier"),
            _("Add what the network lacks to tell the classes apart"),
            window.complete,
            "Ctrl+Shift+M",
        )
        kinds = QMenu(_("A&dd"), window)
        for kind in OFFERED:
            name = kind.kind()
            action = kinds.addAction(name)
            action.setStatusTip(kind.summary)
            action.setToolTip(kind.summary)
            action.triggered.connect(lambda _checked=False, name=name: window.canvas.append(name))
        self._menu(
            _("&Network"), [kinds, *window.canvas_actions("network"), GAP, "first-problem", "classifier"]
        )

    def _train(self) -> None:
        window, add = self._window, self._actions.add
        control = window.control
        add(
            "train",
            _("&Train"),
            _("Train the network on its images"),
            control.train,
            ("Ctrl+Return", "Ctrl+Enter", "F5"),
            "train",
        )
        add(
            "quick",
            _("&Quick try"),
            _("Train one epoch on 2,000 images"),
            lambda: control.train(quick=True),
            ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"),
        )
        add(
            "pause",
            _("&Pause"),
            _("Hold the training after the step in progress, or go on"),
            control.pause_or_go_on,
            "Ctrl+.",
            "pause",
        )
        add(
            "stop",
            _("&Stop and keep"),
            _("End the training and keep what was learned"),
            lambda: window.runner.stop(keep=True),
            "Ctrl+Shift+.",
            "stop",
        )
        add(
            "discard",
            _("Stop and &discard"),
            _("End the training and keep nothing"),
            lambda: window.runner.stop(keep=False),
            "Ctrl+Shift+Backspace",
        )
        add(
            "test",
            _("T&est"),
            _("Measure the trained network on the test images, once it is done"),
            window.runner.test,
            "Ctrl+T",
        )
        self._menu(
            _("&Train"),
            ["train", "quick", GAP, "pause", "stop", "discard", GAP, "test", GAP, window.data.menu],
        )

    def _help(self) -> None:
        window, add = self._window, self._actions.add
        add("commands", _("&Commands…"), _("Do anything by its name"), window.ask_command, "Ctrl+K", "search")
        add("shortcuts", _("&Keyboard"), _("Every shortcut in one list"), window.show_shortcuts, "F1")
        add("about", _("&About cnnbuilder"), _("Version and licence"), window.show_about, "Shift+F1", "info")
        self._menu(_("&Help"), ["commands", "shortcuts", GAP, "about"])

    def _fill_recent(self) -> None:
        self._recent.clear()
        files = settings.recent_files()
        for path in files:
            action = self._recent.addAction(path.name)
            action.setToolTip(str(path))
            action.setStatusTip(str(path))
            action.triggered.connect(lambda _checked=False, path=path: self._window.opening.open_path(path))
        if files:
            self._recent.addSeparator()
            clear = self._recent.addAction(_("Forget these files"))
            clear.setToolTip(_("Empties this list; the files stay"))
            clear.triggered.connect(settings.clear_recent_files)
        else:
            self._recent.addAction(_("No recent files")).setEnabled(False)
