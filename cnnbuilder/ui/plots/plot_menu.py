"""What can be asked of a plot: its menu, its keys, and what they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPoint, Qt, SignalInstance
from PySide6.QtGui import QAction, QGuiApplication, QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.plots.series import PlotSeries, table
from cnnbuilder.ui.plots.value_table import ValueTable, tab_text
from cnnbuilder.ui.widgets.icons import icon

Act = Callable[[], object]
CLOSER = 0.7
"""What a step of zooming in leaves of both axes."""
STEP = 40.0
"""Pixels that an arrow key moves what is shown."""
ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


class Drawing(Protocol):
    """What is drawn, once the plots' library is there."""

    @property
    def zoomed(self) -> bool: ...
    def zoom(self, factor: float) -> None: ...
    def pan(self, dx: float, dy: float) -> None: ...
    def image(self) -> QImage: ...


class Asked(Protocol):
    """The plot that the menu is of."""

    enlarge_asked: SignalInstance
    save_requested: SignalInstance

    @property
    def view(self) -> Drawing | None: ...
    @property
    def shown(self) -> PlotSeries | None: ...
    def view_all(self) -> None: ...
    def step(self, by: int) -> None: ...
    def open_menu(self) -> None: ...


class PlotMenu(QMenu):
    """The menu of one plot, for its button and for a right click; `act_of` says what a key does there."""

    def __init__(self, plot: Asked, parent: QWidget) -> None:
        super().__init__(parent)
        self._plot = plot
        self._parent = parent
        zoom_in, zoom_out = (lambda: self._zoom(CLOSER)), (lambda: self._zoom(1 / CLOSER))
        self._zoom_in = self._add(_("Zoom in"), "zoom-in", zoom_in, "+")
        self._zoom_out = self._add(_("Zoom out"), "zoom-out", zoom_out, "-")
        self._view_all = self._add(_("View all"), "fit", plot.view_all, "Home")
        self.enlarge = self._add(_("Enlarge"), "enlarge", plot.enlarge_asked.emit, "Return")
        self.addSeparator()
        self._of_values = [
            self._add(_("Values as a table"), "table", self.show_values, "T"),
            self._add(_("Copy values"), "copy", self.copy_values, "Ctrl+C"),
            self._add(_("Copy image"), "figure", self.copy_image),
            self._add(_("Save…"), "save", self._save),
        ]
        self._keys: dict[int, Act] = {
            Qt.Key.Key_Plus: zoom_in, Qt.Key.Key_Equal: zoom_in, Qt.Key.Key_Minus: zoom_out,
            Qt.Key.Key_Home: plot.view_all, Qt.Key.Key_T: self.show_values,
            Qt.Key.Key_Return: plot.enlarge_asked.emit, Qt.Key.Key_Enter: plot.enlarge_asked.emit,
            Qt.Key.Key_Left: lambda: plot.step(-1), Qt.Key.Key_Right: lambda: plot.step(1),
            Qt.Key.Key_Menu: plot.open_menu,
        }  # fmt: skip

    def _add(self, text: str, picture: str, act: Act, key: str = "") -> QAction:
        action = QAction(icon(picture, "secondary"), text, self)
        action.triggered.connect(lambda _checked=False: act())
        if key:
            # Shown beside the text; the key itself is heard where the plot has the focus.
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setShortcutVisibleInContextMenu(True)
        self.addAction(action)
        return action

    def open_at(self, place: QPoint) -> None:
        """Opens it at a place of the screen, with what is possible now."""
        view, shown = self._plot.view, self._plot.shown
        self._zoom_in.setEnabled(view is not None)
        for action in (self._zoom_out, self._view_all):
            action.setEnabled(view is not None and view.zoomed)
        for action in self._of_values:
            action.setEnabled(shown is not None and bool(shown.series))
        self.popup(place)

    def act_of(self, event: QKeyEvent) -> Act | None:
        """What a key does in a plot, or None."""
        if event.matches(QKeySequence.StandardKey.Copy):
            return self.copy_values
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if modifiers == Qt.KeyboardModifier.ShiftModifier and event.key() in ARROWS:
            x, y = ARROWS[Qt.Key(event.key())]
            return lambda: self._pan(-STEP * x, -STEP * y)
        # "+" needs Shift on some keyboards.
        if modifiers & ~Qt.KeyboardModifier.ShiftModifier:
            return None
        return self._keys.get(event.key())

    def _zoom(self, factor: float) -> None:
        if self._plot.view is not None:
            self._plot.view.zoom(factor)

    def _pan(self, dx: float, dy: float) -> None:
        if self._plot.view is not None:
            self._plot.view.pan(dx, dy)

    def show_values(self) -> ValueTable | None:
        """Opens the table of the values."""
        shown = self._plot.shown
        if shown is None or not shown.series:
            return None
        values = ValueTable(shown, self._parent)
        values.open()
        return values

    def copy_values(self) -> None:
        """All values, as text for a spreadsheet."""
        shown = self._plot.shown
        if shown is not None:
            QGuiApplication.clipboard().setText(tab_text(table(shown)))

    def copy_image(self) -> None:
        """What is shown, as a picture."""
        if self._plot.view is not None:
            QGuiApplication.clipboard().setImage(self._plot.view.image())

    def _save(self) -> None:
        shown = self._plot.shown
        if shown is not None:
            self._plot.save_requested.emit(shown)
