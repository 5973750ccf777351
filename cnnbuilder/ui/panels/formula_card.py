"""The card that opens beside a number: how it follows, in letters and with this block's numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QVBoxLayout, QWidget

from cnnbuilder.blocks.formula import Formula
from cnnbuilder.ui.panels.formulas import FormulaBox
from cnnbuilder.ui.theme import theme

WIDTH = 360
GAP = 4
EDGE = 8


class FormulaCard(QFrame):
    """Lies over the window beside the cell. The focus stays where it is; Escape or a click elsewhere closes it."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner.window())
        self._owner = owner
        self.setProperty("role", "explaining")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.title = QLabel()
        self.title.setProperty("role", "strong")
        self.legend = QLabel()
        self.legend.setProperty("role", "small")
        for label in (self.title, self.legend):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 12, 12)
        self._column.setSpacing(6)
        self._column.addWidget(self.title)
        self._column.addWidget(self.legend)
        self._boxes: list[FormulaBox] = []
        theme.changed.connect(self.close_up)
        self.hide()

    @property
    def formulas(self) -> list[Formula]:
        """What is shown."""
        return [box.formula for box in self._boxes if not box.isHidden()]

    def show_formulas(self, title: str, formulas: Sequence[Formula], legend: str, beside: QRect) -> None:
        """Opens above the cell at `beside` (in the window's pixels), or below where there is more room."""
        self.title.setText(title)
        self.legend.setText(legend)
        # Letters are explained where numbers are put in for them.
        self.legend.setVisible(bool(legend) and any(" = " in formula.numbers for formula in formulas))
        while len(self._boxes) < len(formulas):
            box = FormulaBox()
            self._boxes.append(box)
            self._column.insertWidget(self._column.count() - 1, box)
        for place, box in enumerate(self._boxes):
            box.setVisible(place < len(formulas))
        for box, formula in zip(self._boxes, formulas, strict=False):
            box.show_formula(formula, titled=True)
        self.setAccessibleName(title)
        self.setAccessibleDescription("; ".join(f"{each.letters}: {each.numbers}" for each in formulas))
        self._place(beside)
        if not self.isVisible():
            QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
            self.show()
        self.raise_()

    def _place(self, beside: QRect) -> None:
        window = self._owner.window()
        width = min(theme.px(WIDTH), window.width() - 2 * EDGE)
        self.setFixedWidth(width)
        height = min(self._column.totalHeightForWidth(width), window.height() - 2 * EDGE)
        self.setFixedHeight(height)
        x = max(EDGE, min(beside.right() - width, window.width() - width - EDGE))
        above = beside.top() - GAP - height
        y = above if above >= EDGE else min(beside.bottom() + GAP, window.height() - height - EDGE)
        self.move(x, y)

    def close_up(self) -> None:
        """Goes away."""
        if self.isVisible():
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
            self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if kind == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if kind == QEvent.Type.KeyPress:
                self.close_up()
                return True
        elsewhere = isinstance(watched, QWidget) and not any(
            part is watched or part.isAncestorOf(watched) for part in (self, self._owner)
        )
        moved = watched is self.parentWidget() and kind in (QEvent.Type.Resize, QEvent.Type.WindowDeactivate)
        if moved or (elsewhere and kind == QEvent.Type.MouseButtonPress):
            self.close_up()
        return super().eventFilter(watched, event)
