"""Predictions for a folder of pictures: thumbnails sorted by certainty, and a CSV of them."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path

import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.engine.messages import Answer, Failed, FilePrediction, FilesPredicted, PredictFiles
from cnnbuilder.storage import reason_of, write_atomically
from cnnbuilder.text import _, number
from cnnbuilder.ui.images.pixels import image_of
from cnnbuilder.ui.images.thumbnails import PICTURE, Thumbnail, ThumbnailModel, ThumbnailView
from cnnbuilder.ui.session.background_tasks import BackgroundTasks
from cnnbuilder.ui.session.run_text import percent
from cnnbuilder.ui.widgets.theme import theme

ENDINGS = (
    ".jpg",
    ".jpeg",
    ".jpe",
    ".png",
    ".gif",
    ".bmp",
    ".tif",
    ".tiff",
    ".webp",
    ".ppm",
    ".pgm",
    ".avif",
    ".heic",
)
LIKELIEST = 5
"""So many classes of each picture."""
AT_ONCE, LISTED_AT_ONCE = 16, 400
"""Files asked for in one request, and entries of folders looked at between two events."""


class PredictFolder(QDialog):
    """Asks a run about every picture below a folder, some at a time; closing it ends that."""

    def __init__(
        self, tasks: BackgroundTasks, folder: Path, run: Path, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Predictions for {folder}").format(folder=folder.name))
        self._tasks, self._folder, self._run = tasks, folder, run
        self._entries = _pictures(folder)
        self._listed = False
        self._waiting: list[str] = []
        self._asking = False
        self.predictions: list[FilePrediction] = []
        self.model = ThumbnailModel(self)
        self.view = ThumbnailView(self.model)
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.order = QComboBox()
        self.order.addItems([_("Most certain first"), _("Least certain first")])
        self.order.setAccessibleName(_("Order of the images"))
        self.order.currentIndexChanged.connect(lambda _place: self._show())
        self.save = QPushButton(_("Save as CSV…"))
        self.save.setAutoDefault(False)
        self.save.clicked.connect(lambda _checked=False: self._save())
        self.done_button = QPushButton(_("Close"))
        self.done_button.clicked.connect(self.reject)
        self._lay_out()
        self._list = QTimer(self, interval=0)
        self._list.timeout.connect(self._list_more)
        self._list.start()
        self._say()

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(8)
        above.addWidget(self.state, 1)
        above.addWidget(self.order)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.save)
        below.addStretch(1)
        below.addWidget(self.done_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addLayout(above)
        column.addWidget(self.bar)
        column.addWidget(self.view, 1)
        column.addLayout(below)
        self.resize(theme.px(760), theme.px(560))

    @property
    def finished_all(self) -> bool:
        """Whether every picture has its answer."""
        return self._listed and not self._waiting and not self._asking

    # --- asking -----------------------------------------------------------------------------------

    def _list_more(self) -> None:
        """Looks further through the folder, a little at a time: the window goes on answering."""
        for _step in range(LISTED_AT_ONCE):
            found = next(self._entries, None)
            if found is None:
                self._listed = True
                self._list.stop()
                break
            if found:
                self._waiting.append(found)
        self._ask()
        self._say()

    def _ask(self) -> None:
        if self._asking or not self._waiting:
            return
        self._asking = True
        files, self._waiting = tuple(self._waiting[:AT_ONCE]), self._waiting[AT_ONCE:]
        side = round(theme.px(PICTURE) * self.devicePixelRatioF())

        def answered(answer: Answer | Failed) -> None:
            if not shiboken6.isValid(self):
                return
            self._asking = False
            if isinstance(answer, FilesPredicted):
                self._came(answer.predictions)
            else:
                self._waiting.clear()
                reason = answer.reason if isinstance(answer, Failed) else ""
                self._say(reason or _("The process that answers has ended."))

        self._tasks.ask(lambda number: PredictFiles(number, files, str(self._run), side), answered)

    def _came(self, predictions: tuple[FilePrediction, ...]) -> None:
        self.predictions += predictions
        self._ask()
        # While more are on their way nothing changes its place.
        if self.finished_all:
            self._show()
        else:
            before = len(self.predictions) - len(predictions)
            self.model.grow(len(self.predictions))
            self.model.show(before, [self._thumbnail(prediction) for prediction in predictions])
        self._say()

    # --- what is shown ----------------------------------------------------------------------------

    def _say(self, failure: str = "") -> None:
        done, whole = len(self.predictions), len(self.predictions) + len(self._waiting) + int(self._asking)
        unread = sum(bool(prediction.reason) for prediction in self.predictions)
        if failure:
            text = failure
        elif self.finished_all and not done:
            text = _("There is no picture in {folder}.").format(folder=self._folder.name)
        elif self.finished_all:
            text = _("{n} pictures").format(n=number(done))
            text += " · " + _("{n} could not be read").format(n=number(unread)) if unread else ""
        else:
            text = _("Looking at {done} of {total}").format(done=number(done), total=number(whole))
        self.state.setText(text)
        self.bar.setVisible(not self.finished_all and not failure)
        self.bar.setRange(0, max(1, whole))
        self.bar.setValue(done)
        self.order.setEnabled(self.finished_all)
        self.save.setEnabled(self.finished_all and done > 0)

    def _show(self) -> None:
        """All of them, by certainty; what could not be read stands last."""
        sign = -1 if self.order.currentIndex() == 0 else 1
        self.predictions.sort(key=lambda found: (bool(found.reason), sign * _certainty(found), found.file))
        self.model.begin(len(self.predictions))
        self.model.show(0, [self._thumbnail(prediction) for prediction in self.predictions])

    def _thumbnail(self, prediction: FilePrediction) -> Thumbnail:
        name = os.path.relpath(prediction.file, self._folder)
        if prediction.reason:
            return Thumbnail(None, Path(name).name, f"{name}: {prediction.reason}")
        likely = [f"{label} {percent(share)}" for label, share in prediction.classes]
        image = image_of(prediction.pixels, prediction.shape)
        return Thumbnail(image, likely[0], f"{name}: {' · '.join(likely)}")

    def _save(self) -> None:
        start = str(self._folder.parent / f"{self._folder.name}.csv")
        name, _filter = QFileDialog.getSaveFileName(self, _("Save as CSV"), start, "CSV (*.csv)")
        if not name:
            return
        try:
            write_atomically(Path(name), csv_of(self.predictions, self._folder).encode())
        except OSError as error:
            self.state.setText(_("It cannot be saved: {reason}.").format(reason=reason_of(error)))
        else:
            self.state.setText(_("Saved as {file}.").format(file=Path(name).name))


def csv_of(predictions: list[FilePrediction], folder: Path) -> str:
    """A row a picture, with the columns of `cnnbuilder predict --csv`: its path below the folder, the five likeliest
    classes with their probabilities, and why it could not be read."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    places = range(1, LIKELIEST + 1)
    columns = [name for place in places for name in (f"class{place}", f"probability{place}")]
    writer.writerow(["image", *columns, "reason"])
    for found in predictions:
        name = Path(os.path.relpath(found.file, folder)).as_posix()
        values = [value for label, share in found.classes for value in (label, f"{share:.6f}")]
        writer.writerow([name, *values, *[""] * (2 * LIKELIEST - len(values)), found.reason])
    return text.getvalue()


def _certainty(prediction: FilePrediction) -> float:
    return prediction.classes[0][1] if prediction.classes else 0.0


def _pictures(folder: Path) -> Iterator[str]:
    """The pictures below a folder by their endings, in order; empty texts between, where there are others."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            picture = not name.startswith(".") and name.lower().endswith(ENDINGS)
            yield os.path.join(place, name) if picture else ""  # noqa: PTH118  Path would cost more than the walk
