"""The runs of this project, kept ones included: what each reached, and in what it differs from the project as it is."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.text import _, ngettext, number
from cnnbuilder.ui.plots.style import run_color
from cnnbuilder.ui.session.run_list import RunEntry
from cnnbuilder.ui.session.run_text import duration, percent
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.theme import theme

NAME, VALIDATION, TEST, DIFFERENCE, STARTED, TIME = range(6)
ROW = 32
DOT = 10
BOX = 28
Index = QModelIndex | QPersistentModelIndex


def state_text(entry: RunEntry) -> str:
    """What stands beside a run's name: "live", "stopped in epoch 3", …; nothing for one that ended as it was to."""
    match entry.state:
        case "live":
            return _("live")
        case "stopped":
            return _("stopped after {epochs}").format(
                epochs=ngettext("{n} epoch", "{n} epochs", entry.epochs).format(n=number(entry.epochs))
            )
        case "failed":
            return _("failed")
        case "unfinished":
            return _("interrupted")
        case _:
            return _("quick try") if entry.quick else ""


class RunModel(QAbstractTableModel):
    """The session's runs as rows."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._entries: tuple[RunEntry, ...] = session.runs.entries
        self._differences: dict[str, str] = {}

    @property
    def entries(self) -> tuple[RunEntry, ...]:
        """The rows, as they are shown."""
        return self._entries

    def refresh(self) -> None:
        """Takes up the runs as they are now."""
        entries = self._session.runs.entries
        same = [entry.folder for entry in entries] == [entry.folder for entry in self._entries]
        if not same:
            self.beginResetModel()
        self._entries = entries
        self._differences = {entry.folder.name: self._session.runs.difference(entry) for entry in entries}
        if not same:
            self.endResetModel()
        elif entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(entries) - 1, TIME))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own signature
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else TIME + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            names = (
                _("Name"),
                _("Validation"),
                _("Test"),
                _("Differs from the project"),
                _("Started"),
                _("Time"),
            )
            return names[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def data(self, index: Index, role: int = 0) -> object:
        entry = self._entries[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(entry, index.column())
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == NAME:
            shown = self._session.runs.is_shown(entry)
            return Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DecorationRole and index.column() == NAME:
            present = self._session.runs.is_present(entry)
            return _dot(theme.color("validation") if present else run_color(entry.number))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        return None

    @staticmethod
    def _alignment(column: int) -> int:
        right = column in (VALIDATION, TEST, TIME)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        return int(side | Qt.AlignmentFlag.AlignVCenter)

    def _text(self, entry: RunEntry, column: int) -> str:
        match column:
            case 0:
                state = state_text(entry)
                return f"{entry.name} · {state}" if state else entry.name
            case 1:
                return "" if entry.val_accuracy is None else percent(entry.val_accuracy)
            case 2:
                return "" if entry.test_accuracy is None else percent(entry.test_accuracy)
            case 3:
                if entry.project is None:
                    return _("its project cannot be read")
                return self._differences.get(entry.folder.name, "") or _("this project")
            case 4:
                return entry.clock
            case _:
                return "" if entry.seconds is None else duration(entry.seconds)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == NAME else flags

    def setData(self, index: Index, value: object, role: int = 0) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        checked = value in (Qt.CheckState.Checked, Qt.CheckState.Checked.value)
        self._session.runs.set_shown(self._entries[index.row()], checked)
        self.dataChanged.emit(index, index)
        return True


def _dot(color: QColor) -> QPixmap:
    """A run's colour, as its curves have it; its name says the same."""
    pixmap = QPixmap(theme.px(DOT), theme.px(DOT))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(pixmap.rect())
    painter.end()
    return pixmap


class RunTable(QWidget):
    """The table, and what can be done with the chosen run."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._offered = True
        self.model = RunModel(session, self)
        self.table = _Table()
        self.table.setModel(self.model)
        self.empty = QLabel(_("No runs yet. Train makes the first."))
        self.empty.setProperty("role", "secondary")
        self.empty.setWordWrap(True)
        self.open_network = QPushButton(_("Open its network"))
        self.open_network.setToolTip(
            _("Brings back the network and the settings of this run, as one step that can be undone")
        )
        self.go_on = QPushButton(_("Go on"))
        self.go_on.setToolTip(_("Trains this run on, from where it stopped to its last epoch"))
        self.buttons = (self.go_on, self.open_network)
        """They stand in the head of the list."""
        for button in self.buttons:
            button.setProperty("role", "link")
        self.open_network.clicked.connect(self._open_network)
        self.go_on.clicked.connect(self._go_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 4)
        column.setSpacing(2)
        column.addWidget(self.empty, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.table, 1)
        self.setFocusProxy(self.table)
        self.table.doubleClicked.connect(self._open_network)
        self.table.selectionModel().selectionChanged.connect(self._show_buttons)
        session.runs.changed.connect(self._refresh)
        session.runs.shown_changed.connect(self.table.viewport().update)
        session.document_changed.connect(lambda _before, _after: self._refresh())
        theme.changed.connect(self._fit)
        self._fit()
        self._refresh()

    @property
    def chosen(self) -> RunEntry | None:
        """The run that is selected; the newest where none is."""
        rows = self.table.selectionModel().selectedRows()
        entries = self.model.entries
        if rows and rows[0].row() < len(entries):
            return entries[rows[0].row()]
        return entries[0] if entries else None

    def _refresh(self) -> None:
        self.model.refresh()
        some = bool(self.model.entries)
        self.empty.setVisible(not some)
        self.table.setVisible(some)
        self._show_buttons()

    def show_buttons(self, shown: bool) -> None:
        """Offers what can be done with the chosen run, or nothing while another page is shown."""
        self._offered = shown
        self._show_buttons()

    def _show_buttons(self) -> None:
        entry = self.chosen if self._offered else None
        self.open_network.setVisible(entry is not None and entry.project is not None)
        self.go_on.setVisible(entry is not None and entry.resumable and not self._session.child.busy)

    def _open_network(self) -> None:
        entry = self.chosen
        if entry is not None and entry.project is not None:
            self._session.show_project_of(entry)

    def _go_on(self) -> None:
        entry = self.chosen
        if entry is not None:
            self._session.resume(entry)

    def _fit(self) -> None:
        self.table.verticalHeader().setDefaultSectionSize(theme.px(ROW))
        self.table.fit()


class _Table(QTableView):
    """Whole rows; Space ticks a run."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Runs of this project"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)

    def fit(self) -> None:
        """Each column as wide as what is in it; the differences take what is left."""
        header = self.horizontalHeader()
        if self.model() is None:
            return
        for column in range(TIME + 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(DIFFERENCE, QHeaderView.ResizeMode.Stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Space and index.isValid():
            name = index.siblingAtColumn(NAME)
            checked = name.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
            other = Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked
            self.model().setData(name, other, Qt.ItemDataRole.CheckStateRole)
        else:
            super().keyPressEvent(event)

    def sizeHintForColumn(self, column: int) -> int:
        # The style sheet's box for the tick is larger than the one that Qt counts with.
        return super().sizeHintForColumn(column) + (BOX if column == NAME else 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(200), theme.px(64))
