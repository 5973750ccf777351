"""Colours, sizes and type of both themes, as tokens; every widget asks here and repaints on `changed`."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication

RADIUS = 8
GRID = 8
SMALL, NORMAL, LARGE, TITLE = 11, 13, 15, 20
"""Type sizes in pixels at 100 %."""


@dataclass(frozen=True)
class Tokens:
    """The colours of one theme, as #RRGGBB."""

    dark: bool
    window: str
    """Ground of panels, toolbar, cards and fields."""
    raised: str
    """Ground of cards on the canvas and of fields."""
    sunken: str
    """Ground of formula and code boxes, hovered rows."""
    canvas: str
    dot: str
    ink: str
    secondary: str
    on_ink: str
    """Text on an ink ground (the primary button)."""
    border: str
    field_border: str
    wire: str
    convolution: str
    pooling: str
    activation: str
    dense: str
    other: str
    problem: str
    warning: str
    """What is worth knowing but stands in nobody's way; as text, too."""
    good: str
    focus: str
    validation: str
    """The curve of the validation images and every number that belongs to it; in a plot it means nothing else."""
    runs: tuple[str, ...]
    """Earlier runs in a plot and in the list of runs: no colour of a family, none near that of validation."""

    def family(self, family: str) -> str:
        """The colour of a block's family."""
        colours = {
            "convolution": self.convolution,
            "pooling": self.pooling,
            "activation": self.activation,
            "dense": self.dense,
        }
        return colours.get(family, self.other)


LIGHT = Tokens(
    dark=False, window="#FFFFFF", raised="#FFFFFF", sunken="#F1F3F7", canvas="#EDF0F4", dot="#D3D9E2",
    ink="#1B2330", secondary="#566072", on_ink="#FFFFFF", border="#C4CCD8", field_border="#8A94A3", wire="#808B9B",
    convolution="#0072B2", pooling="#2AA876", activation="#C98500", dense="#7A1F5C", other="#8A94A3",
    problem="#D3222A", warning="#8A5A00", good="#2AA876", focus="#1B2330",
    validation="#B8540A", runs=("#5E7FA8", "#8F6BC9", "#3F8C99", "#B5669B"),
)  # fmt: skip
DARK = Tokens(
    dark=True, window="#1B1F26", raised="#262C36", sunken="#242932", canvas="#12151A", dot="#262C36",
    ink="#E7EBF2", secondary="#A9B3C2", on_ink="#12151A", border="#3D4653", field_border="#7C8694", wire="#7C8694",
    convolution="#0B76FD", pooling="#86EAC0", activation="#EEC74F", dense="#F29DFA", other="#7C8694",
    problem="#E34242", warning="#EEC74F", good="#86EAC0", focus="#E7EBF2",
    validation="#FF9445", runs=("#7F9CC6", "#A68BE0", "#5FB3C0", "#D48ABB"),
)  # fmt: skip


class Theme(QObject):
    """The theme in use: follows the system until `set_mode` says "light" or "dark"; scales text by `set_scale`."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._mode = "system"
        self._scale = 1.0

    @property
    def mode(self) -> str:
        """ "system", "light" or "dark"."""
        return self._mode

    @property
    def scale(self) -> float:
        """Text size against the usual: 1.0 to 2.0."""
        return self._scale

    @property
    def tokens(self) -> Tokens:
        """The colours in use."""
        if self._mode == "system":
            hints = QGuiApplication.styleHints()
            return DARK if hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._mode == "dark" else LIGHT

    def set_mode(self, mode: str) -> None:
        """Switches to "system", "light" or "dark"."""
        if mode != self._mode:
            self._mode = mode
            self.changed.emit()

    def set_scale(self, scale: float) -> None:
        """Sets the size of text, 1.0 to 2.0."""
        scale = min(2.0, max(1.0, scale))
        if scale != self._scale:
            self._scale = scale
            self.changed.emit()

    def px(self, size: float) -> int:
        """A text size, or a length that must grow with text, at the scale in use."""
        return round(size * self._scale)

    def font(self, size: int = NORMAL, *, bold: bool = False, mono: bool = False) -> QFont:
        """The system's font (or its fixed one) at one of the four sizes."""
        kind = QFontDatabase.SystemFont.FixedFont if mono else QFontDatabase.SystemFont.GeneralFont
        font = QFontDatabase.systemFont(kind)
        font.setPixelSize(self.px(size))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font

    def color(self, name: str, alpha: int = 255) -> QColor:
        """A token's colour by name."""
        color = QColor(getattr(self.tokens, name))
        color.setAlpha(alpha)
        return color


theme = Theme()
"""The one theme of the process: two windows look the same."""
