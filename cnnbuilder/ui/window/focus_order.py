"""The order in which Tab walks through the window: as one reads it, whenever its parts were made."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def move_focus(window: QWidget, regions: Sequence[QWidget], rows: Sequence[QWidget], forward: bool) -> bool:
    """Gives the focus to what follows (or precedes) in reading order; false where nothing takes it.

    Region by region; within one from left to right where it is one of `rows`, else as it was made. Pages are made on
    demand, and Qt's own order puts what is made last at the end.
    """

    def place(widget: QWidget) -> tuple[int, int]:
        for number, part in enumerate(regions):
            if part is widget or part.isAncestorOf(widget):
                return number, widget.mapTo(window, widget.rect().topLeft()).x() if part in rows else 0
        return len(regions), 0

    stops = sorted(_stops(window), key=place)
    if not stops:
        return False
    present, step = window.focusWidget(), 1 if forward else -1
    number = stops.index(present) + step if present in stops else min(step, 0)
    following = stops[number % len(stops)]
    following.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    return True


def move_region(window: QWidget, regions: Sequence[QWidget], forward: bool) -> None:
    """Gives the focus to the first stop of the next (or previous) region that has one."""
    stops = _stops(window)
    filled = [part for part in regions if any(part is stop or part.isAncestorOf(stop) for stop in stops)]
    present = window.focusWidget()
    here = next(
        (
            number
            for number, part in enumerate(filled)
            if present is not None and (part is present or part.isAncestorOf(present))
        ),
        -1 if forward else 0,
    )
    if filled:
        following = filled[(here + (1 if forward else -1)) % len(filled)]
        first = next(stop for stop in stops if following is stop or following.isAncestorOf(stop))
        first.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)


def _stops(window: QWidget) -> list[QWidget]:
    """What takes the focus by Tab now, as it was made.

    Not by `nextInFocusChain`: PySide takes what it returns for a child of what it was asked of, and when that one goes,
    declares dead what belongs to others and lives on.
    """
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and widget.window() is window
        and widget.focusProxy() is None
    ]
