"""The strip in the status bar: how far the run is, its curve in small, its last accuracy. A click leads to Train."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from cnnbuilder.text import _
from cnnbuilder.ui.session import run_text
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.theme import NORMAL, SMALL, theme

PROGRESS, SPARKLINE, BAR = 96, 48, 6


class TrainingStrip(QAbstractButton):
    """Seen in every workspace but Train, while there is a run to tell of."""

    wanted_changed = Signal()
    """Whether there is something to tell."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._said = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        session.runner.events.connect(self.refresh)
        session.run_changed.connect(self.refresh)
        session.document.undo_stack.indexChanged.connect(self.refresh)
        theme.changed.connect(self.updateGeometry)
        self.refresh()

    @property
    def wanted(self) -> bool:
        """Whether a run is under way, or has ended and its curve is there to be seen."""
        runner = self._session.runner
        return runner.active or (runner.status.phase in ("finished", "failed") and bool(self._points()))

    @property
    def accuracy(self) -> str:
        """The last validation accuracy; empty before the first epoch."""
        record = self._session.runner.record
        if record is None or not record.epochs or record.epochs[-1].epoch == 0:
            return ""
        return run_text.percent(record.epochs[-1].val_accuracy)

    def texts(self) -> tuple[str, str]:
        """The stage, and what stands behind the accuracy: the time left, or whose network it is."""
        runner = self._session.runner
        state = runner.status
        stage = run_text.stages(state)[-1] if runner.active else _("Trained")
        if state.phase == "failed":
            stage = _("Failed")
        edits = self._session.run_edits.count
        record = runner.record
        if edits and record is not None:
            return stage, _("network of {name}").format(name=record.name)
        left = run_text.seconds_left(state) if state.phase == "training" else None
        return stage, "" if left is None else _("{time} left").format(time=run_text.rough(left))

    def refresh(self, *_what: object) -> None:
        """Shows the run as it is now."""
        runner = self._session.runner
        stage = run_text.stages(runner.status)[0] if runner.active else run_text.ending(runner.status)
        parts = [stage, _("validation {percent}").format(percent=self.accuracy) if self.accuracy else ""]
        said = " · ".join(filter(None, (*parts, self._session.run_edits.text)))
        self.setAccessibleName(_("Training: {state}").format(state=said))
        self.setToolTip(f"{said}\n" + _("Show the Train workspace (Ctrl+3)"))
        if bool(said) != bool(self._said):
            self.updateGeometry()
        self._said = said
        self.wanted_changed.emit()
        self.updateGeometry()
        self.update()

    def _points(self) -> list[float]:
        record = self._session.runner.record
        return [epoch.val_accuracy for epoch in record.epochs] if record is not None else []

    def sizeHint(self) -> QSize:
        stage, behind = self.texts()
        small, bold = QFontMetrics(theme.font(SMALL)), QFontMetrics(theme.font(NORMAL, bold=True))
        words = small.horizontalAdvance(stage) + small.horizontalAdvance(behind)
        width = words + theme.px(PROGRESS + SPARKLINE) + bold.horizontalAdvance(self.accuracy) + 12 * 4
        return QSize(width, theme.px(NORMAL) + 11)

    def minimumSizeHint(self) -> QSize:
        least = theme.px(PROGRESS) + QFontMetrics(theme.font(NORMAL, bold=True)).horizontalAdvance(
            self.accuracy
        )
        return QSize(min(self.sizeHint().width(), least + 24), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        stage, behind = self.texts()
        accuracy = self.accuracy
        small, bold = theme.font(SMALL), theme.font(NORMAL, bold=True)
        wide, tall = self.width(), self.height()
        room = wide - 12
        needed = QFontMetrics(bold).horizontalAdvance(accuracy) + theme.px(PROGRESS) + 12
        # What is least telling gives way first.
        spark = room - needed >= theme.px(SPARKLINE) + 8 and len(self._points()) > 1
        needed += (theme.px(SPARKLINE) + 8) if spark else 0
        metrics = QFontMetrics(small)
        behind = behind if room - needed >= metrics.horizontalAdvance(behind) + 10 else ""
        needed += metrics.horizontalAdvance(behind) + 10 if behind else 0
        stage = stage if room - needed >= metrics.horizontalAdvance(stage) + 10 else ""
        x = 6.0
        middle = tall / 2
        everywhere = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        if stage:
            painter.setFont(small)
            painter.setPen(theme.color("secondary"))
            painter.drawText(QRectF(x, 0, wide, tall), everywhere, stage)
            x += metrics.horizontalAdvance(stage) + 10
        x = self._paint_progress(painter, x, middle)
        if spark:
            self._paint_sparkline(painter, QRectF(x, 5, theme.px(SPARKLINE), tall - 10))
            x += theme.px(SPARKLINE) + 8
        painter.setFont(bold)
        painter.setPen(theme.color("ink"))
        painter.drawText(QRectF(x, 0, wide, tall), everywhere, accuracy)
        x += QFontMetrics(bold).horizontalAdvance(accuracy) + 8
        painter.setFont(small)
        painter.setPen(theme.color("secondary"))
        painter.drawText(QRectF(x, 0, wide, tall), everywhere, behind)
        painter.end()

    def _paint_progress(self, painter: QPainter, x: float, middle: float) -> float:
        runner = self._session.runner
        done = run_text.progress(runner.status) if runner.active else 1.0
        track = QRectF(x, middle - BAR / 2, theme.px(PROGRESS), BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("border", 110))
        painter.drawRoundedRect(track, BAR / 2, BAR / 2)
        if done:
            painter.setBrush(theme.color("ink" if runner.active else "secondary"))
            track.setWidth(max(float(BAR), done * track.width()))
            painter.drawRoundedRect(track, BAR / 2, BAR / 2)
        return x + theme.px(PROGRESS) + 8

    def _paint_sparkline(self, painter: QPainter, area: QRectF) -> None:
        points = self._points()
        low, high = min(points), max(points)
        span = (high - low) or 1.0
        path = QPainterPath()
        for place, value in enumerate(points):
            at = QPointF(
                area.left() + area.width() * place / (len(points) - 1),
                area.bottom() - area.height() * (value - low) / span,
            )
            if place:
                path.lineTo(at)
            else:
                path.moveTo(at)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("activation"), 1.5))
        painter.drawPath(path)
