"""The network as the canvas shows it, with the canvas' own painters, in print colours."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from cnnbuilder.network.analysis import Analysis
from cnnbuilder.ui.canvas.arrangement import Arrangement
from cnnbuilder.ui.canvas.cards import RESTING, card_for, paint_card
from cnnbuilder.ui.canvas.wires import paint_line, paint_tensor
from cnnbuilder.ui.figures.paper import MARGIN, moved, print_style


class CanvasFigure:
    """One network laid out for print. `area`: what is drawn, in pixels at 100 %."""

    def __init__(self, analysis: Analysis) -> None:
        self._style = print_style()
        self._arrangement = Arrangement(analysis.network, analysis)
        arrangement = self._arrangement
        layers, rows = analysis.network.layers, analysis.rows
        self._cards = {
            id_: card_for(
                layers[id_], rows.get(id_), box, id_ in arrangement.above, id_ in arrangement.strip_of, False
            )
            for id_, box in arrangement.boxes.items()
        }
        self.area = self._area()

    def _area(self) -> QRectF:
        area = QRectF()
        for box in self._arrangement.boxes.values():
            area |= QRectF(box.x, box.y, box.width, box.height)
        for placed in self._arrangement.lines.values():
            area |= placed.line.bounds().translated(placed.x, placed.y)
        for standing in self._arrangement.tensors.values():
            area |= standing.tensor.bounds().translated(standing.x, standing.y)
        return area.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def paint(self, painter: QPainter) -> None:
        """Wires first, then volumes, cards over both."""
        for placed in self._arrangement.lines.values():
            with moved(painter, placed.x, placed.y):
                paint_line(painter, placed.line, 0.0, True, self._style)
        for standing in self._arrangement.tensors.values():
            with moved(painter, standing.x, standing.y):
                paint_tensor(painter, standing.tensor, None, True, self._style)
        for id_, box in self._arrangement.boxes.items():
            with moved(painter, box.x, box.y):
                paint_card(painter, self._cards[id_], RESTING, self._style)
