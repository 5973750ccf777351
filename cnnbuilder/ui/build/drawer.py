"""The panel below the canvas: Training, Analysis, Code and Problems; it folds to its row of tabs."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSplitter, QToolButton, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.session.memory_estimate import MemoryOutlook
from cnnbuilder.ui.session.selection import Selection
from cnnbuilder.ui.widgets.tabs import Tabs
from cnnbuilder.ui.widgets.theme import theme
from cnnbuilder.ui.session.runner import Runner

if TYPE_CHECKING:
    from cnnbuilder.ui.train.workspace import TrainingPanel
    from cnnbuilder.ui.window.window import Window

USUAL_HEIGHT, LEAST_HEIGHT = 268, 150


class Bottom(Tabs):
    """Four tabs. Their pages are made when they are first shown."""

    def __init__(
        self, document: Document, selection: Selection, runner: Runner, outlook: MemoryOutlook
    ) -> None:
        super().__init__(_("Bottom panel"))
        self._outlook = outlook
        self._document = document
        self._selection = selection
        self._runner = runner
        self._window: Window | None = None
        self._splitter: QSplitter | None = None
        self.folded = False
        self._height = 0
        self.training: TrainingPanel | None = None
        """The page of the Training tab, once it has been shown."""
        self.add("training", _("Training"), _("Settings and curves"), self._make_training)
        self.add("analysis", _("Analysis"), _("Every number of every block"), self._make_analysis)
        self.add("code", _("Code"), _("The network as PyTorch code"), self._make_code)
        self.add("problems", _("Problems"), _("What is wrong, and how to mend it"), self._make_problems)
        self.fold = QToolButton()
        self.fold.clicked.connect(lambda: self.set_folded(not self.folded))
        self.corner.addWidget(self.fold)
        # A click on the open tab of a folded panel means: show me.
        self.chosen.connect(lambda _key: self.set_folded(False))
        self._show_fold()

    # --- pages ------------------------------------------------------------------------------------

    def _make_training(self) -> QWidget:
        from cnnbuilder.ui.train.workspace import TrainingPanel

        self.training = panel = TrainingPanel(self._document, self._runner, self._selection)
        if self._window is not None:
            panel.train_requested.connect(self._window.control.train)
            panel.problem_requested.connect(self._window.open_problem)
            panel.empty.data_pressed.connect(self._window.toolbar.data.showMenu)
        panel.lend_bar(self.corner)
        return panel

    def _make_analysis(self) -> QWidget:
        from cnnbuilder.ui.build.analysis import AnalysisView

        view = AnalysisView(self._document, self._selection, self._outlook.precision)
        self._outlook.changed.connect(view.refresh)
        if self._window is not None:
            view.refused.connect(partial(self._window.bars.say, "analysis"))
        return view

    def _make_code(self) -> QWidget:
        from cnnbuilder.ui.build.code import CodeView

        view = CodeView(self._document, self._selection)
        if self._window is not None:
            exporter = self._window.exporter
            view.export_requested.connect(lambda style: exporter.ask("model", style))
        return view

    def _make_problems(self) -> QWidget:
        from cnnbuilder.ui.build.problems import ProblemsView

        view = ProblemsView(self._document, self._selection)
        if self._window is not None:
            view.show_requested.connect(self._window.open_problem)
            view.block_requested.connect(self._window.canvas.show_block)
            view.list_remarks(self._window.importer.last)
        return view

    def connect_window(self, window: Window) -> None:
        """Lets the pages reach the rest of the window."""
        self._window = window

    def open(self, key: str) -> QWidget:
        """Shows a page, unfolding the panel."""
        self.set_folded(False)
        return super().open(key)

    def open_current(self) -> None:
        """Makes the page of the open tab, once the window shows."""
        super().open(self.current)

    def begin_training(self, quick: bool) -> None:
        """Starts a run, with its curves in view."""
        self.open("training")
        if self.training is not None:
            self.training.train(quick)

    @property
    def runs_folder(self) -> Path | None:
        """Where the runs of this document lie; None where there cannot be any yet."""
        return self.training.place.folder if self.training else None

    def has_runs(self) -> bool:
        """Whether runs of this document are kept."""
        folder = self.runs_folder
        return folder is not None and folder.is_dir() and any(folder.iterdir())

    def drop_unsaved_runs(self) -> None:
        """The document goes: runs of one that was never saved go with it."""
        if self.training is not None and self._document.path is None:
            self.training.place.discard()

    def set_problem_count(self, count: int) -> None:
        """The badge at Problems."""
        self.set_badge("problems", count)

    # --- height -----------------------------------------------------------------------------------

    def live_in(self, splitter: QSplitter) -> None:
        """The splitter that it shares with the canvas."""
        self._splitter = splitter
        splitter.splitterMoved.connect(self._moved)
        theme.changed.connect(self._set_limits)

    @property
    def open_height(self) -> int:
        """The height it has, or would have, open."""
        return self._height

    def restore(self, height: int, folded: bool) -> None:
        """Takes up the height of last time; 0: the usual."""
        self._height = height
        self.set_folded(folded, remember=False)

    def set_folded(self, folded: bool, remember: bool = True) -> None:
        """Leaves only the row of tabs, or opens the panel."""
        if remember and folded and not self.folded:
            self._height = self.height()
        changed = folded != self.folded
        self.folded = folded
        self.set_contents_visible(not folded)
        self._set_limits()
        if not folded and changed:
            self.fit_height()
        self._show_fold()

    def fit_height(self) -> None:
        """Gives it its height, as far as the canvas keeps the larger half."""
        if self._splitter is None or self.folded:
            return
        total = self._splitter.height()
        wanted = self._height or theme.px(USUAL_HEIGHT)
        height = max(theme.px(LEAST_HEIGHT), min(wanted, total * 45 // 100))
        self._splitter.setSizes([max(0, total - height), height])

    def _moved(self) -> None:
        if not self.folded:
            self._height = self.height()

    def _set_limits(self) -> None:
        header = self.header_height()
        self.setMinimumHeight(header if self.folded else theme.px(LEAST_HEIGHT))
        self.fold.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.setMaximumHeight(header if self.folded else 16_777_215)

    def _show_fold(self) -> None:
        name = _("Open the bottom panel") if self.folded else _("Fold the bottom panel")
        self.fold.setIcon(icon("chevron-up" if self.folded else "chevron-down", "secondary"))
        self.fold.setToolTip(f"{name} (Ctrl+J)")
        self.fold.setAccessibleName(name)
