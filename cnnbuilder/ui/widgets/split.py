"""A splitter of two, one above the other, whose lower part can be folded to one line and give its height back."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from cnnbuilder.ui.widgets.theme import theme

LARGEST_SHARE = 0.45
"""What is below leaves the larger half to what is above."""


class Foldable(Protocol):
    """What the lower part tells of itself, in pixels."""

    folded: bool

    def folded_height(self) -> int: ...
    def open_height(self) -> int: ...
    def least_height(self) -> int: ...


class VerticalSplit(QSplitter):
    """Keeps the lower part at its height, as far as the upper one keeps the larger half."""

    def __init__(self, upper: QWidget, lower: QWidget, parent: QWidget | None = None) -> None:
        """`lower` is `Foldable`, and calls `fit` when it has been folded or opened."""
        super().__init__(Qt.Orientation.Vertical, parent)
        self._lower = lower
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(upper)
        self.addWidget(lower)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        theme.changed.connect(self.fit)

    def fit(self) -> None:
        """Gives the lower part its height."""
        lower: Foldable = self._lower  # type: ignore[assignment]
        total = self.height()
        if lower.folded:
            height = lower.folded_height()
        else:
            height = max(lower.least_height(), min(lower.open_height(), round(total * LARGEST_SHARE)))
        self.setSizes([max(0, total - height), height])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
