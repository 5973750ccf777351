"""The menus: every action of a session and its window, in six menus, each with its shortcut and its tooltip."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Protocol

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from cnnbuilder.blocks import OFFERED
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.text import _
from cnnbuilder.ui.widgets import settings
from cnnbuilder.ui.window.about import show_about
from cnnbuilder.ui.window.command_palette import ask_command
from cnnbuilder.ui.window.command_words import give_words_of_kind
from cnnbuilder.ui.window.export_menu import export_menu
from cnnbuilder.ui.window.session_host import SessionHost
from cnnbuilder.ui.window.shortcuts import show_shortcuts
from cnnbuilder.ui.window.view_choices import ViewChoices
from cnnbuilder.ui.window.workspace_switch import PLACES

GAP = ""
"""In a list of action names: a separator."""
Keys = QKeySequence.StandardKey


class Frame(Protocol):
    """What the menus ask of the window around the workspaces."""

    choices: ViewChoices

    def new_window(self) -> None: ...
    def close(self) -> bool: ...
    def quit(self) -> None: ...
    def move_to_region(self, forward: bool) -> None: ...


class Menus:
    """Makes the actions of one session and sorts them into menus."""

    def __init__(self, host: SessionHost, frame: Frame, window: QWidget, data_menu: QMenu) -> None:
        self._host = host
        self._frame = frame
        self._window = window
        self._data_menu = data_menu
        self._actions = host.actions
        self.all: list[QMenu] = []
        self._recent = QMenu(_("Open &recent"), window)
        self._recent.aboutToShow.connect(self._fill_recent)
        self._file()
        self._edit()
        self._view()
        self._network()
        self._train()
        self._help()

    def _menu(self, title: str, entries: Iterable[str | QMenu | QAction]) -> QMenu:
        menu = QMenu(title, self._window)
        self.all.append(menu)
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
        host, add = self._host, self._actions.add
        add("new", _("&New"), _("Begin a new network"), host.opening.new, Keys.New, "new")
        add(
            "new-window",
            _("New &window"),
            _("Open another window"),
            self._frame.new_window,
            "Ctrl+Shift+N",
        )
        add("open", _("&Open…"), _("Open a project"), host.opening.open, Keys.Open, "open")
        add(
            "import",
            _("&Import…"),
            _("Read a network from a Python file, or one of torchvision"),
            host.importer.ask,
            "Ctrl+I",
        )
        add(
            "images",
            _("&Add your images…"),
            _("Take a folder of your own pictures: one folder a class"),
            host.images.ask_folder,
            "Ctrl+Shift+I",
            "data",
        )
        add(
            "image-file",
            _("Add your images from a &table or arrays…"),
            _("Take your own pictures that a CSV file lists, or an .npz file holds"),
            host.images.ask_file,
            "Ctrl+Shift+T",
        )
        add("save", _("&Save"), _("Save the project"), host.files.save, Keys.Save, "save")
        add(
            "save-as",
            _("Save &as…"),
            _("Save under another name"),
            host.files.save_as,
            "Ctrl+Shift+S",
            "save-as",
        )
        add("close", _("&Close window"), _("Close this window"), self._frame.close, "Ctrl+W")
        add("quit", _("&Quit"), _("Close every window"), self._frame.quit, "Ctrl+Q")
        templates = QMenu(_("New from &template"), self._window)
        for place, template in enumerate(TEMPLATES.values(), 1):
            action = templates.addAction(template.title)
            action.setStatusTip(template.summary)
            action.setToolTip(template.summary)
            action.setShortcut(f"Ctrl+Shift+{place}" if place <= 9 else "")
            action.triggered.connect(
                lambda _checked=False, name=template.name: host.session.begin_template(name)
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
                "images",
                "image-file",
                GAP,
                "save",
                "save-as",
                GAP,
                export_menu(self._actions, host.exporter, self._window),
                GAP,
                "close",
                "quit",
            ],
        )

    def _edit(self) -> None:
        host, window = self._host, self._window
        stack = host.session.document.undo_stack
        # The stack's own actions name the step and know when there is one.
        undo = stack.createUndoAction(window, _("&Undo"))
        redo = stack.createRedoAction(window, _("&Redo"))
        self._actions.take("undo", undo, _("Take the last step back"), Keys.Undo, "undo")
        # Both ways to redo work on every system.
        self._actions.take("redo", redo, _("Do it again"), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo")
        self._menu(_("&Edit"), ["undo", "redo", GAP, *host.build.canvas.menu_actions("edit")])

    def _view(self) -> None:
        host, add, build = self._host, self._actions.add, self._host.build
        for number, place in enumerate(PLACES, 1):
            toggle = partial(host.workspaces.toggle, place.key)
            add(f"go-{place.key}", place.title, place.tip, toggle, f"Ctrl+{number}")
        pages = (
            ("blocks", _("&Blocks"), _("Show the blocks to build with"), "Alt+1"),
            ("outline", _("&Outline"), _("Show the network as a table"), "Alt+2"),
            ("analysis", _("&Analysis"), _("Show every number of every block"), "Alt+3"),
            ("code", _("&Code"), _("Show the PyTorch code"), "Alt+4"),
            ("problems", _("&Problems"), _("Show what is wrong, and how to mend it"), "Alt+5"),
        )
        for key, text, tip, keys in pages:
            add(key, text, tip, partial(host.show_page, key), keys)
        add(
            "search-blocks",
            _("&Find a block to add"),
            _("Type what a block does"),
            self._search_blocks,
            "Ctrl+F",
        )
        add(
            "left",
            _("Fold the &left panel"),
            _("Fold or open the left panel"),
            build.toggle_left,
            "Ctrl+Alt+Left",
        )
        add(
            "right",
            _("Fold the &inspector"),
            _("Fold or open the inspector"),
            build.toggle_right,
            "Ctrl+Alt+Right",
        )
        add(
            "bottom",
            _("Fold the &drawer"),
            _("Fold or open the drawer under the canvas"),
            build.toggle_drawer,
            "Ctrl+J",
        )
        add(
            "larger",
            _("&Larger text"),
            _("Make all text larger"),
            lambda: self._frame.choices.step_text_size(1),
            "Ctrl+Alt++",
        )
        add(
            "smaller",
            _("S&maller text"),
            _("Make all text smaller"),
            lambda: self._frame.choices.step_text_size(-1),
            "Ctrl+Alt+-",
        )
        add(
            "next-region",
            _("Next pa&nel"),
            _("Put the keyboard into the next panel"),
            lambda: self._frame.move_to_region(True),
            "F6",
        )
        add(
            "previous-region",
            _("Previous panel"),
            _("Put the keyboard into the panel before"),
            lambda: self._frame.move_to_region(False),
            "Shift+F6",
        )
        entries: list[str | QMenu | QAction] = [f"go-{place.key}" for place in PLACES]
        entries += [GAP, "next-region", "previous-region", GAP, *build.canvas.menu_actions("view"), GAP]
        entries += [key for key, *_rest in pages]
        entries += [
            "search-blocks",
            GAP,
            "left",
            "right",
            "bottom",
            GAP,
            self._frame.choices.themes,
            self._frame.choices.sizes,
        ]
        self._menu(_("&View"), [*entries, "larger", "smaller"])

    def _network(self) -> None:
        host, add = self._host, self._actions.add
        add(
            "first-problem",
            _("Show the first &problem"),
            _("Go to the first problem and its fix"),
            host.session.show_first_problem,
            "F8",
        )
        add(
            "classifier",
            _("&Make it a classifier"),
            _("Add what the network lacks to tell the classes apart"),
            host.session.complete,
            "Ctrl+Shift+M",
        )
        kinds = QMenu(_("A&dd"), self._window)
        for kind in OFFERED:
            name = kind.kind()
            action = kinds.addAction(name)
            action.setStatusTip(kind.summary)
            action.setToolTip(kind.summary)
            give_words_of_kind(action, kind)
            action.triggered.connect(lambda _checked=False, name=name: host.build.canvas.append(name))
        self._menu(
            _("&Network"),
            [kinds, *host.build.canvas.menu_actions("network"), GAP, "first-problem", "classifier"],
        )

    def _train(self) -> None:
        host, add = self._host, self._actions.add
        session = host.session
        add("train", _("&Train"), _("Train the network on its images"), host.train, "F5", "train")
        add(
            "train-here",
            _("Train and stay &here"),
            _("Train, and stay in this workspace: the strip below tells how it goes"),
            host.train_here,
            ("Ctrl+Return", "Ctrl+Enter"),
        )
        add(
            "quick",
            _("&Quick try"),
            _("Train one epoch on 2,000 images"),
            lambda: host.train_here(quick=True),
            ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"),
        )
        add(
            "pause",
            _("&Pause"),
            _("Hold the training after the step in progress, or go on"),
            session.pause_or_go_on,
            "Ctrl+Shift+.",
            "pause",
        )
        add(
            "stop",
            _("&Stop and keep"),
            _("End the training and keep what was learned"),
            lambda: session.runner.stop(keep=True),
            "Ctrl+.",
            "stop",
        )
        add(
            "discard",
            _("Stop and &discard"),
            _("End the training and keep nothing"),
            lambda: session.runner.stop(keep=False),
            "Ctrl+Shift+Backspace",
        )
        add(
            "test",
            _("T&est"),
            _("Measure the trained network on the test images, once it is done"),
            session.runner.test,
            "Ctrl+T",
        )
        add(
            "predict-folder",
            _("Predict a &folder…"),
            _("Ask the trained network about every picture in a folder"),
            host.images.predict_folder,
            "Ctrl+Shift+P",
        )
        self._menu(
            _("&Train"),
            [
                "train",
                "train-here",
                "quick",
                GAP,
                "pause",
                "stop",
                "discard",
                GAP,
                "test",
                "predict-folder",
                GAP,
                self._data_menu,
            ],
        )

    def _help(self) -> None:
        add, window = self._actions.add, self._window
        self._actions.reserve_text("go-on", _("&Go on"))
        add(
            "commands",
            _("&Commands…"),
            _("Do anything by its name"),
            partial(ask_command, window, self.all),
            "Ctrl+K",
            "search",
        )
        add(
            "shortcuts",
            _("&Keyboard"),
            _("Every shortcut in one list"),
            partial(show_shortcuts, window, self.all),
            "F1",
        )
        add(
            "about",
            _("&About cnnbuilder"),
            _("Version and licence"),
            lambda: show_about(window),
            "Shift+F1",
            "info",
        )
        self._menu(_("&Help"), ["commands", "shortcuts", GAP, "about"])

    def _search_blocks(self) -> None:
        self._host.go_to("build")
        self._host.build.search_blocks()

    def _fill_recent(self) -> None:
        self._recent.clear()
        files = settings.recent_files()
        for path in files:
            action = self._recent.addAction(path.name)
            action.setToolTip(str(path))
            action.setStatusTip(str(path))
            action.triggered.connect(lambda _checked=False, path=path: self._host.opening.open_path(path))
        if files:
            self._recent.addSeparator()
            clear = self._recent.addAction(_("Forget these files"))
            clear.setToolTip(_("Empties this list; the files stay"))
            clear.triggered.connect(settings.clear_recent_files)
        else:
            self._recent.addAction(_("No recent files")).setEnabled(False)
