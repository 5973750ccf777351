"""Opening and saving: what the File menu asks a person, and the sentences where it cannot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from cnnbuilder.network.file import FileProblemError, load
from cnnbuilder.network.file_kinds import SOURCES
from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.session.project_file import SUFFIX
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets import settings
from cnnbuilder.ui.widgets.questions import choose


def dropped_file(data: QMimeData) -> Path | None:
    """The one file or folder that is carried over the window. One that does not open says what it is, once dropped."""
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return files[0] if len(files) == 1 else None


class Files(QObject):
    """One session's document and its file."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session)
        self._session = session
        self._window = window
        self.raise_other: Callable[[Path], bool] = lambda path: False
        """Raises the window that has this file open already, and says whether there was one."""
        session.file.used.connect(settings.add_recent_file)

    # --- opening ----------------------------------------------------------------------------------

    def ask_path(self) -> Path | None:
        """Asks which file to open."""
        path = self._session.document.path
        folder = str(path.parent) if path else str(Path.home())
        name, _filter = QFileDialog.getOpenFileName(
            self._window, _("Open a project"), folder, self._open_filter()
        )
        return Path(name) if name else None

    def read(self, path: Path) -> Project | None:
        """The project in a file, or None with a message that says why there is none."""
        try:
            return load(path)
        except FileProblemError as problem:
            self._session.say("file", str(problem))
            return None

    # --- saving -----------------------------------------------------------------------------------

    def save(self) -> bool:
        """Saves to the document's file; asks for one where it has none. False where nothing was saved."""
        path = self._session.document.path
        if path is None:
            return self.save_as()
        if self._session.file.changed_outside:
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
        present = self._session.document.path
        start = present or Path.home() / (_("network") + SUFFIX)
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
        if path.absolute() != present and self.raise_other(path):
            sentence = _("{name} is open in another window. Choose another name.").format(name=path.name)
            self._session.say("file", sentence)
            return False
        return self._write(path)

    def settle_edits(self) -> bool:
        """Before the document goes: saves or drops unsaved work, as the person says. False: do not go."""
        session, file = self._session, self._session.file
        unsaved = session.document.path is None
        training = unsaved and session.runner.active
        trained = unsaved and session.run_directory.has_runs()
        if not (file.edited or trained or training) or file.declined:
            return True
        if training:
            question = _("The network is still training. Save {name} first?").format(name=file.name)
            loss = _("Without saving, the training ends and nothing of it is kept.")
        elif file.edited:
            question = _("Save the changes to {name}?").format(name=file.name)
            loss = (
                _("Without saving, they and what was trained are lost.")
                if trained
                else _("Without saving they are lost.")
            )
        else:
            question = _("Save {name}, which has been trained?").format(name=file.name)
            loss = _("Without saving, what was trained is lost.")
        answer = choose(self._window, question, loss, [_("Save"), _("Don't save"), _("Cancel")])
        if answer == 1:
            file.decline()
        return self.save() if answer == 0 else answer == 1

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
        session = self._session
        try:
            session.file.write(path)
        except FileProblemError as problem:
            # Again to the same place: after a failed "Save as" the document's own file is another one.
            again = self.save if path.absolute() == session.document.path else lambda: self._write(path)
            session.say("file", str(problem), (_("Save as…"), self.save_as), (_("Try again"), again))
            return False
        session.withdraw("file")
        return True

    @staticmethod
    def _open_filter() -> str:
        projects = _("cnnbuilder projects") + f" (*{SUFFIX});;"
        return (
            projects
            + _("Python files and notebooks")
            + " ("
            + " ".join(f"*{suffix}" for suffix in SOURCES)
            + ");;"
            + _("All files")
            + " (*)"
        )

    @staticmethod
    def _filter() -> str:
        return _("cnnbuilder projects") + f" (*{SUFFIX});;" + _("All files") + " (*)"
