"""How far the run is, in a bar and a line; after its end the sentence that sums it up. Pause and Stop: the toolbar."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.session import run_text
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.questions import show_details
from cnnbuilder.ui.widgets.theme import NORMAL, SMALL, theme

BAR = 6


class ProgressLine(QWidget):
    """A thin bar; below it the stage in ink, then speed, learning rate and memory as far as there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._done: float | None = None
        self._texts: tuple[str, ...] = ("",)
        self.figures = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    @property
    def text(self) -> str:
        """The stage as it is said where there is room."""
        return self._texts[0]

    @property
    def shown(self) -> str:
        """The stage as it is said in the width that there is."""
        metrics = QFontMetricsF(theme.font(NORMAL))
        fitting = (text for text in self._texts if metrics.horizontalAdvance(text) <= self.width())
        return next(fitting, self._texts[-1])

    def show_progress(self, done: float | None, texts: tuple[str, ...], figures: str) -> None:
        """`done` is 0 to 1, or None where it is not known; `texts` say the stage, the longest first."""
        if (done, texts, figures) != (self._done, self._texts, self.figures):
            self._done, self._texts, self.figures = done, texts, figures
            self.setAccessibleName(self.text)
            self.setToolTip(f"{self.text} · {figures}" if figures else self.text)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(240), BAR + 4 + int(QFontMetricsF(theme.font()).height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("border", 110))
        painter.drawRoundedRect(QRectF(0, 0, self.width(), BAR), BAR / 2, BAR / 2)
        if self._done:
            painter.setBrush(theme.color("ink"))
            wide = max(float(BAR), self._done * self.width())
            painter.drawRoundedRect(QRectF(0, 0, wide, BAR), BAR / 2, BAR / 2)
        font = theme.font(NORMAL)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(theme.color("ink"))
        baseline = BAR + 4 + metrics.ascent()
        text = self.shown
        painter.drawText(0, int(baseline), text)
        left = metrics.horizontalAdvance(text) + 16
        painter.setFont(theme.font(SMALL))
        small = QFontMetricsF(painter.font())
        figures = self.figures
        while figures and small.horizontalAdvance(figures) > self.width() - left:
            figures = figures.rpartition(" · ")[0]  # the least telling stand last
        painter.setPen(theme.color("secondary"))
        painter.drawText(int(self.width() - small.horizontalAdvance(figures)), int(baseline), figures)
        painter.end()


class RunHead(QWidget):
    """What the run does now and what can be done about it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner = session.runner
        self.line = ProgressLine()
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.stop_now = self._button(
            _("Stop now"),
            _("Does not wait for the step; the last checkpoint is kept, if there is one"),
            runner.stop_now,
        )
        self.test = self._button(
            _("Test"), _("Measures the network on the test images, which it has never seen"), runner.test
        )
        self.details = self._button(_("Details"), _("What Python said"), self._show_details)
        self.again = self._button(_("Train again"), _("Trains the network as it is now"), session.train)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self.sentence, 1)
        for button in (self.stop_now, self.test, self.details, self.again):
            row.addWidget(button)
        runner.state_changed.connect(self.refresh)
        self.refresh()

    def sizeHint(self) -> QSize:
        # Beside the tabs: as much as the line has to say, and no more.
        return QSize(theme.px(600), super().sizeHint().height())

    def _button(self, text: str, tip: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.clicked.connect(lambda _checked=False: act())
        return button

    def refresh(self) -> None:
        """Shows the state as it is now."""
        state = self._runner.status
        active = state.active
        self.line.setVisible(active)
        self.sentence.setVisible(not active)
        self.stop_now.setVisible(state.phase == "stopping" and state.keep)
        self.test.setVisible(state.phase == "finished" and not state.source and state.tested is None)
        self.test.setText(_("Testing") if state.testing is not None else _("Test"))
        failed = state.phase == "failed"
        self.details.setVisible(failed and bool(state.failure and state.failure.details))
        self.again.setVisible(failed)
        memory = run_text.memory(self._runner.record)
        self.line.setToolTip(memory)
        if active:
            self.line.show_progress(run_text.progress(state), run_text.stages(state), run_text.figures(state))
            return
        sentences = [run_text.ending(state)]
        if state.tested is not None:
            sentences.append(run_text.test_sentence(state.tested))
        elif state.testing is not None and state.fraction is not None:
            sentences.append(_("Testing {percent} %").format(percent=int(100 * state.fraction)))
        elif state.test_failure:
            sentences.append(state.test_failure)
        self.sentence.setText(" ".join(sentences).strip())
        self.sentence.setToolTip("\n".join(filter(None, (self.sentence.text(), memory))))
        _set_role(self.sentence, "refusal" if failed else "strong")

    def _show_details(self) -> None:
        failure = self._runner.status.failure
        if failure is not None:
            show_details(self.window(), failure.reason, failure.details)


def _set_role(widget: QWidget, role: str) -> None:
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
