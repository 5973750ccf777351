"""The canvas' two motions, each at most 150 ms and none where the system asks for none."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEasingCurve, QObject, QPointF, QVariantAnimation
from PySide6.QtWidgets import QApplication, QStyle

from cnnbuilder.ui.canvas.items import BlockItem, CanvasItem, WireItem

FLASH = 150
GLIDE = 120
"""Milliseconds."""
MOST = 300
"""More items than this are not animated: they could not be followed by eye, and would make frames late."""


def motion_allowed() -> bool:
    """Whether the system wants to see things move; styles answer 0 where it asks for reduced motion."""
    style = QApplication.style()
    return style is not None and style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0


class Flash:
    """Lights values that changed, once."""

    def __init__(self, parent: QObject) -> None:
        self._items: Sequence[BlockItem | WireItem] = ()
        self._animation = QVariantAnimation(parent)
        self._animation.setStartValue(1.0)
        self._animation.setEndValue(0.0)
        self._animation.setDuration(FLASH)
        self._animation.valueChanged.connect(self._show)

    def run(self, items: Sequence[BlockItem | WireItem]) -> None:
        """Lights these; those still lit from before go out."""
        self._animation.stop()
        self._show(0.0)
        self._items = items if len(items) <= MOST and motion_allowed() else ()
        if self._items:
            self._animation.start()

    def _show(self, level: float) -> None:
        for item in self._items:
            # An item may have left the scene since.
            if item.scene() is None:
                continue
            if isinstance(item, BlockItem):
                item.show_state(item.state._replace(flash=level))
            else:
                item.show_flash(level)


class Glide:
    """Moves items to their new places."""

    def __init__(self, parent: QObject) -> None:
        self._moves: Sequence[tuple[CanvasItem, QPointF, QPointF]] = ()
        self._animation = QVariantAnimation(parent)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setDuration(GLIDE)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.valueChanged.connect(self._show)

    def run(self, moves: Sequence[tuple[CanvasItem, QPointF, QPointF]], animated: bool) -> None:
        """Moves each item from one point to the other."""
        self._moves = moves
        if animated and 0 < len(moves) <= MOST and motion_allowed():
            self._animation.start()
        else:
            self.finish()

    def finish(self) -> None:
        """Everything is where it goes to, now."""
        self._animation.stop()
        self._show(1.0)
        self._moves = ()

    def _show(self, share: float) -> None:
        for item, start, end in self._moves:
            if item.scene() is not None:
                item.setPos(start + (end - start) * share)
