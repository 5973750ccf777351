"""A number in the inspector that says how it follows: a click, Enter or Space opens its formula beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cnnbuilder.blocks.formula import Formula
from cnnbuilder.text import _
from cnnbuilder.ui.fields.formula_card import FormulaCard
from cnnbuilder.ui.fields.values import Fact
from cnnbuilder.ui.widgets.theme import theme


class Explained(Fact):
    """A line of a list whose value can be opened."""

    def __init__(self, name: str, legend: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._legend = legend
        self._formulas: Callable[[], Sequence[Formula]] | None = None
        self.card: FormulaCard | None = None
        # A click anywhere on the line opens it, so the value does not take the mouse for itself.
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setToolTip(_("Click for the formula"))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)  # repaints when the pointer comes and goes

    def explain(self, formulas: Callable[[], Sequence[Formula]] | None) -> None:
        """Says how the value follows, once it is asked; None: it is a plain line."""
        self._formulas = formulas
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if formulas else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if formulas else Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(self.value.accessibleName())
        if self.card is not None and self.card.isVisible():
            self.card.close_up()

    @property
    def formulas(self) -> Sequence[Formula]:
        """How the value follows."""
        return self._formulas() if self._formulas is not None else ()

    def open(self) -> None:
        """Opens the formula, or closes it."""
        if self.card is not None and self.card.isVisible():
            self.card.close_up()
        elif formulas := self.formulas:
            if self.card is None:
                self.card = FormulaCard(self)
            beside = QRect(self.mapTo(self.window(), QPoint(0, 0)), self.size())
            title = f"{self.name.text()}: {self.value.text()}"
            self.card.show_formulas(title, formulas, self._legend, beside)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.open()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.open()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.card is not None:
            self.card.close_up()
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.setAccessibleDescription("; ".join(formula.numbers for formula in self.formulas))
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.card is not None:
            self.card.close_up()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        if self._formulas is not None and self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sunken"))
            painter.drawRoundedRect(area, 4, 4)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 0, -1, 0), 4, 4)
        painter.end()
