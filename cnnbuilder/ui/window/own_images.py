"""The way in for one's own images: dropped on the window, or chosen as a folder or a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from cnnbuilder.network.data import OWN, Folder
from cnnbuilder.text import _
from cnnbuilder.ui.exporting.predict_folder import PredictFolder
from cnnbuilder.ui.session.data_choice import ARRAYS, TABLES, data_at
from cnnbuilder.ui.session.session import Session


def holds_images(path: Path) -> bool:
    """Whether it is a folder, a table or a file of arrays, and no folder of runs."""
    runs = path.suffix == ".runs" or (path / "project.cnn").is_file()
    return not runs and data_at(path) is not None


class OwnImages(QObject):
    """Asks where they lie, and has the session look at them in the Data workspace."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(session)
        self._session = session
        self._window = window
        session.images_requested.connect(self.ask_folder)
        session.image_file_requested.connect(self.ask_file)
        session.moved_images_requested.connect(self.ask_again)

    def look_at(self, path: Path) -> None:
        """Shows what is there; a document that holds nothing yet learns from it at once."""
        data = data_at(path)
        if data is not None:
            self._session.workspace_requested.emit("data")
            self._session.data.look_at(data)

    def ask_folder(self) -> None:
        """Asks for a folder with one folder of images a class, or with images alone."""
        name = QFileDialog.getExistingDirectory(
            self._window, _("A folder with one folder of images a class"), self._start()
        )
        if name:
            self.look_at(Path(name))

    def ask_file(self) -> None:
        """Asks for a table of files and classes, or for arrays."""
        endings = " ".join(f"*{ending}" for ending in (*TABLES, *ARRAYS))
        name, _filter = QFileDialog.getOpenFileName(
            self._window,
            _("A table of images and classes, or a file of arrays"),
            self._start(),
            _("Tables and arrays") + f" ({endings})",
        )
        if name:
            self.look_at(Path(name))

    def ask_again(self) -> None:
        """Asks where the project's own images lie now."""
        data = self._session.document.project.data
        if not isinstance(data.source, OWN):
            return
        title = _("Where is {name} now?").format(name=Path(data.source.path).name)
        if isinstance(data.source, Folder):
            name = QFileDialog.getExistingDirectory(self._window, title, self._start())
        else:
            name, _filter = QFileDialog.getOpenFileName(self._window, title, self._start())
        if name:
            self._session.data.moved_to(Path(name).absolute())

    def predict_folder(self) -> None:
        """Asks for a folder of pictures, and what the run that is shown takes each of them for."""
        record = self._session.runner.record
        if record is None or record.run is None or self._session.runner.active:
            self._session.say("predict", _("Train a network first: then it can be asked about a folder."))
            return
        name = QFileDialog.getExistingDirectory(self._window, _("A folder of pictures"), self._start())
        if name:
            dialog = PredictFolder(self._session.tasks, Path(name), Path(record.run), self._window)
            dialog.open()

    def _start(self) -> str:
        path = self._session.document.path
        return str(path.parent) if path else str(Path.home())
