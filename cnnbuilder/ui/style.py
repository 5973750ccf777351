"""The look of every widget: one style sheet and one palette, made from the theme's tokens."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from cnnbuilder.resources import resource
from cnnbuilder.ui.theme import LARGE, NORMAL, RADIUS, SMALL, TITLE, Tokens, theme

SHEET = """
QWidget {{ color: {ink}; }}
QMainWindow, QDialog, QMessageBox, QWidget[role="panel"] {{ background: {window}; }}
QWidget[role="toolbar"] {{ background: {window}; border: none; border-bottom: 1px solid {line}; }}
QWidget[role="statusbar"] {{ background: {window}; border: none; border-top: 1px solid {line}; }}
QWidget[role="canvas-area"] {{ background: {canvas}; }}
QWidget[role="rule"] {{ background: {line}; border: none; }}
QScrollArea, QStackedWidget {{ background: transparent; border: none; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}

QLabel {{ background: transparent; }}
QLabel[role="title"] {{ font-size: {title}px; font-weight: 600; }}
QLabel[role="heading"] {{ font-size: {large}px; font-weight: 600; }}
QLabel[role="section"] {{ font-size: {small}px; font-weight: 600; color: {secondary}; }}
QLabel[role="secondary"] {{ color: {secondary}; }}
QLabel[role="small"] {{ color: {secondary}; font-size: {small}px; }}
QLabel[role="field-label"] {{ color: {ink}; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="problem"] {{ color: {problem_text}; font-weight: 600; }}
QLabel[role="mono"], QPlainTextEdit[role="mono"], QTextEdit[role="mono"] {{ font-family: "{mono}"; font-size: {normal}px; }}
QLabel[role="mono"] {{ color: {secondary}; }}
QLabel[role="badge"] {{ background: {problem}; color: #FFFFFF; border-radius: {badge_radius}px; font-size: {small}px;
    font-weight: 600; padding: 1px 6px; min-height: {badge}px; }}
QFrame[role="card"], QWidget[role="card"] {{ background: {raised}; border: 1px solid {border}; border-radius: {radius}px; }}
QFrame[role="sunken"], QWidget[role="sunken"] {{ background: {sunken}; border: none; border-radius: {radius}px; }}
QFrame[role="bar"] {{ background: {sunken}; border: none; border-bottom: 1px solid {line}; }}
QFrame[role="problem-card"] {{ background: {raised}; border: 2px solid {problem}; border-radius: {radius}px; }}

QPushButton {{ background: {raised}; color: {ink}; border: 1px solid {field_border}; border-radius: {radius}px;
    padding: {pad}px {pad_wide}px; min-height: {line_height}px; }}
QPushButton:hover {{ background: {sunken}; border-color: {ink}; }}
QPushButton:pressed {{ background: {line}; }}
QPushButton:focus {{ border: 2px solid {focus}; padding: {pad_focus}px {pad_wide_focus}px; }}
QPushButton:disabled {{ color: {secondary}; border-color: {border}; background: {window}; }}
QPushButton[role="primary"] {{ background: {ink}; color: {on_ink}; border: 1px solid {ink}; font-weight: 600; }}
QPushButton[role="primary"]:hover {{ background: {ink_hover}; border-color: {ink_hover}; }}
QPushButton[role="primary"]:pressed {{ background: {secondary}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {focus_on_ink}; outline: none; }}
QPushButton[role="primary"]:disabled {{ background: {secondary}; border-color: {secondary}; color: {on_ink}; }}
QPushButton[role="link"], QToolButton[role="link"] {{ background: transparent; border: 2px solid transparent;
    padding: 1px 2px; color: {ink}; text-decoration: underline; min-height: 20px; border-radius: 4px; text-align: left; }}
QPushButton[role="link"]:hover, QToolButton[role="link"]:hover {{ color: {secondary}; }}
QPushButton[role="link"]:focus, QToolButton[role="link"]:focus {{ border: 2px solid {focus}; }}
QPushButton[role="flat"], QPushButton[role="flat-problem"] {{ background: transparent; border: 2px solid transparent; padding: 1px 4px;
    min-height: 20px; border-radius: 4px; color: {secondary}; }}
QPushButton[role="flat-problem"] {{ color: {problem_text}; font-weight: 600; }}
QPushButton[role="flat"]:hover, QPushButton[role="flat-problem"]:hover {{ background: {sunken}; }}
QPushButton[role="flat"]:focus, QPushButton[role="flat-problem"]:focus {{ border: 2px solid {focus}; }}
QPushButton[role="chip"] {{ text-align: left; padding: {pad}px 10px; }}
QPushButton::menu-indicator {{ image: none; width: 0px; }}

QToolButton {{ background: transparent; border: 2px solid transparent; border-radius: 6px; padding: 3px; min-width: 22px; min-height: 22px; }}
QToolButton:hover {{ background: {sunken}; }}
QToolButton:pressed, QToolButton:checked {{ background: {line}; }}
QToolButton:focus {{ border: 2px solid {focus}; }}
QToolButton::menu-indicator {{ image: none; width: 0px; }}

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox {{ background: {field}; color: {ink}; border: 1px solid {field_border};
    border-radius: {radius}px; padding: {pad_field}px 9px; min-height: {line_height}px;
    selection-background-color: {ink}; selection-color: {on_ink}; }}
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover {{ border-color: {ink}; }}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {{ border: 2px solid {focus}; padding: {pad_field_focus}px 8px; }}
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {{ color: {secondary}; border-color: {border}; }}
QLineEdit[problem="true"], QSpinBox[problem="true"], QDoubleSpinBox[problem="true"] {{ border: 2px solid {problem}; padding: {pad_field_focus}px 8px; }}
QSpinBox, QDoubleSpinBox {{ padding-right: 20px; }}
QSpinBox::up-button, QDoubleSpinBox::up-button {{ subcontrol-origin: border; subcontrol-position: top right; width: 22px; border: none;
    background: transparent; margin: 2px 3px 0 0; }}
QSpinBox::down-button, QDoubleSpinBox::down-button {{ subcontrol-origin: border; subcontrol-position: bottom right; width: 22px;
    border: none; background: transparent; margin: 0 3px 2px 0; }}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ image: url({up}); width: 10px; height: 10px; }}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{ image: url({down}); width: 10px; height: 10px; }}
QComboBox {{ padding-right: 24px; }}
QComboBox::drop-down {{ subcontrol-origin: border; subcontrol-position: center right; width: 24px; border: none; }}
QComboBox::down-arrow {{ image: url({down}); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ background: {raised}; border: 1px solid {border}; padding: 4px; outline: none; }}
QCheckBox, QRadioButton {{ spacing: 8px; min-height: 24px; background: transparent; }}
QCheckBox::indicator, QRadioButton::indicator {{ width: 18px; height: 18px; border: 1px solid {field_border}; background: {field}; }}
QCheckBox::indicator {{ border-radius: 5px; }}
QRadioButton::indicator {{ border-radius: 9px; }}
QCheckBox::indicator:checked {{ background: {ink}; border-color: {ink}; image: url({check}); }}
QRadioButton::indicator:checked {{ background: {window}; border: 6px solid {ink}; width: 8px; height: 8px; }}
QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border: 2px solid {focus}; }}

QPlainTextEdit, QTextEdit, QTextBrowser {{ background: {window}; color: {ink}; border: none; selection-background-color: {ink};
    selection-color: {on_ink}; }}
QAbstractItemView {{ background: {window}; color: {ink}; border: none; outline: none; selection-background-color: {sunken};
    selection-color: {ink}; alternate-background-color: {window}; }}
QAbstractItemView::item {{ min-height: 24px; padding: 2px 4px; border-radius: 4px; }}
QAbstractItemView::item:hover {{ background: {sunken}; }}
QAbstractItemView::item:selected {{ background: {sunken}; color: {ink}; }}
QAbstractItemView::item:selected:focus {{ background: {line}; color: {ink}; }}
QHeaderView {{ background: {window}; border: none; }}
QHeaderView::section {{ background: {window}; color: {secondary}; border: none; border-bottom: 1px solid {line}; padding: 4px;
    font-size: {small}px; }}

QTabBar {{ background: transparent; border: none; qproperty-drawBase: 0; }}
QTabBar::tab {{ background: transparent; color: {secondary}; border: none; border-bottom: 2px solid transparent;
    padding: {tab_pad}px 2px {tab_pad}px 2px; margin: 0 {tab_gap}px 0 0; min-height: {line_height}px; }}
QTabBar::tab:hover {{ color: {ink}; }}
QTabBar::tab:selected {{ color: {ink}; border-bottom: 2px solid {ink}; }}
QTabBar:focus {{ border: 2px solid {focus}; border-radius: 4px; }}

QMenuBar {{ background: {window}; color: {ink}; border: none; padding: 2px 8px 0 8px; }}
QMenuBar::item {{ background: transparent; padding: 4px 8px; border-radius: 4px; }}
QMenuBar::item:selected, QMenuBar::item:pressed {{ background: {sunken}; }}
QMenu {{ background: {raised}; color: {ink}; border: 1px solid {border}; padding: 6px; }}
QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 4px; min-height: 16px; }}
QMenu::item:selected {{ background: {sunken_on_raised}; }}
QMenu::item:disabled {{ color: {secondary}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 5px 8px; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::indicator {{ width: 14px; height: 14px; margin-left: 6px; }}
QMenu::indicator:checked {{ image: url({tick}); }}
QMenu::right-arrow {{ image: url({right}); width: 10px; height: 10px; margin-right: 6px; }}
QToolTip {{ background: {ink}; color: {on_ink}; border: none; padding: 5px 8px; }}

QSplitter::handle {{ background: {line}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QSplitter::handle:hover {{ background: {field_border}; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 2px; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 2px; }}
QScrollBar::handle {{ background: {border}; border-radius: 3px; min-height: 28px; min-width: 28px; }}
QScrollBar::handle:hover {{ background: {field_border}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QProgressBar {{ background: {line}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; text-align: center; }}
QProgressBar::chunk {{ background: {ink}; border-radius: 3px; }}
QSlider::groove:horizontal {{ background: {line}; height: 4px; border-radius: 2px; }}
QSlider::handle:horizontal {{ background: {ink}; width: 16px; height: 16px; margin: -6px 0; border-radius: 8px; }}
"""


def _blend(front: str, back: str, share: float) -> str:
    """A colour between two, `share` of the way to `front`."""
    f, b = QColor(front), QColor(back)
    parts = (
        round(x * share + y * (1 - share))
        for x, y in zip(f.getRgb()[:3], b.getRgb()[:3], strict=True)  # type: ignore[index, misc]
    )
    return QColor(*parts).name().upper()


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
        "sunken_on_raised": line if tokens.dark else tokens.sunken,
    }


def sheet(tokens: Tokens) -> str:
    """The style sheet of one theme at the text size in use."""
    names = "dark" if tokens.dark else "light"

    def image(name: str) -> str:
        return resource(f"icons/style/{name}-{names}.svg").as_posix()

    line_height = theme.px(NORMAL) + 5
    return SHEET.format(
        **colours(tokens),
        radius=RADIUS,
        small=theme.px(SMALL), normal=theme.px(NORMAL), large=theme.px(LARGE), title=theme.px(TITLE),
        mono=QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family(),
        line_height=line_height,
        badge=theme.px(SMALL) + 4, badge_radius=(theme.px(SMALL) + 6) // 2,
        pad=5, pad_focus=4, pad_wide=14, pad_wide_focus=13, pad_field=3, pad_field_focus=2,
        tab_pad=6, tab_gap=22,
        up=image("up"), down=image("down"), right=image("right"), check=image("check"), tick=image("tick"),
    )  # fmt: skip


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
