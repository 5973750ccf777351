"""The row at the top: files and undo, the document's name, its data, the device, and the one primary button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from cnnbuilder.text import _
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import theme


class Dot(QWidget):
    """A small round light in a token's colour; the text beside it says the same."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token
        theme.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.setFixedSize(theme.px(8), theme.px(8))
        self.update()

    def set_token(self, token: str) -> None:
        """Changes the colour."""
        self._token = token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(theme.tokens, self._token)))
        painter.drawEllipse(self.rect())


class Chip(QPushButton):
    """A button that opens a menu: a word in ink, and more about it in grey where there is room."""

    def __init__(self, name: str, tip: str, dot: str | None = None) -> None:
        super().__init__()
        self._name = name
        self.setProperty("role", "chip")
        self.setToolTip(tip)
        self.dot = Dot(dot) if dot else None
        self.word = QLabel()
        self.word.setProperty("role", "strong")
        self.more = QLabel()
        self.more.setProperty("role", "secondary")
        self._parts = row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        for part in filter(None, (self.dot, self.word, self.more)):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(part)
        row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_text(self, word: str, more: str = "") -> None:
        """Sets what stands on it."""
        self.word.setText(word)
        self.more.setText(more)
        self.setAccessibleName(f"{self._name}: {word} {more}".strip())
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        height = super().sizeHint().height()
        return QSize(self._parts.sizeHint().width(), max(height, theme.px(13) + 17))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class Toolbar(QWidget):
    """The toolbar. It shows actions and texts that the window gives it, and decides nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.buttons: list[QToolButton] = []
        self.title = QLabel()
        self.title.setProperty("role", "strong")
        self.title.setAccessibleName(_("Project"))
        self.edited = QLabel()
        self.edited.setProperty("role", "secondary")
        self.data = Chip(_("Data set"), _("The images that the network learns from"))
        self.device = Chip(_("Device"), _("Where training runs"), dot="other")
        self.train = QPushButton(_("Train"))
        self.pause = QPushButton(_("Pause"))
        for button in (self.train, self.pause):
            button.setProperty("role", "primary")
            button.setMinimumWidth(96)
        self.stop = QPushButton()
        self.stop.setIcon(icon("stop"))
        self.stop.setAccessibleName(_("Stop"))
        self.stop.setToolTip(_("End the training: keep what was learned, or discard it"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 7, 16, 7)
        self._row.setSpacing(8)
        self._icons = QHBoxLayout()
        self._icons.setSpacing(2)
        # Both sides stretch alike, so that the title stands in the middle as long as there is room.
        left, right = QHBoxLayout(), QHBoxLayout()
        left.addLayout(self._icons)
        left.addStretch(1)
        right.setSpacing(8)
        right.addStretch(1)
        for widget in (self.data, self.device, self.train, self.pause, self.stop):
            right.addWidget(widget)
        self._row.addLayout(left, 1)
        self._row.addWidget(self.title)
        self._row.addWidget(self.edited)
        self._row.addLayout(right, 1)
        self.show_running(False, False)
        theme.changed.connect(self._fit)

    def add_action(self, action: QAction) -> QToolButton:
        """Shows an action as an icon. Its tooltip carries the shortcut."""
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setAccessibleName(action.text().replace("&", ""))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icons.addWidget(button)
        self.buttons.append(button)
        return button

    def add_gap(self) -> None:
        """A hairline between two groups of icons."""
        line = QFrame()
        line.setProperty("role", "rule")
        line.setFixedSize(1, 20)
        self._icons.addSpacing(5)
        self._icons.addWidget(line)
        self._icons.addSpacing(5)

    def set_menu(self, chip: Chip, menu: QMenu) -> None:
        """What a chip opens."""
        chip.setMenu(menu)

    def offer_stop(self, ways: Sequence[QAction]) -> None:
        """The ways to stop, which the Stop button opens."""
        menu = QMenu(self.stop)
        menu.setToolTipsVisible(True)
        menu.addActions(ways)
        self.stop.setMenu(menu)

    def show_title(self, name: str, edited: bool) -> None:
        """The document's name, and whether it differs from its file."""
        self.title.setText(name)
        self.edited.setText(_("edited") if edited else "")

    def show_running(self, running: bool, paused: bool) -> None:
        """Train alone, or Pause (Go on) with Stop beside it."""
        # A button that goes takes its focus along to the one that comes in its place.
        focused = any(button.hasFocus() for button in (self.train, self.pause, self.stop))
        self.train.setVisible(not running)
        self.pause.setVisible(running)
        self.stop.setVisible(running)
        self.pause.setText(_("Go on") if paused else _("Pause"))
        if focused and not self.stop.hasFocus():
            # As long as there is nothing to pause yet, Stop is what can be pressed.
            following = self.pause if self.pause.isEnabled() else self.stop
            (following if running else self.train).setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """What is secondary gives way first: the data's numbers, then the device, then the title."""
        room = self.width()
        scale = theme.scale
        self.data.more.setVisible(room >= 1000 * scale)
        self.edited.setVisible(room >= 740 * scale)
        self.device.setVisible(room >= 680 * scale)
        self.title.setVisible(room >= 540 * scale)
        for button in self.buttons:
            button.setIconSize(QSize(theme.px(20), theme.px(20)))
        self.stop.setIconSize(QSize(theme.px(16), theme.px(16)))

    def minimumSizeHint(self) -> QSize:
        return QSize(480, super().minimumSizeHint().height())
