"""The classes of a data set as a table: a row each, its name and counts first, then small images of it."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from cnnbuilder.engine.data.catalogue import DataSetInfo, ImageRecord
from cnnbuilder.engine.messages import DataBrowsed, PartName
from cnnbuilder.ui.data.words import counts_text, image_text
from cnnbuilder.ui.images.pixels import image_of
from cnnbuilder.ui.session.data_choice import same_set

Index = QModelIndex | QPersistentModelIndex
COUNTS = Qt.ItemDataRole.UserRole
IMAGE, LABEL = COUNTS + 1, COUNTS + 2


class ClassModel(QAbstractTableModel):
    """Column 0 is the class, column n its n-th image of the part that is shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.info: DataSetInfo | None = None
        self.part: PartName = "train"
        self._labels: list[int] = []
        self._filter = ""
        self._columns = 1
        self._counts: tuple[tuple[int, int, int], ...] = ()
        self._answers: dict[int, DataBrowsed] = {}
        self._images: dict[tuple[int, int], QImage] = {}

    # --- what it shows ----------------------------------------------------------------------------

    def show_part(self, info: DataSetInfo, part: PartName, counts: tuple[tuple[int, int, int], ...]) -> None:
        """Shows a part of a data set. Of the same set and part, images that were there stay until others come."""
        before = self.info
        anew = before is None or not same_set(before, info) or before.classes != info.classes
        if anew or part != self.part:
            self._answers.clear()
            self._images.clear()
        self.info, self.part, self._counts = info, part, counts
        if anew:
            self._choose_labels()
        else:
            self._all_changed()

    def show_row(self, label: int, answer: DataBrowsed) -> None:
        """The images of a class have come."""
        self._answers[label] = answer
        for key in [key for key in self._images if key[0] == label]:
            del self._images[key]
        row = self.row_of(label)
        if row is not None:
            self.dataChanged.emit(self.index(row, 0), self.index(row, self._columns - 1))

    def show_counts(self, counts: tuple[tuple[int, int, int], ...]) -> None:
        """How many images each class has, part by part, is known."""
        if counts != self._counts:
            self._counts = counts
            self._all_changed()

    def set_filter(self, text: str) -> None:
        """Only classes whose name holds this text."""
        if text != self._filter:
            self._filter = text
            self._choose_labels()

    def set_images(self, count: int) -> None:
        """So many images a row."""
        if count + 1 != self._columns:
            self.beginResetModel()
            self._columns = count + 1
            self.endResetModel()

    def _all_changed(self) -> None:
        if self._labels:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._labels) - 1, self._columns - 1))

    def _choose_labels(self) -> None:
        self.beginResetModel()
        wanted = self._filter.casefold().strip()
        names = self.info.classes if self.info else ()
        self._labels = [label for label, name in enumerate(names) if wanted in name.casefold()]
        self.endResetModel()

    @property
    def most(self) -> int:
        """How many images the largest class has, all parts together; 0 before it is known."""
        return max((sum(counts) for counts in self._counts), default=0)

    def known(self, label: int) -> bool:
        """Whether the images of a class have come."""
        return label in self._answers

    def label_at(self, row: int) -> int:
        """The class of a row."""
        return self._labels[row]

    def row_of(self, label: int) -> int | None:
        """The row of a class."""
        return self._labels.index(label) if label in self._labels else None

    def images_of(self, label: int) -> int:
        """How many images a class has in the part that is shown; 0 before it is known."""
        place = ("train", "val", "test").index(self.part)
        return self._counts[label][place] if self._counts else 0

    def record(self, label: int, place: int) -> ImageRecord | None:
        """What is known of one of one's own images; None before it has come, and of sets that come inside."""
        answer = self._answers.get(label)
        at = place - answer.first if answer is not None else -1
        return answer.records[at] if answer is not None and 0 <= at < len(answer.records) else None

    def original(self, label: int, place: int) -> QImage | None:
        """An image as it is in the data set; None where it has not come, or came smaller than it is."""
        answer = self._answers.get(label)
        if self.info is None or answer is None or answer.records or answer.shape != self.info.shape:
            return None
        return self._image_of(label, place)

    # --- as Qt asks -------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._labels)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._columns

    def flags(self, index: Index) -> Qt.ItemFlag:
        there = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        known = self.known(self._labels[index.row()])
        if index.column() == 0 or not known or self._image(index) is not None:
            return there
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.info is None:
            return None
        label = self._labels[index.row()]
        if role == LABEL:
            return label
        if index.column():
            return self._image_data(index, label, role)
        if role == Qt.ItemDataRole.DisplayRole:
            return self.info.classes[label]
        if role == COUNTS:
            return self._counts[label] if self._counts else None
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            name = self.info.classes[label]
            return counts_text(self.info, label, self._counts[label]) if self._counts else name
        return None

    def _image_data(self, index: Index, label: int, role: int) -> object:
        assert self.info is not None
        if role == IMAGE:
            return self._image(index)
        spoken = role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
        if spoken and self._image(index) is not None:
            text = image_text(self.info, self.part, label, index.column() - 1)
            record = self.record(label, index.column() - 1)
            return f"{text}: {record.file}" if record is not None else text
        return None

    def _image(self, index: Index) -> QImage | None:
        """Made when it is first painted."""
        return self._image_of(self._labels[index.row()], index.column() - 1)

    def _image_of(self, label: int, place: int) -> QImage | None:
        answer = self._answers.get(label)
        if answer is None:
            return None
        found = self._images.get((label, place))
        if found is None:
            channels, height, width = answer.shape
            size, at = channels * height * width, place - answer.first
            pixels = answer.pixels[at * size : (at + 1) * size] if at >= 0 else b""
            if not pixels:
                return None
            found = self._images[label, place] = image_of(pixels, answer.shape)
        return found
