"""What stands in place of an empty canvas: networks to begin with, own images, and a way to begin with nothing."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from cnnbuilder.blocks.input import Input
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.templates import TEMPLATES, Template
from cnnbuilder.text import _, number
from cnnbuilder.ui.canvas.arrangement import Arrangement
from cnnbuilder.ui.canvas.solids import Bar
from cnnbuilder.ui.canvas.start_card import OwnImagesCard, StartCard
from cnnbuilder.ui.canvas.style import canvas_style
from cnnbuilder.ui.canvas.wires import Tensor, paint_tensor
from cnnbuilder.ui.widgets.theme import LARGE, NORMAL, theme

GAP = 16
PADDING = 16
BAR_SHARE = 0.6
"""Standing up, a long vector would make everything beside it small."""


class TemplateCard(StartCard):
    """One template as a card: its volumes from left to right, its name, a sentence."""

    def __init__(self, template: Template, parent: QWidget | None = None) -> None:
        network = template.make().network
        analysis = analyse(network)
        facts = _("{blocks} blocks · {params} parameters").format(
            blocks=len(network.blocks), params=number(analysis.params)
        )
        super().__init__(template.title, template.summary, facts, parent)
        self.template = template
        self._tensors = [_short(placed.tensor) for placed in Arrangement(network, analysis).tensors.values()]
        source = network.blocks[0]
        self._picture = (
            _drawn_figure() if isinstance(source, Input) and source.channels == 3 else _drawn_digit()
        )
        self.setToolTip(_("Begin with this network"))

    def paint_picture(self, painter: QPainter, area: QRectF) -> None:
        """The lane of volumes, laid on its side: the image comes in at the left and leaves as a vector."""
        style = canvas_style()
        places = _row(self._tensors)
        width = places[-1][0] + _upright(self._tensors[-1]).width()
        height = max(_upright(tensor).height() for tensor in self._tensors)
        pad = theme.px(PADDING)
        scale = min((area.width() - 2 * pad) / width, (area.height() - 2 * pad) / height)
        painter.translate(area.center().x() - width * scale / 2, area.center().y())
        painter.scale(scale, scale)
        for x, tensor in places:
            painter.save()
            painter.translate(x, 0)
            if isinstance(tensor.form, Bar):
                painter.translate(tensor.form.area.height() / 2, -_upright(tensor).height() / 2)
                painter.rotate(90)
            paint_tensor(painter, tensor._replace(leader=0), self._picture if x == 0 else None, False, style)
            painter.restore()


def _drawn_digit() -> QImage:
    """What such a network is shown: a digit, bright on dark."""
    image = QImage(56, 56, QImage.Format.Format_RGB32)
    image.fill(QColor("#101418"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor("#FFFFFF"), 6)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPolyline([QPointF(17, 16), QPointF(39, 15), QPointF(25, 43)])
    painter.end()
    return image


def _drawn_figure() -> QImage:
    """What such a network is shown: a figure in colour."""
    image = QImage(56, 56, QImage.Format.Format_RGB32)
    image.fill(QColor("#2F6F73"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#F2B134"))
    painter.drawPolygon([QPointF(28, 10), QPointF(46, 42), QPointF(10, 42)])
    painter.end()
    return image


def _short(tensor: Tensor) -> Tensor:
    if not isinstance(tensor.form, Bar):
        return tensor
    area = QRectF(tensor.form.area)
    area.setWidth(max(area.height(), area.width() * BAR_SHARE))
    return tensor._replace(form=Bar(area, False, area))


def _upright(tensor: Tensor) -> QRectF:
    """The room a tensor takes in the picture: vectors stand up."""
    bounds = tensor.form.bounds
    return QRectF(0, 0, bounds.height(), bounds.width()) if isinstance(tensor.form, Bar) else bounds


def _row(tensors: list[Tensor]) -> list[tuple[float, Tensor]]:
    """Each tensor with the x at which it begins."""
    places = [(0.0, tensors[0])]
    for before, after in pairwise(tensors):
        places.append((places[-1][0] + _upright(before).width() + 9, after))
    return places


class EmptyCanvas(QWidget):
    """One sentence, four cards, and "Start empty". A narrow window puts the cards below each other."""

    template_chosen = Signal(str)
    """The name of a template, as `TEMPLATES` has it."""
    images_wanted = Signal()
    """A person wants to begin with their own pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Begin a network"))
        self._title = QLabel(_("Begin with a network that works, or with nothing."))
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title.setWordWrap(True)
        self._hint = QLabel(
            _("A card and Train are all it takes. Or drag a block from the left onto the canvas.")
        )
        self._hint.setProperty("role", "secondary")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._page = QWidget()
        self.cards = [TemplateCard(template, self._page) for template in TEMPLATES.values() if template.card]
        for card in self.cards:
            name = card.template.name
            card.clicked.connect(lambda _checked=False, name=name: self.template_chosen.emit(name))
        self.images = OwnImagesCard(self._page)
        self.images.clicked.connect(lambda _checked=False: self.images_wanted.emit())
        self.empty = QPushButton(TEMPLATES["empty"].title, self._page)
        self.empty.setToolTip(TEMPLATES["empty"].summary)
        self.empty.clicked.connect(lambda: self.template_chosen.emit("empty"))
        for label in (self._title, self._hint):
            label.setParent(self._page)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._page)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # A click beside the cards is one on the canvas: what is pasted next belongs here.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self.cards[0])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)
        for widget in (self, self._scroll.viewport(), self._page):
            widget.setAutoFillBackground(False)
        theme.changed.connect(self._arrange)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), canvas_style().canvas)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_scroll"):
            self._arrange()

    def _arrange(self) -> None:
        """Places everything by hand: a flow of cards with the words centred above."""
        self._title.setFont(theme.font(LARGE, bold=True))
        self._hint.setFont(theme.font(NORMAL))
        width = max(self.width(), 1)
        pad = theme.px(PADDING)
        inner = width - 2 * pad
        size = self.cards[0].sizeHint()
        gap = theme.px(GAP)
        cards = [*self.cards, self.images]
        most = max(1, min(len(cards), (inner + gap) // (size.width() + gap)))
        rows = -(-len(cards) // most)
        columns = -(-len(cards) // rows)  # two and two, never three and one
        title_height = self._title.heightForWidth(inner)
        hint_height = self._hint.heightForWidth(inner)
        button = self.empty.sizeHint()
        total = title_height + hint_height + rows * (size.height() + gap) + 3 * gap + button.height()
        y = max(pad, round((self.height() - total) * 0.45))
        self._title.setGeometry(pad, y, inner, title_height)
        y += title_height + gap // 2
        self._hint.setGeometry(pad, y, inner, hint_height)
        y += hint_height + gap + gap // 2
        card_width = min(size.width(), inner)
        for start in range(0, len(cards), columns):
            row = cards[start : start + columns]
            x = (width - len(row) * card_width - (len(row) - 1) * gap) // 2
            for card in row:
                card.setGeometry(x, y, card_width, size.height())
                x += card_width + gap
            y += size.height() + gap
        self.empty.setGeometry((width - button.width()) // 2, y, button.width(), button.height())
        self._page.setGeometry(0, self._page.y(), width, max(self.height(), y + button.height() + pad))
        self.update()
