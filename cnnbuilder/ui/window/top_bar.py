"""The row at the top: menu, files and undo, the document's name, the workspaces, its data, the device, Train."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QMenuBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from cnnbuilder.text import _
from cnnbuilder.ui.widgets.elided_label import ElidedLabel
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import theme
from cnnbuilder.ui.window.workspace_switch import WorkspaceSwitch

MENUS_FROM, COMPACT_BELOW, DETAILS_FROM, ICONS_FROM, WORDS_FROM = 1600, 1280, 1120, 1024, 700
TITLE_LEAST = 48
"""Widths at 100 % text: menus in the bar; the switch as icons; chips with details; file icons; chips with words."""


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
    """A button that opens a menu: a word in ink and more in grey, as far as there is room; else an icon."""

    def __init__(self, name: str, tip: str, icon_name: str, dot: str | None = None) -> None:
        super().__init__()
        self._name = name
        self._tip = tip
        self.setProperty("role", "chip")
        self.dot = Dot(dot) if dot else None
        self.picture = QLabel()
        self.picture.hide()
        self._icon = icon(icon_name)
        self.word = QLabel()
        self.word.setProperty("role", "strong")
        self.more = QLabel()
        self.more.setProperty("role", "secondary")
        self._detailed = self._worded = True
        self._parts = row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        for part in filter(None, (self.dot, self.picture, self.word, self.more)):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(part)
        row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        # Its picture is painted once, in the colours of then.
        theme.changed.connect(self._fit)
        self.show_text("")

    def show_text(self, word: str, more: str = "", tip: str = "") -> None:
        """Sets what stands on it. `tip`: more about it than its words say."""
        self.word.setText(word)
        self.more.setText(more)
        self.setAccessibleName(f"{self._name}: {word} {more}".strip())
        self.setToolTip("\n".join(filter(None, (f"{self._name}: {word} {more}".strip(), tip or self._tip))))
        self._fit()

    def set_form(self, *, worded: bool, detailed: bool) -> None:
        """Word and details, the word alone, or an icon."""
        if (worded, detailed) != (self._worded, self._detailed):
            self._worded, self._detailed = worded, detailed
            self._fit()

    def _fit(self) -> None:
        self.word.setVisible(self._worded)
        self.more.setVisible(self._worded and self._detailed and bool(self.more.text()))
        self.picture.setVisible(not self._worded)
        self.picture.setPixmap(self._icon.pixmap(QSize(theme.px(16), theme.px(16))))
        self.updateGeometry()

    def width_for(self, *, worded: bool, detailed: bool) -> int:
        """How wide it is in a form, in pixels."""
        labels = [self.word] if worded else []
        if worded and detailed and self.more.text():
            labels.append(self.more)
        for label in labels:
            label.ensurePolished()
        widths = [label.sizeHint().width() for label in labels] or [theme.px(16)]
        if self.dot is not None:
            widths.append(theme.px(8))
        return 32 + sum(widths) + 8 * (len(widths) - 1)

    def sizeHint(self) -> QSize:
        height = super().sizeHint().height()
        width = self.width_for(worded=self._worded, detailed=self._detailed)
        return QSize(width, max(height, theme.px(13) + 17))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class TopBar(QWidget):
    """Shows actions and texts that the window gives it, and decides nothing but how to fit its width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.buttons: list[QToolButton] = []
        self.menu_button = QToolButton()
        self.menu_button.setIcon(icon("menu"))
        self.menu_button.setToolTip(_("Menu (Alt)"))
        self.menu_button.setAccessibleName(_("Menu"))
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu_bar = QMenuBar()
        self.menu_bar.setNativeMenuBar(False)
        self.menu_bar.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.title = ElidedLabel(role="strong")
        self.title.setAccessibleName(_("Project"))
        self.edited = QLabel()
        self.edited.setProperty("role", "secondary")
        self.switch = WorkspaceSwitch()
        self.data = Chip(_("Data set"), _("The images that the network learns from"), "data")
        self.device = Chip(_("Device"), _("Where training runs"), "device", dot="other")
        self.train = QPushButton(_("Train"))
        self.pause = QPushButton(_("Pause"))
        for button in (self.train, self.pause):
            button.setProperty("role", "primary")
        self.stop = QPushButton()
        self.stop.setIcon(icon("stop"))
        self.stop.setAccessibleName(_("Stop"))
        self.stop.setToolTip(_("End the training: keep what was learned, or discard it"))
        self._icons = QWidget()
        self._icons.setSizePolicy(
            QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred
        )  # the title gives way
        icons = QHBoxLayout(self._icons)
        icons.setContentsMargins(0, 0, 0, 0)
        icons.setSpacing(2)
        self._left, self._right = QWidget(), QWidget()
        left, right = QHBoxLayout(self._left), QHBoxLayout(self._right)
        for half in (left, right):
            half.setContentsMargins(0, 0, 0, 0)
            half.setSpacing(8)
        for widget in (self.menu_button, self.menu_bar, self._icons, self.title, self.edited):
            left.addWidget(widget)
        left.addStretch(1)
        right.addStretch(1)
        for widget in (self.data, self.device, self.train, self.pause, self.stop):
            right.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 12, 6)
        row.setSpacing(12)
        # Both sides stretch alike whatever stands in them, so that the switch never moves.
        for side in (self._left, self._right):
            side.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self._left, 1)
        row.addWidget(self.switch)
        row.addWidget(self._right, 1)
        self._running = self._paused = False
        self.show_running(False, False)
        theme.changed.connect(self._fit)

    # --- what the window gives it -----------------------------------------------------------------

    def add_action(self, action: QAction) -> QToolButton:
        """Shows an action as an icon. Its tooltip carries the shortcut."""
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setAccessibleName(action.text().replace("&", ""))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icons_layout.addWidget(button)
        self.buttons.append(button)
        return button

    @property
    def _icons_layout(self) -> QHBoxLayout:
        layout = self._icons.layout()
        assert isinstance(layout, QHBoxLayout)
        return layout

    def clear_actions(self) -> None:
        """Takes the icons away: another session has its own."""
        self.buttons.clear()
        while (item := self._icons_layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()

    def add_gap(self) -> None:
        """A hairline between two groups of icons."""
        line = QFrame()
        line.setProperty("role", "rule")
        line.setFixedSize(1, 20)
        self._icons_layout.addSpacing(5)
        self._icons_layout.addWidget(line)
        self._icons_layout.addSpacing(5)

    def set_menus(self, menus: Sequence[QMenu]) -> None:
        """What the menu button opens, and from a certain width on stands in the bar itself."""
        before = self.menu_button.menu()
        if before is not None:
            before.deleteLater()
        self.menu_bar.clear()
        menu = QMenu(self.menu_button)
        menu.setAccessibleName(_("Menu"))
        for inner in menus:
            menu.addMenu(inner)
            self.menu_bar.addMenu(inner)
        self.menu_button.setMenu(menu)

    def open_menu(self) -> None:
        """What Alt does: the menu opens, or the bar's first menu is marked."""
        if self.menu_button.isVisible():
            self.menu_button.showMenu()
        else:
            self.menu_bar.setFocus(Qt.FocusReason.MenuBarFocusReason)
            self.menu_bar.setActiveAction(self.menu_bar.actions()[0])

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
        self.edited.setVisible(edited)
        self._fit()

    def set_train_filled(self, filled: bool) -> None:
        """Train is the filled button, unless another one of the screen comes before it."""
        role = "primary" if filled else ""
        if self.train.property("role") != role:
            self.train.setProperty("role", role)
            self.train.style().unpolish(self.train)
            self.train.style().polish(self.train)
            self._fit()

    def show_running(self, running: bool, paused: bool) -> None:
        """Train alone, or Pause (Go on) with Stop beside it."""
        # A button that goes takes its focus along to the one that comes in its place.
        focused = any(button.hasFocus() for button in (self.train, self.pause, self.stop))
        self._running, self._paused = running, paused
        self.train.setVisible(not running)
        self.pause.setVisible(running)
        self.stop.setVisible(running)
        self._fit()
        if focused and not self.stop.hasFocus():
            # As long as there is nothing to pause yet, Stop is what can be pressed.
            following = self.pause if self.pause.isEnabled() else self.stop
            (following if running else self.train).setFocus()

    # --- the width there is -----------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """What is secondary gives way first, at the widths of the design or where words take more room."""
        width, scale = self.width(), theme.scale
        size = QSize(theme.px(20), theme.px(20))
        for button in (*self.buttons, self.menu_button):
            button.setIconSize(size)
        self.stop.setIconSize(QSize(theme.px(16), theme.px(16)))
        in_bar = width >= MENUS_FROM * scale
        self.menu_bar.setVisible(in_bar)
        self.menu_button.setVisible(not in_bar)
        compact = width < COMPACT_BELOW * scale
        half = (width - 20 - 24 - self.switch.width_for(compact)) // 2
        if not compact and half < self._right_width(worded=True, detailed=False):
            compact = True
            half = (width - 20 - 24 - self.switch.width_for(compact)) // 2
        self.switch.set_compact(compact)
        self._icons.setVisible(width >= ICONS_FROM * scale and half >= self._left_width())
        worded = width >= WORDS_FROM * scale and half >= self._right_width(worded=True, detailed=False)
        detailed = worded and width >= DETAILS_FROM * scale
        detailed = detailed and half >= self._right_width(worded=True, detailed=True)
        for chip in (self.data, self.device):
            chip.set_form(worded=worded, detailed=detailed)
        self._show_train_buttons(worded)
        self.edited.setVisible(bool(self.edited.text()) and width >= ICONS_FROM * scale)

    def _show_train_buttons(self, worded: bool) -> None:
        go_on = _("Go on")
        for button, text, name in (
            (self.train, _("Train"), "train"),
            (self.pause, go_on if self._paused else _("Pause"), "train" if self._paused else "pause"),
        ):
            button.setText(text if worded else "")
            token = "on_ink" if button.property("role") == "primary" else "ink"
            button.setIcon(icon(name, token) if not worded else QIcon())
            button.setIconSize(QSize(theme.px(16), theme.px(16)))
            button.setAccessibleName(text)
            button.setFixedWidth(self._train_width(worded))

    def _train_width(self, worded: bool) -> int:
        """Wide enough for whatever word stands on it, so that nothing moves when a run begins."""
        if not worded:
            return theme.px(16) + 50
        metrics = self.train.fontMetrics()
        words = (_("Train"), _("Pause"), _("Go on"))
        return max(theme.px(96), max(metrics.horizontalAdvance(word) for word in words) + theme.px(32))

    def _left_width(self) -> int:
        menus = self.menu_bar if self.menu_bar.isVisibleTo(self) else self.menu_button
        edited = self.edited.sizeHint().width() + 8 if self.edited.text() else 0
        return menus.sizeHint().width() + self._icons.sizeHint().width() + 40 + theme.px(TITLE_LEAST) + edited

    def _right_width(self, *, worded: bool, detailed: bool) -> int:
        chips = sum(chip.width_for(worded=worded, detailed=detailed) for chip in (self.data, self.device))
        stop = self.stop.sizeHint().width() + 8 if self._running else 0
        return chips + 16 + self._train_width(worded) + stop

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), max(48, theme.px(20) + 25))

    def minimumSizeHint(self) -> QSize:
        return QSize(320, self.sizeHint().height())
