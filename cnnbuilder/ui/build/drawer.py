"""The low drawer under the canvas: Analysis, Code and Problems; it folds to its row of tabs."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QToolButton, QWidget

from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.tabs import Tabs
from cnnbuilder.ui.widgets.theme import theme

USUAL_HEIGHT, LEAST_HEIGHT = 264, 150


class Drawer(Tabs):
    """Three tabs. Their pages are made when they are first shown."""

    folded_changed = Signal()
    export_requested = Signal(str)
    """The code is to be taken away, in this style."""

    def __init__(self, session: Session) -> None:
        super().__init__(_("Drawer"))
        self._session = session
        self.folded = False
        self._chosen_height = 0
        self.add("analysis", _("Analysis"), _("Every number of every block"), self._make_analysis)
        self.add("code", _("Code"), _("The network as PyTorch code"), self._make_code)
        self.add("problems", _("Problems"), _("What is wrong, and how to mend it"), self._make_problems)
        self.fold = QToolButton()
        self.fold.clicked.connect(lambda: self.set_folded(not self.folded))
        self.corner.addWidget(self.fold)
        # A click on the open tab of a folded drawer means: show me.
        self.chosen.connect(lambda _key: self.set_folded(False))
        session.document.changed.connect(self._document_changed)
        theme.changed.connect(self._set_limits)
        self.set_folded(True)
        self._count_problems()

    # --- pages ------------------------------------------------------------------------------------

    def _make_analysis(self) -> QWidget:
        from cnnbuilder.ui.build.analysis import AnalysisView

        return AnalysisView(self._session)

    def _make_code(self) -> QWidget:
        from cnnbuilder.ui.build.code import CodeView

        view = CodeView(self._session)
        view.export_requested.connect(self.export_requested)
        return view

    def _make_problems(self) -> QWidget:
        from cnnbuilder.ui.build.problems import ProblemsView

        return ProblemsView(self._session)

    def open(self, key: str) -> QWidget:
        """Shows a page, unfolding the drawer."""
        self.set_folded(False)
        return super().open(key)

    def _document_changed(self, before: Project, after: Project) -> None:
        if before.network is not after.network:
            self._count_problems()

    def _count_problems(self) -> None:
        document = self._session.document
        problems = document.analysis.problems if document.project.network.blocks else ()
        self.set_badge("problems", len(problems))

    # --- height -----------------------------------------------------------------------------------

    def folded_height(self) -> int:
        """Its row of tabs."""
        return self.header_height()

    def open_height(self) -> int:
        """The height it has, or would have, open: a person's, else the usual."""
        return self._chosen_height or theme.px(USUAL_HEIGHT)

    def least_height(self) -> int:
        """Less than this serves nobody."""
        return theme.px(LEAST_HEIGHT)

    def choose_height(self, height: int) -> None:
        """The height of last time; 0: the usual."""
        self._chosen_height = height

    def set_folded(self, folded: bool) -> None:
        """Leaves only the row of tabs, or opens the drawer."""
        if folded and not self.folded and self.isVisible():
            self._chosen_height = self.height()
        changed = folded != self.folded
        self.folded = folded
        self.set_contents_visible(not folded)
        self._set_limits()
        name = _("Open the drawer") if folded else _("Fold the drawer")
        self.fold.setIcon(icon("chevron-up" if folded else "chevron-down", "secondary"))
        self.fold.setToolTip(f"{name} (Ctrl+J)")
        self.fold.setAccessibleName(name)
        if changed:
            self.folded_changed.emit()
            if not folded and self.isVisible():
                super().open(self.current)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.folded:
            super().open(self.current)

    def _set_limits(self) -> None:
        header = self.header_height()
        self.setMinimumHeight(header if self.folded else theme.px(LEAST_HEIGHT))
        side = header - 8
        self.fold.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.fold.setFixedSize(side, side)
        self.setMaximumHeight(header if self.folded else 16_777_215)
