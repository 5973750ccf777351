"""The look of every widget: one style sheet and one palette, made from the theme's tokens."""

from __future__ import annotations

import re

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from cnnbuilder.resources import resource
from cnnbuilder.ui.widgets.theme import LARGE, NORMAL, RADIUS, SMALL, TITLE, Tokens, theme


def _blend(front: str, back: str, share: float) -> str:
    """A colour between two, `share` of the way to `front`."""
    f, b = QColor(front), QColor(back)
    pairs = ((f.red(), b.red()), (f.green(), b.green()), (f.blue(), b.blue()))
    return QColor(*(round(x * share + y * (1 - share)) for x, y in pairs)).name().upper()


def colours(tokens: Tokens) -> dict[str, str]:
    """Every colour that the style sheet uses, by its name there: the tokens and a few made from them."""
    line = _blend(tokens.border, tokens.window, 0.55)
    return {
        **{name: value for name, value in vars(tokens).items() if isinstance(value, str)},
        "line": line,
        "field": tokens.window if tokens.dark else tokens.raised,
        "ink_hover": _blend(tokens.window, tokens.ink, 0.16),
        # A ring of ink on an ink button would not show: the ring goes inside, in the ground's colour.
        "focus_on_ink": tokens.field_border,
        # The dark theme's problem colour is made for lines and grounds; as small text it needs more light.
        "problem_text": _blend("#FFFFFF", tokens.problem, 0.35) if tokens.dark else tokens.problem,
        "on_problem": "#0B0D10" if tokens.dark else "#FFFFFF",
        "sunken_on_raised": line if tokens.dark else tokens.sunken,
    }


def sheet(tokens: Tokens) -> str:
    """The style sheet of one theme at the text size in use."""
    names = "dark" if tokens.dark else "light"

    def image(name: str) -> str:
        return resource(f"icons/style/{name}-{names}.svg").as_posix()

    lengths = {
        "radius": RADIUS, "line_height": theme.px(NORMAL) + 5,
        "small": theme.px(SMALL), "normal": theme.px(NORMAL), "large": theme.px(LARGE), "title": theme.px(TITLE),
        "badge": theme.px(SMALL) + 4, "badge_radius": (theme.px(SMALL) + 6) // 2,
        "pad": 5, "pad_focus": 4, "pad_wide": 14, "pad_wide_focus": 13, "pad_field": 3, "pad_field_focus": 2,
        "tab_pad": 5, "tab_gap": 14,
    }  # fmt: skip
    values = {
        **colours(tokens),
        **{name: f"{length}px" for name, length in lengths.items()},
        **{name: image(name) for name in ("up", "down", "right", "check", "tick")},
        "mono": QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family(),
    }
    text = resource("style.qss").read_text(encoding="utf-8")
    return re.sub(r"@(\w+)", lambda found: values[found[1]], text)


def palette(tokens: Tokens) -> QPalette:
    """The palette for what the style sheet does not reach. Set by us: not every platform changes Qt's own."""
    roles = {
        QPalette.ColorRole.Window: tokens.window,
        QPalette.ColorRole.WindowText: tokens.ink,
        QPalette.ColorRole.Base: tokens.window,
        QPalette.ColorRole.AlternateBase: tokens.sunken,
        QPalette.ColorRole.Text: tokens.ink,
        QPalette.ColorRole.PlaceholderText: tokens.secondary,
        QPalette.ColorRole.Button: tokens.raised,
        QPalette.ColorRole.ButtonText: tokens.ink,
        QPalette.ColorRole.BrightText: tokens.problem,
        QPalette.ColorRole.Highlight: tokens.ink,
        QPalette.ColorRole.HighlightedText: tokens.on_ink,
        QPalette.ColorRole.ToolTipBase: tokens.ink,
        QPalette.ColorRole.ToolTipText: tokens.on_ink,
        QPalette.ColorRole.Link: tokens.ink,
        QPalette.ColorRole.LinkVisited: tokens.ink,
        QPalette.ColorRole.Light: tokens.raised,
        QPalette.ColorRole.Midlight: tokens.sunken,
        QPalette.ColorRole.Mid: tokens.border,
        QPalette.ColorRole.Dark: tokens.field_border,
        QPalette.ColorRole.Shadow: tokens.canvas,
    }
    result = QPalette()
    for role, name in roles.items():
        result.setColor(role, QColor(name))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.secondary))
    return result


class Style(QObject):
    """Dresses the application and keeps it dressed: when the theme, the text size or the system's theme changes."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._worn: tuple[Tokens, float] | None = None
        application.setStyle("Fusion")
        theme.changed.connect(self.dress)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self.dress()

    def _system_changed(self) -> None:
        if theme.mode == "system":
            theme.changed.emit()

    def dress(self) -> None:
        """Puts palette, font and style sheet in place; does nothing where they are worn already."""
        wanted = (theme.tokens, theme.scale)
        if wanted == self._worn:
            return
        self._worn = wanted
        self._application.setPalette(palette(theme.tokens))
        self._application.setFont(theme.font())
        self._application.setStyleSheet(sheet(theme.tokens))
