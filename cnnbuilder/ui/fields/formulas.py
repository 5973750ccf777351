"""A formula in two lines: the letters of the law above, the same with this block's numbers below."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnbuilder.blocks.formula import Formula
from cnnbuilder.text import _
from cnnbuilder.ui.widgets.theme import RADIUS, SMALL, theme

PAD = 12
LEADING = 4


class FormulaBox(QWidget):
    """Pointing at a number names the field that it comes from; a field that is edited is lit in the formula."""

    pointed = Signal(str)
    """The name of the field under the pointer, or empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formula = Formula("", "", ())
        self._titled = False
        self._lit = ""
        self._under = ""
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._restyle)

    def show_formula(self, formula: Formula, *, titled: bool) -> None:
        """Shows a formula; its title too where there are several."""
        if formula == self._formula and titled == self._titled:
            return
        self._formula = formula
        self._titled = titled
        self.setAccessibleName(formula.title)
        self.setAccessibleDescription(
            _("{letters}, with numbers {numbers}").format(letters=formula.letters, numbers=formula.numbers)
        )
        self._restyle()

    @property
    def formula(self) -> Formula:
        """What is shown."""
        return self._formula

    def light(self, field: str) -> None:
        """Lights the numbers that come from a field; none for an empty name."""
        if field != self._lit:
            self._lit = field
            self.update()

    def rects_of(self, field: str) -> list[QRectF]:
        """Where the numbers of a field stand, in this widget's pixels."""
        _letters, numbers, top = self._layouts(self.width())
        rects = []
        place = 0
        for part in self._formula.parts:
            if part.field == field:
                rects += _spans(numbers, place, place + len(part.text), QPointF(PAD, top))
            place += len(part.text)
        return rects

    # Geometry

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def _title_height(self) -> float:
        return self.fontMetrics().height() + LEADING if self._titled else 0.0

    def _layouts(self, width: int) -> tuple[QTextLayout, QTextLayout, float]:
        """Both lines, broken to the width, and the top of the second."""
        room = max(40, width - 2 * PAD)
        letters = _broken(self._formula.letters, theme.font(mono=True), room)
        numbers = _broken(self._formula.numbers, theme.font(mono=True, bold=True), room)
        return letters, numbers, PAD - 2 + self._title_height() + letters.boundingRect().height() + LEADING

    def heightForWidth(self, width: int) -> int:
        _letters, numbers, top = self._layouts(width)
        return round(top + numbers.boundingRect().height() + PAD - 2)

    def sizeHint(self) -> QSize:
        return QSize(260, self.heightForWidth(max(self.width(), 160)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.heightForWidth(max(self.width(), 120)))

    # Pointing

    def _field_at(self, point: QPointF) -> str:
        for part in self._formula.parts:
            if part.field and any(rect.contains(point) for rect in self.rects_of(part.field)):
                return part.field
        return ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._field_at(event.position()))

    def leaveEvent(self, event: object) -> None:
        self._point("")

    def _point(self, field: str) -> None:
        if field != self._under:
            self._under = field
            self.update()
            self.pointed.emit(field)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(self.rect(), RADIUS, RADIUS)
        letters, numbers, top = self._layouts(self.width())
        lit = self._under or self._lit
        if lit:
            painter.setBrush(theme.color("ink", 38))
            for rect in self.rects_of(lit):
                painter.drawRoundedRect(rect.adjusted(-2, 0, 2, 0), 3, 3)
        painter.setPen(theme.color("secondary"))
        if self._titled:
            painter.setFont(theme.font(SMALL))
            painter.drawText(QPointF(PAD, PAD - 4 + painter.fontMetrics().ascent()), self._formula.title)
        letters.draw(painter, QPointF(PAD, PAD - 2 + self._title_height()))
        painter.setPen(theme.color("ink"))
        numbers.draw(painter, QPointF(PAD, top))
        painter.end()


def _broken(text: str, font: QFont, width: float) -> QTextLayout:
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    y = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, y))
        y += line.height()
    layout.endLayout()
    return layout


def _spans(layout: QTextLayout, start: int, end: int, origin: QPointF) -> list[QRectF]:
    """The rectangles of the characters from start to end, one a line."""
    found = []
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first = max(start, line.textStart())
        last = min(end, line.textStart() + line.textLength())
        if first < last:
            left = line.cursorToX(first)[0]  # type: ignore[index]
            right = line.cursorToX(last)[0]  # type: ignore[index]
            found.append(QRectF(left, line.y(), right - left, line.height()).translated(origin))
    return found
