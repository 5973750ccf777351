"""How far the run is, in a bar and a line, with Pause and Stop; after its end the sentence that sums it up."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QWidget

from cnnbuilder.text import _
from cnnbuilder.ui.questions import show_details
from cnnbuilder.ui.theme import NORMAL, SMALL, theme
from cnnbuilder.ui.training import reading
from cnnbuilder.ui.training.runner import Runner

BAR = 6


class ProgressLine(QWidget):
    """A thin bar; below it the stage in ink, then speed, learning rate and memory as far as there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._done: float | None = None
        self.text = ""
        self.figures = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_progress(self, done: float | None, text: str, figures: str) -> None:
        """`done` is 0 to 1, or None where it is not known."""
        if (done, text, figures) != (self._done, self.text, self.figures):
            self._done, self.text, self.figures = done, text, figures
            self.setAccessibleName(text)
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
        text = metrics.elidedText(self.text, Qt.TextElideMode.ElideRight, self.width())
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


class RunBar(QWidget):
    """What the run does now and what can be done about it."""

    train_again = Signal()

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self.line = ProgressLine()
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.pause = self._button(_("Pause"), _("Holds after the step in progress"), self._pause_or_go_on)
        self.stop = self._button(_("Stop"), _("Ends the run: keep it, or discard it"), None)
        self.stop.setMenu(stop_menu(runner, self))
        self.stop_now = self._button(
            _("Stop now"),
            _("Does not wait for the step; the last checkpoint is kept, if there is one"),
            runner.stop_now,
        )
        self.test = self._button(
            _("Test"), _("Measures the network on the test images, which it has never seen"), runner.test
        )
        self.details = self._button(_("Details"), _("What Python said"), self._show_details)
        self.again = self._button(
            _("Train again"), _("Trains the network as it is now"), self.train_again.emit
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self.sentence, 1)
        for button in (self.pause, self.stop, self.stop_now, self.test, self.details, self.again):
            row.addWidget(button)
        runner.state_changed.connect(self.refresh)
        self.refresh()

    def sizeHint(self) -> QSize:
        # Beside the tabs: as much as the line has to say, and no more.
        return QSize(theme.px(600), super().sizeHint().height())

    def _button(self, text: str, tip: str, act: object) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        if act is not None:
            button.clicked.connect(lambda _checked=False: act())  # type: ignore[operator]
        return button

    def refresh(self) -> None:
        """Shows the state as it is now."""
        state = self._runner.status
        active = state.active
        self.line.setVisible(active)
        self.sentence.setVisible(not active)
        self.pause.setVisible(state.phase in ("training", "paused"))
        self.pause.setText(_("Go on") if state.phase == "paused" or state.pausing else _("Pause"))
        self.stop.setVisible(active and state.phase != "stopping")
        self.stop_now.setVisible(state.phase == "stopping" and state.keep)
        self.test.setVisible(state.phase == "finished" and state.tested is None)
        self.test.setText(_("Testing") if state.testing is not None else _("Test"))
        failed = state.phase == "failed"
        self.details.setVisible(failed and bool(state.failure and state.failure.details))
        self.again.setVisible(failed)
        if active:
            self.line.show_progress(reading.progress(state), reading.stage(state), reading.figures(state))
            return
        sentences = [reading.ending(state)]
        if state.tested is not None:
            sentences.append(reading.test_sentence(state.tested))
        elif state.testing is not None and state.fraction is not None:
            sentences.append(_("Testing {percent} %").format(percent=int(100 * state.fraction)))
        elif state.test_failure:
            sentences.append(state.test_failure)
        self.sentence.setText(" ".join(sentences).strip())
        self.sentence.setToolTip(self.sentence.text())
        _set_role(self.sentence, "refusal" if failed else "strong")

    def _pause_or_go_on(self) -> None:
        state = self._runner.status
        if state.phase == "paused" or state.pausing:
            self._runner.go_on()
        else:
            self._runner.pause()

    def _show_details(self) -> None:
        failure = self._runner.status.failure
        if failure is not None:
            show_details(self.window(), failure.reason, failure.details)


def stop_menu(runner: Runner, parent: QWidget) -> QMenu:
    """The two ways to stop, for every button that stops."""
    menu = QMenu(parent)
    keep = menu.addAction(_("Stop and keep"))
    keep.setToolTip(_("Finishes the step in progress and writes a checkpoint"))
    keep.triggered.connect(lambda: runner.stop(keep=True))
    discard = menu.addAction(_("Stop and discard"))
    discard.setToolTip(_("Ends the run at once and deletes it"))
    discard.triggered.connect(lambda: runner.stop(keep=False))
    menu.setToolTipsVisible(True)
    return menu


def _set_role(widget: QWidget, role: str) -> None:
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
