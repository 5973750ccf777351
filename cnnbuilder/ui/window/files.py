"""Opening and saving one document: what the File menu does, and the sentences where it cannot."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from cnnbuilder.network.file import FileProblemError, load, save
from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.widgets import settings
from cnnbuilder.ui.widgets.message_bars import Bars
from cnnbuilder.ui.widgets.questions import choose

SUFFIX = ".cnn"
SOURCE = ".py"
"""What is imported where a project might be opened."""


def dropped_file(data: QMimeData) -> Path | None:
    """The project, or the file of source, that is carried over the window, if it is one."""
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return files[0] if len(files) == 1 and files[0].suffix in (SUFFIX, SOURCE) else None


def _fingerprint(path: Path) -> bytes | None:
    """What a file holds now, or None where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return None


class Files(QObject):
    """One window's document and its file."""

    def __init__(self, window: QWidget, document: Document, bars: Bars) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._bars = bars
        self._on_disk: bytes | None = _fingerprint(document.path) if document.path else None
        """What the file held when it was last read or written here."""
        self._declined: Project | None = None
        self.has_runs: Callable[[], bool] = lambda: False
        """Whether there are runs that only saving keeps."""
        self.is_training: Callable[[], bool] = lambda: False
        """Whether a run is under way."""
        self.raise_other: Callable[[Path], bool] = lambda path: False
        """Raises the window that has this file open already, and says whether there was one."""

    # --- what the document is ---------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The file's name, or what stands in its place."""
        return self._document.path.name if self._document.path else _("Untitled")

    @property
    def edited(self) -> bool:
        """Whether there is work that no file holds."""
        return not self._document.undo_stack.isClean()

    @property
    def untouched(self) -> bool:
        """Whether this window holds nothing yet, so that a file may open in it."""
        return self._document.path is None and not self.edited and not self._document.project.network.blocks

    # --- opening ----------------------------------------------------------------------------------

    def begin(self, project: Project, id_: str | None = None) -> None:
        """Another project without a file takes this one's place. Ask about unsaved work first."""
        self._on_disk = None
        self._bars.close_bar("file")
        self._document.replace(project, None, id_)

    def ask_path(self) -> Path | None:
        """Asks which file to open."""
        folder = str(self._document.path.parent) if self._document.path else str(Path.home())
        name, _filter = QFileDialog.getOpenFileName(
            self._window, _("Open a project"), folder, self._open_filter()
        )
        return Path(name) if name else None

    def read(self, path: Path) -> Project | None:
        """The project in a file, or None with a bar that says why there is none."""
        try:
            return load(path)
        except FileProblemError as problem:
            self._bars.say("file", str(problem))
            return None

    def take(self, path: Path, project: Project) -> None:
        """Shows a project that was read from a file."""
        path = path.absolute()
        self._bars.close_bar("file")
        self._on_disk = _fingerprint(path)
        self._document.replace(project, path)
        settings.add_recent_file(path)

    def restore(self, project: Project, path: Path | None) -> None:
        """Shows unsaved work as an edit of the file as it is on the disk: undo leads back to the file."""
        base = Project()
        if path is not None:
            try:
                base = load(path)
            except FileProblemError:
                # The file is gone or spoilt: the work that was kept is all there is, and saving writes it anew.
                base = Project()
        self._on_disk = _fingerprint(path) if path else None
        self._document.replace(base, path)
        self._document.edit(_("Restore unsaved work"), project)

    # --- saving -----------------------------------------------------------------------------------

    def save(self) -> bool:
        """Saves to the document's file; asks for one where it has none. False where nothing was saved."""
        path = self._document.path
        if path is None:
            return self.save_as()
        now = _fingerprint(path)
        if now is not None and now != self._on_disk and not self._same(path):
            answer = choose(
                self._window,
                _("Another program has changed {name}.").format(name=path.name),
                _("Saving replaces what it wrote. Save as keeps both."),
                [_("Save as…"), _("Replace it"), _("Cancel")],
            )
            if answer == 0:
                return self.save_as()
            if answer == 2:
                return False
        return self._write(path)

    def save_as(self) -> bool:
        """Asks for a name and saves there."""
        start = self._document.path or Path.home() / (_("network") + SUFFIX)
        name, _filter = QFileDialog.getSaveFileName(
            self._window, _("Save the project"), str(start), self._filter()
        )
        if not name:
            return False
        path = Path(name)
        if path.suffix != SUFFIX:
            path = path.with_name(path.name + SUFFIX)
            if path.exists() and self._replace_refused(path):
                return False
        if path.absolute() != self._document.path and self.raise_other(path):
            self._bars.say(
                "file", _("{name} is open in another window. Choose another name.").format(name=path.name)
            )
            return False
        return self._write(path)

    def settle_edits(self) -> bool:
        """Before the document goes: saves or drops unsaved work, as the person says. False: do not go."""
        unsaved = self._document.path is None
        training = unsaved and self.is_training()
        trained = unsaved and self.has_runs()
        if not (self.edited or trained or training) or self.declined:
            return True
        if training:
            question = _("The network is still training. Save {name} first?").format(name=self.name)
            loss = _("Without saving, the training ends and nothing of it is kept.")
        elif self.edited:
            question = _("Save the changes to {name}?").format(name=self.name)
            loss = (
                _("Without saving, they and what was trained are lost.")
                if trained
                else _("Without saving they are lost.")
            )
        else:
            question = _("Save {name}, which has been trained?").format(name=self.name)
            loss = _("Without saving, what was trained is lost.")
        answer = choose(self._window, question, loss, [_("Save"), _("Don't save"), _("Cancel")])
        if answer == 1:
            self._declined = self._document.project
        return self.save() if answer == 0 else answer == 1

    @property
    def declined(self) -> bool:
        """Whether the person has said that the work, as it is now, need not be saved."""
        return self._declined is self._document.project

    def _same(self, path: Path) -> bool:
        """Whether the other program wrote what this window would write, or what it had read."""
        try:
            return load(path) == self._document.project
        except FileProblemError:
            return False

    def _replace_refused(self, path: Path) -> bool:
        """The file dialog asked about the name as it was typed; with the ending added it is another file."""
        answer = choose(
            self._window,
            _("{name} exists already.").format(name=path.name),
            _("Saving replaces it."),
            [_("Replace it"), _("Cancel")],
        )
        return answer != 0

    def _write(self, path: Path) -> bool:
        path = path.absolute()
        try:
            save(self._document.project, path)
        except FileProblemError as problem:
            # Again to the same place: after a failed "Save as" the document's own file is another one.
            again = self.save if path == self._document.path else lambda: self._write(path)
            self._bars.say("file", str(problem), [(_("Save as…"), self.save_as), (_("Try again"), again)])
            return False
        self._bars.close_bar("file")
        self._on_disk = _fingerprint(path)
        self._document.undo_stack.setClean()
        self._document.set_path(path)
        settings.add_recent_file(path)
        return True

    @staticmethod
    def _open_filter() -> str:
        projects = _("cnnbuilder projects") + f" (*{SUFFIX});;"
        return projects + _("Python files") + f" (*{SOURCE});;" + _("All files") + " (*)"

    @staticmethod
    def _filter() -> str:
        return _("cnnbuilder projects") + f" (*{SUFFIX});;" + _("All files") + " (*)"
