"""The chip of the data set: its menu, and what stands on it."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from cnnbuilder.engine.data.catalogue import DataSetInfo, all_data_sets, preparation_text, resolve_or_none
from cnnbuilder.network.data import OWN, source_name
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.project import Project
from cnnbuilder.text import _, number
from cnnbuilder.ui.session.data_choice import sizes_text
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.window.top_bar import Chip


class DataChip(QObject):
    """Keeps the chip of the top bar true for the session that is shown, and offers the data sets."""

    def __init__(self, chip: Chip, parent: QWidget) -> None:
        super().__init__(parent)
        self._chip = chip
        self._session: Session | None = None
        self.menu = QMenu(_("&Data set"), parent)
        self.menu.setToolTipsVisible(True)
        group = QActionGroup(self)
        # None of them is chosen where a project names a data set that is not here.
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        self._actions = {}
        for place, info in enumerate(all_data_sets(), 1):
            action = self.menu.addAction(_title(info))
            action.setCheckable(True)
            action.setToolTip(info.summary)
            action.setStatusTip(info.summary)
            action.setShortcut(f"Ctrl+Alt+{place}" if place <= 9 else "")
            action.setActionGroup(group)
            action.triggered.connect(lambda _checked=False, info=info: self._choose(info))
            parent.addAction(action)
            self._actions[info.name] = action
        self.menu.addSeparator()
        add = self.menu.addAction(_("Add your images…"))
        add.setToolTip(_("Take a folder of your own pictures: one folder a class"))
        add.setStatusTip(add.toolTip())
        add.triggered.connect(lambda _checked=False: self._ask_images())
        chip.setMenu(self.menu)

    def show_session(self, session: Session) -> None:
        """Follows this session from now on."""
        if self._session is not None:
            self._session.document_changed.disconnect(self._changed)
            self._session.data.shown_changed.disconnect(self._show)
        self._session = session
        session.data.shown_changed.connect(self._show)
        session.document_changed.connect(self._changed)
        self._show()

    def _ask_images(self) -> None:
        if self._session is not None:
            self._session.images_requested.emit()

    def _choose(self, info: DataSetInfo) -> None:
        if self._session is not None:
            self._session.data.choose(info)
        self._show()  # chosen once more, it stays chosen

    def _changed(self, before: Project, after: Project) -> None:
        self._show()

    def _show(self) -> None:
        if self._session is None:
            return
        project = self._session.document.project
        info = resolve_or_none(project.data)
        for name, action in self._actions.items():
            action.setChecked(info is not None and name == info.name)
        if info is None:
            missing = _missing_text(self._session) if project.data.source else ""
            self._chip.show_text(source_name(project.data) or _("No data set"), missing)
            return
        present = input_shape(project.network)
        how = preparation_text(info, present) if present else None
        self._chip.show_text(info.title, sizes_text(info, project), how or "")


def _missing_text(session: Session) -> str:
    """Why the project's images are not known here."""
    if not isinstance(session.data.project_source, OWN):
        return _("not on this computer")
    return _("not there now") if session.data.lost is not None else _("not read yet")


def _title(info: DataSetInfo) -> str:
    colour = _("grey") if info.shape[0] == 1 else _("colour")
    return _("{title} · {images} images · {height}×{width} {colour} · {classes} classes").format(
        title=info.title,
        images=number(info.train_images + info.val_images),
        height=info.shape[1],
        width=info.shape[2],
        colour=colour,
        classes=len(info.classes),
    )
